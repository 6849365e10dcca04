/* test_limits.c - the verifier's own rules and the tables of law/jp say the same, so that neither drifts alone. */
#include "verify/limits.h"

#include "core/io.h"
#include "core/time.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>

static const struct limits *built_in(struct arena *a)
{
    const struct limits *l = NULL;
    struct err e = {0};
    if (!limits_open(a, NULL, &l, &e))
        fail_msg("%s", e.text);
    assert_true(l->built_in);
    return l;
}

static const struct limits *of_the_tree(struct arena *a)
{
    const struct limits *l = NULL;
    struct err e = {0};
    char path[512];
    const char *root = getenv("HINOMI_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/law/jp/monitoring.yaml", root ? root : ".");
    if (!limits_open(a, path, &l, &e))
        fail_msg("%s", e.text);
    assert_false(l->built_in);
    return l;
}

static void the_parameters_are_the_same(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA((size_t)64 << 20);
    const struct limits *ours = built_in(&a), *theirs = of_the_tree(&a);
    CHECK_INT(ours->quorum, theirs->quorum, "quorum");
    CHECK_INT(ours->residency_max_s, theirs->residency_max_s, "residency");
    CHECK_INT(ours->command_bytes_max, theirs->command_bytes_max, "command bytes");
    CHECK_INT(ours->channel_count, theirs->channel_count, "channels");
}

static void the_channels_are_the_same(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA((size_t)64 << 20);
    const struct limits *ours = built_in(&a), *theirs = of_the_tree(&a);
    for (size_t i = 0; i < ours->channel_count; i++) {
        const struct limits_channel *c = &ours->channels[i], *d = limits_channel(theirs, c->code);
        const char *label = arena_cstr(&a, c->code);
        assert_non_null(d);
        CHECK_INT(c->approval, d->approval, label);
        CHECK_INT(c->period_max_days, d->period_max_days, label);
        CHECK_INT(c->statutory, d->statutory, label);
        CHECK_INT(str_eq(c->direction, d->direction), 1, label);
        for (json_each(role, c->applicants))
            CHECK_INT(limits_among(d->applicants, role->text), 1, label);
    }
}

static void the_fields_are_the_same(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA((size_t)64 << 20);
    const struct limits *ours = built_in(&a), *theirs = of_the_tree(&a);
    for (int class = FIELD_ALLOW; class < FIELD_CLASSES; class ++) {
        CHECK_INT(ours->fields[class]->count, theirs->fields[class]->count, "fields of a class");
        for (json_each(name, theirs->fields[class]))
            CHECK_INT(limits_field(ours, name->text), class, arena_cstr(&a, name->text));
    }
}

static void a_basis_counts_from_its_day_on(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena a = ARENA((size_t)64 << 20);
    struct err e = {0};
    const struct limits *all[] = {built_in(&a), of_the_tree(&a)};
    static const struct {
        struct str basis, channel, at;
        bool want;
    } cases[] = {
        {S_("{\"act\":\"JP-42-2025\",\"article\":\"17\",\"paragraph\":\"1\"}"), S_("CH_FF"),
         S_("2027-10-31T14:59:59Z"), false},
        {S_("{\"act\":\"JP-42-2025\",\"article\":\"17\",\"paragraph\":\"1\"}"), S_("CH_FF"),
         S_("2027-10-31T15:00:00Z"), true},
        {S_("{\"act\":\"JP-42-2025\",\"article\":\"17\",\"paragraph\":\"1\"}"), S_("CH_DF"),
         S_("2028-01-01T00:00:00Z"), false},
        {S_("{\"act\":\"JP-42-2025\",\"article\":\"17\"}"), S_("CH_FF"), S_("2028-01-01T00:00:00Z"),
         false},
        {S_("{\"act\":\"OWN-NETWORK\",\"article\":\"-\",\"paragraph\":\"-\"}"), S_("CH_OWN"),
         S_("2026-01-01T00:00:00Z"), true},
    };
    for (size_t i = 0; i < COUNT(cases) * COUNT(all); i++) {
        int64_t at = 0;
        const struct json *basis = json_parse(&a, cases[i / 2].basis, &e);
        assert_true(time_parse(cases[i / 2].at, &at, &e));
        CHECK_INT(limits_in_force(all[i % 2], basis, cases[i / 2].channel, at), cases[i / 2].want,
                  cases[i / 2].basis.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parameters_are_the_same),
        cmocka_unit_test(the_channels_are_the_same),
        cmocka_unit_test(the_fields_are_the_same),
        cmocka_unit_test(a_basis_counts_from_its_day_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
