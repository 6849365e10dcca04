/* fuzz_flow.c - packets of a few hosts in any order and at any time: the flow table's and the
 * reassembly's sums hold, and a stream never hands out bytes that were not sent.
 *
 * Input: ten bytes a packet: hosts and ports, protocol and flags, sequence, length, seconds to pass.
 * The payload is the sequence number's own bytes, so that what comes out of reassembly can be checked.
 */
#include "core/rd.h"
#include "flow/flow.h"
#include "flow/reassembly.h"
#include "fuzz.h"

struct app {
    struct stream streams[2];
    uint64_t packets;
};

struct rig {
    struct reassembly *reassembly;
    const uint8_t *pattern; /* 0 to 255, over and over */
    uint64_t packets, ended;
};

static void on_packet(void *context, struct flow *f, const struct packet *p, enum flow_side from)
{
    struct rig *rig = context;
    struct app *app = flow_app(f);
    struct stream *s = &app->streams[from];
    app->packets++;
    if (p->proto != IP_TCP)
        return;
    s->resync = p->ttl & 1;
    struct str got = reassembly_push(rig->reassembly, s, f->shard, p);
    if (got.len && memcmp(got.ptr, rig->pattern + (s->base & 0xff), got.len) != 0)
        __builtin_trap();
    if (got.len && p->ttl % 3)
        reassembly_keep(rig->reassembly, s, got, got.len * (p->ttl % 5) / 3);
    if (p->ttl == 255)
        flow_quiet(f, false);
}

static void on_end(void *context, struct flow *f, enum flow_end why)
{
    struct rig *rig = context;
    struct app *app = flow_app(f);
    (void)why;
    if (!f->quiet && app->packets != f->packets[0] + f->packets[1])
        __builtin_trap();
    rig->packets += f->packets[0] + f->packets[1];
    rig->ended++;
    for (int i = 0; i < 2; i++)
        reassembly_done(rig->reassembly, &app->streams[i]);
}

static void read_packet(struct rd *r, int64_t *now, const uint8_t *pattern, struct packet *ret)
{
    uint8_t hosts = rd_u8(r), ports = rd_u8(r), kind = rd_u8(r);
    *ret = (struct packet){.version = kind & 1 ? 4 : 6, .frames = 1, .wire_bytes = 60};
    ret->src[15] = hosts & 15;
    ret->dst[15] = hosts >> 4;
    ret->sport = ports & 15;
    ret->dport = ports >> 4;
    ret->proto = kind & 2 ? IP_TCP : kind & 4 ? IP_UDP : kind & 8 ? IP_ICMP6 : 89;
    ret->flags = kind & 8 && !(kind & 6) ? PACKET_HAS_ICMP : PACKET_HAS_PORTS;
    ret->icmp_type = ports;
    ret->tcp_flags = kind >> 3;
    ret->tcp_seq = (uint32_t)rd_be16(r) * 16 - 0x4000;
    size_t len = rd_be16(r) % 40000;
    ret->ttl = rd_u8(r);
    uint16_t seconds = rd_be16(r);
    *now += seconds & 0x8000 ? -(int64_t)(seconds & 0x7fff) * 10000 : seconds * INT64_C(1000);
    ret->time_us = *now;
    uint32_t first = ret->tcp_seq + ((ret->tcp_flags & TCP_SYN) != 0);
    ret->payload = (struct str){(const char *)pattern + (first & 0xff), len};
    ret->payload_wire = (uint32_t)len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t pattern[65536];
    struct rig rig = {.pattern = pattern};
    for (size_t i = 0; pattern[65535] == 0 && i < sizeof pattern; i++)
        pattern[i] = (uint8_t)i;
    struct err e;
    struct flow_table *t = NULL;
    struct flow_settings s = FLOW_SETTINGS;
    s.flows = 64 * 16;
    s.app_size = sizeof(struct app);
    struct flow_user user = {&rig, NULL, on_packet, on_end};
    if (!reassembly_new(3 << 20, &rig.reassembly, &e) || !flow_table_new(&s, &user, &t, &e))
        __builtin_trap();
    struct rd r = rd_of(data, size);
    int64_t now = 0;
    uint64_t packets = 0;
    for (; rd_left(&r) >= 10; packets++) {
        struct packet p;
        read_packet(&r, &now, pattern, &p);
        flow_batch(t, &p, 1);
    }
    flow_table_flush(t);
    struct flow_stats stats = flow_table_stats(t);
    bool sound = stats.live == 0 && stats.flows == rig.ended && rig.packets == packets &&
                 reassembly_stats(rig.reassembly).blocks == 0;
    if (!sound)
        __builtin_trap();
    flow_table_drop(&t);
    reassembly_drop(&rig.reassembly);
    return 0;
}
