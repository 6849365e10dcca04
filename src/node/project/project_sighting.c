/* project_sighting.c - sightings, from own sensors and from other organisations' nodes. */
#include "node/project/project_private.h"

#include "core/jcs.h"
#include "store/sighting.h"
#include "store/warning.h"

static bool put(struct db *db, const struct entry *entry, struct str org, const struct json *v,
                struct err *e)
{
    AUTO(buf_drop) struct buf flow = BUF(1 << 16);
    struct sighting_row row = {
        .id = project_text(v, S("id")),
        .org = org,
        .seq = entry->seq,
        .received = entry->logged,
        .place = project_text(v, S("where")),
        .community_id = project_text(v, S("community_id")),
    };
    struct arena a = ARENA(1 << 20);
    struct warning_row live = {};
    bool fresh = false;

    if (!read_selector(json_get(v, S("selector")), &row.selector, e) ||
        !time_parse(json_text(v, S("time")), &row.at, e))
        return false;
    int64_t count = project_int(v, S("count"));
    row.count = count < 1 ? 1 : count;
    if (json_get(v, S("flow")) && !jcs_write(json_get(v, S("flow")), &flow, e))
        return false;
    row.flow = buf_str(&flow);
    bool ok = store_sighting_put(db, &row, &fresh, e);
    if (ok && fresh)
        ok = store_warning_live(db, &a, &row.selector, entry->logged, &live, e) &&
             (!live.id.len || store_warning_seen_again(db, live.id, row.count, e));
    arena_drop(&a);
    return ok;
}

static bool apply_list(struct db *db, const struct entry *entry, struct str org,
                       const struct json *body, struct err *e)
{
    for (json_each(v, json_get(body, S("sightings"))))
        if (!put(db, entry, org, v, e))
            return err_wrap(e, "sighting");
    return true;
}

static bool apply_item(struct arena *a, struct db *db, const struct entry *entry,
                       struct str payload, struct err *e)
{
    struct link_item item;
    bool news = false;
    if (!link_item_read(a, payload, &item, e))
        return false;
    if (item.kind != LINK_SIGHTING)
        return true;
    if (!link_is_news(db, &item, &news, e))
        return false;
    const struct json *body = json_parse(a, item.body, e);
    return body && (!news || apply_list(db, entry, item.path[0], body, e));
}

static bool apply(struct db *db, const struct entry *entry, struct str payload, struct err *e)
{
    struct arena a = ARENA(PROJECT_ARENA_MAX);
    const struct json *v = NULL;
    bool ok = true;
    if (payload.ptr && entry->statement.kind == KIND_LINK_RECEIVED)
        ok = apply_item(&a, db, entry, payload, e);
    else if (payload.ptr)
        ok = project_json(&a, payload, &v, e) &&
             apply_list(db, entry, entry->statement.subject, v, e);
    arena_drop(&a);
    return ok;
}

static const enum kind kinds[] = {KIND_SIGHTING_REPORTED, KIND_LINK_RECEIVED, KIND_UNKNOWN};

extern const struct projection project_sighting;
const struct projection project_sighting = {
    .name = "sightings",
    .version = 1,
    .create = store_sql_sighting,
    .kinds = kinds,
    .apply = apply,
};
