/* run.c - a folder from its authorisation to its last seal. See run.h. */
#include "run_private.h"

#include "core/io.h"
#include "core/time.h"
#include "verify/canary.h"

#include <limits.h>
#include <stdio.h>

enum { LAW_MEMORY = 32 << 20, FOLDER_MEMORY = 512 << 20, SEAL_MEMORY = 256 << 20 };

/* --- what the folder stands on --- */

static bool read_permit(struct run *r, struct arena *memory, bool *ret_readable, struct err *e)
{
    char path[PATH_MAX];
    struct str bytes;
    int n = snprintf(path, sizeof path, "%s/" PERMIT_FILE, r->options->dir);
    if (n <= 0 || (size_t)n >= sizeof path)
        return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
    if (!file_read(memory, path, PERMIT_MOST, &bytes, e))
        return false;
    *ret_readable = permit_read(memory, bytes, r->limits, r->found, &r->permit);
    return true;
}

static bool read_office(struct run *r, struct arena *memory, struct err *e)
{
    if (r->options->trust)
        return office_open(memory, r->options->trust, &r->office, e);
    return r->permit->local ||
           err_set(e, ERR_INVALID,
                   "a trust file is needed (--trust): only a local run has no office to ask");
}

/* --- seals and records side by side --- */

static void walk_seals(struct run *r, struct lines *seals)
{
    for (struct str line; lines_next(seals, &line);) {
        AUTO(arena_drop) struct arena memory = ARENA(SEAL_MEMORY);
        struct seal s;
        if (seals->torn)
            finding_add(r->found, FINDING_O6_21, SEALS_FILE, seals->number, "%s", "");
        if (chain_seal(&r->chain, &memory, line, seals->number, &s))
            run_minute(r, &s, seals->number);
    }
}

/* Where there is no such file there is nothing in it: the counts will tell. */
static bool open_lines(struct lines *l, const char *dir, const char *name, size_t most,
                       struct err *e)
{
    struct err why = {0};
    if (lines_open(l, dir, name, most, &why))
        return true;
    if (why.code == ERR_NOT_FOUND) {
        l->ended = true;
        return true;
    }
    *e = why;
    return false;
}

static bool walk(struct run *r, struct err *e)
{
    AUTO(lines_drop) struct lines seals = {.fd = -1};
    const char *dir = r->options->dir;
    if (!open_lines(&seals, dir, SEALS_FILE, SEAL_MOST, e) ||
        !open_lines(&r->records, dir, RECORDS_FILE, RECORD_MOST, e))
        return false;
    walk_seals(r, &seals);
    run_left(r);
    chain_close(&r->chain);
    audit_close(&r->audit);
    deletions_close(&r->deletions, r->chain.records_last);
    deletions_samples(&r->deletions, dir);
    uint64_t due = r->chain.sums.n_recorded - r->deletions.records;
    if (!r->options->running && r->lines != due)
        finding_add(r->found, FINDING_O2_15, RECORDS_FILE, 0, "%llu, %llu",
                    (unsigned long long)r->lines, (unsigned long long)due);
    return lines_end(&seals, e) && lines_end(&r->records, e);
}

static bool canary(const struct run *r, struct err *e)
{
    const struct run_options *o = r->options;
    return (!o->expected || canary_compare(o->dir, o->expected, r->found, e)) &&
           (!o->markers || canary_markers(o->dir, o->markers, r->permit->own, r->found, e));
}

static void sum_up(const struct run *r, struct run_totals *ret)
{
    const struct permit *p = r->permit;
    const struct json *basis = json_get(p->tree, S("basis"));
    *ret = (struct run_totals){.seals = r->chain.sums,
                               .records = r->lines,
                               .deleted = r->deletions.records,
                               .decided = p->decision != NULL,
                               .under_the_act = p->rules && p->rules->statutory && !p->exercise,
                               .approvals = r->office ? permit_approvals(p, r->office) : 0};
    ret->lawful = ret->under_the_act && ret->approvals >= r->limits->quorum;
    snprintf(ret->article, sizeof ret->article, STR_FMT, STR_ARG(json_text(basis, S("article"))));
    snprintf(ret->paragraph, sizeof ret->paragraph, STR_FMT,
             STR_ARG(json_text(basis, S("paragraph"))));
    snprintf(ret->auth_id, sizeof ret->auth_id, STR_FMT, STR_ARG(p->auth_id));
}

static bool check(struct run *r, struct arena *memory, struct run_totals *ret, struct err *e)
{
    const struct run_options *o = r->options;
    bool readable = false;
    if (!limits_open(memory, o->law_limits, &r->limits, e) || !read_permit(r, memory, &readable, e))
        return false;
    if (!readable) { /* without it nothing else means anything */
        *ret = (struct run_totals){0};
        return true;
    }
    if (!read_office(r, memory, e))
        return false;
    bool link = !r->permit->own && !r->permit->exercise;
    struct chain_terms terms = {.running = o->running,
                                .live =
                                    o->source == RUN_LIVE || (o->source == RUN_BY_CHANNEL && link)};
    permit_judge(r->permit, r->office, r->limits, r->found);
    chain_open(&r->chain, r->permit, r->office, r->limits, &terms, r->found);
    audit_open(&r->audit, memory, r->permit, r->limits, r->found);
    deletions_open(&r->deletions, memory, o->dir, r->permit, r->office, r->found);
    if (!walk(r, e) || !canary(r, e))
        return false;
    sum_up(r, ret);
    return true;
}

bool run_check(const struct run_options *o, struct findings *found, struct run_totals *ret,
               struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)FOLDER_MEMORY);
    struct run r = {.options = o, .found = found, .records = {.fd = -1}};
    bool ok = check(&r, &memory, ret, e);
    lines_drop(&r.records);
    arena_drop(&r.record_memory);
    deletions_drop(&r.deletions);
    return ok;
}
