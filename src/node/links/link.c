/* link.c - taking items: verified before the writer's queue, judged and journaled on it. */
#include "node/link.h"

#include "core/log.h"
#include "node/node_private.h"
#include "store/peer.h"
#include "store/sighting.h"
#include "store/warning.h"

/* The key by which the directory knows the peer. */
static bool peer_key(struct node *n, struct arena *a, struct str org, struct key_public *ret,
                     struct err *e)
{
    struct db *db = node_read(n, e);
    struct org_row row = {};
    if (!db)
        return false;
    bool ok = store_org_find(db, a, org, &row, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    if (!row.key.len)
        return err_set(e, ERR_DENIED, "organisation '" STR_FMT "' has no node", STR_ARG(org));
    return key_public_parse(row.key, ret, e);
}

static bool read_lines(struct node_items *r, const struct key_public *key, struct err *e)
{
    struct str rest = r->text;
    r->items = arena_array(r->memory, struct link_item, NODE_ITEMS_MAX);
    r->lines = arena_array(r->memory, struct str, NODE_ITEMS_MAX);
    if (!r->items || !r->lines)
        return err_set(e, ERR_LIMIT, "no room for the items");
    while (rest.len) {
        struct str line = str_cut(rest, '\n', &rest);
        if (!line.len)
            continue;
        if (r->count == NODE_ITEMS_MAX)
            return err_set(e, ERR_LIMIT, "at most %d items at once", NODE_ITEMS_MAX);
        if (!link_item_read(r->memory, line, &r->items[r->count], e))
            return err_wrap(e, "item %zu", r->count + 1);
        if (!link_item_signed_by(&r->items[r->count], key))
            return err_set(e, ERR_DENIED, "item %zu is not signed by the node that sends it",
                           r->count + 1);
        r->lines[r->count++] = line;
    }
    return true;
}

static bool view_of(struct node_command *c, struct journal_tx *tx, const struct link_item *item,
                    struct str peer, struct link_view *ret, struct err *e)
{
    struct db *db = tx_model(tx);
    struct peer_row row;
    struct seen_row seen;
    struct str upstream = STR_NONE;
    if (!store_peer(db, tx_arena(tx), peer, &row, e) ||
        !store_seen(db, item->origin, item->object, &seen, e) ||
        !release_upstream(db, tx_arena(tx), &upstream, e))
        return false;
    *ret = (struct link_view){
        .own = c->node->self.org,
        .peer = peer,
        .peer_relays = str_eq(upstream, peer),
        .class_known = row.class_name,
        .number = row.number,
        .seen_version = seen.version,
        .revoked_before = seen.revoked,
    };
    memcpy(ret->chain, row.chain, SHA256_SIZE);
    return true;
}

static bool after_warning(struct node_command *c, struct journal_tx *tx,
                          const struct link_item *item, struct err *e)
{
    return warning_guard(c, tx, item->object, e) && receipt_give(c, tx, item->object, "heard", e);
}

static bool after_withdrawal(struct node_command *c, struct journal_tx *tx,
                             const struct link_item *item, struct err *e)
{
    struct warning_row row;
    struct err unknown = {};
    if (blocks_undo(c->node, item->object))
        return true; /* the receipt comes when the files are written */
    if (store_warning_find(tx_model(tx), tx_arena(tx), item->object, &row, &unknown))
        return receipt_give(c, tx, item->object, "cleared", e);
    return unknown.code == ERR_NOT_FOUND ? true : (*e = unknown, false);
}

static bool after_sighting(struct node_command *c, struct journal_tx *tx,
                           const struct link_item *item, struct err *e)
{
    const struct json *body = json_parse(tx_arena(tx), item->body, e);
    if (!body)
        return false;
    for (json_each(v, json_get(body, S("sightings")))) {
        struct selector s;
        int64_t at = 0;
        if (!read_selector(json_get(v, S("selector")), &s, e) ||
            !time_parse(json_text(v, S("time")), &at, e) || !warning_consider(c, tx, &s, at, e))
            return false;
    }
    return true;
}

/* On towards others, where the gate lets it: our path grows by us. */
static bool pass_on(struct node_command *c, struct journal_tx *tx, const struct link_item *item,
                    struct err *e)
{
    const struct json *body = json_parse(tx_arena(tx), item->body, e);
    enum tlp tlp = TLP_UNMARKED;
    if (!body)
        return false;
    if (!tlp_parse(json_text(body, S("tlp")), &tlp))
        tlp = TLP_AMBER_STRICT;
    return release_decide(c, tx,
                          &(struct release_offer){
                              .kind = item->kind,
                              .object = item->object,
                              .origin = item->origin,
                              .statement = item->statement,
                              .version = item->version,
                              .path = item->path,
                              .path_count = item->path_count,
                              .tlp = tlp,
                              .originator = item->path[0],
                              .revoked = item->revoked,
                              .body = item->body,
                          },
                          e);
}

static bool take(struct node_command *c, struct journal_tx *tx, const struct link_item *item,
                 struct str line, struct err *e)
{
    bool warning = item->kind == LINK_WARNING && !item->revoked;
    if (!node_append(c, tx,
                     &(struct entry_text){.kind =
                                              warning ? KIND_WARNING_RECEIVED : KIND_LINK_RECEIVED,
                                          .subject = item->kind == LINK_SIGHTING ? item->path[0]
                                                                                 : item->object,
                                          .payload = line,
                                          .erasable = item->kind == LINK_SIGHTING},
                     NULL, e))
        return false;
    switch (item->kind) {
    case LINK_WARNING: return after_warning(c, tx, item, e) && pass_on(c, tx, item, e);
    case LINK_WITHDRAWAL: return after_withdrawal(c, tx, item, e) && pass_on(c, tx, item, e);
    case LINK_SIGHTING: return after_sighting(c, tx, item, e);
    case LINK_INTEL:
    case LINK_INTEL_WITHDRAWAL: return intel_received(c, tx, item, e) && pass_on(c, tx, item, e);
    default: return true;
    }
}

/* Nothing to do, but its number is the next one: the place in the sequence is kept. */
static bool note_number(struct node_command *c, struct journal_tx *tx, const struct link_item *item,
                        struct str line, struct err *e)
{
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_LINK_RECEIVED,
                                            .subject = item->path[0],
                                            .payload = line},
                       NULL, e);
}

static bool shape_ok(const struct link_item *item, struct err *e)
{
    struct arena a = ARENA(4 << 20);
    struct selector s;
    struct uuid id;
    bool ok = true;
    const struct json *body = json_parse(&a, item->body, e);
    if (!body)
        ok = false;
    else if (item->kind == LINK_WARNING)
        ok = uuid_parse(item->object, &id) ? read_selector(json_get(body, S("selector")), &s, e)
                                           : err_set(e, ERR_INVALID, "a warning's id is a UUID");
    else if (item->kind == LINK_INTEL || item->kind == LINK_INTEL_WITHDRAWAL)
        ok = intel_received_check(item, body, e);
    else if (item->kind == LINK_SIGHTING)
        for (json_each(v, json_get(body, S("sightings")))) {
            int64_t at = 0;
            ok = ok && uuid_parse(json_text(v, S("id")), &id) &&
                 read_selector(json_get(v, S("selector")), &s, e) &&
                 time_parse(json_text(v, S("time")), &at, e);
        }
    if (!ok && e->code == ERR_OK)
        err_set(e, ERR_INVALID, "a sighting without an id");
    arena_drop(&a);
    return ok;
}

static bool judge_one(struct node_command *c, struct journal_tx *tx, size_t i, struct err *e)
{
    struct node_items *r = (struct node_items *)c;
    const struct link_item *item = &r->items[i];
    struct link_view view;
    if (!view_of(c, tx, item, r->peer, &view, e))
        return false;
    enum link_verdict verdict = link_judge(item, &view);
    bool next = !str_eq(item->reader_class, view.class_known) || item->number > view.number;
    if (verdict > r->worst)
        r->worst = verdict;
    switch (verdict) {
    case LINK_TAKE:
        r->taken++;
        r->number = item->number;
        return take(c, tx, item, r->lines[i], e);
    case LINK_DUPLICATE:
    case LINK_DEAD:
        r->repeated++;
        r->number = next ? item->number : view.number;
        return !next || note_number(c, tx, item, r->lines[i], e);
    case LINK_GAP:
        r->gap = true;
        r->number = view.number;
        return true;
    default: return err_set(e, ERR_DENIED, "item %zu: %s", i + 1, link_verdict_text(verdict));
    }
}

static bool decide_items(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_items *r = (struct node_items *)c;
    r->gap = false;
    for (size_t i = 0; i < r->count && !r->gap; i++)
        if (!judge_one(c, tx, i, e))
            return false;
    return true;
}

bool node_take_items(struct node *n, struct arena *a, struct node_items *r, struct err *e)
{
    struct key_public key;
    r->memory = a;
    r->command.decide = decide_items;
    if (!peer_key(n, a, r->peer, &key, e) || !read_lines(r, &key, e))
        return false;
    for (size_t i = 0; i < r->count; i++)
        if (!shape_ok(&r->items[i], e))
            return err_wrap(e, "item %zu", i + 1);
    return node_run(n, &r->command, e);
}

bool node_peer_clear(struct node *n, struct arena *a, const struct release *to,
                     const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(4096);
    struct jsonw w = JSONW(&out);
    struct peer_row row;
    struct db *db = node_read(n, e);
    if (!db)
        return false;
    bool ok = store_peer(db, a, to->reader->org, &row, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    jw_object(&w);
    jw_member_str(&w, "org", n->self.org);
    jw_member_str(&w, "class", row.class_name);
    jw_member_int(&w, "number", row.number);
    jw_end(&w);
    return gate_own(a, to, to->reader->org, buf_str(&out), ret, e);
}
