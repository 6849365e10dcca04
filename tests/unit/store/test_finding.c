/* test_finding.c - the table of findings: each once, newest first, by host and by detector. */
#include "store/finding.h"
#include "store/schema.h"
#include "tests/check.h"

#include <unistd.h>

struct bench {
    char path[64];
    struct db *db;
    struct arena memory;
    struct err e;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->memory = ARENA(16 << 20);
    snprintf(b->path, sizeof b->path, "/tmp/hinomi-finding-XXXXXX");
    int fd = mkstemp(b->path);
    close(fd);
    *state = b;
    return db_open(b->path, &(struct db_options){.create = true}, &b->db, &b->e) &&
                   store_create(b->db, &b->e)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    char beside[80];
    db_close(b->db);
    arena_drop(&b->memory);
    unlink(b->path);
    snprintf(beside, sizeof beside, "%s-wal", b->path);
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", b->path);
    unlink(beside);
    free(b);
    return 0;
}

static const struct finding_row sample = {.id = S_("f1"),
                                          .org = S_("o1"),
                                          .seq = 3,
                                          .sensor = S_("s1"),
                                          .detector = S_("beacon"),
                                          .technique = S_("T1071"),
                                          .host = S_("10.0.0.7"),
                                          .peer = S_("203.0.113.66"),
                                          .name = S_("calls.example"),
                                          .score = 877,
                                          .first = 100,
                                          .last = 200,
                                          .count = 24,
                                          .features = S_("[]"),
                                          .sentence_en = S_("it calls"),
                                          .sentence_ja = S_("呼び出し"),
                                          .received = 300};

static void what_is_written_is_what_is_read_and_once(void **state)
{
    struct bench *b = *state;
    struct finding_list got;
    struct finding_query all = {.most = 10};
    bool fresh, known;
    assert_true(store_finding_known(b->db, sample.id, &known, &b->e) && !known);
    assert_true(store_finding_put(b->db, &sample, &fresh, &b->e) && fresh);
    assert_true(store_finding_put(b->db, &sample, &fresh, &b->e) && !fresh);
    assert_true(store_finding_known(b->db, sample.id, &known, &b->e) && known);
    assert_true(store_finding_list(b->db, &b->memory, &all, &got, &b->e));
    CHECK_INT(got.count, 1, "once");
    const struct finding_row *r = got.rows;
    const struct str texts[][2] = {{r->id, sample.id},
                                   {r->org, sample.org},
                                   {r->sensor, sample.sensor},
                                   {r->detector, sample.detector},
                                   {r->technique, sample.technique},
                                   {r->host, sample.host},
                                   {r->peer, sample.peer},
                                   {r->name, sample.name},
                                   {r->features, sample.features},
                                   {r->sentence_en, sample.sentence_en},
                                   {r->sentence_ja, sample.sentence_ja}};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!str_eq(texts[i][0], texts[i][1]))
            fail_msg("text %zu: %.*s", i, (int)texts[i][0].len, texts[i][0].ptr);
    const int64_t numbers[][2] = {
        {r->score, 877}, {r->first, 100}, {r->last, 200}, {r->count, 24}, {r->received, 300}};
    for (size_t i = 0; i < COUNT(numbers); i++)
        CHECK_INT(numbers[i][0], numbers[i][1], "number");
}

static void pages_go_back_from_the_newest_and_can_be_narrowed(void **state)
{
    struct bench *b = *state;
    enum { ROWS = 6 };
    bool fresh;
    for (int i = 0; i < ROWS; i++) {
        char id[8];
        struct finding_row row = sample;
        snprintf(id, sizeof id, "f%d", i);
        row.id = (struct str){id, strlen(id)};
        row.host = i % 2 ? S("10.0.0.8") : S("10.0.0.7");
        row.detector = i < 4 ? S("beacon") : S("dga");
        row.count = i;
        assert_true(store_finding_put(b->db, &row, &fresh, &b->e) && fresh);
    }
    static const struct {
        const char *label;
        struct finding_query q;
        size_t count;
        int64_t newest;
    } cases[] = {
        {"all", {.most = 10}, 6, 5},
        {"a page", {.most = 2}, 2, 5},
        {"before the third", {.before = 3, .most = 10}, 2, 1},
        {"one host", {.most = 10, .host = S_("10.0.0.7")}, 3, 4},
        {"one detector", {.most = 10, .detector = S_("beacon")}, 4, 3},
        {"both", {.most = 10, .host = S_("10.0.0.8"), .detector = S_("dga")}, 1, 5},
        {"neither fits", {.most = 10, .host = S_("10.0.0.9")}, 0, -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct finding_list got;
        assert_true(store_finding_list(b->db, &b->memory, &cases[i].q, &got, &b->e));
        CHECK_INT(got.count, cases[i].count, cases[i].label);
        if (got.count)
            CHECK_INT(got.rows[0].count, cases[i].newest, cases[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_what_is_read_and_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(pages_go_back_from_the_newest_and_can_be_narrowed, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
