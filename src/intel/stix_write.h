/* stix_write.h - our indicators and sightings as STIX 2.1 objects, for other people's programs.
 *
 * Ids are made from content (UUIDv5 in a name space of our own, never OASIS's), so that the same
 * indicator of the same source is the same object on every node and on every day:
 *   indicator--v5(space, source "\n" kind "\n" value)      sighting--v5(space, the caller's key)
 *
 * TLP is written as the id of the TLP 2.0 marking definition; `stix_write_markings` writes those
 * objects themselves, once a bundle. TLP_UNMARKED writes no marking: callers settle that first.
 */
#pragma once

#include "core/jsonw.h"
#include "core/uuid.h"
#include "intel/indicator.h"

struct stix_sighting {
    struct str key;           /* what makes this sighting one and the same: a statement's id */
    struct str sighting_of;   /* "indicator--…" */
    struct str where_sighted; /* "identity--…" of the organisation; empty: not said */
    struct str created_by;    /* "identity--…"; empty: not said */
    int64_t first_seen, last_seen, created; /* microseconds */
    int64_t count;                          /* 0..999,999,999 */
    enum tlp tlp;
};

enum { STIX_ID_SIZE = 80 };

struct str stix_indicator_id(const struct indicator *i, char out[STIX_ID_SIZE]);
/* `created_by` is an identity's id or empty. An indicator without times gets `now` for them. */
void stix_write_indicator(struct jsonw *w, const struct indicator *i, struct str created_by,
                          int64_t now);
void stix_write_sighting(struct jsonw *w, const struct stix_sighting *s);
/* The five TLP 2.0 marking definitions, as array elements. */
void stix_write_markings(struct jsonw *w);
