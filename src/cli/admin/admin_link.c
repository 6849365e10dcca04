/* admin_link.c - hinomi admin link|policy: whom this node follows, and what it does when warned. */
#include "cli/admin/admin_private.h"
#include "core/io.h"

struct args {
    struct admin_node node;
    const char *url, *pin, *peer_key, *token, *direction, *org, *name, *role, *country, *sector;
    struct opt_list rest;
    bool json;
};

static const struct opt add_options[] = {
    ADMIN_NODE_OPTIONS(struct args),
    {"peer-url", 0, OPT_TEXT, offsetof(struct args, url), "URL", "the other node", "相手のノード",
     .required = true},
    {"peer-pin", 0, OPT_TEXT, offsetof(struct args, pin), "sha256//…",
     "hash of its server's public key", "相手サーバーの公開鍵のハッシュ", .required = true},
    {"peer-key", 0, OPT_TEXT, offsetof(struct args, peer_key), "ed25519:…",
     "the key its node signs with", "相手ノードの署名鍵（公開鍵）", .required = true},
    {"peer-org", 0, OPT_TEXT, offsetof(struct args, org), "UUID", "its organisation",
     "相手の組織 ID", .required = true},
    {"peer-name", 0, OPT_TEXT, offsetof(struct args, name), "NAME", "its name", "相手の名前"},
    {"peer-role", 0, OPT_TEXT, offsetof(struct args, role), "ROLE", "its role (default centre)",
     "相手の役割（既定 centre）"},
    {"peer-sector", 0, OPT_TEXT, offsetof(struct args, sector), "WORD", "its sector", "相手の分野"},
    {"peer-country", 0, OPT_TEXT, offsetof(struct args, country), "JP", "its country", "相手の国"},
    {"token", 0, OPT_TEXT, offsetof(struct args, token), "FILE", "the API key it gave us",
     "相手から渡された API 鍵のファイル", .required = true},
    {"direction", 0, OPT_TEXT, offsetof(struct args, direction), "up|witness",
     "up: follow it and report to it; witness: cosign its log",
     "up: 追従し報告する。witness: ログに連署する", .required = true},
    {"json", 'j', OPT_FLAG, offsetof(struct args, json), NULL, "JSON, for machines", "JSON で出力"},
    {0}};

static const struct opt_command add_command = {
    .name = "admin link add",
    .usage = "--data DIR --peer-url URL --peer-pin PIN --peer-key KEY --peer-org UUID --token FILE "
             "--direction up|witness",
    .en = "follow another node, or witness its log",
    .ja = "他のノードに追従する、またはそのログに立ち会う",
    .more_en =
        "Organisation id, public key and pin are what the other node's `admin init` printed; the\n"
        "API key is one that it made for us with scope link (or oversight,read).",
    .more_ja =
        "組織 ID・公開鍵・ピンは相手の「admin init」が表示したもの、API 鍵は相手が権限 link\n"
        "（または oversight,read）で作ったものです。",
    .options = add_options,
};

static void write_link(struct jsonw *w, const struct args *args, struct str token)
{
    jw_object(w);
    jw_member_cstr(w, "url", args->url);
    jw_member_cstr(w, "pin", args->pin);
    jw_member_cstr(w, "key", args->peer_key);
    jw_member_cstr(w, "org", args->org);
    jw_member_str(w, "token", token);
    jw_member_cstr(w, "direction", args->direction);
    jw_member_str(w, "name", admin_str(args->name));
    jw_member_str(w, "role", admin_str(args->role));
    jw_member_str(w, "sector", admin_str(args->sector));
    jw_member_str(w, "country", admin_str(args->country));
    jw_end(w);
}

static bool add(struct admin *a, const struct args *args)
{
    AUTO(buf_drop) struct buf body = BUF(1 << 16);
    struct jsonw w = JSONW(&body);
    struct str token = STR_NONE, rest = STR_NONE;
    const struct json *v = NULL;
    if (!file_read(&a->memory, args->token, 4096, &token, &a->e))
        return err_wrap(&a->e, "--token");
    write_link(&w, args, str_cut(token, '\n', &rest));
    const struct http_question q = {.method = HTTP_POST,
                                    .path = "/v1/links",
                                    .body = buf_str(&body)};
    if (!admin_connect(a, &args->node) || !admin_ask(a, &q, &v))
        return false;
    return args->json ? admin_print_json(a, v)
                      : admin_print(a, arena_fmt(&a->memory, STR_FMT "\n",
                                                 STR_ARG(json_text(v, S("id")))));
}

static int run_add(int argc, char **argv)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    int code = 0;
    if (!admin_parse(&a, &add_command, argc, argv, &args, &code))
        return code;
    return add(&a, &args) ? ADMIN_OK : admin_fail(&a, "link add");
}

static const struct opt plain_options[] = {ADMIN_NODE_OPTIONS(struct args),
                                           {"json", 'j', OPT_FLAG, offsetof(struct args, json),
                                            NULL, "JSON, for machines", "JSON で出力"},
                                           {0}};

/* Asks for `path`; an answer for people is what `show` makes of it. */
struct view {
    const char *path;
    bool (*show)(struct admin *a, const struct json *v);
};

static int run_view(const struct opt_command *c, const struct view *view, int argc, char **argv)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    const struct json *v = NULL;
    const struct http_question q = {.method = HTTP_GET, .path = view->path};
    int code = 0;
    if (!admin_parse(&a, c, argc, argv, &args, &code))
        return code;
    bool ok = admin_connect(&a, &args.node) && admin_ask(&a, &q, &v) &&
              (args.json ? admin_print_json(&a, v) : view->show(&a, v));
    return ok ? ADMIN_OK : admin_fail(&a, c->name + 6);
}

static bool show_links(struct admin *a, const struct json *v)
{
    static const struct admin_column columns[] = {{"id", "ID", S_("id")},
                                                  {"direction", "方向", S_("direction")},
                                                  {"node", "ノード", S_("url")},
                                                  {"organisation", "組織", S_("org")}};
    return admin_print_list(a, json_get(v, S("links")), columns, COUNT(columns));
}

static int run_list(int argc, char **argv)
{
    static const struct opt_command c = {.name = "admin link list",
                                         .usage = "--data DIR",
                                         .en = "the nodes this one follows or witnesses",
                                         .ja = "追従・立会い先のノード",
                                         .options = plain_options};
    return run_view(&c, &(struct view){"/v1/links", show_links}, argc, argv);
}

int admin_link(int argc, char **argv)
{
    static const struct admin_verb verbs[] = {{"add", run_add}, {"list", run_list}};
    return admin_dispatch("link", verbs, COUNT(verbs), argc, argv);
}

/* Sections as YAML, so that what is shown can be edited and set again. */
static bool show_policy(struct admin *a, const struct json *v)
{
    AUTO(buf_drop) struct buf out = BUF(ADMIN_ARENA);
    struct jsonw w = JSONW(&out);
    for (json_each(section, v)) {
        buf_fmt(&out, STR_FMT ":\n", STR_ARG(section->key));
        for (json_each(rule, section)) {
            buf_fmt(&out, "  " STR_FMT ": ", STR_ARG(rule->key));
            w.comma = false;
            jw_value(&w, rule);
            buf_byte(&out, '\n');
        }
    }
    return admin_print(a, buf_str(&out));
}

static int run_policy_show(int argc, char **argv)
{
    static const struct opt_command c = {.name = "admin policy show",
                                         .usage = "--data DIR",
                                         .en = "the policy in force, as YAML",
                                         .ja = "有効な方針を YAML で表示",
                                         .options = plain_options};
    return run_view(&c, &(struct view){"/v1/policy", show_policy}, argc, argv);
}

static int run_policy_set(int argc, char **argv)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    struct str text = STR_NONE;
    const struct json *v = NULL;
    const struct opt_command c = {
        .name = "admin policy set",
        .usage = "FILE --data DIR",
        .en = "set the policy, from YAML or JSON",
        .ja = "方針を YAML または JSON から設定する",
        .more_en =
            "What the file leaves out keeps its default: alert for every class, never block.\n"
            "Example: act: {c2: block}",
        .more_ja = "書かれていない項目は既定値です（すべての種別で alert、遮断なし）。\n"
                   "例: act: {c2: block}",
        .options = plain_options,
        .rest = &args.rest};
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    if (args.rest.count != 1) {
        err_set(&a.e, ERR_INVALID, "name one file, or - for standard input");
        return admin_fail(&a, "policy set");
    }
    if (!file_read(&a.memory, args.rest.items[0], 1 << 20, &text, &a.e))
        return admin_fail(&a, "policy set");
    const struct http_question q = {.method = HTTP_PUT,
                                    .path = "/v1/policy",
                                    .body = text,
                                    .content_type = "application/yaml"};
    return admin_connect(&a, &args.node) && admin_ask(&a, &q, &v) && admin_print_json(&a, v)
               ? ADMIN_OK
               : admin_fail(&a, "policy set");
}

int admin_policy(int argc, char **argv)
{
    static const struct admin_verb verbs[] = {{"show", run_policy_show}, {"set", run_policy_set}};
    return admin_dispatch("policy", verbs, COUNT(verbs), argc, argv);
}
