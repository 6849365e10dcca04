/* command_report.c - hinomi-verify report FILE: the counts of a report, counted again. */
#include "verify/command.h"

#include "core/io.h"
#include "core/time.h"
#include "verify/tally.h"

#include <unistd.h>

struct report_args {
    const char *trust, *law_limits, *journal;
    struct opt_list runs, keys, rest;
    bool write, json;
};

static const struct opt options[] = {
    {"run", 'r', OPT_LIST, offsetof(struct report_args, runs), "DIR",
     "folders of the runs that the report counts", "報告が数えた実行のフォルダ", .required = true},
    {"trust", 't', OPT_TEXT, offsetof(struct report_args, trust), "FILE",
     "who held which office: your own copy", "役職と鍵の一覧（自ら保管するもの）"},
    {"law-limits", 'l', OPT_TEXT, offsetof(struct report_args, law_limits), "FILE",
     "law tables to judge by (default: the built-in ones)", "判定に使う法令表（既定: 内蔵）"},
    {"journal", 'd', OPT_TEXT, offsetof(struct report_args, journal), "DIR", "the journal's export",
     "書き出したジャーナル"},
    {"key", 'k', OPT_LIST, offsetof(struct report_args, keys), "KEY",
     "keys for the journal, as for 'hinomi-verify journal'", "ジャーナルの鍵"},
    {"write", 'w', OPT_FLAG, offsetof(struct report_args, write), NULL,
     "print the report that the runs give, instead of checking one",
     "検証の代わりに、実行から数えた報告を表示"},
    {"json", 'j', OPT_FLAG, offsetof(struct report_args, json), NULL, "the findings as JSON",
     "結果を JSON で表示"},
    {0}};

static bool count_runs(const struct report_args *args, struct tally *t, struct findings *found,
                       struct err *e)
{
    struct clock *clock = clock_real();
    for (size_t i = 0; i < args->runs.count; i++) {
        struct run_options o = {.dir = args->runs.items[i],
                                .trust = args->trust,
                                .law_limits = args->law_limits,
                                .now_us = clock->now(clock)};
        struct run_totals totals;
        if (!run_check(&o, found, &totals, e))
            return err_wrap(e, "%s", o.dir);
        tally_run(t, &totals);
    }
    return true;
}

static bool count(const struct report_args *args, struct tally *t, struct findings *found,
                  struct err *e)
{
    if (!args->write && args->rest.count != 1)
        return err_set(e, ERR_INVALID, "one report, please");
    if (!count_runs(args, t, found, e))
        return false;
    if (args->journal) {
        const struct ledger_options o = {.dir = args->journal, .keys = args->keys};
        struct ledger_totals totals;
        if (!ledger_check(&o, found, &totals, e))
            return false;
        tally_journal(t, &totals);
    }
    return args->write || tally_compare(t, args->rest.items[0], found, e);
}

int command_report(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(findings_drop) struct findings found = {0};
    AUTO(tally_drop) struct tally t = {0};
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    struct report_args args = {0};
    struct err e = {0};
    bool done;
    const struct opt_command command = {
        .program = "hinomi-verify",
        .name = "report",
        .usage = "FILE --run DIR… --trust FILE [--journal DIR --key KEY] | --write --run DIR…",
        .en = "count again what a report to the Diet counts",
        .ja = "国会報告の件数を数え直す",
        .more_en =
            "Check O9, docs/oversight.md has the form. The runs and the journal are checked too.\n"
            "Exit code: 0 sound; 1 faults were found; 2 it could not be checked.",
        .more_ja = "O9。形式は docs/oversight.md。実行とジャーナルも検証します。\n"
                   "終了コード: 0 正常、1 問題あり、2 検証できず。",
        .options = options,
        .rest = &args.rest,
    };
    int code =
        command_parsed("report", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    if (!count(&args, &t, &found, &e))
        return command_fail("report", &e);
    if (!args.write)
        return command_answer("report", &found, args.json, STR_NONE);
    tally_write(&t, &out);
    if (!fd_write_all(STDOUT_FILENO, buf_str(&out), &e))
        return command_fail("report", &e);
    return findings_faults(&found) ? VERIFY_FAULTS : VERIFY_SOUND;
}
