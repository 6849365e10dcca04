/* own.h - the authorisation of an organisation that watches its own network, made on the spot.
 *
 * Why: no run without an authorisation, not even `scan` on a desk. Without prefixes it is a local one
 * ("local": true): results stay where they are and can feed no node. With prefixes it is an ordinary
 * CH_OWN authorisation, signed by the given key.
 *
 *     struct own_wish wish = {.organisation = S("desk"), .key = &key, .firmware = hash,
 *                             .start = now, .end = now + HOUR};
 *     if (!authorisation_own(law, &wish, &bytes, e))
 *         return false;
 */
#pragma once

#include "law/authorisation.h"

struct own_wish {
    struct str auth_id; /* 32 hex digits; empty: drawn */
    struct str organisation;
    const struct key_secret *key; /* the owner's; signs. NULL: a draft, not signed */
    struct key_public owner;      /* of a draft */
    struct key_public sensor;     /* the sensor's; all zero: the owner's key is the sensor's too */
    struct str firmware_hash;     /* 64 hex digits */
    const struct addr *prefixes;  /* none: local */
    size_t prefix_count;
    bool carrier;
    struct str selectors; /* "feeds" (scan) or "node" (sensor) */
    int64_t start, end;
};

/* Canonical, signed bytes that pass every check of the given tables; a draft is neither. */
[[nodiscard]] bool authorisation_own(const struct law *law, const struct own_wish *wish,
                                     struct buf *out, struct err *e);
/* The default of `scan`: local whatever the wish's prefixes. */
[[nodiscard]] bool authorisation_own_local(const struct law *law, const struct own_wish *wish,
                                           struct buf *out, struct err *e);
