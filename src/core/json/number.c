/* number.c - the fewest digits that read back equal. See json_private.h.
 *
 * Fifteen digits always survive the way through a double, so when %.15 reads back equal its digits,
 * less trailing zeros, are the fewest; else sixteen or seventeen are needed. Subnormals carry fewer
 * and start from one.
 */
#include "core/json/json_private.h"

#include <float.h>
#include <math.h>

enum { DIGITS_MAX = 17 };

struct decimal {
    char digits[DIGITS_MAX + 1]; /* no leading or trailing zero */
    int count, point;            /* the value is 0.digits times ten to the power of `point` */
};

static double value_of(const struct decimal *d)
{
    char text[40];
    snprintf(text, sizeof text, "%se%d", d->digits, d->point - d->count);
    return strtod(text, NULL);
}

static struct decimal nearest(double value, int count)
{
    struct decimal d = {.count = count};
    char text[40];
    snprintf(text, sizeof text, "%.*e", count - 1, value); /* d.ddde+xx */
    d.digits[0] = text[0];
    if (count > 1)
        memcpy(d.digits + 1, text + 2, (size_t)count - 1);
    const char *exponent = memchr(text, 'e', strlen(text));
    d.point = (int)strtol(exponent + 1, NULL, 10) + 1;
    return d;
}

static void step_up(struct decimal *d)
{
    int i = d->count - 1;
    for (; i >= 0 && d->digits[i] == '9'; i--)
        d->digits[i] = '0';
    if (i >= 0) {
        d->digits[i]++;
        return;
    }
    d->digits[0] = '1'; /* 99 becomes 100: the same digits with one more before the point */
    d->point++;
}

static struct decimal shortest(double value)
{
    struct decimal d;
    for (int count = value < DBL_MIN ? 1 : DBL_DIG;; count++) {
        d = nearest(value, count);
        if (count == DIGITS_MAX || value_of(&d) == value)
            break;
        /* Below a power of two doubles lie closer than above it: the nearest decimal, below, may
         * miss where the next one above reads back. */
        step_up(&d);
        if (value_of(&d) == value)
            break;
    }
    while (d.count > 1 && d.digits[d.count - 1] == '0')
        d.digits[--d.count] = '\0';
    return d;
}

static void zeros(struct buf *out, int n)
{
    while (n-- > 0)
        buf_byte(out, '0');
}

void number_put(struct buf *out, double value)
{
    if (value < 0)
        buf_byte(out, '-');
    value = fabs(value);
    if (value < 1e15 && value == (double)(int64_t)value) {
        buf_fmt(out, "%lld", (long long)value);
        return;
    }
    struct decimal d = shortest(value);
    struct str digits = {d.digits, (size_t)d.count};
    if (d.point > 21 || d.point <= -6) {
        buf_byte(out, d.digits[0]);
        if (d.count > 1) {
            buf_byte(out, '.');
            buf_put(out, str_skip(digits, 1));
        }
        buf_fmt(out, "e%+d", d.point - 1);
    } else if (d.point >= d.count) {
        buf_put(out, digits);
        zeros(out, d.point - d.count);
    } else if (d.point > 0) {
        buf_bytes(out, d.digits, (size_t)d.point);
        buf_byte(out, '.');
        buf_put(out, str_skip(digits, (size_t)d.point));
    } else {
        buf_put(out, S("0."));
        zeros(out, -d.point);
        buf_put(out, digits);
    }
}
