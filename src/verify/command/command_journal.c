/* command_journal.c - hinomi-verify journal DIR and proof FILE: a journal's export, or one proof. */
#include "verify/command.h"

#include "core/encode.h"
#include "verify/ledger.h"

struct journal_args {
    struct ledger_options ledger;
    struct opt_list rest;
    bool json;
};

static const struct opt options[] = {
    {"key", 'k', OPT_LIST, offsetof(struct journal_args, ledger.keys), "KEY",
     "a key you trust: the log's (ed25519:… or name+id+key), and any witness's, who then must have "
     "cosigned",
     "信頼する鍵: ログの鍵（ed25519:… または 名前+ID+鍵）と、連署が必要な証人の鍵",
     .required = true},
    {"checkpoint", 'c', OPT_LIST, offsetof(struct journal_args, ledger.kept), "FILE",
     "a checkpoint kept from before: shows a log that was truncated, forked or rewritten",
     "以前に保管したチェックポイント（切り詰め・分岐・書換えを検出）"},
    {"held", 'H', OPT_LIST, offsetof(struct journal_args, ledger.held), "FILE",
     "entries that you kept, one header a line: each must be in the log",
     "保管しているエントリー（1 行に 1 ヘッダー）。ログにあることを確認"},
    {"json", 'j', OPT_FLAG, offsetof(struct journal_args, json), NULL, "the findings as JSON",
     "結果を JSON で表示"},
    {0}};

int command_journal(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(findings_drop) struct findings found = {0};
    AUTO(buf_drop) struct buf head = BUF(4096);
    struct journal_args args = {0};
    struct ledger_totals t;
    struct err e = {0};
    bool done, ja = opt_japanese();
    const struct opt_command command = {
        .program = "hinomi-verify",
        .name = "journal",
        .usage = "DIR --key KEY… [--checkpoint OLD…] [--held FILE] [--json]",
        .en = "check a journal that 'hinomi log export' wrote",
        .ja = "「hinomi log export」が書き出したジャーナルを検証",
        .more_en =
            "Check O1: the tree is computed anew over entries.jsonl; checkpoints, old and new, "
            "must say "
            "its roots.\nExit code: 0 sound; 1 faults were found; 2 it could not be checked.\n"
            "Example: hinomi-verify journal export --key ed25519:… --checkpoint last-year.txt",
        .more_ja =
            "O1: entries.jsonl から木を計算し直し、新旧のチェックポイントの根と照合します。\n"
            "終了コード: 0 正常、1 問題あり、2 検証できず。\n"
            "例: hinomi-verify journal export --key ed25519:… --checkpoint last-year.txt",
        .options = options,
        .rest = &args.rest,
    };
    int code = command_parsed("journal", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e,
                              &done);
    if (done)
        return code;
    if (args.rest.count != 1)
        err_set(&e, ERR_INVALID, "one folder, please");
    else
        args.ledger.dir = args.rest.items[0];
    if (e.code != ERR_OK || !ledger_check(&args.ledger, &found, &t, &e))
        return command_fail("journal", &e);
    buf_fmt(&head,
            ja ? "エントリー %llu 件（署名済みの大きさ %llu）、署名 %llu 件、連署 %llu 件\n根 "
               : "%llu entries (signed up to %llu), %llu signatures, %llu cosignatures\nroot ",
            (unsigned long long)t.entries, (unsigned long long)t.size,
            (unsigned long long)t.signatures, (unsigned long long)t.cosignatures);
    base64_put(&head, t.root.bytes, sizeof t.root.bytes);
    buf_byte(&head, '\n');
    return command_answer("journal", &found, args.json, buf_str(&head));
}

int command_proof(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(findings_drop) struct findings found = {0};
    struct journal_args args = {0};
    struct err e = {0};
    bool done;
    const struct opt_command command = {
        .program = "hinomi-verify",
        .name = "proof",
        .usage = "FILE --key KEY [--checkpoint OLD]",
        .en = "check a proof that 'hinomi log prove' printed",
        .ja = "「hinomi log prove」が表示した証明を検証",
        .more_en = "Exit code: 0 it holds; 1 it does not; 2 it could not be checked.",
        .more_ja = "終了コード: 0 成り立つ、1 成り立たない、2 検証できず。",
        .options = options,
        .rest = &args.rest,
    };
    int code =
        command_parsed("proof", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    if (args.rest.count != 1)
        err_set(&e, ERR_INVALID, "one proof, please");
    if (e.code != ERR_OK || !ledger_proof(args.rest.items[0], &args.ledger, &found, &e))
        return command_fail("proof", &e);
    return command_answer("proof", &found, args.json, STR_NONE);
}
