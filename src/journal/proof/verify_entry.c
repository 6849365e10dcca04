/* verify_entry.c - one entry after the other: header, salt, payload, signature, leaf and the
 * nodes it completes. See verify.h. */
#include "journal/proof/verify_private.h"

#include "core/json.h"

/* The node at `position` as the file has it, against what the headers give. */
static bool compare_node(void *ctx, uint64_t position, const struct merkle_hash *hash,
                         struct err *e)
{
    struct verifier *v = ctx;
    struct merkle_hash stored;
    struct err why = {0};
    int level = (int)(position - merkle_stored(v->tree.size));
    int64_t first = v->seq - (INT64_C(1) << level) + 1;
    if (!journal_node(v->j, position, &stored, &why)) {
        if (why.code != ERR_NOT_FOUND)
            return *e = why, false;
        verify_problem(v, v->seq, "its hash in the tree is missing");
        return true;
    }
    if (merkle_eq(&stored, hash))
        return true;
    if (level == 0) {
        v->bad_leaf = v->seq;
        verify_problem(v, v->seq, "header does not match its leaf hash");
    } else if (v->bad_leaf < first) { /* else the leaf is to blame, and was named */
        verify_problem(v, v->seq, "stored hash over entries %lld to %lld does not match them",
                       (long long)first, (long long)v->seq);
    }
    return true;
}

static void check_clear(struct verifier *v, const struct journal_row *row,
                        const struct statement *s)
{
    uint8_t digest[SHA256_SIZE];
    payload_commit(row->salt, row->payload, digest);
    if (row->salt.len < ENTRY_SALT_MIN || row->salt.len > ENTRY_SALT_MAX || !row->payload.ptr ||
        memcmp(digest, s->payload, sizeof digest) != 0)
        verify_problem(v, row->seq, "payload does not match its commitment");
    if (row->digest.ptr)
        verify_problem(v, row->seq, "a payload that is not sealed has a seal");
}

/* Without its key a sealed payload is known by the digest beside it; with it, also by the
 * commitment. */
static void check_sealed(struct verifier *v, const struct journal_row *row,
                         const struct statement *s, struct arena *a)
{
    uint8_t digest[SHA256_SIZE];
    struct data_key key;
    struct seal_parts parts;
    struct err e = {0};
    v->report->sealed++;
    seal_digest(&s->id, row->seal_key, row->payload, digest);
    if (!str_eq(row->digest, (struct str){(const char *)digest, sizeof digest}) || row->salt.ptr) {
        verify_problem(v, row->seq, "sealed payload does not match its digest");
        return;
    }
    if (!v->o->signer || !v->o->signer->data_key_find(v->o->signer, row->seal_key, &key, &e))
        return;
    if (!seal_open(&key, &s->id, row->payload, a, &parts, &e)) {
        verify_problem(v, row->seq, "%s", e.text);
        return;
    }
    payload_commit(parts.salt, parts.payload, digest);
    if (memcmp(digest, s->payload, sizeof digest) != 0)
        verify_problem(v, row->seq, "payload does not match its commitment");
}

static void check_signature(struct verifier *v, const struct entry *n)
{
    const struct kind_info *kind = kind_info(n->statement.kind);
    struct key_public key;
    struct err e = {0};
    if (n->sig.class < kind->least)
        verify_problem(v, n->seq, "%.*s without the signature it needs", STR_ARG(kind->name));
    if (n->sig.class == SIG_NONE)
        return;
    v->report->signatures++;
    if (!statement_verify(&n->statement, &n->sig, &e))
        verify_problem(v, n->seq, "%s", e.text);
    else if (n->sig.class == SIG_NODE &&
             (!key_public_parse(n->statement.key, &key, &e) || !key_public_eq(&key, &v->key)))
        verify_problem(v, n->seq, "signed by another node's key");
}

static void check_place(struct verifier *v, const struct journal_row *row, const struct entry *n,
                        struct str id)
{
    const struct statement *s = &n->statement;
    if (n->seq != row->seq)
        verify_problem(v, row->seq, "its header says it is entry %lld", (long long)n->seq);
    if (n->logged <= v->logged)
        verify_problem(v, row->seq, "logged no later than the entry before it");
    if (!str_eq(s->log, journal_origin(v->j)))
        verify_problem(v, row->seq, "made for the log " STR_FMT, STR_ARG(s->log));
    if (!str_eq(id, (struct str){(const char *)s->id.bytes, sizeof s->id.bytes}))
        verify_problem(v, row->seq, "stored under the id of another statement");
    v->logged = n->logged;
}

/* {"origin","size","witness","note"}: a witness of other logs keeps theirs, which only they can judge. */
static void check_cosigned(struct verifier *v, const struct journal_row *row, struct arena *a)
{
    struct err e = {0};
    const struct json *said = json_parse(a, row->payload, &e);
    if (!said)
        verify_problem(v, row->seq, "the cosigned checkpoint: %s", e.text);
    else if (str_eq(json_text(said, S("origin")), journal_origin(v->j)))
        verify_note(v, json_text(said, S("note")), row->seq, "the cosigned checkpoint");
}

static void check_entry(struct verifier *v, const struct journal_row *row, struct str id)
{
    AUTO(arena_drop) struct arena a = ARENA(JOURNAL_PAYLOAD_MAX + (1 << 20));
    struct entry n;
    struct err e = {0};
    if (!entry_parse(&a, row->header, &n, &e)) {
        verify_problem(v, row->seq, "header: %s", e.text);
        return;
    }
    check_place(v, row, &n, id);
    if (row->sealed)
        check_sealed(v, row, &n.statement, &a);
    else
        check_clear(v, row, &n.statement);
    check_signature(v, &n);
    if (n.statement.kind == KIND_CHECKPOINT_COSIGNED && !row->sealed)
        check_cosigned(v, row, &a);
}

static bool check_row(struct verifier *v, const struct journal_row *row, struct str id,
                      struct err *e)
{
    if (row->seq >
        v->expected) /* what is not there cannot be put into the tree: the hashes will differ */
        verify_problem(v, v->expected,
                       row->seq - v->expected > 1 ? "missing, and those up to %lld" : "missing",
                       (long long)row->seq - 1);
    v->expected = row->seq + 1;
    v->seq = row->seq;
    struct merkle_hash leaf = merkle_leaf(row->header);
    if (!merkle_append(&v->tree, &leaf, compare_node, v, e))
        return false;
    check_entry(v, row, id);
    return true;
}

static void check_leftovers(struct verifier *v)
{
    struct err e = {0};
    struct db_query *q = db_query(v->j->db, "SELECT count(*) FROM node WHERE position >= ?1", &e);
    if (!q)
        return;
    db_bind_int(q, 1, (int64_t)merkle_stored(v->tree.size));
    int64_t more = db_next(q) ? db_int(q, 0) : 0;
    if (db_done(q, &e) && more)
        verify_problem(v, v->seq + 1, "missing: the tree holds %lld hashes beyond the entries",
                       (long long)more);
}

bool verify_entries(struct verifier *v)
{
    struct err e = {0};
    v->expected = v->j->base + 1;
    struct db_query *q =
        db_query(v->j->db, "SELECT " JOURNAL_COLUMNS ", id FROM entry NOT INDEXED ORDER BY seq",
                 &e);
    bool ok = q != NULL;
    while (ok && db_next(q)) {
        struct journal_row row;
        journal_row_read(q, &row);
        ok = check_row(v, &row, db_blob(q, 6), &e);
    }
    if (q && !ok)
        db_abandon(q);
    else if (q)
        ok = db_done(q, &e);
    if (!ok)
        verify_problem(v, v->expected, "cannot be read: %s", e.text);
    else
        check_leftovers(v);
    return ok;
}
