/* intel.c - see intel.h. The two hot statements (observable, claim) stay prepared in the connection. */
#include "store/intel.h"

#include "core/digest.h"
#include "store/list_private.h"

int64_t store_hash(const struct selector *s)
{
    uint8_t digest[SHA256_SIZE];
    uint64_t n = 0;
    struct sha256 h;
    const char *kind = selector_kind_name(s->kind);

    sha256_start(&h);
    sha256_add(&h, (struct str){kind, strlen(kind) + 1});
    sha256_add(&h, s->value);
    sha256_end(&h, digest);
    for (int i = 0; i < 8; i++)
        n = n << 8 | digest[i];
    return (int64_t)(n >> 1);
}

bool store_source_put(struct db *db, struct source_row *source, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "INSERT INTO source(name, grade, tlp, org) VALUES(?1, ?2, ?3, ?4)"
                                  " ON CONFLICT(name) DO UPDATE SET grade = ?2, tlp = ?3, org = ?4"
                                  " RETURNING id",
                                  e);
    if (!q)
        return false;
    db_bind_str(q, 1, source->name);
    db_bind_str(q, 2, source->grade);
    db_bind_int(q, 3, source->tlp);
    db_bind_str(q, 4, source->org);
    int64_t id = db_next(q) ? db_int(q, 0) : 0;
    if (!db_done(q, e))
        return false;
    source->id = id;
    return true;
}

bool store_label_put(struct db *db, struct str text, int64_t *ret_id, struct err *e)
{
    struct db_query *q = db_query(db, "SELECT id FROM label WHERE text = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, text.ptr ? text : S(""));
    int64_t id = db_next(q) ? db_int(q, 0) : 0;
    if (!db_done(q, e))
        return false;
    if (!id) {
        q = db_query(db, "INSERT INTO label(text) VALUES(?1)", e);
        if (!q)
            return false;
        db_bind_str(q, 1, text.ptr ? text : S(""));
        if (!db_run(q, e))
            return false;
        id = db_last_rowid(db);
    }
    *ret_id = id;
    return true;
}

/* Two values with one hash are as likely as a lost page; the second then lies at the next free one. */
static int64_t next_hash(int64_t hash)
{
    return hash == INT64_MAX ? 0 : hash + 1;
}

struct place {  /* what lies at a hash */
    int64_t id; /* 0: nothing */
    bool same;  /* the selector asked for */
};

static bool look(struct db *db, const struct selector *s, int64_t hash, struct place *ret,
                 struct err *e)
{
    struct db_query *q = db_query(db, "SELECT id, kind, value FROM observable WHERE hash = ?1", e);
    if (!q)
        return false;
    struct place p = {};
    db_bind_int(q, 1, hash);
    if (db_next(q))
        p = (struct place){db_int(q, 0),
                           db_int(q, 1) == (int64_t)s->kind && str_eq(db_str(q, 2), s->value)};
    if (!db_done(q, e))
        return false;
    *ret = p;
    return true;
}

bool store_observable_find(struct db *db, const struct selector *s, int64_t *ret_id, struct err *e)
{
    struct place p = {.id = 1};
    for (int64_t hash = store_hash(s); p.id && !p.same; hash = next_hash(hash))
        if (!look(db, s, hash, &p, e))
            return false;
    *ret_id = p.id;
    return true;
}

/* True in *ret_fresh when the place was free. */
static bool take_place(struct db *db, const struct selector *s, int64_t hash, bool *ret_fresh,
                       struct err *e)
{
    struct db_query *q =
        db_query(db, "INSERT OR IGNORE INTO observable(hash, kind, value) VALUES(?1, ?2, ?3)", e);
    if (!q)
        return false;
    db_bind_int(q, 1, hash);
    db_bind_int(q, 2, s->kind);
    db_bind_str(q, 3, s->value);
    if (!db_run(q, e))
        return false;
    *ret_fresh = db_changes(db) > 0;
    return true;
}

/* Insert first, look only when the place is taken: a new feed then walks the index once a row. */
bool store_observable_put(struct db *db, const struct selector *s, int64_t *ret_id, bool *ret_fresh,
                          struct err *e)
{
    struct place p = {};
    bool fresh = false;
    for (int64_t hash = store_hash(s); !fresh && !p.same; hash = next_hash(hash))
        if (!take_place(db, s, hash, &fresh, e) || (!fresh && !look(db, s, hash, &p, e)))
            return false;
    *ret_id = fresh ? db_last_rowid(db) : p.id;
    *ret_fresh = fresh;
    return true;
}

bool store_claim_put(struct db *db, int64_t observable, const struct claim_row *c, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "INSERT OR REPLACE INTO claim(observable, source, threat, class,"
                                  " confidence, tlp, said, valid_until)"
                                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                  e);
    if (!q)
        return false;
    const int64_t values[] = {observable,    c->source, c->threat, c->class,
                              c->confidence, c->tlp,    c->said,   c->valid_until};
    for (int i = 0; i < (int)COUNT(values); i++)
        db_bind_int(q, i + 1, values[i]);
    return db_run(q, e);
}

bool store_claim_drop(struct db *db, int64_t observable, int64_t source, struct err *e)
{
    struct db_query *q =
        db_query(db, "DELETE FROM claim WHERE observable = ?1 AND (?2 = 0 OR source = ?2)", e);
    if (!q)
        return false;
    db_bind_int(q, 1, observable);
    db_bind_int(q, 2, source);
    return db_run(q, e);
}

#define CLAIM_COLUMNS                                                                              \
    "c.source, c.threat, c.class, c.confidence, c.tlp, c.said, c.valid_until,"                     \
    " s.name, s.grade, l.text"

static struct claim_row read_claim(struct db_query *q, int at)
{
    return (struct claim_row){
        .source = db_int(q, at),
        .threat = db_int(q, at + 1),
        .class = db_int(q, at + 2),
        .confidence = db_int(q, at + 3),
        .tlp = db_int(q, at + 4),
        .said = db_int(q, at + 5),
        .valid_until = db_int(q, at + 6),
    };
}

bool store_claims(struct db *db, struct arena *a, const struct selector *s, struct claim_view **ret,
                  size_t *ret_count, struct err *e)
{
    VEC(struct claim_view) list = {0};
    int64_t id = 0;
    if (!store_observable_find(db, s, &id, e))
        return false;
    struct db_query *q =
        db_query(db,
                 "SELECT " CLAIM_COLUMNS " FROM claim c"
                 " JOIN source s ON s.id = c.source JOIN label l ON l.id = c.threat"
                 " WHERE c.observable = ?1 ORDER BY s.grade, c.confidence DESC,"
                 " s.name",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, id);
    while (list.len < STORE_LIST_MAX && db_next(q)) {
        struct claim_view v = {read_claim(q, 0), db_str_keep(q, 7, a), db_str_keep(q, 8, a),
                               db_str_keep(q, 9, a)};
        vec_push(&list, v);
    }
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_import_put(struct db *db, const struct import_row *i, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "INSERT INTO import(id, format, seq, source, at, bytes, items,"
                                  " usable, kept, refused, fresh)"
                                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                                  e);
    if (!q)
        return false;
    const int64_t values[] = {i->seq,    i->source_id, i->at,      i->bytes, i->items,
                              i->usable, i->kept,      i->refused, i->fresh};
    db_bind_str(q, 1, i->id);
    db_bind_str(q, 2, i->format);
    for (int n = 0; n < (int)COUNT(values); n++)
        db_bind_int(q, n + 3, values[n]);
    return db_run(q, e);
}

bool store_import_list(struct db *db, struct arena *a, int64_t most, struct import_row **ret,
                       size_t *ret_count, struct err *e)
{
    VEC(struct import_row) list = {0};
    struct db_query *q = db_query(db,
                                  "SELECT i.id, s.name, i.format, i.seq, i.source, i.at, i.bytes,"
                                  " i.items, i.usable, i.kept, i.refused, i.fresh FROM import i"
                                  " JOIN source s ON s.id = i.source ORDER BY i.seq DESC LIMIT ?1",
                                  e);
    if (!q)
        return false;
    db_bind_int(q, 1, most);
    while (db_next(q)) {
        struct import_row row = {
            .id = db_str_keep(q, 0, a),
            .source = db_str_keep(q, 1, a),
            .format = db_str_keep(q, 2, a),
            .seq = db_int(q, 3),
            .source_id = db_int(q, 4),
            .at = db_int(q, 5),
            .bytes = db_int(q, 6),
            .items = db_int(q, 7),
            .usable = db_int(q, 8),
            .kept = db_int(q, 9),
            .refused = db_int(q, 10),
            .fresh = db_int(q, 11),
        };
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_walk(struct db *db, int64_t after, int64_t now, store_each *each, void *ctx,
                struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "SELECT o.id, o.kind, o.value, " CLAIM_COLUMNS " FROM claim c"
                 " JOIN observable o ON o.id = c.observable JOIN source s ON s.id = c.source"
                 " JOIN label l ON l.id = c.threat WHERE c.observable > ?1"
                 " AND (c.valid_until = 0 OR c.valid_until > ?2) ORDER BY c.observable, c.source",
                 e);
    if (!q)
        return false;
    db_bind_int(q, 1, after);
    db_bind_int(q, 2, now);
    bool ok = true;
    struct err stopped = {};
    while (ok && db_next(q)) {
        struct indicator_view v = {
            .observable = db_int(q, 0),
            .selector = {(enum selector_kind)db_int(q, 1), db_str(q, 2)},
            .claim = {read_claim(q, 3), db_str(q, 10), db_str(q, 11), db_str(q, 12)},
        };
        ok = each(ctx, &v, &stopped);
    }
    if (!db_done(q, e))
        return false;
    if (!ok && stopped.code != ERR_OK) {
        *e = stopped;
        return false;
    }
    return true;
}

bool store_count(struct db *db, const char *literal_sql, int64_t *ret, struct err *e)
{
    struct db_query *q = db_query(db, literal_sql, e);
    if (!q)
        return false;
    int64_t n = db_next(q) ? db_int(q, 0) : 0;
    if (!db_done(q, e))
        return false;
    *ret = n;
    return true;
}

bool store_counter(struct db *db, struct str name, int64_t *ret, struct err *e)
{
    struct db_query *q = db_query(db, "SELECT value FROM counter WHERE name = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, name);
    int64_t n = db_next(q) ? db_int(q, 0) : 0;
    if (!db_done(q, e))
        return false;
    *ret = n;
    return true;
}

bool store_counter_put(struct db *db, struct str name, int64_t value, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "INSERT INTO counter(name, value) VALUES(?1, ?2)"
                                  " ON CONFLICT(name) DO UPDATE SET value = ?2",
                                  e);
    if (!q)
        return false;
    db_bind_str(q, 1, name);
    db_bind_int(q, 2, value);
    return db_run(q, e);
}
