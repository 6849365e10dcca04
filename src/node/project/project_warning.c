/* project_warning.c - warnings, receipts and blocks: issued here, or heard over a link. */
#include "node/project/project_private.h"

#include "store/warning.h"

static bool can_block(const struct warning_row *w)
{
    switch (w->selector.kind) {
    case SELECTOR_IPV4:
    case SELECTOR_IPV6:
    case SELECTOR_PREFIX4:
    case SELECTOR_PREFIX6:
    case SELECTOR_DOMAIN:
    case SELECTOR_DOMAIN_BELOW: return w->tlp != TLP_RED; /* equipment reads no RED */
    default: return false;
    }
}

/* What this organisation's policy makes of it, at this place in the journal. */
static bool act(struct db *db, struct arena *a, struct warning_row *w, struct err *e)
{
    struct policy policy;
    if (!policy_in_force(db, a, &policy, e))
        return false;
    enum policy_action action = policy.act[w->class];
    if (action == ACT_BLOCK && !can_block(w))
        action = ACT_ALERT;
    w->action = action;
    int64_t end = w->received + policy.block.ttl * TIME_SECOND;
    struct block_row block = {
        .warning = w->id,
        .selector = w->selector,
        .added = w->received,
        .until = end < w->valid_until ? end : w->valid_until,
        .state = S("active"),
    };
    return store_warning_put(db, w, e) && (action != ACT_BLOCK || store_block_put(db, &block, e)) &&
           selector_changed(db, &w->selector, w->received, e);
}

static bool read_warning(const struct json *v, struct warning_row *ret, struct err *e)
{
    enum threat_class class = THREAT_OTHER;
    if (!read_selector(json_get(v, S("selector")), &ret->selector, e))
        return false;
    if (!threat_class_parse(json_text(v, S("class")), &class))
        class = THREAT_OTHER;
    ret->id = project_text(v, S("id"));
    ret->issuer = project_text(v, S("issuer"));
    ret->class = class;
    ret->threat = project_text(v, S("threat"));
    ret->confidence = project_int(v, S("confidence"));
    ret->tlp = project_tlp(v);
    ret->source = project_text(v, S("source"));
    ret->why = project_text(v, S("why"));
    ret->automatic = json_bool(v, S("automatic"), false);
    ret->sightings = project_int(v, S("sightings"));
    const struct {
        struct str name;
        int64_t *to;
    } times[] = {
        {S_("seen"), &ret->seen},
        {S_("sighted"), &ret->sighted},
        {S_("issued"), &ret->issued},
        {S_("valid_until"), &ret->valid_until},
    };
    for (size_t i = 0; i < COUNT(times); i++) {
        struct str text = json_text(v, times[i].name);
        if (text.len && !time_parse(text, times[i].to, e))
            return err_wrap(e, "'" STR_FMT "' of a warning", STR_ARG(times[i].name));
    }
    return true;
}

static bool apply_issued(struct arena *a, struct db *db, const struct entry *entry,
                         const struct json *v, struct err *e)
{
    struct warning_row w = {.seq = entry->seq, .version = 1, .path = S("[]")};
    if (!read_warning(v, &w, e))
        return false;
    w.origin = entry->statement.log;
    w.received = w.issued = entry->logged;
    return act(db, a, &w, e) &&
           (!json_text(v, S("request")).len ||
            store_answered_put(db, json_text(v, S("request")), w.id, entry->seq, e));
}

static struct str path_text(struct arena *a, const struct link_item *item)
{
    AUTO(buf_drop) struct buf out = BUF(1024);
    struct jsonw w = JSONW(&out);
    jw_array(&w);
    for (size_t i = 0; i < item->path_count; i++)
        jw_str(&w, item->path[i]);
    jw_end(&w);
    return arena_str(a, buf_str(&out));
}

static bool apply_received(struct arena *a, struct db *db, const struct entry *entry,
                           const struct link_item *item, struct err *e)
{
    struct warning_row w = {.seq = entry->seq, .version = item->version, .origin = item->origin};
    const struct json *v = json_parse(a, item->body, e);
    if (!v || !read_warning(v, &w, e))
        return false;
    w.id = item->object;
    w.issuer = item->path[0];
    w.received = entry->logged;
    w.path = path_text(a, item);
    return act(db, a, &w, e);
}

/* Everything goes: the block, the selector, the warning's standing. Unknown ids change nothing. */
static bool withdraw(struct arena *a, struct db *db, const struct entry *entry, struct str id,
                     struct str reason, struct err *e)
{
    struct warning_row w;
    struct err unknown = {};
    if (!store_warning_find(db, a, id, &w, &unknown)) {
        if (unknown.code == ERR_NOT_FOUND)
            return true;
        *e = unknown;
        return false;
    }
    return store_warning_withdraw(db, id, entry->logged, reason, e) &&
           store_block_state(db, id, S("withdrawn"), reason, e) &&
           selector_changed(db, &w.selector, entry->logged, e);
}

static bool put_receipt(struct db *db, const struct entry *entry, struct str org,
                        const struct json *v, struct err *e)
{
    struct receipt_row row = {
        .warning = project_text(v, S("warning")),
        .org = org,
        .step = project_text(v, S("step")),
        .action = project_text(v, S("action")),
        .recorded = entry->logged,
    };
    return time_parse(json_text(v, S("at")), &row.at, e) && store_receipt_put(db, &row, e);
}

static bool apply_item(struct arena *a, struct db *db, const struct entry *entry,
                       struct str payload, struct err *e)
{
    struct link_item item;
    bool news = false;
    if (!link_item_read(a, payload, &item, e) || !link_is_news(db, &item, &news, e))
        return false;
    if (!news || item.kind == LINK_SIGHTING)
        return true;
    if (item.kind == LINK_WARNING)
        return apply_received(a, db, entry, &item, e);
    const struct json *body = json_parse(a, item.body, e);
    if (!body)
        return false;
    if (item.kind == LINK_WITHDRAWAL)
        return withdraw(a, db, entry, item.object, project_text(body, S("reason")), e);
    return item.kind != LINK_RECEIPT || put_receipt(db, entry, item.path[0], body, e);
}

static bool refused(struct arena *a, struct db *db, const struct entry *entry, const struct json *v,
                    struct err *e)
{
    struct warning_row w;
    struct str id = project_text(v, S("warning"));
    return store_block_state(db, id, S("refused"), project_text(v, S("why")), e) &&
           store_warning_act(db, id, ACT_ALERT, e) && store_warning_find(db, a, id, &w, e) &&
           selector_changed(db, &w.selector, entry->logged, e);
}

static bool apply_parsed(struct arena *a, struct db *db, const struct entry *entry,
                         const struct json *v, struct err *e)
{
    switch (entry->statement.kind) {
    case KIND_WARNING_ISSUED: return apply_issued(a, db, entry, v, e);
    case KIND_WARNING_WITHDRAWN:
        return withdraw(a, db, entry, project_text(v, S("warning")), project_text(v, S("reason")),
                        e);
    case KIND_RECEIPT_RECORDED: return put_receipt(db, entry, project_text(v, S("org")), v, e);
    case KIND_BLOCK_REFUSED: return refused(a, db, entry, v, e);
    default: return true;
    }
}

static bool apply(struct db *db, const struct entry *entry, struct str payload, struct err *e)
{
    struct arena a = ARENA(PROJECT_ARENA_MAX);
    const struct json *v = NULL;
    enum kind kind = entry->statement.kind;
    bool ok = true;
    if (payload.ptr && (kind == KIND_LINK_RECEIVED || kind == KIND_WARNING_RECEIVED))
        ok = apply_item(&a, db, entry, payload, e);
    else if (payload.ptr)
        ok = project_json(&a, payload, &v, e) && apply_parsed(&a, db, entry, v, e);
    arena_drop(&a);
    return ok;
}

static const enum kind kinds[] = {KIND_WARNING_ISSUED,   KIND_WARNING_RECEIVED,
                                  KIND_LINK_RECEIVED,    KIND_WARNING_WITHDRAWN,
                                  KIND_RECEIPT_RECORDED, KIND_BLOCK_REFUSED,
                                  KIND_UNKNOWN};

extern const struct projection project_warning;
const struct projection project_warning = {
    .name = "warnings",
    .version = 1,
    .create = store_sql_warning,
    .kinds = kinds,
    .apply = apply,
};
