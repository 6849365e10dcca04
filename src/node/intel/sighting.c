/* sighting.c - a batch from a sensor: shape first, then ids and constituency at the journal's head. */
#include "node/sighting.h"

#include "core/uuid.h"
#include "node/node_private.h"
#include "store/sighting.h"

enum { BATCH_MAX = 4 << 20, PIECE_MAX = 128 << 10, PIECES_MAX = BATCH_MAX / PIECE_MAX + 1 };

/* What of a batch goes up, in pieces that links can carry. */
struct pieces {
    struct str list[PIECES_MAX];
    size_t count;
};

static bool check_one(const struct json *v, struct err *e)
{
    struct uuid id;
    struct selector s;
    int64_t at = 0;
    const struct json *flow = json_get(v, S("flow"));
    if (!uuid_parse(json_text(v, S("id")), &id))
        return err_set(e, ERR_INVALID, "its id is not a UUID");
    if (!read_selector(json_get(v, S("selector")), &s, e) ||
        !time_parse(json_text(v, S("time")), &at, e))
        return false;
    int64_t times = 1;
    if (json_get(v, S("count")) && (!json_int(v, S("count"), &times) || times < 1))
        return err_set(e, ERR_INVALID, "its count is a whole number from 1");
    if (flow && flow->kind != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "its flow is not an object");
    if (json_text(v, S("where")).len > 256 || json_text(v, S("community_id")).len > 64)
        return err_set(e, ERR_INVALID, "its place or community id is too long");
    return true;
}

static bool check_batch(struct node_sightings *r, struct err *e)
{
    const struct json *v = json_parse(r->memory, r->body, e);
    size_t at = 0;
    r->list = json_get(v, S("sightings"));
    if (!v)
        return err_wrap(e, "sightings");
    if (!r->list || r->list->kind != JSON_ARRAY || r->list->count > NODE_SIGHTINGS_MAX)
        return err_set(e, ERR_INVALID, "\"sightings\" is a list of at most %d", NODE_SIGHTINGS_MAX);
    for (json_each(one, r->list)) {
        at++;
        if (!check_one(one, e))
            return err_wrap(e, "sighting %zu", at);
    }
    return true;
}

bool constituency_holds(const struct constituency_row *ranges, size_t count, struct str text)
{
    struct addr address, range;
    struct err no = {};
    if (!addr_parse(text, &address, &no))
        return false;
    for (size_t i = 0; i < count; i++)
        if (str_eq(ranges[i].kind, S("prefix")) && prefix_parse(ranges[i].value, &range, &no) &&
            addr_contains(&range, &address))
            return true;
    return false;
}

bool constituency_has_networks(const struct constituency_row *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(ranges[i].kind, S("prefix")))
            return true;
    return false;
}

/* Any text member of the flow that is an address of ours will do: sensors name them differently. */
static bool is_ours(const struct constituency_row *ranges, size_t count, const struct json *v)
{
    if (!constituency_has_networks(ranges, count))
        return true;
    for (json_each(member, json_get(v, S("flow"))))
        if (member->kind == JSON_STRING && constituency_holds(ranges, count, member->text))
            return true;
    return false;
}

static void write_up(struct jsonw *w, const struct json *v)
{
    static const struct str kept[] = {S_("id"), S_("time"), S_("selector"), S_("count"),
                                      S_("community_id")};
    jw_object(w);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (json_get(v, kept[i]))
            jw_key_str(w, kept[i]), jw_value(w, json_get(v, kept[i]));
    jw_end(w);
}

static void begin_piece(struct buf *up, struct jsonw *w)
{
    buf_clear(up);
    *w = JSONW(up);
    jw_object(w), jw_key(w, "sightings"), jw_array(w);
}

static bool end_piece(struct arena *a, struct buf *up, struct jsonw *w, struct pieces *pieces)
{
    jw_end(w), jw_end(w);
    if (up->over || pieces->count == PIECES_MAX)
        return false;
    pieces->list[pieces->count] = arena_str(a, buf_str(up));
    return pieces->list[pieces->count++].ptr != NULL;
}

/* The accepted ones, twice: whole for this journal, and what may go up. */
static bool sift(struct node_command *c, struct journal_tx *tx, struct buf *whole,
                 struct pieces *pieces, struct err *e)
{
    struct node_sightings *r = (struct node_sightings *)c;
    AUTO(buf_drop) struct buf up = BUF((size_t)2 * PIECE_MAX);
    struct jsonw ww = JSONW(whole), wu;
    struct constituency_row *ranges = NULL;
    size_t count = 0;

    if (!store_constituency(tx_model(tx), tx_arena(tx), c->node->self.org, &ranges, &count, e))
        return false;
    r->accepted = r->repeated = r->outside = 0;
    jw_object(&ww), jw_key(&ww, "sightings"), jw_array(&ww);
    begin_piece(&up, &wu);
    bool fits = true;
    for (json_each(v, r->list)) {
        bool known = false;
        if (!store_sighting_known(tx_model(tx), json_text(v, S("id")), &known, e))
            return false;
        if (known) {
            r->repeated++;
            continue;
        }
        if (!is_ours(ranges, count, v)) {
            r->outside++;
            continue;
        }
        r->accepted++;
        jw_value(&ww, v);
        write_up(&wu, v);
        if (up.len > PIECE_MAX) {
            fits = fits && end_piece(tx_arena(tx), &up, &wu, pieces);
            begin_piece(&up, &wu);
        }
    }
    jw_end(&ww), jw_end(&ww);
    fits = fits && end_piece(tx_arena(tx), &up, &wu, pieces);
    return whole->over || !fits ? err_set(e, ERR_LIMIT, "a batch of more than %d bytes", BATCH_MAX)
                                : true;
}

static bool offer_up(struct node_command *c, struct journal_tx *tx, const struct entry *entry,
                     const struct pieces *pieces, struct err *e)
{
    struct policy policy;
    struct str upstream = STR_NONE;
    char statement[UUID_TEXT_LEN + 1];
    bool ok = true;
    if (!release_upstream(tx_model(tx), tx_arena(tx), &upstream, e) ||
        !policy_in_force(tx_model(tx), tx_arena(tx), &policy, e))
        return false;
    if (!upstream.len || !policy.release.sightings)
        return true;
    struct str id = uuid_format(&entry->statement.id, statement);
    for (size_t i = 0; ok && i < pieces->count; i++) {
        struct release_offer offer = {
            .kind = LINK_SIGHTING,
            .object = id,
            .origin = tx_origin(tx),
            .statement = id,
            .version = 1,
            .tlp = TLP_AMBER_STRICT,
            .originator = c->node->self.org,
            .recipient = upstream,
            .body = pieces->list[i],
        };
        ok = release_decide(c, tx, &offer, e);
        id = uuid_new(tx_arena(tx), c->node->clock);
    }
    return ok;
}

static bool decide_sightings(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_sightings *r = (struct node_sightings *)c;
    AUTO(buf_drop) struct buf whole = BUF(BATCH_MAX);
    struct pieces pieces = {.count = 0};
    struct entry entry;

    if (!sift(c, tx, &whole, &pieces, e))
        return false;
    if (!r->accepted)
        return true;
    if (!node_append(c, tx,
                     &(struct entry_text){.kind = KIND_SIGHTING_REPORTED,
                                          .payload = buf_str(&whole),
                                          .erasable = true},
                     &entry, e) ||
        !offer_up(c, tx, &entry, &pieces, e))
        return false;
    for (json_each(v, r->list)) {
        struct selector s;
        int64_t at = 0;
        if (!read_selector(json_get(v, S("selector")), &s, e) ||
            !time_parse(json_text(v, S("time")), &at, e) || !warning_consider(c, tx, &s, at, e))
            return false;
    }
    return true;
}

bool node_sightings(struct node *n, struct arena *a, struct node_sightings *r, struct err *e)
{
    r->memory = a;
    r->command.decide = decide_sightings;
    return check_batch(r, e) && node_run(n, &r->command, e);
}
