/* test_jsonw.c - commas, quotes and numbers of what we write. */
#include "core/jsonw.h"
#include "tests/unit/core/text.h"

static void text_is_quoted_so_that_it_is_always_json(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct str text, want;
    } cases[] = {
        {"plain", S_("abc"), S_("\"abc\"")},
        {"empty", S_(""), S_("\"\"")},
        {"quotes and backslashes", S_("a\"b\\c"), S_("\"a\\\"b\\\\c\"")},
        {"short escapes", S_("\b\f\n\r\t"), S_("\"\\b\\f\\n\\r\\t\"")},
        {"other controls", S_("\0\x1f"), S_("\"\\u0000\\u001f\"")},
        {"UTF-8 stays", S_("火の見🔥"), S_("\"火の見🔥\"")},
        {"bad bytes are replaced",
         S_("a\xff"
            "b\xe7\x81"),
         S_("\"a\xef\xbf\xbd"
            "b\xef\xbf\xbd\xef\xbf\xbd\"")},
        {"a slash needs nothing", S_("/"), S_("\"/\"")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf out = BUF(4096);
        json_quote(&out, cases[i].text);
        CHECK_STR(buf_str(&out), cases[i].want, cases[i].label);
    }
}

static void numbers_take_the_fewest_digits_that_read_back_equal(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {123456789012345680.0, "123456789012345680"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1.5e300, "1.5e+300"},
        {1e-6, "0.000001"},
        {1e-7, "1e-7"},
        {1.25e-7, "1.25e-7"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {9007199254740993.0, "9007199254740992"},
        {5.684341886080802e-14, "5.684341886080802e-14"}, /* 2^-44: the nearest 16 digits miss it */
        {9.5367431640625e-7, "9.5367431640625e-7"},
        {333333333.33333329, "333333333.3333333"},
        {__builtin_nan(""), "null"},
        {__builtin_inf(), "null"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf out = BUF(4096);
        struct jsonw w = JSONW(&out);
        jw_double(&w, cases[i].value);
        CHECK_STR(buf_str(&out), cstr(cases[i].text), cases[i].text);
    }
}

static void any_double_reads_back_equal(void **state)
{
    (void)state;
    uint64_t bits = 0x9e3779b97f4a7c15;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!__builtin_isfinite(value))
            continue;
        AUTO(buf_drop) struct buf out = BUF(64);
        struct jsonw w = JSONW(&out);
        jw_double(&w, value);
        buf_byte(&out, '\0');
        if (strtod(out.ptr, NULL) != value)
            fail_msg("%a was written %s", value, out.ptr);
    }
}

static void commas_and_ends_are_its_business(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    AUTO(buf_drop) struct buf out = BUF(4096);
    struct jsonw w = JSONW(&out);
    jw_object(&w);
    jw_member_str(&w, "name", S("centre"));
    jw_member_cstr(&w, "none", NULL);
    jw_key(&w, "ports"), jw_array(&w), jw_int(&w, 53), jw_uint(&w, UINT64_MAX), jw_end(&w);
    jw_key(&w, "empty"), jw_object(&w), jw_end(&w);
    jw_member_int(&w, "n", INT64_MIN);
    jw_member_bool(&w, "yes", true);
    jw_member_time(&w, "at", 0);
    jw_key(&w, "as it was");
    jw_value(&w, json_parse(&memory, S("{ \"a\" : [ 1.50 , null ] }"), &e));
    jw_end(&w);
    CHECK_STR(
        buf_str(&out),
        S("{\"name\":\"centre\",\"none\":\"\",\"ports\":[53,18446744073709551615],\"empty\":{},"
          "\"n\":-9223372036854775808,\"yes\":true,\"at\":\"1970-01-01T00:00:00.000000Z\","
          "\"as it was\":{\"a\":[1.50,null]}}"),
        "document");
    assert_non_null(json_parse(&memory, buf_str(&out), &e));
}

static void what_was_read_is_written_however_deep(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    AUTO(buf_drop) struct buf text = BUF(4096), out = BUF(4096);
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_byte(&text, '[');
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_byte(&text, ']');
    struct err e = {};
    struct jsonw w = JSONW(&out);
    jw_value(&w, json_parse(&memory, buf_str(&text), &e));
    CHECK_STR(buf_str(&out), buf_str(&text), "deep");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_quoted_so_that_it_is_always_json),
        cmocka_unit_test(numbers_take_the_fewest_digits_that_read_back_equal),
        cmocka_unit_test(any_double_reads_back_equal),
        cmocka_unit_test(commas_and_ends_are_its_business),
        cmocka_unit_test(what_was_read_is_written_however_deep),
    };
    return cmocka_run_group_tests_name("jsonw", tests, NULL, NULL);
}
