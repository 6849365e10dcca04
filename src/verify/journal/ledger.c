/* ledger.c - entries, the tree over them, and checkpoints old and new. See ledger.h. */
#include "ledger_private.h"

#include "core/io.h"
#include "core/time.h"
#include "verify/lines.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENTRY_MOST = 1 << 14, ENTRY_MEMORY = 1 << 20 };
#define IDS_AT_MOST ((size_t)1 << 28)
#define FAULT(l, code, file, line, ...)                                                            \
    finding_add((l)->found, FINDING_##code, file, line, __VA_ARGS__)

/* --- one entry --- */

static bool check_shape(struct ledger *l, const struct json *entry, int64_t line, int64_t *ret_seq,
                        int64_t *ret_logged)
{
    const struct json *statement = json_get(entry, S("statement"));
    bool good = statement && statement->kind == JSON_OBJECT && json_int(entry, S("seq"), ret_seq) &&
                form_time(entry, S("logged"), ret_logged) && json_text(statement, S("id")).len &&
                json_text(statement, S("log")).len && json_text(statement, S("key")).len &&
                json_text(statement, S("payload")).len;
    if (!good)
        FAULT(l, O1_09, ENTRIES_FILE, line, "%s", "logged, seq, statement");
    return good;
}

/* Over "hinomi/statement/v1", a zero byte and the canonical statement, by the key that it names. */
static void check_signature(struct ledger *l, const struct json *entry, int64_t line)
{
    const struct json *sig = json_get(entry, S("sig")),
                      *statement = json_get(entry, S("statement"));
    AUTO(buf_drop) struct buf text = BUF((size_t)ENTRY_MOST);
    static const struct str none[] = {S_("")};
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct key_public key;
    struct err e = {0};
    if (!sig)
        return; /* the checkpoint alone vouches for it */
    l->totals.signatures++;
    if (!form_signature(json_text(sig, S("value")), signature) ||
        !key_public_parse(json_text(statement, S("key")), &key, &e) ||
        !form_without(statement, STR_NONE, none, &text, &e) ||
        !key_verify(&key, S("hinomi/statement/v1"), buf_str(&text), signature))
        FAULT(l, O1_12, ENTRIES_FILE, line, "%s", "sig");
}

static void keep_id(struct ledger *l, struct str id, int64_t line)
{
    struct ledger_id one = {.line = line};
    uint8_t digest[SHA256_SIZE];
    if (l->ids.len == IDS_AT_MOST)
        return;
    sha256_of(id, digest);
    memcpy(one.hash, digest, sizeof one.hash);
    vec_push(&l->ids, one);
}

static void take_entry(struct ledger *l, struct str line, int64_t number)
{
    AUTO(arena_drop) struct arena memory = ARENA(ENTRY_MEMORY);
    struct err e = {0};
    int64_t seq, logged;
    const struct json *entry = form_read(&memory, line, &e);
    if (!entry) {
        FAULT(l, O1_09, ENTRIES_FILE, number, "%s", e.text);
        return;
    }
    if (!check_shape(l, entry, number, &seq, &logged))
        return;
    const struct json *statement = json_get(entry, S("statement"));
    int64_t due = l->base + number;
    if (seq != due)
        FAULT(l, O1_10, ENTRIES_FILE, number, "seq %lld, %lld", (long long)due, (long long)seq);
    if (number > 1 && logged < l->logged)
        FAULT(l, O1_11, ENTRIES_FILE, number, STR_FMT, STR_ARG(json_text(entry, S("logged"))));
    l->logged = logged;
    if (!str_eq(json_text(statement, S("log")), l->mark.origin))
        FAULT(l, O1_13, ENTRIES_FILE, number, STR_FMT, STR_ARG(json_text(statement, S("log"))));
    check_signature(l, entry, number);
    keep_id(l, json_text(statement, S("id")), number);
}

static int by_id(const void *a, const void *b)
{
    const struct ledger_id *x = a, *y = b;
    int order = memcmp(x->hash, y->hash, sizeof x->hash);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static void check_ids(struct ledger *l)
{
    if (l->ids.len)
        qsort(l->ids.ptr, l->ids.len, sizeof *l->ids.ptr, by_id);
    for (size_t i = 1; i < l->ids.len; i++) {
        const struct ledger_id *one = &l->ids.ptr[i - 1], *two = &l->ids.ptr[i];
        if (memcmp(one->hash, two->hash, sizeof one->hash) == 0)
            FAULT(l, O1_14, ENTRIES_FILE, two->line, "%lld", (long long)one->line);
    }
}

/* --- the tree at the sizes that somebody signed --- */

static void at_size(struct ledger *l)
{
    struct tree_hash root;
    bool computed = false;
    for (size_t i = 0; i < l->kept_count; i++) {
        struct ledger_kept *k = &l->kept[i];
        if (k->mark.size != l->tree.size)
            continue;
        if (!computed)
            tree_root(&l->tree, &root);
        computed = true;
        k->reached = true;
        k->same = tree_same(&root, &k->mark.root);
    }
    if (l->mark.size == l->tree.size) {
        tree_root(&l->tree, &l->totals.root);
        l->reached = true;
        l->same = tree_same(&l->totals.root, &l->mark.root);
    }
}

static bool walk(struct ledger *l, struct err *e)
{
    AUTO(lines_drop) struct lines in = {.fd = -1};
    if (!lines_open(&in, l->options->dir, ENTRIES_FILE, ENTRY_MOST, e))
        return false;
    at_size(l);
    for (struct str line; lines_next(&in, &line);) {
        if (in.cut || in.torn)
            FAULT(l, O1_09, ENTRIES_FILE, in.number, "%s", in.cut ? "too long" : "no newline");
        take_entry(l, line, in.number);
        ledger_held(l, line);
        tree_leaf(&l->tree, line);
        at_size(l);
    }
    l->totals.entries = l->tree.size;
    return lines_end(&in, e);
}

/* --- what is wrong with the log as a whole --- */

static void judge_kept(struct ledger *l, const struct ledger_kept *k)
{
    const struct mark *old = &k->mark, *now = &l->mark;
    if (!str_eq(old->origin, now->origin)) {
        FAULT(l, O1_08, k->path, 0, STR_FMT, STR_ARG(old->origin));
        return;
    }
    if (ledger_log_signed(l, old, k->path) != MARK_SIGNED)
        return;
    if (old->size == now->size && !tree_same(&old->root, &now->root))
        FAULT(l, O1_06, k->path, 0, "%llu", (unsigned long long)old->size);
    else if (old->size > now->size)
        FAULT(l, O1_05, k->path, 0, "%llu > %llu", (unsigned long long)old->size,
              (unsigned long long)now->size);
    else if (k->reached && !k->same)
        FAULT(l, O1_07, k->path, 0, "%llu", (unsigned long long)old->size);
}

static void judge(struct ledger *l)
{
    unsigned long long size = l->mark.size, entries = l->tree.size;
    (void)ledger_log_signed(l, &l->mark, CHECKPOINT_FILE);
    ledger_witnesses(l);
    if (size > entries)
        FAULT(l, O1_03, ENTRIES_FILE, 0, "%llu > %llu", size, entries);
    else if (!l->same)
        FAULT(l, O1_02, CHECKPOINT_FILE, 0, "%llu", size);
    if (entries > size)
        FAULT(l, O1_04, ENTRIES_FILE, (int64_t)size + 1, "%llu > %llu", entries, size);
    for (size_t i = 0; i < l->kept_count; i++)
        judge_kept(l, &l->kept[i]);
    if (!l->options->kept.count)
        FAULT(l, N_08, CHECKPOINT_FILE, 0, "%s", "");
    ledger_held_judge(l);
    check_ids(l);
}

static bool read_base(struct ledger *l, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct str text;
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/" SIZES_FILE, l->options->dir);
    if (n <= 0 || (size_t)n >= sizeof path)
        return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
    if (!file_read(&memory, path, 1 << 16, &text, e))
        return false;
    const struct json *sizes = json_parse(&memory, text, e);
    return (sizes && json_int(sizes, S("base"), &l->base) && l->base >= 0) ||
           err_set(e, ERR_INVALID, SIZES_FILE ": no base");
}

bool ledger_check(const struct ledger_options *o, struct findings *found, struct ledger_totals *ret,
                  struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)256 << 20);
    struct ledger l = {.options = o, .found = found, .memory = &memory};
    char path[PATH_MAX];
    bool ok = ledger_keys(&l, e) && ledger_kept_read(&l, e) && ledger_held_read(&l, e) &&
              ledger_cosigned_read(&l, e) && read_base(&l, e);
    int n = snprintf(path, sizeof path, "%s/" CHECKPOINT_FILE, o->dir);
    struct str note;
    if (ok && (n <= 0 || (size_t)n >= sizeof path))
        ok = err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
    ok = ok && file_read(&memory, path, MARK_MOST, &note, e);
    if (ok && !mark_read(note, &l.mark, e)) {
        FAULT(&l, O1_16, CHECKPOINT_FILE, 0, "%s", e->text);
        l.mark = (struct mark){.size = UINT64_MAX};
    }
    ok = ok && walk(&l, e);
    if (ok && l.mark.origin.len)
        judge(&l);
    *ret = l.totals;
    ret->size = l.mark.origin.len ? l.mark.size : 0;
    vec_drop(&l.ids);
    vec_drop(&l.held);
    return ok;
}
