/* admin.c - hinomi admin: finds the verb, and what all verbs share. */
#include "cli/cli_admin.h"

#include "cli/admin/admin_private.h"
#include "cli/peer.h"
#include "core/io.h"
#include "http/tls_self.h"

#include <unistd.h>

enum { FILE_MAX = 1 << 16 };

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *en, *ja;
} verbs[] = {
    {"init", admin_init, "make a node's folder, keys and certificate",
     "ノードのフォルダ・鍵・証明書を作る"},
    {"org", admin_org, "organisations: add, list, show", "組織: add・list・show"},
    {"user", admin_user, "people: add, list", "人: add・list"},
    {"key", admin_key, "API keys: add, list, revoke", "API 鍵: add・list・revoke"},
    {"link", admin_link, "links to other nodes: add, list", "他ノードへのリンク: add・list"},
    {"policy", admin_policy, "the written policy: show, set", "方針: show・set"},
    {"rebuild", admin_rebuild, "throw the read model away and make it from the journal",
     "読み取りモデルを捨て、ジャーナルから作り直す"},
    {"backup", admin_backup, "a consistent copy of a running node's journal",
     "動いているノードのジャーナルの整合した写し"},
    {"restore", admin_restore, "a node from a backup", "バックアップからノードを戻す"},
    {"recover", admin_recover, "a successor for a log that is behind a cosigned checkpoint",
     "連署より古い状態に戻ったログの後継を作る"},
};

void admin_end(struct admin *a)
{
    http_client_free(a->client);
    arena_drop(&a->memory);
}

struct str admin_str(const char *text)
{
    return text ? (struct str){text, strlen(text)} : S("");
}

int admin_fail(struct admin *a, const char *verb)
{
    fprintf(stderr, "hinomi admin %s: %s\n", verb, a->e.text);
    return ADMIN_FAILED;
}

bool admin_parse(struct admin *a, const struct opt_command *c, int argc, char **argv, void *args,
                 int *ret_code)
{
    enum opt_result r = opt_parse(c, argc - 1, argv + 1, args, &a->memory, &a->e);
    *ret_code = ADMIN_OK;
    if (r == OPT_BAD) {
        fprintf(stderr, "hinomi %s: %s\n", c->name, a->e.text);
        *ret_code = ADMIN_FAILED;
    }
    return r == OPT_RUN;
}

static struct str first_line(struct str text)
{
    struct str rest = STR_NONE;
    return str_cut(text, '\n', &rest);
}

static bool from_folder(struct admin *a, struct admin_node *node)
{
    struct arena *m = &a->memory;
    char print[TLS_FINGERPRINT_SIZE];
    char *pin = arena_alloc(m, 1, TLS_PIN_SIZE);
    struct str url = STR_NONE, cert = STR_NONE;
    if (!node->url) {
        if (!file_read(m, arena_fmt(m, "%s/run/url", node->data).ptr, FILE_MAX, &url, &a->e))
            return err_wrap(&a->e, "no node runs on %s", node->data);
        node->url = arena_cstr(m, first_line(url));
    }
    if (!node->key)
        node->key = arena_fmt(m, "%s/keys/admin.key", node->data).ptr;
    if (!node->pin && !node->ca) {
        if (!file_read(m, arena_fmt(m, "%s/keys/tls.crt", node->data).ptr, FILE_MAX, &cert,
                       &a->e) ||
            !tls_identify(cert, print, pin, &a->e))
            return false;
        node->pin = pin;
    }
    return true;
}

bool admin_connect(struct admin *a, const struct admin_node *node)
{
    struct admin_node n = *node;
    if (n.data && !from_folder(a, &n))
        return false;
    if (!n.url || !n.key)
        return err_set(&a->e, ERR_INVALID,
                       "name the node: --data DIR, or --node URL and --key FILE");
    return peer_connect(&(struct peer){.url = n.url, .key = n.key, .pin = n.pin, .ca = n.ca},
                        &a->memory, &a->client, &a->e);
}

bool admin_ask(struct admin *a, const struct http_question *q, const struct json **ret)
{
    struct http_reply reply;
    if (!http_ask(a->client, q, &a->memory, &reply, &a->e) || !http_reply_ok(&reply, &a->e))
        return false;
    *ret = json_parse(&a->memory, reply.body, &a->e);
    return *ret != NULL;
}

bool admin_print(struct admin *a, struct str text)
{
    return fd_write_all(STDOUT_FILENO, text, &a->e);
}

bool admin_print_json(struct admin *a, const struct json *v)
{
    AUTO(buf_drop) struct buf out = BUF(ADMIN_ARENA);
    struct jsonw w = JSONW(&out);
    jw_value(&w, v);
    buf_byte(&out, '\n');
    return admin_print(a, buf_str(&out));
}

static int man_of(int (*run)(int, char **), const char *name)
{
    char man[] = "--man", word[32];
    snprintf(word, sizeof word, "%s", name);
    char *args[] = {word, man, NULL};
    return run(2, args);
}

int admin_dispatch(const char *verb, const struct admin_verb *of, size_t count, int argc,
                   char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    int worst = 0;
    if (strcmp(word, "--man") == 0) {
        for (size_t i = 0; i < count; i++) {
            int code = man_of(of[i].run, of[i].name);
            worst = code > worst ? code : worst;
        }
        return worst;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, of[i].name) == 0)
            return of[i].run(argc - 1, argv + 1);
    bool help = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
    FILE *to = help ? stdout : stderr;
    fprintf(to, opt_japanese() ? "使い方: hinomi admin %s " : "Usage: hinomi admin %s ", verb);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%s%s", i ? "|" : "", of[i].name);
    fputs(" …\n", to);
    return help ? ADMIN_OK : ADMIN_FAILED;
}

static int usage(FILE *to)
{
    bool ja = opt_japanese();
    fputs(ja ? "使い方: hinomi admin <動詞> …\n\n" : "Usage: hinomi admin <verb> …\n\n", to);
    for (size_t i = 0; i < COUNT(verbs); i++)
        fprintf(to, "  %-8s %s\n", verbs[i].name, ja ? verbs[i].ja : verbs[i].en);
    return to == stdout ? ADMIN_OK : ADMIN_FAILED;
}

int cli_admin(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    int worst = 0;
    if (strcmp(word, "--man") == 0) {
        for (size_t i = 0; i < COUNT(verbs); i++) {
            int code = man_of(verbs[i].run, verbs[i].name);
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
