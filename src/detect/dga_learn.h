/* dga_learn.h - fits a dga_model to lists of names: for tools/train-dga, and for the test that leaves one
 * family out at a time.
 *
 * The tables are counts, smoothed by shorter contexts. The weights come from stochastic gradient descent on
 * the logistic loss, with a fixed seed and order: the same lists give the same table, bit for bit.
 * Every family weighs by the square root of its number of names, all together as much as the popular ones.
 *
 *     struct dga_lists lists;
 *     if (!dga_lists_read(&memory, "../shared/data", &lists, e))
 *         return false;
 *     dga_learn(&lists, leave_out, &model);
 *
 * Memory: the lists live in the arena; learning takes some 10 MiB from the heap. One thread.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "detect/dga_model.h"

enum { DGA_FAMILIES_MOST = 64, DGA_FAMILY_MANY = 500 };

struct dga_family {
    struct str name;
    bool words; /* put together from words or from other names, not from characters */
    struct str *labels;
    size_t count;
};

struct dga_lists {
    struct str *popular; /* labels, each once, in a stirred order */
    size_t popular_count;
    struct dga_family families[DGA_FAMILIES_MOST];
    size_t family_count;
};

/* Reads dga/ and misp/warninglists/ below `folder`. ERR_NOT_FOUND when they are not there. */
[[nodiscard]] bool dga_lists_read(struct arena *memory, const char *folder,
                                  struct dga_lists *ret_lists, struct err *e);

struct dga_lesson {
    const struct dga_lists *lists;
    size_t popular_first, popular_end; /* which of them may be seen */
    const struct dga_family *without;  /* not seen; may be NULL */
    size_t most_of_family;             /* of each family no more than this */
};
void dga_learn(const struct dga_lesson *lesson, struct dga_model *ret_model);
