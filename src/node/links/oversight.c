/* oversight.c - checkpoint, proofs and entries of this node's own log; taking cosignatures. */
#include "node/oversight.h"

#include "core/encode.h"
#include "journal/note.h"
#include "node/node_private.h"
#include "node/oversight_private.h"
#include "store/peer.h"

enum { ENTRIES_BYTES = 16 << 20 };

static bool open_log(struct node *n, struct journal **ret, struct err *e)
{
    return journal_open(
        &(struct journal_options){.dir = n->dir, .readonly = true, .signer = n->keys}, ret, e);
}

/* Hashes and signatures are for everybody who may speak with us. */
static bool clear_public(struct node *n, struct arena *a, const struct release *to,
                         struct str bytes, const struct cleared **ret, struct err *e)
{
    const struct item_label label = {.tlp = TLP_CLEAR,
                                     .originator = n->self.org,
                                     .realm = n->self.realm};
    return gate_clear(a, to, &(struct gate_item){.label = &label, .whole = bytes}, ret, e);
}

/* The cosigned note, when it is of this size; else the log's own. */
static bool with_cosignature(struct node *n, struct arena *a, struct str *note, struct err *e)
{
    struct note parsed;
    struct checkpoint c;
    struct cosigned_row row;
    struct db *db = node_read(n, e);
    bool ok = db && note_parse(*note, &parsed, e) && checkpoint_parse(parsed.text, &c, e) &&
              store_cosigned(db, a, &row, e);
    node_read_end(n, db);
    if (ok && row.size == (int64_t)c.size && str_eq(row.origin, c.origin))
        *note = row.note;
    return ok;
}

bool node_checkpoint_clear(struct node *n, struct arena *a, const struct release *to,
                           const struct cleared **ret, struct err *e)
{
    struct str note = STR_NONE;
    struct journal *log = NULL;
    bool ok = open_log(n, &log, e) && journal_checkpoint(log, a, UINT64_MAX >> 1, &note, e) &&
              with_cosignature(n, a, &note, e) && clear_public(n, a, to, note, ret, e);
    journal_drop(&log);
    return ok;
}

bool node_cosigned_clear(struct node *n, struct arena *a, const struct release *to,
                         const struct cleared **ret, struct err *e)
{
    struct cosigned_row row = {};
    struct db *db = node_read(n, e);
    bool ok = db && store_cosigned(db, a, &row, e);
    node_read_end(n, db);
    if (ok && !row.note.len)
        return err_set(e, ERR_NOT_FOUND, "no witness has cosigned a checkpoint yet");
    return ok && clear_public(n, a, to, row.note, ret, e);
}

bool node_proof_clear(struct node *n, struct arena *a, const struct release *to,
                      const struct node_proof *p, const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 16);
    struct jsonw w = JSONW(&out);
    struct merkle_proof proof;
    struct journal *log = NULL;
    bool ok = open_log(n, &log, e) &&
              (p->entry ? journal_prove_entry(log, p->entry, (uint64_t)p->size, &proof, e)
                        : journal_prove_growth(log, (uint64_t)p->from, (uint64_t)p->to, &proof, e));
    journal_drop(&log);
    if (!ok)
        return false;
    jw_object(&w), jw_key(&w, "hashes"), jw_array(&w);
    for (size_t i = 0; i < proof.count; i++) {
        AUTO(buf_drop) struct buf text = BUF(64);
        base64_put(&text, proof.hashes[i].bytes, SHA256_SIZE);
        jw_str(&w, buf_str(&text));
    }
    jw_end(&w), jw_end(&w);
    return clear_public(n, a, to, buf_str(&out), ret, e);
}

struct gathering {
    struct jsonw w;
    struct buf out;
};

static bool add_entry(void *ctx, const struct journal_record *record, struct err *e)
{
    static const char *const states[] = {[PAYLOAD_CLEAR] = "clear",
                                         [PAYLOAD_SEALED] = "sealed",
                                         [PAYLOAD_SHUT] = "shut",
                                         [PAYLOAD_ERASED] = "erased"};
    struct gathering *g = ctx;
    AUTO(buf_drop) struct buf payload = BUF(ENTRIES_BYTES), salt = BUF(256);
    (void)e;
    if (g->out.len + record->header.len + record->payload.len * 4 / 3 > ENTRIES_BYTES - 4096)
        return false;
    base64_put(&payload, record->payload.ptr, record->payload.len);
    base64_put(&salt, record->salt.ptr, record->salt.len);
    jw_object(&g->w);
    jw_key(&g->w, "entry"), jw_raw(&g->w, record->header);
    jw_member_cstr(&g->w, "state", states[record->state]);
    jw_member_str(&g->w, "salt", buf_str(&salt));
    jw_member_str(&g->w, "payload", buf_str(&payload));
    jw_end(&g->w);
    return true;
}

bool node_entries_clear(struct node *n, struct arena *a, const struct release *to,
                        const struct node_entries *asked, const struct cleared **ret, struct err *e)
{
    struct gathering g = {.out = BUF(ENTRIES_BYTES)};
    struct journal *log = NULL;
    int64_t head = 0;
    g.w = JSONW(&g.out);
    if (!open_log(n, &log, e))
        return false;
    jw_object(&g.w), jw_key(&g.w, "entries"), jw_array(&g.w);
    bool ok = journal_head(log, &head, e);
    int64_t end = asked->from + asked->most - 1 < head ? asked->from + asked->most - 1 : head;
    ok = ok && (asked->from > end || journal_walk(log, asked->from, end, add_entry, &g, e) ||
                e->code == ERR_OK); /* stopped by us: the page is full */
    journal_drop(&log);
    if (ok) {
        const struct item_label label = {.tlp = TLP_AMBER_STRICT,
                                         .originator = n->self.org,
                                         .realm = n->self.realm};
        struct release duty = *to;
        duty.purpose = GATE_OVERSIGHT;
        jw_end(&g.w), jw_end(&g.w);
        ok = gate_clear(a, &duty, &(struct gate_item){.label = &label, .whole = buf_str(&g.out)},
                        ret, e);
    }
    buf_drop(&g.out);
    return ok;
}

/* --- cosignatures --- */

/* The witness's own key, vouched for by the key of its node, which the directory knows. */
static bool witness_key(struct node *n, struct arena *a, const struct json *v, struct str org,
                        struct note_key *ret, struct err *e)
{
    AUTO(buf_drop) struct buf vouch = BUF(128);
    struct key_public key, node_key;
    struct org_row row = {};
    struct str text = json_text(v, S("key"));
    struct db *db = node_read(n, e);
    bool ok = db && store_org_find(db, a, org, &row, e);
    node_read_end(n, db);
    if (!ok || !key_public_parse(row.key, &node_key, e) || !key_public_parse(text, &key, e))
        return false;
    if (!base64_read(json_text(v, S("vouch")), &vouch) || vouch.len != KEY_SIGNATURE_SIZE ||
        !key_verify(&node_key, WITNESS_VOUCH, text, (const uint8_t *)vouch.ptr))
        return err_set(e, ERR_DENIED, "the witness's key is not vouched for by its node");
    *ret = note_key(witness_name(a, org), NOTE_COSIGNATURE, &key);
    return true;
}

static bool decide_cosigned(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_cosign *r = (struct node_cosign *)c;
    AUTO(buf_drop) struct buf payload = BUF(NOTE_SIZE_MAX + 4096);
    struct jsonw w = JSONW(&payload);
    struct note note;
    struct checkpoint cp;
    if (!note_parse(r->note, &note, e) || !checkpoint_parse(note.text, &cp, e))
        return false;
    jw_object(&w);
    jw_member_str(&w, "origin", cp.origin);
    jw_member_int(&w, "size", (int64_t)cp.size);
    jw_member_str(&w, "witness", r->witness);
    jw_member_str(&w, "note", r->note);
    jw_end(&w);
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_CHECKPOINT_COSIGNED,
                                            .payload = buf_str(&payload)},
                       NULL, e);
}

bool cosigned_record(struct node *n, struct node_cosign *c, struct err *e)
{
    c->command.decide = decide_cosigned;
    return node_run(n, &c->command, e);
}

/* The note must be of a size and root this log has, signed by us and by the witness. */
bool node_cosign(struct node *n, struct arena *a, struct node_cosign *c, struct err *e)
{
    struct note_key keys[2] = {note_key(n->self.origin, NOTE_ED25519, &n->self.key)};
    struct note note;
    struct checkpoint cp;
    struct merkle_hash root;
    uint64_t signers = 0;
    struct journal *log = NULL;
    const struct json *v = json_parse(a, c->note, e);

    if (!v || !witness_key(n, a, v, c->witness, &keys[1], e))
        return false;
    struct str text = json_text(v, S("note"));
    if (!note_open(text, keys, COUNT(keys), &note, &signers, e) ||
        !checkpoint_parse(note.text, &cp, e))
        return err_wrap(e, "cosigned checkpoint");
    if (signers != 3 || !str_eq(cp.origin, n->self.origin))
        return err_set(e, ERR_INVALID,
                       "a cosigned checkpoint bears our signature and the witness's");
    bool ok = open_log(n, &log, e) && journal_root(log, cp.size, &root, e);
    journal_drop(&log);
    if (!ok)
        return false;
    if (!merkle_eq(&root, &cp.root))
        return err_set(e, ERR_CONFLICT, "the checkpoint shows another root than this log");
    c->note = text;
    return cosigned_record(n, c, e);
}
