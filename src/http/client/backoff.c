/* backoff.c - see backoff.h. */
#include "http/backoff.h"

#include "core/keys.h"

unsigned backoff_next(struct backoff *b)
{
    uint64_t span = b->first_ms;
    for (unsigned i = 0; i < b->failures && span < b->most_ms; i++)
        span *= 2;
    if (span > b->most_ms)
        span = b->most_ms;
    b->failures++;

    uint32_t draw;
    random_bytes(&draw, sizeof draw);
    return (unsigned)(span - span / 2 + draw % (span / 2 + 1));
}

void backoff_reset(struct backoff *b)
{
    b->failures = 0;
}
