/* change.h - what changed in the selector set, by generation, for sensors that are running.
 *
 * A generation is one rising number for the whole set; an entry of the journal that changes the set
 * takes the next one, with as many changes as it makes. A large import is no list of changes: it
 * takes a generation without rows, marked STORE_CHANGE_WHOLE, and sensors fetch the image anew.
 */
#pragma once

#include "store/intel.h"

enum { STORE_CHANGE_WHOLE = 2 }; /* `withdraw` of the single row of a large change */

struct change_row {
    int64_t generation, item;
    int64_t withdraw; /* 0: added or replaced; 1: withdrawn; STORE_CHANGE_WHOLE */
    struct selector selector;
    int64_t action, confidence, valid_until;
    struct str threat, source;
};

[[nodiscard]] bool store_generation(struct db *db, int64_t *ret, struct err *e);
/* Takes the next generation. */
[[nodiscard]] bool store_generation_next(struct db *db, int64_t *ret, struct err *e);
[[nodiscard]] bool store_change_put(struct db *db, const struct change_row *c, struct err *e);
/* All changes after a generation, in order; at most `most` rows. */
struct change_list {
    struct change_row *rows;
    size_t count;
};
[[nodiscard]] bool store_changes(struct db *db, struct arena *a, int64_t after, int64_t most,
                                 struct change_list *ret, struct err *e);
