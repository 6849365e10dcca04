/* block.c - what stands in this organisation's resolver and firewall, and what was refused. */
#include "store/list_private.h"
#include "store/warning.h"

bool store_block_put(struct db *db, const struct block_row *b, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT OR REPLACE INTO block(warning, kind, value, added, until, state, why)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, b->warning);
    db_bind_int(q, 2, b->selector.kind);
    db_bind_str(q, 3, b->selector.value);
    db_bind_int(q, 4, b->added);
    db_bind_int(q, 5, b->until);
    db_bind_str(q, 6, b->state);
    db_bind_str(q, 7, b->why.ptr ? b->why : S(""));
    return db_run(q, e);
}

bool store_block_state(struct db *db, struct str warning, struct str state, struct str why,
                       struct err *e)
{
    struct db_query *q =
        db_query(db, "UPDATE block SET state = ?2, why = ?3 WHERE warning = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, warning);
    db_bind_str(q, 2, state);
    db_bind_str(q, 3, why.ptr ? why : S(""));
    return db_run(q, e);
}

bool store_blocks(struct db *db, struct arena *a, struct str state, int64_t most,
                  struct block_list *ret, struct err *e)
{
    VEC(struct block_row) list = {0};
    struct db_query *q = db_query(db,
                                  "SELECT warning, kind, value, added, until, state, why FROM block"
                                  " WHERE state = ?1 ORDER BY added, warning LIMIT ?2",
                                  e);
    if (!q)
        return false;
    db_bind_str(q, 1, state);
    db_bind_int(q, 2, most);
    while (db_next(q)) {
        struct block_row row = {
            .warning = db_str_keep(q, 0, a),
            .selector = {(enum selector_kind)db_int(q, 1), db_str_keep(q, 2, a)},
            .added = db_int(q, 3),
            .until = db_int(q, 4),
            .state = db_str_keep(q, 5, a),
            .why = db_str_keep(q, 6, a),
        };
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, &ret->rows, &ret->count);
    return db_done(q, e) && (kept || store_too_much(e));
}
