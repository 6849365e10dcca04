/* intel.c - imports and withdrawals; look-ups are in intel_read.c. */
#include "node/intel.h"

#include "node/node_private.h"
#include "store/intel.h"

enum { SOURCE_MAX = 128, HEAD_MAX = 4096 };

static void write_head(struct jsonw *w, const struct node_import *r, struct str request)
{
    const char grade[] = {r->grade.source, r->grade.information};
    jw_object(w);
    jw_member_str(w, "id", (struct str){r->id, strlen(r->id)});
    jw_member_str(w, "source", r->source);
    jw_member_str(w, "grade", (struct str){grade, sizeof grade});
    jw_member_cstr(w, "tlp", tlp_name(r->tlp));
    jw_member_int(w, "bytes", (int64_t)r->bytes.len);
    if (request.len)
        jw_member_str(w, "request", request);
    jw_end(w);
}

static bool find_import(struct db *db, struct node_import *r, struct err *e)
{
    struct db_query *q = db_query(
        db, "SELECT seq, format, items, usable, kept, refused, fresh FROM import WHERE id = ?1", e);
    if (!q)
        return false;
    db_bind_str(q, 1, (struct str){r->id, strlen(r->id)});
    if (db_next(q)) {
        r->seq = db_int(q, 0);
        if (!intel_format_parse(db_str(q, 1), &r->format))
            r->format = INTEL_AUTO;
        r->count.items = db_int(q, 2);
        r->count.usable = db_int(q, 3);
        r->count.kept = db_int(q, 4);
        r->count.refused = db_int(q, 5);
        r->count.fresh = db_int(q, 6);
    }
    return db_done(q, e);
}

static bool decide_import(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_import *r = (struct node_import *)c;
    AUTO(buf_drop) struct buf payload = BUF(NODE_IMPORT_MAX + HEAD_MAX);
    struct jsonw w = JSONW(&payload);
    struct arena *a = tx_arena(tx);
    struct str request = request_digest(a, c->org, r->idempotency_key), made = STR_NONE;
    int64_t seq = 0;

    if (!store_answered(tx_model(tx), a, request, &made, &seq, e))
        return false;
    r->repeated = made.len != 0;
    if (r->repeated) {
        snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(made));
        return find_import(tx_model(tx), r, e);
    }
    snprintf(r->id, sizeof r->id, STR_FMT, STR_ARG(uuid_new(a, c->node->clock)));
    write_head(&w, r, request);
    buf_byte(&payload, '\n');
    if (!buf_put(&payload, r->bytes))
        return err_set(e, ERR_LIMIT, "at most %d bytes at once", NODE_IMPORT_MAX);
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = KIND_INTEL_IMPORTED,
                                          .subject = {r->id, strlen(r->id)},
                                          .payload = buf_str(&payload)},
                     NULL, e) ||
        !find_import(tx_model(tx), r, e))
        return false;
    if (!r->count.items)
        return err_set(e, ERR_INVALID, "no feed that can be read: nothing in it is an indicator");
    return intel_share(c, tx, r, e);
}

bool node_import(struct node *n, struct node_import *r, struct err *e)
{
    if (!r->source.len || r->source.len > SOURCE_MAX)
        return err_set(e, ERR_INVALID, "a source has a name of 1 to %d bytes", SOURCE_MAX);
    if (!r->bytes.len || r->bytes.len > NODE_IMPORT_MAX)
        return err_set(e, ERR_LIMIT, "an import has 1 to %d bytes", NODE_IMPORT_MAX);
    r->command.decide = decide_import;
    return node_run(n, &r->command, e);
}

static bool decide_withdrawal(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_withdraw_intel *r = (struct node_withdraw_intel *)c;
    AUTO(buf_drop) struct buf payload = BUF(HEAD_MAX);
    struct jsonw w = JSONW(&payload);
    struct claim_view *claims = NULL;
    size_t count = 0;

    if (!store_claims(tx_model(tx), tx_arena(tx), &r->selector, &claims, &count, e))
        return false;
    r->dropped = 0;
    for (size_t i = 0; i < count; i++)
        r->dropped += !r->source.len || str_eq(claims[i].source, r->source);
    if (!r->dropped)
        return err_set(e, ERR_NOT_FOUND, "nobody claims anything about this");
    jw_object(&w);
    put_selector(&w, "selector", &r->selector);
    jw_member_str(&w, "source", r->source.ptr ? r->source : S(""));
    jw_end(&w);
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = KIND_INTEL_WITHDRAWN,
                                          .payload = buf_str(&payload)},
                     NULL, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if ((!r->source.len || str_eq(claims[i].source, r->source)) &&
            !intel_share_withdrawal(c, tx, &r->selector, &claims[i], e))
            return false;
    return true;
}

bool node_withdraw_intel(struct node *n, struct node_withdraw_intel *w, struct err *e)
{
    w->command.decide = decide_withdrawal;
    return node_run(n, &w->command, e);
}
