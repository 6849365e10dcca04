/* deletion.c - certificates, and the log of destroyed keys. See deletion.h. */
#include "verify/deletion.h"

#include "core/time.h"
#include "verify/lines.h"

#include <stdlib.h>

enum { LINE_MOST = 1 << 16, LINE_MEMORY = 1 << 20 };
#define LINES_AT_MOST 10000000
#define FAULT(d, code, file, line, ...)                                                            \
    finding_add((d)->found, FINDING_##code, file, line, __VA_ARGS__)

/* --- who may sign --- */

static bool held_one_of(const struct deletions *d, const struct key_public *key,
                        const struct str *roles, int64_t at)
{
    for (; roles->len; roles++)
        if (office_held(d->office, key, *roles, STR_NONE, at))
            return true;
    return false;
}

/* A local run has no office: then its owner's key counts. */
static bool signed_by_right(const struct deletions *d, const struct json *o, struct str lead,
                            const struct str *roles, int64_t at)
{
    struct key_public key;
    struct err ignored = {0};
    struct str text = json_text(o, S("key"));
    if (!key_public_parse(text, &key, &ignored) || !form_signed(o, lead, S("sig"), &key))
        return false;
    if (!d->office)
        return str_eq(text, json_text(json_get(d->permit->tree, S("applicant")), S("key")));
    return held_one_of(d, &key, roles, at);
}

/* --- keys-destroyed.jsonl --- */

struct log_place {
    uint64_t seq;
    char prev[FORM_HEX];
};

static void take_destroyed(struct deletions *d, const struct json *o, struct str line,
                           int64_t number, struct log_place *place)
{
    static const struct str roles[] = {S_("NCO"), S_("COMMISSION"), S_("OWNER"), S_("CARRIER"),
                                       S_("")};
    struct destroyed_key *key = arena_new(d->memory, struct destroyed_key);
    struct str id = arena_str(d->memory, json_text(o, S("key_id")));
    uint64_t seq;
    if (!key || !id.len || !form_time(o, S("t"), &key->at) || !form_count(o, S("seq"), &seq) ||
        !str_eq(json_text(o, S("schema")), S("hinomi-key-destruction-1"))) {
        FAULT(d, O7_11, DESTROYED_FILE, number, "%s", "schema, key_id, t, seq");
        return;
    }
    if (seq != place->seq ||
        !str_eq(json_text(o, S("prev")), (struct str){place->prev, sizeof place->prev}))
        FAULT(d, O7_11, DESTROYED_FILE, number, "%s", "seq, prev");
    if (!signed_by_right(d, o, S("hinomi key destruction v1\n"), roles, key->at))
        FAULT(d, O7_11, DESTROYED_FILE, number, "%s", "sig");
    else if (map_get(&d->destroyed, id))
        FAULT(d, O7_11, DESTROYED_FILE, number, "key_id " STR_FMT, STR_ARG(id));
    else if (!map_put(&d->destroyed, id, key))
        FAULT(d, O7_11, DESTROYED_FILE, number, "%s", "too many");
    key->line = number;
    key->other = !str_eq(json_text(o, S("auth_id")), d->permit->auth_id);
    place->seq = seq + 1;
    form_hash(line, place->prev);
}

static void read_destroyed(struct deletions *d, const char *dir)
{
    AUTO(lines_drop) struct lines l = {.fd = -1};
    struct err e = {0};
    struct log_place place = {0};
    memset(place.prev, '0', sizeof place.prev);
    if (!lines_open(&l, dir, DESTROYED_FILE, LINE_MOST, &e))
        return;
    for (struct str line; l.number < LINES_AT_MOST && lines_next(&l, &line);) {
        AUTO(arena_drop) struct arena memory = ARENA(LINE_MEMORY);
        const struct json *o = form_read(&memory, line, &e);
        if (o)
            take_destroyed(d, o, line, l.number, &place);
        else
            FAULT(d, O7_11, DESTROYED_FILE, l.number, "%s", e.text);
    }
    if (!lines_end(&l, &e))
        FAULT(d, O7_11, DESTROYED_FILE, 0, "%s", e.text);
}

/* --- deletions.jsonl --- */

static void check_key(struct deletions *d, const struct deletion *one)
{
    struct destroyed_key *key = map_get(&d->destroyed, one->key_id);
    if (!key || key->other) {
        FAULT(d, O7_08, DELETIONS_FILE, one->line, STR_FMT, STR_ARG(one->key_id));
        return;
    }
    key->certified = true;
    if (one->at < key->at)
        FAULT(d, O7_09, DELETIONS_FILE, one->line, STR_FMT, STR_ARG(one->key_id));
}

static void take_certificate(struct deletions *d, const struct json *o, int64_t number)
{
    static const struct str lawful[] = {S_("NCO"), S_("PM"), S_("")},
                            own[] = {S_("OWNER"), S_("CARRIER"), S_("")};
    const struct json *range = json_get(o, S("range"));
    struct deletion one = {.line = number,
                           .key_id = arena_str(d->memory, json_text(o, S("key_id")))};
    uint64_t first, last, count;
    if (!one.key_id.len || !form_time(o, S("t"), &one.at) || !form_count(o, S("count"), &count) ||
        !form_count(range, S("first"), &first) || !form_count(range, S("last"), &last) ||
        last < first || !str_eq(json_text(o, S("schema")), S("hinomi-deletion-1"))) {
        FAULT(d, O7_01, DELETIONS_FILE, number, "%s", "schema, key_id, t, count, range");
        return;
    }
    one.first = (int64_t)first;
    one.last = (int64_t)last;
    if (!str_eq(json_text(o, S("auth_id")), d->permit->auth_id)) {
        FAULT(d, O7_03, DELETIONS_FILE, number, STR_FMT, STR_ARG(json_text(o, S("auth_id"))));
        return;
    }
    if (!signed_by_right(d, o, S("hinomi deletion v1\n"), d->permit->own ? own : lawful, one.at)) {
        FAULT(d, O7_02, DELETIONS_FILE, number, "%s", "sig");
        return;
    }
    if (count != last - first + 1)
        FAULT(d, O7_04, DELETIONS_FILE, number, "%lld, %lld..%lld", (long long)count,
              (long long)first, (long long)last);
    if (!str_eq(json_text(o, S("method")), S("KEY_DESTROYED_AND_OVERWRITTEN")))
        FAULT(d, O7_14, DELETIONS_FILE, number, STR_FMT, STR_ARG(json_text(o, S("method"))));
    check_key(d, &one);
    d->records += last - first + 1;
    vec_push(&d->list, one);
}

static int by_first(const void *a, const void *b)
{
    const struct deletion *x = a, *y = b;
    return x->first != y->first ? (x->first < y->first ? -1 : 1)
                                : (x->line > y->line) - (x->line < y->line);
}

static void read_certificates(struct deletions *d, const char *dir)
{
    AUTO(lines_drop) struct lines l = {.fd = -1};
    struct err e = {0};
    if (!lines_open(&l, dir, DELETIONS_FILE, LINE_MOST, &e))
        return;
    for (struct str line; l.number < LINES_AT_MOST && lines_next(&l, &line);) {
        AUTO(arena_drop) struct arena memory = ARENA(LINE_MEMORY);
        const struct json *o = form_read(&memory, line, &e);
        if (o)
            take_certificate(d, o, l.number);
        else
            FAULT(d, O7_01, DELETIONS_FILE, l.number, "%s", e.text);
    }
    if (!lines_end(&l, &e))
        FAULT(d, O7_01, DELETIONS_FILE, 0, "%s", e.text);
    if (d->list.len)
        qsort(d->list.ptr, d->list.len, sizeof *d->list.ptr, by_first);
    for (size_t i = 1; i < d->list.len; i++)
        if (d->list.ptr[i].first <= d->list.ptr[i - 1].last)
            FAULT(d, O7_06, DELETIONS_FILE, d->list.ptr[i].line, "%lld..%lld",
                  (long long)d->list.ptr[i].first, (long long)d->list.ptr[i].last);
}

void deletions_open(struct deletions *d, struct arena *memory, const char *dir,
                    const struct permit *permit, const struct office *office,
                    struct findings *found)
{
    *d = (struct deletions){.permit = permit,
                            .office = office,
                            .found = found,
                            .memory = memory,
                            .destroyed = MAP(memory),
                            .held = MAP(memory)};
    read_destroyed(d, dir);
    read_certificates(d, dir);
}

void deletions_drop(struct deletions *d)
{
    vec_drop(&d->list);
}

/* --- what is asked of them --- */

/* How many begin at or before n. */
static size_t begun(const struct deletions *d, int64_t n)
{
    size_t low = 0, high = d->list.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->list.ptr[middle].first <= n)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct deletion *before(const struct deletions *d, int64_t n)
{
    size_t count = begun(d, n);
    return count ? &d->list.ptr[count - 1] : NULL;
}

const struct deletion *deletion_after(const struct deletions *d, int64_t n)
{
    size_t count = begun(d, n);
    return count < d->list.len ? &d->list.ptr[count] : NULL;
}

const struct deletion *deletion_of(const struct deletions *d, int64_t n)
{
    const struct deletion *one = before(d, n);
    return one && n <= one->last ? one : NULL;
}

bool deletions_minute(struct deletions *d, int64_t first, int64_t last, int64_t minute_us)
{
    if (last < first)
        return false;
    struct deletion *one = before(d, last);
    if (!one || one->last < first)
        return false;
    if (one->at < minute_us && !one->early_told) {
        one->early_told = true;
        FAULT(d, O7_16, DELETIONS_FILE, one->line, "%lld..%lld", (long long)one->first,
              (long long)one->last);
    }
    if (one->first <= first && one->last >= last)
        return true;
    if (!one->cut_told) {
        one->cut_told = true;
        FAULT(d, O7_05, DELETIONS_FILE, one->line, "%lld..%lld / %lld..%lld", (long long)one->first,
              (long long)one->last, (long long)first, (long long)last);
    }
    return false;
}

void deletions_close(struct deletions *d, int64_t records_last)
{
    size_t at = 0;
    struct str id;
    void *value;
    for (size_t i = 0; i < d->list.len; i++)
        if (d->list.ptr[i].last > records_last && !d->list.ptr[i].cut_told)
            FAULT(d, O7_05, DELETIONS_FILE, d->list.ptr[i].line, "%lld > %lld",
                  (long long)d->list.ptr[i].last, (long long)records_last);
    while (map_next(&d->destroyed, &at, &id, &value)) {
        const struct destroyed_key *key = value;
        if (key && !key->certified && !key->other)
            FAULT(d, O7_10, DESTROYED_FILE, key->line, STR_FMT, STR_ARG(id));
    }
}
