/* keeping_private.h - records on their way from the packet thread to the keeper, which may wait for a disk.
 *
 * Two buffers change places: one is filled while the other is being kept, by a thread of this module's.
 * When both are full a record is dropped and counted. Nothing is allocated after keeping_new.
 * Threads: keeping_put by one thread at a time, the rest is for any.
 */
#pragma once

#include "core/buf.h"
#include "sensor/sightings.h"

struct keeping;

struct keeping_stats {
    uint64_t records, dropped, unkept; /* put; without room; refused by the keeper */
};

/* `what` is said in the log when records are lost: "sightings". `held`: bytes a buffer. */
[[nodiscard]] bool keeping_new(const struct keeper *target, const char *what, size_t held,
                               struct keeping **ret, struct err *e);
void keeping_drop(struct keeping **k); /* keeps what is held, then ends the thread */

void keeping_put(struct keeping *k, const struct buf *record); /* one that is `over` is dropped */
void keeping_wait(struct keeping *k); /* until all of it is kept, or refused */
struct keeping_stats keeping_stats(struct keeping *k);
