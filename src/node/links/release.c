/* release.c - who gets what, decided inside the command that made it, and journaled as one decision.
 *
 * One release.decided entry names every organisation that gets the object, with the gate's decision
 * for each, and every one that does not, with the reason: so that a person can later ask of any
 * object to whom it went and why, and the release logs can be made anew from the journal.
 */
#include "node/node_private.h"

#include "core/log.h"
#include "store/release_log.h"
#include "store/warning.h"

enum { DECISION_MAX = 4 << 20 };

static bool on_path(const struct release_offer *offer, struct str org)
{
    for (size_t i = 0; i < offer->path_count; i++)
        if (str_eq(offer->path[i], org))
            return true;
    return false;
}

static bool concerns(const struct release_offer *offer, const struct org_row *org)
{
    return !org->own && !on_path(offer, org->id) &&
           (!offer->recipient.len || str_eq(offer->recipient, org->id)) &&
           (!offer->only.len || str_eq(offer->only, org->id));
}

static struct item_label label_of(const struct release_offer *offer, const struct node_self *self)
{
    return (struct item_label){
        .tlp = offer->tlp,
        .originator = offer->originator,
        .realm = self->realm,
        .recipients = {&offer->recipient, offer->recipient.len != 0},
        .countries = {&self->country, 1}, /* members at home are its community (TLP 2.0, AMBER) */
    };
}

struct verdicts { /* the two lists of a decision, as JSON array elements */
    struct buf to, withheld;
};

static bool ask_gate(struct node *n, struct db *db, struct arena *a,
                     const struct release_offer *offer, struct verdicts *v, struct err *e)
{
    struct gate_policy policy;
    struct org_row *orgs = NULL;
    size_t count = 0;
    struct item_label label = label_of(offer, &n->self);
    struct jsonw to = JSONW(&v->to), withheld = JSONW(&v->withheld);

    if (!node_gate_policy(n, db, a, &policy, e) || !store_org_list(db, a, &orgs, &count, e))
        return false;
    jw_array(&to), jw_array(&withheld);
    for (size_t i = 0; i < count; i++) {
        struct reader reader;
        const struct cleared *cleared = NULL;
        struct err no = {};
        if (!concerns(offer, &orgs[i]))
            continue;
        if (!node_reader_of(n, db, a, orgs[i].id, &reader, e))
            return false;
        struct release way = {.policy = &policy, .reader = &reader, .purpose = GATE_LINK};
        struct gate_item item = {.label = &label, .whole = offer->body};
        if (gate_clear(a, &way, &item, &cleared, &no)) {
            jw_object(&to);
            jw_member_str(&to, "class", reader_text(&reader, READER_ORG));
            jw_member_str(&to, "org", orgs[i].id);
            jw_member_str(&to, "decision", cleared_decision(cleared));
            jw_end(&to);
        } else if (no.code == ERR_NOT_FOUND) {
            struct gate_decision decision = gate_decide(&way, &label);
            jw_object(&withheld);
            jw_member_str(&withheld, "org", orgs[i].id);
            jw_member_cstr(&withheld, "reason", gate_reason_text(decision.reason));
            jw_end(&withheld);
        } else {
            *e = no;
            return false;
        }
    }
    jw_end(&to), jw_end(&withheld);
    return true;
}

static void write_decision(struct jsonw *w, const struct node_self *self,
                           const struct release_offer *offer, const struct verdicts *v)
{
    jw_object(w);
    jw_member_cstr(w, "kind", link_kind_name(offer->kind));
    jw_member_str(w, "object", offer->object);
    jw_member_int(w, "version", offer->version);
    jw_member_str(w, "origin", offer->origin);
    jw_member_str(w, "statement", offer->statement);
    jw_key(w, "path"), jw_array(w);
    for (size_t i = 0; i < offer->path_count; i++)
        jw_str(w, offer->path[i]);
    jw_str(w, self->org);
    jw_end(w);
    jw_member_cstr(w, "tlp", tlp_name(offer->tlp));
    jw_member_str(w, "originator", offer->originator);
    jw_member_str(w, "recipient", offer->recipient.ptr ? offer->recipient : S(""));
    jw_member_bool(w, "revoked", offer->revoked);
    jw_key(w, "body"), jw_raw(w, offer->body);
    jw_key(w, "to"), jw_raw(w, buf_str(&v->to));
    jw_key(w, "withheld"), jw_raw(w, buf_str(&v->withheld));
    jw_end(w);
}

bool release_decide(struct node_command *c, struct journal_tx *tx,
                    const struct release_offer *offer, struct err *e)
{
    struct node *n = c->node;
    struct verdicts v = {.to = BUF(DECISION_MAX), .withheld = BUF(DECISION_MAX)};
    struct buf payload = BUF(DECISION_MAX);
    struct jsonw w = JSONW(&payload);

    if (offer->body.len > LINK_BODY_MAX)
        return err_set(e, ERR_LIMIT, "%zu bytes are too many for one release", offer->body.len);
    if (offer->path_count >= LINK_HOPS_MAX)
        return true; /* it has come as far as an item may */
    bool ok = ask_gate(n, tx_model(tx), tx_arena(tx), offer, &v, e);
    bool nobody = v.to.len <= 2 && v.withheld.len <= 2;
    if (ok && !nobody) {
        write_decision(&w, &n->self, offer, &v);
        ok = payload.over
                 ? err_set(e, ERR_LIMIT, "a release decision of more than %d bytes", DECISION_MAX)
                 : node_append(c, tx,
                               &(struct entry_text){.kind = KIND_RELEASE_DECIDED,
                                                    .subject = offer->object,
                                                    .payload = buf_str(&payload)},
                               NULL, e);
    }
    buf_drop(&v.to), buf_drop(&v.withheld), buf_drop(&payload);
    return ok;
}

bool release_upstream(struct db *db, struct arena *a, struct str *ret_org, struct err *e)
{
    struct link_row *links = NULL;
    size_t count = 0;
    if (!store_link_list(db, a, &links, &count, e))
        return false;
    *ret_org = S("");
    for (size_t i = 0; i < count; i++)
        if (str_eq(links[i].direction, S("up")))
            *ret_org = links[i].org;
    return true;
}

static bool read_path(struct arena *a, struct str json, struct release_offer *offer, struct err *e)
{
    const struct json *list = json_parse(a, json, e);
    if (!list)
        return false;
    struct str *path = arena_array(a, struct str, list->count + 1);
    for (json_each(hop, list))
        path[offer->path_count++] = hop->text;
    offer->path = path;
    return true;
}

bool release_backlog(struct node_command *c, struct journal_tx *tx, struct str org, struct err *e)
{
    struct arena *a = tx_arena(tx);
    struct warning_row *rows = NULL;
    size_t count = 0;
    const struct warning_page live = {.most = 10000, .live_at = tx_now(tx)};

    if (!store_warning_list(tx_model(tx), a, &live, &rows, &count, e))
        return false;
    for (size_t i = count; i-- > 0;) {
        AUTO(buf_drop) struct buf body = BUF(1 << 16);
        struct jsonw w = JSONW(&body);
        struct release_offer offer = {
            .kind = LINK_WARNING,
            .object = rows[i].id,
            .origin = rows[i].origin,
            .statement = rows[i].id,
            .version = rows[i].version,
            .tlp = (enum tlp)rows[i].tlp,
            .originator = rows[i].issuer,
            .only = org,
        };
        warning_write(&w, &rows[i]);
        offer.body = buf_str(&body);
        if (!read_path(a, rows[i].path, &offer, e) || !release_decide(c, tx, &offer, e))
            return false;
    }
    return true;
}
