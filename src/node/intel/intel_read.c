/* intel_read.c - what is known about a value, claim by claim, with the arithmetic of its score.
 *
 * Each claim is an item of its own to the gate: a reader sees the claims it may see, and a score made
 * of those alone, so that the number says nothing about the others.
 */
#include "core/encode.h"
#include "intel/normalise.h"
#include "node/intel.h"
#include "node/node_private.h"
#include "release/gate_list.h"
#include "store/intel.h"

enum { ANSWER_MAX = 4 << 20, PAGE_MOST = 1000 };

static struct item_label label_of(const struct node *n, int64_t tlp)
{
    return (struct item_label){
        .tlp = (enum tlp)tlp,
        .originator = n->self.org,
        .realm = n->self.realm,
        .countries = {&n->self.country, 1},
    };
}

static void write_claim(struct jsonw *w, const struct claim_view *v)
{
    jw_object(w);
    jw_member_str(w, "source", v->source);
    jw_member_str(w, "grade", v->grade);
    jw_member_int(w, "confidence", v->claim.confidence);
    jw_member_cstr(w, "class", threat_class_name((enum threat_class)v->claim.class));
    jw_member_str(w, "threat", v->threat);
    jw_member_cstr(w, "tlp", tlp_name((enum tlp)v->claim.tlp));
    jw_member_time(w, "said", v->claim.said);
    if (v->claim.valid_until)
        jw_member_time(w, "valid_until", v->claim.valid_until);
    jw_end(w);
}

/* 1 - (1-a)(1-b)…: sources that agree make it surer, and no sum passes 100. `left` in millionths. */
static void corroborate(int64_t confidence, int64_t *left)
{
    *left = *left * (100 - confidence) / 100;
}

struct look_up {
    struct gate_list *list;
    struct buf terms; /* "100 - 100 × 0.25 × 0.50" */
    int64_t left;
    size_t shown;
};

static bool add_claim(struct look_up *l, const struct node *n, const struct claim_view *v,
                      struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(1 << 14);
    struct jsonw w = JSONW(&text);
    struct item_label label = label_of(n, v->claim.tlp);
    struct gate_item item = {.label = &label};
    struct gate_decision decision = {};

    write_claim(&w, v);
    item.whole = buf_str(&text);
    if (!gate_list_add(l->list, &item, &decision))
        return err_set(e, ERR_LIMIT, "too many claims for one answer");
    if (decision.verdict == GATE_ALLOW) {
        l->shown++;
        corroborate(v->claim.confidence, &l->left);
        buf_fmt(&l->terms, " × %lld.%02lld", (long long)((100 - v->claim.confidence) / 100),
                (long long)((100 - v->claim.confidence) % 100));
    }
    return true;
}

static bool end_look_up(struct look_up *l, const struct selector *s, const struct cleared **ret,
                        struct err *e)
{
    AUTO(buf_drop) struct buf tail = BUF(1 << 16);
    struct jsonw w = JSONW(&tail);
    buf_put(&tail, S("],\"selector\":"));
    put_selector(&w, NULL, s);
    buf_fmt(&tail, ",\"score\":%lld,\"arithmetic\":\"100 - 100" STR_FMT "\"}",
            (long long)(100 - l->left / 10000), STR_ARG(buf_str(&l->terms)));
    return gate_list_end(l->list, buf_str(&tail), ret, e);
}

static bool claims_of(struct node *n, struct arena *a, const struct selector *s,
                      struct claim_view **ret, size_t *ret_count, struct err *e)
{
    struct db *db = node_read(n, e);
    bool ok = db && store_claims(db, a, s, ret, ret_count, e);
    node_read_end(n, db);
    return ok;
}

static struct str etag_of(struct arena *a, const struct cleared *bytes)
{
    uint8_t digest[SHA256_SIZE];
    char hex[16];
    sha256_of(cleared_bytes(bytes, cleared_reader(bytes)), digest);
    hex_write(hex, digest, sizeof hex / 2);
    return arena_fmt(a, "\"%.16s\"", hex);
}

/* The selector itself, then what covers it from above: "and below" of each parent is left to sensors;
 * an exact look-up asks for the name both as itself and as the top of its tree. */
bool node_indicator_clear(struct node *n, struct arena *a, const struct release *to,
                          struct str value, struct node_answer *ret, struct err *e)
{
    struct normal normal;
    enum why why;
    struct claim_view *claims = NULL;
    size_t count = 0;

    if (!normalise(CLAIM_ANY, value, &normal, &why))
        return err_set(e, ERR_INVALID, "'" STR_FMT "': %s", STR_ARG(value), why_text(why, false));
    struct selector s = normal.selector;
    if (!claims_of(n, a, &s, &claims, &count, e))
        return false;
    if (!count && s.kind == SELECTOR_DOMAIN) {
        s.kind = SELECTOR_DOMAIN_BELOW;
        if (!claims_of(n, a, &s, &claims, &count, e))
            return false;
    }
    struct look_up l = {
        .list = gate_list_new(a, to, &GATE_LIST_JSON("{\"claims\":[", ANSWER_MAX)),
        .terms = BUF(1 << 16),
        .left = 1000000,
    };
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_claim(&l, n, &claims[i], e);
    if (ok && !l.shown)
        ok = err_set(e, ERR_NOT_FOUND, "nothing is known about '" STR_FMT "'", STR_ARG(value));
    ok = ok && end_look_up(&l, &s, &ret->bytes, e);
    buf_drop(&l.terms);
    if (ok)
        ret->etag = etag_of(a, ret->bytes);
    return ok;
}

struct page {
    struct node *node;
    struct gate_list *list;
    int64_t last, most, shown;
    bool more;
};

static bool add_row(void *ctx, const struct indicator_view *v, struct err *e)
{
    struct page *p = ctx;
    AUTO(buf_drop) struct buf text = BUF(1 << 14);
    struct jsonw w = JSONW(&text);
    struct item_label label = label_of(p->node, v->claim.claim.tlp);
    struct gate_decision decision = {};
    (void)e;

    if (p->shown >= p->most && v->observable != p->last) {
        p->more = true;
        return false;
    }
    jw_object(&w);
    put_selector(&w, "selector", &v->selector);
    jw_key(&w, "claim");
    write_claim(&w, &v->claim);
    jw_end(&w);
    struct gate_item item = {.label = &label, .whole = buf_str(&text)};
    if (!gate_list_add(p->list, &item, &decision)) {
        p->more = true;
        return false;
    }
    p->shown += decision.verdict == GATE_ALLOW;
    p->last = v->observable;
    return true;
}

bool node_indicators_clear(struct node *n, struct arena *a, const struct release *to,
                           const struct node_page *page, const struct cleared **ret, struct err *e)
{
    struct page p = {.node = n, .most = page->most < PAGE_MOST ? page->most : PAGE_MOST};
    struct str tail = S("]}");
    if (page->cursor.len &&
        !node_cursor_open(n, to->reader, S("indicators"), page->cursor, &p.last, e))
        return false;
    struct db *db = node_read(n, e);
    if (!db)
        return false;
    p.list = gate_list_new(a, to, &GATE_LIST_JSON("{\"indicators\":[", ANSWER_MAX));
    bool ok = store_walk(db, p.last, n->clock->now(n->clock), add_row, &p, e);
    node_read_end(n, db);
    if (ok && p.more)
        tail = arena_fmt(a, "],\"next\":\"" STR_FMT "\"}",
                         STR_ARG(node_cursor_seal(n, a, to->reader, S("indicators"), p.last)));
    return ok && gate_list_end(p.list, tail, ret, e);
}

bool node_imports_clear(struct node *n, struct arena *a, const struct release *to,
                        const struct cleared **ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    struct import_row *rows = NULL;
    size_t count = 0;
    struct db *db = node_read(n, e);
    bool ok = db && store_import_list(db, a, 1000, &rows, &count, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    jw_object(&w), jw_key(&w, "imports"), jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        jw_member_str(&w, "id", rows[i].id);
        jw_member_str(&w, "source", rows[i].source);
        jw_member_str(&w, "format", rows[i].format);
        jw_member_time(&w, "at", rows[i].at);
        jw_member_int(&w, "bytes", rows[i].bytes);
        jw_member_int(&w, "items", rows[i].items);
        jw_member_int(&w, "usable", rows[i].usable);
        jw_member_int(&w, "kept", rows[i].kept);
        jw_member_int(&w, "refused", rows[i].refused);
        jw_member_int(&w, "fresh", rows[i].fresh);
        jw_end(&w);
    }
    jw_end(&w), jw_end(&w);
    return gate_own(a, to, n->self.org, buf_str(&out), ret, e);
}
