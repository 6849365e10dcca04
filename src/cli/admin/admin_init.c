/* admin_init.c - hinomi admin init: a new node, and the one moment in which its admin key is shown. */
#include "cli/admin/admin_private.h"
#include "node/config.h"

#include <unistd.h>

struct args {
    const char *data, *name, *sector, *country, *role, *listen, *realm, *org;
    struct opt_list names;
    bool json;
};

static const struct opt options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct args, data), "DIR", "the folder to make",
     "作るフォルダ", .required = true},
    {"name", 0, OPT_TEXT, offsetof(struct args, name), "NAME", "the organisation's name",
     "組織の名前", .required = true},
    {"sector", 0, OPT_TEXT, offsetof(struct args, sector), "WORD",
     "its sector: energy, rail, finance, …", "分野: energy、rail、finance など", .required = true},
    {"country", 0, OPT_TEXT, offsetof(struct args, country), "JP", "its country", "国",
     .required = true},
    {"role", 0, OPT_TEXT, offsetof(struct args, role), "ROLE",
     "operator, hub, centre, regulator, police, defence, commission or partner",
     "operator・hub・centre・regulator・police・defence・commission・partner", .required = true},
    {"listen", 'l', OPT_TEXT, offsetof(struct args, listen), "ADDR:PORT",
     "where the node listens (default 127.0.0.1:8443)",
     "待ち受けるアドレス（既定 127.0.0.1:8443）"},
    {"realm", 0, OPT_TEXT, offsetof(struct args, realm), "REALM",
     "live (default) or exercise--UUID", "live（既定）または exercise--UUID"},
    {"org", 0, OPT_TEXT, offsetof(struct args, org), "UUID",
     "the organisation's id, when others know it already", "組織の ID（既に決まっている場合）"},
    {"host", 0, OPT_LIST, offsetof(struct args, names), "NAME",
     "further names and addresses in the certificate", "証明書に加える名前やアドレス"},
    {"json", 'j', OPT_FLAG, offsetof(struct args, json), NULL, "one JSON object", "JSON で出力"},
    {0}};

static const struct opt_command command = {
    .name = "admin init",
    .usage = "--data DIR --name NAME --sector WORD --country JP --role ROLE [--listen ADDR:PORT]",
    .en = "make a node's folder, keys and certificate",
    .ja = "ノードのフォルダ・鍵・証明書を作る",
    .more_en =
        "The administrator's key is printed once, and kept in DIR/keys/admin.key (mode 0600).\n"
        "Others need the printed organisation id, public key and pin to link to this node.",
    .more_ja = "管理者の鍵は一度だけ表示し、DIR/keys/admin.key（モード 0600）に保存します。\n"
               "他の組織がリンクするには、表示された組織 ID・公開鍵・ピンが必要です。",
    .options = options,
};

static bool print_made(struct admin *a, const struct node_made *made, bool json)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 14);
    struct jsonw w = JSONW(&out);
    const struct {
        const char *name, *en, *ja;
        struct str value;
    } rows[] = {
        {"org", "organisation", "組織 ID", made->org},
        {"origin", "log", "ログ", made->origin},
        {"public_key", "public key", "公開鍵", made->public_key},
        {"pin", "pin", "ピン", made->pin},
        {"admin_key", "admin key", "管理者の鍵", made->admin_key},
        {"admin_key_file", "kept in", "保存先", made->admin_key_path},
    };
    if (json)
        jw_object(&w);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (json)
            jw_member_str(&w, rows[i].name, rows[i].value);
        else
            buf_fmt(&out, "%-14s " STR_FMT "\n", opt_japanese() ? rows[i].ja : rows[i].en,
                    STR_ARG(rows[i].value));
    if (json)
        jw_end(&w), buf_byte(&out, '\n');
    return admin_print(a, buf_str(&out));
}

int admin_init(int argc, char **argv)
{
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    struct node_made made;
    int code = 0;
    if (!admin_parse(&a, &command, argc, argv, &args, &code))
        return code;
    const struct node_init init = {
        .dir = args.data,
        .name = admin_str(args.name),
        .sector = admin_str(args.sector),
        .country = admin_str(args.country),
        .role = admin_str(args.role),
        .listen = admin_str(args.listen),
        .realm = admin_str(args.realm),
        .org = admin_str(args.org),
        .names = args.names.items,
        .name_count = args.names.count,
        .clock = clock_real(),
    };
    if (!node_init(&init, &a.memory, &made, &a.e) || !print_made(&a, &made, args.json))
        return admin_fail(&a, "init");
    return ADMIN_OK;
}
