/* test_table.c - tables stay within their room and forget the unused first; sketches count. */
#include "tests/check.h"

#include "detect/sketch_private.h"
#include "detect/table_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct item {
    struct table_head head;
    uint64_t key;
    uint64_t value;
};

static void *room_new(size_t bytes)
{
    void *room = aligned_alloc(64, bytes);
    assert_non_null(room);
    memset(room, 0, bytes);
    return room;
}

static void free_room(void **room)
{
    free(*room);
}

static void what_is_put_is_found_while_there_is_room(void **state)
{
    (void)state;
    struct table t;
    bool is_new;
    AUTO(free_room) void *room = room_new(1 << 20);
    table_make(&t, room, 1 << 20, sizeof(struct item), sizeof(uint64_t), 7);
    assert_true(t.capacity > (1 << 20) / sizeof(struct item) / 3);
    for (uint64_t i = 0; i < t.capacity; i++) {
        uint64_t key = i * 977;
        struct item *x = table_take(&t, &key, &is_new);
        assert_true(is_new);
        assert_int_equal(x->value, 0);
        x->value = i;
    }
    for (uint64_t i = 0; i < t.capacity; i++) {
        uint64_t key = i * 977, other = key + 1;
        struct item *x = table_find(&t, &key);
        assert_non_null(x);
        assert_int_equal(x->value, i);
        assert_null(table_find(&t, &other));
    }
    assert_int_equal(t.evicted, 0);
}

static void what_is_used_outlives_a_flood(void **state)
{
    (void)state;
    struct table t;
    bool is_new;
    AUTO(free_room) void *room = room_new(64 << 10);
    table_make(&t, room, 64 << 10, sizeof(struct item), sizeof(uint64_t), 7);
    for (uint64_t i = 0; i < 1000000; i++) {
        uint64_t key = 1 << 20 | i, dear = i % 100;
        ((struct item *)table_take(&t, &dear, &is_new))->value++;
        table_take(&t, &key, &is_new);
    }
    assert_true(t.count == t.capacity && t.evicted > 900000);
    for (uint64_t dear = 0; dear < 100; dear++) {
        struct item *x = table_find(&t, &dear);
        assert_non_null(x);
        assert_int_equal(x->value, 10000);
    }
    uint32_t at = 0;
    size_t n = 0;
    while (table_next(&t, &at))
        n++;
    assert_int_equal(n, t.capacity);
}

static uint64_t played(uint64_t seed) /* what is left after a random play */
{
    struct table t;
    bool is_new;
    uint64_t x = 88172645463325252, sum = 0;
    AUTO(free_room) void *room = room_new(16 << 10);
    table_make(&t, room, 16 << 10, sizeof(struct item), sizeof(uint64_t), seed);
    for (int i = 0; i < 200000; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        uint64_t key = x % 2000;
        struct item *item = table_take(&t, &key, &is_new);
        item->value++;
        sum = sum * 31 + item->value;
    }
    return sum;
}

static void who_is_forgotten_does_not_depend_on_the_seed(void **state)
{
    (void)state;
    assert_int_equal(played(1), played(2));
    assert_int_equal(played(1), played(0xfeedfacecafe));
}

static void a_sketch_counts_within_a_quarter(void **state)
{
    (void)state;
    static const unsigned counts[] = {1, 2, 5, 10, 25, 50, 100, 1000, 10000, 1000000};
    double worst = 0, sum = 0;
    unsigned runs = 0;
    for (size_t i = 0; i < COUNT(counts); i++)
        for (uint64_t seed = 1; seed <= (counts[i] > 10000 ? 3U : 100U); seed++) {
            struct sketch s = {.used = 0};
            for (int twice = 0; twice < 2; twice++) /* the same ones again change nothing */
                for (uint64_t n = 0; n < counts[i]; n++)
                    sketch_add(&s, sketch_hash(seed, &n, sizeof n));
            double off = fabs((double)s.count / counts[i] - 1);
            worst = off > worst ? off : worst;
            sum += off;
            runs++;
            if (counts[i] == 1)
                assert_true(off < 1e-6);
        }
    printf("worst %.3f, mean %.3f\n", worst, sum / runs);
    assert_true(worst < 0.5 && sum / runs < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found_while_there_is_room),
        cmocka_unit_test(what_is_used_outlives_a_flood),
        cmocka_unit_test(who_is_forgotten_does_not_depend_on_the_seed),
        cmocka_unit_test(a_sketch_counts_within_a_quarter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
