/* traffic.h - conversations, laid out on one time line and handed on in order.
 *
 * A scenario starts conversations in order of time; each lays all its frames on the line at once; the line
 * hands them on up to the start of the next one. So frames of many conversations interleave as on a
 * wire, and only what is in flight is held.
 *
 *     struct synth_talk t = synth_talk_of(line, &random, client, server, at);
 *     synth_tcp_open(&t);
 *     synth_say(&t, SYNTH_CLIENT, hello, split_at);
 *     synth_bulk(&t, SYNTH_SERVER, 40);
 *     synth_tcp_close(&t);
 *
 * Once a sink has failed, all calls do nothing and synth_line_end reports it.
 */
#pragma once

#include "synth/frame.h"
#include "synth/random.h"
#include "synth/scenario.h"

struct synth_line;

struct synth_line *synth_line_new(const struct synth_sink *sink);
void synth_line_drop(struct synth_line **l); /* for AUTO */
/* Copies the frame. Frames of one instant keep the order in which they were added. */
void synth_line_add(struct synth_line *l, int64_t time_us, const uint8_t *frame, size_t len);
/* The same for a frame of which only the beginning was kept. */
void synth_line_add_cut(struct synth_line *l, int64_t time_us, const uint8_t *frame, size_t len,
                        size_t wire_len);
void synth_line_run(struct synth_line *l, int64_t until_us); /* hands on all before that instant */
/* Hands on the rest. */
[[nodiscard]] bool synth_line_end(struct synth_line *l, uint64_t *ret_frames, uint64_t *ret_bytes,
                                  struct err *e);

enum synth_side { SYNTH_CLIENT, SYNTH_SERVER };

struct synth_talk {
    struct synth_line *line;
    struct synth_random *random;
    struct synth_end ends[2];
    uint32_t seq[2];  /* next to be sent, by side */
    int64_t time_us;  /* of the next frame */
    int64_t half_rtt; /* microseconds */
};

struct synth_talk synth_talk_of(struct synth_line *line, struct synth_random *random,
                                struct synth_end client, struct synth_end server, int64_t time_us);

void synth_udp_say(struct synth_talk *t, enum synth_side side, struct str payload);
void synth_tcp_open(struct synth_talk *t);
/* A SYN that is refused, or, where `answered` is false, sent again into silence. */
void synth_tcp_refused(struct synth_talk *t, bool answered);
void synth_tcp_knock(struct synth_talk *t); /* a SYN, and nothing after it */
/* Segments of at most SYNTH_MSS, then the other side's acknowledgement. split_at inside the bytes
 * ends the first segment there. Returns the instant of the last segment. */
int64_t synth_say(struct synth_talk *t, enum synth_side side, struct str bytes, size_t split_at);
/* `segments` of content, each acknowledged; returns the bytes. */
uint64_t synth_bulk(struct synth_talk *t, enum synth_side side, uint64_t segments);
/* `bytes` of content in a few large segments, spread over `span_us`, each acknowledged; the capture keeps
 * their beginnings. For volumes that would otherwise be all there is. */
void synth_bulk_large(struct synth_talk *t, enum synth_side side, uint64_t bytes, int64_t span_us);
void synth_tcp_close(struct synth_talk *t);
