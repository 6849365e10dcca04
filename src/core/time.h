/* time.h - instants in UTC microseconds since 1970, RFC 3339 text, and who may tell the time.
 *
 * Why a clock in the context: deadlines, partitions and drills are tested in simulated time, and a
 * capture file brings its own. core/time.c alone asks the system (clock_real).
 *
 *     int64_t now = clock->now(clock);
 *     char text[TIME_TEXT_SIZE];
 *     jw_member_str(&w, "created", time_format(now, text));
 *
 * Threads: the real clock may be asked by any, a clock_set moved and asked by any.
 */
#pragma once

#include "core/err.h"
#include "core/str.h"

enum { TIME_TEXT_SIZE = 28 }; /* "2026-11-24T05:31:43.000000Z" and its NUL */
#define TIME_SECOND INT64_C(1000000)

struct clock {
    int64_t (*now)(struct clock *c); /* microseconds since 1970-01-01T00:00:00Z */
};

struct clock *clock_real(void); /* the system's; shared, never freed */

struct clock_set { /* simulated or capture time: whoever owns it moves it */
    struct clock clock;
    _Atomic int64_t at;
};
void clock_set_init(struct clock_set *c, int64_t at);

int64_t time_monotonic(void); /* microseconds, for measuring spans only */

/* RFC 3339 with 'Z' or an offset; up to nine digits of fraction are read, six kept. Leap second 60
 * is taken as 59.999999. Years 0001 to 9999. */
[[nodiscard]] bool time_parse(struct str text, int64_t *ret_us, struct err *e);

/* Always six digits and 'Z', so that text sorts as time does. */
struct str time_format(int64_t us, char out[TIME_TEXT_SIZE]);
