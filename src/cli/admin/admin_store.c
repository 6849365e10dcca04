/* admin_store.c - hinomi admin rebuild|backup|restore|recover: a node's folder, without its node. */
#include "cli/admin/admin_private.h"
#include "core/io.h"
#include "node/upkeep.h"

struct args {
    const char *data, *out, *from, *keys, *checkpoint;
};

static const struct opt rebuild_options[] = {{"data", 'd', OPT_TEXT, offsetof(struct args, data),
                                              "DIR", "the node's folder; no node may run",
                                              "ノードのフォルダ（停止中であること）",
                                              .required = true},
                                             {0}};

int admin_rebuild(int argc, char **argv)
{
    static const struct opt_command c = {
        .name = "admin rebuild",
        .usage = "--data DIR",
        .en = "throw the read model away and make it from the journal",
        .ja = "読み取りモデルを捨て、ジャーナルから作り直す",
        .options = rebuild_options};
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    return node_rebuild(args.data, clock_real(), &a.e) ? ADMIN_OK : admin_fail(&a, "rebuild");
}

static const struct opt backup_options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct args, data), "DIR", "the node's folder; it may run",
     "ノードのフォルダ（動作中でもよい）", .required = true},
    {"out", 'o', OPT_TEXT, offsetof(struct args, out), "FILE",
     "the journal goes there, and FILE.json beside it", "出力先（隣に FILE.json も作る）",
     .required = true},
    {0}};

int admin_backup(int argc, char **argv)
{
    static const struct opt_command c = {
        .name = "admin backup",
        .usage = "--data DIR --out FILE",
        .en = "a consistent copy of a node's journal, while it runs; no keys",
        .ja = "動作中のノードのジャーナルの整合した写し（鍵は含まない）",
        .more_en =
            "Keep DIR/keys apart, under lock: without it a restored node cannot sign, and with\n"
            "its keys.db in an ordinary backup nothing could be erased any more.",
        .more_ja = "DIR/keys は別に厳重に保管してください。これがないと復元後に署名できず、\n"
                   "通常のバックアップに keys.db を含めると消去ができなくなります。",
        .options = backup_options};
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    return node_backup(args.data, args.out, &a.e) ? ADMIN_OK : admin_fail(&a, "backup");
}

static const struct opt restore_options[] = {
    {"from", 'f', OPT_TEXT, offsetof(struct args, from), "FILE", "what backup wrote",
     "backup が書いたファイル", .required = true},
    {"keys", 'k', OPT_TEXT, offsetof(struct args, keys), "DIR", "a copy of the node's keys folder",
     "ノードの keys フォルダの写し", .required = true},
    {"data", 'd', OPT_TEXT, offsetof(struct args, data), "DIR", "the folder to make",
     "作るフォルダ", .required = true},
    {0}};

int admin_restore(int argc, char **argv)
{
    static const struct opt_command c = {
        .name = "admin restore",
        .usage = "--from FILE --keys DIR --data DIR",
        .en = "make a node's folder from a backup",
        .ja = "バックアップからノードのフォルダを作る",
        .more_en =
            "When a witness has cosigned more than the backup holds, run `hinomi admin recover`\n"
            "before the node is started.",
        .more_ja = "立会人がバックアップより新しい状態に連署している場合は、起動する前に\n"
                   "「hinomi admin recover」を実行してください。",
        .options = restore_options};
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    return node_restore(args.from, args.keys, args.data, &a.e) ? ADMIN_OK
                                                               : admin_fail(&a, "restore");
}

static const struct opt recover_options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct args, data), "DIR",
     "the node's folder; no node may run", "ノードのフォルダ（停止中であること）",
     .required = true},
    {"checkpoint", 'c', OPT_TEXT, offsetof(struct args, checkpoint), "FILE",
     "the cosigned checkpoint that is ahead of the log", "ログより先行する連署済みチェックポイント",
     .required = true},
    {0}};

int admin_recover(int argc, char **argv)
{
    static const struct opt_command c = {
        .name = "admin recover",
        .usage = "--data DIR --checkpoint FILE",
        .en = "a successor for a restored log that is behind a cosigned checkpoint, never a fork",
        .ja = "連署済みチェックポイントより遅れたログに後継を作る（分岐は作らない）",
        .options = recover_options};
    AUTO(admin_end) struct admin a = {.memory = ARENA(ADMIN_ARENA)};
    struct args args = {0};
    struct str note = STR_NONE;
    char origin[NODE_ORIGIN_SIZE];
    int code = 0;
    if (!admin_parse(&a, &c, argc, argv, &args, &code))
        return code;
    if (!file_read(&a.memory, args.checkpoint, 1 << 20, &note, &a.e) ||
        !node_recover(args.data, note, clock_real(), origin, &a.e))
        return admin_fail(&a, "recover");
    printf("%s\n", origin);
    return ADMIN_OK;
}
