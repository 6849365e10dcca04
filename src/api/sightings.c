/* sightings.c - /v1/sightings: what own sensors saw. */
#include "node/sighting.h"

#include "api/api_private.h"

static bool post_sightings(struct http_call *c, struct err *e);
static bool get_sightings(struct http_call *c, struct err *e);

static const struct http_param page_query[] = {{"cursor", "where the last page ended", false},
                                               {"limit", "at most so many, up to 1000", false},
                                               {0}};

const struct http_route api_sighting_routes[] = {
    {HTTP_POST, "/v1/sightings", MAY_SENSE, post_sightings,
     "Hand in a batch; each id counts once, and the answer comes when it is durable",
     .request = "sightings", .response = "sightings-taken"},
    {HTTP_GET, "/v1/sightings", MAY_READ, get_sightings, "Sightings, newest first",
     .query = page_query},
};
const size_t api_sighting_count = COUNT(api_sighting_routes);

static void render(const struct node_command *command, struct jsonw *w)
{
    const struct node_sightings *r = (const struct node_sightings *)command;
    jw_member_int(w, "accepted", r->accepted);
    jw_member_int(w, "repeated", r->repeated);
    jw_member_int(w, "outside", r->outside);
}

static bool start(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_sightings(c->context, c->memory, (struct node_sightings *)command, e);
}

static bool post_sightings(struct http_call *c, struct err *e)
{
    struct node_sightings *r = arena_new(c->memory, struct node_sightings);
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    r->body = c->body;
    return api_own_only(c, e) &&
           api_write(c,
                     &(struct api_write){.command = &r->command, .start = start, .render = render});
}

static bool get_sightings(struct http_call *c, struct err *e)
{
    struct release way;
    struct node_page page = {.cursor = http_query(c, "cursor")};
    const int64_t bounds[2] = {1, 1000};
    if (!http_query_int(c, "limit", bounds, 100, &page.most, e) ||
        !api_way(c, GATE_ANSWER, &way, e))
        return false;
    api_note(c, "sightings");
    return node_sightings_clear(c->context, c->memory, &way, &page, &c->reply, e);
}
