/* rhythm.c - beats put in order, and measured. */
#include "rhythm_private.h"

#include "detect/detector_private.h"

#include <math.h>

enum { PAUSE_BEATS = 8, PAUSES_MOST = 4, MANTISSA_BITS = 11 };

uint16_t size_pack(uint64_t bytes)
{
    const uint64_t most = UINT64_C(1) << (MANTISSA_BITS + 30);
    unsigned shift = 0;
    bytes = bytes < most ? bytes : most;
    while (bytes >> shift >> MANTISSA_BITS)
        shift++;
    return (uint16_t)(shift << MANTISSA_BITS | bytes >> shift);
}

double size_unpack(uint16_t packed)
{
    unsigned shift = packed >> MANTISSA_BITS;
    return (double)((uint64_t)(packed & ((1 << MANTISSA_BITS) - 1)) << shift);
}

static void beat_join(struct beat *b, uint64_t out, uint64_t in)
{
    b->out = size_pack((uint64_t)size_unpack(b->out) + out);
    b->in = size_pack((uint64_t)size_unpack(b->in) + in);
}

bool rhythm_add(struct rhythm *b, int64_t start_us, uint64_t out, uint64_t in, uint32_t burst)
{
    if (!b->n || start_us - b->base_us > (int64_t)UINT32_MAX * (TIME_SECOND / RHYTHM_UNITS)) {
        b->base_us = start_us; /* the first, or the first for more than a year */
        b->n = b->total = 0;
    }
    int64_t since = (start_us - b->base_us) / (TIME_SECOND / RHYTHM_UNITS);
    if (since < 0)
        return false;
    uint32_t t = (uint32_t)since, i = b->n;
    while (i && b->beats[i - 1].at > t)
        i--;
    struct beat *near = i && t - b->beats[i - 1].at <= burst      ? &b->beats[i - 1]
                        : i < b->n && b->beats[i].at - t <= burst ? &b->beats[i]
                                                                  : NULL;
    if (near) {
        beat_join(near, out, in);
        return false;
    }
    if (i == 0 && b->n)
        return false;
    if (b->n == RHYTHM_BEATS) {
        b->n--;
        i--;
        memmove(b->beats, b->beats + 1, b->n * sizeof b->beats[0]);
    }
    memmove(b->beats + i + 1, b->beats + i, (b->n - i) * sizeof b->beats[0]);
    b->beats[i] = (struct beat){t, size_pack(out), size_pack(in)};
    b->n++;
    b->total++;
    return true;
}

static double variation_of(const double *x, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return mean > 0 ? sqrt(squares / (double)n) / mean : 0;
}

static double skew_of(const double *sorted, size_t n)
{
    double q1 = quantile_of(sorted, n, 0.25), q2 = quantile_of(sorted, n, 0.5),
           q3 = quantile_of(sorted, n, 0.75);
    return q3 - q1 > q2 / 100 ? (q1 + q3 - 2 * q2) / (q3 - q1) : 0;
}

static void measure_sizes(const struct rhythm *b, struct measure *m)
{
    double out[RHYTHM_BEATS], both[RHYTHM_BEATS], median;
    for (uint32_t i = 0; i < b->n; i++) {
        out[i] = size_unpack(b->beats[i].out);
        both[i] = out[i] + size_unpack(b->beats[i].in);
    }
    m->size = spread_of(out, b->n, &median);
    sort_few(both, b->n);
    m->bytes = quantile_of(both, b->n, 0.5);
}

bool rhythm_measure(const struct rhythm *b, struct measure *ret_measure)
{
    const double missed_from = 1.6, brief_below = 0.45;
    double all[RHYTHM_BEATS], x[RHYTHM_BEATS];
    size_t intervals = b->n - 1, n = 0, missed = 0, brief = 0;
    struct measure *m = ret_measure;
    for (uint32_t i = 0; i < intervals; i++)
        all[i] = (double)(b->beats[i + 1].at - b->beats[i].at) / RHYTHM_UNITS;
    sort_few(all, intervals);
    double median = quantile_of(all, intervals, 0.5);
    while (n < intervals && all[n] <= median * PAUSE_BEATS)
        n++; /* what is left out are pauses */
    m->variation = variation_of(all, n);
    for (size_t i = 0; i < n; i++) {
        double beats = all[i] > median * missed_from ? round(all[i] / median) : 1;
        missed += beats > 1;
        brief += all[i] < median * brief_below;
        x[i] = all[i] / beats;
    }
    sort_few(x, n);
    m->skew = skew_of(x, n);
    m->jitter = spread_of(x, n, &m->period);
    m->missed = (double)missed / (double)n;
    m->brief = (double)brief / (double)n;
    m->span = (double)b->beats[b->n - 1].at / RHYTHM_UNITS;
    measure_sizes(b, m);
    return intervals - n < PAUSES_MOST;
}
