/* fate.h - what became of every packet: selected, discarded, or not decided yet. One of them, always.
 *
 *   in = unread + unknown + over_cap + matched + discarded + pending
 *
 * A flow is pending until a selector is met or all its metadata is known; then its packets are counted as
 * matched or discarded, and so is each one that follows. Residency is how long a packet was kept undecided.
 * A fragment before the one that made its datagram whole counts as unread.
 *
 * Counts only rise, but for `pending`. Units: frames and packets, each counted once; microseconds.
 */
#pragma once

#include "core/base.h"

struct fate_counts {
    uint64_t in, bytes_in;
    uint64_t unread;   /* no address could be read: its direction is unknown */
    uint64_t unknown;  /* addresses whose country is not sure */
    uint64_t over_cap; /* more than the authorisation lets in */
    uint64_t matched;
    uint64_t discarded; /* the wrong direction, outside the period, or nothing met */
    uint64_t pending;
    int64_t residency_min_us, residency_max_us; /* of decisions; 0 and 0 before the first */
};

static inline uint64_t fate_sum(const struct fate_counts *n)
{
    return n->unread + n->unknown + n->over_cap + n->matched + n->discarded + n->pending;
}

void fate_add(struct fate_counts *sum, const struct fate_counts *n);
void fate_decided(struct fate_counts *n, int64_t residency_us);
