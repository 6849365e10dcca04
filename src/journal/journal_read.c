/* journal_read.c - entries, walks, sizes, roots and proofs, from the file. See journal.h. */
#include "journal/journal_private.h"

bool journal_node(void *journal, uint64_t position, struct merkle_hash *ret_hash, struct err *e)
{
    struct journal *j = journal;
    struct db_query *q = db_query(j->db, "SELECT hash FROM node WHERE position = ?1", e);
    if (!q)
        return false;
    db_bind_int(q, 1, (int64_t)position);
    struct str hash = db_next(q) ? db_blob(q, 0) : STR_NONE;
    bool whole = hash.len == sizeof ret_hash->bytes;
    if (whole)
        memcpy(ret_hash->bytes, hash.ptr, hash.len);
    return db_done(q, e) && (whole || err_set(e, ERR_NOT_FOUND, "no tree node at position %llu",
                                              (unsigned long long)position));
}

bool journal_head(struct journal *j, int64_t *ret_seq, struct err *e)
{
    struct db_query *q = db_query(j->db, "SELECT max(seq) FROM entry", e);
    if (!q)
        return false;
    int64_t head = db_next(q) && !db_is_null(q, 0) ? db_int(q, 0) : j->base;
    if (!db_done(q, e))
        return false;
    if (head < j->base)
        return err_set(e, ERR_IO, "entry %lld in a log that begins after %lld", (long long)head,
                       (long long)j->base);
    *ret_seq = head;
    return true;
}

void journal_row_read(struct db_query *q, struct journal_row *ret)
{
    *ret = (struct journal_row){.seq = db_int(q, 0),
                                .header = db_blob(q, 1),
                                .salt = db_blob(q, 2),
                                .payload = db_blob(q, 3),
                                .digest = db_blob(q, 5),
                                .sealed = !db_is_null(q, 4),
                                .seal_key = (uint64_t)db_int(q, 4)};
}

static bool open_sealed(struct journal *j, const struct journal_row *row, struct arena *a,
                        struct journal_record *r, struct err *e)
{
    struct data_key key;
    struct err why = {0};
    r->salt = r->payload = STR_NONE;
    if (!seal_key_find(j, row->seal_key, &key, &why)) {
        if (why.code != ERR_NOT_FOUND && why.code != ERR_UNAVAILABLE) {
            *e = why;
            return false;
        }
        r->state = why.code == ERR_NOT_FOUND ? PAYLOAD_ERASED : PAYLOAD_SHUT;
        return true;
    }
    struct seal_parts parts;
    if (!seal_open(&key, &r->entry.statement.id, row->payload, a, &parts, e))
        return err_wrap(e, "entry %lld", (long long)row->seq);
    r->salt = parts.salt;
    r->payload = parts.payload;
    r->state = PAYLOAD_SEALED;
    return true;
}

/* The record's text lies in the row, or in `a` where it had to be made. */
static bool record_of(struct journal *j, const struct journal_row *row, struct arena *a,
                      struct journal_record *ret, struct err *e)
{
    struct journal_record r = {.header = row->header, .salt = row->salt, .payload = row->payload};
    if (!entry_parse(a, row->header, &r.entry, e))
        return err_wrap(e, "entry %lld", (long long)row->seq);
    r.leaf = merkle_leaf(row->header);
    if (row->sealed && !open_sealed(j, row, a, &r, e))
        return false;
    *ret = r;
    return true;
}

bool journal_read(struct journal *j, struct arena *a, int64_t seq,
                  struct journal_record *ret_record, struct err *e)
{
    if (seq <= j->base && j->older_name[0]) {
        struct journal *older;
        return journal_older(j, &older, e) && journal_read(older, a, seq, ret_record, e);
    }
    struct db_query *q = db_query(j->db, "SELECT " JOURNAL_COLUMNS " FROM entry WHERE seq = ?1", e);
    if (!q)
        return false;
    db_bind_int(q, 1, seq);
    if (!db_next(q))
        return db_done(q, e) && err_set(e, ERR_NOT_FOUND, "there is no entry %lld", (long long)seq);
    struct journal_row row;
    journal_row_read(q, &row);
    row.header = arena_str(a, row.header);
    if (!row.sealed) {
        row.salt = arena_str(a, row.salt);
        row.payload = arena_str(a, row.payload);
    }
    bool fits = row.header.ptr && row.payload.ptr;
    bool ok =
        fits ? record_of(j, &row, a, ret_record, e)
             : err_set(e, ERR_LIMIT, "entry %lld needs more memory than allowed", (long long)seq);
    if (!ok)
        return db_abandon(q), false;
    return db_done(q, e);
}

bool journal_find(struct journal *j, const struct uuid *id, int64_t *ret_seq, struct err *e)
{
    struct db_query *q = db_query(j->db, "SELECT seq FROM entry WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_blob(q, 1, (struct str){(const char *)id->bytes, sizeof id->bytes});
    bool found = db_next(q);
    int64_t seq = found ? db_int(q, 0) : 0;
    if (!db_done(q, e))
        return false;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "no entry holds that statement");
    *ret_seq = seq;
    return true;
}

bool journal_walk(struct journal *j, int64_t from, int64_t to, journal_visit *visit, void *ctx,
                  struct err *e)
{
    if (from <= j->base && j->older_name[0]) {
        struct journal *older;
        if (!journal_older(j, &older, e) ||
            !journal_walk(older, from, to < j->base ? to : j->base, visit, ctx, e))
            return false;
    }
    struct db_query *q =
        db_query(j->db,
                 "SELECT " JOURNAL_COLUMNS " FROM entry WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, from > j->base ? from : j->base + 1);
    db_bind_int(q, 2, to);
    while (db_next(q)) {
        AUTO(arena_drop) struct arena a = ARENA(JOURNAL_PAYLOAD_MAX + (1 << 20));
        struct journal_row row;
        struct journal_record record;
        journal_row_read(q, &row);
        if (!record_of(j, &row, &a, &record, e) || !visit(ctx, &record, e)) {
            db_abandon(q);
            return false;
        }
    }
    return db_done(q, e);
}

bool journal_size(struct journal *j, uint64_t *ret_size, struct err *e)
{
    int64_t head = 0;
    if (!journal_head(j, &head, e))
        return false;
    *ret_size = (uint64_t)(head - j->base);
    return true;
}

bool journal_root(struct journal *j, uint64_t size, struct merkle_hash *ret_root, struct err *e)
{
    struct merkle_tree t;
    uint64_t whole = 0;
    if (!journal_size(j, &whole, e))
        return false;
    if (size > whole)
        return err_set(e, ERR_NOT_FOUND, "the log has %llu entries", (unsigned long long)whole);
    if (!merkle_open(size, journal_node, j, &t, e))
        return false;
    merkle_root(&t, ret_root);
    return true;
}

bool journal_prove_entry(struct journal *j, int64_t seq, uint64_t size,
                         struct merkle_proof *ret_proof, struct err *e)
{
    if (seq <= j->base)
        return err_set(e, ERR_NOT_FOUND, "entry %lld stands in an earlier log", (long long)seq);
    return merkle_prove_inclusion((uint64_t)(seq - j->base - 1), size, journal_node, j, ret_proof,
                                  e);
}

bool journal_prove_growth(struct journal *j, uint64_t from, uint64_t to,
                          struct merkle_proof *ret_proof, struct err *e)
{
    return merkle_prove_consistency(from, to, journal_node, j, ret_proof, e);
}

bool journal_tile(struct journal *j, int level, uint64_t tile, int width, struct buf *out,
                  struct err *e)
{
    if (level < 0 || level > 6 || width < 1 || width > 256 || tile >> (54 - 8 * level))
        return err_set(e, ERR_INVALID, "no such tile");
    for (int i = 0; i < width; i++) {
        struct merkle_hash hash;
        uint64_t at = merkle_position(8 * level, 256 * tile + (uint64_t)i);
        if (!journal_node(j, at, &hash, e))
            return false;
        if (!buf_bytes(out, hash.bytes, sizeof hash.bytes))
            return err_set(e, ERR_LIMIT, "tile larger than the buffer");
    }
    return true;
}

bool journal_checkpoint(struct journal *j, struct arena *a, uint64_t size, struct str *ret_note,
                        struct err *e)
{
    struct db_query *q =
        db_query(j->db, "SELECT note FROM checkpoint WHERE size <= ?1 ORDER BY size DESC LIMIT 1",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, size > INT64_MAX ? INT64_MAX : (int64_t)size);
    struct str note = db_next(q) ? db_str_keep(q, 0, a) : STR_NONE;
    if (!db_done(q, e))
        return false;
    if (!note.ptr)
        return err_set(e, ERR_NOT_FOUND, "no checkpoint was signed yet");
    *ret_note = note;
    return true;
}
