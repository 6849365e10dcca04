/* office.h - who held which office, by the inspector's own trust file.
 *
 * The form is that of docs/formats/authorisation.md: keys[{key, role, organisation, from, to?}], firmware[],
 * revoked[]?, law_tables[]?. Read here by code of the verifier's own; members it does not need are
 * passed over. The file comes from the inspector, never from the folder being checked.
 *
 *     const struct office *office;
 *     if (!office_open(&memory, path, &office, e))
 *         return false;
 *     bool was = office_held(office, &key, S("COMMISSION"), STR_NONE, decided_at);
 */
#pragma once

#include "core/json.h"
#include "core/keys.h"

struct office_row {
    struct key_public key;
    struct str role, organisation;
    int64_t from, to; /* to = 0: still */
};

struct office {
    struct office_row *rows;
    size_t count;
    const struct json *firmware, *revoked, *law_tables; /* lists of texts, or NULL */
};

[[nodiscard]] bool office_open(struct arena *a, const char *path, const struct office **ret,
                               struct err *e);
[[nodiscard]] bool office_read(struct arena *a, struct str json, const struct office **ret,
                               struct err *e);
/* Did the key hold the role at that time? An empty organisation: whichever. */
bool office_held(const struct office *o, const struct key_public *key, struct str role,
                 struct str organisation, int64_t at);
/* Did the key ever hold another role? */
bool office_held_another(const struct office *o, const struct key_public *key, struct str role);
