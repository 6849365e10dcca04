/* random.c - xoshiro256**, and the few distributions traffic has. */
#include "synth/random.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint64_t rotl(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

struct synth_random synth_random_of(uint64_t seed)
{
    struct synth_random r;
    for (size_t i = 0; i < COUNT(r.state); i++)
        r.state[i] = splitmix(&seed);
    return r;
}

uint64_t synth_random_next(struct synth_random *r)
{
    uint64_t *s = r->state, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint64_t synth_random_below(struct synth_random *r, uint64_t bound)
{
    return (uint64_t)((unsigned __int128)synth_random_next(r) * bound >> 64);
}

uint64_t synth_random_heavy(struct synth_random *r, uint64_t least, uint64_t most)
{
    uint64_t u = synth_random_next(r) >> 32 | 1; /* x = least / u, u in (0, 1] */
    uint64_t x = (least << 32) / u;
    return x < most ? x : most;
}

uint64_t synth_random_zipf(struct synth_random *r, uint64_t ranks)
{
    /* Pick a power of two evenly, then evenly inside it: density falls as 1/rank. */
    unsigned bits = 1;
    while (bits < 63 && (UINT64_C(1) << bits) <= ranks)
        bits++;
    for (;;) {
        uint64_t low = UINT64_C(1) << synth_random_below(r, bits);
        uint64_t rank = low + synth_random_below(r, low) - 1;
        if (rank < ranks)
            return rank;
    }
}

uint64_t synth_mix(uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t state = seed ^ a * 0xd1342543de82ef95 ^ rotl(b, 32);
    (void)splitmix(&state);
    return splitmix(&state);
}
