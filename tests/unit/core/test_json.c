/* test_json.c - what the reader accepts, what it refuses, and that its work stays in proportion. */
#include "core/buf.h"
#include "core/json.h"
#include "core/json/json_private.h"
#include "tests/unit/core/text.h"

static const struct json *parse(struct arena *a, const char *text, struct err *e)
{
    return json_parse(a, cstr(text), e);
}

static void text_is_unescaped_and_sliced(void **state)
{
    (void)state;
    static const struct {
        const char *label, *json;
        struct str text;
    } cases[] = {
        {"plain", "\"abc\"", S_("abc")},
        {"empty", "\"\"", S_("")},
        {"every short escape", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", S_("\"\\/\b\f\n\r\t")},
        {"two bytes", "\"\\u00e9\"", S_("é")},
        {"three bytes", "\"\\u706b\"", S_("火")},
        {"a surrogate pair", "\"\\ud83d\\uDD25\"", S_("🔥")},
        {"a NUL is a byte like any other", "\"a\\u0000b\"", S_("a\0b")},
        {"raw UTF-8 past a block", "\"0123456789abcde火の見0123456789abcdef\"",
         S_("0123456789abcde火の見0123456789abcdef")},
        {"an escape past a block", "\"0123456789abcdef\\n0123456789abcdef\"",
         S_("0123456789abcdef\n0123456789abcdef")},
        {"DEL needs no escape", "\"\x7f\"", S_("\x7f")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct err e = {};
        const struct json *v = parse(&memory, cases[i].json, &e);
        if (!v)
            fail_msg("%s: %s", cases[i].label, e.text);
        else
            CHECK_STR(v->text, cases[i].text, cases[i].label);
    }
}

static void a_refusal_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *label, *json, *why;
    } cases[] = {
        {"nothing", "", "not a value, line 1, column 1 (byte 0)"},
        {"third line", "{\n \"a\": 1,\n \"b\" 2}",
         "no ':' after a name, line 3, column 6 (byte 16)"},
        {"trailing comma", "[1,]", "not a value, line 1, column 4 (byte 3)"},
        {"two values", "1 2", "more text after the value, line 1, column 3 (byte 2)"},
        {"leading zero", "01", "more text after the value, line 1, column 2 (byte 1)"},
        {"control byte", "\"a\nb\"",
         "control byte or bad UTF-8 in a string, line 1, column 3 (byte 2)"},
        {"overlong UTF-8", "\"\xc0\x80\"",
         "control byte or bad UTF-8 in a string, line 1, column 2 (byte 1)"},
        {"surrogate in UTF-8", "\"\xed\xa0\x80\"",
         "control byte or bad UTF-8 in a string, line 1, column 2 (byte 1)"},
        {"low surrogate alone", "\"\\udc00\"", "half a surrogate pair, line 1, column 8 (byte 7)"},
        {"name twice", "{\"a\":1,\n\"a\":2}",
         "name \"a\" stands twice in one object, line 2, column 2 (byte 9)"},
        {"name twice by an escape", "[{\"a\":1,\"\\u0061\":2}]",
         "name \"a\" stands twice in one object, line 1, column 2 (byte 1)"},
        {"byte order mark", "\xef\xbb\xbf{}", "not a value, line 1, column 1 (byte 0)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct err e = {};
        if (parse(&memory, cases[i].json, &e))
            fail_msg("%s: accepted", cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
        CHECK_STR(cstr(e.text), cstr(cases[i].why), cases[i].label);
    }
}

static void members_are_found_and_read(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    const struct json *v =
        parse(&memory,
              "{\"text\":\"x\",\"n\":-9223372036854775808,\"big\":9223372036854775808,"
              "\"f\":1.5,\"yes\":true,\"list\":[1,2,3],\"z\":null,\"huge\":1e999}",
              &e);
    assert_non_null(v);
    int64_t n = 7;
    double f = 0;
    CHECK_STR(json_text(v, S("text")), S("x"), "text");
    CHECK_STR(json_text(v, S("n")), STR_NONE, "a number is not text");
    assert_true(json_int(v, S("n"), &n));
    assert_true(n == INT64_MIN);
    n = 7;
    assert_false(json_int(v, S("big"), &n));
    assert_false(json_int(v, S("f"), &n));
    assert_false(json_int(v, S("absent"), &n));
    CHECK_INT(n, 7, "a failure leaves the value alone");
    assert_true(json_value_double(json_get(v, S("f")), &f));
    assert_true(f == 1.5);
    assert_false(json_value_double(json_get(v, S("huge")), &f));
    assert_true(json_bool(v, S("yes"), false));
    assert_true(json_bool(v, S("z"), true));
    CHECK_INT(json_get(v, S("list"))->count, 3, "count");
    assert_null(json_get(json_get(v, S("absent")), S("deeper")));
    int sum = 0;
    for (json_each(item, json_get(v, S("list"))))
        sum += (item->text.ptr[0] - '0');
    CHECK_INT(sum, 6, "each");
}

static void the_tolerant_reader_takes_the_first_of_two(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    const struct json *v = json_parse_tolerant(&memory, S("{\"a\":\"1\",\"a\":\"2\"}"), &e);
    assert_non_null(v);
    CHECK_STR(json_text(v, S("a")), S("1"), "first");
    assert_null(json_parse_tolerant(&memory, S("{\"a\":1,}"), &e));
}

static void a_stream_of_values_is_read_one_by_one(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    struct str rest = S("{\"a\":1}\n[2] \"three\"\n\n4 ");
    size_t values = 0;
    for (; rest.len; values++)
        assert_non_null(json_parse_first(&memory, rest, &rest, &e));
    CHECK_INT(values, 4, "values");
    rest = S("1 ]");
    assert_non_null(json_parse_first(&memory, rest, &rest, &e));
    assert_null(json_parse_first(&memory, rest, &rest, &e));
    CHECK_STR(rest, S("]"), "a failure leaves the rest alone");
}

static void nesting_and_memory_have_ceilings(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        size_t limit;
        int depth;
        enum err_code code;
    } cases[] = {
        {"as deep as allowed", 1 << 20, JSON_DEPTH_MAX, ERR_OK},
        {"one deeper", 1 << 20, JSON_DEPTH_MAX + 1, ERR_LIMIT},
        {"a million deep", 1 << 20, 1000000, ERR_LIMIT},
        {"memory for half", JSON_DEPTH_MAX / 2 * sizeof(struct json), JSON_DEPTH_MAX, ERR_LIMIT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf text = BUF(4 << 20);
        for (int k = 0; k < cases[i].depth; k++)
            buf_byte(&text, '[');
        for (int k = 0; k < cases[i].depth; k++)
            buf_byte(&text, ']');
        AUTO(arena_drop) struct arena memory = ARENA(cases[i].limit);
        struct err e = {};
        const struct json *v = json_parse(&memory, buf_str(&text), &e);
        CHECK_INT(v != NULL, cases[i].code == ERR_OK, cases[i].label);
        CHECK_INT(e.code, cases[i].code, cases[i].label);
    }
}

/* Members "k0" to "k<count-1>", and the last one's name once more when asked. */
static void put_object(struct buf *text, size_t count, bool repeat)
{
    buf_byte(text, '{');
    for (size_t i = 0; i < count; i++)
        buf_fmt(text, "%s\"k%zu\":0", i ? "," : "", i);
    if (repeat)
        buf_fmt(text, ",\"k%zu\":1", count - 1);
    buf_byte(text, '}');
}

static void a_repeated_name_is_found_whatever_the_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 8, 31, 32, 33, 64, 1000};
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (int repeat = 0; repeat < 2; repeat++) {
            AUTO(buf_drop) struct buf text = BUF(1 << 20);
            AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
            put_object(&text, sizes[i], repeat);
            struct err e = {};
            const struct json *v = json_parse(&memory, buf_str(&text), &e);
            CHECK_INT(v == NULL, repeat, "repeat");
        }
}

static void a_million_names_are_compared_in_linear_work(void **state)
{
    (void)state;
    enum { MEMBERS = 1000000 };
    AUTO(buf_drop) struct buf text = BUF(32 << 20);
    AUTO(arena_drop) struct arena memory = ARENA(128 << 20);
    put_object(&text, MEMBERS, false);
    struct err e = {};
    const struct json *v = json_parse(&memory, buf_str(&text), &e);
    assert_non_null(v);
    CHECK_INT(v->count, MEMBERS, "members");
    size_t compared = 0;
    assert_null(json_repeated_name(v, &compared));
    /* A table at most half full looks at about half a name a member; chance stays far below two. */
    assert_true(compared < 2 * v->count);
}

static void small_objects_compare_almost_nothing(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    const struct json *v =
        parse(&memory,
              "{\"type\":0,\"id\":0,\"spec_version\":0,\"created\":0,\"modified\":0,"
              "\"name\":0,\"pattern\":0,\"valid_from\":0,\"labels\":0}",
              &e);
    size_t compared = 0;
    assert_non_null(v);
    assert_null(json_repeated_name(v, &compared));
    assert_true(compared <= 2 * v->count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_unescaped_and_sliced),
        cmocka_unit_test(a_refusal_says_where),
        cmocka_unit_test(members_are_found_and_read),
        cmocka_unit_test(the_tolerant_reader_takes_the_first_of_two),
        cmocka_unit_test(a_stream_of_values_is_read_one_by_one),
        cmocka_unit_test(nesting_and_memory_have_ceilings),
        cmocka_unit_test(a_repeated_name_is_found_whatever_the_size),
        cmocka_unit_test(a_million_names_are_compared_in_linear_work),
        cmocka_unit_test(small_objects_compare_almost_nothing),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
