/* traffic.c - who says what when: sequence numbers, acknowledgements and pauses of a conversation. */
#include "synth/traffic.h"

#include "net/packet.h"

enum { WINDOW = 64240, GAP_MOST = 400, SERVICE_MOST = 20000 };

struct synth_talk synth_talk_of(struct synth_line *line, struct synth_random *random,
                                struct synth_end client, struct synth_end server, int64_t time_us)
{
    struct synth_talk t = {.line = line,
                           .random = random,
                           .ends = {client, server},
                           .time_us = time_us,
                           .half_rtt = (int64_t)synth_random_between(random, 500, 15000)};
    t.seq[SYNTH_CLIENT] = (uint32_t)synth_random_next(random);
    t.seq[SYNTH_SERVER] = (uint32_t)synth_random_next(random);
    return t;
}

static enum synth_side other(enum synth_side side)
{
    return side == SYNTH_CLIENT ? SYNTH_SERVER : SYNTH_CLIENT;
}

void synth_udp_say(struct synth_talk *t, enum synth_side side, struct str payload)
{
    uint8_t frame[SYNTH_FRAME_MAX];
    size_t len = synth_frame_udp(frame, &t->ends[side], &t->ends[other(side)], payload);
    synth_line_add(t->line, t->time_us, frame, len);
    t->time_us += 2 * t->half_rtt + (int64_t)synth_random_below(t->random, GAP_MOST);
}

static void segment(struct synth_talk *t, enum synth_side side, uint8_t flags, struct str payload)
{
    uint8_t frame[SYNTH_FRAME_MAX];
    struct synth_segment s = {.seq = t->seq[side], .flags = flags, .window = WINDOW};
    if (flags & TCP_ACK)
        s.ack = t->seq[other(side)];
    size_t len = synth_frame_tcp(frame, &t->ends[side], &t->ends[other(side)], &s, payload);
    synth_line_add(t->line, t->time_us, frame, len);
    t->seq[side] += (uint32_t)payload.len + ((flags & (TCP_SYN | TCP_FIN)) != 0);
}

static void wait_half(struct synth_talk *t)
{
    t->time_us += t->half_rtt;
}

void synth_tcp_open(struct synth_talk *t)
{
    segment(t, SYNTH_CLIENT, TCP_SYN, STR_NONE);
    wait_half(t);
    segment(t, SYNTH_SERVER, TCP_SYN | TCP_ACK, STR_NONE);
    wait_half(t);
    segment(t, SYNTH_CLIENT, TCP_ACK, STR_NONE);
    t->time_us += (int64_t)synth_random_between(t->random, 20, 600);
}

void synth_tcp_refused(struct synth_talk *t, bool answered)
{
    segment(t, SYNTH_CLIENT, TCP_SYN, STR_NONE);
    if (answered) {
        wait_half(t);
        t->seq[SYNTH_SERVER] = 0;
        segment(t, SYNTH_SERVER, TCP_RST | TCP_ACK, STR_NONE);
        return;
    }
    t->seq[SYNTH_CLIENT]--; /* the same number again, a second later */
    t->time_us += 1000000;
    segment(t, SYNTH_CLIENT, TCP_SYN, STR_NONE);
}

void synth_tcp_knock(struct synth_talk *t)
{
    segment(t, SYNTH_CLIENT, TCP_SYN, STR_NONE);
}

int64_t synth_say(struct synth_talk *t, enum synth_side side, struct str bytes, size_t split_at)
{
    int64_t last = t->time_us;
    while (bytes.len) {
        size_t n = split_at && split_at < bytes.len ? split_at : bytes.len;
        split_at = 0;
        if (n > SYNTH_MSS)
            n = SYNTH_MSS;
        last = t->time_us;
        uint8_t flags = n == bytes.len ? TCP_ACK | TCP_PSH : TCP_ACK;
        segment(t, side, flags, (struct str){bytes.ptr, n});
        bytes = str_skip(bytes, n);
        t->time_us += (int64_t)synth_random_between(t->random, 5, GAP_MOST);
    }
    wait_half(t);
    segment(t, other(side), TCP_ACK, STR_NONE);
    t->time_us += (int64_t)synth_random_below(t->random, SERVICE_MOST);
    return last;
}

/* What stands for content: the canary, again and again, so that any piece of it holds one. */
static void content_put(char out[SYNTH_MSS])
{
    static const char unit[] = SYNTH_CANARY ".";
    for (size_t i = 0; i < SYNTH_MSS; i++)
        out[i] = unit[i % (sizeof unit - 1)];
}

uint64_t synth_bulk(struct synth_talk *t, enum synth_side side, uint64_t segments)
{
    char content[SYNTH_MSS];
    uint64_t sent = 0;
    content_put(content);
    for (uint64_t i = 0; i < segments; i++) {
        bool full = synth_random_chance(t->random, 560);
        size_t n = full ? SYNTH_MSS : (size_t)synth_random_between(t->random, 100, 900);
        segment(t, side, TCP_ACK, (struct str){content, n});
        t->time_us += (int64_t)synth_random_between(t->random, 10, 3000);
        segment(t, other(side), TCP_ACK, STR_NONE);
        t->time_us += (int64_t)synth_random_between(t->random, 10, 3000);
        sent += n;
    }
    return sent;
}

enum { LARGE = 60000, LARGE_KEPT = 96 };

void synth_bulk_large(struct synth_talk *t, enum synth_side side, uint64_t bytes, int64_t span_us)
{
    char content[SYNTH_MSS];
    content_put(content);
    int64_t pace = span_us / (int64_t)(bytes / LARGE + 1);
    while (bytes) {
        uint8_t frame[SYNTH_FRAME_MAX];
        size_t n = bytes < LARGE ? (size_t)bytes : LARGE, kept = n < LARGE_KEPT ? n : LARGE_KEPT;
        struct synth_segment s = {.seq = t->seq[side],
                                  .ack = t->seq[other(side)],
                                  .flags = TCP_ACK,
                                  .window = WINDOW};
        size_t len = synth_frame_tcp_cut(frame, &t->ends[side], &t->ends[other(side)], &s,
                                         (struct str){content, kept}, n);
        size_t wire = len + n - kept;
        synth_line_add_cut(t->line, t->time_us, frame, len, wire);
        t->seq[side] += (uint32_t)n;
        t->time_us += 200;
        segment(t, other(side), TCP_ACK, STR_NONE);
        t->time_us += pace > 200 ? pace - 200 : 1;
        bytes -= n;
    }
}

void synth_tcp_close(struct synth_talk *t)
{
    segment(t, SYNTH_CLIENT, TCP_FIN | TCP_ACK, STR_NONE);
    wait_half(t);
    segment(t, SYNTH_SERVER, TCP_FIN | TCP_ACK, STR_NONE);
    wait_half(t);
    segment(t, SYNTH_CLIENT, TCP_ACK, STR_NONE);
}
