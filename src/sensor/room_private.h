/* room_private.h - things that few flows need, and those for a short time: a fixed number for each shard.
 *
 * Why by shard: whose thing has to go when all are taken depends on the packets of that shard alone, so
 * that the output of a capture is the same on any number of threads. All is taken at the start and
 * touched only when used.
 *
 *     void *thing = room_take(r, flow->shard, &session->thing);   // zeroed; may take the oldest's
 *     thing = room_of(r, session->thing);                          // NULL: it never had one, or lost it
 *     room_give(r, flow->shard, &session->thing);
 *
 * A holder keeps a number, and the room the address of that number: who loses a thing finds 0 there.
 * Holders may not move while they hold one.
 */
#pragma once

#include "core/base.h"

#include <stddef.h>
#include <stdint.h>

struct rooms;

struct rooms *rooms_new(size_t size, uint32_t a_shard);
void rooms_drop(struct rooms **r);

/* NULL when all are taken and `may_evict` is false. */
void *room_take(struct rooms *r, unsigned shard, uint32_t *holder, bool may_evict);
void *room_of(const struct rooms *r, uint32_t holder);
void room_give(struct rooms *r, unsigned shard, uint32_t *holder);
uint64_t rooms_evicted(const struct rooms *r);
