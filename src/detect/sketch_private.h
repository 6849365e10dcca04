/* sketch_private.h - how many different ones? Answered in 72 bytes, for a dozen or for a million.
 *
 * HyperLogLog registers (Flajolet, Fusy, Gandouet and Meunier, 2007), read by the "historic inverse
 * probability" estimate (Cohen, 2015; Ting, 2014): each time a register rises, the count rises by one over
 * the chance that a new element would have raised any. That is exact for the first, off by about a tenth
 * at worst later, and costs no sum over the registers.
 */
#pragma once

#include "core/base.h"

enum { SKETCH_REGISTERS = 64, SKETCH_RANK_MOST = 25 };

struct sketch {    /* all zero: empty */
    uint32_t used; /* 2^31 less the registers' sum of 2^(25 - rank) */
    float count;   /* the estimate */
    uint8_t ranks[SKETCH_REGISTERS];
};

/* Takes in one element by its hash. True when it was surely new. */
static inline bool sketch_add(struct sketch *s, uint64_t hash)
{
    uint8_t *rank = &s->ranks[hash % SKETCH_REGISTERS];
    unsigned zeros = (unsigned)__builtin_ctzll(hash >> 6 | UINT64_C(1) << (SKETCH_RANK_MOST - 1));
    if (zeros + 1 <= *rank)
        return false;
    uint32_t left = (UINT32_C(1) << 31) - s->used;
    s->count += (float)(UINT32_C(1) << 31) / (float)left;
    s->used += (UINT32_C(1) << (SKETCH_RANK_MOST - *rank)) -
               (UINT32_C(1) << (SKETCH_RANK_MOST - zeros - 1));
    *rank = (uint8_t)(zeros + 1);
    return true;
}

static inline double sketch_count(const struct sketch *s) /* the estimate, a whole number */
{
    return (double)(int64_t)(s->count + 0.5F);
}

/* XXH3 of some bytes, for sketch_add and for keys that are names. */
uint64_t sketch_hash(uint64_t seed, const void *bytes, size_t len);
