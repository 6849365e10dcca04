/* authorisation.c - hinomi authorisation: finds the verb, and what all verbs share. */
#include "cli/cli_authorisation.h"

#include "authorisation_private.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/time.h"

#include <unistd.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *en, *ja;
} verbs[] = {
    {"draft", authorisation_draft, "write a draft with every member", "全項目を備えた案を書く"},
    {"sign", authorisation_sign_verb, "sign as applicant, owner, party or commission",
     "申請者・所有者・当事者・委員会として署名"},
    {"check", authorisation_check_verb, "ask the eighteen questions of the law",
     "法の 18 項目を点検"},
    {"show", authorisation_show, "tell people what it allows, or a carrier its lawful basis",
     "許す内容を人に示す。事業者への根拠の提示にも"},
    {"canary", authorisation_canary, "traffic and the records that must come of it",
     "検査用の通信と、出るべき記録を作る"},
    {"key", authorisation_key, "make a signing key, or print its public half",
     "署名鍵を作る、または公開鍵を表示"},
    {"half", authorisation_half, "make one custodian's half of a pseudonym key",
     "仮名鍵の片割れを作る"},
    {"reidentify", authorisation_reidentify, "confirm whose pseudonym it is, with both halves",
     "両方の片割れで仮名の主を確認"},
};

int auth_fail(const char *verb, const struct err *e)
{
    fprintf(stderr, "hinomi authorisation %s: %s\n", verb, e->text);
    return AUTH_FAILED;
}

bool auth_parse(const struct opt_command *c, int argc, char **argv, void *args, struct arena *a,
                int *ret_code)
{
    struct err e = {0};
    enum opt_result r = opt_parse(c, argc - 1, argv + 1, args, a, &e);
    *ret_code = AUTH_GOOD;
    if (r == OPT_BAD) {
        fprintf(stderr, "hinomi %s: %s\n", c->name, e.text);
        *ret_code = AUTH_FAILED;
    }
    return r == OPT_RUN;
}

bool auth_print(const struct buf *out, struct err *e)
{
    if (out->over)
        return err_set(e, ERR_LIMIT, "more to print than %zu bytes", out->limit);
    return fd_write_all(STDOUT_FILENO, buf_str(out), e);
}

struct str auth_str(const char *text)
{
    return text ? (struct str){text, strlen(text)} : STR_NONE;
}

bool auth_write(const char *path, struct str bytes, struct err *e)
{
    if (!path || strcmp(path, "-") == 0)
        return fd_write_all(STDOUT_FILENO, bytes, e);
    return file_replace(path, bytes, 0644, e);
}

bool auth_time(const char *text, int64_t otherwise, int64_t *ret, const char *what, struct err *e)
{
    *ret = otherwise;
    return !text || time_parse(auth_str(text), ret, e) || err_wrap(e, "%s", what);
}

static void put_line(struct buf *out, unsigned depth)
{
    buf_byte(out, '\n');
    for (unsigned i = 0; i < depth; i++)
        buf_put(out, S("  "));
}

static void put_indented(const struct json *v, struct buf *out, unsigned depth)
{
    if ((v->kind != JSON_OBJECT && v->kind != JSON_ARRAY) || !v->count) {
        struct jsonw w = JSONW(out);
        jw_value(&w, v);
        return;
    }
    buf_byte(out, v->kind == JSON_OBJECT ? '{' : '[');
    for (json_each(item, v)) {
        put_line(out, depth + 1);
        if (v->kind == JSON_OBJECT) {
            json_quote(out, item->key);
            buf_put(out, S(": "));
        }
        put_indented(item, out, depth + 1);
        if (item->next)
            buf_byte(out, ',');
    }
    put_line(out, depth);
    buf_byte(out, v->kind == JSON_OBJECT ? '}' : ']');
}

void auth_indent(const struct json *v, struct buf *out)
{
    put_indented(v, out, 0);
    buf_byte(out, '\n');
}

static int usage(FILE *to)
{
    bool ja = opt_japanese();
    fputs(ja ? "使い方: hinomi authorisation draft|sign|check|show|canary|key|half|reidentify …\n\n"
             : "Usage: hinomi authorisation draft|sign|check|show|canary|key|half|reidentify …\n\n",
          to);
    for (size_t i = 0; i < COUNT(verbs); i++)
        fprintf(to, "  %-11s %s\n", verbs[i].name, ja ? verbs[i].ja : verbs[i].en);
    fputs(ja ? "\n「hinomi authorisation draft --help」などで説明を表示します。\n"
             : "\n`hinomi authorisation draft --help` and so on explain each.\n",
          to);
    return to == stdout ? AUTH_GOOD : AUTH_FAILED;
}

int cli_authorisation(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--man") == 0) {
        int worst = 0;
        for (size_t i = 0; i < COUNT(verbs); i++) {
            char man[] = "--man", name[16];
            snprintf(name, sizeof name, "%s", verbs[i].name);
            char *args[] = {name, man, NULL};
            int code = verbs[i].run(2, args);
            worst = code > worst ? code : worst;
        }
        return worst;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return usage(stdout);
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (strcmp(word, verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    return usage(stderr);
}
