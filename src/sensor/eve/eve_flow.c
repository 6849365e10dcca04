/* eve_flow.c - flow lines, and stats at the end of a capture. */
#include "core/time.h"
#include "eve_private.h"

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

void eve_flow(struct eve *e, const struct sensor_event *ev)
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
