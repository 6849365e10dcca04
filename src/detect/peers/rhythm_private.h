/* rhythm_private.h - when somebody called, the latest times of many, and how regular they are.
 *
 * A rhythm keeps its beats in the order of their starts, eight bytes each, so that one more beat touches one
 * line of memory. Sizes are kept to three digits.
 */
#pragma once

#include "core/base.h"

enum {
    RHYTHM_BEATS = 32,
    RHYTHM_UNITS = 100, /* a second */
};

struct beat {
    uint32_t at;      /* since base_us, in hundredths of a second */
    uint16_t out, in; /* bytes, packed */
};

struct rhythm {
    int64_t base_us; /* the first beat of all */
    uint32_t total;  /* beats ever */
    uint32_t n;
    struct beat beats[RHYTHM_BEATS];
};

/* A call that began at `start_us`. True when it is a beat of its own: not within `burst` (hundredths) of another,
 * nor older than all that are kept. Calls may come in any order. */
bool rhythm_add(struct rhythm *b, int64_t start_us, uint64_t out, uint64_t in, uint32_t burst);

struct measure {
    double period;        /* seconds, the median interval */
    double jitter;        /* median absolute deviation of the intervals, of their median */
    double skew;          /* Bowley's, -1..1 */
    double variation;     /* standard deviation over mean, pauses aside */
    double missed, brief; /* shares of intervals: some beats long; far shorter than the period */
    double span;          /* seconds, of all beats ever */
    double size;          /* median absolute deviation of the bytes sent, of their median */
    double bytes;         /* median to and fro */
};

/* False when there are too many pauses to speak of a rhythm. At least three beats. */
bool rhythm_measure(const struct rhythm *b, struct measure *ret_measure);

/* A count in 16 bits: exact below 2048, then to eleven bits. */
uint16_t size_pack(uint64_t bytes);
double size_unpack(uint16_t packed);
