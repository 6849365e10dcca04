/* talk.h - a capture file, replayed: every message that a dissector finds in it, with who said it.
 *
 * The sensor's own session does more (tunnels, pairs, records). This is the shortest walk from frames to
 * facts, so that a test of a dissector can count what it finds in real traffic.
 */
#pragma once

#include "dissect/dissector.h"
#include "flow/flow.h"
#include "flow/reassembly.h"
#include "net/decode.h"

#include <assert.h>
#include <stdlib.h>

struct talk_message {
    enum dissect_transport transport;
    enum flow_side from;
    const struct dissector *dissector;
    const union dissect_facts *facts;
};

struct talk {
    void (*told)(void *context, const struct talk_message *m);
    void *context;
    struct reassembly *streams;
};

struct talk_flow {
    struct stream stream[2];
    const struct dissector *dissector[2];
    size_t skip[2];
    bool finished[2];
};

static inline void talk_udp(struct talk *t, struct talk_flow *f, const struct packet *p,
                            enum flow_side from)
{
    union dissect_facts facts;
    size_t used = 0;
    const struct dissector *d = f->dissector[0];
    if (f->finished[0] || !p->payload.len)
        return;
    if (!d)
        d = dissector_guess(DISSECT_UDP, p->sport, p->dport, p->payload);
    if (!d || d->parse_more || d->parse(DISSECT_UDP, p->payload, &facts, &used) != DISSECT_DONE)
        return;
    f->dissector[0] = d;
    f->finished[0] = !d->repeats;
    t->told(t->context, &(struct talk_message){DISSECT_UDP, from, d, &facts});
}

/* False: this direction is done with. */
static inline bool talk_messages(struct talk *t, struct talk_flow *f, const struct packet *p,
                                 enum flow_side from, struct str *left)
{
    while (left->len) {
        union dissect_facts facts;
        size_t used = 0;
        const struct dissector *d = f->dissector[from];
        if (!d)
            d = dissector_guess(DISSECT_TCP, p->sport, p->dport, *left);
        if (!d)
            return left->len < DISSECT_PROBE_MIN;
        f->dissector[from] = d;
        switch (d->parse(DISSECT_TCP, *left, &facts, &used)) {
        case DISSECT_NEED_MORE: assert(left->len < d->most); return true;
        case DISSECT_NOT: return false;
        case DISSECT_DONE: break;
        }
        t->told(t->context, &(struct talk_message){DISSECT_TCP, from, d, &facts});
        if (!d->repeats || used == DISSECT_USED_ALL)
            return false;
        f->skip[from] = used > left->len ? used - left->len : 0;
        *left = str_skip(*left, used);
    }
    return true;
}

static inline void talk_packet(void *context, struct flow *flow, const struct packet *p,
                               enum flow_side from)
{
    struct talk *t = context;
    struct talk_flow *f = flow_app(flow);
    if (p->proto == IP_UDP)
        talk_udp(t, f, p, from);
    if (p->proto != IP_TCP || f->finished[from])
        return;
    struct str bytes = reassembly_push(t->streams, &f->stream[from], flow->shard, p);
    size_t passed = bytes.len < f->skip[from] ? bytes.len : f->skip[from];
    f->skip[from] -= passed;
    struct str left = str_skip(bytes, passed);
    bool more = talk_messages(t, f, p, from, &left);
    if (more && left.len)
        more = reassembly_keep(t->streams, &f->stream[from], bytes, bytes.len - left.len);
    if (!more) {
        f->finished[from] = true;
        reassembly_done(t->streams, &f->stream[from]);
    }
}

static inline void talk_end(void *context, struct flow *flow, enum flow_end why)
{
    struct talk *t = context;
    struct talk_flow *f = flow_app(flow);
    (void)why;
    for (size_t side = 0; side < 2; side++)
        reassembly_done(t->streams, &f->stream[side]);
}

/* False when the file cannot be opened. A capture that breaks off says what it had. */
static inline bool talk_replay(struct talk *t, const char *path)
{
    struct err e = {0};
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    AUTO(flow_table_drop) struct flow_table *table = NULL;
    struct flow_settings s = FLOW_SETTINGS;
    s.flows = 8192;
    s.app_size = sizeof(struct talk_flow);
    struct flow_user user = {.context = t, .on_packet = talk_packet, .on_end = talk_end};
    if (!capture_open_file(path, &c, &e))
        return false;
    if (!reassembly_new((size_t)8 * 1024 * 1024, &t->streams, &e) ||
        !flow_table_new(&s, &user, &table, &e))
        abort();
    struct frame frames[DECODE_BATCH];
    struct packet packets[DECODE_BATCH];
    for (size_t n; (n = capture_batch(c, frames, COUNT(frames), &e)) > 0 || !capture_done(c);)
        flow_batch(table, packets, decode_batch(frames, n, ctx, packets));
    flow_table_flush(table);
    reassembly_drop(&t->streams);
    return true;
}
