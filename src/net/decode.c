/* decode.c - the walk itself, and its book-keeping. See decode.h and decode_private.h. */
#include "net/decode.h"

#include "decode_private.h"

enum { HEADERS_MOST = 48 };

#define X(name, text) {#name, text},
static const struct {
    const char *name, *text;
} reasons[] = {DECODE_MAP(X)}, notes[] = {DECODE_NOTE_MAP(X)};
#undef X

const char *decode_reason_name(enum decode_reason r)
{
    return reasons[r].name;
}

const char *decode_reason_text(enum decode_reason r)
{
    return reasons[r].text;
}

const char *decode_note_name(enum decode_note n)
{
    return notes[n].name;
}

const char *decode_note_text(enum decode_note n)
{
    return notes[n].text;
}

struct decode_ctx *decode_new(const struct defrag_settings *s)
{
    struct decode_ctx *ctx = calloc(1, sizeof *ctx);
    if (!ctx)
        abort();
    ctx->defrag = defrag_new(s ? s : &DEFRAG_SETTINGS);
    return ctx;
}

void decode_drop(struct decode_ctx **ctx)
{
    if (!*ctx)
        return;
    defrag_drop(&(*ctx)->defrag);
    free(*ctx);
    *ctx = NULL;
}

static void set_payload(struct walk *w)
{
    struct packet *p = w->p;
    p->payload = (struct str){(const char *)w->in.at, rd_left(&w->in)};
    p->payload_wire = (uint32_t)wire_left(w);
    if (p->payload.len < p->payload_wire)
        p->flags |= PACKET_CUT;
}

enum step tunnel_enter(struct walk *w, const struct rd *inside, enum step first)
{
    if (w->p->tunnel_depth == DECODE_DEPTH_MOST) {
        note(w, NOTE_TUNNEL_TOO_DEEP);
        return STEP_DONE;
    }
    note(w, NOTE_TUNNEL);
    set_payload(w);
    *w->outer = *w->p;
    w->has_outer = true;
    *w->p = (struct packet){
        .time_us = w->outer->time_us,
        .time_ns = w->outer->time_ns,
        .tunnel_depth = (uint8_t)(w->outer->tunnel_depth + 1),
        .vlans = w->outer->vlans,
        .vlan = {w->outer->vlan[0], w->outer->vlan[1]},
        .frames = w->outer->frames,
        .wire_bytes = w->outer->wire_bytes,
        .flags = w->outer->flags & PACKET_DEFRAGMENTED,
    };
    w->in = *inside;
    return first;
}

static enum step take(struct walk *w, enum step s)
{
    switch (s) {
    case STEP_ETHERNET: return link_ethernet(w);
    case STEP_ETHERTYPE: return link_ethertype(w);
    case STEP_PPP: return link_ppp(w);
    case STEP_MPLS: return link_mpls(w);
    case STEP_IP: return ip_either(w);
    case STEP_IPV4: return ip_v4(w);
    case STEP_IPV6: return ip_v6(w);
    case STEP_PROTOCOL: return transport(w);
    case STEP_DONE:
    case STEP_DEFERRED:
    case STEP_GIVE_UP: break;
    }
    return s;
}

static void count(const struct walk *w, bool decoded)
{
    struct decode_stats *n = &w->ctx->stats;
    n->frames++;
    if (decoded)
        n->decoded++;
    else
        n->given_up[w->reason]++;
    for (size_t i = 0; w->noted && i < DECODE_NOTES; i++)
        n->notes[i] += w->notes[i];
}

bool decode_frame(const struct frame *f, struct decode_ctx *ctx, struct packet *ret)
{
    struct packet outer; /* set by tunnel_enter, with has_outer */
    struct walk w = {
        .in = rd_of(f->bytes, f->caplen),
        .missing = f->wirelen - f->caplen,
        .p = ret,
        .ctx = ctx,
        .outer = &outer,
    };
    *ret = (struct packet){.time_us = f->time_us,
                           .time_ns = f->time_ns,
                           .frames = 1,
                           .wire_bytes = f->wirelen};

    enum step s = link_begin(&w, f);
    while (s < STEP_DONE) {
        if (w.headers++ == HEADERS_MOST)
            s = give_up(&w, DECODE_NESTED);
        else
            s = take(&w, s);
    }
    ctx->deferred = s == STEP_DEFERRED;
    if (ctx->deferred)
        return false;
    bool inner = s == STEP_DONE;
    bool outer_only = !inner && w.has_outer && w.reason != DECODE_FRAGMENT_HELD;
    if (inner)
        set_payload(&w);
    if (outer_only) {
        note(&w, NOTE_TUNNEL_UNREAD);
        *ret = *w.outer;
        ret->flags |= PACKET_INNER_UNREAD;
    }
    count(&w, inner || outer_only);
    return inner || outer_only;
}

void decode_defer(struct decode_ctx *ctx)
{
    ctx->defer = true;
}

bool decode_deferred(const struct decode_ctx *ctx)
{
    return ctx->deferred;
}

size_t decode_batch(const struct frame *frames, size_t count, struct decode_ctx *ctx,
                    struct packet ret[DECODE_BATCH])
{
    size_t n = 0;
    for (size_t i = 0; i < count && i < DECODE_BATCH; i++) {
        if (i + 4 < count)
            __builtin_prefetch(frames[i + 4].bytes);
        n += decode_frame(&frames[i], ctx, &ret[n]);
    }
    return n;
}

const struct decode_stats *decode_stats(const struct decode_ctx *ctx)
{
    return &ctx->stats;
}
