/* reassembly.h - the first bytes of a TCP direction, in order, for as long as a dissector wants them.
 *
 * Why so little: names and fingerprints stand in the first flights. In the usual case the one segment
 * that holds a hello is handed on as it lies in the frame, without a copy; only a message in several
 * segments is gathered, in a block of STREAM_MOST bytes. Whoever has what it needs says so, and the
 * connection costs nothing more.
 *
 *     struct stream *s = &my->client;                        // in the flow's app area, zeroed
 *     struct str bytes = reassembly_push(r, s, flow->shard, packet);
 *     if (bytes.len && dissect(bytes, &used) == WANTS_MORE)
 *         reassembly_keep(r, s, bytes, used);                 // the rest is there next time, with more
 *     else if (bytes.len)
 *         reassembly_done(r, s);                              // or nothing: then all of it was used
 *
 * Order: segments may come late, twice, overlapping or across the wrap of the sequence number. The first
 * byte to arrive wins; one that says otherwise is counted (`conflicts`). At most STREAM_GAPS ranges wait
 * behind a gap. A direction whose SYN was not seen starts at its first payload.
 * `used` may lie past the bytes given: what is still to come is then passed over.
 * Gaps: STREAM_AHEAD segments in a row beyond STREAM_MOST, or one range too many: with `resync`, a gap that cannot be filled any more is stepped over and `s->gap` set for the
 * one push that follows it; without, the direction is given up.
 * Bounds: `bytes` over all 64 shards, evenly; a shard without a free block takes the one that has
 * waited longest. All of it is taken at the start and touched only when used.
 * Threads: a shard's streams are one thread's business.
 */
#pragma once

#include "core/err.h"
#include "net/packet.h"

enum { STREAM_MOST = 16 * 1024, STREAM_GAPS = 8, STREAM_AHEAD = 8 };

enum stream_state { STREAM_FRESH, STREAM_OPEN, STREAM_DONE };

struct stream {      /* zeroed is ready; it must not move while it is not done */
    uint32_t base;   /* sequence number of the first byte that was not used yet */
    uint32_t block;  /* 1 + number of its block, 0: none */
    uint16_t handed; /* bytes handed out that nobody asked to keep yet */
    uint8_t state;   /* enum stream_state */
    uint8_t shard;
    uint8_t ahead; /* segments in a row that lay beyond STREAM_MOST */
    bool resync : 1, gap : 1, midstream : 1, evicted : 1, lost : 1, full : 1;
    bool conflict : 1; /* a segment said otherwise than one before it */
};

struct reassembly_stats {
    uint64_t segments, in_place, retransmitted, out_of_order, conflicts, gaps;
    uint64_t given_up; /* a gap too long, or too many of them */
    uint64_t filled;   /* STREAM_MOST bytes and still no end */
    uint64_t evicted;  /* lost its block to a younger stream */
    uint64_t blocks;   /* in use now */
};

struct reassembly;

/* ERR_LIMIT under one block for each shard of the mask. */
[[nodiscard]] bool reassembly_new(size_t bytes, struct reassembly **ret, struct err *e);
void reassembly_drop(struct reassembly **r);

/* The bytes from `base` on that are there without a gap, when this packet added to them; else none.
 * Valid until the next call with this reassembly, and no longer than the packet. */
struct str reassembly_push(struct reassembly *r, struct stream *s, unsigned shard,
                           const struct packet *p);

/* `bytes` is what push returned: keep all but the first `used` of it. False: no longer possible. */
bool reassembly_keep(struct reassembly *r, struct stream *s, struct str bytes, size_t used);

/* No more is wanted of this direction; its block is free. Twice does no harm. */
void reassembly_done(struct reassembly *r, struct stream *s);
struct reassembly_stats reassembly_stats(const struct reassembly *r);
