/* change.c - see change.h. */
#include "store/change.h"

#include "store/list_private.h"

static const struct str generation_name = S_("selectors");

bool store_generation(struct db *db, int64_t *ret, struct err *e)
{
    return store_counter(db, generation_name, ret, e);
}

bool store_generation_next(struct db *db, int64_t *ret, struct err *e)
{
    int64_t last = 0;
    if (!store_counter(db, generation_name, &last, e) ||
        !store_counter_put(db, generation_name, last + 1, e))
        return false;
    *ret = last + 1;
    return true;
}

bool store_change_put(struct db *db, const struct change_row *c, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT INTO selector_change(generation, item, withdraw, kind, value, action,"
                 " confidence, valid_until, threat, source)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, c->generation);
    db_bind_int(q, 2, c->item);
    db_bind_int(q, 3, c->withdraw);
    db_bind_int(q, 4, c->selector.kind);
    db_bind_str(q, 5, c->selector.value.ptr ? c->selector.value : S(""));
    db_bind_int(q, 6, c->action);
    db_bind_int(q, 7, c->confidence);
    db_bind_int(q, 8, c->valid_until);
    db_bind_str(q, 9, c->threat.ptr ? c->threat : S(""));
    db_bind_str(q, 10, c->source.ptr ? c->source : S(""));
    return db_run(q, e);
}

bool store_changes(struct db *db, struct arena *a, int64_t after, int64_t most,
                   struct change_list *ret, struct err *e)
{
    VEC(struct change_row) list = {0};
    struct db_query *q =
        db_query(db,
                 "SELECT generation, item, withdraw, kind, value, action, confidence, valid_until,"
                 " threat, source FROM selector_change WHERE generation > ?1"
                 " ORDER BY generation, item LIMIT ?2",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, after);
    db_bind_int(q, 2, most);
    while (list.len < STORE_LIST_MAX && db_next(q)) {
        struct change_row row = {
            .generation = db_int(q, 0),
            .item = db_int(q, 1),
            .withdraw = db_int(q, 2),
            .selector = {(enum selector_kind)db_int(q, 3), db_str_keep(q, 4, a)},
            .action = db_int(q, 5),
            .confidence = db_int(q, 6),
            .valid_until = db_int(q, 7),
            .threat = db_str_keep(q, 8, a),
            .source = db_str_keep(q, 9, a),
        };
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, &ret->rows, &ret->count);
    return db_done(q, e) && (kept || store_too_much(e));
}
