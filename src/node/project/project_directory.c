/* project_directory.c - organisations, people, keys, links and the policy out of their entries. */
#include "node/project/project_private.h"

#include "core/encode.h"

static bool apply_org(struct db *db, const struct entry *entry, const struct json *v, struct err *e)
{
    const struct json *list = json_get(v, S("constituency"));
    struct arena a = ARENA(PROJECT_ARENA_MAX);
    size_t count = 0;
    struct constituency_row *ranges =
        arena_array(&a, struct constituency_row, (list ? list->count : 0) + 1);
    for (json_each(range, list))
        ranges[count++] = (struct constituency_row){project_text(range, S("kind")),
                                                    project_text(range, S("value"))};
    struct org_row org = {
        .id = project_text(v, S("id")),
        .name = project_text(v, S("name")),
        .sector = project_text(v, S("sector")),
        .country = project_text(v, S("country")),
        .role = project_text(v, S("role")),
        .key = project_text(v, S("key")),
        .own = json_bool(v, S("own"), false),
        .added = entry->logged,
    };
    bool ok = store_org_put(db, &org, ranges, count, e);
    arena_drop(&a);
    return ok;
}

static bool apply_key(struct db *db, const struct entry *entry, const struct json *v, struct err *e)
{
    struct key_row key = {
        .id = project_text(v, S("id")),
        .org = project_text(v, S("org")),
        .person = project_text(v, S("person")),
        .name = project_text(v, S("name")),
        .scopes = project_int(v, S("scopes")),
        .expires = project_int(v, S("expires")),
        .added = entry->logged,
    };
    if (!hex_read(json_text(v, S("hash")), key.hash, SHA256_SIZE))
        return err_set(e, ERR_INVALID, "a key without a hash");
    return store_key_put(db, &key, e);
}

static bool apply_link(struct db *db, const struct entry *entry, const struct json *v,
                       struct err *e)
{
    struct link_row link = {
        .id = project_text(v, S("id")),
        .direction = project_text(v, S("direction")),
        .url = project_text(v, S("url")),
        .pin = project_text(v, S("pin")),
        .key = project_text(v, S("key")),
        .org = project_text(v, S("org")),
        .token = project_text(v, S("token")),
        .added = entry->logged,
    };
    return store_link_put(db, &link, e);
}

static bool apply_parsed(struct db *db, const struct entry *entry, struct str payload,
                         const struct json *v, struct err *e)
{
    switch (entry->statement.kind) {
    case KIND_ORG_REGISTERED:
    case KIND_ORG_UPDATED: return apply_org(db, entry, v, e);
    case KIND_USER_REGISTERED:
        return store_person_put(db,
                                &(struct person_row){.id = project_text(v, S("id")),
                                                     .org = project_text(v, S("org")),
                                                     .name = project_text(v, S("name")),
                                                     .added = entry->logged},
                                e);
    case KIND_KEY_REGISTERED: return apply_key(db, entry, v, e);
    case KIND_KEY_REVOKED: return store_key_revoke(db, project_text(v, S("id")), entry->logged, e);
    case KIND_LINK_REGISTERED: return apply_link(db, entry, v, e);
    case KIND_POLICY_SET: return store_policy_put(db, payload, entry->seq, e);
    default: return true;
    }
}

static bool apply(struct db *db, const struct entry *entry, struct str payload, struct err *e)
{
    struct arena a = ARENA(PROJECT_ARENA_MAX);
    const struct json *v = NULL;
    bool ok = project_json(&a, payload, &v, e) && (!v || apply_parsed(db, entry, payload, v, e));
    arena_drop(&a);
    return ok;
}

static const enum kind kinds[] = {KIND_ORG_REGISTERED, KIND_ORG_UPDATED, KIND_USER_REGISTERED,
                                  KIND_KEY_REGISTERED, KIND_KEY_REVOKED, KIND_LINK_REGISTERED,
                                  KIND_POLICY_SET,     KIND_UNKNOWN};

extern const struct projection project_directory;
const struct projection project_directory = {
    .name = "directory",
    .version = 1,
    .create = store_sql_directory,
    .kinds = kinds,
    .apply = apply,
};
