/* intel_share.c - imported intelligence on its way to other nodes, and in from them.
 *
 * What an import gave is offered to the gate in pieces, one TLP a piece, as soon as it is in the journal.
 * A piece is a link item of kind "intel" whose body carries a small CSV feed:
 *
 *     {"feed":"type,value,threat,confidence,valid_until\n…","grade":"B2","source":"abuse-feed","tlp":"TLP:GREEN"}
 *
 * The receiver journals it as an import of its own, under the name "source @ origin", so that a second
 * reading of the same journal gives the same claims, and one look-up shows who said what by which way.
 * What is TLP:AMBER+STRICT or stricter stays in its organisation, so it is never put in a piece.
 */
#include "node/intel.h"

#include "node/node_private.h"
#include "store/intel.h"

enum {
    PIECE_MAX = 96 * 1024,
    BODY_MAX = 2 * PIECE_MAX + 4096,
    SOURCE_MAX = 128,
    SOURCES_AT_ONCE = 32
};

static const char feed_head[] = "type,value,threat,confidence,valid_until\n";

struct share { /* one source's pieces, one for each TLP */
    struct node_command *command;
    struct journal_tx *tx;
    struct str source, origin, originator; /* origin: the log in which the source spoke */
    struct grade grade;
    enum tlp declared; /* of items without a label */
    struct str only;   /* not empty: to this organisation alone, which joined later */
    struct buf pieces[TLP_COUNT];
};

static struct share share_of(struct node_command *c, struct journal_tx *tx)
{
    const struct node_self *self = &c->node->self;
    struct share s = {.command = c, .tx = tx, .origin = self->origin, .originator = self->org};
    for (size_t i = 0; i < TLP_COUNT; i++)
        s.pieces[i] = BUF(PIECE_MAX);
    return s;
}

static void share_drop(struct share *s)
{
    for (size_t i = 0; i < TLP_COUNT; i++)
        buf_drop(&s->pieces[i]);
}

/* A CSV field in quotes (RFC 4180), without what would end a line. */
static void put_quoted(struct buf *out, struct str text)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"')
            buf_byte(out, '"');
        if (c == '\n' || c == '\r')
            c = ' ';
        buf_byte(out, c);
    }
    buf_byte(out, '"');
}

static void put_row(struct buf *out, const struct indicator *i)
{
    char until[TIME_TEXT_SIZE];
    struct str threat = i->threat.len ? i->threat : i->label_count ? i->labels[0] : S("");
    buf_fmt(out, "%s,", selector_kind_name(i->selector.kind));
    put_quoted(out, i->selector.value);
    buf_byte(out, ',');
    put_quoted(out, threat.len > 128 ? (struct str){threat.ptr, 128} : threat);
    buf_byte(out, ',');
    if (i->confidence != INDICATOR_CONFIDENCE_UNSET)
        buf_fmt(out, "%d", i->confidence);
    buf_byte(out, ',');
    if (i->valid_until)
        buf_put(out, time_format(i->valid_until, until));
    buf_byte(out, '\n');
}

static bool offer(struct share *s, enum link_kind kind, enum tlp tlp, struct str body,
                  struct err *e)
{
    struct node *n = s->command->node;
    struct str id = uuid_new(tx_arena(s->tx), n->clock);
    return release_decide(s->command, s->tx,
                          &(struct release_offer){
                              .kind = kind,
                              .object = id,
                              .origin = s->origin,
                              .statement = id,
                              .version = 1,
                              .path = &s->originator,
                              .path_count = !str_eq(s->originator, n->self.org),
                              .tlp = tlp,
                              .originator = s->originator,
                              .only = s->only,
                              .body = body,
                          },
                          e);
}

static void write_head(struct share *s, struct jsonw *w, enum tlp tlp)
{
    const char grade[] = {s->grade.source, s->grade.information};
    jw_member_str(w, "grade", (struct str){grade, sizeof grade});
    jw_member_str(w, "source", s->source);
    jw_member_cstr(w, "tlp", tlp_name(tlp));
}

static bool flush(struct share *s, enum tlp tlp, struct err *e)
{
    struct buf *piece = &s->pieces[tlp];
    AUTO(buf_drop) struct buf body = BUF(BODY_MAX);
    struct jsonw w = JSONW(&body);
    if (!piece->len)
        return true;
    jw_object(&w);
    jw_member_str(&w, "feed", buf_str(piece));
    write_head(s, &w, tlp);
    jw_end(&w);
    buf_clear(piece);
    return body.over ? err_set(e, ERR_LIMIT, "a piece of an import is too large to share")
                     : offer(s, LINK_INTEL, tlp, buf_str(&body), e);
}

static bool offer_withdrawal(struct share *s, const struct selector *selector, enum tlp tlp,
                             struct err *e)
{
    AUTO(buf_drop) struct buf body = BUF(BODY_MAX);
    struct jsonw w = JSONW(&body);
    jw_object(&w);
    put_selector(&w, "selector", selector);
    write_head(s, &w, tlp);
    jw_end(&w);
    return offer(s, LINK_INTEL_WITHDRAWAL, tlp, buf_str(&body), e);
}

static bool flush_all(struct share *s, struct err *e)
{
    for (enum tlp t = 0; t < TLP_COUNT; t++)
        if (!flush(s, t, e))
            return false;
    return true;
}

static bool share_one(void *ctx, const struct indicator *i, struct err *e)
{
    struct share *s = ctx;
    enum tlp tlp = tlp_effective(i->tlp, s->declared);
    if (tlp >= TLP_AMBER_STRICT)
        return true;
    if (i->revoked)
        return flush(s, tlp, e) && offer_withdrawal(s, &i->selector, tlp, e);
    struct buf *piece = &s->pieces[tlp];
    if (piece->len > PIECE_MAX - SELECTOR_VALUE_MAX * 2 - 512 && !flush(s, tlp, e))
        return false;
    if (!piece->len)
        buf_bytes(piece, feed_head, sizeof feed_head - 1);
    put_row(piece, i);
    return true;
}

/* Nobody to share with, or the policy keeps it here. */
static bool is_kept(struct share *s, bool *ret_kept, struct err *e)
{
    struct policy policy;
    struct org_row *orgs = NULL;
    size_t count = 0;
    if (!policy_in_force(tx_model(s->tx), tx_arena(s->tx), &policy, e) ||
        !store_org_list(tx_model(s->tx), tx_arena(s->tx), &orgs, &count, e))
        return false;
    *ret_kept = !policy.release.intel || count < 2;
    return true;
}

bool intel_share(struct node_command *c, struct journal_tx *tx, const struct node_import *import,
                 struct err *e)
{
    AUTO(share_drop) struct share s = share_of(c, tx);
    struct intel_report report = {};
    struct err bad = {};
    bool kept = true;
    s.source = import->source;
    s.grade = import->grade;
    s.declared = import->tlp;
    if (!is_kept(&s, &kept, e))
        return false;
    if (kept)
        return true;
    if (!intel_read(import->bytes, &(struct intel_options){.memory = 64 << 20},
                    &(struct intel_sink){.each = share_one, .ctx = &s}, &report, &bad) &&
        bad.code != ERR_INVALID) { /* no feed at all: the import itself says so */
        *e = bad;
        return false;
    }
    return flush_all(&s, e);
}

bool intel_share_withdrawal(struct node_command *c, struct journal_tx *tx,
                            const struct selector *selector, const struct claim_view *claim,
                            struct err *e)
{
    AUTO(share_drop) struct share s = share_of(c, tx);
    bool kept = true;
    s.source = claim->source;
    if (!grade_parse(claim->grade, &s.grade))
        s.grade = GRADE_UNKNOWN;
    if (claim->claim.tlp >= TLP_AMBER_STRICT)
        return true;
    return is_kept(&s, &kept, e) &&
           (kept || offer_withdrawal(&s, selector, (enum tlp)claim->claim.tlp, e));
}

struct backlog {
    struct share shares[SOURCES_AT_ONCE];
    struct str names[SOURCES_AT_ONCE]; /* as the store has them */
    size_t count;
    struct node_command *command;
    struct journal_tx *tx;
    struct str org;
};

static bool backlog_flush(struct backlog *b, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; i < b->count; i++) {
        ok = ok && flush_all(&b->shares[i], e);
        share_drop(&b->shares[i]);
    }
    b->count = 0;
    return ok;
}

/* "feed @ hinomi/ORG" came from that log, and is passed on as its word. */
static void find_origin(struct share *s, struct str name)
{
    const char *at = memmem(name.ptr, name.len, " @ hinomi/", 10);
    s->source = name;
    if (!at)
        return;
    s->source.len = (size_t)(at - name.ptr);
    s->origin = str_skip(name, s->source.len + 3);
    s->originator = str_skip(s->origin, 7);
}

static struct share *backlog_share(struct backlog *b, const struct claim_view *claim, struct err *e)
{
    for (size_t i = 0; i < b->count; i++)
        if (str_eq(b->names[i], claim->source))
            return &b->shares[i];
    if (b->count == SOURCES_AT_ONCE && !backlog_flush(b, e))
        return NULL;
    struct share *s = &b->shares[b->count];
    *s = share_of(b->command, b->tx);
    s->only = b->org;
    b->names[b->count] = arena_str(tx_arena(b->tx), claim->source);
    find_origin(s, b->names[b->count++]);
    if (!grade_parse(claim->grade, &s->grade))
        s->grade = GRADE_UNKNOWN;
    return s;
}

/* The store keeps confidence weighed by its source; the receiver weighs it again, from the same. */
static int unweighed(struct grade g, int64_t weighed)
{
    int weight = grade_weight(g);
    return weight ? (int)((weighed * 100 + weight - 1) / weight) : INDICATOR_CONFIDENCE_UNSET;
}

static bool backlog_one(void *ctx, const struct indicator_view *v, struct err *e)
{
    struct share *s = backlog_share(ctx, &v->claim, e);
    return s && share_one(s,
                          &(struct indicator){
                              .selector = v->selector,
                              .confidence = unweighed(s->grade, v->claim.claim.confidence),
                              .tlp = (enum tlp)v->claim.claim.tlp,
                              .valid_until = v->claim.claim.valid_until,
                              .threat = v->claim.threat,
                          },
                          e);
}

bool intel_backlog(struct node_command *c, struct journal_tx *tx, struct str org, struct err *e)
{
    struct backlog *b = arena_new(tx_arena(tx), struct backlog);
    struct share any = share_of(c, tx);
    bool kept = true;
    if (!b)
        return err_set(e, ERR_LIMIT, "no room for what is shared already");
    b->command = c, b->tx = tx, b->org = org;
    if (!is_kept(&any, &kept, e))
        return false;
    if (kept)
        return true;
    bool ok = store_walk(tx_model(tx), 0, tx_now(tx), backlog_one, b, e);
    struct err rest = {};
    if (!backlog_flush(b, ok ? e : &rest))
        ok = false;
    return ok;
}

/* "abuse-feed @ hinomi/…": one source of one origin. */
static struct str source_of(struct arena *a, const struct link_item *item, const struct json *body)
{
    struct str source = json_text(body, S("source"));
    if (source.len > SOURCE_MAX / 2)
        source.len = SOURCE_MAX / 2;
    return arena_fmt(a, STR_FMT " @ " STR_FMT, STR_ARG(source), STR_ARG(item->origin));
}

bool intel_received_check(const struct link_item *item, const struct json *body, struct err *e)
{
    struct grade grade;
    struct selector s;
    enum tlp tlp;
    if (!json_text(body, S("source")).len || !grade_parse(json_text(body, S("grade")), &grade) ||
        !tlp_parse(json_text(body, S("tlp")), &tlp))
        return err_set(e, ERR_INVALID, "intelligence has a source, a grade and a TLP");
    if (item->kind == LINK_INTEL_WITHDRAWAL)
        return read_selector(json_get(body, S("selector")), &s, e);
    return json_text(body, S("feed")).len || err_set(e, ERR_INVALID, "intelligence without a feed");
}

bool intel_received(struct node_command *c, struct journal_tx *tx, const struct link_item *item,
                    struct err *e)
{
    AUTO(buf_drop) struct buf payload = BUF(BODY_MAX);
    struct arena *a = tx_arena(tx);
    struct jsonw w = JSONW(&payload);
    const struct json *body = json_parse(a, item->body, e);
    if (!body)
        return false;
    struct str feed = json_text(body, S("feed")), source = source_of(a, item, body);
    bool withdrawal = item->kind == LINK_INTEL_WITHDRAWAL;
    jw_object(&w);
    if (withdrawal)
        jw_key(&w, "selector"), jw_value(&w, json_get(body, S("selector")));
    else
        jw_member_str(&w, "id", item->object), jw_member_int(&w, "bytes", (int64_t)feed.len);
    jw_member_str(&w, "source", source);
    jw_member_str(&w, "grade", json_text(body, S("grade")));
    jw_member_str(&w, "tlp", json_text(body, S("tlp")));
    jw_end(&w);
    if (!withdrawal)
        buf_byte(&payload, '\n'), buf_put(&payload, feed);
    if (payload.over)
        return err_set(e, ERR_LIMIT, "an item of intelligence is too large");
    return node_append(c, tx,
                       &(struct entry_text){.kind = withdrawal ? KIND_INTEL_WITHDRAWN
                                                               : KIND_INTEL_IMPORTED,
                                            .subject = item->object,
                                            .payload = buf_str(&payload)},
                       NULL, e);
}
