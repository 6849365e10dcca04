/* test_gate_list.c - a page shows what passes, and nothing of what does not. */
#include "release/gate_list.h"
#include "tests/check.h"

static const struct gate_policy policy = {.country = S_("jp")};

static struct reader member(struct arena *a)
{
    struct reader r = {.org = S("jrw"),
                       .sector = S("rail"),
                       .country = S("jp"),
                       .realm = S("live"),
                       .role = READER_MEMBER,
                       .clearance = TLP_RED,
                       .level = 1};
    struct err e = {0};
    assert_true(reader_seal(a, &r, &e));
    return r;
}

static const struct item_label green = {.tlp = TLP_GREEN,
                                        .originator = S_("kepco"),
                                        .realm = S_("live")};
static const struct item_label strict = {.tlp = TLP_AMBER_STRICT,
                                         .originator = S_("kepco"),
                                         .realm = S_("live")};
static const struct item_label own = {.tlp = TLP_AMBER_STRICT,
                                      .originator = S_("jrw"),
                                      .realm = S_("live")};
static const struct item_label unnamed = {.tlp = TLP_GREEN,
                                          .originator = S_("kepco"),
                                          .realm = S_("live"),
                                          .unnamed = true};

static bool add(struct gate_list *l, const struct item_label *label, struct str whole,
                struct str redacted)
{
    struct gate_item item = {label, whole, redacted};
    return gate_list_add(l, &item, NULL);
}

static void a_page_holds_what_passes_and_no_trace_of_the_rest(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct reader r = member(&memory);
    struct release to = {&policy, &r, GATE_ANSWER};
    struct err e = {0};
    const struct cleared *c = NULL;
    struct gate_list *l = gate_list_new(&memory, &to, &GATE_LIST_JSON("{\"objects\":[", 1 << 16));

    assert_true(add(l, &strict, S("\"a\""), STR_NONE));
    assert_true(add(l, &green, S("\"b\""), STR_NONE));
    assert_true(add(l, &strict, S("\"c\""), STR_NONE));
    assert_true(add(l, &unnamed, S("\"d by kepco\""), S("\"d\"")));
    assert_true(add(l, &unnamed, S("\"e by kepco\""), STR_NONE));
    assert_true(add(l, &green, S("\"f\""), STR_NONE));
    assert_true(gate_list_end(l, S("]}"), &c, &e));
    assert_true(str_eq(cleared_bytes(c, r.text), S("{\"objects\":[\"b\",\"d\",\"f\"]}")));

    struct gate_list_counts n = gate_list_counts(l);
    assert_int_equal(n.shown, 3);
    assert_int_equal(n.redacted, 1);
    assert_int_equal(n.withheld, 3);
    assert_int_equal(n.withheld_for[GATE_BECAUSE_STRICT], 2);
    assert_int_equal(n.withheld_for[GATE_BECAUSE_NO_REDACTED_FORM], 1);
    assert_true(str_eq(cleared_reader(c), reader_text(&r, READER_CLASS)));
}

static void one_item_of_ones_own_makes_the_page_ones_own(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct reader r = member(&memory);
    struct release to = {&policy, &r, GATE_ANSWER};
    struct err e = {0};
    const struct cleared *c = NULL;
    struct gate_list *l = gate_list_new(&memory, &to, &GATE_LIST_LINES(1 << 16));
    assert_true(add(l, &own, S("mine"), STR_NONE));
    assert_true(add(l, &green, S("ours"), STR_NONE));
    assert_true(gate_list_end(l, STR_NONE, &c, &e));
    assert_true(str_eq(cleared_reader(c), reader_text(&r, READER_ORG)));
    assert_true(str_eq(cleared_bytes(c, r.text), S("mine\nours")));
}

static void a_full_page_ends_before_the_item_that_did_not_fit(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct reader r = member(&memory);
    struct release to = {&policy, &r, GATE_ANSWER};
    struct err e = {0};
    const struct cleared *c = NULL;
    struct gate_list *l = gate_list_new(&memory, &to, &GATE_LIST_JSON("[", 10));
    assert_true(add(l, &green, S("1234"), STR_NONE));
    assert_false(add(l, &green, S("56789"), STR_NONE));
    assert_true(add(l, &strict, S("a long one that is withheld"), STR_NONE));
    assert_true(add(l, &green, S("5678"), STR_NONE));
    assert_true(gate_list_end(l, S("]"), &c, &e));
    assert_true(str_eq(cleared_bytes(c, r.text), S("[1234,5678]")));
}

static void a_page_of_nothing_is_a_page(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct reader r = member(&memory);
    struct release to = {&policy, &r, GATE_ANSWER};
    struct err e = {0};
    const struct cleared *c = NULL;
    struct gate_list *l = gate_list_new(&memory, &to, &GATE_LIST_LINES(100));
    assert_true(gate_list_end(l, STR_NONE, &c, &e));
    assert_non_null(cleared_bytes(c, r.text).ptr);
    assert_int_equal(cleared_bytes(c, r.text).len, 0);
}

static void an_arena_that_is_full_says_so_once_at_the_end(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16), full = ARENA(0);
    struct reader r = member(&memory);
    struct release to = {&policy, &r, GATE_ANSWER};
    struct err e = {0};
    const struct cleared *c = NULL;
    struct gate_list *l = gate_list_new(&full, &to, &GATE_LIST_LINES(100));
    assert_false(add(l, &green, S("x"), STR_NONE));
    assert_false(gate_list_end(l, STR_NONE, &c, &e));
    assert_int_equal(e.code, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_holds_what_passes_and_no_trace_of_the_rest),
        cmocka_unit_test(one_item_of_ones_own_makes_the_page_ones_own),
        cmocka_unit_test(a_full_page_ends_before_the_item_that_did_not_fit),
        cmocka_unit_test(a_page_of_nothing_is_a_page),
        cmocka_unit_test(an_arena_that_is_full_says_so_once_at_the_end),
    };
    return cmocka_run_group_tests_name("gate_list", tests, NULL, NULL);
}
