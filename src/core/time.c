/* time.c - the civil calendar by arithmetic (no locale, no zone files) and the system's clocks. */
#include "core/time.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Days since 1970-01-01 of a proleptic Gregorian date. The year is taken to begin in March, so that
 * the leap day is the last of its year and needs no case of its own. */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

static void civil_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t since = days + 719468; /* 0000-03-01 is day 0 */
    int64_t era = since / 146097, day_of_era = since % 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* from March */
    *ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    *ret_month = (int)(month < 10 ? month + 3 : month - 9);
    *ret_year = (int)(era * 400 + year_of_era + (*ret_month <= 2));
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

struct scan {
    const char *at, *end;
    bool bad;
};

static char peek(const struct scan *s)
{
    if (s->at == s->end)
        return '\0';
    return *s->at;
}

static void want(struct scan *s, char c)
{
    if (peek(s) == c)
        s->at++;
    else
        s->bad = true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int digits(struct scan *s, int n)
{
    int value = 0;
    for (; n > 0 && is_digit(peek(s)); n--)
        value = value * 10 + (*s->at++ - '0');
    s->bad |= n > 0;
    return value;
}

/* Up to nine digits of fraction; the first six become microseconds. */
static int64_t fraction(struct scan *s)
{
    if (peek(s) != '.')
        return 0;
    s->at++;
    int64_t us = 0;
    int n = 0;
    for (; n < 9 && is_digit(peek(s)); n++, s->at++)
        if (n < 6)
            us = us * 10 + (*s->at - '0');
    s->bad |= n == 0;
    for (; n < 6; n++)
        us *= 10;
    return us;
}

static int64_t offset_seconds(struct scan *s)
{
    char sign = peek(s);
    if (sign == 'Z' || sign == 'z') {
        s->at++;
        return 0;
    }
    if (sign != '+' && sign != '-') {
        s->bad = true;
        return 0;
    }
    s->at++;
    int hours = digits(s, 2);
    want(s, ':');
    int minutes = digits(s, 2);
    s->bad |= hours > 23 || minutes > 59;
    int seconds = (hours * 60 + minutes) * 60;
    return sign == '-' ? -seconds : seconds;
}

#define FIRST_SECOND INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define LAST_SECOND INT64_C(253402300799)  /* 9999-12-31T23:59:59Z */

bool time_parse(struct str text, int64_t *ret_us, struct err *e)
{
    const char *start = text.len ? text.ptr : ""; /* an empty slice may have no pointer */
    struct scan s = {.at = start, .end = start + text.len};
    int year = digits(&s, 4);
    want(&s, '-');
    int month = digits(&s, 2);
    want(&s, '-');
    int day = digits(&s, 2);
    if (peek(&s) == 't' || peek(&s) == ' ') /* RFC 3339 5.6 allows both */
        s.at++;
    else
        want(&s, 'T');
    int hour = digits(&s, 2);
    want(&s, ':');
    int minute = digits(&s, 2);
    want(&s, ':');
    int second = digits(&s, 2);
    int64_t us = fraction(&s);
    int64_t offset = offset_seconds(&s);
    if (s.bad || s.at != s.end)
        return err_set(e, ERR_INVALID, "'%.*s' is not an RFC 3339 time",
                       (int)(text.len < 64 ? text.len : 64), start);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) ||
        hour > 23 || minute > 59 || second > 60)
        return err_set(e, ERR_INVALID, "'%.*s' names no moment", (int)text.len, text.ptr);
    if (second == 60) {
        second = 59;
        us = 999999;
    }
    int64_t total =
        days_from_civil(year, month, day) * 86400 + ((int64_t)hour * 60 + minute) * 60 + second;
    total -= offset;
    if (total < FIRST_SECOND || total > LAST_SECOND)
        return err_set(e, ERR_INVALID, "'%.*s' is outside the years 0001 to 9999", (int)text.len,
                       text.ptr);
    *ret_us = total * TIME_SECOND + us;
    return true;
}

struct str time_format(int64_t us, char out[TIME_TEXT_SIZE])
{
    int64_t second = us / TIME_SECOND, left = us % TIME_SECOND;
    if (left < 0) {
        left += TIME_SECOND;
        second--;
    }
    if (second < FIRST_SECOND) {
        second = FIRST_SECOND;
        left = 0;
    } else if (second > LAST_SECOND) {
        second = LAST_SECOND;
        left = TIME_SECOND - 1;
    }
    int64_t days = second / 86400, of_day = second % 86400;
    if (of_day < 0) {
        of_day += 86400;
        days--;
    }
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    int64_t fields[] = {year, month, day, of_day / 3600, of_day / 60 % 60, of_day % 60, left};
    static const struct {
        int width;
        char after;
    } shape[] = {{4, '-'}, {2, '-'}, {2, 'T'}, {2, ':'}, {2, ':'}, {2, '.'}, {6, 'Z'}};
    char *at = out;
    for (size_t i = 0; i < COUNT(shape); i++) {
        for (int k = shape[i].width - 1; k >= 0; k--, fields[i] /= 10)
            at[k] = (char)('0' + fields[i] % 10);
        at += shape[i].width;
        *at++ = shape[i].after;
    }
    *at = '\0';
    return (struct str){out, (size_t)(at - out)};
}

static int64_t system_now(clockid_t which)
{
    struct timespec t;
    if (clock_gettime(which, &t) != 0)
        abort(); /* only a wrong clock id fails */
    return (int64_t)t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}

static int64_t real_now(struct clock *c)
{
    (void)c;
    return system_now(CLOCK_REALTIME);
}

struct clock *clock_real(void)
{
    static struct clock real = {.now = real_now};
    return &real;
}

static int64_t set_now(struct clock *c)
{
    struct clock_set *set = (struct clock_set *)(void *)c; /* clock is its first member */
    return atomic_load(&set->at);
}

void clock_set_init(struct clock_set *c, int64_t at)
{
    c->clock.now = set_now;
    atomic_store(&c->at, at);
}

int64_t time_monotonic(void)
{
    return system_now(CLOCK_MONOTONIC);
}
