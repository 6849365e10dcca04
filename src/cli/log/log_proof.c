/* log_proof.c - hinomi log prove, and the JSON in which a proof travels.
 *
 *     {"checkpoint":NOTE,"entry":17,"header":"{…}","index":16,"kind":"inclusion",
 *      "proof":[BASE64…],"root":BASE64,"size":40}
 *     {"checkpoint":NOTE,"from":17,"from_root":BASE64,"kind":"consistency",
 *      "proof":[…],"root":BASE64,"size":40}
 *
 * `checkpoint` is there when the log has signed just that size.
 */
#include "cli/log/log_private.h"
#include "core/encode.h"
#include "core/jsonw.h"

struct prove_args {
    const char *data;
    int64_t entry, from, size;
};

static const struct opt options[] = {
    {"data", 'd', OPT_TEXT, offsetof(struct prove_args, data), "DIR",
     "a node's folder, a copy of it, or a journal.db",
     "ノードのフォルダ、その複製、または journal.db", .required = true},
    {"entry", 'e', OPT_INT, offsetof(struct prove_args, entry), "N",
     "prove that entry N is in the log", "エントリー N がログにあることを証明", .least = 1,
     .most = INT64_MAX},
    {"from", 'f', OPT_INT, offsetof(struct prove_args, from), "SIZE",
     "prove that the log only grew since it had SIZE entries",
     "エントリー数が SIZE の時から追記のみであることを証明", .least = 1, .most = INT64_MAX},
    {"size", 's', OPT_INT, offsetof(struct prove_args, size), "SIZE",
     "in the tree of SIZE entries (default: all)", "SIZE 件の木について（既定: 全件）", .least = 1,
     .most = INT64_MAX},
    {0}};

static const struct opt_command command = {
    .name = "log prove",
    .usage = "--data DIR --entry N|--from SIZE [--size SIZE]",
    .en = "print a proof as JSON",
    .ja = "証明を JSON で表示",
    .more_en = "Example: hinomi log prove --data DIR --entry 17 > proof.json; hinomi log verify "
               "--proof proof.json --key ed25519:…",
    .more_ja = "例: hinomi log prove --data DIR --entry 17 > proof.json; hinomi log verify --proof "
               "proof.json --key ed25519:…",
    .options = options,
};

static void put_hash(struct jsonw *w, const struct merkle_hash *h)
{
    AUTO(buf_drop) struct buf text = BUF(64);
    base64_put(&text, h->bytes, sizeof h->bytes);
    jw_str(w, buf_str(&text));
}

void log_proof_write(const struct log_proof *p, struct buf *out)
{
    struct jsonw w = JSONW(out);
    jw_object(&w);
    if (p->checkpoint.len)
        jw_member_str(&w, "checkpoint", p->checkpoint);
    if (p->growth) {
        jw_member_int(&w, "from", (int64_t)p->from);
        jw_key(&w, "from_root");
        put_hash(&w, &p->from_root);
        jw_member_cstr(&w, "kind", "consistency");
    } else {
        jw_member_int(&w, "entry", p->entry);
        jw_member_str(&w, "header", p->header);
        jw_member_int(&w, "index", (int64_t)p->index);
        jw_member_cstr(&w, "kind", "inclusion");
    }
    jw_key(&w, "proof");
    jw_array(&w);
    for (size_t i = 0; i < p->proof.count; i++)
        put_hash(&w, &p->proof.hashes[i]);
    jw_end(&w);
    jw_key(&w, "root");
    put_hash(&w, &p->root);
    jw_member_int(&w, "size", (int64_t)p->size);
    jw_end(&w);
    buf_byte(out, '\n');
}

static bool read_hash(struct str text, struct merkle_hash *ret)
{
    AUTO(buf_drop) struct buf bytes = BUF(64);
    if (!base64_read(text, &bytes) || bytes.len != sizeof ret->bytes)
        return false;
    memcpy(ret->bytes, bytes.ptr, bytes.len);
    return true;
}

static bool read_number(const struct json *in, struct str name, uint64_t *ret)
{
    int64_t value;
    if (!json_int(in, name, &value) || value < 0)
        return false;
    *ret = (uint64_t)value;
    return true;
}

bool log_proof_read(struct arena *a, struct str text, struct log_proof *ret_proof, struct err *e)
{
    const struct json *in = json_parse(a, text, e);
    if (!in)
        return false;
    struct log_proof p = {.growth = str_eq(json_text(in, S("kind")), S("consistency")),
                          .header = json_text(in, S("header")),
                          .checkpoint = json_text(in, S("checkpoint"))};
    bool ok = read_number(in, S("size"), &p.size) && read_hash(json_text(in, S("root")), &p.root);
    if (p.growth)
        ok = ok && read_number(in, S("from"), &p.from) &&
             read_hash(json_text(in, S("from_root")), &p.from_root);
    else
        ok = ok && str_eq(json_text(in, S("kind")), S("inclusion")) && p.header.len &&
             json_int(in, S("entry"), &p.entry) && read_number(in, S("index"), &p.index);
    for (json_each(h, json_get(in, S("proof"))))
        ok = ok && p.proof.count < MERKLE_PROOF_MAX && h->kind == JSON_STRING &&
             read_hash(h->text, &p.proof.hashes[p.proof.count++]);
    if (!ok)
        return err_set(e, ERR_INVALID, "this is not a proof that 'hinomi log prove' printed");
    *ret_proof = p;
    return true;
}

bool log_key_read(const char *text, struct str origin, struct note_key *ret_key, struct err *e)
{
    struct str s = {text, strlen(text)};
    struct key_public key;
    if (!str_starts(s, S("ed25519:")))
        return note_key_parse(s, ret_key, e);
    if (!key_public_parse(s, &key, e))
        return false;
    *ret_key = note_key(origin, NOTE_ED25519, &key);
    return true;
}

/* The signed checkpoint, where there is one for just this size. */
static struct str note_for(struct journal *j, struct arena *a, uint64_t size)
{
    struct err ignored = {0};
    struct str bytes;
    struct note note;
    struct checkpoint c;
    bool fits = journal_checkpoint(j, a, size, &bytes, &ignored) &&
                note_parse(bytes, &note, &ignored) && checkpoint_parse(note.text, &c, &ignored) &&
                c.size == size;
    return fits ? bytes : STR_NONE;
}

static bool prove(const struct prove_args *args, struct arena *a, struct log_proof *p,
                  struct err *e)
{
    AUTO(journal_drop) struct journal *j = NULL;
    if (!log_open(args->data, &j, e) || !journal_size(j, &p->size, e))
        return false;
    if (args->size)
        p->size = (uint64_t)args->size;
    if (!journal_root(j, p->size, &p->root, e))
        return false;
    p->checkpoint = note_for(j, a, p->size);
    if (p->growth) {
        p->from = (uint64_t)args->from;
        return journal_root(j, p->from, &p->from_root, e) &&
               journal_prove_growth(j, p->from, p->size, &p->proof, e);
    }
    struct journal_record record;
    if (!journal_read(j, a, args->entry, &record, e) ||
        !journal_prove_entry(j, args->entry, p->size, &p->proof, e))
        return false;
    p->entry = args->entry;
    p->index = (uint64_t)(args->entry - journal_base(j) - 1);
    p->header = record.header;
    return true;
}

int log_prove(int argc, char **argv)
{
    AUTO(arena_drop) struct arena a = ARENA(LOG_ARENA);
    AUTO(buf_drop) struct buf out = BUF(LOG_ARENA);
    struct prove_args args = {0};
    struct err e = {0};
    bool done;
    int code =
        log_parsed("prove", opt_parse(&command, argc - 1, argv + 1, &args, &a, &e), &e, &done);
    if (done)
        return code;
    if (!args.entry == !args.from) {
        err_set(&e, ERR_INVALID, "say either --entry N or --from SIZE");
        return log_fail("prove", &e);
    }
    struct log_proof p = {.growth = args.from != 0};
    if (!prove(&args, &a, &p, &e))
        return log_fail("prove", &e);
    log_proof_write(&p, &out);
    return log_print(&out, &e) ? LOG_OK : log_fail("prove", &e);
}
