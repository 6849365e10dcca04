/* journal.c - the file: making it, opening it, who it says it is. See journal.h. */
#include "db/upkeep.h"
#include "journal/journal_private.h"

#include <sys/stat.h>
#include <unistd.h>

const char journal_schema[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, header BLOB NOT NULL,"
    " salt BLOB, payload BLOB NOT NULL, seal_key INTEGER, seal_digest BLOB) STRICT;"
    "CREATE TABLE node(position INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;"
    "CREATE TABLE erasure(seq INTEGER PRIMARY KEY, subject TEXT NOT NULL, first INTEGER NOT NULL,"
    " last INTEGER NOT NULL, done INTEGER NOT NULL) STRICT;";

bool journal_meta(struct db *db, struct str name, struct arena *a, struct str *ret_value,
                  struct err *e)
{
    struct db_query *q = db_query(db, "SELECT value FROM meta WHERE name = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, name);
    struct str value = db_next(q) ? db_str_keep(q, 0, a) : STR_NONE;
    if (!db_done(q, e))
        return false;
    if (!value.ptr)
        return err_set(e, ERR_INVALID, "the journal does not say its " STR_FMT, STR_ARG(name));
    *ret_value = value;
    return true;
}

static bool put_meta(struct db *db, struct str name, struct str value, struct err *e)
{
    struct db_query *q = db_query(db, "INSERT INTO meta(name, value) VALUES (?1, ?2)", e);
    if (!q)
        return false;
    db_bind_str(q, 1, name);
    db_bind_str(q, 2, value);
    return db_run(q, e);
}

static bool has_schema(struct db *db, bool *ret_has, struct err *e)
{
    struct db_query *q = db_query(db, "SELECT count(*) FROM sqlite_schema", e);
    if (!q)
        return false;
    *ret_has = db_next(q) && db_int(q, 0) > 0;
    return db_done(q, e);
}

/* Everything or nothing: a node that dies here begins anew. */
static bool create(struct journal *j, const char *origin, struct err *e)
{
    char key[KEY_TEXT_SIZE], pragma[64];
    struct str name = {origin, strlen(origin)};
    if (!note_name_ok(name) || name.len > ORIGIN_MAX)
        return err_set(e, ERR_INVALID, "'%s' cannot be the name of a log", origin);
    snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", JOURNAL_APPLICATION_ID);
    if (!db_begin(j->db, e))
        return false;
    bool ok = db_exec(j->db, pragma, e) && db_exec(j->db, journal_schema, e) &&
              put_meta(j->db, S("origin"), name, e) && put_meta(j->db, S("base"), S("0"), e) &&
              put_meta(j->db, S("older"), S(""), e) &&
              put_meta(j->db, S("key"), key_public_format(&j->signer->public, key), e) &&
              db_commit(j->db, e);
    if (!ok)
        db_rollback(j->db);
    return ok;
}

static bool read_identity(struct journal *j, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    struct str origin = S(""), key = origin, base = origin, older = origin;
    if (!journal_meta(j->db, S("origin"), &a, &origin, e) ||
        !journal_meta(j->db, S("key"), &a, &key, e) ||
        !journal_meta(j->db, S("base"), &a, &base, e) ||
        !journal_meta(j->db, S("older"), &a, &older, e) || !key_public_parse(key, &j->key, e))
        return false;
    if (origin.len > ORIGIN_MAX || older.len >= sizeof j->older_name || base.len == 0 ||
        strchr(older.ptr, '/'))
        return err_set(e, ERR_INVALID, "the journal's description of itself makes no sense");
    snprintf(j->origin, sizeof j->origin, STR_FMT, STR_ARG(origin));
    snprintf(j->older_name, sizeof j->older_name, STR_FMT, STR_ARG(older));
    char *end;
    j->base = strtoll(base.ptr, &end, 10);
    return (*end == '\0' && j->base >= 0) ||
           err_set(e, ERR_INVALID, "the journal's base is not a number");
}

/* The tree's edge and the last time, as the writer needs them; and that the file is what it last
 * signed. */
static bool load_head(struct journal *j, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    int64_t head;
    if (!journal_head(j, &head, e) ||
        !merkle_open((uint64_t)(head - j->base), journal_node, j, &j->tree, e))
        return false;
    if (j->tree.size == 0)
        return true;
    struct db_query *q = db_query(j->db, "SELECT header FROM entry WHERE seq = ?1", e);
    if (!q)
        return false;
    struct entry last;
    db_bind_int(q, 1, head);
    struct str header = db_next(q) ? db_str_keep(q, 0, &a) : STR_NONE;
    if (!db_done(q, e) || !entry_parse(&a, header, &last, e))
        return false;
    j->logged = last.logged;

    struct str bytes;
    struct note note;
    struct checkpoint c;
    struct merkle_hash root;
    merkle_root(&j->tree, &root);
    if (!journal_checkpoint(j, &a, j->tree.size, &bytes, e) || !note_parse(bytes, &note, e) ||
        !checkpoint_parse(note.text, &c, e))
        return err_wrap(e, "the journal's checkpoint");
    return (c.size == j->tree.size && merkle_eq(&c.root, &root)) ||
           err_set(e, ERR_IO, "the journal is not what it last signed: run 'hinomi log verify'");
}

/* Where an older log lies, journal.db was lost or is being replaced: beginning anew would be a
 * fork. */
static bool is_fresh(const struct journal *j, const struct journal_options *o, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    const char *older = arena_fmt(&a, "%s/journal.0.db", o->dir).ptr;
    bool replacing =
        strstr(db_path(j->db), JOURNAL_FILE) == NULL; /* succeed.c makes the next one */
    return replacing || o->vfs || (older && access(older, F_OK) != 0) ||
           err_set(e, ERR_CONFLICT, "%s is missing beside an older log: run 'hinomi admin recover'",
                   db_path(j->db));
}

static bool prepare(struct journal *j, const struct journal_options *o, struct err *e)
{
    bool made;
    if (!has_schema(j->db, &made, e))
        return false;
    if (!made && (!o->origin || o->readonly))
        return err_set(e, ERR_NOT_FOUND, "%s holds no journal", db_path(j->db));
    if (!made && (!is_fresh(j, o, e) || !create(j, o->origin, e)))
        return false;
    if (!read_identity(j, e))
        return false;
    if (o->origin && strcmp(o->origin, j->origin) != 0)
        return err_set(e, ERR_CONFLICT, "the journal is %s, not %s", j->origin, o->origin);
    if (o->readonly)
        return true;
    if (!key_public_eq(&j->key, &o->signer->public))
        return err_set(e, ERR_DENIED, "the node's key is not the one that signs this journal");
    return load_head(j, e) && journal_carry_out_erasures(j, e);
}

bool journal_open_file(const struct journal_options *o, const char *name,
                       struct journal **ret_journal, struct err *e)
{
    if (!o->readonly && (!o->signer || !o->clock))
        return err_set(e, ERR_INVALID, "a journal is written with a signer and a clock");
    struct journal *j = calloc(1, sizeof *j);
    if (!j || !(j->dir = strdup(o->dir)))
        abort();
    j->readonly = o->readonly;
    j->evidence = o->evidence;
    j->signer = o->signer;
    j->clock = o->clock;
    j->vfs = o->vfs;
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    struct stat st;
    bool is_file = !o->vfs && stat(o->dir, &st) == 0 && S_ISREG(st.st_mode);
    struct str path = is_file ? arena_fmt(&a, "%s", o->dir) : arena_fmt(&a, "%s/%s", o->dir, name);
    const struct db_options how = {.create = o->origin != NULL,
                                   .readonly = o->readonly,
                                   .evidence = o->evidence,
                                   .sync = DB_SYNC_FULL,
                                   .cache_kib = 16 * 1024,
                                   .autocheckpoint = o->autocheckpoint,
                                   .vfs = o->vfs};
    if (!path.ptr || !db_open(path.ptr, &how, &j->db, e) ||
        (o->evidence && !db_snapshot(j->db, e)) || !prepare(j, o, e)) {
        journal_drop(&j);
        return false;
    }
    *ret_journal = j;
    return true;
}

bool journal_open(const struct journal_options *options, struct journal **ret_journal,
                  struct err *e)
{
    return journal_open_file(options, JOURNAL_FILE, ret_journal, e);
}

bool journal_older(struct journal *j, struct journal **ret_older, struct err *e)
{
    if (!j->older && j->older_name[0]) {
        AUTO(arena_drop) struct arena a = ARENA(1 << 16);
        const char *dir = j->dir, *slash = strrchr(dir, '/');
        struct stat st;
        if (!j->vfs && stat(dir, &st) == 0 &&
            S_ISREG(st.st_mode)) /* it lies beside the file we were given */
            dir = slash ? arena_cstr(&a, (struct str){dir, (size_t)(slash - dir)}) : ".";
        if (!journal_open_file(&(struct journal_options){.dir = dir,
                                                         .readonly = true,
                                                         .evidence = j->evidence,
                                                         .signer = j->signer,
                                                         .vfs = j->vfs},
                               j->older_name, &j->older, e))
            return err_wrap(e, "the log before this one");
    }
    *ret_older = j->older;
    return true;
}

void journal_drop(struct journal **j)
{
    if (!*j)
        return;
    journal_drop(&(*j)->older);
    seal_forget(*j);
    db_close((*j)->db);
    free((*j)->dir);
    free(*j);
    *j = NULL;
}

struct str journal_origin(const struct journal *j)
{
    return (struct str){j->origin, strlen(j->origin)};
}

struct key_public journal_key(const struct journal *j)
{
    return j->key;
}

int64_t journal_base(const struct journal *j)
{
    return j->base;
}

bool journal_backup(struct journal *j, const char *path, struct err *e)
{
    return db_backup(j->db, path, e);
}
