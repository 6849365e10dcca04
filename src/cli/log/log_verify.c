/* log_verify.c - hinomi log verify: a journal file, or a proof, checked with nothing but a
 * public key. */
#include "cli/log/log_private.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "journal/verify.h"

struct verify_args {
    const char *data, *key, *checkpoint, *proof;
    bool json;
};

static const struct opt options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct verify_args, data), "DIR",
     "a node's folder, a copy of it, or a journal.db",
     "ノードのフォルダ、その複製、または journal.db"},
    {"key", 'k', OPT_TEXT, offsetof(struct verify_args, key), "KEY",
     "the log's public key as you know it: ed25519:… or name+id+key",
     "自分が知っているログの公開鍵: ed25519:… または 名前+ID+鍵"},
    {"checkpoint", 'c', OPT_TEXT, offsetof(struct verify_args, checkpoint), "FILE",
     "a signed checkpoint that was kept elsewhere: finds a log cut short or rolled back",
     "別の場所に保管した署名付きチェックポイント（切り詰めや巻き戻しを検出）"},
    {"proof", 'p', OPT_TEXT, offsetof(struct verify_args, proof), "FILE",
     "check this proof instead of a journal", "ジャーナルの代わりにこの証明を検証"},
    {"json", 'j', OPT_FLAG, offsetof(struct verify_args, json), NULL, "the result as JSON",
     "結果を JSON で表示"},
    {0}};

static const struct opt_command command = {
    .name = "log verify",
    .usage = "--data DIR|--proof FILE [--key KEY] [--checkpoint FILE] [--json]",
    .en = "check a journal, or a proof, without trusting the node",
    .ja = "ジャーナルや証明を、ノードを信用せずに検証",
    .more_en =
        "Every leaf is computed anew from its stored header, every payload held against its "
        "commitment, every hash of the tree and every checkpoint against the entries. The entry "
        "at fault is named, or the damaged page of the database.\n"
        "Without --key the key that the file names is used: then compare it with one you trust.\n"
        "Exit code: 0 sound; 1 a fault was found; 2 it could not be checked.",
    .more_ja =
        "保存されたヘッダーから葉を計算し直し、ペイロードをコミットメントと、木の各ハッシュと"
        "チェックポイントをエントリーと照合します。問題のあるエントリー、または壊れたページを"
        "示します。\n"
        "--key がなければファイルにある鍵を使います。信頼できる鍵と見比べてください。\n"
        "終了コード: 0 正常、1 問題あり、2 検証できず。",
    .options = options,
};

static void put_json(const struct verify_report *r, struct buf *out)
{
    struct jsonw w = JSONW(out);
    char key[KEY_TEXT_SIZE];
    AUTO(buf_drop) struct buf root = BUF(64);
    base64_put(&root, r->root.bytes, sizeof r->root.bytes);
    jw_object(&w);
    jw_member_bool(&w, "sound", r->problem_count == 0);
    jw_member_str(&w, "origin", r->origin);
    jw_member_str(&w, "key", key_public_format(&r->key, key));
    jw_member_bool(&w, "key_from_file", r->key_from_file);
    jw_member_int(&w, "base", r->base);
    jw_member_int(&w, "size", (int64_t)r->size);
    jw_member_str(&w, "root", buf_str(&root));
    jw_member_int(&w, "checkpoint_size", (int64_t)r->checkpoint_size);
    jw_member_int(&w, "sealed", (int64_t)r->sealed);
    jw_member_int(&w, "signatures", (int64_t)r->signatures);
    jw_member_int(&w, "problem_count", (int64_t)r->problem_count);
    jw_key(&w, "problems");
    jw_array(&w);
    for (size_t i = 0; i < r->problem_count && i < VERIFY_PROBLEMS_MAX; i++) {
        jw_object(&w);
        if (r->problems[i].seq)
            jw_member_int(&w, "entry", r->problems[i].seq);
        if (r->problems[i].page)
            jw_member_int(&w, "page", r->problems[i].page);
        jw_member_cstr(&w, "text", r->problems[i].text);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    buf_byte(out, '\n');
}

static void put_text(const struct verify_report *r, struct buf *out)
{
    bool ja = opt_japanese();
    char key[KEY_TEXT_SIZE];
    for (size_t i = 0; i < r->problem_count && i < VERIFY_PROBLEMS_MAX; i++)
        buf_fmt(out, "%s\n", r->problems[i].text);
    if (r->problem_count > VERIFY_PROBLEMS_MAX)
        buf_fmt(out, ja ? "ほか %zu 件\n" : "and %zu more\n",
                r->problem_count - VERIFY_PROBLEMS_MAX);
    buf_fmt(out,
            ja ? "ログ %.*s: エントリー %llu 件、封印 %llu 件、署名 %llu 件\n"
               : "log %.*s: %llu entries, %llu of them sealed, %llu signatures\n",
            STR_ARG(r->origin), (unsigned long long)r->size, (unsigned long long)r->sealed,
            (unsigned long long)r->signatures);
    buf_put(out, ja ? S("根    ") : S("root  "));
    base64_put(out, r->root.bytes, sizeof r->root.bytes);
    buf_fmt(out, ja ? "\n鍵    %s%s\n" : "\nkey   %s%s\n", key_public_format(&r->key, key).ptr,
            !r->key_from_file ? ""
            : ja ? "（ファイルの記載。信頼できる鍵と見比べること）"
                 : " (as the file says: compare it with one you trust)");
    buf_fmt(out,
            r->problem_count ? (ja ? "問題 %zu 件\n" : "%zu faults found\n")
                             : (ja ? "正常\n" : "sound\n"),
            r->problem_count);
}

static int verify_journal(const struct verify_args *args, struct str checkpoint, struct arena *a)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    struct verify_report report;
    struct err e = {0};
    const struct verify_options o = {.dir = args->data,
                                     .key = args->key ? (struct str){args->key, strlen(args->key)}
                                                      : STR_NONE,
                                     .checkpoint = checkpoint};
    if (!journal_verify(&o, a, &report, &e))
        return log_fail("verify", &e);
    (args->json ? put_json : put_text)(&report, &out);
    if (!log_print(&out, &e))
        return log_fail("verify", &e);
    return report.problem_count ? LOG_FOUND_FAULT : LOG_OK;
}

/* Does a signed note say `root` at `size`? Without a key its signature is not looked at. */
static bool note_says(struct str bytes, const char *key_text, uint64_t size,
                      const struct merkle_hash *root, struct err *e)
{
    struct note note;
    struct checkpoint c;
    struct note_key key;
    if (!note_parse(bytes, &note, e) || !checkpoint_parse(note.text, &c, e))
        return false;
    if (key_text &&
        (!log_key_read(key_text, c.origin, &key, e) || !note_open(bytes, &key, 1, &note, NULL, e)))
        return false;
    return (c.size == size && merkle_eq(&c.root, root)) ||
           err_set(e, ERR_INVALID, "the checkpoint says another tree than the proof");
}

/* The number said beside the proof is the one in the header that was proved. */
static bool number_fits(const struct log_proof *p, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    struct entry n;
    if (!entry_parse(&a, p->header, &n, e))
        return err_wrap(e, "the header");
    return n.seq == p->entry || err_set(e, ERR_INVALID, "the header is of entry %lld, not %lld",
                                        (long long)n.seq, (long long)p->entry);
}

static bool check_proof(const struct log_proof *p, const char *key, struct str kept, struct err *e)
{
    struct merkle_hash leaf = merkle_leaf(p->header);
    bool holds =
        p->growth ? merkle_verify_consistency(p->from, p->size, &p->proof, &p->from_root, &p->root)
                  : merkle_verify_inclusion(p->index, p->size, &leaf, &p->proof, &p->root);
    if (!holds)
        return err_set(e, ERR_INVALID, "the proof does not hold");
    if (!p->growth && !number_fits(p, e))
        return false;
    if (p->checkpoint.len && !note_says(p->checkpoint, key, p->size, &p->root, e))
        return false;
    if (kept.ptr && !note_says(kept, key, p->growth ? p->from : p->size,
                               p->growth ? &p->from_root : &p->root, e))
        return err_wrap(e, "the checkpoint kept elsewhere");
    return true;
}

static int verify_proof(const struct verify_args *args, struct str kept, struct arena *a)
{
    struct err e = {0};
    struct str text;
    struct log_proof p;
    bool ja = opt_japanese();
    if (!file_read(a, args->proof, 1 << 20, &text, &e) || !log_proof_read(a, text, &p, &e))
        return log_fail("verify", &e);
    if (!check_proof(&p, args->key, kept, &e)) {
        printf("%s\n", e.text);
        return LOG_FOUND_FAULT;
    }
    if (p.growth)
        printf(ja ? "%llu 件から %llu 件まで追記のみ\n"
                  : "from %llu entries to %llu the log only grew\n",
               (unsigned long long)p.from, (unsigned long long)p.size);
    else
        printf(ja ? "エントリー %lld は %llu 件のログにある\n"
                  : "entry %lld is in the log of %llu entries\n",
               (long long)p.entry, (unsigned long long)p.size);
    if (!(args->key && (p.checkpoint.len || kept.ptr)))
        puts(ja ? "署名は確かめていない（--key とチェックポイントが要る）"
                : "no signature was checked: that takes --key and a checkpoint");
    return LOG_OK;
}

int log_verify(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(LOG_ARENA);
    struct verify_args args = {0};
    struct str kept = STR_NONE;
    struct err e = {0};
    bool done;
    int code =
        log_parsed("verify", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    if (!args.data == !args.proof) {
        err_set(&e, ERR_INVALID, "say either --data DIR or --proof FILE");
        return log_fail("verify", &e);
    }
    if (args.checkpoint && !file_read(&a, args.checkpoint, NOTE_SIZE_MAX, &kept, &e))
        return log_fail("verify", &e);
    return args.data ? verify_journal(&args, kept, &a) : verify_proof(&args, kept, &a);
}
