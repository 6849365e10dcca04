/* test_writer.c - what is decided stands; what is refused leaves no trace; the model follows
 * from the journal. */
#include "tests/unit/journal/journal_case.h"

#include <pthread.h>
#include <stdatomic.h>

static int64_t rows(struct node_case *c)
{
    struct err e = {0};
    AUTO(db_drop) struct db *db = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/model.db", c->dir);
    assert_true(db_open(path, &(struct db_options){.readonly = true}, &db, &e));
    struct db_query *q = db_query(db, "SELECT count(*) FROM org", &e);
    int64_t n = db_next(q) ? db_int(q, 0) : -1;
    assert_true(db_done(q, &e));
    return n;
}

static void reader(struct node_case *c, struct journal **ret)
{
    struct err e = {0};
    const struct journal_options o = {.dir = c->dir, .readonly = true, .signer = c->signer};
    if (!journal_open(&o, ret, &e))
        fail_msg("%s", e.text);
}

static void an_entry_is_read_back_as_it_was_appended(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(journal_drop) struct journal *j = NULL;
    CHECK_INT(case_append(c, S("org-1"), S("power")), 1, "first seq");
    CHECK_INT(case_append(c, S("org-2"), S("")), 2, "second seq");
    reader(c, &j);
    struct journal_record r;
    assert_true(journal_read(j, &a, 1, &r, &e));
    assert_true(str_eq(r.payload, S("power")));
    assert_true(str_eq(r.entry.statement.subject, S("org-1")));
    assert_true(str_eq(r.entry.statement.log, S("test.example/log")));
    CHECK_INT(r.salt.len, ENTRY_SALT_SIZE, "salt");
    assert_true(journal_read(j, &a, 2, &r, &e));
    assert_true(r.payload.ptr && r.payload.len == 0);
    int64_t seq = 0;
    assert_true(journal_find(j, &r.entry.statement.id, &seq, &e));
    CHECK_INT(seq, 2, "found by id");
    assert_false(journal_read(j, &a, 3, &r, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "past the head");
}

static void a_refused_command_leaves_no_trace_and_no_gap(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    case_append(c, S("org-1"), S("power"));
    struct case_command refused = {.subject = S("org-2"), .text = S("x"), .refuse = true};
    assert_false(writer_do(c->writer, case_decide, &refused, &e));
    CHECK_INT(e.code, ERR_DENIED, "its own error");
    struct case_command choking = {.subject = S("org-3"), .text = S("!")};
    assert_false(writer_do(c->writer, case_decide, &choking, &e));
    CHECK_INT(e.code, ERR_INVALID, "a projection that cannot apply refuses the command");
    assert_false(writer_failed(c->writer));
    CHECK_INT(rows(c), 1, "rows");
    CHECK_INT(case_append(c, S("org-4"), S("rail")), 2, "the next number");
    CHECK_INT(rows(c), 2, "rows");
}

static void a_statement_id_is_refused_twice(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    struct uuid id = uuid_v7(&c->clock.clock);
    struct case_command first = {.subject = S("org-1"), .text = S("a"), .id = &id};
    assert_true(writer_do(c->writer, case_decide, &first, &e));
    assert_false(writer_do(c->writer, case_decide, &first, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "again");
    case_close(c);
    case_open(c);
    assert_false(writer_do(c->writer, case_decide, &first, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "after a restart");
    CHECK_INT(case_append(c, S("org-2"), S("b")), 2, "the next number");
}

static void logged_rises_even_when_the_clock_falls(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(journal_drop) struct journal *j = NULL;
    case_append(c, S("org-1"), S("a"));
    c->clock.at -= 3600 * TIME_SECOND;
    case_append(c, S("org-2"), S("b"));
    case_close(c);
    case_open(c);
    case_append(c, S("org-3"), S("c"));
    reader(c, &j);
    int64_t before = 0;
    for (int64_t seq = 1; seq <= 3; seq++) {
        struct journal_record r;
        assert_true(journal_read(j, &a, seq, &r, &e));
        assert_true(r.entry.logged > before);
        before = r.entry.logged;
    }
}

static void a_rebuilt_model_is_the_same_model(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    uint8_t before[SHA256_SIZE], after[SHA256_SIZE];
    for (int i = 0; i < 50; i++) {
        struct case_command k = {.subject = i % 2 ? S("org-1") : S("org-2"),
                                 .text = S("text"),
                                 .erasable = i % 3 == 0,
                                 .refuse = i % 7 == 0};
        assert_int_equal(writer_do(c->writer, case_decide, &k, &e), i % 7 != 0);
    }
    writer_stop(&c->writer);
    assert_true(db_digest(model_db(c->model), NULL, before, &e));
    assert_true(projection_rebuild(c->model, c->journal, &e));
    assert_true(db_digest(model_db(c->model), NULL, after, &e));
    assert_memory_equal(before, after, sizeof before);

    model_drop(&c->model);
    static const enum kind none[] = {KIND_UNKNOWN};
    static const struct projection newer = {.name = "orgs",
                                            .version = 2,
                                            .create = "CREATE TABLE org2(n INTEGER) STRICT;",
                                            .kinds = none};
    static const struct projection *const list[] = {&newer, NULL};
    const struct model_options o = {.dir = c->dir, .projections = list};
    assert_true(model_open(&o, c->journal, &c->model, &e));
    CHECK_INT(model_applied(c->model), 42, "a new version is replayed from the first entry");
    assert_true(db_exec(model_db(c->model), "SELECT n FROM org2", &e));
    assert_false(db_exec(model_db(c->model), "SELECT * FROM org", &e));
}

static void a_model_of_another_journal_is_thrown_away(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    case_append(c, S("org-1"), S("a"));
    case_append(c, S("org-2"), S("b"));
    case_close(c);
    unlink(c->file); /* as after restoring an older journal beside a newer model */
    case_open(c);
    CHECK_INT(rows(c), 0, "rows");
    (void)e;
}

struct crowd {
    struct node_case *c;
    _Atomic int done, refused;
};

static void *member(void *ctx)
{
    struct crowd *crowd = ctx;
    for (int i = 0; i < 100; i++) {
        struct case_command k = {.subject = S("org"), .text = S("x"), .refuse = i % 10 == 9};
        struct err e = {0};
        bool ok = writer_do(crowd->c->writer, case_decide, &k, &e);
        atomic_fetch_add(ok ? &crowd->done : &crowd->refused, 1);
    }
    return NULL;
}

static void many_threads_share_batches_and_numbers_stay_dense(void **state)
{
    struct node_case *c = *state;
    struct crowd crowd = {.c = c};
    pthread_t threads[8];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, member, &crowd), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(crowd.done, 720, "acknowledged");
    CHECK_INT(crowd.refused, 80, "refused");
    AUTO(journal_drop) struct journal *j = NULL;
    struct err e = {0};
    int64_t head = 0;
    reader(c, &j);
    assert_true(journal_head(j, &head, &e));
    CHECK_INT(head, 720, "head");
    CHECK_INT(rows(c), 720, "rows");
}

struct gate {
    pthread_mutex_t lock;
};

static bool wait_at_gate(void *ctx, struct journal_tx *tx, struct err *e)
{
    (void)tx;
    (void)e;
    struct gate *g = ctx;
    pthread_mutex_lock(&g->lock);
    pthread_mutex_unlock(&g->lock);
    return true;
}

static void count_done(void *ctx, bool ok, const struct err *e)
{
    (void)e;
    assert_true(ok);
    (void)ctx;
}

static void a_full_queue_says_so_at_once(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    writer_stop(&c->writer);
    const struct writer_options o = {.journal = c->journal,
                                     .model = c->model,
                                     .clock = &c->clock.clock,
                                     .queue_max = 2,
                                     .batch_max = 1};
    assert_true(writer_start(&o, &c->writer, &e));
    struct gate g = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_mutex_lock(&g.lock);
    const struct writer_command k = {.decide = wait_at_gate, .done = count_done, .ctx = &g};
    int taken = 0;
    while (taken < 10 && writer_submit(c->writer, &k, &e))
        taken++;
    assert_in_range(taken, 2, 3); /* two wait, one may be in work */
    CHECK_INT(e.code, ERR_UNAVAILABLE, "full");
    pthread_mutex_unlock(&g.lock);
    writer_stop(&c->writer);
}

static bool erase(void *ctx, struct journal_tx *tx, struct err *e)
{
    int32_t *day = ctx;
    return journal_tx_erase(tx,
                            &(struct journal_erasure){S("officer-1"), S("person-1"), *day, *day},
                            NULL, e);
}

static void what_is_erased_cannot_be_read_and_the_tree_still_verifies(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    struct case_command k[] = {
        {.subject = S("person-1"), .text = S("a secret name"), .erasable = true},
        {.subject = S("person-2"), .text = S("another name"), .erasable = true},
    };
    for (size_t i = 0; i < COUNT(k); i++)
        assert_true(writer_do(c->writer, case_decide, &k[i], &e));
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(journal_drop) struct journal *j = NULL;
    struct journal_record r;
    reader(c, &j);
    assert_true(journal_read(j, &a, 1, &r, &e));
    CHECK_INT(r.state, PAYLOAD_SEALED, "sealed");
    assert_true(str_eq(r.payload, S("a secret name")));

    int32_t day = (int32_t)(c->clock.at / (86400 * TIME_SECOND));
    assert_true(writer_do(c->writer, erase, &day, &e));
    assert_true(journal_read(j, &a, 1, &r, &e));
    CHECK_INT(r.state, PAYLOAD_ERASED, "erased");
    assert_true(!r.payload.ptr && !r.salt.ptr);
    assert_true(journal_read(j, &a, 2, &r, &e));
    assert_true(str_eq(r.payload, S("another name")));
    assert_true(writer_do(c->writer, case_decide, &k[0], &e)); /* under a new key */
    assert_true(journal_read(j, &a, 4, &r, &e));
    assert_true(str_eq(r.payload, S("a secret name")));

    uint8_t before[SHA256_SIZE], after[SHA256_SIZE];
    writer_stop(&c->writer);
    assert_true(db_digest(model_db(c->model), NULL, before, &e));
    assert_true(projection_rebuild(c->model, c->journal, &e));
    assert_true(db_digest(model_db(c->model), NULL, after, &e));
    assert_memory_equal(before, after, sizeof before);
    struct verify_report report;
    const struct verify_options o = {.dir = c->dir, .signer = c->signer};
    assert_true(journal_verify(&o, &a, &report, &e));
    if (report.problem_count)
        fail_msg("%s", report.problems[0].text);
    CHECK_INT(report.sealed, 3, "sealed");
}

struct hook {
    int64_t next;
    int calls;
};

static void see(void *ctx, int64_t first, int64_t last)
{
    struct hook *h = ctx;
    assert_int_equal(first, h->next);
    h->next = last + 1;
    h->calls++;
}

static void after_each_commit_the_new_entries_are_told_once(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    writer_stop(&c->writer);
    struct hook h = {.next = 1};
    const struct writer_options o = {.journal = c->journal,
                                     .model = c->model,
                                     .clock = &c->clock.clock,
                                     .after_commit = see,
                                     .ctx = &h};
    assert_true(writer_start(&o, &c->writer, &e));
    case_append(c, S("a"), S("1"));
    struct case_command refused = {.subject = S("b"), .text = S("2"), .refuse = true};
    assert_false(writer_do(c->writer, case_decide, &refused, &e));
    case_append(c, S("c"), S("3"));
    writer_stop(&c->writer);
    CHECK_INT(h.next, 3, "next");
    CHECK_INT(h.calls, 2, "calls");
}

static bool forge(void *ctx, struct journal_tx *tx, struct err *e)
{
    const struct journal_draft *d = ctx;
    return journal_tx_append(tx, d, NULL, e);
}

static void a_statement_that_needs_a_better_signature_is_refused(void **state)
{
    struct node_case *c = *state;
    struct err e = {0};
    struct journal_draft d = {.kind = KIND_WARNING_ISSUED,
                              .actor = S("a"),
                              .subject = S("b"),
                              .payload = S("p"),
                              .key = S("ed25519:x")};
    assert_false(writer_do(c->writer, forge, &d, &e));
    CHECK_INT(e.code, ERR_DENIED, "somebody else's key and no signature");
    d.key = STR_NONE;
    assert_true(writer_do(c->writer, forge, &d, &e));
    d.sig.class = SIG_FILE;
    assert_false(writer_do(c->writer, forge, &d, &e));
    CHECK_INT(e.code, ERR_DENIED, "a signature that does not verify");
}

int main(void)
{
#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, case_set_up, case_tear_down)
    const struct CMUnitTest tests[] = {
        SENTENCE(an_entry_is_read_back_as_it_was_appended),
        SENTENCE(a_refused_command_leaves_no_trace_and_no_gap),
        SENTENCE(a_statement_id_is_refused_twice),
        SENTENCE(logged_rises_even_when_the_clock_falls),
        SENTENCE(a_rebuilt_model_is_the_same_model),
        SENTENCE(a_model_of_another_journal_is_thrown_away),
        SENTENCE(many_threads_share_batches_and_numbers_stay_dense),
        SENTENCE(a_full_queue_says_so_at_once),
        SENTENCE(what_is_erased_cannot_be_read_and_the_tree_still_verifies),
        SENTENCE(after_each_commit_the_new_entries_are_told_once),
        SENTENCE(a_statement_that_needs_a_better_signature_is_refused),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
