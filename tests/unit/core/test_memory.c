/* test_memory.c - arena, buffer and vector: ceilings hold, growth loses nothing. */
#include "core/buf.h"
#include "core/pages.h"
#include "core/vec.h"
#include "tests/unit/core/text.h"

static void an_arena_gives_zeroed_memory_up_to_its_limit(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1000);
    char *p = arena_alloc(&memory, 900, 1);
    assert_non_null(p);
    for (int i = 0; i < 900; i++)
        assert_int_equal(p[i], 0);
    CHECK_INT((uintptr_t)p % _Alignof(max_align_t), 0, "alignment");
    assert_null(arena_alloc(&memory, 200, 1));
    assert_null(arena_alloc(&memory, SIZE_MAX / 2, 3));
    assert_non_null(arena_alloc(&memory, 16, 1));
    CHECK_STR(arena_fmt(&memory, "%d-%s", 7, "x"), S("7-x"), "formatted");
    arena_drop(&memory);
    assert_non_null(arena_alloc(&memory, 900, 1)); /* usable again, same limit */
    assert_null(arena_alloc(&memory, 900, 1));
}

static void a_buffer_grows_to_its_ceiling_and_keeps_what_it_has(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf b = BUF(1000);
    for (int i = 0; i < 100; i++)
        assert_true(buf_fmt(&b, "%09d,", i));
    CHECK_INT(b.len, 1000, "full");
    assert_false(b.over);
    assert_false(buf_byte(&b, 'x'));
    assert_true(b.over);
    CHECK_INT(b.len, 1000, "kept");
    assert_memory_equal(b.ptr + 990, "000000099,", 10);
    assert_false(buf_bytes(&b, "", 0)); /* once over, nothing more */
    buf_clear(&b);
    assert_true(buf_put(&b, S("again")));
    CHECK_STR(buf_str(&b), S("again"), "cleared");
}

static void a_buffer_may_be_filled_to_the_last_byte_by_every_way_in(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf small = BUF(5), large = BUF(300), none = BUF(0);
    assert_true(buf_fmt(&small, "%s", "12345"));
    char text[301];
    memset(text, 'x', 300);
    text[300] = '\0';
    assert_true(buf_fmt(&large, "%s", text));
    CHECK_INT(large.len, 300, "long text");
    assert_false(buf_fmt(&large, "%s", text));
    assert_true(buf_bytes(&none, NULL, 0));
    assert_false(buf_byte(&none, 'x'));
    char *room = buf_room(&small, 0);
    assert_non_null(room);
    assert_null(buf_room(&small, SIZE_MAX));
}

static void a_vector_keeps_what_is_pushed(void **state)
{
    (void)state;
    VEC(uint64_t) v = {0};
    for (uint64_t i = 0; i < 100000; i++)
        vec_push(&v, i * i);
    CHECK_INT(v.len, 100000, "length");
    for (uint64_t i = 0; i < v.len; i++)
        assert_true(v.ptr[i] == i * i);
    vec_drop(&v);
    CHECK_INT(v.len, 0, "dropped");
    assert_null(v.ptr);
}

static void errors_carry_where_they_were_and_nothing_that_moves_a_cursor(void **state)
{
    (void)state;
    static const struct {
        const char *label, *text, *clean;
    } cases[] = {
        {"plain", "火の見", "火の見"},
        {"escape sequence", "a\033[2Jb\r\n", "a?[2Jb??"},
        {"delete", "\x7f", "?"},
        {"C1 control",
         "a\xc2\x9b"
         "2J",
         "a??2J"},
        {"beyond C1", "a\xc2\xa0", "a\xc2\xa0"},
        {"half a character at the end", "a\xe7\x81", "a"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {};
        err_set(&e, ERR_INVALID, "%s", cases[i].text);
        CHECK_STR(cstr(e.text), cstr(cases[i].clean), cases[i].label);
    }
    struct err e = {};
    assert_false(err_set(&e, ERR_NOT_FOUND, "object %d", 17));
    assert_false(err_wrap(&e, "feed %s", "misp-7"));
    CHECK_STR(cstr(e.text), S("feed misp-7: object 17"), "wrapped");
    CHECK_INT(err_http_status(e.code), 404, "status");
    assert_string_equal(err_name(e.code), "NOT_FOUND");
}

static void pages_are_zeroed_and_huge_ones_begin_where_they_may(void **state)
{
    const size_t sizes[] = {1, 4097, 2 << 20, (5 << 20) + 123};
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (int kind = PAGES_SMALL; kind <= PAGES_HUGE; kind++) {
            unsigned char *at = pages_new(sizes[i], (enum pages_kind)kind);
            for (size_t k = 0; k < sizes[i]; k += 1000)
                assert_int_equal(at[k], 0);
            at[0] = at[sizes[i] - 1] = 1;
            if (kind == PAGES_HUGE && sizes[i] >= 2 << 20)
                CHECK_INT((uintptr_t)at % (2 << 20), 0, "a multiple of a huge page");
            pages_drop(at, sizes[i]);
        }
    pages_drop(NULL, 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_zeroed_memory_up_to_its_limit),
        cmocka_unit_test(a_buffer_grows_to_its_ceiling_and_keeps_what_it_has),
        cmocka_unit_test(a_buffer_may_be_filled_to_the_last_byte_by_every_way_in),
        cmocka_unit_test(pages_are_zeroed_and_huge_ones_begin_where_they_may),
        cmocka_unit_test(a_vector_keeps_what_is_pushed),
        cmocka_unit_test(errors_carry_where_they_were_and_nothing_that_moves_a_cursor),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
