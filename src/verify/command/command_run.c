/* command_run.c - hinomi-verify run DIR: a sensor's or a scan's folder. */
#include "verify/command.h"

#include "core/time.h"
#include "verify/run.h"

struct run_args {
    const char *trust, *law_limits, *expected, *markers, *source, *at;
    struct opt_list dirs;
    bool running, json;
};

static const struct opt options[] = {
    {"trust", 't', OPT_TEXT, offsetof(struct run_args, trust), "FILE",
     "who held which office: your own copy, never the inspected party's (needed but for local "
     "runs)",
     "役職と鍵の一覧。検査対象からではなく自ら保管するもの（ローカル実行以外は必須）"},
    {"law-limits", 'l', OPT_TEXT, offsetof(struct run_args, law_limits), "FILE",
     "law tables to judge by, such as monitoring.yaml (default: the built-in ones)",
     "判定に使う法令表（monitoring.yaml など。既定: 内蔵）"},
    {"expected", 'e', OPT_TEXT, offsetof(struct run_args, expected), "FILE",
     "canary: the records that had to come out, bit for bit", "カナリア: 出るべき記録（完全一致）"},
    {"markers", 'm', OPT_TEXT, offsetof(struct run_args, markers), "FILE",
     "canary: text that may be found nowhere, one a line",
     "カナリア: どこにも残ってはならない文字列（1 行に 1 件）"},
    {"source", 's', OPT_TEXT, offsetof(struct run_args, source), "live|file",
     "a link, of which each minute has a seal, or a capture file (default: own networks and "
     "exercises read files, all others a link)",
     "回線（毎分封印）か取得済みファイルか（既定: 自組織と演習はファイル、その他は回線）"},
    {"running", 'r', OPT_FLAG, offsetof(struct run_args, running), NULL,
     "the folder was copied while the sensor ran: an open last minute is no fault",
     "実行中に複製したフォルダ（最後の分が未封印でもよい）"},
    {"at", 'a', OPT_TEXT, offsetof(struct run_args, at), "TIME",
     "judge terms of retention as of then (default: now)", "保存期限を判定する時刻（既定: 現在）"},
    {"json", 'j', OPT_FLAG, offsetof(struct run_args, json), NULL, "the findings as JSON",
     "結果を JSON で表示"},
    {0}};

static bool read_args(const struct run_args *args, struct run_options *o, struct err *e)
{
    *o = (struct run_options){.trust = args->trust,
                              .law_limits = args->law_limits,
                              .expected = args->expected,
                              .markers = args->markers,
                              .running = args->running};
    struct clock *clock = clock_real();
    o->now_us = clock->now(clock);
    if (args->dirs.count != 1)
        return err_set(e, ERR_INVALID, "one folder, please");
    o->dir = args->dirs.items[0];
    if (args->source && strcmp(args->source, "live") != 0 && strcmp(args->source, "file") != 0)
        return err_set(e, ERR_INVALID, "--source is live or file");
    if (args->source)
        o->source = args->source[0] == 'l' ? RUN_LIVE : RUN_FILE;
    return !args->at || time_parse((struct str){args->at, strlen(args->at)}, &o->now_us, e) ||
           err_wrap(e, "--at");
}

int command_run(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(findings_drop) struct findings found = {0};
    AUTO(buf_drop) struct buf head = BUF(4096);
    struct run_args args = {0};
    struct run_options o;
    struct run_totals t;
    struct err e = {0};
    bool done, ja = opt_japanese();
    const struct opt_command command = {
        .program = "hinomi-verify",
        .name = "run",
        .usage = "DIR --trust FILE [--expected FILE] [--json]",
        .en = "check the folder of a sensor's or a scan's run",
        .ja = "センサーまたはスキャンの出力フォルダを検証",
        .more_en =
            "Checks O2 conservation, O3 authority, O4 fields, O5 canary, O6 seals and clock, O7 "
            "deletion. No network, no other file than those named.\n"
            "Exit code: 0 sound; 1 faults were found; 2 it could not be checked.\n"
            "Example: hinomi-verify run out --trust trust.json",
        .more_ja = "O2 保存則、O3 授権、O4 項目、O5 カナリア、O6 封印と時計、O7 削除を検証します。"
                   "ネットワークを使わず、示されたファイル以外を読みません。\n"
                   "終了コード: 0 正常、1 問題あり、2 検証できず。\n"
                   "例: hinomi-verify run out --trust trust.json",
        .options = options,
        .rest = &args.dirs,
    };
    int code =
        command_parsed("run", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    if (!read_args(&args, &o, &e) || !run_check(&o, &found, &t, &e))
        return command_fail("run", &e);
    buf_fmt(&head,
            ja ? "授権 %s: 封印 %llu 件、パケット %llu 件、記録 %llu 件、削除 %llu 件\n"
               : "authorisation %s: %llu seals, %llu packets, %llu records, %llu deleted\n",
            t.auth_id, (unsigned long long)t.seals.seals, (unsigned long long)t.seals.n_in,
            (unsigned long long)t.records, (unsigned long long)t.deleted);
    return command_answer("run", &found, args.json, buf_str(&head));
}
