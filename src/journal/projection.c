/* projection.c - the read model: opened, replayed, thrown away, made again. See projection.h. */
#include "db/upkeep.h"
#include "journal/journal_private.h"
#include "journal/projection_private.h"

enum { REPLAY_BATCH = 4096 }; /* entries a transaction */

struct model {
    struct db *db;
    const struct projection *all[PROJECTIONS_MAX];
    size_t count;
    uint64_t by_kind[KIND_COUNT]; /* bit i: all[i] applies it */
    int64_t applied;
};
_Static_assert(PROJECTIONS_MAX <= 64, "one bit each");

static const char bookkeeping[] =
    "CREATE TABLE hinomi_model(one INTEGER PRIMARY KEY CHECK (one = 1), applied INTEGER NOT NULL,"
    " leaf BLOB NOT NULL) STRICT;"
    "INSERT INTO hinomi_model VALUES (1, 0, x'');"
    "CREATE TABLE hinomi_projection(name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;";

struct db *model_db(struct model *m)
{
    return m->db;
}

int64_t model_applied(const struct model *m)
{
    return m->applied;
}

static bool enlist(struct model *m, const struct projection *const *list, struct err *e)
{
    for (; list && *list; list++) {
        if (m->count == PROJECTIONS_MAX)
            return err_set(e, ERR_LIMIT, "more than %d projections", PROJECTIONS_MAX);
        for (const enum kind *k = (*list)->kinds; *k != KIND_UNKNOWN; k++)
            m->by_kind[*k] |= UINT64_C(1) << m->count;
        m->all[m->count++] = *list;
    }
    return true;
}

static bool create_tables(struct model *m, struct err *e)
{
    if (!db_exec(m->db, bookkeeping, e))
        return false;
    for (size_t i = 0; i < m->count; i++) {
        const struct projection *p = m->all[i];
        struct db_query *q =
            db_query(m->db, "INSERT INTO hinomi_projection(name, version) VALUES (?1, ?2)", e);
        if (!q)
            return false;
        db_bind_str(q, 1, (struct str){p->name, strlen(p->name)});
        db_bind_int(q, 2, p->version);
        if (!db_run(q, e) || !db_exec(m->db, p->create, e))
            return err_wrap(e, "projection %s", p->name);
    }
    return true;
}

/* Are the tables those of these projections, in these versions? */
static bool versions_fit(struct model *m, bool *ret_fit, struct err *e)
{
    struct db_query *q = db_query(m->db, "SELECT name, version FROM hinomi_projection", e);
    if (!q)
        return false;
    size_t seen = 0;
    bool fit = true;
    while (db_next(q)) {
        struct str name = db_str(q, 0);
        bool known = false;
        for (size_t i = 0; i < m->count && !known; i++)
            known = str_eq(name, (struct str){m->all[i]->name, strlen(m->all[i]->name)}) &&
                    db_int(q, 1) == m->all[i]->version;
        fit = fit && known;
        seen++;
    }
    *ret_fit = fit && seen == m->count;
    return db_done(q, e);
}

/* Was the model made from this journal? The leaf at its last entry says so. */
static bool position_fits(struct model *m, struct journal *j, bool *ret_fit, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(JOURNAL_PAYLOAD_MAX + (1 << 20));
    struct db_query *q = db_query(m->db, "SELECT applied, leaf FROM hinomi_model", e);
    if (!q)
        return false;
    struct str leaf = STR_NONE;
    if (db_next(q)) {
        m->applied = db_int(q, 0);
        leaf = db_str_keep(q, 1, &a);
    }
    if (!db_done(q, e))
        return false;
    struct journal_record record;
    struct err why = {0};
    if (m->applied == 0)
        *ret_fit = true;
    else if (journal_read(j, &a, m->applied, &record, &why))
        *ret_fit = str_eq(leaf, (struct str){(const char *)record.leaf.bytes, SHA256_SIZE});
    else if (why.code == ERR_NOT_FOUND)
        *ret_fit = false;
    else
        return *e = why, false;
    return true;
}

bool model_begin(struct model *m, struct err *e)
{
    return db_begin(m->db, e);
}

bool model_apply(struct model *m, const struct entry *entry, struct str payload, struct err *e)
{
    uint64_t who = m->by_kind[entry->statement.kind];
    for (; who; who &= who - 1) {
        const struct projection *p = m->all[__builtin_ctzll(who)];
        if (!p->apply(m->db, entry, payload, e))
            return err_wrap(e, "projection %s, entry %lld", p->name, (long long)entry->seq);
    }
    return true;
}

bool model_commit(struct model *m, int64_t seq, const struct merkle_hash *leaf, struct err *e)
{
    struct db_query *q = db_query(m->db, "UPDATE hinomi_model SET applied = ?1, leaf = ?2", e);
    if (!q)
        return false;
    db_bind_int(q, 1, seq);
    db_bind_blob(q, 2, (struct str){(const char *)leaf->bytes, sizeof leaf->bytes});
    if (!db_run(q, e) || !db_commit(m->db, e))
        return false;
    m->applied = seq;
    return true;
}

struct replay {
    struct model *model;
    struct merkle_hash leaf;
    int64_t seq;
    size_t in_batch;
};

static bool replay_one(void *ctx, const struct journal_record *record, struct err *e)
{
    struct replay *r = ctx;
    if (!model_apply(r->model, &record->entry, record->payload, e))
        return false;
    r->leaf = record->leaf;
    r->seq = record->entry.seq;
    if (++r->in_batch < REPLAY_BATCH)
        return true;
    r->in_batch = 0;
    return model_commit(r->model, r->seq, &r->leaf, e) && model_begin(r->model, e);
}

static bool replay(struct model *m, struct journal *j, struct err *e)
{
    struct replay r = {.model = m};
    if (!model_begin(m, e))
        return false;
    bool ok = journal_walk(j, m->applied + 1, INT64_MAX, replay_one, &r, e) &&
              (r.in_batch == 0 || model_commit(m, r.seq, &r.leaf, e));
    db_rollback(m->db);
    return ok;
}

bool projection_rebuild(struct model *m, struct journal *j, struct err *e)
{
    m->applied = 0;
    if (!db_reset(m->db, e) || !db_begin(m->db, e))
        return false;
    if (!create_tables(m, e) || !db_commit(m->db, e)) {
        db_rollback(m->db);
        return false;
    }
    return replay(m, j, e);
}

static bool has_tables(struct db *db, bool *ret_has, struct err *e)
{
    struct db_query *q =
        db_query(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'hinomi%'", e);
    if (!q)
        return false;
    *ret_has = db_next(q) && db_int(q, 0) >= 2;
    return db_done(q, e);
}

static bool bring_up(struct model *m, struct journal *j, struct err *e)
{
    bool made, versions = false, position = false;
    if (!has_tables(m->db, &made, e))
        return false;
    if (made && (!versions_fit(m, &versions, e) || !position_fits(m, j, &position, e)))
        return false;
    return versions && position ? replay(m, j, e) : projection_rebuild(m, j, e);
}

bool model_open(const struct model_options *o, struct journal *j, struct model **ret_model,
                struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    struct model *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    struct str path = arena_fmt(&a, "%s/" MODEL_FILE, o->dir);
    const struct db_options how = {.create = true,
                                   .sync = DB_SYNC_NORMAL,
                                   .cache_kib = o->cache_kib > 0 ? o->cache_kib : 64 * 1024,
                                   .autocheckpoint = o->autocheckpoint,
                                   .vfs = o->vfs};
    if (!path.ptr || !enlist(m, o->projections, e) || !db_open(path.ptr, &how, &m->db, e) ||
        !bring_up(m, j, e)) {
        model_drop(&m);
        return false;
    }
    *ret_model = m;
    return true;
}

void model_drop(struct model **m)
{
    if (!*m)
        return;
    db_close((*m)->db);
    free(*m);
    *m = NULL;
}
