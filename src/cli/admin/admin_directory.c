/* admin_directory.c - hinomi admin org|user|key: the directory of a running node, through its API. */
#include "cli/admin/admin_private.h"
#include "core/io.h"

#include <unistd.h>

struct args {
    struct admin_node node;
    const char *id, *name, *sector, *country, *role, *public_key, *org, *person, *scopes, *out;
    struct opt_list prefixes, domains, rest;
    int64_t days;
    bool json;
};

#define JSON_OPTION                                                                                \
    {                                                                                              \
        "json", 'j', OPT_FLAG, offsetof(struct args, json), NULL, "JSON, for machines",            \
            "JSON で出力"                                                                       \
    }

static const struct opt list_options[] = {ADMIN_NODE_OPTIONS(struct args), JSON_OPTION, {0}};

struct listing { /* where a list is got, and how it is shown */
    const char *path;
    struct str member;
    const struct admin_column *columns;
    size_t count;
};

static bool get_list(struct admin *a, const struct args *args, const struct listing *of)
{
    const struct json *v = NULL;
    const struct http_question q = {.method = HTTP_GET, .path = of->path};
    if (!admin_connect(a, &args->node) || !admin_ask(a, &q, &v))
        return false;
    return args->json ? admin_print_json(a, v)
                      : admin_print_list(a, json_get(v, of->member), of->columns, of->count);
}

static int run_list(const struct opt_command *c, int argc, char **argv, const struct listing *of)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    int code = 0;
    if (!admin_parse(&a, c, argc, argv, &args, &code))
        return code;
    return get_list(&a, &args, of) ? ADMIN_OK : admin_fail(&a, c->name + 6);
}

/* Posts the document and prints the id of what was made, or the whole answer as JSON. */
static bool post(struct admin *a, const struct args *args, const char *path, const struct buf *body,
                 const struct json **ret)
{
    const struct http_question q = {.method = HTTP_POST, .path = path, .body = buf_str(body)};
    if (!admin_connect(a, &args->node) || !admin_ask(a, &q, ret))
        return false;
    return true;
}

static bool print_id(struct admin *a, const struct args *args, const struct json *v)
{
    return args->json ? admin_print_json(a, v)
                      : admin_print(a, arena_fmt(&a->memory, STR_FMT "\n",
                                                 STR_ARG(json_text(v, S("id")))));
}

/* --- org --- */

static const struct opt org_options[] = {
    ADMIN_NODE_OPTIONS(struct args),
    {"id", 0, OPT_TEXT, offsetof(struct args, id), "UUID",
     "its id; one that is known is changed (drawn when absent)",
     "組織の ID。既知なら変更（省略時は新規）"},
    {"name", 0, OPT_TEXT, offsetof(struct args, name), "NAME", "its name", "名前",
     .required = true},
    {"sector", 0, OPT_TEXT, offsetof(struct args, sector), "WORD", "its sector", "分野",
     .required = true},
    {"country", 0, OPT_TEXT, offsetof(struct args, country), "JP", "its country", "国",
     .required = true},
    {"role", 0, OPT_TEXT, offsetof(struct args, role), "ROLE", "its role", "役割",
     .required = true},
    {"public-key", 0, OPT_TEXT, offsetof(struct args, public_key), "ed25519:…",
     "key of its node, when it has one", "その組織のノードの公開鍵"},
    {"prefix", 0, OPT_LIST, offsetof(struct args, prefixes), "CIDR", "networks of its constituency",
     "管轄するネットワーク"},
    {"domain", 0, OPT_LIST, offsetof(struct args, domains), "NAME", "domains of its constituency",
     "管轄するドメイン"},
    JSON_OPTION,
    {0}};

static const struct opt_command org_add = {
    .name = "admin org add",
    .usage = "--data DIR --name NAME --sector WORD --country JP --role ROLE [--id UUID]",
    .en = "register an organisation, or change one",
    .ja = "組織を登録・変更する",
    .more_en =
        "An organisation whose node links to this one is registered with the id and public key\n"
        "that its own `admin init` printed.",
    .more_ja = "ノードを持つ組織は、その組織の「admin init」が表示した ID と公開鍵で登録します。",
    .options = org_options,
};

static void write_ranges(struct jsonw *w, const char *kind, const struct opt_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        jw_object(w);
        jw_member_cstr(w, "kind", kind);
        jw_member_cstr(w, "value", list->items[i]);
        jw_end(w);
    }
}

static int run_org_add(int argc, char **argv)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    AUTO(buf_drop) struct buf body = BUF(1 << 20);
    struct jsonw w = JSONW(&body);
    struct args args = {0};
    const struct json *v = NULL;
    int code = 0;
    if (!admin_parse(&a, &org_add, argc, argv, &args, &code))
        return code;
    jw_object(&w);
    jw_member_str(&w, "id", admin_str(args.id));
    jw_member_cstr(&w, "name", args.name);
    jw_member_cstr(&w, "sector", args.sector);
    jw_member_cstr(&w, "country", args.country);
    jw_member_cstr(&w, "role", args.role);
    jw_member_str(&w, "key", admin_str(args.public_key));
    jw_key(&w, "constituency"), jw_array(&w);
    write_ranges(&w, "prefix", &args.prefixes);
    write_ranges(&w, "domain", &args.domains);
    jw_end(&w), jw_end(&w);
    return post(&a, &args, "/v1/orgs", &body, &v) && print_id(&a, &args, v)
               ? ADMIN_OK
               : admin_fail(&a, "org add");
}

static const struct admin_column org_columns[] = {
    {"id", "ID", S_("id")},           {"name", "名前", S_("name")},
    {"sector", "分野", S_("sector")}, {"country", "国", S_("country")},
    {"role", "役割", S_("role")},     {"own", "自組織", S_("own")},
};

static int run_org_list(int argc, char **argv)
{
    static const struct opt_command c = {.name = "admin org list",
                                         .usage = "--data DIR [--json]",
                                         .en = "list organisations",
                                         .ja = "組織の一覧",
                                         .options = list_options};
    return run_list(&c, argc, argv,
                    &(struct listing){"/v1/orgs", S("orgs"), org_columns, COUNT(org_columns)});
}

static int run_org_show(int argc, char **argv)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    const struct opt_command c = {.name = "admin org show",
                                  .usage = "ID --data DIR",
                                  .en = "one organisation, whole, as JSON",
                                  .ja = "組織を一つ JSON で表示",
                                  .options = list_options,
                                  .rest = &args.rest};
    const struct json *v = NULL;
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    if (args.rest.count != 1) {
        err_set(&a.e, ERR_INVALID, "name one organisation by its id");
        return admin_fail(&a, "org show");
    }
    struct str id = http_path_escape(&a.memory, admin_str(args.rest.items[0]));
    const struct http_question q = {.method = HTTP_GET,
                                    .path =
                                        arena_fmt(&a.memory, "/v1/orgs/" STR_FMT, STR_ARG(id)).ptr};
    return admin_connect(&a, &args.node) && admin_ask(&a, &q, &v) && admin_print_json(&a, v)
               ? ADMIN_OK
               : admin_fail(&a, "org show");
}

int admin_org(int argc, char **argv)
{
    static const struct admin_verb verbs[] = {{"add", run_org_add},
                                              {"list", run_org_list},
                                              {"show", run_org_show}};
    return admin_dispatch("org", verbs, COUNT(verbs), argc, argv);
}

/* --- user --- */

static const struct opt user_options[] = {ADMIN_NODE_OPTIONS(struct args),
                                          {"org", 0, OPT_TEXT, offsetof(struct args, org), "UUID",
                                           "the person's organisation (default: the node's own)",
                                           "所属組織（既定: このノードの組織）"},
                                          {"name", 0, OPT_TEXT, offsetof(struct args, name), "NAME",
                                           "the person's name", "名前", .required = true},
                                          JSON_OPTION,
                                          {0}};

static int run_user_add(int argc, char **argv)
{
    static const struct opt_command c = {.name = "admin user add",
                                         .usage = "--data DIR --name NAME [--org UUID]",
                                         .en = "register a person",
                                         .ja = "人を登録する",
                                         .options = user_options};
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    AUTO(buf_drop) struct buf body = BUF(1 << 16);
    struct jsonw w = JSONW(&body);
    struct args args = {0};
    const struct json *v = NULL;
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    jw_object(&w);
    jw_member_str(&w, "org", admin_str(args.org));
    jw_member_cstr(&w, "name", args.name);
    jw_end(&w);
    return post(&a, &args, "/v1/users", &body, &v) && print_id(&a, &args, v)
               ? ADMIN_OK
               : admin_fail(&a, "user add");
}

static int run_user_list(int argc, char **argv)
{
    static const struct admin_column columns[] = {{"id", "ID", S_("id")},
                                                  {"name", "名前", S_("name")},
                                                  {"organisation", "組織", S_("org")}};
    static const struct opt_command c = {.name = "admin user list",
                                         .usage = "--data DIR [--json]",
                                         .en = "list people",
                                         .ja = "人の一覧",
                                         .options = list_options};
    return run_list(&c, argc, argv,
                    &(struct listing){"/v1/users", S("users"), columns, COUNT(columns)});
}

int admin_user(int argc, char **argv)
{
    static const struct admin_verb verbs[] = {{"add", run_user_add}, {"list", run_user_list}};
    return admin_dispatch("user", verbs, COUNT(verbs), argc, argv);
}

/* --- key --- */

static const struct opt key_options[] = {
    ADMIN_NODE_OPTIONS(struct args),
    {"org", 0, OPT_TEXT, offsetof(struct args, org), "UUID",
     "whose key (default: the node's own organisation)", "鍵の持ち主の組織（既定: 自組織）"},
    {"person", 0, OPT_TEXT, offsetof(struct args, person), "UUID",
     "the person who will hold it; a machine when absent", "鍵を持つ人（省略時は機械）"},
    {"name", 0, OPT_TEXT, offsetof(struct args, name), "TEXT", "what it is for", "用途"},
    {"scope", 0, OPT_TEXT, offsetof(struct args, scopes), "LIST",
     "intel:read, intel:write, sensor, read, decide, link, oversight, admin, or all",
     "intel:read・intel:write・sensor・read・decide・link・oversight・admin、または all",
     .required = true},
    {"days", 0, OPT_INT, offsetof(struct args, days), "N", "when it ends (default 90 days)",
     "有効日数（既定 90）", .least = 1, .most = 3650},
    {"out", 'o', OPT_TEXT, offsetof(struct args, out), "FILE",
     "put the key there (mode 0600) instead of printing it", "鍵を表示せずファイルに書く（0600）"},
    JSON_OPTION,
    {0}};

static bool give_key(struct admin *a, const struct args *args, const struct json *v)
{
    struct str key = json_text(v, S("key"));
    if (!args->out)
        return args->json ? admin_print_json(a, v)
                          : admin_print(a, arena_fmt(&a->memory, STR_FMT "\n", STR_ARG(key)));
    return file_replace(args->out, arena_fmt(&a->memory, STR_FMT "\n", STR_ARG(key)), 0600,
                        &a->e) &&
           print_id(a, &(struct args){.json = false}, v);
}

static int run_key_add(int argc, char **argv)
{
    static const struct opt_command c = {
        .name = "admin key add",
        .usage = "--data DIR --scope LIST [--org UUID] [--days N] [--out FILE]",
        .en = "make an API key; its secret is shown once",
        .ja = "API 鍵を作る（秘密は一度だけ表示）",
        .options = key_options};
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    AUTO(buf_drop) struct buf body = BUF(1 << 16);
    struct jsonw w = JSONW(&body);
    struct args args = {0};
    const struct json *v = NULL;
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    jw_object(&w);
    jw_member_str(&w, "org", admin_str(args.org));
    jw_member_str(&w, "person", admin_str(args.person));
    jw_member_str(&w, "name", admin_str(args.name));
    jw_member_cstr(&w, "scopes", args.scopes);
    jw_member_int(&w, "days", args.days ? args.days : 90);
    jw_end(&w);
    return post(&a, &args, "/v1/keys", &body, &v) && give_key(&a, &args, v)
               ? ADMIN_OK
               : admin_fail(&a, "key add");
}

static int run_key_list(int argc, char **argv)
{
    static const struct admin_column columns[] = {{"id", "ID", S_("id")},
                                                  {"name", "用途", S_("name")},
                                                  {"organisation", "組織", S_("org")},
                                                  {"scopes", "権限", S_("scopes")},
                                                  {"expires", "期限", S_("expires")},
                                                  {"revoked", "失効", S_("revoked")}};
    static const struct opt_command c = {.name = "admin key list",
                                         .usage = "--data DIR [--json]",
                                         .en = "list API keys, without their secrets",
                                         .ja = "API 鍵の一覧（秘密は含まない）",
                                         .options = list_options};
    return run_list(&c, argc, argv,
                    &(struct listing){"/v1/keys", S("keys"), columns, COUNT(columns)});
}

static int run_key_revoke(int argc, char **argv)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    const struct opt_command c = {.name = "admin key revoke",
                                  .usage = "ID… --data DIR",
                                  .en = "revoke API keys",
                                  .ja = "API 鍵を失効させる",
                                  .options = list_options,
                                  .rest = &args.rest};
    const struct json *v = NULL;
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    bool ok = admin_connect(&a, &args.node);
    for (size_t i = 0; ok && i < args.rest.count; i++) {
        struct str id = http_path_escape(&a.memory, admin_str(args.rest.items[i]));
        const struct http_question q = {
            .method = HTTP_DELETE,
            .path = arena_fmt(&a.memory, "/v1/keys/" STR_FMT, STR_ARG(id)).ptr};
        ok = admin_ask(&a, &q, &v);
    }
    return ok ? ADMIN_OK : admin_fail(&a, "key revoke");
}

int admin_key(int argc, char **argv)
{
    static const struct admin_verb verbs[] = {{"add", run_key_add},
                                              {"list", run_key_list},
                                              {"revoke", run_key_revoke}};
    return admin_dispatch("key", verbs, COUNT(verbs), argc, argv);
}
