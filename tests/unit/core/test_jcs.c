/* test_jcs.c - one document, one string of bytes. RFC 8785's own vectors are in test_jcs_vectors. */
#include "core/jcs.h"
#include "tests/unit/core/text.h"

static void what_means_the_same_is_written_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *label, *json, *canonical;
    } cases[] = {
        {"white space goes", " { \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2]}"},
        {"names are sorted", "{\"b\":1,\"a\":2,\"\":3}", "{\"\":3,\"a\":2,\"b\":1}"},
        {"a prefix comes first", "{\"ab\":1,\"a\":2}", "{\"a\":2,\"ab\":1}"},
        {"by UTF-16 units, not code points",
         "{\"\xef\xac\xb3\":1,\"\xf0\x9f\x98\x80\":2,\"\xed\x9f\xbb\":3}",
         "{\"\xed\x9f\xbb\":3,\"\xf0\x9f\x98\x80\":2,\"\xef\xac\xb3\":1}"},
        {"escapes only as needed", "\"\\u0041\\/\\u000a\\u001f\\u00e9\"", "\"A/\\n\\u001fé\""},
        {"numbers as ECMAScript", "[1.0,1e2,1E-7,-0,0.10,1e21,9007199254740993]",
         "[1,100,1e-7,0,0.1,1e+21,9007199254740992]"},
        {"underflow is zero", "1e-999", "0"},
        {"words", "[true,false,null]", "[true,false,null]"},
        {"empty ones", "[{},[],\"\"]", "[{},[],\"\"]"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf out = BUF(4096);
        struct err e = {};
        if (!jcs_canonicalise(cstr(cases[i].json), &out, &e))
            fail_msg("%s: %s", cases[i].label, e.text);
        CHECK_STR(buf_str(&out), cstr(cases[i].canonical), cases[i].label);
    }
}

static void what_has_no_canonical_form_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *label, *json;
        size_t limit;
        enum err_code code;
    } cases[] = {
        {"past every double", "[1e400]", 4096, ERR_INVALID},
        {"a name twice", "{\"a\":1,\"a\":1}", 4096, ERR_INVALID},
        {"not JSON", "{a:1}", 4096, ERR_INVALID},
        {"larger than its buffer", "[1,2,3]", 4, ERR_LIMIT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf out = BUF(cases[i].limit);
        struct err e = {};
        CHECK_INT(jcs_canonicalise(cstr(cases[i].json), &out, &e), false, cases[i].label);
        CHECK_INT(e.code, cases[i].code, cases[i].label);
    }
}

static void a_name_that_a_tolerant_reader_took_twice_is_still_refused(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    AUTO(buf_drop) struct buf out = BUF(4096);
    struct err e = {};
    const struct json *v = json_parse_tolerant(&memory, S("{\"a\":1,\"b\":2,\"a\":3}"), &e);
    assert_non_null(v);
    assert_false(jcs_write(v, &out, &e));
    CHECK_INT(e.code, ERR_INVALID, "code");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_means_the_same_is_written_the_same),
        cmocka_unit_test(what_has_no_canonical_form_is_refused),
        cmocka_unit_test(a_name_that_a_tolerant_reader_took_twice_is_still_refused),
    };
    return cmocka_run_group_tests_name("jcs", tests, NULL, NULL);
}
