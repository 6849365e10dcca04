/* netflow.c - the three headers, v5's records, sequence numbers, and the reader itself. */
#include "netflow_private.h"

#include <stdlib.h>

enum { V5 = 5, V9 = 9, IPFIX = 10, V5_RECORD = 48, V5_RECORDS_MOST = 30, SECOND = 1000000 };

bool netflow_new(const struct netflow_settings *s, const struct netflow_user *user,
                 struct netflow **ret, struct err *e)
{
    enum { MOST = 1 << 20 };
    if (!s->templates || !s->domains || s->templates > MOST || s->domains > MOST ||
        !user->on_record)
        return err_set(e, ERR_INVALID,
                       "a flow reader needs 1 to %d templates and domains, and someone to tell",
                       MOST);
    struct netflow *n = calloc(1, sizeof *n);
    if (!n)
        abort();
    n->settings = *s;
    n->user = *user;
    n->templates = calloc(s->templates, sizeof *n->templates);
    n->domains = calloc(s->domains, sizeof *n->domains);
    if (!n->templates || !n->domains)
        abort();
    *ret = n;
    return true;
}

void netflow_drop(struct netflow **n)
{
    if (*n) {
        free((*n)->templates);
        free((*n)->domains);
        free(*n);
    }
    *n = NULL;
}

struct netflow_stats netflow_stats(const struct netflow *n)
{
    return n->stats;
}

/* A datagram that UDP delivered late was counted as lost before. A number smaller by more than that, or far
 * beyond what is awaited, is an exporter that began anew. */
static void sequence_follow(struct netflow *n, struct netflow_domain *d, uint32_t sequence,
                            uint64_t count)
{
    enum { GAP_MOST = 1 << 24, LATE_MOST = 32 };
    uint32_t gap = sequence - d->next, behind = d->next - sequence;
    if (d->followed && gap && behind <= LATE_MOST * count) {
        n->stats.late++;
        n->stats.lost -= n->stats.lost < count ? n->stats.lost : count;
        return;
    }
    if (d->followed && gap && gap < GAP_MOST)
        n->stats.lost += gap;
    else if (d->followed && gap)
        n->stats.restarts++;
    d->followed = true;
    d->next = sequence + (uint32_t)count;
}

/* ---- v5 ---- */

static void v5_record_read(struct netflow *n, const struct netflow_message *m, struct rd *r)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    const uint8_t *p = rd_take(r, V5_RECORD);
    struct netflow_reading g = {
        .message = m,
        .has_first = true,
        .has_last = true,
        .first = load_be32(p + 24),
        .last = load_be32(p + 28),
        .record = {.domain = m->domain->origin.domain,
                   .version = 4,
                   .direction = FLOW_DIRECTION_UNTOLD,
                   .input = load_be16(p + 12),
                   .output = load_be16(p + 14),
                   .packets = load_be32(p + 16),
                   .bytes = load_be32(p + 20),
                   .sport = load_be16(p + 32),
                   .dport = load_be16(p + 34),
                   .tcp_flags = p[37],
                   .proto = p[38]},
    };
    memcpy(g.record.exporter, m->domain->origin.exporter, sizeof g.record.exporter);
    memcpy(g.record.src, mapped, sizeof mapped);
    memcpy(g.record.src + sizeof mapped, p, 4);
    memcpy(g.record.dst, mapped, sizeof mapped);
    memcpy(g.record.dst + sizeof mapped, p + 4, 4);
    netflow_reading_end(&g);
    n->stats.records++;
    n->user.on_record(n->user.context, &g.record);
}

static bool v5_read(struct netflow *n, struct netflow_origin *o, struct rd *r)
{
    uint16_t count = rd_be16(r);
    uint32_t uptime = load_be32(rd_take(r, 4)), seconds = load_be32(rd_take(r, 4));
    uint32_t nanoseconds = load_be32(rd_take(r, 4)), sequence = load_be32(rd_take(r, 4));
    o->domain = rd_be16(r); /* engine's type and number */
    uint16_t sampling = rd_be16(r);
    if (r->bad || count == 0 || count > V5_RECORDS_MOST || rd_left(r) < (size_t)count * V5_RECORD)
        return false;
    n->stats.v5++;
    struct netflow_message m = {.domain = netflow_domain_of(n, o)};
    m.time_us = (int64_t)seconds * SECOND + nanoseconds / 1000;
    m.boot_us = m.time_us - (int64_t)uptime * 1000;
    m.domain->sampling = sampling & 0x3fff; /* the two high bits are its mode */
    for (unsigned i = 0; i < count; i++)
        v5_record_read(n, &m, r);
    sequence_follow(n, m.domain, sequence, count);
    return true;
}

/* ---- v9 and IPFIX ---- */

static bool v9_read(struct netflow *n, struct netflow_origin *o, struct rd *r)
{
    (void)rd_be16(r); /* records: exporters disagree on what it counts */
    uint32_t uptime = load_be32(rd_take(r, 4)), seconds = load_be32(rd_take(r, 4));
    uint32_t sequence = load_be32(rd_take(r, 4));
    o->domain = load_be32(rd_take(r, 4));
    if (r->bad)
        return false;
    n->stats.v9++;
    struct netflow_message m = {.domain = netflow_domain_of(n, o)};
    m.time_us = (int64_t)seconds * SECOND;
    m.boot_us = m.time_us - (int64_t)uptime * 1000;
    (void)netflow_sets_read(n, &m, r);
    sequence_follow(n, m.domain, sequence, 1); /* v9 counts datagrams */
    return true;
}

static bool ipfix_read(struct netflow *n, struct netflow_origin *o, struct rd *r)
{
    enum { HEADER = 16 };
    uint16_t len = rd_be16(r);
    uint32_t seconds = load_be32(rd_take(r, 4)), sequence = load_be32(rd_take(r, 4));
    o->domain = load_be32(rd_take(r, 4));
    if (r->bad || len < HEADER)
        return false;
    n->stats.ipfix++;
    struct rd body = *r;
    if (len - (size_t)HEADER < rd_left(r))
        body = rd_of(r->at, len - (size_t)HEADER);
    struct netflow_message m = {.domain = netflow_domain_of(n, o)};
    m.time_us = (int64_t)seconds * SECOND;
    uint64_t unknown = n->stats.sets_unknown, cut = n->stats.cut;
    uint64_t count = netflow_sets_read(n, &m, &body);
    sequence_follow(n, m.domain, sequence, count);
    /* Records that could not be counted leave the next number open. */
    m.domain->followed = unknown == n->stats.sets_unknown && cut == n->stats.cut;
    return true;
}

bool netflow_read(struct netflow *n, const uint8_t exporter[16], struct str datagram)
{
    struct rd r = rd_of(datagram.ptr, datagram.len);
    struct netflow_origin o = {.version = rd_be16(&r)};
    memcpy(o.exporter, exporter, sizeof o.exporter);
    n->stats.datagrams++;
    bool good = !r.bad && (o.version == V5      ? v5_read(n, &o, &r)
                           : o.version == V9    ? v9_read(n, &o, &r)
                           : o.version == IPFIX ? ipfix_read(n, &o, &r)
                                                : false);
    n->stats.refused += !good;
    return good;
}

bool netflow_packet(struct netflow *n, const struct packet *p)
{
    if (p->proto != IP_UDP || !(p->flags & PACKET_HAS_PORTS) || (p->flags & PACKET_CUT))
        return false;
    bool listens = n->settings.ports[0] == 0;
    for (size_t i = 0; i < NETFLOW_PORTS && n->settings.ports[i]; i++)
        listens |= n->settings.ports[i] == p->dport;
    return listens && netflow_read(n, p->src, p->payload);
}
