/* findings.c - /v1/findings: what own sensors' behaviour detectors found. */
#include "node/finding.h"

#include "api/api_private.h"

static bool post_findings(struct http_call *c, struct err *e);
static bool get_findings(struct http_call *c, struct err *e);

static const struct http_param page_query[] = {{"host", "of this address alone", false},
                                               {"detector", "of this detector alone", false},
                                               {"cursor",
                                                "where the last page ended, with the same filters",
                                                false},
                                               {"limit", "at most so many, up to 1000", false},
                                               {0}};

const struct http_route api_finding_routes[] = {
    {HTTP_POST, "/v1/findings", MAY_SENSE, post_findings,
     "Hand in STIX 2.1 bundles; each counts once, and the answer comes when it is durable",
     .request = "findings", .response = "sightings-taken"},
    {HTTP_GET, "/v1/findings", MAY_READ, get_findings,
     "Findings, newest first, with what was measured and a sentence in English and Japanese",
     .query = page_query, .response = "findings-page"},
};
const size_t api_finding_count = COUNT(api_finding_routes);

static void render(const struct node_command *command, struct jsonw *w)
{
    const struct node_findings *r = (const struct node_findings *)command;
    jw_member_int(w, "accepted", r->accepted);
    jw_member_int(w, "repeated", r->repeated);
    jw_member_int(w, "outside", r->outside);
}

static bool start(struct http_call *c, struct node_command *command, struct err *e)
{
    return node_findings(c->context, c->memory, (struct node_findings *)command, e);
}

static bool post_findings(struct http_call *c, struct err *e)
{
    struct node_findings *r = arena_new(c->memory, struct node_findings);
    if (!r)
        return err_set(e, ERR_LIMIT, "no room");
    r->body = c->body;
    return api_own_only(c, e) &&
           api_write(c,
                     &(struct api_write){.command = &r->command, .start = start, .render = render});
}

static bool get_findings(struct http_call *c, struct err *e)
{
    struct release way;
    struct node_findings_wish wish = {.page = {.cursor = http_query(c, "cursor")},
                                      .host = http_query(c, "host"),
                                      .detector = http_query(c, "detector")};
    const int64_t bounds[2] = {1, 1000};
    if (!http_query_int(c, "limit", bounds, 100, &wish.page.most, e) ||
        !api_way(c, GATE_ANSWER, &way, e))
        return false;
    api_note(c, "findings");
    return node_findings_clear(c->context, c->memory, &way, &wish, &c->reply, e);
}
