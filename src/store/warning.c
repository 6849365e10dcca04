/* warning.c - warnings and receipts; blocks are in block.c. */
#include "store/warning.h"

#include "store/list_private.h"

#define WARNING_COLUMNS                                                                            \
    "id, seq, version, origin, issuer, kind, value, class, threat, confidence, tlp, source, why,"  \
    " seen, sighted, issued, received, valid_until, withdrawn, reason, action, automatic, path,"   \
    " sightings"

static struct str text(struct str s)
{
    return s.ptr ? s : S("");
}

static struct warning_row read_warning(struct db_query *q, struct arena *a)
{
    return (struct warning_row){
        .id = db_str_keep(q, 0, a),
        .seq = db_int(q, 1),
        .version = db_int(q, 2),
        .origin = db_str_keep(q, 3, a),
        .issuer = db_str_keep(q, 4, a),
        .selector = {(enum selector_kind)db_int(q, 5), db_str_keep(q, 6, a)},
        .class = db_int(q, 7),
        .threat = db_str_keep(q, 8, a),
        .confidence = db_int(q, 9),
        .tlp = db_int(q, 10),
        .source = db_str_keep(q, 11, a),
        .why = db_str_keep(q, 12, a),
        .seen = db_int(q, 13),
        .sighted = db_int(q, 14),
        .issued = db_int(q, 15),
        .received = db_int(q, 16),
        .valid_until = db_int(q, 17),
        .withdrawn = db_int(q, 18),
        .reason = db_str_keep(q, 19, a),
        .action = db_int(q, 20),
        .automatic = db_int(q, 21) != 0,
        .path = db_str_keep(q, 22, a),
        .sightings = db_int(q, 23),
    };
}

static void bind_warning(struct db_query *q, const struct warning_row *w)
{
    const struct str texts[] = {w->id,     w->origin, w->issuer, w->selector.value,
                                w->threat, w->source, w->why,    w->path};
    const int64_t numbers[] = {
        w->seq,         w->version, w->selector.kind, w->class,     w->confidence,
        w->tlp,         w->seen,    w->sighted,       w->issued,    w->received,
        w->valid_until, w->action,  w->automatic,     w->sightings, store_hash(&w->selector),
    };
    for (int i = 0; i < (int)COUNT(texts); i++)
        db_bind_str(q, i + 1, text(texts[i]));
    for (int i = 0; i < (int)COUNT(numbers); i++)
        db_bind_int(q, i + 1 + (int)COUNT(texts), numbers[i]);
}

bool store_warning_put(struct db *db, const struct warning_row *w, struct err *e)
{
    struct db_query *q = db_query(
        db,
        "INSERT OR REPLACE INTO warning(id, origin, issuer, value, threat, source, why, path, seq,"
        " version, kind, class, confidence, tlp, seen, sighted, issued, received, valid_until,"
        " action, automatic, sightings, hash, withdrawn, reason) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
        " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, 0, '')",
        e);
    if (!q)
        return false;
    bind_warning(q, w);
    return db_run(q, e);
}

bool store_warning_find(struct db *db, struct arena *a, struct str id, struct warning_row *ret,
                        struct err *e)
{
    struct db_query *q = db_query(db, "SELECT " WARNING_COLUMNS " FROM warning WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    bool found = db_next(q);
    struct warning_row row = found ? read_warning(q, a) : (struct warning_row){};
    if (!db_done(q, e))
        return false;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "no warning '" STR_FMT "'", STR_ARG(id));
    *ret = row;
    return true;
}

bool store_warning_live(struct db *db, struct arena *a, const struct selector *s, int64_t now,
                        struct warning_row *ret, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "SELECT " WARNING_COLUMNS " FROM warning WHERE hash = ?1"
                                  " AND kind = ?2 AND value = ?3 AND withdrawn = 0"
                                  " AND valid_until > ?4 ORDER BY seq DESC LIMIT 1",
                                  e);
    if (!q)
        return false;
    db_bind_int(q, 1, store_hash(s));
    db_bind_int(q, 2, s->kind);
    db_bind_str(q, 3, s->value);
    db_bind_int(q, 4, now);
    struct warning_row row = db_next(q) ? read_warning(q, a) : (struct warning_row){};
    if (!db_done(q, e))
        return false;
    *ret = row;
    return true;
}

bool store_warning_withdraw(struct db *db, struct str id, int64_t at, struct str reason,
                            struct err *e)
{
    struct db_query *q = db_query(db,
                                  "UPDATE warning SET withdrawn = ?2, reason = ?3,"
                                  " version = version + 1 WHERE id = ?1 AND withdrawn = 0",
                                  e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    db_bind_int(q, 2, at);
    db_bind_str(q, 3, text(reason));
    return db_run(q, e);
}

bool store_warning_seen_again(struct db *db, struct str id, int64_t times, struct err *e)
{
    struct db_query *q =
        db_query(db, "UPDATE warning SET sightings = sightings + ?2 WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    db_bind_int(q, 2, times);
    return db_run(q, e);
}

bool store_warning_act(struct db *db, struct str id, int64_t action, struct err *e)
{
    struct db_query *q = db_query(db, "UPDATE warning SET action = ?2 WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    db_bind_int(q, 2, action);
    return db_run(q, e);
}

bool store_warning_list(struct db *db, struct arena *a, const struct warning_page *page,
                        struct warning_row **ret, size_t *ret_count, struct err *e)
{
    VEC(struct warning_row) list = {0};
    struct db_query *q =
        db_query(db,
                 "SELECT " WARNING_COLUMNS " FROM warning WHERE (?1 = 0 OR seq < ?1)"
                 " AND (?3 = 0 OR (withdrawn = 0 AND valid_until > ?3)) ORDER BY seq DESC LIMIT ?2",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, page->before);
    db_bind_int(q, 2, page->most);
    db_bind_int(q, 3, page->live_at);
    while (list.len < STORE_LIST_MAX && db_next(q))
        vec_push(&list, read_warning(q, a));
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_receipt_put(struct db *db, const struct receipt_row *r, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT OR IGNORE INTO receipt(warning, org, step, at, recorded, action)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, r->warning);
    db_bind_str(q, 2, r->org);
    db_bind_str(q, 3, r->step);
    db_bind_int(q, 4, r->at);
    db_bind_int(q, 5, r->recorded);
    db_bind_str(q, 6, text(r->action));
    return db_run(q, e);
}

bool store_receipts(struct db *db, struct arena *a, struct str warning, struct receipt_row **ret,
                    size_t *ret_count, struct err *e)
{
    VEC(struct receipt_row) list = {0};
    struct db_query *q = db_query(db,
                                  "SELECT warning, org, step, at, recorded, action FROM receipt"
                                  " WHERE warning = ?1 ORDER BY recorded, org, step",
                                  e);
    if (!q)
        return false;
    db_bind_str(q, 1, warning);
    while (list.len < STORE_LIST_MAX && db_next(q)) {
        struct receipt_row row = {db_str_keep(q, 0, a), db_str_keep(q, 1, a), db_str_keep(q, 2, a),
                                  db_int(q, 3),         db_int(q, 4),         db_str_keep(q, 5, a)};
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}
