/* run_records.c - the records of each seal: their numbers, their hash, their counts. See run.h. */
#include "run_private.h"

#include "core/encode.h"
#include "core/time.h"

#define MINUTE (60 * TIME_SECOND)
#define DAY (INT64_C(86400) * TIME_SECOND)
#define FAULT(r, code, file, line, ...)                                                            \
    finding_add((r)->found, FINDING_##code, file, line, __VA_ARGS__)

struct minute {
    const struct seal *seal;
    struct arena memory;
    struct map left; /* selector id: how many more records it may have */
    struct sha256 hash;
    uint64_t taken, nonid;
};

/* Looks at the next record without taking it. */
static bool waits(struct run *r)
{
    if (r->waiting)
        return true;
    if (!lines_next(&r->records, &r->line))
        return false;
    arena_drop(&r->record_memory);
    r->record_memory = ARENA(RECORD_MEMORY);
    audit_record(&r->audit, &r->record_memory, r->line, r->records.number, &r->now);
    if (r->records.torn)
        FAULT(r, O6_21, RECORDS_FILE, r->records.number, "%s", "");
    r->lines++;
    r->waiting = true;
    return true;
}

/* Numbers from..to are not in the file: is each of them certified as deleted? */
static void missing(struct run *r, int64_t from, int64_t to)
{
    while (from <= to) {
        const struct deletion *gone = deletion_of(&r->deletions, from),
                              *next = deletion_after(&r->deletions, from);
        if (gone) {
            if (gone->last >= to)
                return;
            from = gone->last + 1;
            continue;
        }
        int64_t end = next && next->first <= to ? next->first - 1 : to;
        FAULT(r, O2_08, RECORDS_FILE, r->records.number, "n %lld..%lld", (long long)from,
              (long long)end);
        if (end >= to)
            return;
        from = end + 1;
    }
}

/* Its number against the one that is due; false when it belongs to no seal. */
static bool in_order(struct run *r, const struct seal *s)
{
    int64_t n = r->now.n, line = r->records.number;
    if (!r->now.has_n)
        return true;
    if (n < r->next_n) {
        FAULT(r, O2_09, RECORDS_FILE, line, "n %lld", (long long)n);
        return true;
    }
    if (deletion_of(&r->deletions, n))
        FAULT(r, O7_07, RECORDS_FILE, line, "n %lld", (long long)n);
    bool sealed = n >= s->records_first;
    if (n > r->next_n)
        missing(r, r->next_n, n - 1);
    r->next_n = n + 1;
    if (!sealed)
        FAULT(r, O2_10, RECORDS_FILE, line, "n %lld", (long long)n);
    return sealed;
}

static void count_selector(struct run *r, struct minute *m)
{
    uint64_t *left = map_get(&m->left, r->now.selector_id);
    if (!left)
        left = map_get(&m->left, S("*")); /* where a sensor ran out of room for ids */
    if (!left || !*left)
        FAULT(r, O2_11, RECORDS_FILE, r->records.number, STR_FMT, STR_ARG(r->now.selector_id));
    else
        --*left;
}

static void check_time(struct run *r, const struct seal *s)
{
    int64_t last = r->now.last_us;
    /* a recovery seal has the minute before that of its records; batches may overlap a minute's end */
    if (!(s->words & WORD_RESTART) && last >= s->minute + 2 * MINUTE)
        FAULT(r, O6_18, RECORDS_FILE, r->records.number, "%lld s",
              (long long)((last - s->minute) / TIME_SECOND));
    if (!r->permit->own && r->options->now_us &&
        (r->options->now_us - last) / DAY >= r->permit->keep_days)
        FAULT(r, O7_15, RECORDS_FILE, r->records.number, "%lld d",
              (long long)((r->options->now_us - last) / DAY));
}

static void take(struct run *r, struct minute *m)
{
    r->waiting = false;
    if (!in_order(r, m->seal))
        return;
    sha256_add(&m->hash, r->line);
    sha256_add(&m->hash, S("\n"));
    m->taken++;
    m->nonid += r->now.nonid;
    if (!r->now.readable)
        return;
    count_selector(r, m);
    check_time(r, m->seal);
    if (!str_eq(r->now.sensor_id, m->seal->sensor))
        FAULT(r, O3_28, RECORDS_FILE, r->records.number, STR_FMT, STR_ARG(r->now.sensor_id));
}

static void fill_left(struct minute *m)
{
    m->left = MAP(&m->memory);
    for (json_each(v, m->seal->matched)) {
        uint64_t *left = arena_new(&m->memory, uint64_t);
        int64_t n;
        if (!left || !json_value_int(v, &n) || n < 0 || !map_put(&m->left, v->key, left))
            continue;
        *left = (uint64_t)n;
    }
}

static void compare(struct run *r, struct minute *m, int64_t line)
{
    const struct seal *s = m->seal;
    uint8_t digest[SHA256_SIZE];
    char hex[FORM_HEX];
    bool gone = deletions_minute(&r->deletions, s->records_first, s->records_last, s->minute);
    if (gone && !m->taken) {
        FAULT(r, N_06, SEALS_FILE, line, "n %lld..%lld", (long long)s->records_first,
              (long long)s->records_last);
        return;
    }
    sha256_end(&m->hash, digest);
    hex_write(hex, digest, sizeof digest);
    if (!str_eq(s->records_hash, (struct str){hex, sizeof hex}))
        FAULT(r, O2_07, SEALS_FILE, line, "n %lld..%lld", (long long)s->records_first,
              (long long)s->records_last);
    if (m->nonid != s->n_nonid)
        FAULT(r, O2_12, SEALS_FILE, line, "%llu, %llu", (unsigned long long)s->n_nonid,
              (unsigned long long)m->nonid);
}

void run_minute(struct run *r, const struct seal *s, int64_t seal_line)
{
    struct minute m = {.seal = s, .memory = ARENA((size_t)64 << 20)};
    sha256_start(&m.hash);
    fill_left(&m);
    while (waits(r)) {
        bool complete = r->next_n > s->records_last;
        if (r->now.has_n ? r->now.n > s->records_last : complete)
            break;
        take(r, &m);
    }
    if (r->next_n <= s->records_last) {
        missing(r, r->next_n, s->records_last);
        r->next_n = s->records_last + 1;
    }
    compare(r, &m, seal_line);
    arena_drop(&m.memory);
}

void run_left(struct run *r)
{
    while (waits(r)) {
        int64_t line = r->records.number;
        r->waiting = false;
        if (!r->options->running)
            FAULT(r, O2_10, RECORDS_FILE, line, "n %lld", (long long)r->now.n);
        else if (r->now.has_n && r->now.n < r->next_n)
            FAULT(r, O2_09, RECORDS_FILE, line, "n %lld", (long long)r->now.n);
        else if (r->now.has_n && r->now.n > r->next_n)
            missing(r, r->next_n, r->now.n - 1);
        if (r->now.has_n && r->now.n >= r->next_n && r->now.n < INT64_MAX)
            r->next_n = r->now.n + 1;
    }
}
