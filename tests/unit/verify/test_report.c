/* test_report.c - O9: a report whose counts are those of the runs passes; one that says more, less or else does not. */
#include "world_write.h"

#include "verify/tally.h"

static struct str written(struct tally *t, struct buf *out)
{
    tally_write(t, out);
    return buf_str(out);
}

static void compare(const struct tally *t, struct str report, struct findings *found)
{
    char path[96];
    struct err e = {0};
    snprintf(path, sizeof path, "/tmp/verify-report-%d.json", (int)getpid());
    put_file(path, report);
    bool read = tally_compare(t, path, found, &e);
    (void)remove(path);
    if (!read)
        fail_msg("%s", e.text);
}

static void honest_tally(struct tally *t)
{
    AUTO(findings_drop) struct findings found = {0};
    const struct tampering none = {.plan = NULL};
    struct world w = {.channel = NULL};
    struct run_totals totals;
    run_world(&w, &none, &found, &totals);
    CHECK_INT(findings_faults(&found), 0, "the run is sound");
    tally_run(t, &totals);
    tally_run(t, &totals); /* a second run under the same authorisation */
    tally_journal(t, &(struct ledger_totals){.entries = 12, .signatures = 7, .cosignatures = 1});
}

static void the_counts_are_those_of_the_runs(void **state)
{
    (void)state;
    AUTO(tally_drop) struct tally t = {0};
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    AUTO(findings_drop) struct findings found = {0};
    honest_tally(&t);
    struct str report = written(&t, &out);
    static const char *const told[] = {
        "\"article\":\"17\",\"paragraph\":\"1\",\"requests\":1,\"approvals\":1",
        "\"packets\":12000",
        "\"records\":80",
        "\"deleted\":16",
        "\"runs\":2",
        "\"refused\":12",
        "\"entries\":12"};
    for (size_t i = 0; i < COUNT(told); i++)
        if (!memmem(report.ptr, report.len, told[i], strlen(told[i])))
            fail_msg("no %s in %.*s", told[i], STR_ARG(report));
    compare(&t, report, &found);
    CHECK_INT(findings_faults(&found), 0, "its own report");
}

static void each_other_count_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new, *code;
    } cases[] = {
        {"\"records\":80", "\"records\":79", "O9-01"},
        {"\"records\":80", "\"records\":-80", "O9-01"},
        {"\"records\":80", "\"records\":\"80\"", "O9-01"},
        {"\"deleted\":16,", "", "O9-02"},
        {"\"runs\":2", "\"runs\":2,\"secret_runs\":0", "O9-03"},
        {"\"approvals\":1", "\"approvals\":2", "O9-01"},
        {"\"requests\":1", "\"requests\":0", "O9-01"},
        {"\"requests\":1,", "", "O9-02"},
        {"\"article\":\"17\"", "\"article\":\"32\"", "O9-02"},
        {"\"entries\":12", "\"entries\":11", "O9-01"},
        {"\"cosignatures\":1", "\"witnesses\":1", "O9-03"},
    };
    AUTO(tally_drop) struct tally t = {0};
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    honest_tally(&t);
    struct str report = written(&t, &out);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(findings_drop) struct findings found = {0};
        AUTO(buf_drop) struct buf changed = BUF(1 << 16);
        enum finding_code code = FINDING_CODES;
        const char *at = memmem(report.ptr, report.len, cases[i].old, strlen(cases[i].old));
        assert_non_null(at);
        buf_put(&changed, (struct str){report.ptr, (size_t)(at - report.ptr)});
        buf_fmt(&changed, "%s", cases[i].new);
        buf_put(&changed, str_skip(report, (size_t)(at - report.ptr) + strlen(cases[i].old)));
        compare(&t, buf_str(&changed), &found);
        assert_true(finding_named((struct str){cases[i].code, strlen(cases[i].code)}, &code));
        CHECK_INT(found.counts[code] > 0, 1, cases[i].new);
    }
}

static void an_exercise_and_an_own_network_count_nowhere(void **state)
{
    (void)state;
    AUTO(tally_drop) struct tally t = {0};
    tally_run(&t, &(struct run_totals){.under_the_act = false, .records = 5, .seals.n_in = 9});
    CHECK_INT(t.runs, 0, "runs");
    CHECK_INT(t.sums.n_in, 0, "packets");
    CHECK_INT(t.authorisations.len, 0, "requests");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counts_are_those_of_the_runs),
        cmocka_unit_test(each_other_count_is_named),
        cmocka_unit_test(an_exercise_and_an_own_network_count_nowhere),
    };
    keys_init();
    return cmocka_run_group_tests(tests, NULL, world_tidy);
}
