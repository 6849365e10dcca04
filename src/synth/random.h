/* random.h - numbers that look random and are the same on every machine, from a seed.
 *
 * xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64. Not for keys. Distributions use
 * whole numbers and the same few operations everywhere, so that frames are equal to the byte.
 */
#pragma once

#include "core/base.h"

struct synth_random {
    uint64_t state[4];
};

struct synth_random synth_random_of(uint64_t seed);
uint64_t synth_random_next(struct synth_random *r);
uint64_t synth_random_below(struct synth_random *r, uint64_t bound); /* 0 .. bound - 1; bound > 0 */
static inline uint64_t synth_random_between(struct synth_random *r, uint64_t least, uint64_t most)
{
    return least + synth_random_below(r, most - least + 1);
}
static inline bool synth_random_chance(struct synth_random *r, unsigned in_thousand)
{
    return synth_random_below(r, 1000) < in_thousand;
}

/* Heavy tail: P(x >= k) falls as 1/k, from `least`, cut at `most`. */
uint64_t synth_random_heavy(struct synth_random *r, uint64_t least, uint64_t most);
/* Popularity: rank 0 comes most often; P(rank < k) rises as log k. */
uint64_t synth_random_zipf(struct synth_random *r, uint64_t ranks);

/* A value that depends on the seed and two numbers alone: for names and addresses that two generators
 * must agree on. */
uint64_t synth_mix(uint64_t seed, uint64_t a, uint64_t b);
