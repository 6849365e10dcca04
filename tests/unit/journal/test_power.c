/* test_power.c - the power goes at some sync: what was acknowledged is there, and nothing is
 * half there.
 *
 * Runs: 1,000 seeds; fewer under the address sanitizer, whose bookkeeping costs more than the
 * disk. HINOMI_POWER_RUNS asks for another number.
 */
#include "core/log.h"
#include "tests/unit/journal/journal_case.h"
#include "tests/unit/journal/power_vfs.h"

#include <pthread.h>

#if defined(__SANITIZE_ADDRESS__)
enum { RUNS = 200 };
#else
enum { RUNS = 1000 };
#endif
enum { COMMANDS = 40, SESSIONS = 3 };

struct promise { /* one command, and what the writer said about it */
    int number;
    bool refuse, answered, ok;
    int64_t seq;
    struct bench *bench;
};

struct bench {
    struct power_disk disk;
    struct clock_set clock;
    struct key_secret key;
    struct signer *signer;
    struct journal *journal;
    struct model *model;
    struct writer *writer;
    struct promise promises[COMMANDS];
    pthread_mutex_t lock;
    pthread_cond_t answered;
    int open; /* commands that wait for their answer */
};

static const char disk_name[] = "power-test";

static bool open_all(struct bench *b, struct err *e)
{
    const struct journal_options j = {.dir = "/p",
                                      .origin = "test.example/log",
                                      .signer = b->signer,
                                      .clock = &b->clock.clock,
                                      .autocheckpoint =
                                          12, /* so that folding back is cut short too */
                                      .vfs = disk_name};
    const struct model_options m = {.dir = "/p",
                                    .projections = case_projections,
                                    .autocheckpoint = 20,
                                    .vfs = disk_name};
    if (!journal_open(&j, &b->journal, e) || !model_open(&m, b->journal, &b->model, e))
        return false;
    const struct writer_options w = {.journal = b->journal, .model = b->model, .batch_max = 8};
    return writer_start(&w, &b->writer, e);
}

static void close_all(struct bench *b)
{
    writer_stop(&b->writer);
    model_drop(&b->model);
    journal_drop(&b->journal);
}

/* A payload that says which command it is, long enough to need pages of its own now and then. */
static struct str text_of(int number, char out[2048])
{
    size_t len = (size_t)(20 + number * 137 % 1900);
    memset(out, 'a' + number % 26, len);
    snprintf(out, 16, "command %06d", number);
    out[14] = ' ';
    return (struct str){out, len};
}

static bool decide(void *ctx, struct journal_tx *tx, struct err *e)
{
    struct promise *p = ctx;
    char text[2048];
    struct entry entry;
    const struct journal_draft d = {.kind = KIND_ORG_REGISTERED,
                                    .actor = S("officer-1"),
                                    .subject = S("org-1"),
                                    .payload = text_of(p->number, text)};
    if (!journal_tx_append(tx, &d, &entry, e))
        return false;
    p->seq = entry.seq;
    if (p->refuse)
        return err_set(e, ERR_DENIED, "refused");
    return p->number % 5 != 0 || journal_tx_append(tx, &d, &entry, e); /* some make two entries */
}

static void answer(void *ctx, bool ok, const struct err *e)
{
    (void)e;
    struct promise *p = ctx;
    pthread_mutex_lock(&p->bench->lock);
    p->answered = true;
    p->ok = ok;
    p->bench->open--;
    pthread_cond_signal(&p->bench->answered);
    pthread_mutex_unlock(&p->bench->lock);
}

/* Commands in bursts, so that batches differ in size. */
static void work(struct bench *b, int from, int to)
{
    for (int n = from; n < to;) {
        int burst = 1 + (int)(power_random(&b->disk) % 6);
        for (; burst > 0 && n < to; burst--, n++) {
            struct promise *p = &b->promises[n];
            struct err e = {0};
            *p = (struct promise){.number = n, .refuse = n % 7 == 3, .bench = b};
            pthread_mutex_lock(&b->lock);
            b->open++;
            pthread_mutex_unlock(&b->lock);
            if (!writer_submit(b->writer,
                               &(struct writer_command){.decide = decide, .done = answer, .ctx = p},
                               &e))
                answer(p, false, &e);
        }
        pthread_mutex_lock(&b->lock);
        while (b->open > 0)
            pthread_cond_wait(&b->answered, &b->lock);
        pthread_mutex_unlock(&b->lock);
    }
}

/* Days of a node: it starts, works, stops; until the power goes. */
static void live(struct bench *b)
{
    for (int s = 0; s < SESSIONS && !b->disk.dead; s++) {
        struct err e = {0};
        if (open_all(b, &e))
            work(b, s * COMMANDS / SESSIONS, (s + 1) * COMMANDS / SESSIONS);
        else
            assert_true(b->disk.dead); /* nothing else may keep it from starting */
        close_all(b);
    }
}

static bool entry_is(struct bench *b, struct arena *a, int64_t seq, int number)
{
    struct journal_record r;
    struct err e = {0};
    char text[2048];
    return journal_read(b->journal, a, seq, &r, &e) && str_eq(r.payload, text_of(number, text));
}

/* What is missing of what was promised, or there though it was refused; NULL when nothing is. */
static const char *check_promises(struct bench *b)
{
    for (int i = 0; i < COMMANDS; i++) {
        AUTO(arena_drop) struct arena a = ARENA(1 << 20);
        const struct promise *p = &b->promises[i];
        if (!p->answered)
            continue;
        bool there = entry_is(b, &a, p->seq, p->number);
        if (p->ok && !there)
            return "an acknowledged entry is missing";
        if (p->ok && p->number % 5 == 0 && !entry_is(b, &a, p->seq + 1, p->number))
            return "an acknowledged command is half there";
        if (p->refuse && there)
            return "a refused command left an entry";
    }
    return NULL;
}

struct tally {
    int last, entries;
    const char *wrong;
};

/* A command that makes two entries has both or none, whether it was acknowledged or not. */
static bool count_entry(void *ctx, const struct journal_record *r, struct err *e)
{
    (void)e;
    struct tally *t = ctx;
    int number = (int)strtol(r->payload.ptr + 8, NULL, 10);
    bool second = t->last >= 0 && number == t->last;
    if (t->last >= 0 && t->last % 5 == 0 && !second)
        t->wrong = "a command is half there";
    t->last = number % 5 == 0 && second ? -1 : number % 5 == 0 ? number : -1;
    t->entries++;
    return true;
}

static const char *check_model(struct bench *b, const struct tally *t)
{
    uint8_t found[SHA256_SIZE], rebuilt[SHA256_SIZE];
    struct err e = {0};
    if (!db_digest(model_db(b->model), NULL, found, &e) ||
        !projection_rebuild(b->model, b->journal, &e) ||
        !db_digest(model_db(b->model), NULL, rebuilt, &e))
        return "the model cannot be read";
    if (memcmp(found, rebuilt, sizeof found) != 0)
        return "the model is not what the journal makes";
    return model_applied(b->model) == t->entries ? NULL : "the model counts other entries";
}

static const char *check_after(struct bench *b, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 22);
    if (!open_all(b, e))
        return "the node does not start again";
    writer_stop(&b->writer);
    const char *wrong = check_promises(b);
    struct tally t = {.last = -1};
    if (!wrong && !journal_walk(b->journal, 1, INT64_MAX, count_entry, &t, e))
        wrong = "the journal cannot be read";
    if (!wrong && t.last >= 0)
        wrong = "the last command is half there";
    if (!wrong)
        wrong = t.wrong ? t.wrong : check_model(b, &t);
    close_all(b);
    struct verify_report r;
    const struct verify_options v = {.dir = "/p", .vfs = disk_name};
    if (!wrong && !journal_verify(&v, &a, &r, e))
        wrong = "the journal cannot be verified";
    if (!wrong && r.problem_count) {
        err_set(e, ERR_IO, "%s", r.problems[0].text);
        wrong = "the journal does not verify";
    }
    return wrong;
}

/* One life and what came after it. *ret_syncs: how many syncs the life had. */
static const char *run(uint64_t seed, int die_at, bool lies, int *ret_syncs, struct err *e)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    power_plug_in(&b->disk, disk_name, seed);
    b->disk.die_at = die_at;
    b->disk.lies = lies;
    clock_set_init(&b->clock, INT64_C(1790000000) * TIME_SECOND);
    const uint8_t fixed[KEY_SEED_SIZE] = {1};
    key_from_seed(fixed, &b->key);
    assert_true(signer_local(&b->key, NULL, &b->signer, e));
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->answered, NULL);
    log_set_level(LOG_ERROR + 1); /* the writer rightly complains of each cut */
    live(b);
    *ret_syncs = b->disk.syncs;
    power_restore(&b->disk);
    const char *wrong = check_after(b, e);
    close_all(b);
    signer_drop(&b->signer);
    power_unplug(&b->disk);
    pthread_cond_destroy(&b->answered);
    pthread_mutex_destroy(&b->lock);
    free(b);
    return wrong;
}

static int runs_wanted(void)
{
    const char *asked = getenv("HINOMI_POWER_RUNS");
    return asked ? (int)strtol(asked, NULL, 10) : RUNS;
}

static void nothing_acknowledged_is_lost_and_nothing_is_half_there(void **state)
{
    (void)state;
    int syncs, ignored;
    struct err e = {0};
    keys_init();
    assert_null(run(1, 0, false, &syncs, &e));
    assert_true(syncs > 30);
    for (int i = 0; i < runs_wanted(); i++) {
        e = (struct err){0};
        const char *wrong = run((uint64_t)i, 1 + i % syncs, false, &ignored, &e);
        if (wrong)
            fail_msg("seed %d, sync %d: %s (%s)", i, 1 + i % syncs, wrong, e.text);
    }
}

static void a_disk_that_lies_about_syncing_is_caught(void **state)
{
    (void)state;
    int syncs, caught = 0;
    keys_init();
    for (int i = 0; i < 20; i++) {
        struct err e = {0};
        caught += run((uint64_t)i, 20 + i, true, &syncs, &e) != NULL;
    }
    assert_true(caught > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_acknowledged_is_lost_and_nothing_is_half_there),
        cmocka_unit_test(a_disk_that_lies_about_syncing_is_caught),
    };
    return cmocka_run_group_tests_name("power", tests, NULL, NULL);
}
