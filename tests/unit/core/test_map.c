/* test_map.c - text to pointer: nothing lost as it grows, nothing allocated to look. */
#include "core/hash.h"
#include "core/map.h"
#include "tests/unit/core/text.h"

enum { ENTRIES = 20000 };

static struct str name(char out[32], size_t i)
{
    return (struct str){out, (size_t)snprintf(out, 32, "host-%zu.example", i)};
}

static void everything_put_is_found_and_nothing_else(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(16 << 20);
    static int values[ENTRIES];
    struct map m = MAP(&memory);
    char text[32];
    assert_null(map_get(&m, S("host-0.example")));
    for (size_t i = 0; i < ENTRIES; i++)
        assert_true(map_put(&m, name(text, i), &values[i]));
    CHECK_INT(m.count, ENTRIES, "count");
    size_t used = memory.used;
    for (size_t i = 0; i < ENTRIES; i++)
        assert_ptr_equal(map_get(&m, name(text, i)), &values[i]);
    assert_null(map_get(&m, name(text, ENTRIES)));
    CHECK_INT(memory.used, used, "looking allocates nothing");
}

static void a_slot_can_be_filled_emptied_and_replaced(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct map m = MAP(&memory);
    int one, two;
    void **slot = map_slot_of(&m, S("key"));
    assert_non_null(slot);
    assert_null(*slot);
    *slot = &one;
    assert_ptr_equal(map_get(&m, S("key")), &one);
    assert_true(map_put(&m, S("key"), &two));
    assert_ptr_equal(*map_slot_of(&m, S("key")), &two);
    CHECK_INT(m.count, 1, "one key");
    assert_true(map_put(&m, S("key"), NULL));
    assert_null(map_get(&m, S("key")));
    assert_true(map_put(&m, S(""), &one)); /* the empty name is a name */
    assert_true(map_put(&m, S("a\0b"), &two));
    assert_ptr_equal(map_get(&m, STR_NONE), &one);
    assert_ptr_equal(map_get(&m, S("a\0b")), &two);
    assert_null(map_get(&m, S("a")));
}

static void a_walk_sees_every_key_once(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct map m = MAP(&memory);
    int seen[100] = {0};
    char text[32];
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(map_put(&m, name(text, i), &seen[i]));
    struct str key;
    void *value;
    size_t steps = 0;
    for (size_t at = 0; map_next(&m, &at, &key, &value); steps++)
        ++*(int *)value;
    CHECK_INT(steps, COUNT(seen), "steps");
    for (size_t i = 0; i < COUNT(seen); i++)
        CHECK_INT(seen[i], 1, "visits");
    struct map empty = MAP(&memory);
    size_t at = 0;
    assert_false(map_next(&empty, &at, &key, &value));
}

static void the_arenas_limit_is_said_and_loses_nothing(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(20000);
    struct map m = MAP(&memory);
    char text[32];
    size_t put = 0;
    while (put < ENTRIES && map_put(&m, name(text, put), &m))
        put++;
    assert_true(put > 16 && put < ENTRIES);
    CHECK_INT(m.count, put, "count");
    for (size_t i = 0; i < put; i++)
        assert_ptr_equal(map_get(&m, name(text, i)), &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_put_is_found_and_nothing_else),
        cmocka_unit_test(a_slot_can_be_filled_emptied_and_replaced),
        cmocka_unit_test(a_walk_sees_every_key_once),
        cmocka_unit_test(the_arenas_limit_is_said_and_loses_nothing),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
