/* datagrams.h - a capture's UDP flows given to the rows that join datagrams, as the sensor's session does. */
#pragma once

#include "dissect/dissector.h"
#include "flow/flow.h"
#include "net/decode.h"

#include <stdlib.h>

struct datagrams {
    void (*told)(void *context, const struct flow *flow, enum app app,
                 const union dissect_facts *facts);
    void *context;
};

struct datagram_flow {
    const struct dissector *dissector;
    void *state;
    bool finished;
};

static inline void datagrams_take(struct datagrams *t, struct datagram_flow *f, struct flow *flow,
                                  struct str payload)
{
    union dissect_facts facts;
    size_t used;
    const struct dissector *d = f->dissector;
    enum dissect_result got;
    if (d->parse_more) {
        if (!f->state && !(f->state = calloc(1, d->state_size)))
            abort();
        got = d->parse_more(f->state, payload, &facts);
        if (got == DISSECT_DONE) {
            free(f->state);
            f->state = NULL;
        }
    } else {
        got = d->parse(DISSECT_UDP, payload, &facts, &used);
    }
    if (got != DISSECT_DONE)
        return;
    f->finished = !d->repeats;
    t->told(t->context, flow, d->app, &facts);
}

static inline void datagrams_packet(void *context, struct flow *flow, const struct packet *p,
                                    enum flow_side from)
{
    struct datagram_flow *f = flow_app(flow);
    (void)from;
    if (p->proto != IP_UDP || f->finished || !p->payload.len)
        return;
    if (!f->dissector || f->dissector->app == APP_STUN) { /* calls begin with STUN */
        const struct dissector *d = dissector_guess(DISSECT_UDP, p->sport, p->dport, p->payload);
        f->dissector = d ? d : f->dissector;
    }
    if (f->dissector)
        datagrams_take(context, f, flow, p->payload);
}

static inline void datagrams_end(void *context, struct flow *flow, enum flow_end why)
{
    struct datagram_flow *f = flow_app(flow);
    (void)why;
    if (f->state && !f->finished)
        datagrams_take(context, f, flow, STR_NONE);
    free(f->state);
    f->state = NULL;
}

/* False when the file cannot be opened. */
static inline bool datagrams_replay(struct datagrams *t, const char *path)
{
    struct err e = {0};
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    AUTO(flow_table_drop) struct flow_table *table = NULL;
    struct flow_settings s = FLOW_SETTINGS;
    s.flows = 8192;
    s.app_size = sizeof(struct datagram_flow);
    struct flow_user user = {.context = t, .on_packet = datagrams_packet, .on_end = datagrams_end};
    if (!capture_open_file(path, &c, &e))
        return false;
    if (!flow_table_new(&s, &user, &table, &e))
        abort();
    struct frame frames[DECODE_BATCH];
    struct packet packets[DECODE_BATCH];
    for (size_t n; (n = capture_batch(c, frames, COUNT(frames), &e)) > 0 || !capture_done(c);)
        flow_batch(table, packets, decode_batch(frames, n, ctx, packets));
    flow_table_flush(table);
    return true;
}
