/* witness_job.c - this node as a witness: fetch, verify that the log only grew, cosign, hand back. */
#include "core/encode.h"
#include "core/io.h"
#include "core/log.h"
#include "http/client.h"
#include "journal/note.h"
#include "journal/witness.h"
#include "node/node_private.h"
#include "node/oversight_private.h"

#include <sys/stat.h>

struct watch { /* one log that is witnessed, for the length of a round */
    struct node *node;
    struct arena *memory;
    const struct link_row *link;
    struct http_client *client;
    struct key_secret key;
    struct witness witness;
};

/* Made when it is first needed: only a commission's node has one. */
static bool load_key(struct node *n, struct arena *a, struct key_secret *ret, struct err *e)
{
    struct str path = arena_fmt(a, "%s/keys/witness.key", n->dir);
    struct stat st;
    if (stat(path.ptr, &st) == 0)
        return key_load(path.ptr, ret, e);
    key_generate(ret);
    return key_save(path.ptr, ret, e);
}

static bool get(struct watch *w, const char *path, const char *accept, struct str *ret,
                struct err *e)
{
    struct http_reply reply;
    const struct http_question q = {.method = HTTP_GET, .path = path, .accept = accept};
    if (!http_ask(w->client, &q, w->memory, &reply, e) || !http_reply_ok(&reply, e))
        return false;
    *ret = reply.body;
    return true;
}

static bool get_proof(struct watch *w, uint64_t from, uint64_t to, struct merkle_proof *ret,
                      struct err *e)
{
    char path[96];
    struct str text = STR_NONE;
    snprintf(path, sizeof path, "/v1/log/proof?from=%llu&to=%llu", (unsigned long long)from,
             (unsigned long long)to);
    if (!get(w, path, NULL, &text, e))
        return err_wrap(e, "proof that the log grew");
    const struct json *v = json_parse(w->memory, text, e);
    if (!v)
        return false;
    *ret = (struct merkle_proof){};
    for (json_each(hash, json_get(v, S("hashes")))) {
        AUTO(buf_drop) struct buf raw = BUF(64);
        if (ret->count == MERKLE_PROOF_MAX || !base64_read(hash->text, &raw) ||
            raw.len != SHA256_SIZE)
            return err_set(e, ERR_INVALID, "a proof with something that is no hash");
        memcpy(ret->hashes[ret->count++].bytes, raw.ptr, SHA256_SIZE);
    }
    return true;
}

/* What goes back: the note with our line, our key, and our node's word for it. */
static bool hand_in(struct watch *w, struct str whole, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 18), vouch = BUF(128);
    struct jsonw j = JSONW(&out);
    struct key_public public = key_public_of(&w->key);
    uint8_t signature[KEY_SIGNATURE_SIZE];
    char text[KEY_TEXT_SIZE];
    struct str key = key_public_format(&public, text);
    struct http_reply reply;

    if (!w->node->keys->sign(w->node->keys, WITNESS_VOUCH, key, signature, e))
        return false;
    base64_put(&vouch, signature, sizeof signature);
    jw_object(&j);
    jw_member_str(&j, "note", whole);
    jw_member_str(&j, "key", key);
    jw_member_str(&j, "vouch", buf_str(&vouch));
    jw_end(&j);
    const struct http_question q = {.method = HTTP_POST,
                                    .path = "/v1/log/cosignatures",
                                    .body = buf_str(&out)};
    return http_ask(w->client, &q, w->memory, &reply, e) && http_reply_ok(&reply, e);
}

static bool round_of(struct watch *w, struct err *e)
{
    struct str bytes = STR_NONE, line = STR_NONE;
    struct note note;
    struct checkpoint cp;
    struct key_public key;
    uint64_t known = 0;
    struct merkle_proof proof = {};

    if (!get(w, "/v1/log/checkpoint", "text/plain", &bytes, e) || !note_parse(bytes, &note, e) ||
        !checkpoint_parse(note.text, &cp, e) || !key_public_parse(w->link->key, &key, e) ||
        !witness_size(&w->witness, cp.origin, &known, e))
        return false;
    if (known == cp.size)
        return true; /* cosigned already; nothing has happened since */
    if (known && known < cp.size && !get_proof(w, known, cp.size, &proof, e))
        return false;
    struct note_key log_key = note_key(cp.origin, NOTE_ED25519, &key);
    const struct witness_request request = {.note = bytes,
                                            .log_key = &log_key,
                                            .proof = known ? &proof : NULL};
    if (!witness_cosign(&w->witness, &request, w->memory, &line, e))
        return false;
    struct str whole = arena_fmt(w->memory, STR_FMT STR_FMT, STR_ARG(bytes), STR_ARG(line));
    struct node_cosign own = {.note = whole, .witness = w->node->self.org};
    return hand_in(w, whole, e) && cosigned_record(w->node, &own, e);
}

static bool watch_one(struct node *n, struct arena *a, const struct link_row *link, struct err *e)
{
    struct watch w = {.node = n, .memory = a, .link = link};
    struct str token = STR_NONE, rest = STR_NONE;
    struct str state = arena_fmt(a, "%s/witness", n->dir);
    char *token_path = arena_cstr(a, link->token);

    if (!load_key(n, a, &w.key, e) || !dir_make(state.ptr, 0700, e) ||
        !file_read(a, token_path, 4096, &token, e))
        return false;
    w.witness = (struct witness){.state = state.ptr,
                                 .name = witness_name(a, n->self.org),
                                 .key = &w.key,
                                 .clock = n->clock};
    const struct http_peer peer = {
        .url = arena_cstr(a, link->url),
        .bearer = arena_cstr(a, str_cut(token, '\n', &rest)),
        .pin = link->pin.len ? arena_cstr(a, link->pin) : NULL,
    };
    bool ok = http_client_new(&peer, &w.client, e) && round_of(&w, e);
    http_client_free(w.client);
    key_wipe(&w.key);
    return ok ? true : err_wrap(e, "log of " STR_FMT, STR_ARG(link->url));
}

bool node_witness_all(struct node *n, struct err *e)
{
    struct arena a = ARENA(16 << 20);
    struct link_row *rows = NULL;
    size_t count = 0;
    struct db *db = node_read(n, e);
    bool ok = db && store_link_list(db, &a, &rows, &count, e);
    node_read_end(n, db);
    for (size_t i = 0; i < count; i++) {
        struct err one = {};
        if (!str_eq(rows[i].direction, S("witness")) || watch_one(n, &a, &rows[i], &one))
            continue;
        if (ok)
            *e = one;
        ok = false;
    }
    arena_drop(&a);
    return ok;
}
