/* finding.c - see finding.h. */
#include "store/finding.h"

#include "store/list_private.h"

static struct str text(struct str s)
{
    return s.ptr ? s : S("");
}

bool store_finding_put(struct db *db, const struct finding_row *f, bool *ret_fresh, struct err *e)
{
    struct db_query *q = db_query(
        db,
        "INSERT OR IGNORE INTO finding(id, seq, org, sensor, detector, technique, host, peer, name,"
        " score, first, last, count, features, sentence_en, sentence_ja, received)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        e);
    if (!q)
        return false;
    db_bind_str(q, 1, f->id);
    db_bind_int(q, 2, f->seq);
    db_bind_str(q, 3, f->org);
    db_bind_str(q, 4, text(f->sensor));
    db_bind_str(q, 5, text(f->detector));
    db_bind_str(q, 6, text(f->technique));
    db_bind_str(q, 7, text(f->host));
    db_bind_str(q, 8, text(f->peer));
    db_bind_str(q, 9, text(f->name));
    db_bind_int(q, 10, f->score);
    db_bind_int(q, 11, f->first);
    db_bind_int(q, 12, f->last);
    db_bind_int(q, 13, f->count);
    db_bind_str(q, 14, text(f->features));
    db_bind_str(q, 15, text(f->sentence_en));
    db_bind_str(q, 16, text(f->sentence_ja));
    db_bind_int(q, 17, f->received);
    if (!db_run(q, e))
        return false;
    *ret_fresh = db_changes(db) > 0;
    return true;
}

bool store_finding_known(struct db *db, struct str id, bool *ret_known, struct err *e)
{
    struct db_query *q = db_query(db, "SELECT 1 FROM finding WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    bool known = db_next(q);
    if (!db_done(q, e))
        return false;
    *ret_known = known;
    return true;
}

bool store_finding_list(struct db *db, struct arena *a, const struct finding_query *asked,
                        struct finding_list *ret, struct err *e)
{
    VEC(struct finding_row) list = {0};
    struct db_query *q =
        db_query(db,
                 "SELECT rowid, id, org, sensor, detector, technique, host, peer, name, score,"
                 " first, last, count, features, sentence_en, sentence_ja, received FROM finding"
                 " WHERE (?1 = 0 OR rowid < ?1) AND (?3 = '' OR host = ?3)"
                 " AND (?4 = '' OR detector = ?4) ORDER BY rowid DESC LIMIT ?2",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, asked->before);
    db_bind_int(q, 2, asked->most);
    db_bind_str(q, 3, text(asked->host));
    db_bind_str(q, 4, text(asked->detector));
    while (db_next(q)) {
        struct finding_row row = {
            .place_in_list = db_int(q, 0),
            .id = db_str_keep(q, 1, a),
            .org = db_str_keep(q, 2, a),
            .sensor = db_str_keep(q, 3, a),
            .detector = db_str_keep(q, 4, a),
            .technique = db_str_keep(q, 5, a),
            .host = db_str_keep(q, 6, a),
            .peer = db_str_keep(q, 7, a),
            .name = db_str_keep(q, 8, a),
            .score = db_int(q, 9),
            .first = db_int(q, 10),
            .last = db_int(q, 11),
            .count = db_int(q, 12),
            .features = db_str_keep(q, 13, a),
            .sentence_en = db_str_keep(q, 14, a),
            .sentence_ja = db_str_keep(q, 15, a),
            .received = db_int(q, 16),
        };
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, &ret->rows, &ret->count);
    return db_done(q, e) && (kept || store_too_much(e));
}
