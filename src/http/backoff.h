/* backoff.h - how long to wait before asking again: twice as long each time, and never in step.
 *
 * Why jitter: when a centre comes back, ten thousand nodes must not all call in the same second. Each wait
 * is drawn evenly between half and the whole of a doubling span.
 */
#pragma once

#include "core/base.h"

struct backoff {
    unsigned first_ms, most_ms;
    unsigned failures;
};

#define BACKOFF(first, most) ((struct backoff){.first_ms = (first), .most_ms = (most)})

unsigned backoff_next(struct backoff *b); /* milliseconds; counts one more failure */
void backoff_reset(struct backoff *b);    /* it worked */
