/* warning_read.c - warnings and sightings as lists and one by one; each passes the gate by itself. */
#include "node/node_private.h"
#include "node/sighting.h"
#include "node/warning.h"
#include "release/gate_list.h"
#include "store/release_log.h"
#include "store/sighting.h"
#include "store/warning.h"

enum { ANSWER_MAX = 4 << 20, PAGE_MOST = 1000 };

static struct item_label label_of(const struct node *n, const struct warning_row *row)
{
    return (struct item_label){
        .tlp = (enum tlp)row->tlp,
        .originator = row->issuer,
        .realm = n->self.realm,
        /* whom our own organisation tells is its business; beyond it, members at home */
        .recipients = {&n->self.org, 1},
        .countries = {&n->self.country, 1},
    };
}

static void write_state(struct jsonw *w, const struct warning_row *row)
{
    AUTO(buf_drop) struct buf body = BUF(1 << 16);
    struct jsonw inner = JSONW(&body);
    warning_write(&inner, row);
    jw_key(w, "warning"), jw_raw(w, buf_str(&body));
    jw_member_int(w, "version", row->version);
    jw_member_time(w, "received", row->received);
    jw_member_cstr(w, "action", policy_action_name((enum policy_action)row->action));
    if (row->withdrawn) {
        jw_member_time(w, "withdrawn", row->withdrawn);
        jw_member_str(w, "reason", row->reason);
    }
}

static bool open_page(struct node *n, const struct release *to, struct str list, struct str cursor,
                      int64_t *ret_before, struct err *e)
{
    *ret_before = 0;
    return !cursor.len || node_cursor_open(n, to->reader, list, cursor, ret_before, e);
}

static struct str page_tail(struct node *n, struct arena *a, const struct release *to,
                            struct str list, int64_t next)
{
    if (!next)
        return S("]}");
    return arena_fmt(a, "],\"next\":\"" STR_FMT "\"}",
                     STR_ARG(node_cursor_seal(n, a, to->reader, list, next)));
}

bool node_warnings_clear(struct node *n, struct arena *a, const struct release *to,
                         const struct node_page *asked, const struct cleared **ret, struct err *e)
{
    struct warning_row *rows = NULL;
    size_t count = 0, i = 0;
    struct warning_page page = {.most = asked->most < PAGE_MOST ? asked->most : PAGE_MOST};

    if (!open_page(n, to, S("warnings"), asked->cursor, &page.before, e))
        return false;
    struct db *db = node_read(n, e);
    bool ok = db && store_warning_list(db, a, &page, &rows, &count, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    struct gate_list *list = gate_list_new(a, to, &GATE_LIST_JSON("{\"warnings\":[", ANSWER_MAX));
    for (; i < count; i++) {
        AUTO(buf_drop) struct buf text = BUF(1 << 17);
        struct jsonw w = JSONW(&text);
        struct item_label label = label_of(n, &rows[i]);
        jw_object(&w);
        write_state(&w, &rows[i]);
        jw_end(&w);
        if (!gate_list_add(list, &(struct gate_item){.label = &label, .whole = buf_str(&text)},
                           NULL))
            break;
    }
    bool more = i > 0 && (i < count || (int64_t)count == page.most);
    return gate_list_end(list, page_tail(n, a, to, S("warnings"), more ? rows[i - 1].seq : 0), ret,
                         e);
}

static bool write_own_view(struct db *db, struct arena *a, struct jsonw *w,
                           const struct warning_row *row, struct err *e)
{
    struct receipt_row *receipts = NULL;
    struct withheld_row *withheld = NULL;
    size_t count = 0, withheld_count = 0;
    if (!store_receipts(db, a, row->id, &receipts, &count, e) ||
        !store_withheld(db, a, row->id, &withheld, &withheld_count, e))
        return false;
    jw_key(w, "receipts"), jw_array(w);
    for (size_t i = 0; i < count; i++) {
        jw_object(w);
        jw_member_str(w, "org", receipts[i].org);
        jw_member_str(w, "step", receipts[i].step);
        jw_member_str(w, "action", receipts[i].action);
        jw_member_time(w, "at", receipts[i].at);
        jw_member_time(w, "recorded", receipts[i].recorded);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "withheld"), jw_array(w);
    for (size_t i = 0; i < withheld_count; i++) {
        jw_object(w);
        jw_member_str(w, "org", withheld[i].org);
        jw_member_str(w, "reason", withheld[i].reason);
        jw_end(w);
    }
    jw_end(w);
    return true;
}

bool node_warning_clear(struct node *n, struct arena *a, const struct release *to, struct str id,
                        struct node_answer *ret, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(ANSWER_MAX);
    struct jsonw w = JSONW(&out);
    struct warning_row row;
    struct db *db = node_read(n, e);
    bool own = str_eq(to->reader->org, n->self.org);
    bool ok = db && store_warning_find(db, a, id, &row, e);
    if (ok) {
        jw_object(&w);
        write_state(&w, &row);
        ok = !own || write_own_view(db, a, &w, &row, e);
        jw_end(&w);
    }
    node_read_end(n, db);
    if (!ok) /* the gate's own words: one that is withheld must not read otherwise than none */
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such object") : false;
    struct item_label label = label_of(n, &row);
    ret->etag = arena_fmt(a, "\"%lld\"", (long long)row.version);
    return gate_clear(a, to, &(struct gate_item){.label = &label, .whole = buf_str(&out)},
                      &ret->bytes, e);
}

static void write_sighting(struct jsonw *w, const struct sighting_row *row)
{
    jw_object(w);
    jw_member_str(w, "id", row->id);
    jw_member_str(w, "org", row->org);
    put_selector(w, "selector", &row->selector);
    jw_member_time(w, "time", row->at);
    jw_member_time(w, "received", row->received);
    jw_member_int(w, "count", row->count);
    jw_member_str(w, "where", row->place);
    jw_member_str(w, "community_id", row->community_id);
    if (row->flow.len)
        jw_key(w, "flow"), jw_raw(w, row->flow);
    jw_end(w);
}

bool node_sightings_clear(struct node *n, struct arena *a, const struct release *to,
                          const struct node_page *asked, const struct cleared **ret, struct err *e)
{
    struct sighting_list rows = {};
    size_t i = 0;
    int64_t before = 0;
    int64_t limit = asked->most < PAGE_MOST ? asked->most : PAGE_MOST;

    if (!open_page(n, to, S("sightings"), asked->cursor, &before, e))
        return false;
    struct db *db = node_read(n, e);
    bool ok = db && store_sighting_list(db, a, before, limit, &rows, e);
    node_read_end(n, db);
    if (!ok)
        return false;
    struct gate_list *list = gate_list_new(a, to, &GATE_LIST_JSON("{\"sightings\":[", ANSWER_MAX));
    for (; i < rows.count; i++) {
        AUTO(buf_drop) struct buf text = BUF(1 << 17);
        struct jsonw w = JSONW(&text);
        struct item_label label = {.tlp = TLP_AMBER_STRICT,
                                   .originator = rows.rows[i].org,
                                   .realm = n->self.realm,
                                   .recipients = {&n->self.org, 1}};
        write_sighting(&w, &rows.rows[i]);
        if (!gate_list_add(list, &(struct gate_item){.label = &label, .whole = buf_str(&text)},
                           NULL))
            break;
    }
    bool more = i > 0 && (i < rows.count || (int64_t)rows.count == limit);
    int64_t next = more ? rows.rows[i - 1].place_in_list : 0;
    return gate_list_end(list, page_tail(n, a, to, S("sightings"), next), ret, e);
}
