/* test_tlp.c - labels are exact, the stricter wins, unmarked is never clear; and grades beside them. */
#include "intel/tlp.h"

#include "intel/grade.h"
#include "tests/unit/core/text.h"

static void labels_are_exact(void **state)
{
    static const struct {
        struct str in;
        bool exact, loose;
        enum tlp want;
    } cases[] = {
        {S_("TLP:RED"), true, true, TLP_RED},
        {S_("TLP:AMBER+STRICT"), true, true, TLP_AMBER_STRICT},
        {S_("TLP:AMBER"), true, true, TLP_AMBER},
        {S_("TLP:GREEN"), true, true, TLP_GREEN},
        {S_("TLP:CLEAR"), true, true, TLP_CLEAR},
        {S_("TLP:WHITE"), true, true, TLP_CLEAR},
        {S_("tlp:amber+strict"), false, true, TLP_AMBER_STRICT},
        {S_("green"), false, true, TLP_GREEN},
        {S_("white"), false, true, TLP_CLEAR},
        {S_("TLP: RED"), false, false, 0},
        {S_("TLP:AMBER+"), false, false, 0},
        {S_("TLP:AMBER+STRICTER"), false, false, 0},
        {S_("TLP:"), false, false, 0},
        {S_("unmarked"), false, false, 0},
        {S_(""), false, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum tlp t = TLP_UNMARKED;
        CHECK_INT(tlp_parse(cases[i].in, &t), cases[i].exact, cases[i].in.ptr);
        CHECK_INT(tlp_parse_loose(cases[i].in, &t), cases[i].loose, cases[i].in.ptr);
        CHECK_INT(t, cases[i].want, cases[i].in.ptr);
    }
}

static void the_stricter_of_two_wins_and_unmarked_is_strict(void **state)
{
    (void)state;
    for (int a = TLP_UNMARKED; a < TLP_COUNT; a++)
        for (int b = TLP_UNMARKED; b < TLP_COUNT; b++) {
            enum tlp both = tlp_combine((enum tlp)a, (enum tlp)b);
            assert_int_equal(both, tlp_combine((enum tlp)b, (enum tlp)a));
            assert_true(both == TLP_UNMARKED ? a == b : (int)both >= a && (int)both >= b);
        }
    assert_int_equal(tlp_combine(TLP_UNMARKED, TLP_CLEAR), TLP_AMBER_STRICT);
    assert_int_equal(tlp_also(TLP_UNMARKED, TLP_CLEAR), TLP_CLEAR);
    assert_int_equal(tlp_effective(TLP_UNMARKED, TLP_UNMARKED), TLP_AMBER_STRICT);
    assert_int_equal(tlp_effective(TLP_UNMARKED, TLP_GREEN), TLP_GREEN);
    assert_int_equal(tlp_effective(TLP_RED, TLP_GREEN), TLP_RED);
}

static void stix_ids_lead_both_ways(void **state)
{
    (void)state;
    enum tlp t;
    for (int i = TLP_CLEAR; i < TLP_COUNT; i++) {
        assert_true(tlp_of_stix_id(tlp_stix_id((enum tlp)i), &t));
        assert_int_equal(t, i);
    }
    assert_true(tlp_of_stix_id(S("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"), &t));
    assert_int_equal(t, TLP_CLEAR);
    assert_false(tlp_of_stix_id(S("marking-definition--613f2e26"), &t));
    assert_false(tlp_of_stix_id(STR_NONE, &t));
    assert_int_equal(tlp_stix_id(TLP_UNMARKED).len, 0);
}

static void grades_are_read_weighed_and_compared(void **state)
{
    struct grade g = GRADE_UNKNOWN;
    (void)state;
    assert_true(grade_parse(S("b2"), &g));
    assert_int_equal(g.source, 'B');
    assert_int_equal(grade_weight(g), 75);
    assert_int_equal(grade_confidence(g), 70);
    assert_int_equal(grade_weigh(g, -1), 52);
    assert_int_equal(grade_weigh(g, 100), 75);
    assert_true(grade_meets(g, (struct grade){'C', '3'}));
    assert_false(grade_meets(g, (struct grade){'A', '3'}));
    assert_false(grade_meets(GRADE_UNKNOWN, (struct grade){'E', '5'}));
    assert_int_equal(grade_confidence(GRADE_UNKNOWN), -1);
    assert_false(grade_parse(S("G2"), &g));
    assert_false(grade_parse(S("B7"), &g));
    assert_false(grade_parse(S("B"), &g));
    assert_string_equal(grade_source_text(g), "usually reliable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_exact),
        cmocka_unit_test(the_stricter_of_two_wins_and_unmarked_is_strict),
        cmocka_unit_test(stix_ids_lead_both_ways),
        cmocka_unit_test(grades_are_read_weighed_and_compared),
    };
    return cmocka_run_group_tests_name("tlp", tests, NULL, NULL);
}
