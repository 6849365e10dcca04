/* set.h - the selectors in force, swapped under their readers without a lock.
 *
 * Why: packets do not wait. A reader takes the view that is in force, asks it as often as it likes
 * within one batch of packets, and says once a batch that it holds none (index_reader_quiesce). A
 * writer publishes a new view with one store, and frees the old one after every reader has said so:
 * quiescent-state reclamation with C11 atomics. A reader that will sleep goes offline first, so that
 * it holds nothing up; a reader that neither quiesces nor sleeps holds memory, never other readers.
 *
 * Generations rise. A replacement or change that does not carry a higher one is refused
 * (ERR_CONFLICT): an old signed set, played again, cannot bring back what was withdrawn.
 *
 *     struct index_reader *r = index_reader_join(set);        // each reading thread
 *     for (;;) {
 *         struct index_view v = index_reader_view(r);
 *         ... a batch of packets ...
 *         index_reader_quiesce(r);
 *     }
 *     index_reader_leave(&r);
 *
 * Merging (index_set_merge) builds a new image from base and changes while both stay in force;
 * changes that come meanwhile are kept. It costs one more image in memory, no more.
 *
 * Threads: everything may be called from any thread, but one reader belongs to one thread.
 */
#pragma once

#include "index/overlay.h"

struct index_set;
struct index_reader;

enum { INDEX_READERS_MAX = 256 };

struct index_set_state {
    uint64_t generation;
    size_t base, changes; /* selectors in the image; changes in the overlay */
    size_t waiting;       /* views that wait for a reader to let go */
    uint64_t swaps, merges;
};

struct index_set *index_set_new(void);     /* empty, generation 0 */
void index_set_drop(struct index_set **s); /* no reader may be left */

/* Takes the image over on success. Changes made before are dropped: the image has them. */
[[nodiscard]] bool index_set_replace(struct index_set *s, struct index_image **image,
                                     uint64_t generation, struct err *e);

/* All of them or none; in force when it returns. ERR_LIMIT when the overlay is full: merge first. */
[[nodiscard]] bool index_set_apply(struct index_set *s, const struct index_change *changes,
                                   size_t count, uint64_t generation, struct err *e);

/* Puts the changes into a new image. True without doing anything when there are none. One merge at a
 * time: a second caller waits. `now`: seconds; what has ended by then is left out. */
[[nodiscard]] bool index_set_merge(struct index_set *s, uint32_t now, struct err *e);

struct index_set_state index_set_state(struct index_set *s);
/* Frees what no reader holds. Every writer does so; a quiet set may be told to. */
void index_set_collect(struct index_set *s);

/* NULL when INDEX_READERS_MAX are in. Starts online. */
struct index_reader *index_reader_join(struct index_set *s);
void index_reader_leave(struct index_reader **r);
/* Valid until this reader quiesces, goes offline or leaves. */
struct index_view index_reader_view(struct index_reader *r);
void index_reader_quiesce(struct index_reader *r);
void index_reader_offline(struct index_reader *r);
void index_reader_online(struct index_reader *r);
