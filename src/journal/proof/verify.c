/* verify.c - the whole file: database, identity, entries, checkpoints, and the logs before it.
 * See verify.h. */
#include "journal/verify.h"

#include "core/encode.h"
#include "core/json.h"
#include "db/upkeep.h"
#include "journal/proof/verify_private.h"

#include <stdarg.h>

static struct verify_problem *next_problem(struct verifier *v)
{
    static const struct verify_problem none = {0};
    size_t at = v->report->problem_count++;
    if (at >= VERIFY_PROBLEMS_MAX)
        return NULL;
    v->report->problems[at] = none;
    return &v->report->problems[at];
}

void verify_problem(struct verifier *v, int64_t seq, const char *format, ...)
{
    char head[96] = "", said[160];
    va_list args;
    va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    va_end(args);
    struct verify_problem *p = next_problem(v);
    if (!p)
        return;
    p->seq = seq;
    if (seq)
        snprintf(head, sizeof head, "%.48sentry %lld: ", v->file, (long long)seq);
    else
        snprintf(head, sizeof head, "%.48s", v->file);
    struct err clean; /* text from the file passes the error type's cleaning */
    err_set(&clean, ERR_INVALID, "%s%s", head, said);
    snprintf(p->text, sizeof p->text, "%.199s", clean.text);
}

void verify_damage(struct verifier *v, int64_t page, int64_t row, const char *text)
{
    struct verify_problem *p = next_problem(v);
    if (!p)
        return;
    struct err clean;
    p->page = page;
    p->seq = page ? 0 : row;
    if (page)
        err_set(&clean, ERR_IO, "%.48spage %lld: the database is damaged: %s", v->file,
                (long long)page, text);
    else if (row)
        err_set(&clean, ERR_IO, "%.48sentry %lld: the database is damaged: %s", v->file,
                (long long)row, text);
    else
        err_set(&clean, ERR_IO, "%.48sthe database is damaged: %s", v->file, text);
    snprintf(p->text, sizeof p->text, "%.199s", clean.text);
}

void verify_note(struct verifier *v, struct str note, int64_t seq, const char *whence)
{
    struct note_key key = note_key(journal_origin(v->j), NOTE_ED25519, &v->key);
    struct note opened;
    struct checkpoint c;
    struct merkle_tree t;
    struct merkle_hash root;
    struct err e = {0};
    if (!note_open(note, &key, 1, &opened, NULL, &e) || !checkpoint_parse(opened.text, &c, &e)) {
        verify_problem(v, seq, "%s: %s", whence, e.text);
        return;
    }
    v->report->checkpoints++;
    if (!str_eq(c.origin, journal_origin(v->j))) {
        verify_problem(v, seq, "%s is one of the log %.*s", whence, STR_ARG(c.origin));
        return;
    }
    if (c.size > v->tree.size) {
        verify_problem(v, seq, "%s has %llu entries, this file %llu: it was cut or rolled back",
                       whence, (unsigned long long)c.size, (unsigned long long)v->tree.size);
        return;
    }
    if (c.size == v->tree.size)
        t = v->tree;
    else if (!merkle_open(c.size, journal_node, v->j, &t, &e)) {
        verify_problem(v, seq, "%s: %s", whence, e.text);
        return;
    }
    merkle_root(&t, &root);
    if (!merkle_eq(&root, &c.root))
        verify_problem(v, seq, "%s says another root for the first %llu entries", whence,
                       (unsigned long long)c.size);
}

/* The checkpoint in the file is written with each batch: it covers every entry. */
static void check_own_checkpoint(struct verifier *v)
{
    struct err e = {0};
    struct db_query *q = db_query(v->j->db, "SELECT size, note FROM checkpoint ORDER BY size", &e);
    if (!q) {
        verify_problem(v, 0, "%s", e.text);
        return;
    }
    uint64_t newest = 0;
    while (db_next(q)) {
        newest = (uint64_t)db_int(q, 0);
        verify_note(v, db_blob(q, 1), 0, "the signed checkpoint");
    }
    if (!db_done(q, &e))
        verify_problem(v, 0, "%s", e.text);
    if (!v->file[0])
        v->report->checkpoint_size = newest;
    if (newest != v->tree.size)
        verify_problem(v, v->j->base + 1 + (int64_t)(newest < v->tree.size ? newest : v->tree.size),
                       newest < v->tree.size ? "and those after it: no checkpoint covers them"
                                             : "missing: the signed checkpoint is larger");
}

static void check_database(struct verifier *v, struct db *db)
{
    struct db_report damage;
    struct err e = {0};
    if (!db_check(db, &damage, &e)) {
        verify_damage(v, 0, 0, e.text);
        return;
    }
    for (size_t i = 0; i < damage.count; i++)
        verify_damage(v, damage.damage[i].page, damage.damage[i].row, damage.damage[i].text);
}

/* The tables are described on page 1; another description is damage or a disguise. */
static bool check_schema(struct verifier *v, struct db *db)
{
    struct err e = {0};
    AUTO(buf_drop) struct buf found = BUF(1 << 16);
    struct db_query *q =
        db_query(db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid", &e);
    while (q && db_next(q)) {
        buf_put(&found, db_str(q, 0));
        buf_byte(&found, ';');
    }
    if (q && !db_done(q, &e))
        q = NULL;
    if (!q)
        verify_damage(v, 1, 0, e.text);
    else if (!str_eq(buf_str(&found), (struct str){journal_schema, strlen(journal_schema)}))
        verify_damage(v, 1, 0, "its tables are not those of a journal");
    else
        return true;
    return false;
}

static bool take_key(struct verifier *v, struct err *e)
{
    struct str text = v->o->key;
    v->key = v->j->key;
    v->report->key_from_file = !text.ptr;
    if (!text.ptr)
        return true;
    struct note_key named;
    if (str_starts(text, S("ed25519:")))
        return key_public_parse(text, &v->key, e);
    if (!note_key_parse(text, &named, e))
        return false;
    v->key = named.key;
    return true;
}

static bool check_file(struct verifier *v, const char *name, struct arena *a, struct err *e);

/* journal.succeeded names the log before it; that log must be what it names. */
static void check_succession(struct verifier *v, const struct verify_report *older,
                             struct str older_origin, struct arena *a)
{
    struct journal_record first;
    struct err e = {0};
    if (!journal_read(v->j, a, v->j->base + 1, &first, &e))
        return; /* told already */
    const struct json *in = json_parse(a, first.payload, &e);
    char root[2 * SHA256_SIZE];
    hex_write(root, older->root.bytes, SHA256_SIZE);
    const struct json *found = json_get(in, S("found"));
    int64_t size = -1;
    if (first.entry.statement.kind != KIND_JOURNAL_SUCCEEDED ||
        !json_int(found, S("size"), &size) || (uint64_t)size != older->size ||
        !str_eq(json_text(in, S("origin")), older_origin) ||
        !str_eq(json_text(found, S("root")), (struct str){root, sizeof root}))
        verify_problem(v, v->j->base + 1, "does not name the log that lies before it");
}

static void check_older(struct verifier *v, const char *dir, struct arena *a)
{
    struct verify_report *mine = v->report, *theirs = arena_new(a, struct verify_report);
    struct str prefix = arena_fmt(a, "%s: ", v->j->older_name);
    if (!theirs || !prefix.ptr)
        return;
    struct verify_options o = {.dir = dir,
                               .key = v->o->key,
                               .signer = v->o->signer,
                               .vfs = v->o->vfs};
    struct verifier inner = {.o = &o, .report = theirs, .file = prefix.ptr};
    struct err e = {0};
    if (!check_file(&inner, v->j->older_name, a, &e)) {
        verify_problem(v, 0, "the log before this one: %s", e.text);
        return;
    }
    for (size_t i = 0; i < theirs->problem_count && i < VERIFY_PROBLEMS_MAX; i++) {
        struct verify_problem *p = next_problem(v);
        if (p)
            *p = theirs->problems[i];
    }
    mine->sealed += theirs->sealed;
    mine->signatures += theirs->signatures;
    check_succession(v, theirs, theirs->origin, a);
}

static void fill_report(struct verifier *v, struct arena *a)
{
    v->report->origin = arena_str(a, journal_origin(v->j));
    v->report->base = v->j->base;
    v->report->size = v->tree.size;
    v->report->key = v->key;
    merkle_root(&v->tree, &v->report->root);
}

/* The folder that older logs lie in, when we were given a file. */
static const char *folder_of(const char *path, const char *db_file, struct arena *a)
{
    if (strcmp(path, db_file) != 0)
        return path;
    const char *slash = strrchr(path, '/');
    return slash ? arena_cstr(a, (struct str){path, (size_t)(slash - path)}) : ".";
}

static bool check_file(struct verifier *v, const char *name, struct arena *a, struct err *e)
{
    AUTO(journal_drop) struct journal *j = NULL;
    struct err why = {0};
    const struct journal_options open = {.dir = v->o->dir,
                                         .readonly = true,
                                         .evidence = true,
                                         .signer = v->o->signer,
                                         .vfs = v->o->vfs};
    if (!journal_open_file(&open, name, &j, &why)) {
        if (why.code == ERR_NOT_FOUND) {
            *e = why;
            return false;
        }
        verify_damage(v, 1, 0, why.text);
        return true;
    }
    v->j = j;
    if (!take_key(v, e))
        return false;
    check_database(v, j->db);
    if (!check_schema(v, j->db))
        return true;
    bool read = verify_entries(v);
    fill_report(v, a);
    if (read)
        check_own_checkpoint(v);
    if (v->o->checkpoint.ptr)
        verify_note(v, v->o->checkpoint, 0, "the checkpoint kept elsewhere");
    if (j->older_name[0])
        check_older(v, folder_of(v->o->dir, db_path(j->db), a), a);
    v->j = NULL;
    return true;
}

bool journal_verify(const struct verify_options *o, struct arena *a,
                    struct verify_report *ret_report, struct err *e)
{
    struct verify_report *report = arena_new(a, struct verify_report);
    if (!report)
        return err_set(e, ERR_LIMIT, "no room for a report");
    struct verifier v = {.o = o, .report = report, .file = ""};
    if (!check_file(&v, JOURNAL_FILE, a, e))
        return false;
    *ret_report = *report;
    return true;
}
