/* project_peer.c - how far each peer's items have been taken, which objects came; cosigned checkpoints.
 *
 * Applied after all others: they ask link_is_news about the item that this one then marks as seen.
 */
#include "node/project/project_private.h"

#include "store/peer.h"

bool link_is_news(struct db *db, const struct link_item *item, bool *ret_news, struct err *e)
{
    struct seen_row seen;
    if (!store_seen(db, item->origin, item->object, &seen, e))
        return false;
    *ret_news = !seen.revoked && (item->revoked || item->version > seen.version);
    return true;
}

static bool apply_item(struct arena *a, struct db *db, const struct entry *entry,
                       struct str payload, struct err *e)
{
    struct link_item item;
    if (!link_item_read(a, payload, &item, e))
        return false;
    struct peer_row peer = {
        .org = item.from,
        .class_name = item.reader_class,
        .number = item.number,
        .at = entry->logged,
    };
    link_item_chain(&item, peer.chain);
    return store_peer_put(db, &peer, e) &&
           store_seen_put(db, item.origin, item.object,
                          &(struct seen_row){item.version, item.revoked}, e);
}

static bool apply_cosigned(struct db *db, const struct entry *entry, const struct json *v,
                           struct err *e)
{
    return store_cosigned_put(db,
                              &(struct cosigned_row){
                                  .origin = project_text(v, S("origin")),
                                  .witness = project_text(v, S("witness")),
                                  .note = project_text(v, S("note")),
                                  .size = project_int(v, S("size")),
                                  .at = entry->logged,
                              },
                              e);
}

static bool apply(struct db *db, const struct entry *entry, struct str payload, struct err *e)
{
    struct arena a = ARENA(PROJECT_ARENA_MAX);
    const struct json *v = NULL;
    bool ok = true;
    if (payload.ptr && entry->statement.kind != KIND_CHECKPOINT_COSIGNED)
        ok = apply_item(&a, db, entry, payload, e);
    else if (payload.ptr)
        ok = project_json(&a, payload, &v, e) && apply_cosigned(db, entry, v, e);
    arena_drop(&a);
    return ok;
}

static const enum kind kinds[] = {KIND_WARNING_RECEIVED, KIND_LINK_RECEIVED,
                                  KIND_CHECKPOINT_COSIGNED, KIND_UNKNOWN};

extern const struct projection project_peer, project_directory, project_intel, project_sighting,
    project_finding, project_warning, project_release;
const struct projection project_peer = {
    .name = "peers",
    .version = 1,
    .create = store_sql_peer,
    .kinds = kinds,
    .apply = apply,
};

/* In this order. Warnings read the policy and the claims; peers come last, as said above. */
const struct projection *const node_projections[] = {&project_directory, &project_intel,
                                                     &project_sighting,  &project_finding,
                                                     &project_warning,   &project_release,
                                                     &project_peer,      NULL};
