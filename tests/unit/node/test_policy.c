/* test_policy.c - what a written policy says, and what it may not say. */
#include "node/policy.h"
#include "tests/check.h"

static void absent_rules_keep_their_defaults(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct policy p;
    struct str json;
    struct err e = {};

    assert_true(
        policy_parse(&a, S("act: {c2: block}\nrelease: {partners: [AU]}\n"), &p, &json, &e));
    CHECK_INT(p.act[THREAT_C2], ACT_BLOCK, "c2");
    for (size_t i = 0; i < THREAT_CLASS_COUNT; i++)
        if (i != THREAT_C2)
            CHECK_INT(p.act[i], ACT_ALERT, threat_class_name((enum threat_class)i));
    CHECK_INT(p.warn.automatic, true, "automatic");
    CHECK_INT(p.release.partner_count, 1, "partners");
}

static void a_policy_reads_back_as_it_was_written(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct policy p, q;
    struct str first, second;
    struct err e = {};

    assert_true(
        policy_parse(&a,
                     S("warn: {grade: C3, confidence: 20, sightings: 3, organisations: 2}\n"
                       "block: {ttl: 60, new_per_hour: 5, never: [example.jp, 192.0.2.0/24]}\n"),
                     &p, &first, &e));
    assert_true(policy_parse(&a, first, &q, &second, &e));
    assert_true(str_eq(first, second));
    CHECK_INT(q.warn.sightings, 3, "sightings");
    CHECK_INT(q.block.never_count, 2, "never");
}

static void a_misspelt_rule_is_no_rule(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct str text;
    } cases[] = {
        {"unknown section", S_("blocks: {ttl: 5}")},
        {"unknown member", S_("warn: {gradee: B2}")},
        {"unknown class", S_("act: {spam: block}")},
        {"unknown action", S_("act: {c2: destroy}")},
        {"no grade", S_("warn: {grade: Z9}")},
        {"confidence past 100", S_("warn: {confidence: 101}")},
        {"zero sightings", S_("warn: {sightings: 0}")},
        {"a word for a number", S_("block: {ttl: long}")},
        {"a number for a switch", S_("warn: {automatic: 1}")},
        {"a list of numbers", S_("block: {never: [1, 2]}")},
        {"no document", S_("- act")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena a = ARENA(1 << 20);
        struct policy p;
        struct str json;
        struct err e = {};
        CHECK_INT(policy_parse(&a, cases[i].text, &p, &json, &e), false, cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
    }
}

static void a_sighting_alone_never_warns(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct warn_case kase;
        bool warns;
    } cases[] = {
        {"named, surely, by a good source", {true, {'B', '2'}, 60, 1, 1}, true},
        {"by a better one", {true, {'A', '1'}, 60, 1, 1}, true},
        {"seen a thousand times, named by nobody", {false, {'F', '6'}, 0, 1000, 50}, false},
        {"named by a poor source", {true, {'C', '2'}, 90, 10, 2}, false},
        {"named doubtfully by a good one", {true, {'B', '3'}, 90, 10, 2}, false},
        {"by a source nobody judged", {true, {'F', '6'}, 90, 10, 2}, false},
        {"not surely enough", {true, {'B', '2'}, 49, 10, 2}, false},
    };
    struct policy p;
    policy_default(&p);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *why = NULL;
        CHECK_INT(policy_warns(&p, &cases[i].kase, &why), cases[i].warns, cases[i].label);
        assert_non_null(why);
    }
    p.warn.automatic = false;
    const char *why = NULL;
    CHECK_INT(policy_warns(&p, &cases[0].kase, &why), false, "automatic warnings are off");
    p.warn.automatic = true;
    p.warn.organisations = 2;
    CHECK_INT(policy_warns(&p, &cases[0].kase, &why), false, "one organisation of two");
}

static void labels_tell_the_class(void **state)
{
    (void)state;
    static const struct {
        struct str label;
        enum threat_class want;
    } cases[] = {
        {S_("Emotet C2"), THREAT_C2},
        {S_("command-and-control"), THREAT_C2},
        {S_("Credential PHISHING"), THREAT_PHISHING},
        {S_("malicious-activity"), THREAT_MALWARE},
        {S_("RansomHub"), THREAT_MALWARE},
        {S_("ssh brute force"), THREAT_SCAN},
        {S_(""), THREAT_OTHER},
        {S_("odd"), THREAT_OTHER},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(threat_class_of(cases[i].label), cases[i].want, cases[i].label.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_rules_keep_their_defaults),
        cmocka_unit_test(a_policy_reads_back_as_it_was_written),
        cmocka_unit_test(a_misspelt_rule_is_no_rule),
        cmocka_unit_test(a_sighting_alone_never_warns),
        cmocka_unit_test(labels_tell_the_class),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
