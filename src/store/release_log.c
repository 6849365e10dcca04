/* release_log.c - see release_log.h. */
#include "store/release_log.h"

#include "store/list_private.h"

static struct release_class read_class(struct db_query *q, struct arena *a)
{
    struct release_class c = {
        .id = db_int(q, 0),
        .name = db_str_keep(q, 1, a),
        .org = db_str_keep(q, 2, a),
        .number = db_int(q, 3),
    };
    struct str chain = db_blob(q, 4);
    if (chain.len == SHA256_SIZE)
        memcpy(c.chain, chain.ptr, SHA256_SIZE);
    return c;
}

bool store_release_class_find(struct db *db, struct arena *a, struct str name,
                              struct release_class *ret, struct err *e)
{
    struct db_query *q =
        db_query(db, "SELECT id, name, org, number, chain FROM release_class WHERE name = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, name);
    struct release_class c = db_next(q) ? read_class(q, a) : (struct release_class){};
    if (!db_done(q, e))
        return false;
    *ret = c;
    return true;
}

bool store_release_class(struct db *db, struct arena *a, struct str name, struct str org,
                         struct release_class *ret, struct err *e)
{
    static const uint8_t none[SHA256_SIZE];
    if (!store_release_class_find(db, a, name, ret, e))
        return false;
    if (ret->id)
        return true;
    struct db_query *q =
        db_query(db, "INSERT INTO release_class(name, org, number, chain) VALUES(?1, ?2, 0, ?3)",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, name);
    db_bind_str(q, 2, org);
    db_bind_blob(q, 3, (struct str){(const char *)none, sizeof none});
    return db_run(q, e) && store_release_class_find(db, a, name, ret, e);
}

bool store_release_classes(struct db *db, struct arena *a, struct release_class **ret,
                           size_t *ret_count, struct err *e)
{
    VEC(struct release_class) list = {0};
    struct db_query *q =
        db_query(db, "SELECT id, name, org, number, chain FROM release_class ORDER BY id", e);
    if (!q)
        return false;
    while (list.len < STORE_LIST_MAX && db_next(q))
        vec_push(&list, read_class(q, a));
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_release_keep(struct db *db, const struct release_row *row, int64_t *ret_bytes,
                        struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT INTO release_bytes(kind, object, origin, statement, path, originator,"
                 " recipient, body, version, tlp, at, revoked)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                 e);
    if (!q)
        return false;
    const struct str texts[] = {row->kind, row->object,     row->origin,    row->statement,
                                row->path, row->originator, row->recipient, row->body};
    for (int i = 0; i < (int)COUNT(texts); i++)
        db_bind_str(q, i + 1, texts[i].ptr ? texts[i] : S(""));
    db_bind_int(q, 9, row->version);
    db_bind_int(q, 10, row->tlp);
    db_bind_int(q, 11, row->at);
    db_bind_int(q, 12, row->revoked);
    if (!db_run(q, e))
        return false;
    *ret_bytes = db_last_rowid(db);
    return true;
}

bool store_release_append(struct db *db, struct release_class *class,
                          const struct release_step *step, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT INTO release_log(class, number, bytes, decision, previous)"
                 " VALUES(?1, ?2, ?3, ?4, ?5)",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, class->id);
    db_bind_int(q, 2, class->number + 1);
    db_bind_int(q, 3, step->bytes);
    db_bind_str(q, 4, step->decision);
    db_bind_blob(q, 5, (struct str){(const char *)class->chain, SHA256_SIZE});
    if (!db_run(q, e))
        return false;
    q = db_query(db, "UPDATE release_class SET number = ?2, chain = ?3 WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_int(q, 1, class->id);
    db_bind_int(q, 2, class->number + 1);
    db_bind_blob(q, 3, (struct str){(const char *)step->chain, SHA256_SIZE});
    if (!db_run(q, e))
        return false;
    class->number++;
    memcpy(class->chain, step->chain, SHA256_SIZE);
    return true;
}

static struct release_entry read_entry(struct db_query *q, struct arena *a,
                                       const struct release_class *class)
{
    struct release_entry n = {
        .class_name = class->name,
        .class_org = class->org,
        .number = db_int(q, 0),
        .decision = db_str_keep(q, 1, a),
        .row =
            {
                .kind = db_str_keep(q, 3, a),
                .object = db_str_keep(q, 4, a),
                .version = db_int(q, 5),
                .origin = db_str_keep(q, 6, a),
                .statement = db_str_keep(q, 7, a),
                .path = db_str_keep(q, 8, a),
                .tlp = db_int(q, 9),
                .originator = db_str_keep(q, 10, a),
                .recipient = db_str_keep(q, 11, a),
                .at = db_int(q, 12),
                .revoked = db_int(q, 13) != 0,
                .body = db_str_keep(q, 14, a),
            },
    };
    struct str previous = db_blob(q, 2);
    if (previous.len == SHA256_SIZE)
        memcpy(n.previous, previous.ptr, SHA256_SIZE);
    return n;
}

bool store_release_read(struct db *db, struct arena *a, const struct release_class *class,
                        int64_t after, struct release_list *ret, struct err *e)
{
    VEC(struct release_entry) list = {0};
    struct db_query *q =
        db_query(db,
                 "SELECT l.number, l.decision, l.previous, b.kind, b.object, b.version, b.origin,"
                 " b.statement, b.path, b.tlp, b.originator, b.recipient, b.at, b.revoked, b.body"
                 " FROM release_log l JOIN release_bytes b ON b.id = l.bytes"
                 " WHERE l.class = ?1 AND l.number > ?2 ORDER BY l.number LIMIT ?3",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, class->id);
    db_bind_int(q, 2, after);
    db_bind_int(q, 3, STORE_RELEASE_PAGE);
    while (list.len < STORE_LIST_MAX && db_next(q))
        vec_push(&list, read_entry(q, a, class));
    bool kept = STORE_KEEP(list, a, &ret->rows, &ret->count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_withheld_put(struct db *db, struct str object, const struct withheld_row *row,
                        struct err *e)
{
    struct db_query *q =
        db_query(db, "INSERT OR REPLACE INTO withheld(object, org, reason) VALUES(?1, ?2, ?3)", e);
    if (!q)
        return false;
    db_bind_str(q, 1, object);
    db_bind_str(q, 2, row->org);
    db_bind_str(q, 3, row->reason);
    return db_run(q, e);
}

bool store_withheld(struct db *db, struct arena *a, struct str object, struct withheld_row **ret,
                    size_t *ret_count, struct err *e)
{
    VEC(struct withheld_row) list = {0};
    struct db_query *q =
        db_query(db, "SELECT org, reason FROM withheld WHERE object = ?1 ORDER BY org", e);
    if (!q)
        return false;
    db_bind_str(q, 1, object);
    while (list.len < STORE_LIST_MAX && db_next(q)) {
        struct withheld_row row = {db_str_keep(q, 0, a), db_str_keep(q, 1, a)};
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}
