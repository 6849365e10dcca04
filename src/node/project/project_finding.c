/* project_finding.c - findings of own sensors: each entry's payload is one bundle. */
#include "node/finding_private.h"
#include "node/project/project_private.h"

static bool apply(struct db *db, const struct entry *entry, struct str payload, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(PROJECT_ARENA_MAX);
    const struct json *bundle = NULL;
    struct finding_row row;
    bool fresh;
    if (!project_json(&a, payload, &bundle, e))
        return false;
    if (!bundle)
        return true;
    if (!finding_read(&a, bundle, &row, e))
        return err_wrap(e, "finding");
    row.org = entry->statement.subject;
    row.seq = entry->seq;
    row.received = entry->logged;
    return store_finding_put(db, &row, &fresh, e);
}

static const enum kind kinds[] = {KIND_FINDING_REPORTED, KIND_UNKNOWN};

extern const struct projection project_finding;
const struct projection project_finding = {
    .name = "findings",
    .version = 1,
    .create = store_sql_finding,
    .kinds = kinds,
    .apply = apply,
};
