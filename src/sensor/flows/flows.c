/* flows.c - a record as a flow: its ends, its state, what it meets, and what is told of it. */
#include "core/time.h"
#include "flows_private.h"

enum { PORT_WELL_KNOWN = 1024 };

struct told { /* a record turned into what the rest of the house knows */
    struct flow_feed *feed;
    const struct flow_record *record;
    struct flow flow;
    struct flow_ends ends;
    bool reversed, client_own, server_own, matched;
    enum flow_end end;
    enum app app;
    uint32_t seconds;
};

/* ---- the flow ---- */

static bool both_ways(const struct flow_record *r)
{
    return r->packets_back || r->bytes_back;
}

/* One direction alone says not who began: an answer comes from a port that services have. */
static bool is_answer(const struct flow_record *r)
{
    bool ports = r->proto == IP_TCP || r->proto == IP_UDP || r->proto == IP_SCTP;
    return ports && !both_ways(r) && r->sport && r->sport < PORT_WELL_KNOWN &&
           r->dport >= PORT_WELL_KNOWN;
}

static uint8_t state_of(const struct flow_record *r)
{
    uint8_t all = r->tcp_flags | r->tcp_flags_back;
    if (r->proto != IP_TCP)
        return both_ways(r) ? FLOW_BOTH_WAYS : FLOW_NEW;
    if (all & TCP_RST || (r->tcp_flags & r->tcp_flags_back & TCP_FIN))
        return FLOW_CLOSED;
    if (all & TCP_FIN)
        return FLOW_CLOSING;
    if (both_ways(r) && r->tcp_flags_back == (TCP_SYN | TCP_ACK) && r->tcp_flags == TCP_SYN)
        return FLOW_ANSWERED;
    return both_ways(r) || (r->tcp_flags & TCP_ACK) ? FLOW_BOTH_WAYS : FLOW_NEW;
}

static enum flow_end end_of(const struct flow_record *r, uint8_t state)
{
    switch (r->end) {
    case FLOW_RECORD_FINISHED: return FLOW_END_CLOSED;
    case FLOW_RECORD_FORCED: return FLOW_END_SHUTDOWN;
    case FLOW_RECORD_NO_ROOM: return FLOW_END_EVICTED;
    case FLOW_RECORD_END_UNTOLD: return state == FLOW_CLOSED ? FLOW_END_CLOSED : FLOW_END_TIMEOUT;
    default: return FLOW_END_TIMEOUT;
    }
}

static void key_put(struct flow *f, const struct flow_record *r)
{
    uint16_t sport = r->sport, dport = r->dport;
    bool one_way =
        r->has_icmp && community_icmp(r->version, r->icmp_type, r->icmp_code, &sport, &dport);
    int order = memcmp(r->src, r->dst, 16);
    bool swapped = !one_way && (order > 0 || (order == 0 && sport > dport));
    memcpy(f->key.low, swapped ? r->dst : r->src, 16);
    memcpy(f->key.high, swapped ? r->src : r->dst, 16);
    f->key.low_port = swapped ? dport : sport;
    f->key.high_port = swapped ? sport : dport;
    f->key.proto = r->proto;
    f->key.version_and_depth = (uint8_t)(r->version << 4);
    f->key.vlan = (uint16_t)((r->vlan & 0xfff) | (one_way ? 0x8000 : 0));
    f->client_is_high = swapped;
}

static void flow_put(struct told *t)
{
    const struct flow_record *r = t->record;
    struct flow *f = &t->flow;
    key_put(f, r);
    f->last_us = r->end_us ? r->end_us : r->start_us ? r->start_us : t->feed->now_us;
    f->start_us = r->start_us && r->start_us <= f->last_us ? r->start_us : f->last_us;
    f->packets[FLOW_CLIENT] = r->packets;
    f->packets[FLOW_SERVER] = r->packets_back;
    f->bytes[FLOW_CLIENT] = r->bytes;
    f->bytes[FLOW_SERVER] = r->bytes_back;
    f->tcp_flags[FLOW_CLIENT] = r->tcp_flags;
    f->tcp_flags[FLOW_SERVER] = r->tcp_flags_back;
    f->state = state_of(r);
    f->midstream = r->proto == IP_TCP && !(r->tcp_flags & TCP_SYN);
    f->number = t->feed->counts.records;
}

static void ends_put(struct told *t)
{
    t->ends = flow_ends(&t->flow);
    t->reversed = is_answer(t->record);
    if (!t->reversed)
        return;
    const uint8_t *client = t->ends.client;
    uint16_t port = t->ends.client_port;
    t->ends.client = t->ends.server;
    t->ends.client_port = t->ends.server_port;
    t->ends.server = client;
    t->ends.server_port = port;
}

static bool is_own(const struct flow_feed_settings *s, const uint8_t address[16])
{
    struct addr a = addr_of_v6(address);
    for (size_t i = 0; i < s->own_count; i++)
        if (addr_contains(&s->own[i], &a))
            return true;
    return false;
}

/* ---- telling ---- */

static void emit(const struct told *t, struct sensor_event ev)
{
    const struct flow_feed_settings *s = &t->feed->settings;
    if (!s->on_event)
        return;
    ev.app = t->app;
    ev.from = FLOW_CLIENT;
    ev.client_own = t->client_own;
    ev.server_own = t->server_own;
    ev.reversed = t->reversed;
    ev.alerted = t->matched;
    ev.time_us = t->flow.last_us;
    ev.flow = &t->flow;
    ev.ends = &t->ends;
    s->on_event(s->context, &ev);
}

static void met(struct told *t, enum sensor_where where, const struct index_hit *hit,
                struct str seen)
{
    struct sensor_match match = {.where = where, .hit = *hit, .seen = seen};
    t->matched = true;
    t->feed->counts.matched[where]++;
    emit(t, (struct sensor_event){.kind = SENSOR_MATCH, .match = &match});
}

static void ask_address(struct told *t, enum sensor_where where, const uint8_t bytes[16])
{
    struct index_hit hit;
    t->feed->counts.addresses_asked++;
    if (!index_find_ipv6(&t->feed->view, bytes, t->seconds, &hit))
        return;
    struct addr a = packet_addr(bytes);
    char text[ADDR_TEXT_SIZE];
    met(t, where, &hit, addr_format(&a, text));
}

static void ask_name(struct told *t, enum sensor_where where, struct str name)
{
    struct index_hit hit;
    if (!name.len)
        return;
    t->feed->counts.names_asked++;
    if (index_find_name(&t->feed->view, name, t->seconds, &hit))
        met(t, where, &hit, name);
}

static void ask_ja4(struct told *t, struct str ja4)
{
    struct index_hit hit;
    if (!ja4.len)
        return;
    t->feed->counts.keys_asked++;
    if (index_find_key(&t->feed->view, SELECTOR_JA4, ja4, t->seconds, &hit))
        met(t, SENSOR_AT_TLS_JA4, &hit, ja4);
}

static void match(struct told *t)
{
    ask_address(t, SENSOR_AT_CLIENT, t->ends.client);
    ask_address(t, SENSOR_AT_SERVER, t->ends.server);
    ask_name(t, SENSOR_AT_TLS_SNI, t->record->sni);
    ask_name(t, SENSOR_AT_HTTP_HOST, t->record->name);
    ask_ja4(t, t->record->ja4);
}

static void observe(const struct told *t)
{
    const struct flow_feed_settings *s = &t->feed->settings;
    const struct flow *f = &t->flow;
    bool all_own = !s->own_count, goes_on = t->record->end == FLOW_RECORD_ACTIVE;
    if (!s->on_observation)
        return;
    struct observation o = {
        .kind = OBSERVED_FLOW,
        .app = (uint8_t)t->app,
        .proto = t->ends.proto,
        .client_own = all_own || t->client_own,
        .server_own = all_own || t->server_own,
        .midstream = f->midstream,
        .client_port = t->ends.client_port,
        .server_port = t->ends.server_port,
        .time_us = f->last_us,
        .flow = f->number,
        .name = t->record->sni.len ? t->record->sni : t->record->name,
        .ended = {.start_us = f->start_us,
                  .state = f->state,
                  .end = (uint8_t)(goes_on ? FLOW_ENDS : t->end)},
    };
    memcpy(o.client, t->ends.client, sizeof o.client);
    memcpy(o.server, t->ends.server, sizeof o.server);
    for (int side = 0; side < 2; side++) {
        int own = t->reversed ? !side : side;
        o.ended.packets[side] = f->packets[own];
        o.ended.bytes[side] = f->bytes[own];
        o.ended.tcp_flags[side] = f->tcp_flags[own];
    }
    s->on_observation(s->context, &o);
}

static void count(struct flow_feed *f, const struct told *t)
{
    struct flow_feed_counts *n = &f->counts;
    const struct flow_record *r = t->record;
    n->records++;
    n->sampled += r->sampling > 1;
    n->packets += r->packets + r->packets_back;
    n->bytes += r->bytes + r->bytes_back;
    n->fate.in++;
    n->fate.bytes_in += r->bytes + r->bytes_back;
    if (!n->first_us || t->flow.last_us < n->first_us)
        n->first_us = t->flow.last_us;
    if (t->flow.last_us > n->last_us)
        n->last_us = t->flow.last_us;
}

void flow_feed_record(struct flow_feed *f, const struct flow_record *r)
{
    const struct flow_feed_settings *s = &f->settings;
    struct told t = {.feed = f, .record = r};
    flow_put(&t);
    ends_put(&t);
    int64_t at = t.flow.last_us / TIME_SECOND;
    t.seconds = at < 0 ? 0 : at > UINT32_MAX ? UINT32_MAX : (uint32_t)at;
    t.end = end_of(r, t.flow.state);
    t.app = r->sni.len || r->ja4.len ? APP_TLS : APP_UNKNOWN;
    t.client_own = is_own(s, t.ends.client);
    t.server_own = is_own(s, t.ends.server);
    count(f, &t);
    if (s->own_count && !t.client_own && !t.server_own) {
        f->counts.flows_foreign++;
        f->counts.fate.discarded++;
        return;
    }
    match(&t);
    *(t.matched ? &f->counts.fate.matched : &f->counts.fate.discarded) += 1;
    observe(&t);
    if (s->metadata)
        emit(&t, (struct sensor_event){.kind = SENSOR_FLOW, .end = t.end});
}
