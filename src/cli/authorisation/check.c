/* check.c - hinomi authorisation check: the eighteen questions and their answers, as a table or as JSON. */
#include "authorisation_private.h"
#include "core/encode.h"
#include "core/jsonw.h"
#include "core/table.h"
#include "core/time.h"
#include "law/verdict.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { OUT_MAX = 1 << 20 };

struct check_args {
    struct opt_list files;
    const char *trust, *law, *parent, *at;
    bool json;
};

static const struct opt options[] = {
    {"trust", 't', OPT_TEXT, offsetof(struct check_args, trust), "FILE",
     "who holds which office, and which firmware is registered",
     "誰がどの職にあるか、どのファームウェアが登録済みか"},
    {"law", 0, OPT_TEXT, offsetof(struct check_args, law), "DIR", "law tables (default: built in)",
     "法令表（既定: 組込み）"},
    {"parent", 0, OPT_TEXT, offsetof(struct check_args, parent), "FILE",
     "the authorisation that this one extends", "延長される元の認可"},
    {"at", 0, OPT_TEXT, offsetof(struct check_args, at), "TIME",
     "ask too whether it is in force at that time", "その時刻に有効かも点検"},
    {"json", 'j', OPT_FLAG, offsetof(struct check_args, json), NULL, "one JSON object",
     "JSON で出力"},
    {0}};

static struct opt_command command_of(struct check_args *args)
{
    return (struct opt_command){
        .name = "authorisation check",
        .usage = "FILE [--trust FILE] [--parent FILE] [--law DIR] [--at TIME] [--json]",
        .en = "check an authorisation by the law tables",
        .ja = "認可を法令表に照らして点検",
        .more_en =
            "What cannot be shown fails: without a trust file nobody's office is known.\n"
            "Exit code: 0 it holds; 1 a question failed, or it is not in force at --at; 2 it is "
            "no authorisation.\n"
            "Example: hinomi authorisation check own.json --trust trust.json",
        .more_ja = "示せないものは不適合です。信頼ファイルがなければ職は確認できません。\n"
                   "終了コード: 0 適合。1 不適合あり、または --at に有効でない。2 認可でない。\n"
                   "例: hinomi authorisation check own.json --trust trust.json",
        .options = options,
        .rest = &args->files,
    };
}

struct check {
    struct check_args args;
    const struct authorisation *auth;
    struct authorisation_context context;
    struct authorisation_report report;
    int64_t at;
    bool ja;
};

static const char *state_of(const struct check *c, bool ja)
{
    if (c->at < c->auth->period.start)
        return ja ? "まだ有効でない" : "not yet in force";
    if (c->at >= c->auth->period.end)
        return ja ? "終了している" : "ended";
    return ja ? "有効" : "in force";
}

static void write_json(const struct check *c, struct buf *out)
{
    static const char *const words[] = {[VERDICT_PASS] = "pass",
                                        [VERDICT_FAIL] = "fail",
                                        [VERDICT_NOT_APPLICABLE] = "not applicable"};
    struct jsonw w = JSONW(out);
    char hex[2 * SHA256_SIZE];
    hex_write(hex, c->context.law->hash, SHA256_SIZE);
    jw_object(&w);
    jw_member_str(&w, "auth_id", c->auth->auth_id);
    jw_member_cstr(&w, "policy_hash", c->auth->policy_hash);
    jw_member_str(&w, "law_hash", (struct str){hex, sizeof hex});
    jw_member_int(&w, "failed", (int64_t)c->report.failed);
    jw_member_time(&w, "at", c->at);
    jw_member_cstr(&w, "state", state_of(c, false));
    jw_key(&w, "verdicts"), jw_array(&w);
    for (size_t i = 0; i < VERDICTS; i++) {
        const struct verdict *v = &c->report.verdicts[i];
        jw_object(&w);
        jw_member_cstr(&w, "id", v->id);
        jw_member_cstr(&w, "verdict", words[v->outcome]);
        jw_member_cstr(&w, "en", v->en);
        jw_member_cstr(&w, "ja", v->ja);
        jw_end(&w);
    }
    jw_end(&w), jw_end(&w);
    buf_byte(out, '\n');
}

static void write_table(const struct check *c, struct arena *a, struct buf *out)
{
    static const char *const en[] = {"NO", "QUESTION", "VERDICT", "ANSWER", NULL};
    static const char *const ja[] = {"番号", "項目", "判定", "理由", NULL};
    struct table *t = table_new(a, c->ja ? ja : en);
    struct winsize size;
    bool terminal = isatty(STDOUT_FILENO);
    int width = terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    for (size_t i = 0; i < VERDICTS; i++) {
        const struct verdict *v = &c->report.verdicts[i];
        table_cell(t, auth_str(v->id));
        table_cell(t, auth_str(c->ja ? v->title_ja : v->title_en));
        table_cell(t, auth_str(verdict_outcome_text(v->outcome, c->ja)));
        table_cell(t, auth_str(c->ja ? v->ja : v->en));
    }
    table_print(t, out, terminal, width);
    buf_fmt(out,
            c->ja ? "\n不適合 %zu 件、方針ハッシュ %s、%s\n" : "\n%zu failed, policy hash %s, %s\n",
            c->report.failed, c->auth->policy_hash, state_of(c, c->ja));
}

static bool read_all(struct check *c, struct arena *a, struct err *e)
{
    struct clock *clock = clock_real();
    if (c->args.files.count != 1)
        return err_set(e, ERR_INVALID, "one file at a time");
    return auth_time(c->args.at, clock->now(clock), &c->at, "--at", e) &&
           (law_open(a, c->args.law, &c->context.law, e) || err_wrap(e, "--law")) &&
           (!c->args.trust || trust_load(a, c->args.trust, &c->context.trust, e)) &&
           (!c->args.parent || authorisation_load(a, c->args.parent, &c->context.parent, e)) &&
           authorisation_load(a, c->args.files.items[0], &c->auth, e);
}

int authorisation_check_verb(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(2 * (size_t)AUTHORISATION_MEMORY);
    AUTO(buf_drop) struct buf out = BUF(OUT_MAX);
    struct check c = {.ja = opt_japanese()};
    struct opt_command command = command_of(&c.args);
    struct err e = {0};
    int code;
    if (!auth_parse(&command, argc, argv, &c.args, &a, &code))
        return code;
    if (!read_all(&c, &a, &e))
        return auth_fail("check", &e);
    bool good = authorisation_check(&a, c.auth, &c.context, &c.report);
    if (c.args.json)
        write_json(&c, &out);
    else
        write_table(&c, &a, &out);
    if (!auth_print(&out, &e))
        return auth_fail("check", &e);
    bool now = !c.args.at || (c.at >= c.auth->period.start && c.at < c.auth->period.end);
    return good && now ? AUTH_GOOD : AUTH_REFUSED;
}
