/* directory.c - see directory.h. Lists are short (hundreds), so they are read whole. */
#include "store/directory.h"

#include "store/list_private.h"

static struct str text_or_empty(struct str s)
{
    return s.ptr ? s : S("");
}

static bool put_ranges(struct db *db, struct str org, const struct constituency_row *ranges,
                       size_t count, struct err *e)
{
    struct db_query *q = db_query(db, "DELETE FROM constituency WHERE org = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, org);
    if (!db_run(q, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        q = db_query(db, "INSERT OR IGNORE INTO constituency(org, kind, value) VALUES(?1, ?2, ?3)",
                     e);
        if (!q)
            return false;
        db_bind_str(q, 1, org);
        db_bind_str(q, 2, ranges[i].kind);
        db_bind_str(q, 3, ranges[i].value);
        if (!db_run(q, e))
            return false;
    }
    return true;
}

bool store_org_put(struct db *db, const struct org_row *org, const struct constituency_row *ranges,
                   size_t count, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT INTO org(id, name, sector, country, role, key, added, own, version)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1) ON CONFLICT(id) DO UPDATE SET"
                 " name = ?2, sector = ?3, country = ?4, role = ?5, key = ?6,"
                 " version = version + 1",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, org->id);
    db_bind_str(q, 2, text_or_empty(org->name));
    db_bind_str(q, 3, text_or_empty(org->sector));
    db_bind_str(q, 4, text_or_empty(org->country));
    db_bind_str(q, 5, text_or_empty(org->role));
    db_bind_str(q, 6, text_or_empty(org->key));
    db_bind_int(q, 7, org->added);
    db_bind_int(q, 8, org->own);
    return db_run(q, e) && put_ranges(db, org->id, ranges, count, e);
}

static struct org_row read_org(struct db_query *q, struct arena *a)
{
    return (struct org_row){
        .id = db_str_keep(q, 0, a),
        .name = db_str_keep(q, 1, a),
        .sector = db_str_keep(q, 2, a),
        .country = db_str_keep(q, 3, a),
        .role = db_str_keep(q, 4, a),
        .key = db_str_keep(q, 5, a),
        .added = db_int(q, 6),
        .own = db_int(q, 7) != 0,
        .version = db_int(q, 8),
    };
}

bool store_org_find(struct db *db, struct arena *a, struct str id, struct org_row *ret,
                    struct err *e)
{
    struct db_query *q = db_query(
        db,
        "SELECT id, name, sector, country, role, key, added, own, version FROM org WHERE id = ?1",
        e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    bool found = db_next(q);
    struct org_row row = found ? read_org(q, a) : (struct org_row){};
    if (!db_done(q, e))
        return false;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "no organisation '" STR_FMT "'", STR_ARG(id));
    *ret = row;
    return true;
}

bool store_org_list(struct db *db, struct arena *a, struct org_row **ret, size_t *ret_count,
                    struct err *e)
{
    VEC(struct org_row) list = {0};
    struct db_query *q =
        db_query(db,
                 "SELECT id, name, sector, country, role, key, added, own, version FROM org"
                 " ORDER BY name, id",
                 e);
    if (!q)
        return false;
    while (list.len < STORE_LIST_MAX && db_next(q))
        vec_push(&list, read_org(q, a));
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_constituency(struct db *db, struct arena *a, struct str org,
                        struct constituency_row **ret, size_t *ret_count, struct err *e)
{
    VEC(struct constituency_row) list = {0};
    struct db_query *q =
        db_query(db, "SELECT kind, value FROM constituency WHERE org = ?1 ORDER BY kind, value", e);
    if (!q)
        return false;
    db_bind_str(q, 1, org);
    while (list.len < STORE_LIST_MAX && db_next(q)) {
        struct constituency_row row = {db_str_keep(q, 0, a), db_str_keep(q, 1, a)};
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_person_put(struct db *db, const struct person_row *p, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "INSERT INTO person(id, org, name, added) VALUES(?1, ?2, ?3, ?4)"
                                  " ON CONFLICT(id) DO UPDATE SET name = ?3",
                                  e);
    if (!q)
        return false;
    db_bind_str(q, 1, p->id);
    db_bind_str(q, 2, p->org);
    db_bind_str(q, 3, p->name);
    db_bind_int(q, 4, p->added);
    return db_run(q, e);
}

bool store_person_list(struct db *db, struct arena *a, struct person_row **ret, size_t *ret_count,
                       struct err *e)
{
    VEC(struct person_row) list = {0};
    struct db_query *q =
        db_query(db, "SELECT id, org, name, added FROM person ORDER BY org, name, id", e);
    if (!q)
        return false;
    while (list.len < STORE_LIST_MAX && db_next(q)) {
        struct person_row row = {db_str_keep(q, 0, a), db_str_keep(q, 1, a), db_str_keep(q, 2, a),
                                 db_int(q, 3)};
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_key_put(struct db *db, const struct key_row *k, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT INTO api_key(id, org, person, name, hash, scopes, expires, revoked, added)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, k->id);
    db_bind_str(q, 2, k->org);
    db_bind_str(q, 3, text_or_empty(k->person));
    db_bind_str(q, 4, text_or_empty(k->name));
    db_bind_blob(q, 5, (struct str){(const char *)k->hash, SHA256_SIZE});
    db_bind_int(q, 6, k->scopes);
    db_bind_int(q, 7, k->expires);
    db_bind_int(q, 8, k->added);
    return db_run(q, e);
}

bool store_key_revoke(struct db *db, struct str id, int64_t at, struct err *e)
{
    struct db_query *q =
        db_query(db, "UPDATE api_key SET revoked = ?2 WHERE id = ?1 AND revoked = 0", e);
    if (!q)
        return false;
    db_bind_str(q, 1, id);
    db_bind_int(q, 2, at);
    return db_run(q, e);
}

static struct key_row read_key(struct db_query *q, struct arena *a)
{
    struct key_row row = {
        .id = db_str_keep(q, 0, a),
        .org = db_str_keep(q, 1, a),
        .person = db_str_keep(q, 2, a),
        .name = db_str_keep(q, 3, a),
        .scopes = db_int(q, 5),
        .expires = db_int(q, 6),
        .revoked = db_int(q, 7),
        .added = db_int(q, 8),
    };
    struct str hash = db_blob(q, 4);
    if (hash.len == SHA256_SIZE)
        memcpy(row.hash, hash.ptr, SHA256_SIZE);
    return row;
}

bool store_key_find(struct db *db, struct arena *a, const uint8_t hash[SHA256_SIZE],
                    struct key_row *ret, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "SELECT id, org, person, name, hash, scopes, expires, revoked, added"
                 " FROM api_key WHERE hash = ?1",
                 e);
    if (!q)
        return false;
    db_bind_blob(q, 1, (struct str){(const char *)hash, SHA256_SIZE});
    bool found = db_next(q);
    struct key_row row = found ? read_key(q, a) : (struct key_row){};
    if (!db_done(q, e))
        return false;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "no such key");
    *ret = row;
    return true;
}

bool store_key_list(struct db *db, struct arena *a, struct key_row **ret, size_t *ret_count,
                    struct err *e)
{
    VEC(struct key_row) list = {0};
    struct db_query *q = db_query(db,
                                  "SELECT id, org, person, name, hash, scopes, expires, revoked,"
                                  " added FROM api_key ORDER BY added, id",
                                  e);
    if (!q)
        return false;
    while (list.len < STORE_LIST_MAX && db_next(q))
        vec_push(&list, read_key(q, a));
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_link_put(struct db *db, const struct link_row *l, struct err *e)
{
    struct db_query *q =
        db_query(db,
                 "INSERT INTO link(id, direction, url, pin, key, org, token, added)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(id) DO UPDATE SET"
                 " url = ?3, pin = ?4, key = ?5, org = ?6, token = ?7",
                 e);
    if (!q)
        return false;
    db_bind_str(q, 1, l->id);
    db_bind_str(q, 2, l->direction);
    db_bind_str(q, 3, l->url);
    db_bind_str(q, 4, text_or_empty(l->pin));
    db_bind_str(q, 5, l->key);
    db_bind_str(q, 6, l->org);
    db_bind_str(q, 7, text_or_empty(l->token));
    db_bind_int(q, 8, l->added);
    return db_run(q, e);
}

bool store_link_list(struct db *db, struct arena *a, struct link_row **ret, size_t *ret_count,
                     struct err *e)
{
    VEC(struct link_row) list = {0};
    struct db_query *q = db_query(db,
                                  "SELECT id, direction, url, pin, key, org, token, added"
                                  " FROM link ORDER BY added, id",
                                  e);
    if (!q)
        return false;
    while (list.len < STORE_LIST_MAX && db_next(q)) {
        struct link_row row = {
            .id = db_str_keep(q, 0, a),
            .direction = db_str_keep(q, 1, a),
            .url = db_str_keep(q, 2, a),
            .pin = db_str_keep(q, 3, a),
            .key = db_str_keep(q, 4, a),
            .org = db_str_keep(q, 5, a),
            .token = db_str_keep(q, 6, a),
            .added = db_int(q, 7),
        };
        vec_push(&list, row);
    }
    bool kept = STORE_KEEP(list, a, ret, ret_count);
    return db_done(q, e) && (kept || store_too_much(e));
}

bool store_policy(struct db *db, struct arena *a, struct str *ret_json, int64_t *ret_seq,
                  struct err *e)
{
    struct db_query *q = db_query(db, "SELECT body, seq FROM policy WHERE name = 'policy'", e);
    if (!q)
        return false;
    struct str json = STR_NONE;
    int64_t seq = 0;
    if (db_next(q)) {
        json = db_str_keep(q, 0, a);
        seq = db_int(q, 1);
    }
    if (!db_done(q, e))
        return false;
    *ret_json = json;
    *ret_seq = seq;
    return true;
}

bool store_policy_put(struct db *db, struct str json, int64_t seq, struct err *e)
{
    struct db_query *q = db_query(db,
                                  "INSERT INTO policy(name, seq, body) VALUES('policy', ?1, ?2)"
                                  " ON CONFLICT(name) DO UPDATE SET seq = ?1, body = ?2",
                                  e);
    if (!q)
        return false;
    db_bind_int(q, 1, seq);
    db_bind_str(q, 2, json);
    return db_run(q, e);
}

bool store_org_own(struct db *db, struct arena *a, struct org_row *ret, struct err *e)
{
    struct db_query *q = db_query(
        db,
        "SELECT id, name, sector, country, role, key, added, own, version FROM org WHERE own = 1",
        e);
    if (!q)
        return false;
    bool found = db_next(q);
    struct org_row row = found ? read_org(q, a) : (struct org_row){};
    if (!db_done(q, e))
        return false;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "this node belongs to no organisation yet");
    *ret = row;
    return true;
}

bool store_answered(struct db *db, struct arena *a, struct str request, struct str *ret_object,
                    int64_t *ret_seq, struct err *e)
{
    struct db_query *q = db_query(db, "SELECT object, seq FROM answered WHERE request = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, request);
    struct str object = STR_NONE;
    int64_t seq = 0;
    if (db_next(q)) {
        object = db_str_keep(q, 0, a);
        seq = db_int(q, 1);
    }
    if (!db_done(q, e))
        return false;
    *ret_object = object;
    *ret_seq = seq;
    return true;
}

bool store_answered_put(struct db *db, struct str request, struct str object, int64_t seq,
                        struct err *e)
{
    struct db_query *q =
        db_query(db, "INSERT OR IGNORE INTO answered(request, object, seq) VALUES(?1, ?2, ?3)", e);
    if (!q)
        return false;
    db_bind_str(q, 1, request);
    db_bind_str(q, 2, object);
    db_bind_int(q, 3, seq);
    return db_run(q, e);
}
