/* tally.c - see tally.h. */
#include "verify/tally.h"

#include "core/io.h"
#include "core/jsonw.h"

enum { REPORT_MOST = 16 << 20 };
#define REPORT_FILE "report"
#define FAULT(f, code, ...) finding_add(f, FINDING_##code, REPORT_FILE, 0, __VA_ARGS__)

void tally_drop(struct tally *t)
{
    vec_drop(&t->authorisations);
}

void tally_run(struct tally *t, const struct run_totals *run)
{
    struct tally_authorisation one = {.lawful = run->lawful};
    if (!run->under_the_act)
        return;
    t->runs++;
    t->deleted += run->deleted;
#define X(name) t->sums.name += run->seals.name;
    CHAIN_COUNTS(X)
#undef X
    t->sums.seals += run->seals.seals;
    for (size_t i = 0; i < t->authorisations.len; i++)
        if (memcmp(t->authorisations.ptr[i].auth_id, run->auth_id, sizeof run->auth_id) == 0)
            return;
    memcpy(one.article, run->article, sizeof one.article);
    memcpy(one.paragraph, run->paragraph, sizeof one.paragraph);
    memcpy(one.auth_id, run->auth_id, sizeof one.auth_id);
    vec_push(&t->authorisations, one);
}

void tally_journal(struct tally *t, const struct ledger_totals *journal)
{
    t->has_journal = true;
    t->journal = *journal;
}

struct count {
    const char *name;
    uint64_t n;
};

enum { TOTALS = 16, JOURNAL_COUNTS = 3 };

static void totals_of(const struct tally *t, struct count out[TOTALS])
{
    const struct chain_sums *s = &t->sums;
    const struct count counts[TOTALS] = {
        {"bytes", s->bytes_in},        {"clock_steps", s->clock_steps},
        {"deleted", t->deleted},       {"direction_unknown", s->n_dir_unknown},
        {"discarded", s->n_discarded}, {"dropped", s->kernel_drops},
        {"matched", s->n_matched},     {"over_cap", s->n_over_cap},
        {"packets", s->n_in},          {"pseudonyms", s->n_nonid},
        {"records", s->n_recorded},    {"refused", s->n_refused_by_field_policy},
        {"restarts", s->restarts},     {"runs", t->runs},
        {"seals", s->seals},           {"selected", s->selected}};
    memcpy(out, counts, sizeof counts);
}

static void journal_of(const struct tally *t, struct count out[JOURNAL_COUNTS])
{
    const struct count counts[JOURNAL_COUNTS] = {{"cosignatures", t->journal.cosignatures},
                                                 {"entries", t->journal.entries},
                                                 {"signatures", t->journal.signatures}};
    memcpy(out, counts, sizeof counts);
}

/* Both ways: what is counted must be told, and what is told must be counted. */
static void compare(const struct json *told, const struct count *counts, size_t n,
                    const char *where, struct findings *found)
{
    for (size_t i = 0; i < n; i++) {
        struct str name = {counts[i].name, strlen(counts[i].name)};
        int64_t v;
        if (!json_get(told, name))
            FAULT(found, O9_02, "%s.%s", where, counts[i].name);
        else if (!json_int(told, name, &v) || v < 0 || (uint64_t)v != counts[i].n)
            FAULT(found, O9_01, "%s.%s: " STR_FMT ", %llu", where, counts[i].name,
                  STR_ARG(json_get(told, name)->text), (unsigned long long)counts[i].n);
    }
    for (json_each(m, told)) {
        size_t i = 0;
        while (i < n && !str_eq(m->key, (struct str){counts[i].name, strlen(counts[i].name)}))
            i++;
        if (i == n)
            FAULT(found, O9_03, "%s." STR_FMT, where, STR_ARG(m->key));
    }
}

static bool is_of(const struct tally_authorisation *a, struct str article, struct str paragraph)
{
    return str_eq(article, (struct str){a->article, strlen(a->article)}) &&
           str_eq(paragraph, (struct str){a->paragraph, strlen(a->paragraph)});
}

static struct str text(const char *s)
{
    return (struct str){s, strlen(s)};
}

static void count_article(const struct tally *t, struct str article, struct str paragraph,
                          uint64_t *ret_requests, uint64_t *ret_approvals)
{
    *ret_requests = *ret_approvals = 0;
    for (size_t i = 0; i < t->authorisations.len; i++)
        if (is_of(&t->authorisations.ptr[i], article, paragraph)) {
            ++*ret_requests;
            *ret_approvals += t->authorisations.ptr[i].lawful;
        }
}

static void compare_article(const struct tally *t, const struct json *row, struct findings *found)
{
    struct str article = json_text(row, S("article")), paragraph = json_text(row, S("paragraph"));
    uint64_t requests, approvals;
    int64_t said_requests, said_approvals;
    count_article(t, article, paragraph, &requests, &approvals);
    if (!json_int(row, S("requests"), &said_requests) ||
        !json_int(row, S("approvals"), &said_approvals))
        FAULT(found, O9_02, "articles: " STR_FMT "(" STR_FMT ")", STR_ARG(article),
              STR_ARG(paragraph));
    else if (said_requests < 0 || said_approvals < 0 || (uint64_t)said_requests != requests ||
             (uint64_t)said_approvals != approvals)
        FAULT(found, O9_01, "articles: " STR_FMT "(" STR_FMT "): %lld/%lld, %llu/%llu",
              STR_ARG(article), STR_ARG(paragraph), (long long)said_requests,
              (long long)said_approvals, (unsigned long long)requests,
              (unsigned long long)approvals);
}

static size_t rows_of(const struct json *articles, const struct tally_authorisation *a)
{
    size_t rows = 0;
    for (json_each(row, articles))
        rows += is_of(a, json_text(row, S("article")), json_text(row, S("paragraph")));
    return rows;
}

static void compare_articles(const struct tally *t, const struct json *articles,
                             struct findings *found)
{
    for (json_each(row, articles))
        compare_article(t, row, found);
    for (size_t i = 0; i < t->authorisations.len; i++) {
        const struct tally_authorisation *a = &t->authorisations.ptr[i];
        size_t rows = rows_of(articles, a);
        if (!rows)
            FAULT(found, O9_02, "articles: %s(%s)", a->article, a->paragraph);
        else if (rows > 1)
            FAULT(found, O9_03, "articles: %s(%s) * %zu", a->article, a->paragraph, rows);
    }
}

bool tally_compare(const struct tally *t, const char *path, struct findings *found, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)128 << 20);
    struct count totals[TOTALS], journal[JOURNAL_COUNTS];
    struct str bytes;
    if (!file_read(&memory, path, REPORT_MOST, &bytes, e))
        return false;
    const struct json *report = json_parse(&memory, bytes, e);
    if (!report)
        return err_wrap(e, "%s", path);
    if (!str_eq(json_text(report, S("schema")), S("hinomi-oversight-report-1")))
        return err_set(e, ERR_INVALID, "%s: schema is not hinomi-oversight-report-1", path);
    totals_of(t, totals);
    compare(json_get(report, S("totals")), totals, TOTALS, "totals", found);
    compare_articles(t, json_get(report, S("articles")), found);
    journal_of(t, journal);
    if (t->has_journal)
        compare(json_get(report, S("journal")), journal, JOURNAL_COUNTS, "journal", found);
    else if (json_get(report, S("journal")))
        FAULT(found, O9_03, "%s", "journal");
    return true;
}

/* --- writing one --- */

static void put_counts(struct jsonw *w, const char *name, const struct count *counts, size_t n)
{
    jw_key(w, name);
    jw_object(w);
    for (size_t i = 0; i < n; i++) {
        jw_key(w, counts[i].name);
        jw_uint(w, counts[i].n);
    }
    jw_end(w);
}

static void put_article(struct jsonw *w, const struct tally *t, size_t i)
{
    const struct tally_authorisation *a = &t->authorisations.ptr[i];
    uint64_t requests, approvals;
    for (size_t k = 0; k < i; k++)
        if (is_of(&t->authorisations.ptr[k], text(a->article), text(a->paragraph)))
            return;
    count_article(t, text(a->article), text(a->paragraph), &requests, &approvals);
    jw_object(w);
    jw_member_cstr(w, "article", a->article);
    jw_member_cstr(w, "paragraph", a->paragraph);
    jw_key(w, "requests");
    jw_uint(w, requests);
    jw_key(w, "approvals");
    jw_uint(w, approvals);
    jw_end(w);
}

void tally_write(const struct tally *t, struct buf *out)
{
    struct count totals[TOTALS], journal[JOURNAL_COUNTS];
    struct jsonw w = JSONW(out);
    totals_of(t, totals);
    journal_of(t, journal);
    jw_object(&w);
    jw_member_cstr(&w, "schema", "hinomi-oversight-report-1");
    jw_key(&w, "articles");
    jw_array(&w);
    for (size_t i = 0; i < t->authorisations.len; i++)
        put_article(&w, t, i);
    jw_end(&w);
    put_counts(&w, "totals", totals, TOTALS);
    if (t->has_journal)
        put_counts(&w, "journal", journal, JOURNAL_COUNTS);
    jw_end(&w);
    buf_byte(out, '\n');
}
