/* db.h - SQLite with the sharp edges off: one connection, cached statements, errors that say
 * where.
 *
 * Why: the journal and the read model stand on SQLite (docs/design.md). Only db/ includes
 * sqlite3.h, so that pragmas, error codes and lifetimes are decided once. A connection is opened
 * in WAL mode with foreign keys on and a busy timeout; tables are created STRICT by whoever
 * writes the SQL.
 *
 * Threads: a connection belongs to one thread at a time; it may be handed on. Readers on other
 * threads open their own: WAL lets them read while the writer writes.
 *
 * Statements are cached by the address of their SQL, which must therefore be a literal (or live
 * as long as the connection). Errors while binding or stepping are kept and told once, by
 * db_done:
 *
 *     struct db_query *q = db_query(db, "SELECT name, rank FROM org WHERE sector = ?1", e);
 *     if (!q)
 *         return false;
 *     db_bind_str(q, 1, sector);
 *     while (db_next(q))
 *         use(db_str(q, 0), db_int(q, 1)); // text lives until the next db_next or db_done
 *     return db_done(q, e);
 *
 * Each query that was opened must be closed by db_done or db_run, on every path; opening the
 * same SQL again while it is still being read gives a second statement, so recursion is safe.
 *
 * Errors: a constraint is ERR_CONFLICT, a busy database ERR_UNAVAILABLE, one too large
 * ERR_LIMIT, a missing file ERR_NOT_FOUND, all else ERR_IO; the text holds SQLite's words and
 * the SQL.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"

struct db;
struct db_query;

enum db_sync {
    DB_SYNC_NORMAL, /* a power cut may undo the last commits, never tear one: what can be rebuilt */
    DB_SYNC_FULL,   /* a commit that returned is on the disk */
};

struct db_options {
    bool create;   /* make the file when it is missing */
    bool readonly; /* reads a live database, or a copy on a medium nobody may write */
    enum db_sync sync;
    int cache_kib;      /* page cache; 0: 8 MiB */
    int busy_ms;        /* how long to wait for another writer; 0: 5 s */
    int autocheckpoint; /* pages in the WAL before it is folded back; 0: 4000 */
    bool evidence;      /* readonly: leave no file beside one that nobody has open */
    const char *vfs;    /* for tests; NULL: the system's */
};

[[nodiscard]] bool db_open(const char *path, const struct db_options *options, struct db **ret_db,
                           struct err *e);
void db_close(struct db *db); /* NULL is nothing */
void db_drop(struct db **db); /* for AUTO(db_drop) */
const char *db_path(const struct db *db);

/* Runs SQL without parameters: one statement or several. */
[[nodiscard]] bool db_exec(struct db *db, const char *sql, struct err *e);

/* A query ready to bind, from the cache. NULL and an error when the SQL does not compile. */
[[nodiscard]] struct db_query *db_query(struct db *db, const char *literal_sql, struct err *e);
/* For SQL that is built at run time: not cached, freed by db_done. */
[[nodiscard]] struct db_query *db_query_text(struct db *db, struct str sql, struct err *e);

/* Parameters count from 1. Bytes are borrowed until db_done or db_run. STR_NONE (no pointer) is
 * NULL. */
void db_bind_int(struct db_query *q, int at, int64_t value);
void db_bind_double(struct db_query *q, int at, double value);
void db_bind_str(struct db_query *q, int at, struct str text);
void db_bind_blob(struct db_query *q, int at, struct str bytes);
void db_bind_null(struct db_query *q, int at);

bool db_next(struct db_query *q); /* true while there is a row; a failure ends the rows */

/* Columns count from 0. A NULL or a value of another type is 0 or STR_NONE; an empty text or
 * blob has length 0 and a pointer. */
int64_t db_int(struct db_query *q, int at);
double db_double(struct db_query *q, int at);
struct str db_str(struct db_query *q, int at);
struct str db_blob(struct db_query *q, int at);
bool db_is_null(struct db_query *q, int at);
struct str db_str_keep(struct db_query *q, int at, struct arena *a); /* a copy: text or blob */

/* Ends the query. False when anything since db_query failed. */
[[nodiscard]] bool db_done(struct db_query *q, struct err *e);
/* Steps to the end without reading, then db_done: for INSERT, UPDATE, DELETE. */
[[nodiscard]] bool db_run(struct db_query *q, struct err *e);
void db_abandon(struct db_query *q); /* ends it when an error is already being told */

int64_t db_changes(struct db *db); /* rows the last db_run changed */
int64_t db_last_rowid(struct db *db);

[[nodiscard]] bool db_begin(struct db *db, struct err *e); /* takes the write lock at once */
/* Reads see the database as it is now until db_rollback, whatever others commit. */
[[nodiscard]] bool db_snapshot(struct db *db, struct err *e);
[[nodiscard]] bool db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db); /* nothing when no transaction is open */

/* One level inside a transaction; nests. Undo takes back what was done since, and ends the
 * level. */
[[nodiscard]] bool db_savepoint(struct db *db, struct err *e);
[[nodiscard]] bool db_savepoint_keep(struct db *db, struct err *e);
[[nodiscard]] bool db_savepoint_undo(struct db *db, struct err *e);
