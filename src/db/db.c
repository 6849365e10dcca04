/* db.c - opening, executing, transactions, and what SQLite's codes mean here. See db.h. */
#include "db/db_private.h"

#include <unistd.h>

static enum err_code meaning(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT: return ERR_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERR_UNAVAILABLE;
    case SQLITE_TOOBIG: return ERR_LIMIT;
    default: return ERR_IO;
    }
}

bool db_fail(struct db *db, int code, const char *doing, struct err *e)
{
    const char *says =
        sqlite3_errcode(db->handle) == (code & 0xff) || sqlite3_extended_errcode(db->handle) == code
            ? sqlite3_errmsg(db->handle)
            : sqlite3_errstr(code);
    return err_set(e, meaning(code), "%s: %.100s", says, doing);
}

static bool pragmas(struct db *db, const struct db_options *o, struct err *e)
{
    char sql[320];
    snprintf(sql, sizeof sql,
             "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
             "PRAGMA cache_size = -%d;",
             o->cache_kib > 0 ? o->cache_kib : 8192);
    if (!db_exec(db, sql, e))
        return false;
    if (o->readonly) /* the rest would write */
        return true;
    /* EXTRA while the file is made: it syncs the folder after the rollback journal is deleted.
     * One that came back after a power cut would empty the database, with all that was committed
     * to the WAL since. */
    snprintf(sql, sizeof sql,
             "PRAGMA synchronous = EXTRA; PRAGMA journal_mode = WAL; PRAGMA synchronous = %s;"
             "PRAGMA wal_autocheckpoint = %d;",
             o->sync == DB_SYNC_FULL ? "FULL" : "NORMAL",
             o->autocheckpoint > 0 ? o->autocheckpoint : 4000);
    return db_exec(db, sql, e);
}

static bool open_as(const char *path, const struct db_options *o, int flags, struct db **ret_db,
                    struct err *e)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db || !(db->path = strdup(path)))
        abort();
    int code = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, o->vfs);
    if (code != SQLITE_OK) {
        err_set(e, code == SQLITE_CANTOPEN && access(path, F_OK) != 0 ? ERR_NOT_FOUND : ERR_IO,
                "cannot open %s: %s", path, sqlite3_errstr(code));
        db_close(db);
        return false;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, o->busy_ms > 0 ? o->busy_ms : 5000);
    struct err why = {0};
    /* The pragma reads the file: one that is no database is found out here. */
    if (!pragmas(db, o, &why) || !db_exec(db, "SELECT 1 FROM sqlite_schema", &why)) {
        *e = why;
        err_wrap(e, "opening %s", path);
        db_close(db);
        return false;
    }
    *ret_db = db;
    return true;
}

/* Without a WAL and its index beside it nobody has the file open, and it alone is the database:
 * it can be read where nothing may be written, and without leaving files in an evidence folder. */
static bool open_frozen(const char *path, const struct db_options *o, struct db **ret_db,
                        struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    struct str wal = arena_fmt(&a, "%s-wal", path), index = arena_fmt(&a, "%s-shm", path);
    char *escaped = arena_array(&a, char, 3 * strlen(path) + 1), *at = escaped;
    if (!wal.ptr || !index.ptr || !escaped || access(path, R_OK) != 0 ||
        access(wal.ptr, F_OK) == 0 || access(index.ptr, F_OK) == 0)
        return false;
    for (const char *p = path; *p; p++) {
        if (*p == '?' || *p == '#' || *p == '%')
            at += snprintf(at, 4, "%%%02X", (unsigned char)*p);
        else
            *at++ = *p;
    }
    struct str uri = arena_fmt(&a, "file:%s?immutable=1", escaped);
    return uri.ptr && open_as(uri.ptr, o, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, ret_db, e);
}

bool db_open(const char *path, const struct db_options *o, struct db **ret_db, struct err *e)
{
    if (!o->readonly)
        return open_as(path, o, SQLITE_OPEN_READWRITE | (o->create ? SQLITE_OPEN_CREATE : 0),
                       ret_db, e);
    struct err frozen = {0};
    if (o->evidence && !o->vfs && open_frozen(path, o, ret_db, &frozen))
        return true;
    if (open_as(path, o, SQLITE_OPEN_READONLY, ret_db, e))
        return true;
    if (e->code != ERR_IO || o->vfs || !open_frozen(path, o, ret_db, &frozen))
        return false;
    *e = (struct err){0};
    return true;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < DB_BUCKETS; i++)
        for (struct db_query *q = db->buckets[i], *next; q; q = next) {
            next = q->next;
            sqlite3_finalize(q->stmt);
            free(q);
        }
    sqlite3_close_v2(db->handle);
    free(db->path);
    free(db);
}

void db_drop(struct db **db)
{
    db_close(*db);
    *db = NULL;
}

const char *db_path(const struct db *db)
{
    return db->path;
}

bool db_exec(struct db *db, const char *sql, struct err *e)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || db_fail(db, code, sql, e);
}

static bool step(struct db *db, const char *sql, struct err *e)
{
    struct db_query *q = db_query(db, sql, e);
    return q && db_run(q, e);
}

bool db_begin(struct db *db, struct err *e)
{
    return step(db, "BEGIN IMMEDIATE", e);
}

bool db_snapshot(struct db *db, struct err *e)
{
    /* BEGIN alone takes nothing: the first read fixes the state (SQLite, "Transactions"). */
    return step(db, "BEGIN", e) && step(db, "SELECT count(*) FROM sqlite_master", e);
}

bool db_commit(struct db *db, struct err *e)
{
    return step(db, "COMMIT", e);
}

void db_rollback(struct db *db)
{
    struct err ignored = {0};
    if (!sqlite3_get_autocommit(db->handle) && !step(db, "ROLLBACK", &ignored))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL,
                     NULL); /* a query was still open: again, by force */
}

bool db_savepoint(struct db *db, struct err *e)
{
    return step(db, "SAVEPOINT level", e);
}

bool db_savepoint_keep(struct db *db, struct err *e)
{
    return step(db, "RELEASE level", e);
}

bool db_savepoint_undo(struct db *db, struct err *e)
{
    return step(db, "ROLLBACK TO level", e) && step(db, "RELEASE level", e);
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t db_last_rowid(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}
