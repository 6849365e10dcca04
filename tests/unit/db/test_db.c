/* test_db.c - what the layers above may rely on: errors with a meaning, undo, copies, named
 * damage. */
#include "db/db.h"

#include "db/upkeep.h"
#include "tests/check.h"

#include <fcntl.h>
#include <unistd.h>

struct place {
    char dir[64], file[96], copy[96];
    struct db *db;
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    snprintf(p->dir, sizeof p->dir, "/tmp/hinomi-test-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->file, sizeof p->file, "%s/x.db", p->dir);
    snprintf(p->copy, sizeof p->copy, "%s/copy.db", p->dir);
    struct err e = {0};
    const struct db_options o = {.create = true, .sync = DB_SYNC_FULL};
    assert_true(db_open(p->file, &o, &p->db, &e));
    assert_true(db_exec(p->db,
                        "CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
                        "key BLOB) STRICT",
                        &e));
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    db_drop(&p->db);
    static const char *const tails[] = {"x.db",    "x.db-wal",    "x.db-shm",
                                        "copy.db", "copy.db-wal", "copy.db-shm"};
    for (size_t i = 0; i < COUNT(tails); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", p->dir, tails[i]);
        unlink(path);
    }
    rmdir(p->dir);
    free(p);
    return 0;
}

static bool add(struct db *db, int64_t id, struct str name, struct str key, struct err *e)
{
    struct db_query *q = db_query(db, "INSERT INTO org VALUES (?1, ?2, ?3)", e);
    if (!q)
        return false;
    db_bind_int(q, 1, id);
    db_bind_str(q, 2, name);
    db_bind_blob(q, 3, key);
    return db_run(q, e);
}

static int64_t count(struct db *db)
{
    struct err e = {0};
    struct db_query *q = db_query(db, "SELECT count(*) FROM org", &e);
    assert_non_null(q);
    int64_t n = db_next(q) ? db_int(q, 0) : -1;
    assert_true(db_done(q, &e));
    return n;
}

static void values_come_back_as_they_went_in(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    assert_true(add(p->db, 1, S("power"), S("\0\1"), &e));
    assert_true(add(p->db, 2, S(""), STR_NONE, &e));
    struct db_query *q = db_query(p->db, "SELECT name, key FROM org ORDER BY id", &e);
    assert_non_null(q);
    assert_true(db_next(q));
    assert_true(str_eq(db_str(q, 0), S("power")));
    assert_true(str_eq(db_blob(q, 1), S("\0\1")));
    assert_null(db_blob(q, 0).ptr); /* a text is not a blob */
    assert_true(db_next(q));
    assert_non_null(db_str(q, 0).ptr); /* empty is not absent */
    assert_true(db_is_null(q, 1));
    assert_null(db_blob(q, 1).ptr);
    assert_false(db_next(q));
    assert_true(db_done(q, &e));
}

static void each_failure_has_its_code_and_its_sql(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    assert_true(add(p->db, 1, S("power"), STR_NONE, &e));
    static const struct {
        const char *label, *sql;
        enum err_code code;
    } cases[] = {
        {"a name that is taken", "INSERT INTO org VALUES (2, 'power', NULL)", ERR_CONFLICT},
        {"a type the table refuses", "INSERT INTO org VALUES (2, 'x', 3)", ERR_CONFLICT},
        {"a table that is not there", "INSERT INTO nowhere VALUES (1)", ERR_IO},
        {"no SQL at all", "SELEC", ERR_IO},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        e = (struct err){0};
        assert_false(db_exec(p->db, cases[i].sql, &e));
        CHECK_INT(e.code, cases[i].code, cases[i].label);
        assert_non_null(strstr(e.text, cases[i].sql));
    }
    e = (struct err){0};
    assert_false(add(p->db, 3, S("power"), STR_NONE, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "through a cached statement");
    e = (struct err){0};
    struct db *none = NULL;
    assert_false(db_open("/tmp/hinomi-no-such-folder/x.db", &(struct db_options){0}, &none, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "no such file");
    assert_null(none);
}

static void a_cached_statement_can_be_opened_inside_itself(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    static const char sql[] = "SELECT id FROM org ORDER BY id";
    for (int i = 1; i <= 3; i++) {
        char name[8];
        int n = snprintf(name, sizeof name, "o%d", i);
        assert_true(add(p->db, i, (struct str){name, (size_t)n}, STR_NONE, &e));
    }
    int pairs = 0;
    struct db_query *outer = db_query(p->db, sql, &e);
    while (db_next(outer)) {
        struct db_query *inner = db_query(p->db, sql, &e);
        while (db_next(inner))
            pairs++;
        assert_true(db_done(inner, &e));
    }
    assert_true(db_done(outer, &e));
    CHECK_INT(pairs, 9, "pairs");
}

static void a_savepoint_takes_back_its_own_rows_only(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    assert_true(db_begin(p->db, &e));
    assert_true(add(p->db, 1, S("kept"), STR_NONE, &e));
    assert_true(db_savepoint(p->db, &e));
    assert_true(add(p->db, 2, S("refused"), STR_NONE, &e));
    assert_true(db_savepoint(p->db, &e));
    assert_true(add(p->db, 3, S("deeper"), STR_NONE, &e));
    assert_true(db_savepoint_keep(p->db, &e));
    CHECK_INT(count(p->db), 3, "inside");
    assert_true(db_savepoint_undo(p->db, &e));
    CHECK_INT(count(p->db), 1, "after undo");
    assert_true(db_commit(p->db, &e));
    assert_true(db_begin(p->db, &e));
    assert_true(add(p->db, 9, S("gone"), STR_NONE, &e));
    db_rollback(p->db);
    CHECK_INT(count(p->db), 1, "after rollback");
}

static void a_reader_sees_what_is_committed_while_the_writer_writes(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    AUTO(db_drop) struct db *reader = NULL;
    assert_true(add(p->db, 1, S("old"), STR_NONE, &e));
    assert_true(db_open(p->file, &(struct db_options){.readonly = true}, &reader, &e));
    assert_true(db_begin(p->db, &e));
    assert_true(add(p->db, 2, S("new"), STR_NONE, &e));
    CHECK_INT(count(reader), 1, "before commit");
    assert_true(db_commit(p->db, &e));
    CHECK_INT(count(reader), 2, "after commit");
    assert_false(db_exec(reader, "DELETE FROM org", &e));
}

static void a_copy_is_whole_and_never_overwrites(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    assert_true(add(p->db, 1, S("power"), S("k"), &e));
    assert_true(db_backup(p->db, p->copy, &e));
    AUTO(db_drop) struct db *copy = NULL;
    uint8_t here[SHA256_SIZE], there[SHA256_SIZE];
    assert_true(db_open(p->copy, &(struct db_options){.readonly = true}, &copy, &e));
    assert_true(db_digest(p->db, NULL, here, &e) && db_digest(copy, NULL, there, &e));
    assert_memory_equal(here, there, sizeof here);
    assert_false(db_backup(p->db, p->copy, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "second copy");

    assert_true(add(p->db, 2, S("rail"), STR_NONE, &e));
    assert_true(db_digest(p->db, NULL, here, &e));
    assert_memory_not_equal(here, there, sizeof here);
    assert_true(db_digest(p->db, "org", here, &e) && db_digest(copy, "org", there, &e));
    assert_memory_equal(here, there, sizeof here); /* the table that differs is left out */
}

static void damage_is_named_by_its_page(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    char name[201];
    memset(name, 'x', sizeof name - 1);
    assert_true(db_begin(p->db, &e));
    for (int i = 1; i <= 200; i++) {
        int n = snprintf(name, sizeof name, "%d", i);
        name[n] = '-';
        assert_true(add(p->db, i, (struct str){name, 200}, STR_NONE, &e));
    }
    assert_true(db_commit(p->db, &e));
    struct db_report report;
    assert_true(db_check(p->db, &report, &e));
    CHECK_INT(report.count, 0, "a sound file");
    assert_true(db_fold(p->db, &e));
    db_drop(&p->db);

    int fd = open(p->file, O_RDWR);
    assert_true(fd >= 0);
    static const char zeros[64];
    assert_int_equal(pwrite(fd, zeros, sizeof zeros, (off_t)4 * 4096),
                     sizeof zeros); /* head of page 5 */
    close(fd);
    assert_true(db_open(p->file, &(struct db_options){.readonly = true}, &p->db, &e));
    assert_true(db_check(p->db, &report, &e));
    assert_true(report.count > 0);
    bool named = false;
    for (size_t i = 0; i < report.count; i++)
        named = named || report.damage[i].page == 5;
    assert_true(named);
}

static void reset_leaves_an_empty_database(void **state)
{
    struct place *p = *state;
    struct err e = {0};
    assert_true(add(p->db, 1, S("power"), STR_NONE, &e));
    assert_true(db_reset(p->db, &e));
    assert_false(db_exec(p->db, "SELECT * FROM org", &e));
    assert_true(db_exec(p->db, "CREATE TABLE org(id INTEGER PRIMARY KEY) STRICT", &e));
    CHECK_INT(count(p->db), 0, "rows");
}

int main(void)
{
#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SENTENCE(values_come_back_as_they_went_in),
        SENTENCE(each_failure_has_its_code_and_its_sql),
        SENTENCE(a_cached_statement_can_be_opened_inside_itself),
        SENTENCE(a_savepoint_takes_back_its_own_rows_only),
        SENTENCE(a_reader_sees_what_is_committed_while_the_writer_writes),
        SENTENCE(a_copy_is_whole_and_never_overwrites),
        SENTENCE(damage_is_named_by_its_page),
        SENTENCE(reset_leaves_an_empty_database),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
