/* project_release.c - release logs out of release.decided entries, with each class's chain of hashes. */
#include "node/project/project_private.h"

#include "core/jcs.h"
#include "store/release_log.h"

static bool read_row(struct arena *a, const struct entry *entry, const struct json *v,
                     struct release_row *ret, struct err *e)
{
    AUTO(buf_drop) struct buf body = BUF(LINK_ITEM_MAX), path = BUF(1024);
    if (!json_get(v, S("body")) || !json_get(v, S("path")) ||
        !jcs_write(json_get(v, S("body")), &body, e) ||
        !jcs_write(json_get(v, S("path")), &path, e))
        return err_wrap(e, "release decision");
    *ret = (struct release_row){
        .kind = project_text(v, S("kind")),
        .object = project_text(v, S("object")),
        .origin = project_text(v, S("origin")),
        .statement = project_text(v, S("statement")),
        .version = project_int(v, S("version")),
        .path = arena_str(a, buf_str(&path)),
        .tlp = project_tlp(v),
        .originator = project_text(v, S("originator")),
        .recipient = project_text(v, S("recipient")),
        .at = entry->logged,
        .revoked = json_bool(v, S("revoked"), false),
        .body = arena_str(a, buf_str(&body)),
    };
    return true;
}

static void chain(const struct release_class *class, const struct release_row *row,
                  struct str decision, uint8_t ret[SHA256_SIZE])
{
    struct link_item item = {
        .origin = row->origin,
        .statement = row->statement,
        .object = row->object,
        .version = row->version,
        .number = class->number + 1,
        .decision = decision,
        .revoked = row->revoked,
        .body = row->body,
    };
    if (!link_kind_parse(row->kind, &item.kind))
        item.kind = LINK_WARNING;
    memcpy(item.previous, class->chain, SHA256_SIZE);
    link_item_chain(&item, ret);
}

static bool apply_parsed(struct arena *a, struct db *db, const struct entry *entry,
                         const struct json *v, struct err *e)
{
    struct release_row row = {};
    struct release_step step = {};
    if (!read_row(a, entry, v, &row, e) || !store_release_keep(db, &row, &step.bytes, e))
        return false;
    for (json_each(to, json_get(v, S("to")))) {
        struct release_class class = {};
        step.decision = project_text(to, S("decision"));
        if (!store_release_class(db, a, project_text(to, S("class")), project_text(to, S("org")),
                                 &class, e))
            return false;
        chain(&class, &row, step.decision, step.chain);
        if (!store_release_append(db, &class, &step, e))
            return false;
    }
    for (json_each(no, json_get(v, S("withheld"))))
        if (!store_withheld_put(db, row.object,
                                &(struct withheld_row){project_text(no, S("org")),
                                                       project_text(no, S("reason"))},
                                e))
            return false;
    return true;
}

static bool apply(struct db *db, const struct entry *entry, struct str payload, struct err *e)
{
    struct arena a = ARENA(PROJECT_ARENA_MAX);
    const struct json *v = NULL;
    bool ok = project_json(&a, payload, &v, e) && (!v || apply_parsed(&a, db, entry, v, e));
    arena_drop(&a);
    return ok;
}

static const enum kind kinds[] = {KIND_RELEASE_DECIDED, KIND_UNKNOWN};

extern const struct projection project_release;
const struct projection project_release = {
    .name = "releases",
    .version = 1,
    .create = store_sql_release,
    .kinds = kinds,
    .apply = apply,
};
