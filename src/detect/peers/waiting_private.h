/* waiting_private.h - pairs that called once or twice: a waiting room before they are given a rhythm.
 *
 * Why: most pairs of a client and a place are seen a few times and never again. Each costs sixteen bytes
 * here and one line of memory to look at, where a rhythm costs hundreds. Four share a line; the one that
 * was quiet for longest makes room. Where a pair sits depends on the sketches' seed, not on the tables'.
 */
#pragma once

#include "core/base.h"

struct waiting {
    uint32_t print;         /* 0: nobody */
    uint32_t first, second; /* times in hundredths of a second since the capture began, never 0 */
    uint16_t out[2];        /* bytes sent, packed */
};

struct waiting_line {
    struct waiting seats[4];
};

struct waiting_room {
    struct waiting_line *lines;
    uint32_t count;
};

static inline struct waiting_line *waiting_line_of(const struct waiting_room *w, uint64_t hash)
{
    return &w->lines[(uint64_t)(uint32_t)hash * w->count >> 32];
}

static inline void waiting_ahead(const struct waiting_room *w, uint64_t hash)
{
    __builtin_prefetch(waiting_line_of(w, hash), 1);
}

/* The seat of the pair that has this hash; a new one is empty but for its print. */
struct waiting *waiting_seat(const struct waiting_room *w, uint64_t hash);
