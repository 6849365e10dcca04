/* chain.c - from one seal to the next. See chain.h. */
#include "verify/chain_private.h"

#include "core/encode.h"
#include "core/time.h"

#include <stdio.h>

#define MINUTE (60 * TIME_SECOND)
#define FAULT(c, code, line, ...)                                                                  \
    finding_add((c)->found, FINDING_##code, SEALS_FILE, line, __VA_ARGS__)
typedef unsigned long long ull;

void chain_open(struct chain *c, const struct permit *permit, const struct office *office,
                const struct limits *limits, const struct chain_terms *terms,
                struct findings *found)
{
    *c = (struct chain){.permit = permit,
                        .office = office,
                        .limits = limits,
                        .terms = *terms,
                        .found = found,
                        .records_last = -1};
    memset(c->prev, '0', sizeof c->prev);
}

/* --- who sealed, and under what --- */

static void check_signature(struct chain *c, const struct seal *s, int64_t line)
{
    struct key_public key;
    struct err e = {0};
    if (!s->sig.ptr)
        FAULT(c, O6_07, line, "%s", "sig");
    else if (!key_public_parse(s->sensor, &key, &e) ||
             !form_signed(s->tree, S("hinomi seal v1\n"), S("sig"), &key))
        FAULT(c, O6_06, line, "%s", "sig");
    if (c->any && !str_eq(s->sensor, (struct str){c->sensor, strlen(c->sensor)}))
        FAULT(c, O6_19, line, STR_FMT, STR_ARG(s->sensor));
    snprintf(c->sensor, sizeof c->sensor, STR_FMT, STR_ARG(s->sensor));
}

static void check_law_tables(struct chain *c, struct str hash, int64_t line)
{
    char known[FORM_HEX];
    bool listed = c->office && c->office->law_tables;
    hex_write(known, c->limits->hash, sizeof c->limits->hash);
    if (listed ? !limits_among(c->office->law_tables, hash)
               : !c->limits->built_in && !str_eq(hash, (struct str){known, sizeof known}))
        FAULT(c, O3_24, line, "law_hash " STR_FMT, STR_ARG(hash));
}

static void check_authority(struct chain *c, const struct seal *s, int64_t line)
{
    const struct permit *p = c->permit;
    struct str policy = json_text(s->tree, S("policy_hash")),
               auth = json_text(s->tree, S("auth_id")), firmware = json_text(s->tree, S("fw_hash"));
    const struct json *sensor = permit_sensor(p, s->sensor);
    if (!str_eq(policy, (struct str){p->policy_hash, sizeof p->policy_hash}))
        FAULT(c, O3_03, line, STR_FMT, STR_ARG(policy));
    if (!str_eq(auth, p->auth_id))
        FAULT(c, O3_05, line, "auth_id " STR_FMT, STR_ARG(auth));
    if (!sensor)
        FAULT(c, O3_22, line, STR_FMT, STR_ARG(s->sensor));
    else if (!str_eq(json_text(sensor, S("firmware_hash")), firmware))
        FAULT(c, O3_23, line, "fw_hash " STR_FMT, STR_ARG(firmware));
    check_law_tables(c, json_text(s->tree, S("law_hash")), line);
    /* an owner may look at old captures; a file is read to its end, but nothing outside is looked at */
    bool inside = s->minute + MINUTE > p->start && s->minute < p->end;
    bool looked = c->terms.live ? s->n_in > 0 : s->n_matched || s->selected;
    if (!p->own && looked && !inside)
        FAULT(c, O3_27, line, "n_in %llu", (ull)s->n_in);
}

/* --- what came before --- */

static void check_number(struct chain *c, const struct seal *s, int64_t line)
{
    uint64_t due = c->any ? c->seq + 1 : 0;
    if (s->seq > due)
        FAULT(c, O6_03, line, "%llu, %llu", (ull)due, (ull)s->seq);
    else if (s->seq < due)
        FAULT(c, O6_04, line, "%llu, %llu", (ull)due, (ull)s->seq);
    if (!str_eq(s->prev, (struct str){c->prev, sizeof c->prev}))
        FAULT(c, O6_05, line, "%s", "prev");
    if (s->n_carried_in != c->carried)
        FAULT(c, O2_04, line, "%llu, %llu", (ull)c->carried, (ull)s->n_carried_in);
    if (s->records_first != c->records_last + 1)
        FAULT(c, O2_06, line, "%lld, %lld", (long long)(c->records_last + 1),
              (long long)s->records_first);
}

/* A run begins with policy_load; before it stands nothing, an orderly end, or a declared restart. */
static void check_life(struct chain *c, const struct seal *s, int64_t line)
{
    bool loads = s->words & WORD_LOAD, restarts = s->words & WORD_RESTART;
    bool closed = c->words & WORD_UNLOAD && c->words & WORD_DRAINED;
    if (!c->any) {
        if (!loads && !restarts)
            FAULT(c, O6_12, line, "%s", "events");
        return;
    }
    if (loads && !closed && !(c->words & WORD_RESTART))
        FAULT(c, O6_10, line, "%s", "events");
    if (c->words & (WORD_UNLOAD | WORD_DRAINED | WORD_STOP) && !loads && !restarts &&
        (closed || s->n_in))
        FAULT(c, O6_11, line, "%s", "events");
    if (!(c->words & WORD_UNLOAD) && c->words & WORD_RESTART && !loads && !restarts)
        FAULT(c, O6_10, line, "%s", "events");
}

static void check_minute(struct chain *c, const struct seal *s, int64_t line)
{
    if (!c->any)
        return;
    int64_t passed = s->minute - c->minute;
    bool begins = s->words & (WORD_LOAD | WORD_RESTART);
    if (passed < 0 || (passed == 0 && !begins)) {
        /* a file of one's own may be older than the one before it in the same folder */
        if (!(begins && c->permit->own && !c->terms.live))
            FAULT(c, O6_08, line, "%lld min", (long long)(passed / MINUTE));
    } else if (passed > MINUTE && !begins && !(s->words & WORD_STEP)) {
        if (c->terms.live)
            FAULT(c, O6_09, line, "%lld min", (long long)(passed / MINUTE - 1));
        else if (!c->gap_noted)
            FAULT(c, N_02, line, "%lld min", (long long)(passed / MINUTE - 1));
        c->gap_noted = true;
    }
}

static void add_sums(struct chain_sums *sums, const struct seal *s)
{
#define X(name)                                                                                    \
    if (__builtin_add_overflow(sums->name, s->name, &sums->name))                                  \
        sums->name = UINT64_MAX;
    CHAIN_COUNTS(X)
#undef X
    sums->seals++;
}

bool chain_seal(struct chain *c, struct arena *memory, struct str line, int64_t number,
                struct seal *ret)
{
    struct seal s;
    if (!seal_read_line(c, memory, line, number, &s)) {
        form_hash(line, c->prev);
        return false;
    }
    seal_books(c, &s, number);
    check_number(c, &s, number);
    check_life(c, &s, number);
    check_minute(c, &s, number);
    check_signature(c, &s, number);
    check_authority(c, &s, number);
    add_sums(&c->sums, &s);
    c->any = true;
    c->seq = s.seq;
    c->carried = s.n_carried_out;
    c->minute = s.minute;
    c->records_last = s.records_last;
    c->words = s.words;
    c->last_line = number;
    form_hash(line, c->prev);
    *ret = s;
    return true;
}

void chain_close(struct chain *c)
{
    if (!c->any)
        FAULT(c, O6_01, 0, "%s", "");
    else if (c->terms.running)
        FAULT(c, N_01, c->last_line, "%s", "");
    else if (!(c->words & WORD_UNLOAD && c->words & WORD_DRAINED))
        FAULT(c, O6_14, c->last_line, "%s", "events");
    if (c->any && c->sums.n_recorded && !c->sums.n_matched && !c->sums.restarts)
        FAULT(c, O2_14, 0, "%llu, 0", (ull)c->sums.n_recorded);
}
