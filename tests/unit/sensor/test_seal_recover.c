/* test_seal_recover.c - the books after a restart: crashes, torn tails, folders that must be refused. */
#include "tests/unit/sensor/seal_desk.h"

static void a_run_after_an_orderly_one_goes_on(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    size_t count;
    (void)state;
    for (int run = 0; run < 3; run++) {
        AUTO(seal_log_drop) struct seal_log *log = open_log(d);
        CHECK_INT(seal_log_totals(log).next_n, run, "next number");
        advance(log, NOON + (int64_t)run * 90 * TIME_SECOND);
        record(log, "s1", NOON);
        close_log(&log);
    }
    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 3, "seals");
    for (size_t i = 0; i < count; i++)
        CHECK_INT(number(seals[i], "restarts"), 0, "restarts");
}

/* a sensor that was killed in a minute: records on the disk, packets in flight. */
static void after_a_crash_what_was_left_is_sealed_and_the_lost_are_counted(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    size_t count;
    (void)state;
    struct seal_log *log = open_log(d);
    advance(log, NOON);
    seal_log_count(log, &(struct seal_counts){.n_in = 10, .n_matched = 4});
    record(log, "s1", NOON);
    advance(log, NOON + 61 * TIME_SECOND); /* sealed; 6 in flight */
    for (int i = 0; i < 3000; i++)         /* more than is kept back before it is written */
        record(log, i % 3 ? "s1" : "s2", NOON + 61 * TIME_SECOND);
    seal_log_drop(&log); /* killed */

    log = open_log(d);
    struct seal_totals t = seal_log_totals(log);
    assert_true(t.recovered > 0 && t.recovered < 3000);
    CHECK_INT(t.next_n, t.recovered + 1, "next number");
    advance(log, NOON + 200 * TIME_SECOND);
    record(log, "s1", NOON + 200 * TIME_SECOND);
    close_log(&log);
    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 3, "seals");
    assert_true(has_event(seals[1], "restart"));
    CHECK_INT(number(seals[1], "restarts"), 1, "restarts");
    CHECK_INT(number(seals[1], "n_lost_on_restart"), 6, "lost");
    CHECK_INT(number(seals[1], "n_carried_out"), 0, "nothing is carried over a crash");
    CHECK_INT(number(seals[1], "n_recorded"), t.recovered, "recovered");
    assert_true(has_event(seals[2], "policy_load"));
}

static void append(struct desk *d, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", d->dir, name);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void cut(struct desk *d, const char *name, size_t by)
{
    char path[128];
    struct str whole = file_of(d, name);
    snprintf(path, sizeof path, "%s/%s", d->dir, name);
    assert_int_equal(truncate(path, (off_t)(whole.len - by)), 0);
}

static void one_minute_with_a_record(struct desk *d)
{
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    advance(log, NOON);
    record(log, "s1", NOON);
    close_log(&log);
}

static void a_torn_last_line_is_cut_and_counted(void **state)
{
    static const struct {
        const char *label, *file, *tail;
        size_t records, seals;
    } cases[] = {
        {"half a record", "records.jsonl", "{\"auth_id\":\"aa\",\"n\":1,\"pro", 1, 0},
        {"zeros and a newline", "records.jsonl", "{\"auth_id\n", 1, 0},
        {"half a seal", "seals.jsonl", "{\"auth_id\":\"aa\",\"buffer_zer", 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(desk_drop) struct desk *d = desk_new();
        size_t count;
        one_minute_with_a_record(d);
        append(d, cases[i].file, cases[i].tail);
        struct seal_log *log = open_log(d);
        CHECK_INT(seal_log_totals(log).torn_records, cases[i].records, cases[i].label);
        CHECK_INT(seal_log_totals(log).torn_seals, cases[i].seals, cases[i].label);
        close_log(&log);
        const struct json **seals = audit(d, &count);
        CHECK_INT(count, 3, cases[i].label);
        assert_true(has_event(seals[1], "torn_tail") && has_event(seals[1], "restart"));
    }
}

/* Wherever a crash cuts the files: what is there afterwards adds up, and no number comes twice. */
static void cut_anywhere_the_folder_recovers(void **state)
{
    (void)state;
    for (size_t by = 1; by < 2000; by += 37) {
        AUTO(desk_drop) struct desk *d = desk_new();
        size_t count;
        struct seal_log *log = open_log(d);
        advance(log, NOON);
        record(log, "s1", NOON);
        advance(log, NOON + 61 * TIME_SECOND);
        record(log, "s2", NOON);
        record(log, "s1", NOON);
        close_log(&log);
        struct str seals = file_of(d, "seals.jsonl");
        cut(d, "seals.jsonl", by < seals.len ? by : seals.len);
        log = open_log(d);
        CHECK_INT(seal_log_totals(log).next_n, 3, "next number");
        record(log, "s1", NOON);
        close_log(&log);
        (void)audit(d, &count);
    }
}

static bool opens(struct desk *d, struct err *e)
{
    AUTO(seal_log_drop) struct seal_log *log = NULL;
    return seal_log_open(&d->settings, &log, e);
}

static void folders_that_are_not_ours_are_refused(void **state)
{
    struct err e = {0};
    (void)state;
    {
        AUTO(desk_drop) struct desk *d = desk_new();
        static const uint8_t other[KEY_SEED_SIZE] = {8};
        one_minute_with_a_record(d);
        key_from_seed(other, &d->key);
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop) struct desk *d = desk_new();
        one_minute_with_a_record(d);
        d->settings.authorisation = S("{\"auth_id\":\"cc\"}");
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop) struct desk *d = desk_new(); /* a sealed record was taken away */
        one_minute_with_a_record(d);
        cut(d, "records.jsonl", file_of(d, "records.jsonl").len);
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop) struct desk *d = desk_new(); /* two sensors on one folder */
        AUTO(seal_log_drop) struct seal_log *log = open_log(d);
        assert_non_null(log);
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop)
        struct desk *d = desk_new(); /* the last seal was written by somebody else */
        one_minute_with_a_record(d);
        append(d, "seals.jsonl", "{\"seq\":1}\n");
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
}

static void the_same_run_gives_the_same_bytes(void **state)
{
    struct str first[2] = {STR_NONE, STR_NONE};
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    (void)state;
    for (int run = 0; run < 2; run++) {
        AUTO(desk_drop) struct desk *d = desk_new();
        one_minute_with_a_record(d);
        struct str both[2] = {file_of(d, "seals.jsonl"), file_of(d, "records.jsonl")};
        for (size_t i = 0; i < 2; i++)
            if (run == 0)
                first[i] = arena_str(&memory, both[i]);
            else
                assert_true(str_eq(first[i], both[i]));
    }
}

int main(void)
{
    keys_init();
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_after_an_orderly_one_goes_on),
        cmocka_unit_test(after_a_crash_what_was_left_is_sealed_and_the_lost_are_counted),
        cmocka_unit_test(a_torn_last_line_is_cut_and_counted),
        cmocka_unit_test(cut_anywhere_the_folder_recovers),
        cmocka_unit_test(folders_that_are_not_ours_are_refused),
        cmocka_unit_test(the_same_run_gives_the_same_bytes),
    };
    return cmocka_run_group_tests_name("seal_recover", tests, NULL, NULL);
}
