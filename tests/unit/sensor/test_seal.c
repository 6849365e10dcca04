/* test_seal.c - the books of a sensor: chain, identities, the turn of the minute. */
#include "tests/unit/sensor/seal_desk.h"

static void seals_add_up_and_chain(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    size_t count;
    (void)state;
    advance(log, NOON);
    seal_log_count(log, &(struct seal_counts){.n_in = 10, .bytes_in = 1000, .n_discarded = 3});
    record(log, "s1", NOON);
    record(log, "s2", NOON);
    advance(log, NOON + 61 * TIME_SECOND);
    seal_log_count(log, &(struct seal_counts){.n_in = 5, .n_matched = 9, .n_dir_unknown = 1});
    refused_record(log, "s1");
    record(log, "s1", NOON + 62 * TIME_SECOND);
    advance(log, NOON + 125 * TIME_SECOND);
    seal_log_count(log, &(struct seal_counts){.n_over_cap = 2});
    close_log(&log);

    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 3, "seals");
    CHECK_INT(number(seals[0], "n_carried_out"), 7, "in flight over the first minute");
    CHECK_INT(number(seals[1], "n_carried_out"), 2, "in flight over the second");
    CHECK_INT(number(seals[2], "n_carried_out"), 0, "drained");
    CHECK_INT(number(seals[1], "n_refused_by_field_policy"), 1, "refused");
    assert_true(has_event(seals[0], "policy_load") && !has_event(seals[0], "drained"));
    assert_true(has_event(seals[2], "policy_unload") && has_event(seals[2], "drained"));
    assert_true(str_eq(json_text(seals[1], S("minute")), S("2026-11-24T06:01:00.000000Z")));
}

static void quiet_minutes_are_sealed_live_and_left_out_of_files(void **state)
{
    (void)state;
    for (int live = 0; live < 2; live++) {
        AUTO(desk_drop) struct desk *d = desk_new();
        d->settings.every_minute = live;
        AUTO(seal_log_drop) struct seal_log *log = open_log(d);
        size_t count;
        advance(log, NOON);
        seal_log_count(log, &(struct seal_counts){.n_in = 1});
        advance(log, NOON + (int64_t)10 * MINUTE * TIME_SECOND);
        seal_log_count(log, &(struct seal_counts){.n_matched = 1});
        close_log(&log);
        (void)audit(d, &count);
        CHECK_INT(count, live ? 11 : 2, live ? "live" : "file");
    }
}

static void time_that_goes_back_stays_in_its_minute(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    size_t count;
    (void)state;
    advance(log, NOON + 61 * TIME_SECOND);
    record(log, "s1", NOON);
    advance(log, NOON);
    record(log, "s1", NOON);
    close_log(&log);
    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 1, "seals");
    CHECK_INT(number(seals[0], "n_recorded"), 2, "records");
}

static void books_that_do_not_add_up_are_not_signed(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    struct err e = {0};
    (void)state;
    advance(log, NOON);
    seal_log_count(log, &(struct seal_counts){.n_in = 3, .n_matched = 4});
    assert_false(seal_log_advance(log, NOON + 70 * TIME_SECOND, SEAL_BALANCE, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    seal_log_count(log, &(struct seal_counts){.n_in = 3});
    assert_false(seal_log_advance(log, NOON + 70 * TIME_SECOND, 1, &e)); /* it is 2 */
    assert_true(seal_log_advance(log, NOON + 70 * TIME_SECOND, 2, &e));
    assert_false(seal_log_close(log, &e)); /* 2 are in flight */
    assert_int_equal(file_of(d, "seals.jsonl").len > 0, 1);
}

static void counts_of_threads_add_up(void **state)
{
    struct seal_counts sum = {0}, a = {.n_in = 5, .n_matched = 2, .bytes_in = 50},
                       b = {.n_in = 7, .n_over_cap = 1, .kernel_drops = 3, .not_zeroised = true};
    (void)state;
    seal_counts_residency(&a, NOON, NOON + 40);
    seal_counts_residency(&a, NOON, NOON + 10);
    seal_counts_residency(&b, NOON, NOON + 90);
    seal_counts_add(&sum, &a);
    seal_counts_add(&sum, &b);
    seal_counts_add(&sum, &(struct seal_counts){0});
    CHECK_INT(sum.n_in, 12, "in");
    CHECK_INT(seal_counts_in_flight(&sum), 9, "in flight");
    CHECK_INT(sum.residency_min_us, 10, "least");
    CHECK_INT(sum.residency_max_us, 90, "most");
    assert_true(sum.not_zeroised);
}

int main(void)
{
    keys_init();
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seals_add_up_and_chain),
        cmocka_unit_test(quiet_minutes_are_sealed_live_and_left_out_of_files),
        cmocka_unit_test(time_that_goes_back_stays_in_its_minute),
        cmocka_unit_test(books_that_do_not_add_up_are_not_signed),
        cmocka_unit_test(counts_of_threads_add_up),
    };
    return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
