/* worst.c - what is hardest for a sensor, one kind a scenario: packets of the least size, a new flow with each
 * packet, nothing but DNS, and flows that all hit an indicator. */
#include "net/packet.h"
#include "synth/making_private.h"

enum { SPAN_US = 60000000, TINY_FRAMES = 2000000, TINY_FLOWS = 100000, NEW_FRAMES = 1000000 };
enum { DNS_EXCHANGES = 500000, HIT_FLOWS = 60000, CLIENTS = 4000, SERVERS = 0x1fff0, WINDOW = 501 };
enum { HITS = SYNTH_HIT_ADDRESSES + SYNTH_HIT_NAMES + SYNTH_HIT_PARENTS };

static uint64_t scaled(const struct synth_making *m, uint64_t count)
{
    uint64_t n = (uint64_t)((double)count * m->order.scale);
    return n ? n : 1;
}

/* The i-th of n instants, evenly over the minute; what is due before it is handed on. */
static int64_t step_to(struct synth_making *m, uint64_t i, uint64_t n)
{
    int64_t at = m->order.start_us + (int64_t)(i * SPAN_US / n);
    synth_line_run(m->line, at);
    return at;
}

static struct synth_end end_at(struct host h, uint64_t port)
{
    struct synth_end end = {.port = (uint16_t)port};
    memcpy(end.address, h.address, sizeof end.address);
    return end;
}

static void small_add(struct synth_making *m, const struct synth_end ends[2], bool tcp,
                      struct synth_segment segment, int64_t at)
{
    uint8_t frame[SYNTH_FRAME_MAX];
    size_t len = tcp ? synth_frame_tcp(frame, &ends[0], &ends[1], &segment, STR_NONE)
                     : synth_frame_udp(frame, &ends[0], &ends[1], S("\x40\xff\0\0\0\0"));
    synth_line_add(m->line, at, frame, len);
}

/* Flow f always has the same ends; two in three are TCP, whose first packet is a SYN. */
static void tiny_add(struct synth_making *m, uint64_t f, bool first, int64_t at)
{
    const uint64_t x = synth_mix(m->order.seed, 11, f);
    struct synth_end ends[2] = {end_at(host_client(x % CLIENTS), 1024 + (f >> 4) % 60000),
                                end_at(host_server(x >> 20 & 0xffff), 9000 + f % 16)};
    bool back = !first && synth_random_chance(&m->random, 500);
    struct synth_segment s = {.seq = (uint32_t)x,
                              .ack = (uint32_t)(x >> 32),
                              .flags = first ? TCP_SYN : TCP_ACK,
                              .window = WINDOW};
    if (back) {
        struct synth_end t = ends[0];
        ends[0] = ends[1];
        ends[1] = t;
        s.seq = (uint32_t)(x >> 32);
        s.ack = (uint32_t)x;
    }
    small_add(m, ends, f % 3 < 2, s, at);
    m->counts.flows += first;
}

void scenario_tiny(struct synth_making *m)
{
    uint64_t frames = scaled(m, TINY_FRAMES), flows = scaled(m, TINY_FLOWS);
    for (uint64_t i = 0; i < frames; i++) {
        int64_t at = step_to(m, i, frames);
        bool first = i < flows;
        tiny_add(m, first ? i : synth_random_below(&m->random, flows), first, at);
    }
}

void scenario_newflows(struct synth_making *m)
{
    uint64_t frames = scaled(m, NEW_FRAMES);
    for (uint64_t i = 0; i < frames; i++) {
        int64_t at = step_to(m, i, frames);
        uint64_t x = synth_random_next(&m->random);
        /* The number in the port and the server's address: no two flows are one. */
        struct synth_end ends[2] = {end_at(host_client(x % CLIENTS), 1024 + i % 60000),
                                    end_at(host_server(i / 60000 * 4093 + (x >> 32) % 4093),
                                           x >> 62 ? 443 : 9000)};
        struct synth_segment s = {.seq = (uint32_t)x, .flags = TCP_SYN, .window = WINDOW};
        small_add(m, ends, x >> 61 & 1, s, at);
        m->counts.flows++;
    }
}

void scenario_dns(struct synth_making *m)
{
    uint64_t exchanges = scaled(m, DNS_EXCHANGES);
    for (uint64_t i = 0; i < exchanges; i++) {
        char name[NAME_MAX_TEXT];
        int64_t at = step_to(m, i, exchanges);
        uint64_t x = synth_random_next(&m->random);
        int n = x & 1 ? snprintf(name, sizeof name, "www.popular%04u.example",
                                 (unsigned)synth_random_zipf(&m->random, 2000))
                      : snprintf(name, sizeof name, "n%llx.zone%llu.example",
                                 (unsigned long long)(x >> 40), (unsigned long long)i);
        struct lookup l = {.client = host_client((x >> 8) % CLIENTS),
                           .name = {name, (size_t)n},
                           .v6 = x >> 1 & 1,
                           .unknown = (x >> 2 & 15) == 0,
                           .alias = x >> 6 & 1,
                           .time_us = at};
        l.address = l.v6 ? host_server6(i) : host_server(i);
        make_lookup(m, &l);
    }
}

void scenario_hits(struct synth_making *m)
{
    uint64_t flows = scaled(m, HIT_FLOWS);
    for (uint64_t i = 0; i < flows; i++)
        plant(m, i * 263 % HITS, step_to(m, i, flows));
}
