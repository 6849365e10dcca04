/* query.c - statements: prepared once, bound, stepped, given back to the cache. See db.h. */
#include "db/db_private.h"

static struct db_query **bucket_of(struct db *db, const char *sql)
{
    return &db->buckets[((uintptr_t)sql >> 3 ^ (uintptr_t)sql >> 11) % DB_BUCKETS];
}

static struct db_query *prepare(struct db *db, struct str sql, unsigned flags, struct err *e)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v3(db->handle, sql.ptr, (int)sql.len, flags, &stmt, NULL);
    if (code != SQLITE_OK || !stmt) {
        char head[101];
        snprintf(head, sizeof head, STR_FMT, (int)(sql.len < 100 ? sql.len : 100), sql.ptr);
        db_fail(db, code, head, e);
        return NULL;
    }
    struct db_query *q = calloc(1, sizeof *q);
    if (!q)
        abort();
    *q = (struct db_query){.db = db, .stmt = stmt, .busy = true};
    return q;
}

struct db_query *db_query(struct db *db, const char *sql, struct err *e)
{
    struct db_query **bucket = bucket_of(db, sql);
    bool cached = false;
    for (struct db_query *q = *bucket; q; q = q->next)
        if (q->sql == sql) {
            if (!q->busy) {
                q->busy = true;
                return q;
            }
            cached = true;
        }
    struct db_query *q = prepare(db, (struct str){sql, strlen(sql)}, SQLITE_PREPARE_PERSISTENT, e);
    if (q && !cached) { /* a second one, while the first is being read, is not worth keeping */
        q->sql = sql;
        q->next = *bucket;
        *bucket = q;
    }
    return q;
}

struct db_query *db_query_text(struct db *db, struct str sql, struct err *e)
{
    if (sql.len > INT32_MAX) {
        err_set(e, ERR_LIMIT, "SQL of %zu bytes", sql.len);
        return NULL;
    }
    return prepare(db, sql, 0, e);
}

static void note(struct db_query *q, int code)
{
    if (code != SQLITE_OK && !q->bad)
        q->bad = code;
}

void db_bind_int(struct db_query *q, int at, int64_t value)
{
    note(q, sqlite3_bind_int64(q->stmt, at, value));
}

void db_bind_double(struct db_query *q, int at, double value)
{
    note(q, sqlite3_bind_double(q->stmt, at, value));
}

void db_bind_str(struct db_query *q, int at, struct str text)
{
    note(q, text.ptr
                ? sqlite3_bind_text64(q->stmt, at, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8)
                : sqlite3_bind_null(q->stmt, at));
}

void db_bind_blob(struct db_query *q, int at, struct str bytes)
{
    note(q, bytes.ptr ? sqlite3_bind_blob64(q->stmt, at, bytes.ptr, bytes.len, SQLITE_STATIC)
                      : sqlite3_bind_null(q->stmt, at));
}

void db_bind_null(struct db_query *q, int at)
{
    note(q, sqlite3_bind_null(q->stmt, at));
}

bool db_next(struct db_query *q)
{
    if (q->bad || q->ended)
        return false;
    int code = sqlite3_step(q->stmt);
    if (code == SQLITE_ROW)
        return true;
    q->ended = true;
    if (code != SQLITE_DONE)
        note(q, code);
    return false;
}

int64_t db_int(struct db_query *q, int at)
{
    return sqlite3_column_type(q->stmt, at) == SQLITE_INTEGER ? sqlite3_column_int64(q->stmt, at)
                                                              : 0;
}

double db_double(struct db_query *q, int at)
{
    int type = sqlite3_column_type(q->stmt, at);
    return type == SQLITE_FLOAT || type == SQLITE_INTEGER ? sqlite3_column_double(q->stmt, at) : 0;
}

/* SQLite gives no pointer for an empty value; ours tells empty from absent. */
static struct str slice(const void *ptr, int len)
{
    return len > 0 && ptr ? (struct str){ptr, (size_t)len} : S("");
}

struct str db_str(struct db_query *q, int at)
{
    if (sqlite3_column_type(q->stmt, at) != SQLITE_TEXT)
        return STR_NONE;
    const void *ptr = sqlite3_column_text(q->stmt, at);
    return slice(ptr, sqlite3_column_bytes(q->stmt, at));
}

struct str db_blob(struct db_query *q, int at)
{
    if (sqlite3_column_type(q->stmt, at) != SQLITE_BLOB)
        return STR_NONE;
    const void *ptr = sqlite3_column_blob(q->stmt, at);
    return slice(ptr, sqlite3_column_bytes(q->stmt, at));
}

bool db_is_null(struct db_query *q, int at)
{
    return sqlite3_column_type(q->stmt, at) == SQLITE_NULL;
}

struct str db_str_keep(struct db_query *q, int at, struct arena *a)
{
    struct str s = sqlite3_column_type(q->stmt, at) == SQLITE_BLOB ? db_blob(q, at) : db_str(q, at);
    return s.ptr ? arena_str(a, s) : s;
}

static void give_back(struct db_query *q)
{
    if (!q->sql) {
        sqlite3_finalize(q->stmt);
        free(q);
        return;
    }
    sqlite3_reset(q->stmt);
    sqlite3_clear_bindings(q->stmt); /* borrowed bytes must not be looked at again */
    q->busy = q->ended = false;
    q->bad = 0;
}

bool db_done(struct db_query *q, struct err *e)
{
    bool ok = q->bad == 0;
    if (!ok) {
        const char *sql = sqlite3_sql(q->stmt);
        db_fail(q->db, q->bad, sql ? sql : "?", e);
    }
    give_back(q);
    return ok;
}

bool db_run(struct db_query *q, struct err *e)
{
    while (db_next(q))
        continue;
    return db_done(q, e);
}

void db_abandon(struct db_query *q)
{
    give_back(q);
}
