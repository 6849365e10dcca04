/* eve_http.c - http lines: a request and its response. */
#include "eve_private.h"

void eve_http(struct eve *e, const struct sensor_event *ev)
{
    const struct sensor_http *h = ev->http;
    line_begin(e, ev, S("http"));
    PUT(e, ",\"tx_id\":");
    put_uint(e, h->number);
    PUT(e, ",\"http\":{");
    if (h->host_len)
        PUT(e, "\"hostname\":"), put_text(e, (struct str){h->host, h->host_len}), PUT(e, ",");
    if (h->port)
        PUT(e, "\"http_port\":"), put_uint(e, h->port), PUT(e, ",");
    if (h->path_len)
        PUT(e, "\"url\":"), put_text(e, (struct str){h->path, h->path_len}), PUT(e, ",");
    if (h->agent_len)
        PUT(e, "\"http_user_agent\":"), put_text(e, (struct str){h->agent, h->agent_len}),
            PUT(e, ",");
    if (h->asked)
        PUT(e, "\"http_method\":"), put_text(e, (struct str){h->method, h->method_len}),
            PUT(e, ",");
    PUT(e, "\"protocol\":\"HTTP/1.");
    put_uint(e, h->minor);
    PUT(e, "\"");
    if (h->status)
        PUT(e, ",\"status\":"), put_uint(e, h->status);
    PUT(e, ",\"length\":");
    put_uint(e, h->length);
    PUT(e, "}");
    line_end(e);
}
