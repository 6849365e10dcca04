/* append.c - how entries come into the file: the writer's side of the journal. See writer.h.
 *
 * Rows are written as they are decided, inside one transaction a batch; a refused command's rows
 * are deleted again, which costs nothing where nothing is refused.
 */
#include "journal/journal_private.h"

bool journal_begin(struct journal *j, struct err *e)
{
    j->new_keys = false;
    return db_begin(j->db, e);
}

void journal_mark(const struct journal *j, struct journal_mark *ret_mark)
{
    ret_mark->tree = j->tree;
    ret_mark->logged = j->logged;
}

static bool delete_past(struct journal *j, const char *literal_sql, int64_t last, struct err *e)
{
    struct db_query *q = db_query(j->db, literal_sql, e);
    if (!q)
        return false;
    db_bind_int(q, 1, last);
    return db_run(q, e);
}

bool journal_undo(struct journal *j, const struct journal_mark *mark, struct err *e)
{
    if (j->tree.size == mark->tree.size)
        return true;
    int64_t seq = j->base + (int64_t)mark->tree.size;
    int64_t position = (int64_t)merkle_stored(mark->tree.size);
    j->tree = mark->tree;
    j->logged = mark->logged;
    return delete_past(j, "DELETE FROM entry WHERE seq > ?1", seq, e) &&
           delete_past(j, "DELETE FROM node WHERE position >= ?1", position, e) &&
           delete_past(j, "DELETE FROM erasure WHERE seq > ?1", seq, e);
}

void journal_abort(struct journal *j, const struct journal_mark *mark)
{
    db_rollback(j->db);
    j->tree = mark->tree;
    j->logged = mark->logged;
}

int64_t journal_next_time(const struct journal *j)
{
    int64_t now = j->clock->now(j->clock);
    return now > j->logged ? now : j->logged + 1;
}

static bool store_node(void *journal, uint64_t position, const struct merkle_hash *hash,
                       struct err *e)
{
    struct journal *j = journal;
    struct db_query *q = db_query(j->db, "INSERT INTO node(position, hash) VALUES (?1, ?2)", e);
    if (!q)
        return false;
    db_bind_int(q, 1, (int64_t)position);
    db_bind_blob(q, 2, (struct str){(const char *)hash->bytes, sizeof hash->bytes});
    return db_run(q, e) ||
           (e->code = ERR_IO, false); /* a node that stands there already is damage */
}

struct draft_parts { /* what the row takes, beside the entry */
    struct str header, salt, payload;
    bool sealed;
    struct data_key key;
    uint8_t digest[SHA256_SIZE];
};

static bool store_entry(struct journal *j, const struct entry *n, const struct draft_parts *p,
                        struct err *e)
{
    struct db_query *q = db_query(j->db,
                                  "INSERT INTO entry(seq, id, header, salt, payload, seal_key, "
                                  "seal_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                  e);
    if (!q)
        return false;
    const struct uuid *id = &n->statement.id;
    db_bind_int(q, 1, n->seq);
    db_bind_blob(q, 2, (struct str){(const char *)id->bytes, sizeof id->bytes});
    db_bind_blob(q, 3, p->header);
    db_bind_blob(q, 5, p->payload);
    if (p->sealed) {
        db_bind_int(q, 6, (int64_t)p->key.id);
        db_bind_blob(q, 7, (struct str){(const char *)p->digest, sizeof p->digest});
    } else {
        db_bind_blob(q, 4, p->salt);
    }
    if (db_run(q, e))
        return true;
    if (e->code == ERR_CONFLICT)
        err_set(e, ERR_CONFLICT, "a statement with this id stands in the log already");
    return false;
}

/* The statement that the draft and this log make. */
static bool fill(struct journal *j, struct arena *a, const struct journal_draft *d, struct str salt,
                 struct entry *n, struct err *e)
{
    if (d->kind <= KIND_UNKNOWN || d->kind >= KIND_COUNT)
        return err_set(e, ERR_INVALID, "a draft of no kind");
    char text[KEY_TEXT_SIZE];
    *n = (struct entry){.logged = journal_next_time(j), .seq = journal_last(j) + 1};
    struct statement *s = &n->statement;
    *s = (struct statement){
        .actor = d->actor,
        .subject = d->subject,
        .has_basis = d->basis != NULL,
        .claimed = d->claimed ? d->claimed : n->logged,
        .id = d->id ? *d->id : uuid_v7(j->clock),
        .key = d->key.len ? d->key : arena_str(a, key_public_format(&j->key, text)),
        .kind_name = kind_info(d->kind)->name,
        .kind = d->kind,
        .log = journal_origin(j),
        .realm = d->realm.len ? d->realm : S("live"),
    };
    if (d->basis)
        memcpy(s->basis, d->basis, sizeof s->basis);
    if (d->payload.len > JOURNAL_PAYLOAD_MAX)
        return err_set(e, ERR_LIMIT, "payload of %zu bytes", d->payload.len);
    payload_commit(salt, d->payload, s->payload);
    return statement_check(s, e);
}

/* A person's signature is checked; without one the node signs where the kind asks for it. */
static bool sign(struct journal *j, const struct journal_draft *d, struct entry *n, struct err *e)
{
    enum sig_class least = kind_info(d->kind)->least;
    if (d->sig.class != SIG_NONE) {
        n->sig = d->sig;
        if (d->sig.class < least)
            return err_set(e, ERR_DENIED, STR_FMT " asks for a stronger key than class " STR_FMT,
                           STR_ARG(n->statement.kind_name), STR_ARG(sig_class_name(d->sig.class)));
        return statement_verify(&n->statement, &n->sig, e);
    }
    if (least == SIG_NONE)
        return true;
    if (least > SIG_NODE || d->key.len)
        return err_set(e, ERR_DENIED, STR_FMT " needs a signature of its author",
                       STR_ARG(n->statement.kind_name));
    AUTO(buf_drop) struct buf text = BUF(ENTRY_HEADER_MAX);
    statement_write(&n->statement, &text);
    n->sig.class = SIG_NODE;
    return j->signer->sign(j->signer, ENTRY_CONTEXT, buf_str(&text), n->sig.value, e);
}

static int32_t day_of(int64_t us)
{
    int64_t day = us / (86400 * TIME_SECOND);
    return (int32_t)(day - (us % (86400 * TIME_SECOND) < 0));
}

static bool seal(struct journal *j, const struct entry *n, struct draft_parts *p, struct buf *out,
                 struct err *e)
{
    const struct statement *s = &n->statement;
    const struct seal_parts plain = {p->salt, p->payload};
    if (!seal_key_for(j, s->subject, day_of(n->logged), &p->key, e) ||
        !seal_close(&p->key, &s->id, &plain, out, e))
        return false;
    p->sealed = true;
    p->payload = buf_str(out);
    seal_digest(&s->id, p->key.id, p->payload, p->digest);
    return true;
}

bool journal_append(struct journal *j, struct arena *a, const struct journal_draft *d,
                    struct entry *ret_entry, struct err *e)
{
    uint8_t drawn[ENTRY_SALT_SIZE];
    AUTO(buf_drop) struct buf header = BUF(ENTRY_HEADER_MAX);
    AUTO(buf_drop) struct buf sealed = BUF(JOURNAL_PAYLOAD_MAX + 1024);
    struct draft_parts p = {.salt = d->salt, .payload = d->payload.ptr ? d->payload : S("")};
    struct entry n = {0};
    if (!p.salt.ptr) {
        random_bytes(drawn, sizeof drawn);
        p.salt = (struct str){(const char *)drawn, sizeof drawn};
    }
    if (p.salt.len < ENTRY_SALT_MIN || p.salt.len > ENTRY_SALT_MAX)
        return err_set(e, ERR_INVALID, "salt of %zu bytes, not 16 to 64", p.salt.len);
    if (!fill(j, a, d, p.salt, &n, e) || !sign(j, d, &n, e))
        return false;
    if (d->erasable && !seal(j, &n, &p, &sealed, e))
        return false;
    entry_write(&n, &header);
    if (header.over)
        return err_set(e, ERR_LIMIT, "entry larger than %d bytes", ENTRY_HEADER_MAX);
    p.header = buf_str(&header);
    if (!store_entry(j, &n, &p, e))
        return false;
    struct merkle_hash leaf = merkle_leaf(p.header);
    if (!merkle_append(&j->tree, &leaf, store_node, j, e))
        return false;
    j->logged = n.logged;
    *ret_entry = n;
    return true;
}

bool journal_note_erasure(struct journal *j, int64_t seq, const struct journal_erasure *erasure,
                          struct err *e)
{
    struct db_query *q =
        db_query(j->db,
                 "INSERT INTO erasure(seq, subject, first, last, done) VALUES (?1, ?2, ?3, ?4, 0)",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, seq);
    db_bind_str(q, 2, erasure->subject);
    db_bind_int(q, 3, erasure->from);
    db_bind_int(q, 4, erasure->to);
    return db_run(q, e);
}

/* What the log says of itself now, under the node's key: in the same transaction as the entries. */
static bool sign_checkpoint(struct journal *j, struct err *e)
{
    AUTO(buf_drop) struct buf note = BUF(NOTE_SIZE_MAX);
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct checkpoint c = {.origin = journal_origin(j), .size = j->tree.size};
    merkle_root(&j->tree, &c.root);
    checkpoint_write(&c, &note);
    if (!j->signer->sign_note(j->signer, buf_str(&note), signature, e))
        return false;
    struct note_key key = note_key(c.origin, NOTE_ED25519, &j->key);
    buf_byte(&note, '\n');
    note_signature_line(&key, 0, signature, &note);
    if (!db_exec(j->db, "DELETE FROM checkpoint", e))
        return false;
    struct db_query *q = db_query(j->db, "INSERT INTO checkpoint(size, note) VALUES (?1, ?2)", e);
    if (!q)
        return false;
    db_bind_int(q, 1, (int64_t)c.size);
    db_bind_blob(q, 2, buf_str(&note));
    return db_run(q, e);
}

bool journal_commit(struct journal *j, struct err *e)
{
    if (j->new_keys && !j->signer->sync(j->signer, e))
        return err_wrap(e, "keys of erasable payloads");
    return sign_checkpoint(j, e) && db_commit(j->db, e);
}

bool journal_carry_out_erasures(struct journal *j, struct err *e)
{
    struct db_query *q =
        db_query(j->db, "SELECT subject, first, last FROM erasure WHERE done = 0", e);
    if (!q)
        return false;
    size_t count = 0;
    while (db_next(q)) {
        if (!j->signer->erase(j->signer, db_str(q, 0), (int32_t)db_int(q, 1), (int32_t)db_int(q, 2),
                              e)) {
            db_abandon(q);
            return false;
        }
        count++;
    }
    if (!db_done(q, e))
        return false;
    seal_forget(j);
    return count == 0 || db_exec(j->db, "UPDATE erasure SET done = 1 WHERE done = 0", e);
}
