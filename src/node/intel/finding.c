/* finding.c - a batch of findings from a sensor, and the list of those that were taken. */
#include "node/finding.h"

#include "node/finding_private.h"
#include "node/node_private.h"
#include "release/gate_list.h"

enum { BUNDLE_MAX = 64 << 10, ANSWER_MAX = 4 << 20, PAGE_MOST = 1000 };

/* ---- taking ---- */

static bool check_batch(struct node_findings *r, struct err *e)
{
    const struct json *v = json_parse(r->memory, r->body, e);
    size_t at = 0;
    r->list = json_get(v, S("findings"));
    if (!v)
        return err_wrap(e, "findings");
    if (!r->list || r->list->kind != JSON_ARRAY || r->list->count > NODE_FINDINGS_MAX)
        return err_set(e, ERR_INVALID, "\"findings\" is a list of at most %d", NODE_FINDINGS_MAX);
    r->rows = arena_array(r->memory, struct finding_row, r->list->count + 1);
    if (!r->rows)
        return err_set(e, ERR_LIMIT, "no room");
    for (json_each(one, r->list)) {
        if (!finding_read(r->memory, one, &r->rows[at], e))
            return err_wrap(e, "finding %zu", at + 1);
        at++;
    }
    return true;
}

static bool take(struct node_command *c, struct journal_tx *tx, const struct json *bundle,
                 struct err *e)
{
    AUTO(buf_drop) struct buf payload = BUF(BUNDLE_MAX);
    struct jsonw w = JSONW(&payload);
    struct entry entry;
    jw_value(&w, bundle);
    if (payload.over)
        return err_set(e, ERR_LIMIT, "a finding of more than %d bytes", BUNDLE_MAX);
    return node_append(c, tx,
                       &(struct entry_text){.kind = KIND_FINDING_REPORTED,
                                            .payload = buf_str(&payload),
                                            .erasable = true},
                       &entry, e);
}

static bool decide_findings(struct node_command *c, struct journal_tx *tx, struct err *e)
{
    struct node_findings *r = (struct node_findings *)c;
    struct constituency_row *ranges = NULL;
    size_t count = 0, at = 0;
    if (!store_constituency(tx_model(tx), tx_arena(tx), c->node->self.org, &ranges, &count, e))
        return false;
    bool all = !constituency_has_networks(ranges, count);
    r->accepted = r->repeated = r->outside = 0;
    for (json_each(v, r->list)) {
        const struct finding_row *row = &r->rows[at++];
        bool known = false;
        if (!store_finding_known(tx_model(tx), row->id, &known, e))
            return false;
        if (known) {
            r->repeated++;
        } else if (!all && !constituency_holds(ranges, count, row->host) &&
                   !constituency_holds(ranges, count, row->peer)) {
            r->outside++;
        } else {
            r->accepted++;
            if (!take(c, tx, v, e))
                return false;
        }
    }
    return true;
}

bool node_findings(struct node *n, struct arena *a, struct node_findings *r, struct err *e)
{
    r->memory = a;
    r->command.decide = decide_findings;
    return check_batch(r, e) && node_run(n, &r->command, e);
}

/* ---- listing ---- */

static void write_finding(struct jsonw *w, const struct finding_row *row)
{
    jw_object(w);
    jw_member_str(w, "id", row->id);
    jw_member_str(w, "org", row->org);
    jw_member_str(w, "sensor", row->sensor);
    jw_member_str(w, "detector", row->detector);
    jw_member_str(w, "technique", row->technique);
    jw_member_str(w, "host", row->host);
    if (row->peer.len)
        jw_member_str(w, "peer", row->peer);
    if (row->name.len)
        jw_member_str(w, "name", row->name);
    jw_key(w, "score"), jw_double(w, (double)row->score / 1000);
    jw_member_time(w, "first", row->first);
    jw_member_time(w, "last", row->last);
    jw_member_int(w, "count", row->count);
    jw_key(w, "features"), jw_raw(w, row->features);
    jw_member_str(w, "sentence_en", row->sentence_en);
    jw_member_str(w, "sentence_ja", row->sentence_ja);
    jw_member_time(w, "received", row->received);
    jw_end(w);
}

/* A cursor belongs to the filters it was given with, too. */
static bool read_wish(struct arena *a, const struct node_findings_wish *wish,
                      struct finding_query *ret, struct str *ret_list, struct err *e)
{
    char text[ADDR_TEXT_SIZE];
    struct addr host;
    ret->detector = wish->detector;
    ret->most = wish->page.most < PAGE_MOST ? wish->page.most : PAGE_MOST;
    if (wish->host.len) {
        if (!addr_parse(wish->host, &host, e))
            return err_wrap(e, "host");
        ret->host = arena_str(a, addr_format(&host, text));
    }
    *ret_list =
        arena_fmt(a, "findings\n" STR_FMT "\n" STR_FMT, STR_ARG(ret->host), STR_ARG(ret->detector));
    return ret_list->ptr != NULL || err_set(e, ERR_LIMIT, "no room");
}

bool node_findings_clear(struct node *n, struct arena *a, const struct release *to,
                         const struct node_findings_wish *wish, const struct cleared **ret,
                         struct err *e)
{
    struct finding_list rows = {};
    struct finding_query asked = {.host = S(""), .detector = S("")};
    struct str name = STR_NONE, tail = S("]}");
    size_t i = 0;

    if (!read_wish(a, wish, &asked, &name, e) ||
        (wish->page.cursor.len &&
         !node_cursor_open(n, to->reader, name, wish->page.cursor, &asked.before, e)))
        return false;
    struct db *db = node_read(n, e);
    bool ok = db && store_finding_list(db, a, &asked, &rows, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    struct gate_list *list = gate_list_new(a, to, &GATE_LIST_JSON("{\"findings\":[", ANSWER_MAX));
    for (; i < rows.count; i++) {
        AUTO(buf_drop) struct buf text = BUF(BUNDLE_MAX);
        struct jsonw w = JSONW(&text);
        struct item_label label = {.tlp = TLP_AMBER_STRICT,
                                   .originator = rows.rows[i].org,
                                   .realm = n->self.realm,
                                   .recipients = {&n->self.org, 1}};
        write_finding(&w, &rows.rows[i]);
        if (!gate_list_add(list, &(struct gate_item){.label = &label, .whole = buf_str(&text)},
                           NULL))
            break;
    }
    if (i > 0 && (i < rows.count || (int64_t)rows.count == asked.most)) {
        int64_t at = rows.rows[i - 1].place_in_list;
        tail = arena_fmt(a, "],\"next\":\"" STR_FMT "\"}",
                         STR_ARG(node_cursor_seal(n, a, to->reader, name, at)));
    }
    return gate_list_end(list, tail, ret, e);
}
