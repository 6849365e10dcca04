/* test_witness.c - a witness sees that a log only grows; a log that lost entries gets a
 * successor, never a fork. */
#include "journal/witness.h"

#include "tests/unit/journal/journal_case.h"

struct watch {
    struct node_case *log;
    char state[96];
    struct key_secret key;
    struct witness witness;
    struct arena a;
};

static int set_up(void **state)
{
    struct watch *w = calloc(1, sizeof *w);
    void *log;
    assert_non_null(w);
    case_set_up(&log);
    w->log = log;
    w->a = ARENA(1 << 24);
    snprintf(w->state, sizeof w->state, "%s-witness", w->log->dir);
    key_generate(&w->key);
    w->witness = (struct witness){.state = w->state,
                                  .name = S("commission.example"),
                                  .key = &w->key,
                                  .clock = &w->log->clock.clock};
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct watch *w = *state;
    void *log = w->log;
    case_remove(w->state);
    arena_drop(&w->a);
    case_tear_down(&log);
    free(w);
    return 0;
}

static struct journal *reader(struct watch *w)
{
    struct journal *j = NULL;
    struct err e = {0};
    if (!journal_open(&(struct journal_options){.dir = w->log->dir, .readonly = true}, &j, &e))
        fail_msg("%s", e.text);
    return j;
}

static struct note_key log_key(struct watch *w)
{
    return note_key(S("test.example/log"), NOTE_ED25519, &w->log->signer->public);
}

static struct str newest(struct watch *w)
{
    AUTO(journal_drop) struct journal *j = reader(w);
    struct str note;
    struct err e = {0};
    assert_true(journal_checkpoint(j, &w->a, UINT64_MAX, &note, &e));
    return note;
}

static void proof_from(struct watch *w, uint64_t from, struct merkle_proof *ret)
{
    AUTO(journal_drop) struct journal *j = reader(w);
    uint64_t size;
    struct err e = {0};
    assert_true(journal_size(j, &size, &e) && journal_prove_growth(j, from, size, ret, &e));
}

static bool ask(struct watch *w, struct str note, const struct merkle_proof *proof, bool with_key,
                struct str *ret_line, struct err *e)
{
    struct note_key key = log_key(w);
    const struct witness_request r = {.note = note,
                                      .log_key = with_key ? &key : NULL,
                                      .proof = proof};
    *e = (struct err){0};
    return witness_cosign(&w->witness, &r, &w->a, ret_line, e);
}

static void add(struct watch *w, int count)
{
    for (int i = 0; i < count; i++)
        case_append(w->log, S("org-1"), S("text"));
}

static void a_growing_log_is_cosigned_step_by_step(void **state)
{
    struct watch *w = *state;
    struct merkle_proof proof = {0};
    struct str line;
    struct err e;
    uint64_t size;
    add(w, 3);
    assert_false(ask(w, newest(w), NULL, false, &line, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "a log nobody introduced");
    assert_true(ask(w, newest(w), NULL, true, &line, &e));
    assert_true(ask(w, newest(w), NULL, false, &line, &e)); /* again, the same */
    add(w, 4);
    assert_false(ask(w, newest(w), NULL, false, &line, &e));
    CHECK_INT(e.code, ERR_INVALID, "no proof");
    proof_from(w, 3, &proof);
    proof.hashes[0].bytes[0] ^= 1;
    assert_false(ask(w, newest(w), &proof, false, &line, &e));
    CHECK_INT(e.code, ERR_INVALID, "a bad proof");
    proof.hashes[0].bytes[0] ^= 1;
    assert_true(ask(w, newest(w), &proof, false, &line, &e));
    assert_true(witness_size(&w->witness, S("test.example/log"), &size, &e));
    CHECK_INT(size, 7, "remembered");

    AUTO(buf_drop) struct buf both = BUF(NOTE_SIZE_MAX);
    buf_put(&both, newest(w));
    buf_put(&both, line);
    struct key_public public = key_public_of(&w->key);
    const struct note_key keys[] = {log_key(w),
                                    note_key(S("commission.example"), NOTE_COSIGNATURE, &public)};
    struct note note;
    uint64_t signers;
    assert_true(note_open(buf_str(&both), keys, 2, &note, &signers, &e));
    CHECK_INT(signers, 3, "both signed");
}

static void a_shorter_log_or_another_root_is_never_cosigned(void **state)
{
    struct watch *w = *state;
    struct str line;
    struct err e;
    add(w, 2);
    struct str two = newest(w);
    add(w, 1);
    assert_true(ask(w, newest(w), NULL, true, &line, &e));
    assert_false(ask(w, two, NULL, false, &line, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "shorter");

    AUTO(buf_drop) struct buf fork = BUF(4096);
    AUTO(buf_drop) struct buf text = BUF(4096);
    struct note_key key = log_key(w);
    struct checkpoint c = {.origin = S("test.example/log"), .size = 3};
    checkpoint_write(&c, &text);
    buf_put(&fork, buf_str(&text));
    buf_byte(&fork, '\n');
    note_sign(buf_str(&text), &key, &w->log->key, 0, &fork);
    assert_false(ask(w, buf_str(&fork), NULL, false, &line, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "another root at the same size");

    struct key_secret thief;
    key_generate(&thief);
    buf_clear(&fork);
    buf_put(&fork, buf_str(&text));
    buf_byte(&fork, '\n');
    note_sign(buf_str(&text), &key, &thief, 0, &fork);
    assert_false(ask(w, buf_str(&fork), NULL, false, &line, &e));
    CHECK_INT(e.code, ERR_DENIED, "signed by somebody else");
}

static void copy_log(struct watch *w, char path[128])
{
    AUTO(journal_drop) struct journal *j = reader(w);
    struct err e = {0};
    snprintf(path, 128, "%s/copy.db", w->log->dir);
    assert_true(journal_backup(j, path, &e));
}

static void count_one(struct node_case *c, int64_t *ret_rows)
{
    struct err e = {0};
    struct db_query *q = db_query(model_db(c->model), "SELECT count(*) FROM org", &e);
    *ret_rows = db_next(q) ? db_int(q, 0) : -1;
    assert_true(db_done(q, &e));
}

static void a_restored_log_behind_its_checkpoint_gets_a_successor(void **state)
{
    struct watch *w = *state;
    struct node_case *c = w->log;
    char copy[128];
    struct err e = {0};
    add(w, 3);
    copy_log(w, copy);
    add(w, 2); /* promised to the witness, and lost */
    struct str promised = newest(w);
    case_close(c);
    struct journal_succession s = {.dir = c->dir,
                                   .origin = "test.example/log2",
                                   .note = promised,
                                   .actor = S("admin-1"),
                                   .signer = c->signer,
                                   .clock = &c->clock.clock};
    assert_false(journal_succeed(&s, &e));
    CHECK_INT(e.code, ERR_CONFLICT, "nothing was lost yet");
    assert_int_equal(rename(copy, c->file), 0);
    if (!journal_succeed(&s, &e))
        fail_msg("%s", e.text);

    const struct journal_options o = {.dir = c->dir, .signer = c->signer, .clock = &c->clock.clock};
    const struct model_options m = {.dir = c->dir, .projections = case_projections};
    int64_t rows;
    if (!journal_open(&o, &c->journal, &e) || !model_open(&m, c->journal, &c->model, &e))
        fail_msg("%s", e.text);
    count_one(c, &rows);
    CHECK_INT(rows, 3, "what the old log held is still in the model");
    CHECK_INT(journal_base(c->journal), 5, "no number is used twice");
    const struct writer_options wo = {.journal = c->journal, .model = c->model};
    assert_true(writer_start(&wo, &c->writer, &e));
    CHECK_INT(case_append(c, S("org-9"), S("after")), 7, "the next number");
    case_close(c);

    struct journal_record r;
    AUTO(journal_drop) struct journal *j = reader(w);
    assert_true(journal_read(j, &w->a, 6, &r, &e));
    CHECK_INT(r.entry.statement.kind, KIND_JOURNAL_SUCCEEDED, "the first entry says what happened");
    assert_non_null(memmem(r.payload.ptr, r.payload.len, "\"size\":5", 8));
    assert_true(journal_read(j, &w->a, 2, &r, &e)); /* through to the older file */
    assert_false(journal_read(j, &w->a, 5, &r, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "a lost number");
    struct verify_report report;
    assert_true(journal_verify(&(struct verify_options){.dir = c->dir}, &w->a, &report, &e));
    if (report.problem_count)
        fail_msg("%s", report.problems[0].text);
    CHECK_INT(report.base, 5, "base");
    assert_true(journal_open(&o, &c->journal, &e)); /* for the tear-down */
}

int main(void)
{
#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SENTENCE(a_growing_log_is_cosigned_step_by_step),
        SENTENCE(a_shorter_log_or_another_root_is_never_cosigned),
        SENTENCE(a_restored_log_behind_its_checkpoint_gets_a_successor),
    };
    return cmocka_run_group_tests_name("witness", tests, NULL, NULL);
}
