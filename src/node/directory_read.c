/* directory_read.c - who holds a bearer key, and the lists of the directory for this node's people. */
#include "node/config.h"
#include "node/directory.h"
#include "node/node_private.h"
#include "node/permission.h"

enum { ANSWER_MAX = 16 << 20 };

bool node_authenticate(struct node *n, struct arena *a, struct str bearer, struct node_account *ret,
                       struct err *e)
{
    uint8_t hash[SHA256_SIZE];
    struct key_row key = {};
    struct org_row org = {};
    struct db *db = node_read(n, e);
    if (!db)
        return false;
    sha256_of(bearer, hash);
    bool ok = store_key_find(db, a, hash, &key, e) && store_org_find(db, a, key.org, &org, e);
    node_read_end(n, db);
    if (!ok)
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_DENIED, "no such key") : false;
    if (key.revoked || key.expires <= n->clock->now(n->clock))
        return err_set(e, ERR_DENIED, "this key has ended");
    struct reader reader = {
        .person = key.person,
        .org = org.id,
        .sector = org.sector,
        .country = org.country,
        .realm = n->self.realm,
        .role = node_role_of(org.role),
        .clearance = TLP_RED,
        .level = 3,
    };
    if (!reader_seal(a, &reader, e))
        return false;
    *ret = (struct node_account){
        .key_id = key.id,
        .person = key.person,
        .org = org.id,
        .name = key.name,
        .scopes = key.scopes,
        .own = org.own,
        .reader = reader,
    };
    return true;
}

static void write_org(struct jsonw *w, const struct org_row *org)
{
    jw_member_str(w, "id", org->id);
    jw_member_str(w, "name", org->name);
    jw_member_str(w, "sector", org->sector);
    jw_member_str(w, "country", org->country);
    jw_member_str(w, "role", org->role);
    jw_member_str(w, "key", org->key);
    jw_member_bool(w, "own", org->own);
    jw_member_time(w, "added", org->added);
}

static bool write_orgs(struct db *db, struct arena *a, struct str id, struct jsonw *w,
                       struct err *e)
{
    struct org_row *orgs = NULL;
    size_t count = 0, shown = 0;
    if (!store_org_list(db, a, &orgs, &count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct constituency_row *ranges = NULL;
        size_t range_count = 0;
        if (id.len && !str_eq(id, orgs[i].id))
            continue;
        if (!store_constituency(db, a, orgs[i].id, &ranges, &range_count, e))
            return false;
        shown++;
        jw_object(w);
        write_org(w, &orgs[i]);
        jw_key(w, "constituency"), jw_array(w);
        for (size_t r = 0; r < range_count; r++) {
            jw_object(w);
            jw_member_str(w, "kind", ranges[r].kind);
            jw_member_str(w, "value", ranges[r].value);
            jw_end(w);
        }
        jw_end(w), jw_end(w);
    }
    if (id.len && !shown)
        return err_set(e, ERR_NOT_FOUND, "no organisation '" STR_FMT "'", STR_ARG(id));
    return true;
}

bool node_orgs_clear(struct node *n, struct arena *a, const struct release *to, struct str id,
                     const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    struct db *db = node_read(n, e);
    if (!db)
        return false;
    jw_object(&w), jw_key(&w, "orgs"), jw_array(&w);
    bool ok = write_orgs(db, a, id, &w, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    jw_end(&w), jw_end(&w);
    return gate_own(a, to, n->self.org, buf_str(&out), ret, e);
}

bool node_users_clear(struct node *n, struct arena *a, const struct release *to,
                      const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    struct person_row *people = NULL;
    size_t count = 0;
    struct db *db = node_read(n, e);
    bool ok = db && store_person_list(db, a, &people, &count, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    jw_object(&w), jw_key(&w, "users"), jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        jw_member_str(&w, "id", people[i].id);
        jw_member_str(&w, "org", people[i].org);
        jw_member_str(&w, "name", people[i].name);
        jw_member_time(&w, "added", people[i].added);
        jw_end(&w);
    }
    jw_end(&w), jw_end(&w);
    return gate_own(a, to, n->self.org, buf_str(&out), ret, e);
}

static void write_scopes(struct jsonw *w, int64_t bits)
{
    AUTO(buf_drop) struct buf words = BUF(256);
    permission_write(bits, &words);
    jw_str(w, buf_str(&words));
}

bool node_keys_clear(struct node *n, struct arena *a, const struct release *to,
                     const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    struct key_row *keys = NULL;
    size_t count = 0;
    struct db *db = node_read(n, e);
    bool ok = db && store_key_list(db, a, &keys, &count, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    jw_object(&w), jw_key(&w, "keys"), jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        jw_member_str(&w, "id", keys[i].id);
        jw_member_str(&w, "org", keys[i].org);
        jw_member_str(&w, "person", keys[i].person);
        jw_member_str(&w, "name", keys[i].name);
        jw_key(&w, "scopes"), write_scopes(&w, keys[i].scopes);
        jw_member_time(&w, "expires", keys[i].expires);
        if (keys[i].revoked)
            jw_member_time(&w, "revoked", keys[i].revoked);
        jw_end(&w);
    }
    jw_end(&w), jw_end(&w);
    return gate_own(a, to, n->self.org, buf_str(&out), ret, e);
}

bool node_policy_clear(struct node *n, struct arena *a, const struct release *to,
                       const struct cleared **ret, struct str *ret_etag, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    struct policy policy;
    struct str json = STR_NONE;
    int64_t seq = 0;
    struct db *db = node_read(n, e);
    bool ok = db && policy_in_force(db, a, &policy, e) && store_policy(db, a, &json, &seq, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    policy_write(&w, &policy);
    *ret_etag = arena_fmt(a, "\"%lld\"", (long long)seq);
    return gate_own(a, to, n->self.org, buf_str(&out), ret, e);
}
