/* log.c - hinomi log: the journal of a node's folder, or of a copy, shown and proved. No node
 * needs to run. */
#include "cli/cli_log.h"

#include "cli/log/log_private.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/table.h"

#include <unistd.h>

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *en, *ja;
} verbs[] = {
    {"show", log_show, "list entries", "エントリーを一覧表示"},
    {"verify", log_verify, "check a journal, or a proof, without trusting the node",
     "ジャーナルや証明を、ノードを信用せずに検証"},
    {"prove", log_prove, "prove that an entry is in, or that the log only grew",
     "エントリーの存在、または追記のみであることを証明"},
    {"checkpoint", log_checkpoint, "print the newest signed checkpoint",
     "最新の署名付きチェックポイントを表示"},
    {"export", log_export, "write it as plain files for hinomi-verify",
     "hinomi-verify 用の平文ファイルに書き出す"},
    {"witness", log_witness, "cosign a checkpoint after checking that the log only grew",
     "追記のみであることを確かめてチェックポイントに連署"},
};

int log_fail(const char *verb, const struct err *e)
{
    fprintf(stderr, "hinomi log %s: %s\n", verb, e->text);
    return LOG_FAILED;
}

int log_parsed(const char *verb, enum opt_result result, const struct err *e, bool *ret_done)
{
    *ret_done = result != OPT_RUN;
    return result == OPT_BAD ? log_fail(verb, e) : LOG_OK;
}

bool log_print(const struct buf *out, struct err *e)
{
    if (out->over)
        return err_set(e, ERR_LIMIT, "more to print than %zu bytes", out->limit);
    return fd_write_all(STDOUT_FILENO, buf_str(out), e);
}

bool log_open(const char *dir, struct journal **ret_journal, struct err *e)
{
    return journal_open(&(struct journal_options){.dir = dir, .readonly = true, .evidence = true},
                        ret_journal, e);
}

struct show_args {
    const char *data;
    int64_t from, count;
    bool json;
};

static const struct opt show_options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct show_args, data), "DIR",
     "a node's folder, a copy of it, or a journal.db",
     "ノードのフォルダ、その複製、または journal.db", .required = true},
    {"from", 'f', OPT_INT, offsetof(struct show_args, from), "N",
     "the first entry; -N counts from the newest (default: the newest 50)",
     "最初のエントリー番号。-N は新しい方から（既定: 最新の 50 件）", .least = INT64_MIN,
     .most = INT64_MAX},
    {"count", 'n', OPT_INT, offsetof(struct show_args, count), "N", "how many (default 50)",
     "件数（既定 50）", .least = 1, .most = INT64_MAX},
    {"json", 'j', OPT_FLAG, offsetof(struct show_args, json), NULL,
     "one header a line, as it is hashed", "1 行に 1 ヘッダー（ハッシュされるバイト列そのまま）"},
    {0}};

static const struct opt_command show_command = {
    .name = "log show",
    .usage = "--data DIR [--from N] [--count N] [--json]",
    .en = "list entries of a journal",
    .ja = "ジャーナルのエントリーを一覧表示",
    .more_en = "Payloads are not shown here: what leaves a node passes the release gate.\n"
               "Example: hinomi log show --data /var/lib/hinomi --from 4711 --count 1 --json",
    .more_ja = "ペイロードは表示しません。ノードから出るものはすべて開示判定を通ります。\n"
               "例: hinomi log show --data /var/lib/hinomi --from 4711 --count 1 --json",
    .options = show_options,
};

struct show {
    struct table *table;
    struct buf out;
    int64_t left;
    bool json;
};

static const char *state_word(const struct journal_record *r)
{
    static const char *const words[] = {[PAYLOAD_CLEAR] = "",
                                        [PAYLOAD_SEALED] = "sealed",
                                        [PAYLOAD_SHUT] = "sealed",
                                        [PAYLOAD_ERASED] = "erased"};
    return words[r->state];
}

static bool show_one(void *ctx, const struct journal_record *r, struct err *e)
{
    struct show *s = ctx;
    const struct statement *st = &r->entry.statement;
    char time[TIME_TEXT_SIZE];
    if (s->left-- <= 0)
        return false;
    if (s->json) {
        buf_clear(&s->out);
        buf_put(&s->out, r->header);
        buf_byte(&s->out, '\n');
        return log_print(&s->out, e);
    }
    table_cell_fmt(s->table, "%lld", (long long)r->entry.seq);
    table_cell(s->table, time_format(r->entry.logged, time));
    table_cell(s->table, st->kind_name);
    table_cell(s->table, st->realm);
    table_cell(s->table, st->actor);
    table_cell(s->table, st->subject);
    if (r->state == PAYLOAD_CLEAR)
        table_cell_fmt(s->table, "%zu", r->payload.len);
    else
        table_cell_fmt(s->table, "%s", state_word(r));
    return true;
}

static bool show(const struct show_args *args, struct arena *a, struct err *e)
{
    static const char *const heads_en[] = {">seq",  "logged",  "kind",   "realm",
                                           "actor", "subject", ">bytes", NULL};
    static const char *const heads_ja[] = {">番号",  "記録時刻", "種類",    "領域",
                                           "行為者", "対象",     ">バイト", NULL};
    AUTO(journal_drop) struct journal *j = NULL;
    int64_t head;
    if (!log_open(args->data, &j, e) || !journal_head(j, &head, e))
        return false;
    int64_t from = args->from > 0 ? args->from : head + 1 + (args->from ? args->from : -50);
    struct show s = {.table = table_new(a, opt_japanese() ? heads_ja : heads_en),
                     .out = BUF(LOG_ARENA),
                     .left = args->count ? args->count : 50,
                     .json = args->json};
    bool ok = journal_walk(j, from > 0 ? from : 1, head, show_one, &s, e) || e->code == ERR_OK;
    if (ok && !args->json) {
        table_print(s.table, &s.out, isatty(STDOUT_FILENO), 0);
        ok = log_print(&s.out, e);
    }
    buf_drop(&s.out);
    return ok;
}

int log_show(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(LOG_ARENA);
    struct show_args args = {0};
    struct err e = {0};
    bool done;
    int code =
        log_parsed("show", opt_parse(&show_command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    return show(&args, &a, &e) ? LOG_OK : log_fail("show", &e);
}

struct checkpoint_args {
    const char *data;
};

static const struct opt checkpoint_options[] = {{"data", 'd', OPT_TEXT,
                                                 offsetof(struct checkpoint_args, data), "DIR",
                                                 "a node's folder, a copy of it, or a journal.db",
                                                 "ノードのフォルダ、その複製、または journal.db",
                                                 .required = true},
                                                {0}};

static const struct opt_command checkpoint_command = {
    .name = "log checkpoint",
    .usage = "--data DIR",
    .en = "print the newest signed checkpoint (a C2SP signed note)",
    .ja = "最新の署名付きチェックポイント（C2SP signed note）を表示",
    .more_en =
        "Keep it elsewhere: 'hinomi log verify --checkpoint FILE' then finds a log that was cut or "
        "rolled back.",
    .more_ja = "別の場所に保管すれば、「hinomi log verify --checkpoint "
               "FILE」で切り詰めや巻き戻しを見つけられます。",
    .options = checkpoint_options,
};

int log_checkpoint(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(LOG_ARENA);
    AUTO(journal_drop) struct journal *j = NULL;
    struct checkpoint_args args = {0};
    struct err e = {0};
    struct str note;
    bool done;
    int code =
        log_parsed("checkpoint", opt_parse(&checkpoint_command, argc - 1, argv + 1, &args, &a, &e),
                   &e, &done);
    if (done)
        return code;
    if (!log_open(args.data, &j, &e) || !journal_checkpoint(j, &a, UINT64_MAX, &note, &e) ||
        !fd_write_all(STDOUT_FILENO, note, &e))
        return log_fail("checkpoint", &e);
    return LOG_OK;
}

static void list_verbs(FILE *out)
{
    bool ja = opt_japanese();
    fprintf(out, ja ? "使い方: hinomi log <動作> [オプション…]\n\n"
                    : "Usage: hinomi log <verb> [options…]\n\n");
    for (size_t i = 0; i < COUNT(verbs); i++)
        fprintf(out, "  %-11s %s\n", verbs[i].name, ja ? verbs[i].ja : verbs[i].en);
    fprintf(out, ja ? "\n「hinomi log <動作> --help」で説明を表示します。\n"
                    : "\n`hinomi log <verb> --help` explains each of them.\n");
}

/* A section for each verb. */
static int print_man(void)
{
    for (size_t i = 0; i < COUNT(verbs); i++) {
        char name[16], man[] = "--man";
        snprintf(name, sizeof name, "%s", verbs[i].name);
        char *argv[] = {name, man, NULL};
        int code = verbs[i].run(2, argv);
        if (code != LOG_OK)
            return code;
    }
    return LOG_OK;
}

int cli_log(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (strcmp(word, verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    if (strcmp(word, "--man") == 0)
        return print_man();
    bool asked = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
    if (word[0] && !asked)
        fprintf(stderr, "hinomi log: no verb '%.60s'\n\n", word);
    list_verbs(asked ? stdout : stderr);
    return asked ? LOG_OK : LOG_FAILED;
}
