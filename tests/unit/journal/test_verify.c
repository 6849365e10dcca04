/* test_verify.c - whatever is altered in a stored journal is found, and the entry at fault is
 * named. */
#include "core/io.h"
#include "tests/unit/journal/journal_case.h"

#include <fcntl.h>

enum { ENTRIES = 6 };

static void verify(struct node_case *c, struct verify_report *ret, struct str checkpoint)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 22);
    struct key_public public = key_public_of(&c->key);
    char key[KEY_TEXT_SIZE];
    struct err e = {0};
    const struct verify_options o = {.dir = c->file,
                                     .key = key_public_format(&public, key),
                                     .checkpoint = checkpoint};
    if (!journal_verify(&o, &a, ret, &e))
        fail_msg("verify: %s", e.text);
    ret->origin = STR_NONE; /* it lived in the arena */
}

/* A log of a few entries, one of them sealed and one signed, in one small file that nobody holds
 * open. */
static void make_log(struct node_case *c)
{
    struct err e = {0};
    AUTO(db_drop) struct db *db = NULL;
    static const char *const texts[] = {"alpha-payload", "bravo-payload", "charlie-payload",
                                        "delta-payload"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        case_append(c, S("org-1"), (struct str){texts[i], strlen(texts[i])});
        c->clock.at += TIME_SECOND;
    }
    struct case_command sealed = {.subject = S("person-1"),
                                  .text = S("echo-payload"),
                                  .erasable = true};
    assert_true(writer_do(c->writer, case_decide, &sealed, &e));
    case_append(c, S("org-2"), S("foxtrot-payload"));
    case_close(c);
    assert_true(db_open(c->file, &(struct db_options){0}, &db, &e));
    assert_true(db_exec(db, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM", &e));
}

static void a_sound_journal_has_nothing_to_say(void **state)
{
    struct node_case *c = *state;
    struct verify_report r;
    make_log(c);
    verify(c, &r, STR_NONE);
    if (r.problem_count)
        fail_msg("%s", r.problems[0].text);
    CHECK_INT(r.size, ENTRIES, "size");
    CHECK_INT(r.sealed, 1, "sealed");
    CHECK_INT(r.checkpoint_size, ENTRIES, "checkpoint");
}

struct region { /* bytes of the file that belong to one entry */
    size_t at, len;
    int64_t seq;
    const char *what;
};

struct regions {
    struct region all[64];
    size_t count;
    struct str file;
};

static void add_region(struct regions *r, struct str bytes, int64_t seq, const char *what)
{
    const char *at = memmem(r->file.ptr, r->file.len, bytes.ptr, bytes.len);
    assert_non_null(at); /* small enough to lie in one piece */
    r->all[r->count++] = (struct region){(size_t)(at - r->file.ptr), bytes.len, seq, what};
}

/* What is stored, straight from the rows. A node belongs to the entry that completed it. */
static void find_regions(struct node_case *c, struct regions *r)
{
    struct err e = {0};
    AUTO(db_drop) struct db *db = NULL;
    assert_true(db_open(c->file, &(struct db_options){.readonly = true}, &db, &e));
    struct db_query *q =
        db_query(db, "SELECT seq, salt, payload, seal_digest, header FROM entry", &e);
    while (db_next(q)) {
        int64_t seq = db_int(q, 0);
        if (!db_is_null(q, 1))
            add_region(r, db_blob(q, 1), seq, "salt");
        add_region(r, db_blob(q, 2), seq, "payload");
        if (!db_is_null(q, 3))
            add_region(r, db_blob(q, 3), seq, "seal digest");
        add_region(r, db_blob(q, 4), seq, "header");
    }
    assert_true(db_done(q, &e));
    q = db_query(db, "SELECT position, hash FROM node", &e);
    while (db_next(q)) {
        int64_t seq = 1;
        while ((int64_t)merkle_stored((uint64_t)seq) <= db_int(q, 0))
            seq++;
        add_region(r, db_blob(q, 1), seq, "tree node");
    }
    assert_true(db_done(q, &e));
}

static bool names(const struct verify_report *r, int64_t seq)
{
    for (size_t i = 0; i < r->problem_count && i < VERIFY_PROBLEMS_MAX; i++)
        if (r->problems[i].seq == seq)
            return true;
    return false;
}

static bool names_a_page_or_entry(const struct verify_report *r)
{
    for (size_t i = 0; i < r->problem_count && i < VERIFY_PROBLEMS_MAX; i++)
        if (r->problems[i].seq || r->problems[i].page || strstr(r->problems[i].text, "checkpoint"))
            return true;
    return false;
}

static const struct region *region_at(const struct regions *r, size_t at)
{
    for (size_t i = 0; i < r->count; i++)
        if (at >= r->all[i].at && at < r->all[i].at + r->all[i].len)
            return &r->all[i];
    return NULL;
}

/* One byte differs. Either nothing depends on it and the root is the same, or what is wrong is
 * named. */
static void check_flip(struct node_case *c, const struct regions *regions, size_t at,
                       const struct merkle_hash *root)
{
    struct verify_report r;
    const struct region *mine = region_at(regions, at);
    verify(c, &r, STR_NONE);
    if (mine && !names(&r, mine->seq))
        fail_msg("byte %zu, %s of entry %lld: %s", at, mine->what, (long long)mine->seq,
                 r.problem_count ? r.problems[0].text : "not found");
    if (r.problem_count == 0)
        assert_true(r.size == ENTRIES && merkle_eq(&r.root, root));
    else if (!names_a_page_or_entry(&r))
        fail_msg("byte %zu: %s", at, r.problems[0].text);
}

static void every_stored_byte_counts_and_is_named(void **state)
{
    struct node_case *c = *state;
    struct verify_report r;
    struct err e = {0};
    AUTO(arena_drop) struct arena a = ARENA(1 << 22);
    struct regions regions = {.count = 0};
    make_log(c);
    verify(c, &r, STR_NONE);
    assert_true(file_read(&a, c->file, 1 << 20, &regions.file, &e));
    find_regions(c, &regions);
    int fd = open(c->file, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t at = 0; at < regions.file.len; at++) {
        char bent = (char)(regions.file.ptr[at] ^ 1 << at % 8);
        assert_int_equal(pwrite(fd, &bent, 1, (off_t)at), 1);
        check_flip(c, &regions, at, &r.root);
        assert_int_equal(pwrite(fd, regions.file.ptr + at, 1, (off_t)at), 1);
    }
    close(fd);
    verify(c, &r, STR_NONE);
    CHECK_INT(r.problem_count, 0, "all put back");
}

static void sql(struct node_case *c, const char *text)
{
    struct err e = {0};
    AUTO(db_drop) struct db *db = NULL;
    assert_true(db_open(c->file, &(struct db_options){0}, &db, &e));
    if (!db_exec(db, text, &e))
        fail_msg("%s", e.text);
}

static void what_an_insider_does_with_sql_is_found(void **state)
{
    struct node_case *c = *state;
    static const struct {
        const char *label, *sql;
        int64_t seq;
        const char *says;
    } cases[] = {
        {"two entries change places",
         "UPDATE entry SET seq = -1 WHERE seq = 2; UPDATE entry SET seq = 2 WHERE seq = 3;"
         "UPDATE entry SET seq = 3 WHERE seq = -1",
         2, "leaf hash"},
        {"two entries change places, and their leaves too",
         "UPDATE entry SET seq = -1 WHERE seq = 1; UPDATE entry SET seq = 1 WHERE seq = 2;"
         "UPDATE entry SET seq = 2 WHERE seq = -1;"
         "UPDATE node SET position = -1 WHERE position = 0; UPDATE node SET position = 0 WHERE "
         "position = 1; UPDATE node SET position = 1 WHERE position = -1",
         1, "entry 2"},
        {"a payload is replaced", "UPDATE entry SET payload = x'00' WHERE seq = 4", 4,
         "commitment"},
        {"a salt is lost", "UPDATE entry SET salt = NULL WHERE seq = 4", 4, "commitment"},
        {"an entry is taken out", "DELETE FROM entry WHERE seq = 3", 3, "missing"},
        {"the last entry is taken out", "DELETE FROM entry WHERE seq = 6", 6, "missing"},
        {"a sealed payload changes its key", "UPDATE entry SET seal_key = 9 WHERE seq = 5", 5,
         "digest"},
        {"an entry gets another id", "UPDATE entry SET id = x'01' WHERE seq = 5", 5, "id"},
        {"the log is renamed", "UPDATE meta SET value = 'x' WHERE name = 'origin'", 1, "log"},
        {"the checkpoint is gone", "DELETE FROM checkpoint", 1, "no checkpoint covers"},
        {"a node is lost", "DELETE FROM node WHERE position = 2", 2, "missing"},
    };
    make_log(c);
    AUTO(arena_drop) struct arena a = ARENA(1 << 22);
    struct str sound;
    struct err e = {0};
    assert_true(file_read(&a, c->file, 1 << 20, &sound, &e));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct verify_report r;
        sql(c, cases[i].sql);
        verify(c, &r, STR_NONE);
        bool found = false;
        for (size_t k = 0; k < r.problem_count && k < VERIFY_PROBLEMS_MAX; k++)
            found = found || (r.problems[k].seq == cases[i].seq &&
                              strstr(r.problems[k].text, cases[i].says));
        if (!found)
            fail_msg("%s: %s", cases[i].label, r.problem_count ? r.problems[0].text : "not found");
        sql(c, "PRAGMA journal_mode = DELETE");
        assert_true(file_replace(c->file, sound, 0600, &e));
    }
}

static struct str newest_note(struct node_case *c, struct arena *a)
{
    AUTO(journal_drop) struct journal *j = NULL;
    struct err e = {0};
    struct str note;
    assert_true(journal_open(&(struct journal_options){.dir = c->dir, .readonly = true}, &j, &e));
    assert_true(journal_checkpoint(j, a, UINT64_MAX, &note, &e));
    return note;
}

static void a_log_rolled_back_is_found_against_a_checkpoint_kept_elsewhere(void **state)
{
    struct node_case *c = *state;
    AUTO(arena_drop) struct arena a = ARENA(1 << 22);
    struct verify_report r;
    struct err e = {0};
    char copy[128];
    snprintf(copy, sizeof copy, "%s/copy.db", c->dir);
    case_append(c, S("org-1"), S("a"));
    case_append(c, S("org-2"), S("b"));
    AUTO(journal_drop) struct journal *j = NULL;
    assert_true(journal_open(&(struct journal_options){.dir = c->dir, .readonly = true}, &j, &e));
    assert_true(journal_backup(j, copy, &e));
    journal_drop(&j);
    struct str early = newest_note(c, &a);
    case_append(c, S("org-3"), S("c"));
    case_close(c);
    struct str kept = newest_note(c, &a);
    verify(c, &r, early);
    CHECK_INT(r.problem_count, 0, "an earlier checkpoint of the same log");
    assert_int_equal(rename(copy, c->file), 0); /* the older copy takes the place of the log */
    verify(c, &r, STR_NONE);
    CHECK_INT(r.problem_count, 0, "from inside nothing can be seen");
    verify(c, &r, kept);
    assert_true(r.problem_count > 0);
    assert_non_null(strstr(r.problems[0].text, "cut or rolled back"));
    case_open(c);
    case_append(c, S("org-4"), S("another third entry"));
    case_close(c);
    verify(c, &r, kept);
    assert_true(r.problem_count > 0);
    assert_non_null(strstr(r.problems[0].text, "another root"));
}

static void a_journal_of_another_key_is_refused(void **state)
{
    struct node_case *c = *state;
    struct verify_report r;
    make_log(c);
    key_generate(&c->key);
    verify(c, &r, STR_NONE);
    assert_true(r.problem_count > 0);
    assert_non_null(strstr(r.problems[0].text, "signature"));
}

static void a_file_cut_short_is_damage_or_names_what_is_missing(void **state)
{
    struct node_case *c = *state;
    make_log(c);
    AUTO(arena_drop) struct arena a = ARENA(1 << 22);
    struct str whole;
    struct err e = {0};
    assert_true(file_read(&a, c->file, 1 << 20, &whole, &e));
    for (size_t len = 1024; len < whole.len; len += 1024) {
        struct verify_report r;
        assert_true(file_replace(c->file, (struct str){whole.ptr, len}, 0600, &e));
        verify(c, &r, STR_NONE);
        assert_true(r.problem_count > 0);
    }
}

int main(void)
{
#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, case_set_up, case_tear_down)
    const struct CMUnitTest tests[] = {
        SENTENCE(a_sound_journal_has_nothing_to_say),
        SENTENCE(every_stored_byte_counts_and_is_named),
        SENTENCE(what_an_insider_does_with_sql_is_found),
        SENTENCE(a_log_rolled_back_is_found_against_a_checkpoint_kept_elsewhere),
        SENTENCE(a_journal_of_another_key_is_refused),
        SENTENCE(a_file_cut_short_is_damage_or_names_what_is_missing),
    };
    return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
