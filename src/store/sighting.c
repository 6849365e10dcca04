/* sighting.c - see sighting.h. */
#include "store/sighting.h"

#include "store/list_private.h"

static struct str text(struct str s)
{
    return s.ptr ? s : S("");
}

bool store_sighting_put(struct db *db, const struct sighting_row *s, bool *ret_fresh, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT OR IGNORE INTO sighting(id, seq, org, hash, kind, value, at, received,"
                 " count, place, community_id, flow)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, s->id);
    db_bind_int(q, 2, s->seq);
    db_bind_str(q, 3, s->org);
    db_bind_int(q, 4, store_hash(&s->selector));
    db_bind_int(q, 5, s->selector.kind);
    db_bind_str(q, 6, s->selector.value);
    db_bind_int(q, 7, s->at);
    db_bind_int(q, 8, s->received);
    db_bind_int(q, 9, s->count);
    db_bind_str(q, 10, text(s->place));
    db_bind_str(q, 11, text(s->community_id));
    db_bind_str(q, 12, text(s->flow));
    if (!db_run(q, e))
        return false;
    *ret_fresh = db_changes(db) > 0;
    return true;
}

bool store_sighting_known(struct db *db, struct str id, bool *ret_known, struct err *e)
{
    struct db_query *q = db_query(db, "SELECT 1 FROM sighting WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    bool known = db_next(q);
    if (!db_done(q, e))
        return false;
    *ret_known = known;
    return true;
}

bool store_sighting_rate(struct db *db, const struct selector *s, int64_t since,
                         struct sighting_rate *ret, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "SELECT coalesce(sum(count), 0), count(DISTINCT org),"
                                  " coalesce(min(at), 0) FROM sighting WHERE hash = ?1"
                                  " AND received >= ?2 AND kind = ?3 AND value = ?4",
                                  e);
    if (!q)
        return false;
    db_bind_int(q, 1, store_hash(s));
    db_bind_int(q, 2, since);
    db_bind_int(q, 3, s->kind);
    db_bind_str(q, 4, s->value);
    struct sighting_rate rate = {};
    if (db_next(q))
        rate = (struct sighting_rate){db_int(q, 0), db_int(q, 1), db_int(q, 2)};
    if (!db_done(q, e))
        return false;
    *ret = rate;
    return true;
}

bool store_sighting_list(struct db *db, struct arena *a, int64_t before, int64_t most,
                         struct sighting_list *ret, struct err *e)
{
    VEC(struct sighting_row) list = {0};
    struct db_query *q = db_query(
        db,
        "SELECT id, org, rowid, kind, value, at, received, count, place, community_id, flow"
        " FROM sighting WHERE ?1 = 0 OR rowid < ?1 ORDER BY rowid DESC LIMIT ?2",
        e);
    if (!q)
        return false;
    db_bind_int(q, 1, before);
    db_bind_int(q, 2, most);
    while (db_next(q)) {
        struct sighting_row row = {
            .id = db_str_keep(q, 0, a),
            .org = db_str_keep(q, 1, a),
            .place_in_list = db_int(q, 2),
            .selector = {(enum selector_kind)db_int(q, 3), db_str_keep(q, 4, a)},
            .at = db_int(q, 5),
            .received = db_int(q, 6),
            .count = db_int(q, 7),
            .place = db_str_keep(q, 8, a),
            .community_id = db_str_keep(q, 9, a),
            .flow = db_str_keep(q, 10, a),
        };
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, &ret->rows, &ret->count);
    return db_done(q, e) && (kept || store_too_much(e));
}
