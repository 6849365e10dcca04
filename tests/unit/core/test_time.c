/* test_time.c - RFC 3339 in, one form out, and clocks that tests may move. */
#include "core/time.h"
#include "tests/unit/core/text.h"

static void rfc_3339_text_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"2026-11-24T05:31:43Z", INT64_C(1795498303000000)},
        {"2026-11-24T05:31:43.5Z", INT64_C(1795498303500000)},
        {"2026-11-24T05:31:43.123456789Z", INT64_C(1795498303123456)},
        {"2026-11-24T14:31:43+09:00", INT64_C(1795498303000000)},
        {"2026-11-24T00:31:43-05:00", INT64_C(1795498303000000)},
        {"2026-11-24t05:31:43z", INT64_C(1795498303000000)},
        {"2026-11-24 05:31:43Z", INT64_C(1795498303000000)},
        {"2000-02-29T00:00:00Z", INT64_C(951782400000000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228799999999)},
        {"2017-01-01T08:59:60+09:00", INT64_C(1483228799999999)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000000)},
        {"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t us = 42;
        struct err e = {};
        if (!time_parse(cstr(cases[i].text), &us, &e))
            fail_msg("%s: %s", cases[i].text, e.text);
        CHECK_INT(us, cases[i].us, cases[i].text);
    }
}

static void text_that_names_no_moment_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "2026",
        "2026-11-24",
        "2026-11-24T05:31:43",
        "2026-11-24T05:31Z",
        "2026-11-24T05:31:43.Z",
        "2026-11-24T05:31:43.1234567890Z",
        "2026-11-24T05:31:43Z ",
        " 2026-11-24T05:31:43Z",
        "2026-11-24T05:31:43+0900",
        "2026-11-24T05:31:43+24:00",
        "2026-11-24T05:31:43+09:60",
        "2026-11-24T24:00:00Z",
        "2026-11-24T05:60:00Z",
        "2026-11-24T05:31:61Z",
        "2026-00-24T05:31:43Z",
        "2026-13-24T05:31:43Z",
        "2026-11-31T05:31:43Z",
        "2026-11-00T05:31:43Z",
        "2026-02-29T05:31:43Z",
        "1900-02-29T05:31:43Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2026-1-24T05:31:43Z",
        "+2026-11-24T05:31:43Z",
        "2026/11/24T05:31:43Z",
        "2026-11-24T05:31:43\xff",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t us = 42;
        struct err e = {};
        CHECK_INT(time_parse(cstr(cases[i]), &us, &e), false, cases[i]);
        CHECK_INT(e.code, ERR_INVALID, cases[i]);
        CHECK_INT(us, 42, cases[i]);
    }
}

static void every_day_of_twelve_centuries_goes_there_and_back(void **state)
{
    (void)state;
    char before[TIME_TEXT_SIZE] = "", text[TIME_TEXT_SIZE];
    for (int64_t day = -300000; day < 150000; day++) {
        int64_t us = day * 86400 * TIME_SECOND + 12345678901, back;
        struct err e = {};
        struct str written = time_format(us, text);
        assert_true(time_parse(written, &back, &e));
        CHECK_INT(back, us, text);
        assert_true(strcmp(before, text) < 0); /* text sorts as time does */
        memcpy(before, text, sizeof before);
    }
}

static void text_out_of_range_is_held_at_the_end(void **state)
{
    (void)state;
    char text[TIME_TEXT_SIZE];
    CHECK_STR(time_format(INT64_MAX, text), S("9999-12-31T23:59:59.999999Z"), "latest");
    CHECK_STR(time_format(INT64_MIN, text), S("0001-01-01T00:00:00.000000Z"), "earliest");
}

static void a_set_clock_says_what_it_was_told(void **state)
{
    (void)state;
    struct clock_set simulated;
    clock_set_init(&simulated, 5);
    CHECK_INT(simulated.clock.now(&simulated.clock), 5, "start");
    simulated.at = 7;
    CHECK_INT(simulated.clock.now(&simulated.clock), 7, "moved");
    struct clock *real = clock_real();
    assert_true(real->now(real) > INT64_C(1700000000000000));
    int64_t then = time_monotonic();
    assert_true(time_monotonic() >= then);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_3339_text_is_read),
        cmocka_unit_test(text_that_names_no_moment_is_refused),
        cmocka_unit_test(every_day_of_twelve_centuries_goes_there_and_back),
        cmocka_unit_test(text_out_of_range_is_held_at_the_end),
        cmocka_unit_test(a_set_clock_says_what_it_was_told),
    };
    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
