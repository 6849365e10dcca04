/* peer.c - see peer.h. */
#include "store/peer.h"

#include "store/list_private.h"

static struct peer_row read_peer(struct db_query *q, struct arena *a)
{
    struct peer_row p = {
        .org = db_str_keep(q, 0, a),
        .class_name = db_str_keep(q, 1, a),
        .number = db_int(q, 2),
        .at = db_int(q, 4),
    };
    struct str chain = db_blob(q, 3);
    if (chain.len == SHA256_SIZE)
        memcpy(p.chain, chain.ptr, SHA256_SIZE);
    return p;
}

bool store_peer(struct db *db, struct arena *a, struct str org, struct peer_row *ret, struct err *e)
{
    struct db_query *q =
        db_query(db, "SELECT org, class, number, chain, at FROM peer WHERE org = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, org);
    struct peer_row p =
        db_next(q) ? read_peer(q, a) : (struct peer_row){.org = org, .class_name = S("")};
    if (!db_done(q, e))
        return false;
    *ret = p;
    return true;
}

bool store_peer_put(struct db *db, const struct peer_row *p, struct err *e)
{
    struct db_query *q = db_query(
        db, "INSERT OR REPLACE INTO peer(org, class, number, chain, at) VALUES(?1, ?2, ?3, ?4, ?5)",
        e);
    if (!q)
        return false;
    db_bind_str(q, 1, p->org);
    db_bind_str(q, 2, p->class_name);
    db_bind_int(q, 3, p->number);
    db_bind_blob(q, 4, (struct str){(const char *)p->chain, SHA256_SIZE});
    db_bind_int(q, 5, p->at);
    return db_run(q, e);
}

bool store_peer_list(struct db *db, struct arena *a, struct peer_row **ret, size_t *ret_count,
                     struct err *e)
{
    VEC(struct peer_row) list = {0};
    struct db_query *q =
        db_query(db, "SELECT org, class, number, chain, at FROM peer ORDER BY org", e);
    if (!q)
        return false;
    while (list.len < STORE_LIST_MAX && db_next(q))
        vec_push(&list, read_peer(q, a));
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_seen(struct db *db, struct str origin, struct str object, struct seen_row *ret,
                struct err *e)
{
    struct db_query *q =
        db_query(db, "SELECT version, revoked FROM seen WHERE origin = ?1 AND object = ?2", e);
    if (!q)
        return false;
    db_bind_str(q, 1, origin);
    db_bind_str(q, 2, object);
    struct seen_row row = {};
    if (db_next(q))
        row = (struct seen_row){db_int(q, 0), db_int(q, 1) != 0};
    if (!db_done(q, e))
        return false;
    *ret = row;
    return true;
}

bool store_seen_put(struct db *db, struct str origin, struct str object,
                    const struct seen_row *seen, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT INTO seen(origin, object, version, revoked) VALUES(?1, ?2, ?3, ?4)"
                 " ON CONFLICT(origin, object) DO UPDATE SET version = max(version, ?3),"
                 " revoked = max(revoked, ?4)",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, origin);
    db_bind_str(q, 2, object);
    db_bind_int(q, 3, seen->version);
    db_bind_int(q, 4, seen->revoked);
    return db_run(q, e);
}

bool store_cosigned_put(struct db *db, const struct cosigned_row *c, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "INSERT OR IGNORE INTO cosigned(origin, size, witness, at, note)"
                                  " VALUES(?1, ?2, ?3, ?4, ?5)",
                                  e);
    if (!q)
        return false;
    db_bind_str(q, 1, c->origin);
    db_bind_int(q, 2, c->size);
    db_bind_str(q, 3, c->witness);
    db_bind_int(q, 4, c->at);
    db_bind_str(q, 5, c->note);
    return db_run(q, e);
}

bool store_cosigned(struct db *db, struct arena *a, struct cosigned_row *ret, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "SELECT origin, size, witness, at, note FROM cosigned"
                                  " ORDER BY at DESC, size DESC LIMIT 1",
                                  e);
    if (!q)
        return false;
    struct cosigned_row row = {};
    if (db_next(q))
        row = (struct cosigned_row){
            .origin = db_str_keep(q, 0, a),
            .size = db_int(q, 1),
            .witness = db_str_keep(q, 2, a),
            .at = db_int(q, 3),
            .note = db_str_keep(q, 4, a),
        };
    if (!db_done(q, e))
        return false;
    *ret = row;
    return true;
}
