/* test_table.c - columns that line up on a terminal, whatever script the cells are in. */
#include "core/table.h"
#include "tests/unit/core/text.h"

static void width_is_counted_as_a_terminal_draws_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"é", 1},
        {"e\xcc\x81", 1}, /* combining acute */
        {"火の見", 6},
        {"ｶﾅ", 2},
        {"ＡＢ", 4},
        {"한국", 4},
        {"🔥", 2},
        {"…", 1},
        {"か\xe3\x82\x99", 2}, /* combining dakuten */
        {"\xff\xfe", 2},
        {"\xe7\x81", 2},
        {"a、b", 4},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(text_width(cstr(cases[i].text)), cases[i].width, cases[i].text);
}

static struct table *sample(struct arena *a)
{
    struct table *t = table_new(a, (const char *[]){"name", ">count", "what it is", NULL});
    table_cell(t, S("火の見"));
    table_cell_fmt(t, "%d", 7);
    table_cell(t, S("a watch tower for fires"));
    table_cell(t, S("x"));
    table_cell_fmt(t, "%d", 1234567);
    table_cell(t, S("bad \033[2J\xc2\x9b bytes"));
    return t;
}

static void columns_line_up(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    AUTO(buf_drop) struct buf out = BUF(4096);
    table_print(sample(&memory), &out, false, 0);
    CHECK_STR(buf_str(&out),
              S("name      count  what it is\n"
                "火の見        7  a watch tower for fires\n"
                "x       1234567  bad ?[2J?? bytes\n"),
              "table");
}

static void a_terminal_gets_a_bold_head_and_a_cut_last_column(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    AUTO(buf_drop) struct buf out = BUF(4096);
    table_print(sample(&memory), &out, true, 30);
    CHECK_STR(buf_str(&out),
              S("\033[1mname      count  what it is\033[0m\n"
                "火の見        7  a watch towe…\n"
                "x       1234567  bad ?[2J?? b…\n"),
              "table");
    struct str rest;
    str_cut(buf_str(&out), '\n', &rest); /* the head's colour has no width on a terminal */
    while (rest.len)
        assert_true(text_width(str_cut(rest, '\n', &rest)) <= 30);
}

static void wide_characters_are_not_cut_in_half(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct table *t = table_new(&memory, (const char *[]){"k", "v", NULL});
    table_cell(t, S("a"));
    table_cell(t, S("漢字漢字漢字漢字漢字漢字"));
    for (int width = 12; width < 30; width++) {
        AUTO(buf_drop) struct buf out = BUF(4096);
        table_print(t, &out, false, width);
        struct str rest;
        str_cut(buf_str(&out), '\n', &rest);
        struct str row = str_cut(rest, '\n', &rest);
        assert_true(text_width(row) <= (size_t)width);
        assert_true(text_width(row) + 2 >= (width < 27 ? (size_t)width : 27));
    }
}

static void a_full_arena_shows_that_rows_are_missing(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(700), none = ARENA(0);
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    struct table *t = table_new(&memory, (const char *[]){"n", NULL});
    for (int i = 0; i < 100; i++)
        table_cell_fmt(t, "%d", i);
    table_print(t, &out, false, 0);
    assert_true(str_starts(buf_str(&out), S("n\n0\n1\n")));
    CHECK_STR(((struct str){out.ptr + out.len - 4, 4}), S("…\n"), "last line");
    struct table *nothing = table_new(&none, (const char *[]){"n", NULL});
    assert_null(nothing);
    table_cell(nothing, S("x"));
    table_print(nothing, &out, false, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width_is_counted_as_a_terminal_draws_it),
        cmocka_unit_test(columns_line_up),
        cmocka_unit_test(a_terminal_gets_a_bold_head_and_a_cut_last_column),
        cmocka_unit_test(wide_characters_are_not_cut_in_half),
        cmocka_unit_test(a_full_arena_shows_that_rows_are_missing),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
