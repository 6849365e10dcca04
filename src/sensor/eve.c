/* eve.c - the frame of a line, its numbers and times, and the kinds that need no protocol: alert, flow,
 * stats. */
#include "core/encode.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "eve_private.h"

struct eve *eve_new(int fd)
{
    struct eve *e = malloc(sizeof *e);
    if (!e)
        abort();
    *e = (struct eve){.fd = fd, .out = BUF(EVE_HELD + 2 * EVE_LINE_MAX), .second = INT64_MIN};
    return e;
}

void eve_drop(struct eve **e)
{
    if (*e)
        buf_drop(&(*e)->out);
    free(*e);
    *e = NULL;
}

void eve_next_capture(struct eve *e)
{
    e->captures++;
}

uint64_t eve_lines(const struct eve *e)
{
    return e->lines;
}

bool eve_flush(struct eve *e, struct err *err)
{
    if (e->failed.code == ERR_OK && e->out.len &&
        !fd_write_all(e->fd, buf_str(&e->out), &e->failed))
        err_wrap(&e->failed, "writing EVE lines");
    buf_clear(&e->out);
    if (e->failed.code != ERR_OK)
        *err = e->failed;
    return e->failed.code == ERR_OK;
}

bool eve_close(struct eve **e, struct err *err)
{
    bool ok = !*e || eve_flush(*e, err);
    eve_drop(e);
    return ok;
}

/* ---- pieces ---- */

void put_uint(struct eve *e, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    put(e, (struct str){digits + at, sizeof digits - at});
}

void put_text(struct eve *e, struct str text)
{
    json_quote(&e->out, text);
}

void put_cstr(struct eve *e, const char *text)
{
    put(e, (struct str){text, strlen(text)});
}

void put_bool(struct eve *e, bool value)
{
    put(e, value ? S("true") : S("false"));
}

void put_address(struct eve *e, const uint8_t address[16])
{
    char text[ADDR_TEXT_SIZE];
    struct addr a = packet_addr(address);
    PUT(e, "\"");
    put(e, addr_format(&a, text));
    PUT(e, "\"");
}

void put_time(struct eve *e, int64_t us)
{
    int64_t second = us / TIME_SECOND, rest = us % TIME_SECOND;
    if (rest < 0) {
        rest += TIME_SECOND;
        second--;
    }
    if (second != e->second) {
        char text[TIME_TEXT_SIZE];
        time_format(second * TIME_SECOND, text);
        memcpy(e->stamp, text, sizeof e->stamp);
        e->second = second;
    }
    char micro[6];
    for (size_t i = sizeof micro; i-- > 0; rest /= 10)
        micro[i] = (char)('0' + rest % 10);
    PUT(e, "\"");
    put(e, (struct str){e->stamp, sizeof e->stamp});
    put(e, (struct str){micro, sizeof micro});
    PUT(e, "+0000\"");
}

void put_hex(struct eve *e, const uint8_t *bytes, size_t len, char between)
{
    for (size_t i = 0; i < len; i++) {
        char pair[3];
        hex_write(pair + 1, bytes + i, 1);
        pair[0] = between;
        bool with = between && i;
        put(e, (struct str){pair + !with, with ? 3 : 2});
    }
}

static const char *proto_name(uint8_t proto)
{
    switch (proto) {
    case IP_TCP: return "TCP";
    case IP_UDP: return "UDP";
    case IP_ICMP: return "ICMP";
    case IP_ICMP6: return "IPv6-ICMP";
    case IP_SCTP: return "SCTP";
    case IP_GRE: return "GRE";
    case IP_ESP: return "ESP";
    case IP_AH: return "AH";
    default: return NULL;
    }
}

static void put_proto(struct eve *e, uint8_t proto)
{
    const char *name = proto_name(proto);
    PUT(e, ",\"proto\":\"");
    if (name)
        put_cstr(e, name);
    else
        PUT(e, "proto-"), put_uint(e, proto);
    PUT(e, "\"");
}

static bool has_ports(uint8_t proto)
{
    return proto == IP_TCP || proto == IP_UDP || proto == IP_SCTP || proto == IP_UDPLITE ||
           proto == IP_DCCP;
}

static void put_ends(struct eve *e, const struct flow_ends *ends)
{
    PUT(e, ",\"src_ip\":");
    put_address(e, ends->client);
    if (has_ports(ends->proto))
        PUT(e, ",\"src_port\":"), put_uint(e, ends->client_port);
    PUT(e, ",\"dest_ip\":");
    put_address(e, ends->server);
    if (has_ports(ends->proto))
        PUT(e, ",\"dest_port\":"), put_uint(e, ends->server_port);
    put_proto(e, ends->proto);
}

/* Below 2^53, so that readers that take numbers for doubles keep it. */
static uint64_t flow_id(const struct eve *e, const struct flow *f)
{
    return (e->captures % 4096) << 40 | (f->number & ((UINT64_C(1) << 40) - 1));
}

void line_begin(struct eve *e, const struct sensor_event *ev, struct str type)
{
    struct err later;
    if (e->out.len >= EVE_HELD)
        (void)!eve_flush(e, &later); /* kept in e->failed */
    if (!buf_room(&e->out, EVE_LINE_MAX))
        abort();
    PUT(e, "{\"timestamp\":");
    put_time(e, ev->time_us);
    if (ev->flow)
        PUT(e, ",\"flow_id\":"), put_uint(e, flow_id(e, ev->flow));
    PUT(e, ",\"event_type\":\"");
    put(e, type);
    PUT(e, "\"");
    if (!ev->flow)
        return;
    if (ev->ends->vlan)
        PUT(e, ",\"vlan\":["), put_uint(e, ev->ends->vlan), PUT(e, "]");
    put_ends(e, ev->ends);
    char id[COMMUNITY_ID_SIZE];
    PUT(e, ",\"community_id\":\"");
    put(e, flow_community_id(ev->flow, 0, id));
    PUT(e, "\"");
}

void line_end(struct eve *e)
{
    PUT(e, "}\n");
    e->lines++;
}

/* ---- alert ---- */

unsigned eve_severity(const struct index_hit *hit)
{
    if (hit->action == INDEX_OBSERVE)
        return 3;
    return hit->action == INDEX_BLOCK || hit->confidence >= 80 ? 1 : hit->confidence >= 40 ? 2 : 3;
}

uint32_t eve_signature_id(const struct selector *s)
{
    uint32_t h = 2166136261U; /* FNV-1a: a number for files, the same for ever */
    const char *kind = selector_kind_name(s->kind);
    for (; *kind; kind++)
        h = (h ^ (uint8_t)*kind) * 16777619U;
    for (size_t i = 0; i < s->value.len; i++)
        h = (h ^ (uint8_t)s->value.ptr[i]) * 16777619U;
    return (h & 0x3fffffff) | 0x40000000;
}

static void put_list(struct eve *e, struct str name, struct str value)
{
    PUT(e, ",");
    put_text(e, name);
    PUT(e, ":[");
    put_text(e, value);
    PUT(e, "]");
}

static struct str text_of(const char *s)
{
    return (struct str){s, strlen(s)};
}

static void eve_alert(struct eve *e, const struct sensor_event *ev)
{
    const struct sensor_match *m = ev->match;
    char text[ADDR_TEXT_SIZE + 64];
    struct selector selector = index_hit_selector(&m->hit, text);
    line_begin(e, ev, S("alert"));
    PUT(e, ",\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":");
    put_uint(e, eve_signature_id(&selector));
    PUT(e, ",\"rev\":1,\"signature\":");
    char line[128 + INDEX_LABEL_MAX];
    int len = snprintf(line, sizeof line, "HINOMI known-bad %s in %s%s" STR_FMT,
                       selector_kind_name(selector.kind), sensor_where_text(m->where),
                       m->hit.threat.len ? ": " : "", STR_ARG(m->hit.threat));
    put_text(e, (struct str){line, (size_t)len});
    PUT(e, ",\"category\":\"Known indicator of compromise\",\"severity\":");
    put_uint(e, eve_severity(&m->hit));
    PUT(e, ",\"metadata\":{\"selector_kind\":[\"");
    put_cstr(e, selector_kind_name(selector.kind));
    PUT(e, "\"]");
    put_list(e, S("selector"), selector.value);
    put_list(e, S("where"), text_of(sensor_where_text(m->where)));
    put_list(e, S("seen"), m->seen);
    put_list(e, S("source"), m->hit.source);
    put_list(e, S("threat"), m->hit.threat);
    PUT(e, ",\"confidence\":[\"");
    put_uint(e, m->hit.confidence);
    PUT(e, "\"]");
    put_list(e, S("policy"), text_of(index_action_name(m->hit.action)));
    PUT(e, "}}");
    if (ev->app)
        PUT(e, ",\"app_proto\":"), put_text(e, text_of(app_name(ev->app)));
    PUT(e, ",\"direction\":");
    put(e, ev->from == FLOW_CLIENT ? S("\"to_server\"") : S("\"to_client\""));
    line_end(e);
}

/* ---- flow ---- */

static void put_tcp(struct eve *e, const struct sensor_event *ev)
{
    const struct flow *f = ev->flow;
    static const struct {
        uint8_t bit;
        const char *name;
    } flags[] = {{TCP_SYN, "syn"}, {TCP_FIN, "fin"}, {TCP_RST, "rst"},
                 {TCP_PSH, "psh"}, {TCP_ACK, "ack"}, {TCP_URG, "urg"}};
    static const char *const states[] = {[FLOW_NEW] = "syn_sent",
                                         [FLOW_ANSWERED] = "syn_recv",
                                         [FLOW_BOTH_WAYS] = "established",
                                         [FLOW_CLOSING] = "fin_wait1",
                                         [FLOW_CLOSED] = "closed"};
    uint8_t all = f->tcp_flags[0] | f->tcp_flags[1];
    const uint8_t *sides[] = {&all, &f->tcp_flags[sensor_side(ev, FLOW_CLIENT)],
                              &f->tcp_flags[sensor_side(ev, FLOW_SERVER)]};
    static const char *const names[] = {"tcp_flags", "tcp_flags_ts", "tcp_flags_tc"};
    PUT(e, ",\"tcp\":{");
    for (size_t i = 0; i < COUNT(sides); i++) {
        put(e, i ? S(",\"") : S("\""));
        put_cstr(e, names[i]);
        PUT(e, "\":\"");
        put_hex(e, sides[i], 1, 0);
        PUT(e, "\"");
    }
    for (size_t i = 0; i < COUNT(flags); i++)
        if (all & flags[i].bit)
            PUT(e, ",\""), put_cstr(e, flags[i].name), PUT(e, "\":true");
    PUT(e, ",\"state\":\"");
    put_cstr(e, f->state < COUNT(states) ? states[f->state] : "none");
    PUT(e, "\"}");
}

static const char *flow_state_text(const struct flow *f)
{
    if (f->state >= FLOW_CLOSED)
        return "closed";
    return f->state == FLOW_NEW ? "new" : "established";
}

static void put_number(struct eve *e, struct str before, uint64_t value)
{
    put(e, before);
    put_uint(e, value);
}

static void eve_flow(struct eve *e, const struct sensor_event *ev)
{
    const struct flow *f = ev->flow;
    line_begin(e, ev, S("flow"));
    if (ev->app)
        PUT(e, ",\"app_proto\":"), put_text(e, text_of(app_name(ev->app)));
    put_number(e, S(",\"flow\":{\"pkts_toserver\":"), f->packets[sensor_side(ev, FLOW_CLIENT)]);
    put_number(e, S(",\"pkts_toclient\":"), f->packets[sensor_side(ev, FLOW_SERVER)]);
    put_number(e, S(",\"bytes_toserver\":"), f->bytes[sensor_side(ev, FLOW_CLIENT)]);
    put_number(e, S(",\"bytes_toclient\":"), f->bytes[sensor_side(ev, FLOW_SERVER)]);
    PUT(e, ",\"start\":");
    put_time(e, f->start_us);
    PUT(e, ",\"end\":");
    put_time(e, f->last_us);
    int64_t age = (f->last_us - f->start_us) / TIME_SECOND;
    put_number(e, S(",\"age\":"), age > 0 ? (uint64_t)age : 0);
    PUT(e, ",\"state\":\"");
    put_cstr(e, flow_state_text(f));
    PUT(e, "\",\"reason\":\"");
    put_cstr(e, ev->end == FLOW_END_SHUTDOWN  ? "shutdown"
                : ev->end == FLOW_END_EVICTED ? "forced"
                                              : "timeout");
    PUT(e, "\",\"alerted\":");
    put_bool(e, ev->alerted);
    PUT(e, "}");
    if (f->key.proto == IP_TCP)
        put_tcp(e, ev);
    line_end(e);
}

void eve_event(struct eve *e, const struct sensor_event *ev)
{
    switch (ev->kind) {
    case SENSOR_MATCH: eve_alert(e, ev); break;
    case SENSOR_DNS: eve_dns(e, ev); break;
    case SENSOR_TLS: eve_tls(e, ev); break;
    case SENSOR_HTTP: eve_http(e, ev); break;
    case SENSOR_FLOW: eve_flow(e, ev); break;
    }
}

void eve_stats(struct eve *e, const struct pipeline_counts *n, const struct capture_stats *c)
{
    const struct decode_stats *d = &n->decode;
    line_begin(e, &(struct sensor_event){.time_us = n->last_us}, S("stats"));
    put_number(e, S(",\"stats\":{\"capture\":{\"kernel_packets\":"), c->frames + c->kernel_drops);
    put_number(e, S(",\"kernel_drops\":"), c->kernel_drops);
    put_number(e, S(",\"cut\":"), c->cut);
    put_number(e, S("},\"decoder\":{\"pkts\":"), d->frames);
    put_number(e, S(",\"bytes\":"), c->bytes);
    put_number(e, S(",\"decoded\":"), d->decoded);
    PUT(e, ",\"given_up\":{");
    for (size_t i = 0, first = 1; i < DECODE_REASONS; i++) {
        if (!d->given_up[i])
            continue;
        put(e, first ? S("") : S(","));
        first = 0;
        put_text(e, text_of(decode_reason_name((enum decode_reason)i)));
        put_number(e, S(":"), d->given_up[i]);
    }
    put_number(e, S("}},\"flow\":{\"total\":"), n->flow.flows);
    put_number(e, S(",\"foreign\":"), n->flows_foreign);
    put_number(e, S(",\"evicted\":"), n->flow.ended[FLOW_END_EVICTED]);
    put_number(e, S("},\"tcp\":{\"segments\":"), n->streams.segments);
    put_number(e, S(",\"overlap_diff_data\":"), n->streams.conflicts);
    put_number(e, S(",\"given_up\":"), n->streams.given_up + n->streams.evicted);
    put_number(e, S("},\"detect\":{\"alert\":"), pipeline_matches(n));
    PUT(e, "}}");
    line_end(e);
}
