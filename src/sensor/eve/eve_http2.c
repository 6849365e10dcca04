/* eve_http2.c - the first settings of both sides, as an http line of version 2. */
#include "eve_private.h"

static void put_settings(struct eve *e, const struct http2_facts *h)
{
    PUT(e, "{");
    for (size_t i = 0; i < h->n_settings; i++) {
        const char *name = http2_setting_name(h->settings[i].id);
        put(e, i ? S(",{\"settings_id\":\"") : S("\"settings\":[{\"settings_id\":\""));
        if (name)
            put_cstr(e, name);
        else
            put_number(e, S("SETTINGS"), h->settings[i].id);
        put_number(e, S("\",\"settings_value\":"), h->settings[i].value);
        PUT(e, "}");
    }
    if (h->n_settings)
        PUT(e, "]");
    PUT(e, "}");
}

static void http2_body(struct eve *e, const union dissect_facts *request,
                       const union dissect_facts *response)
{
    PUT(e, ",\"http\":{\"version\":\"2\",\"http2\":{\"stream_id\":0,\"request\":");
    if (request)
        put_settings(e, &request->http2);
    else
        PUT(e, "{}");
    PUT(e, ",\"response\":");
    if (response)
        put_settings(e, &response->http2);
    else
        PUT(e, "{}");
    PUT(e, "}}");
}

const struct eve_row eve_row_http2 = {.app = APP_HTTP2, .type = "http", .body = http2_body};
