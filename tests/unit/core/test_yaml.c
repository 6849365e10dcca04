/* test_yaml.c - dull YAML becomes the JSON tree; the rest is refused with line and column. */
#include "core/jsonw.h"
#include "core/yaml.h"
#include "tests/unit/core/text.h"

#include <unistd.h>

static void dull_yaml_becomes_the_json_tree(void **state)
{
    (void)state;
    static const struct {
        const char *label, *yaml, *json;
    } cases[] = {
        {"a mapping", "a: 1\nb: two\n", "{\"a\":1,\"b\":\"two\"}"},
        {"nested", "a:\n  - x\n  - y: [1, {z: 2}]\n", "{\"a\":[\"x\",{\"y\":[1,{\"z\":2}]}]}"},
        {"kinds of plain text", "[true, false, null, ~, -1.5e3]", "[true,false,null,null,-1.5e3]"},
        {"an empty value", "a:\n", "{\"a\":null}"},
        {"Norway is text", "[no, yes, on, off, True, NULL]",
         "[\"no\",\"yes\",\"on\",\"off\",\"True\",\"NULL\"]"},
        {"what JSON would not call a number", "[012, 0x10, 1_000, +5, .5, 1., 1:30, 1.2.3.4]",
         "[\"012\",\"0x10\",\"1_000\",\"+5\",\".5\",\"1.\",\"1:30\",\"1.2.3.4\"]"},
        {"quoted is text", "['true', \"1\", '']", "[\"true\",\"1\",\"\"]"},
        {"a block of text", "a: |\n  one\n  two\n", "{\"a\":\"one\\ntwo\\n\"}"},
        {"a folded block is text", "a: >-\n  12\n", "{\"a\":\"12\"}"},
        {"Japanese", "名前: 火の見\n", "{\"名前\":\"火の見\"}"},
        {"a comment and a marker", "# law table\n---\na: 1 # one\n...\n", "{\"a\":1}"},
        {"a scalar alone", "7", "7"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        AUTO(buf_drop) struct buf out = BUF(4096);
        struct err e = {};
        const struct json *v = yaml_parse(&memory, cstr(cases[i].yaml), &e);
        if (!v)
            fail_msg("%s: %s", cases[i].label, e.text);
        struct jsonw w = JSONW(&out);
        jw_value(&w, v);
        CHECK_STR(buf_str(&out), cstr(cases[i].json), cases[i].label);
    }
}

static void what_is_not_dull_is_refused_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *label, *yaml, *why;
    } cases[] = {
        {"nothing", "", "the file holds no document, line 1, column 1"},
        {"an anchor", "a: &x 1\n", "anchors are not accepted, line 1, column 4"},
        {"an anchored list", "a: &x [1]\n", "anchors are not accepted, line 1, column 4"},
        {"an alias", "a: 1\nb: *x\n", "aliases are not accepted, line 2, column 4"},
        {"an alias as a name", "*x : 1\n", "aliases are not accepted, line 1, column 1"},
        {"a tag", "a: !!str 1\n", "tags are not accepted, line 1, column 4"},
        {"a local tag", "a: !x [1]\n", "tags are not accepted, line 1, column 4"},
        {"two documents", "a: 1\n---\nb: 2\n", "more than one document, line 2, column 1"},
        {"a name twice", "a: 1\nb: 2\na: 3\n",
         "name stands twice in one mapping, line 3, column 1"},
        {"a merge", "<<: {a: 1}\n", "merge keys are not accepted, line 1, column 1"},
        {"a list as a name", "? [a]\n: 1\n", "a name must be plain text, line 1, column 3"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct err e = {};
        if (yaml_parse(&memory, cstr(cases[i].yaml), &e))
            fail_msg("%s: accepted", cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
        CHECK_STR(cstr(e.text), cstr(cases[i].why), cases[i].label);
    }
}

static void text_that_is_no_yaml_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *label, *yaml, *where;
    } cases[] = {
        {"a tab for an indent", "a:\n\tb: 1\n", "line 2, column 1"},
        {"an open bracket", "a: [1, 2\n", "line 2, column 1"},
        {"a name without its colon", "a: 1\nb\nc: 2\n", "line 3, column 1"},
        {"bad UTF-8", "a: \xff\n", "byte 3"},
        {"a control byte", "a: \x01\n", "byte"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct err e = {};
        if (yaml_parse(&memory, cstr(cases[i].yaml), &e))
            fail_msg("%s: accepted", cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
        if (!strstr(e.text, cases[i].where))
            fail_msg("%s: '%s' does not say %s", cases[i].label, e.text, cases[i].where);
    }
}

static void nesting_and_memory_have_ceilings(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        int depth;
        size_t limit;
        enum err_code code;
    } cases[] = {
        {"as deep as allowed", 32, 1 << 16, ERR_OK},
        {"one deeper", 33, 1 << 16, ERR_LIMIT},
        {"memory for a few", 32, 512, ERR_LIMIT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf text = BUF(4096);
        for (int k = 0; k < cases[i].depth; k++)
            buf_byte(&text, '[');
        for (int k = 0; k < cases[i].depth; k++)
            buf_byte(&text, ']');
        AUTO(arena_drop) struct arena memory = ARENA(cases[i].limit);
        struct err e = {};
        const struct json *v = yaml_parse(&memory, buf_str(&text), &e);
        CHECK_INT(v != NULL, cases[i].code == ERR_OK, cases[i].label);
        CHECK_INT(e.code, cases[i].code, cases[i].label);
    }
}

static void a_file_is_named_in_its_errors(void **state)
{
    (void)state;
    char path[] = "/tmp/hinomi-yaml-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {};
    assert_true(file_swap(path, S("realm: jp\nrealm: jp\n"), 0600, &e));
    assert_null(yaml_load(&memory, path, &e));
    AUTO(buf_drop) struct buf want = BUF(256);
    buf_fmt(&want, "%s: name stands twice in one mapping, line 2, column 1", path);
    CHECK_STR(cstr(e.text), buf_str(&want), "error");
    assert_true(file_swap(path, S("realm: jp\n"), 0600, &e));
    CHECK_STR(json_text(yaml_load(&memory, path, &e), S("realm")), S("jp"), "loaded");
    unlink(path);
    assert_null(yaml_load(&memory, path, &e));
    CHECK_INT(e.code, ERR_NOT_FOUND, "gone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dull_yaml_becomes_the_json_tree),
        cmocka_unit_test(what_is_not_dull_is_refused_where_it_stands),
        cmocka_unit_test(text_that_is_no_yaml_is_refused_with_its_line),
        cmocka_unit_test(nesting_and_memory_have_ceilings),
        cmocka_unit_test(a_file_is_named_in_its_errors),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
