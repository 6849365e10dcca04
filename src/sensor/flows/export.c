/* export.c - see export.h. */
#include "sensor/flows/export.h"

#include "core/buf.h"
#include "core/io.h"
#include "net/packet.h"

#include <stdlib.h>

enum { HELD = 256 * 1024 };

struct kept_ja4 {
    uint64_t capture, flow; /* capture 0: free */
    char ja4[JA4_SIZE];
};

struct flow_export {
    int fd;
    struct ipfix *ipfix;
    struct buf held;
    struct err failed;
    int64_t time_us; /* the latest */
    uint64_t capture, ja4_lost;
    struct kept_ja4 ja4s[FLOW_EXPORT_JA4S];
};

static void write_out(struct flow_export *x)
{
    if (x->held.len && x->failed.code == ERR_OK &&
        !fd_write_all(x->fd, buf_str(&x->held), &x->failed))
        err_wrap(&x->failed, "writing IPFIX");
    buf_clear(&x->held);
}

static void put(void *context, struct str message)
{
    struct flow_export *x = context;
    if (x->held.len + message.len > HELD)
        write_out(x);
    if (!buf_put(&x->held, message))
        abort(); /* a message is far below HELD */
}

bool flow_export_new(int fd, uint32_t enterprise, struct flow_export **ret, struct err *e)
{
    struct flow_export *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    x->fd = fd;
    x->capture = 1;
    x->held = BUF(HELD);
    struct ipfix_settings s = IPFIX_SETTINGS;
    s.enterprise = enterprise;
    s.put = put;
    s.context = x;
    if (!ipfix_new(&s, &x->ipfix, e)) {
        flow_export_drop(&x);
        return false;
    }
    *ret = x;
    return true;
}

void flow_export_drop(struct flow_export **x)
{
    if (*x) {
        ipfix_drop(&(*x)->ipfix);
        buf_drop(&(*x)->held);
    }
    free(*x);
    *x = NULL;
}

void flow_export_next_capture(struct flow_export *x)
{
    x->capture++;
}

/* ---- fingerprints ---- */

static struct kept_ja4 *place_of(struct flow_export *x, uint64_t flow)
{
    return &x->ja4s[(flow * UINT64_C(0x9e3779b97f4a7c15) >> 32) % FLOW_EXPORT_JA4S];
}

static void keep_ja4(struct flow_export *x, const struct observation *o)
{
    struct kept_ja4 *k = place_of(x, o->flow);
    if (!o->tls.ja4[0])
        return;
    x->ja4_lost += k->capture == x->capture && k->flow != o->flow;
    k->capture = x->capture;
    k->flow = o->flow;
    memcpy(k->ja4, o->tls.ja4, sizeof k->ja4);
}

static struct str ja4_of(struct flow_export *x, const struct observation *o)
{
    const struct kept_ja4 *k = place_of(x, o->flow);
    bool its = k->capture == x->capture && k->flow == o->flow;
    return its ? (struct str){k->ja4, strnlen(k->ja4, sizeof k->ja4)} : STR_NONE;
}

/* The place is free again once its flow has ended: then its loss is none. */
static void let_go_of_ja4(struct flow_export *x, const struct observation *o)
{
    struct kept_ja4 *k = place_of(x, o->flow);
    if (o->ended.end != FLOW_ENDS && k->capture == x->capture && k->flow == o->flow)
        k->capture = 0;
}

/* ---- records ---- */

static uint8_t end_of(const struct observed_flow *f)
{
    switch (f->end) {
    case FLOW_END_TIMEOUT: return FLOW_RECORD_IDLE;
    case FLOW_END_CLOSED:
    case FLOW_END_REUSED: return FLOW_RECORD_FINISHED;
    case FLOW_END_EVICTED: return FLOW_RECORD_NO_ROOM;
    case FLOW_END_SHUTDOWN: return FLOW_RECORD_FORCED;
    default: return FLOW_RECORD_ACTIVE;
    }
}

/* Ports of ICMP are its type and code, or the type that answers it (flow/community_id.h). */
static void icmp_put(struct flow_record *r, const struct observation *o)
{
    uint16_t type = 0, code = 0;
    r->has_icmp = true;
    r->icmp_type = (uint8_t)o->client_port;
    if (community_icmp(r->version, r->icmp_type, (uint8_t)o->server_port, &type, &code))
        r->icmp_code = (uint8_t)o->server_port;
    r->sport = r->dport = 0;
}

static struct flow_record record_of(const struct observation *o)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    const struct observed_flow *f = &o->ended;
    struct flow_record r = {
        .start_us = f->start_us,
        .end_us = o->time_us,
        .version = memcmp(o->client, mapped, sizeof mapped) == 0 ? 4 : 6,
        .proto = o->proto,
        .direction = FLOW_DIRECTION_UNTOLD,
        .end = end_of(f),
        .sport = o->client_port,
        .dport = o->server_port,
        .tcp_flags = f->tcp_flags[FLOW_CLIENT],
        .tcp_flags_back = f->tcp_flags[FLOW_SERVER],
        .packets = f->packets[FLOW_CLIENT],
        .bytes = f->bytes[FLOW_CLIENT],
        .packets_back = f->packets[FLOW_SERVER],
        .bytes_back = f->bytes[FLOW_SERVER],
    };
    memcpy(r.src, o->client, sizeof r.src);
    memcpy(r.dst, o->server, sizeof r.dst);
    if (o->proto == (r.version == 4 ? IP_ICMP : IP_ICMP6))
        icmp_put(&r, o);
    return r;
}

void flow_export_observe(struct flow_export *x, const struct observation *o)
{
    if (o->time_us > x->time_us)
        x->time_us = o->time_us;
    if (o->kind == OBSERVED_TLS)
        keep_ja4(x, o);
    if (o->kind != OBSERVED_FLOW)
        return;
    struct flow_record r = record_of(o);
    bool tls = o->app == APP_TLS || o->app == APP_QUIC || o->app == APP_DTLS;
    *(tls ? &r.sni : &r.name) = o->name;
    r.ja4 = ja4_of(x, o);
    ipfix_write(x->ipfix, &r, x->time_us);
    let_go_of_ja4(x, o);
}

bool flow_export_flush(struct flow_export *x, struct err *e)
{
    ipfix_flush(x->ipfix, x->time_us);
    write_out(x);
    if (x->failed.code != ERR_OK)
        *e = x->failed;
    return x->failed.code == ERR_OK;
}

bool flow_export_close(struct flow_export **x, struct err *e)
{
    bool ok = !*x || flow_export_flush(*x, e);
    flow_export_drop(x);
    return ok;
}

struct flow_export_stats flow_export_stats(const struct flow_export *x)
{
    return (struct flow_export_stats){.ipfix = ipfix_stats(x->ipfix), .ja4_lost = x->ja4_lost};
}
