/* chain_books.c - the identities within one seal. See chain.h. */
#include "verify/chain_private.h"

#include "core/time.h"

#define FAULT(c, code, line, ...)                                                                  \
    finding_add((c)->found, FINDING_##code, SEALS_FILE, line, __VA_ARGS__)
typedef unsigned long long ull;

/* Sums that a 64-bit number cannot hold are no sums. */
static bool sum(const uint64_t *parts, size_t count, uint64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < count; i++)
        if (__builtin_add_overflow(*ret, parts[i], ret))
            return false;
    return true;
}

static void packets(struct chain *c, const struct seal *s, int64_t line)
{
    const uint64_t in[] = {s->n_carried_in, s->n_in},
                   out[] = {s->n_matched,  s->n_discarded,       s->n_dir_unknown,
                            s->n_over_cap, s->n_lost_on_restart, s->n_carried_out};
    uint64_t came = 0, went = 0;
    if (!sum(in, COUNT(in), &came) || !sum(out, COUNT(out), &went) || came != went)
        FAULT(c, O2_01, line, "%llu, %llu", (ull)came, (ull)went);
}

static void records(struct chain *c, const struct seal *s, int64_t line)
{
    const uint64_t kept[] = {s->n_recorded, s->n_refused_by_field_policy};
    uint64_t due = 0, by_selector = 0;
    bool whole = true;
    if (!sum(kept, COUNT(kept), &due) || due != s->selected)
        FAULT(c, O2_02, line, "%llu, %llu", (ull)s->selected, (ull)due);
    for (json_each(m, s->matched)) {
        int64_t n;
        whole = whole && json_value_int(m, &n) && n >= 0 &&
                !__builtin_add_overflow(by_selector, (uint64_t)n, &by_selector);
    }
    if (!whole || by_selector != s->selected)
        FAULT(c, O2_03, line, "%llu, %llu", (ull)s->selected, (ull)by_selector);
    int64_t span;
    if (__builtin_sub_overflow(s->records_last, s->records_first, &span) ||
        __builtin_add_overflow(span, 1, &span) || span < 0 || (uint64_t)span != s->n_recorded)
        FAULT(c, O2_05, line, "%llu, %lld..%lld", (ull)s->n_recorded, (long long)s->records_first,
              (long long)s->records_last);
}

static void events(struct chain *c, const struct seal *s, int64_t line)
{
    bool restart = s->words & WORD_RESTART, step = s->words & WORD_STEP;
    if (restart != (s->restarts > 0))
        FAULT(c, O6_13, line, "%s", "restarts, events");
    if (step != (s->clock_steps > 0))
        FAULT(c, O6_13, line, "%s", "clock_steps, events");
    if (s->n_lost_on_restart && !restart)
        FAULT(c, O6_13, line, "%s", "n_lost_on_restart, events");
    if (s->residency_min_us > s->residency_max_us)
        FAULT(c, O6_13, line, "%s", "residency_min_us > residency_max_us");
    if (s->words & WORD_DRAINED && s->n_carried_out)
        FAULT(c, O2_13, line, "n_carried_out %llu", (ull)s->n_carried_out);
    if (restart)
        FAULT(c, N_03, line, "n_lost_on_restart %llu", (ull)s->n_lost_on_restart);
    if (step)
        FAULT(c, N_09, line, "clock_steps %llu", (ull)s->clock_steps);
    if (s->kernel_drops)
        FAULT(c, N_04, line, "kernel_drops %llu", (ull)s->kernel_drops);
}

void seal_books(struct chain *c, const struct seal *s, int64_t line)
{
    packets(c, s, line);
    records(c, s, line);
    events(c, s, line);
    if (s->residency_max_us > (uint64_t)(c->limits->residency_max_s * TIME_SECOND))
        FAULT(c, O6_15, line, "residency_max_us %llu", (ull)s->residency_max_us);
    if (!json_bool(s->tree, S("buffer_zeroised"), false))
        FAULT(c, O6_16, line, "%s", "buffer_zeroised");
    if (s->minute % (60 * TIME_SECOND) != 0)
        FAULT(c, O6_20, line, "%s", "minute");
}
