/* overlay.h - the changes since an image was built: additions, withdrawals, new ends.
 *
 * Why: a warning must be matched within milliseconds of its arrival, and building a million
 * selectors takes a second. So changes are kept in order (struct index_changes) and compiled into a
 * second, small image with the seed of the first: a question hashes its key once for both. The last
 * change to a selector wins. At INDEX_CHANGES_MAX it is full: the owner merges (set.h).
 *
 * Threads: none of its own. Memory: changes copy what they are given.
 */
#pragma once

#include "index/image.h"

enum { INDEX_CHANGES_MAX = 65536 };

struct index_change {
    bool withdraw;            /* only entry.selector is read then */
    struct index_entry entry; /* an addition, or what replaces the one that was there */
};

struct index_changes;

struct index_changes *index_changes_new(void);
void index_changes_drop(struct index_changes **c);

size_t index_changes_count(const struct index_changes *c);
/* ERR_LIMIT when full, ERR_INVALID when the selector is not canonical; nothing is added then. */
[[nodiscard]] bool index_changes_add(struct index_changes *c, const struct index_change *change,
                                     struct err *e);
/* Forgets the `n` oldest: they are in the new image. */
void index_changes_forget(struct index_changes *c, size_t n);

/* NULL in *ret_image when there are no changes. */
[[nodiscard]] bool index_changes_compile(const struct index_changes *c, uint64_t seed,
                                         struct index_image **ret_image, struct err *e);
