/* upkeep.c - copies, checks and fingerprints. See upkeep.h. */
#include "db/upkeep.h"

#include "core/buf.h"
#include "db/db_private.h"

#include <fcntl.h>
#include <unistd.h>

bool db_backup(struct db *db, const char *path, struct err *e)
{
    if (access(path, F_OK) == 0)
        return err_set(e, ERR_CONFLICT, "%s exists already", path);
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code == SQLITE_OK) {
        sqlite3_backup *job = sqlite3_backup_init(to, "main", db->handle, "main");
        if (job)
            sqlite3_backup_step(job, -1); /* its result is what finish says */
        code = job ? sqlite3_backup_finish(job) : sqlite3_errcode(to);
    }
    if (code == SQLITE_OK) /* one file, and it is on the disk */
        code = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    sqlite3_close_v2(to);
    if (code != SQLITE_OK) {
        unlink(path);
        return err_set(e, ERR_IO, "copying %s to %s: %s", db->path, path, sqlite3_errstr(code));
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok || err_set(e, ERR_IO, "fsync of %s failed", path);
}

/* SQLite writes "... page 17 ..." or "row 3 missing from index ...", in words only. */
static int64_t number_after(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    return at ? strtoll(at + strlen(word), NULL, 10) : 0;
}

/* Where a complaint names an index and no page: the page the index begins on. */
static int64_t root_of_index(struct db *db, const char *text)
{
    const char *at = strstr(text, " index ");
    struct err ignored = {0};
    struct db_query *q =
        at ? db_query(db, "SELECT rootpage FROM sqlite_schema WHERE name = ?1", &ignored) : NULL;
    if (!q)
        return 0;
    at += strlen(" index ");
    db_bind_str(q, 1, (struct str){at, strlen(at)});
    int64_t page = db_next(q) ? db_int(q, 0) : 0;
    return db_done(q, &ignored) ? page : 0;
}

static void add_damage(struct db *db, struct db_report *r, const char *text)
{
    if (r->count == DB_DAMAGE_MAX)
        return;
    struct db_damage *d = &r->damage[r->count++];
    int64_t page = number_after(text, "page ");
    int64_t row = number_after(text, "row ");
    *d = (struct db_damage){.page = page ? page : number_after(text, "Page "),
                            .row = row ? row : number_after(text, "Rowid ")};
    if (d->page == 0 && d->row == 0)
        d->page = root_of_index(db, text);
    if (d->page == 0 && d->row == 0) /* what concerns the whole file stands in its head */
        d->page = 1;
    snprintf(d->text, sizeof d->text, "%s", text);
    for (char *c = d->text; *c; c++)
        if (*c == '\n')
            *c = ' ';
}

bool db_check(struct db *db, struct db_report *ret_report, struct err *e)
{
    struct db_report found = {0};
    struct err why = {0};
    struct db_query *q = db_query(db, "PRAGMA integrity_check(20)", &why);
    while (q && db_next(q)) {
        struct str line = db_str(q, 0), rest = line;
        if (str_eq(line, S("ok")))
            continue;
        while (rest.len) {
            char text[200];
            struct str part = str_cut(rest, '\n', &rest);
            snprintf(text, sizeof text, STR_FMT, (int)(part.len < 199 ? part.len : 199), part.ptr);
            if (part.len && !str_starts(part, S("*** in database")))
                add_damage(db, &found, text);
        }
    }
    if (q && !db_done(q, &why))
        q = NULL;
    if (!q) {
        int code = sqlite3_errcode(db->handle) & 0xff;
        if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB) {
            *e = why;
            return false;
        }
        add_damage(db, &found, why.text);
    }
    *ret_report = found;
    return true;
}

bool db_reset(struct db *db, struct err *e)
{
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_RESET_DATABASE, 1, 0);
    int code = sqlite3_exec(db->handle, "VACUUM", NULL, NULL, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_RESET_DATABASE, 0, 0);
    return (code == SQLITE_OK || db_fail(db, code, "VACUUM", e)) &&
           db_exec(db, "PRAGMA journal_mode = WAL", e);
}

bool db_fold(struct db *db, struct err *e)
{
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return code == SQLITE_OK || db_fail(db, code, "wal_checkpoint", e);
}

static void digest_value(struct sha256 *h, sqlite3_stmt *row, int at)
{
    int type = sqlite3_column_type(row, at);
    const void *bytes = NULL;
    double number = sqlite3_column_double(row, at);
    int64_t whole = sqlite3_column_int64(row, at);
    size_t len = 0;
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
        bytes = type == SQLITE_INTEGER ? (const void *)&whole : (const void *)&number;
        len = 8;
    } else if (type != SQLITE_NULL) {
        bytes = sqlite3_column_blob(row, at);
        len = (size_t)sqlite3_column_bytes(row, at);
    }
    char head[32];
    int n = snprintf(head, sizeof head, "%d:%zu:", type, len);
    sha256_add(h, (struct str){head, (size_t)n});
    if (len)
        sha256_add(h, (struct str){bytes, len});
}

static bool digest_table(struct db *db, struct str name, struct sha256 *h, struct err *e)
{
    AUTO(buf_drop) struct buf sql = BUF(1 << 16);
    sqlite3_stmt *probe = NULL;
    buf_fmt(&sql, "SELECT * FROM \"" STR_FMT "\"", STR_ARG(name));
    int code = sqlite3_prepare_v2(db->handle, sql.ptr, (int)sql.len, &probe, NULL);
    if (code != SQLITE_OK)
        return db_fail(db, code, "reading a table", e);
    int columns = sqlite3_column_count(probe);
    sqlite3_finalize(probe);
    for (int i = 1; i <= columns; i++)
        buf_fmt(&sql, "%s%d", i == 1 ? " ORDER BY " : ", ", i);
    struct db_query *q = db_query_text(db, buf_str(&sql), e);
    if (!q)
        return false;
    while (db_next(q))
        for (int i = 0; i < columns; i++)
            digest_value(h, q->stmt, i);
    return db_done(q, e);
}

bool db_digest(struct db *db, const char *skip, uint8_t ret_digest[SHA256_SIZE], struct err *e)
{
    struct sha256 h;
    sha256_start(&h);
    struct db_query *q =
        db_query(db, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name", e);
    if (!q)
        return false;
    bool ok = true;
    while (ok && db_next(q)) {
        struct str name = db_str(q, 1);
        if (skip && str_starts(name, (struct str){skip, strlen(skip)}))
            continue;
        digest_value(&h, q->stmt, 0);
        digest_value(&h, q->stmt, 1);
        digest_value(&h, q->stmt, 2);
        if (str_eq(db_str(q, 0), S("table")) && !str_starts(name, S("sqlite_")))
            ok = digest_table(db, name, &h, e);
    }
    if (!ok) {
        db_abandon(q);
        return false;
    }
    if (!db_done(q, e))
        return false;
    sha256_end(&h, ret_digest);
    return true;
}
