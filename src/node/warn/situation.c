/* situation.c - see situation.h. */
#include "node/situation.h"

#include "node/node_private.h"
#include "store/change.h"
#include "store/peer.h"
#include "store/warning.h"

enum { ANSWER_MAX = 4 << 20, WARNINGS_SHOWN = 50, REFUSED_SHOWN = 50 };

bool node_numbers(struct node *n, struct node_numbers *ret, struct err *e)
{
    struct node_numbers x = {};
    struct db *db = node_read(n, e);
    bool ok = db && store_count(db, "SELECT max(id) FROM observable", &x.observables, e) &&
              store_count(db, "SELECT coalesce(sum(fresh), 0) FROM import", &x.claims, e) &&
              store_count(db, "SELECT max(rowid) FROM sighting", &x.sightings, e) &&
              store_count(db, "SELECT max(rowid) FROM finding", &x.findings, e) &&
              store_count(db, "SELECT max(rowid) FROM warning", &x.warnings, e) &&
              store_count(db, "SELECT count(*) FROM block WHERE state = 'refused'",
                          &x.blocks_refused, e) &&
              store_generation(db, &x.generation, e);
    node_read_end(n, db);
    x.blocks_active = (int64_t)blocks_standing(n);
    pthread_mutex_lock(&n->head_lock);
    x.head = n->head;
    pthread_mutex_unlock(&n->head_lock);
    if (ok)
        *ret = x;
    return ok;
}

static bool write_warning(struct db *db, struct arena *a, struct jsonw *w,
                          const struct warning_row *row, struct err *e)
{
    AUTO(buf_drop) struct buf body = BUF(1 << 16);
    struct jsonw inner = JSONW(&body);
    struct receipt_row *receipts = NULL;
    size_t count = 0;
    if (!store_receipts(db, a, row->id, &receipts, &count, e))
        return false;
    warning_write(&inner, row);
    jw_object(w);
    jw_key(w, "warning"), jw_raw(w, buf_str(&body));
    jw_member_time(w, "received", row->received);
    jw_member_cstr(w, "action", policy_action_name((enum policy_action)row->action));
    if (row->withdrawn)
        jw_member_time(w, "withdrawn", row->withdrawn);
    jw_key(w, "receipts"), jw_array(w);
    for (size_t i = 0; i < count; i++) {
        jw_object(w);
        jw_member_str(w, "org", receipts[i].org);
        jw_member_str(w, "step", receipts[i].step);
        jw_member_str(w, "action", receipts[i].action);
        jw_member_time(w, "at", receipts[i].at);
        jw_end(w);
    }
    jw_end(w), jw_end(w);
    return true;
}

static bool write_lists(struct db *db, struct arena *a, struct jsonw *w, struct err *e)
{
    struct warning_row *rows = NULL;
    struct block_list refused = {};
    struct peer_row *peers = NULL;
    size_t count = 0, peer_count = 0;
    const struct warning_page page = {.most = WARNINGS_SHOWN};

    if (!store_warning_list(db, a, &page, &rows, &count, e) ||
        !store_blocks(db, a, S("refused"), REFUSED_SHOWN, &refused, e) ||
        !store_peer_list(db, a, &peers, &peer_count, e))
        return false;
    jw_key(w, "warnings"), jw_array(w);
    for (size_t i = 0; i < count; i++)
        if (!write_warning(db, a, w, &rows[i], e))
            return false;
    jw_end(w);
    jw_key(w, "refused"), jw_array(w);
    for (size_t i = 0; i < refused.count; i++) {
        jw_object(w);
        jw_member_str(w, "warning", refused.rows[i].warning);
        put_selector(w, "selector", &refused.rows[i].selector);
        jw_member_str(w, "why", refused.rows[i].why);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "peers"), jw_array(w);
    for (size_t i = 0; i < peer_count; i++) {
        jw_object(w);
        jw_member_str(w, "org", peers[i].org);
        jw_member_int(w, "number", peers[i].number);
        jw_member_time(w, "at", peers[i].at);
        jw_end(w);
    }
    jw_end(w);
    return true;
}

bool node_situation_clear(struct node *n, struct arena *a, const struct release *to,
                          const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    struct node_numbers x;
    if (!node_numbers(n, &x, e))
        return false;
    jw_object(&w);
    jw_member_str(&w, "org", n->self.org);
    jw_member_str(&w, "name", n->self.name);
    jw_member_str(&w, "role", n->self.role);
    jw_member_str(&w, "realm", n->self.realm);
    jw_member_time(&w, "at", n->clock->now(n->clock));
    jw_key(&w, "counts"), jw_object(&w);
    jw_member_int(&w, "entries", x.head);
    jw_member_int(&w, "observables", x.observables);
    jw_member_int(&w, "sightings", x.sightings);
    jw_member_int(&w, "findings", x.findings);
    jw_member_int(&w, "warnings", x.warnings);
    jw_member_int(&w, "blocks", x.blocks_active);
    jw_member_int(&w, "refused", x.blocks_refused);
    jw_member_int(&w, "generation", x.generation);
    jw_end(&w);
    struct db *db = node_read(n, e);
    bool ok = db && write_lists(db, a, &w, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    jw_end(&w);
    return gate_own(a, to, n->self.org, buf_str(&out), ret, e);
}
