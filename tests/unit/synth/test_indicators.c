/* test_indicators.c - lists of any length hold every planted hit once, and nothing else that matches. */
#include "core/map.h"
#include "synth/scenario.h"
#include "tests/check.h"

static bool no_frame(void *context, const struct frame *f, struct err *e)
{
    (void)context;
    (void)f;
    (void)e;
    return true;
}

static void lists_hold_each_hit_once_and_are_half_addresses(void **state)
{
    static const size_t counts[] = {500, 501, 1000, 20000};
    AUTO(synth_result_drop) struct synth_result made = {0};
    struct synth_order order = {"mix", 4, 0.001, SYNTH_EPOCH};
    struct err e = {0};
    (void)state;
    assert_true(synth_run(&order, &(struct synth_sink){no_frame, NULL}, &made, &e));
    for (size_t c = 0; c < COUNT(counts); c++) {
        AUTO(buf_drop) struct buf text = BUF(16 << 20);
        AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
        struct map seen = MAP(&memory);
        size_t lines = 0, addresses = 0, unmatched = 0;
        assert_true(synth_indicators_put(4, counts[c], &text, &e));
        for (struct str rest = buf_str(&text), line; rest.len; lines++) {
            line = str_cut(rest, '\n', &rest);
            addresses += line.len > 0 && strspn(line.ptr, "0123456789.") == line.len;
            assert_null(map_get(&seen, line));
            assert_true(map_put(&seen, line, &seen));
        }
        for (size_t i = 0; i < made.label_count; i++) {
            char line[160];
            bool parent = made.labels[i].kind == SYNTH_PARENT;
            int n = snprintf(line, sizeof line, "%s%s", parent ? "*." : "", made.labels[i].value);
            unmatched += !map_get(&seen, (struct str){line, (size_t)n});
        }
        assert_int_equal(made.label_count, 500);
        assert_int_equal(unmatched, 0);
        assert_int_equal(lines, counts[c]);
        assert_true(addresses + 60 >= counts[c] / 2 && addresses <= counts[c] / 2 + 1);
    }
}

static void a_list_too_short_for_the_hits_is_refused(void **state)
{
    AUTO(buf_drop) struct buf text = BUF(1 << 20);
    struct err e = {0};
    (void)state;
    assert_false(synth_indicators_put(1, 499, &text, &e));
    assert_int_equal(e.code, ERR_INVALID);
    AUTO(buf_drop) struct buf small = BUF(1000);
    assert_false(synth_indicators_put(1, 500, &small, &e));
    assert_int_equal(e.code, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_hold_each_hit_once_and_are_half_addresses),
        cmocka_unit_test(a_list_too_short_for_the_hits_is_refused),
    };
    return cmocka_run_group_tests_name("indicators", tests, NULL, NULL);
}
