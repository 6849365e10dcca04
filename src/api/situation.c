/* situation.c - /v1/situation for screens, /metrics for Prometheus. */
#include "node/situation.h"

#include "api/api_private.h"

static bool get_situation(struct http_call *c, struct err *e);
static bool get_metrics(struct http_call *c, struct err *e);

const struct http_route api_situation_routes[] = {
    {HTTP_GET, "/v1/situation", MAY_READ, get_situation,
     "Counts, the last warnings with who heard and wrote them when, refused blocks, peers"},
    {HTTP_GET, "/metrics", MAY_READ | MAY_ADMINISTER, get_metrics, "Prometheus text"},
};
const size_t api_situation_count = COUNT(api_situation_routes);

static bool get_situation(struct http_call *c, struct err *e)
{
    struct release way;
    if (!api_own_only(c, e) || !api_way(c, GATE_ANSWER, &way, e))
        return false;
    api_note(c, "situation");
    return node_situation_clear(c->context, c->memory, &way, &c->reply, e);
}

static void put(struct buf *out, const char *name, const char *type, const char *help,
                int64_t value)
{
    buf_fmt(out, "# HELP hinomi_%s %s\n# TYPE hinomi_%s %s\nhinomi_%s %lld\n", name, help, name,
            type, name, (long long)value);
}

static bool get_metrics(struct http_call *c, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    struct release way;
    struct node_numbers x;
    if (!api_own_only(c, e) || !api_way(c, GATE_ANSWER, &way, e) ||
        !node_numbers(c->context, &x, e))
        return false;
    put(&out, "journal_entries_total", "counter", "Entries in the journal.", x.head);
    put(&out, "observables", "gauge", "Observables known.", x.observables);
    put(&out, "sightings_total", "counter", "Sightings taken.", x.sightings);
    put(&out, "findings_total", "counter", "Findings of behaviour taken.", x.findings);
    put(&out, "warnings_total", "counter", "Warnings issued or heard.", x.warnings);
    put(&out, "blocks_active", "gauge", "Entries in resolvers and firewalls.", x.blocks_active);
    put(&out, "blocks_refused_total", "counter", "Blocks the guards refused.", x.blocks_refused);
    put(&out, "selector_generation", "counter", "Generation of the selector set.", x.generation);
    c->content_type = "text/plain; version=0.0.4";
    return gate_own(c->memory, &way, c->who->org, buf_str(&out), &c->reply, e);
}
