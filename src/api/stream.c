/* stream.c - /v1/stream: one event stream, by topic.
 *
 *   items      signed link items of the caller's class: for other nodes
 *   selectors  changes of the selector set: for own sensors. From now on; the image has what was before
 *   situation  that something happened: for own screens
 */
#include "api/api_private.h"

static bool get_stream(struct http_call *c, struct err *e);

static const struct http_param stream_query[] = {{"topic", "items, selectors or situation", true},
                                                 {0}};

const struct http_route api_stream_routes[] = {
    {HTTP_GET, "/v1/stream", MAY_LINK | MAY_SENSE | MAY_READ, get_stream,
     "Server-sent events; Last-Event-ID resumes", HTTP_STREAMS, .query = stream_query},
};
const size_t api_stream_count = COUNT(api_stream_routes);

static bool may(struct http_call *c, int64_t scope, bool own, struct err *e)
{
    const struct node_account *account = api_account(c);
    if (!(account->scopes & scope))
        return err_set(e, ERR_DENIED, "this key does not open this topic");
    return !own || api_own_only(c, e);
}

static bool get_stream(struct http_call *c, struct err *e)
{
    struct node *n = c->context;
    struct str topic = http_query(c, "topic");
    if (str_eq(topic, S("items"))) {
        if (!may(c, MAY_LINK, false, e))
            return false;
        http_follow(c, node_hub(n, NODE_ITEMS), reader_text(&api_account(c)->reader, READER_ORG),
                    true);
        return true;
    }
    if (str_eq(topic, S("selectors"))) {
        if (!may(c, MAY_SENSE, true, e))
            return false;
        http_follow(c, node_hub(n, NODE_SELECTORS), node_own_class(n), false);
        return true;
    }
    if (str_eq(topic, S("situation"))) {
        if (!may(c, MAY_READ, true, e))
            return false;
        http_follow(c, node_hub(n, NODE_SITUATION), node_own_class(n), false);
        return true;
    }
    return err_set(e, ERR_INVALID, "topic is items, selectors or situation");
}
