/* succeed.c - a restored log that is behind what was cosigned gets a successor, never a fork.
 * See journal.h.
 *
 * The successor is made whole under another name beside the old file; then the old one steps
 * aside, and the new one takes its place. Interrupted between the two, journal.db is missing and
 * the next call finishes the job.
 */
#include "core/encode.h"
#include "core/jsonw.h"
#include "db/upkeep.h"
#include "journal/journal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define SUCCESSOR_FILE "journal.next.db"

struct past { /* the old log: what is there, and what was promised */
    char origin[ORIGIN_MAX + 1];
    int64_t base;
    uint64_t size;
    struct merkle_hash root;
    struct checkpoint promised;
};

static bool check_past(const struct journal_succession *s, struct journal *old, struct past *ret,
                       struct err *e)
{
    struct note_key key = note_key(journal_origin(old), NOTE_ED25519, &old->key);
    struct note note;
    struct past p = {.base = old->base};
    struct merkle_hash then;
    if (!note_open(s->note, &key, 1, &note, NULL, e) ||
        !checkpoint_parse(note.text, &p.promised, e) || !journal_size(old, &p.size, e) ||
        !journal_root(old, p.size, &p.root, e))
        return false;
    snprintf(p.origin, sizeof p.origin, "%s", old->origin);
    if (!str_eq(p.promised.origin, journal_origin(old)))
        return err_set(e, ERR_INVALID, "the checkpoint is of another log");
    if (p.promised.size <= p.size) {
        if (!journal_root(old, p.promised.size, &then, e))
            return false;
        if (merkle_eq(&then, &p.promised.root))
            return err_set(e, ERR_CONFLICT,
                           "the log holds all that the checkpoint promises: it needs "
                           "no successor");
    }
    if (strcmp(s->origin, old->origin) == 0)
        return err_set(e, ERR_INVALID, "a successor needs a name of its own");
    *ret = p;
    return true;
}

static void put_tree(struct jsonw *w, const char *name, uint64_t size,
                     const struct merkle_hash *root)
{
    char hex[2 * SHA256_SIZE];
    hex_write(hex, root->bytes, SHA256_SIZE);
    jw_key(w, name);
    jw_object(w);
    jw_member_str(w, "root", (struct str){hex, sizeof hex});
    jw_member_int(w, "size", (int64_t)size);
    jw_end(w);
}

static bool set_meta(struct journal *j, struct str name, struct str value, struct err *e)
{
    struct db_query *q = db_query(j->db, "UPDATE meta SET value = ?2 WHERE name = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, name);
    db_bind_str(q, 2, value);
    return db_run(q, e);
}

static bool write_first(const struct journal_succession *s, struct journal *j, const struct past *p,
                        struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(buf_drop) struct buf payload = BUF(4096);
    struct jsonw w = JSONW(&payload);
    struct entry first;
    jw_object(&w);
    put_tree(&w, "found", p->size, &p->root);
    jw_member_cstr(&w, "origin", p->origin);
    put_tree(&w, "promised", p->promised.size, &p->promised.root);
    jw_end(&w);
    const struct journal_draft draft = {.kind = KIND_JOURNAL_SUCCEEDED,
                                        .actor = s->actor,
                                        .subject = S("journal"),
                                        .payload = buf_str(&payload)};
    char base[24], older[64];
    int n = snprintf(base, sizeof base, "%lld", (long long)j->base);
    int m = snprintf(older, sizeof older, "%s", j->older_name);
    if (!journal_begin(j, e))
        return false;
    bool ok = set_meta(j, S("base"), (struct str){base, (size_t)n}, e) &&
              set_meta(j, S("older"), (struct str){older, (size_t)m}, e) &&
              journal_append(j, &a, &draft, &first, e) && journal_commit(j, e);
    if (!ok)
        db_rollback(j->db);
    return ok && db_fold(j->db, e);
}

static bool sync_folder(const char *dir, struct err *e)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        err_set(e, ERR_IO, "%s: %s", dir, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool change_places(const char *dir, const char *aside, struct arena *a, struct err *e)
{
    const char *now = arena_fmt(a, "%s/" JOURNAL_FILE, dir).ptr;
    const char *old = arena_fmt(a, "%s/%s", dir, aside).ptr;
    const char *next = arena_fmt(a, "%s/" SUCCESSOR_FILE, dir).ptr;
    if (!now || !old || !next)
        return err_set(e, ERR_LIMIT, "path too long");
    if (access(old, F_OK) == 0)
        return err_set(e, ERR_CONFLICT, "%s exists already", old);
    if (rename(now, old) != 0 || !sync_folder(dir, e) || rename(next, now) != 0)
        return err_set(e, ERR_IO, "%s: %s", now, strerror(errno));
    return sync_folder(dir, e);
}

/* The old file alone, whole, without a WAL beside it that a rename would leave behind. */
static bool settle(const struct journal_succession *s, struct past *ret_past, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    AUTO(journal_drop) struct journal *old = NULL;
    AUTO(db_drop) struct db *db = NULL;
    const char *path = arena_fmt(&a, "%s/" JOURNAL_FILE, s->dir).ptr;
    if (!path || !db_open(path, &(struct db_options){.vfs = s->vfs}, &db, e) || !db_fold(db, e))
        return false;
    db_drop(&db);
    return journal_open(&(struct journal_options){.dir = s->dir,
                                                  .readonly = true,
                                                  .signer = s->signer,
                                                  .vfs = s->vfs},
                        &old, e) &&
           check_past(s, old, ret_past, e);
}

/* An earlier call that was cut short after the old file stepped aside. *ret_done: nothing is
 * left to do. */
static bool finish_earlier(const struct journal_succession *s, struct arena *a, bool *ret_done,
                           struct err *e)
{
    const char *now = arena_fmt(a, "%s/" JOURNAL_FILE, s->dir).ptr;
    const char *next = arena_fmt(a, "%s/" SUCCESSOR_FILE, s->dir).ptr;
    *ret_done = now && next && access(now, F_OK) != 0 && access(next, F_OK) == 0;
    if (!*ret_done)
        return true;
    return rename(next, now) == 0 ? sync_folder(s->dir, e)
                                  : err_set(e, ERR_IO, "%s: %s", now, strerror(errno));
}

bool journal_succeed(const struct journal_succession *s, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    AUTO(journal_drop) struct journal *j = NULL;
    struct past p = {0};
    bool done = false;
    if (!finish_earlier(s, &a, &done, e))
        return false;
    if (done)
        return true;
    if (!settle(s, &p, e))
        return false;
    const char *next = arena_fmt(&a, "%s/" SUCCESSOR_FILE, s->dir).ptr;
    if (!next)
        return err_set(e, ERR_LIMIT, "path too long");
    unlink(next); /* of an attempt that did not finish */
    const struct journal_options open = {
        .dir = s->dir, .origin = s->origin, .signer = s->signer, .clock = s->clock, .vfs = s->vfs};
    if (!journal_open_file(&open, SUCCESSOR_FILE, &j, e))
        return false;
    uint64_t highest = p.promised.size > p.size ? p.promised.size : p.size;
    j->base = p.base + (int64_t)highest;
    snprintf(j->older_name, sizeof j->older_name, "journal.%lld.db", (long long)p.base);
    char aside[64];
    snprintf(aside, sizeof aside, "%s", j->older_name);
    if (!write_first(s, j, &p, e))
        return false;
    journal_drop(&j);
    return change_places(s->dir, aside, &a, e);
}
