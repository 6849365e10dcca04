/* selectors.c - /v1/selectors: the signed set that own sensors match with. */
#include "node/selectors.h"

#include "api/api_private.h"

static bool get_image(struct http_call *c, struct err *e);

const struct http_route api_selector_routes[] = {
    {HTTP_GET, "/v1/selectors/image", MAY_SENSE, get_image,
     "The signed selector image; its ETag is its generation. Changes since: /v1/stream"},
};
const size_t api_selector_count = COUNT(api_selector_routes);

static bool get_image(struct http_call *c, struct err *e)
{
    struct release way;
    int64_t generation = 0;
    if (!api_own_only(c, e) || !api_way(c, GATE_ANSWER, &way, e) ||
        !node_image_clear(c->context, c->memory, &way, &c->reply, &generation, e))
        return false;
    c->content_type = "application/octet-stream";
    c->etag = arena_fmt(c->memory, "\"%lld\"", (long long)generation);
    return true;
}
