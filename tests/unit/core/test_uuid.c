/* test_uuid.c - RFC 9562's vectors (appendix A), strict text, and order within a process. */
#include "core/keys.h"
#include "core/uuid.h"
#include "tests/unit/core/text.h"

static const struct uuid dns_space = {{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4,
                                       0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};

static void a_name_gives_the_published_id(void **state)
{
    (void)state;
    char text[UUID_TEXT_LEN + 1];
    struct uuid u = uuid_v5(&dns_space, S("www.example.com")); /* appendix A.4 */
    CHECK_STR(uuid_format(&u, text), S("2ed6657d-e927-568b-95e1-2665a8aea6a2"), "A.4");
}

static void version_and_variant_are_set(void **state)
{
    (void)state;
    /* Appendix A.6: 2022-02-22T14:22:22-05:00 is 0x017F22E279B0 in milliseconds. */
    struct clock_set clock;
    clock_set_init(&clock, INT64_C(0x017F22E279B0) * 1000);
    struct uuid seven = uuid_v7(&clock.clock), four = uuid_v4();
    static const uint8_t milliseconds[] = {0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0};
    assert_memory_equal(seven.bytes, milliseconds, sizeof milliseconds);
    CHECK_INT(seven.bytes[6] >> 4, 7, "version 7");
    CHECK_INT(seven.bytes[8] >> 6, 2, "variant");
    CHECK_INT(four.bytes[6] >> 4, 4, "version 4");
    CHECK_INT(four.bytes[8] >> 6, 2, "variant");
}

static void version_7_rises_even_when_the_clock_does_not(void **state)
{
    (void)state;
    struct clock_set clock;
    clock_set_init(&clock, INT64_C(1795498303000000));
    struct uuid before = uuid_v7(&clock.clock);
    for (int i = 0; i < 20000; i++) {
        if (i == 10000)
            clock.at -= TIME_SECOND; /* set back */
        struct uuid u = uuid_v7(&clock.clock);
        assert_true(memcmp(before.bytes, u.bytes, sizeof u.bytes) < 0);
        CHECK_INT(u.bytes[6] >> 4, 7, "version");
        before = u;
    }
}

static void text_is_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", true},
        {"6BA7B810-9DAD-11D1-80B4-00C04FD430C8", true},
        {"6ba7b810-9dad-11d1-80b4-00c04fd430c", false},
        {"6ba7b810-9dad-11d1-80b4-00c04fd430c80", false},
        {"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", false},
        {"6ba7b8109-dad-11d1-80b4-00c04fd430c8", false},
        {"6ba7b810-9dad-11d1-80b4-00c04fd430g8", false},
        {"6ba7b810-9dad-11d1-80b4 00c04fd430c8", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct uuid u = {};
        CHECK_INT(uuid_parse(cstr(cases[i].text), &u), cases[i].good, cases[i].text);
        if (cases[i].good)
            assert_memory_equal(u.bytes, dns_space.bytes, sizeof u.bytes);
    }
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_gives_the_published_id),
        cmocka_unit_test(version_and_variant_are_set),
        cmocka_unit_test(version_7_rises_even_when_the_clock_does_not),
        cmocka_unit_test(text_is_read_strictly),
    };
    return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
