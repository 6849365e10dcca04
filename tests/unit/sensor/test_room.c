/* test_room.c - a fixed number of things a shard: the nearest free one is taken, the oldest gives way. */
#include "sensor/room_private.h"
#include "tests/check.h"

#include <string.h>

enum { A_SHARD = 3, SIZE = 100, SHARD = 5 };

static bool is_zero(const unsigned char *thing)
{
    for (size_t i = 0; i < SIZE; i++)
        if (thing[i])
            return false;
    return true;
}

static void what_is_taken_is_zeroed_and_what_was_given_back_last_comes_first(void **state)
{
    AUTO(rooms_drop) struct rooms *r = rooms_new(SIZE, A_SHARD);
    uint32_t a = 0, b = 0, c = 0;
    (void)state;
    unsigned char *first = room_take(r, SHARD, &a, false), *second = room_take(r, SHARD, &b, false);
    assert_non_null(first);
    assert_non_null(second);
    memset(second, 0xff, SIZE);
    assert_ptr_equal(room_of(r, b), second);
    room_give(r, SHARD, &b);
    assert_int_equal(b, 0);
    assert_null(room_of(r, b));
    room_give(r, SHARD, &b); /* nothing is held: nothing happens */
    assert_ptr_equal(room_take(r, SHARD, &c, false), second);
    assert_true(is_zero(second));
    assert_int_equal(rooms_evicted(r), 0);
}

static void the_one_taken_longest_ago_gives_way_and_its_holder_finds_out(void **state)
{
    AUTO(rooms_drop) struct rooms *r = rooms_new(SIZE, A_SHARD);
    uint32_t held[A_SHARD] = {0}, late = 0, other = 0;
    (void)state;
    for (size_t i = 0; i < A_SHARD; i++)
        memset(room_take(r, SHARD, &held[i], true), 0xee, SIZE);
    room_give(r, SHARD, &held[0]);
    memset(room_take(r, SHARD, &held[0], true), 0xee, SIZE); /* the youngest now */

    assert_null(room_take(r, SHARD, &late, false));
    assert_int_equal(late, 0);
    unsigned char *taken = room_take(r, SHARD, &late, true);
    assert_true(is_zero(taken));
    assert_int_equal(held[1], 0);
    assert_non_null(room_of(r, held[0]));
    assert_non_null(room_of(r, held[2]));
    assert_int_equal(rooms_evicted(r), 2);                   /* one refused, one that gave way */
    assert_non_null(room_take(r, SHARD + 1, &other, false)); /* another shard has its own */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_is_zeroed_and_what_was_given_back_last_comes_first),
        cmocka_unit_test(the_one_taken_longest_ago_gives_way_and_its_holder_finds_out),
    };
    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
