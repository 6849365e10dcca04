/* book.c - see book.h; from events to record sources, from fates to seal counts. */
#include "sensor/lawful/book.h"

#include "sensor/lawful/source.h"

struct book {
    struct mandate *mandate;
    struct seal_log *log; /* NULL: nothing is written */
    struct fate_counts told;
    uint64_t kernel_drops;
    enum mandate_state state;
};

bool book_open(struct mandate *m, const char *dir, bool live, struct book **ret, struct err *e)
{
    AUTO(book_drop) struct book *b = calloc(1, sizeof *b);
    if (!b)
        abort();
    b->mandate = m;
    b->state = mandate_state(m, NULL);
    if (dir) {
        struct seal_settings s = mandate_seal_settings(m, dir);
        s.every_minute = live;
        if (!seal_log_open(&s, &b->log, e))
            return false;
    }
    *ret = TAKE(b);
    return true;
}

void book_drop(struct book **book)
{
    if (!*book)
        return;
    seal_log_drop(&(*book)->log);
    free(*book);
    *book = NULL;
}

bool book_begin(struct book *b, int64_t time_us, struct err *e)
{
    unsigned steps = 0;
    enum mandate_state before = b->state;
    b->state = mandate_state(b->mandate, &steps);
    for (unsigned i = 0; b->log && i < steps; i++)
        seal_log_event(b->log, SEAL_EVENT_CLOCK_STEP);
    if (b->log && !seal_log_advance(b->log, time_us, b->told.pending, e))
        return false;
    if (b->log && before == MANDATE_OPEN && b->state != MANDATE_OPEN)
        seal_log_event(b->log, SEAL_EVENT_HARD_STOP);
    return b->state == MANDATE_OPEN;
}

/* ---- records ---- */

/* An authorisation names its selectors; one for the own network takes whole sets, whose members are named
 * by what they are. */
static struct str selector_id(const struct book *b, const struct index_hit *hit,
                              char text[INDEX_TEXT_SIZE + 64], char value[ADDR_TEXT_SIZE + 64])
{
    if (mandate_terms(b->mandate)->rehearses != RECORD_CHANNEL_own)
        return hit->source;
    struct selector s = index_hit_selector(hit, value);
    int len = snprintf(text, INDEX_TEXT_SIZE + 64, "%s:" STR_FMT, selector_kind_name(s.kind),
                       STR_ARG(s.value));
    return (struct str){text, (size_t)len};
}

void book_event(struct book *b, const struct sensor_event *ev)
{
    char text[INDEX_TEXT_SIZE + 64], value[ADDR_TEXT_SIZE + 64];
    struct record_source s;
    if (!b->log || b->state != MANDATE_OPEN || !record_source_of(ev, &s))
        return;
    s.selector_id = selector_id(b, &ev->match->hit, text, value);
    if (mandate_selects(b->mandate, s.selector_id, s.t_first))
        seal_log_record(b->log, &s);
}

/* ---- fates ---- */

bool book_fates(struct book *b, const struct fate_counts *now, uint64_t kernel_drops, struct err *e)
{
    const struct fate_counts *before = &b->told;
    struct seal_counts n = {
        .n_in = now->in - before->in,
        .bytes_in = now->bytes_in - before->bytes_in,
        .n_matched = now->matched - before->matched,
        .n_discarded = now->discarded - before->discarded,
        .n_dir_unknown = now->unread + now->unknown - before->unread - before->unknown,
        .n_over_cap = now->over_cap - before->over_cap,
        .kernel_drops = kernel_drops - b->kernel_drops,
        .residency_min_us = now->residency_min_us,
        .residency_max_us = now->residency_max_us,
        .residencies = now->residency_max_us ? 1 : 0,
    };
    if (b->state != MANDATE_OPEN) { /* it was taken in, but nothing is kept of it */
        n.n_discarded += n.n_matched;
        n.n_matched = 0;
    }
    if (fate_sum(now) != now->in)
        return err_set(e, ERR_CONFLICT, "%llu packets came in and %llu are accounted for",
                       (unsigned long long)now->in, (unsigned long long)fate_sum(now));
    if (b->log)
        seal_log_count(b->log, &n);
    b->told = *now;
    b->kernel_drops = kernel_drops;
    return true;
}

void book_next(struct book *b)
{
    b->told = (struct fate_counts){0};
    b->kernel_drops = 0;
}

bool book_close(struct book *b, struct err *e)
{
    return !b->log || seal_log_close(b->log, e);
}

struct seal_totals book_totals(const struct book *b)
{
    return b->log ? seal_log_totals(b->log) : (struct seal_totals){0};
}

enum mandate_state book_state(const struct book *b)
{
    return b->state;
}
