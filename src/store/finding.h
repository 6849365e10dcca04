/* finding.h - what a sensor's behaviour detectors found, exactly once by id.
 *
 * The id is the UUID of the STIX sighting and is made by the sensor; a batch that arrives twice adds
 * nothing. `first` and `last` are packet time, `received` the journal's.
 */
#pragma once

#include "store/intel.h"

struct finding_row {
    struct str id, org;
    int64_t seq;           /* of the entry; not read back by lists */
    int64_t place_in_list; /* set by lists: what `before` counts in */
    struct str sensor;     /* its UUID */
    struct str detector, technique;
    struct str host, peer; /* addresses, RFC 5952; no peer: empty */
    struct str name;       /* of the peer, or of what was used; may be empty */
    int64_t score;         /* thousandths, 0..1000 */
    int64_t first, last, count;
    struct str features; /* JSON, an array */
    struct str sentence_en, sentence_ja;
    int64_t received;
};

/* *ret_fresh is false when the id is known. */
[[nodiscard]] bool store_finding_put(struct db *db, const struct finding_row *f, bool *ret_fresh,
                                     struct err *e);
[[nodiscard]] bool store_finding_known(struct db *db, struct str id, bool *ret_known,
                                       struct err *e);

/* Newest first, before `before` (a place_in_list; 0: from the newest). Empty texts fit everything. */
struct finding_query {
    int64_t before, most;
    struct str host, detector;
};
struct finding_list {
    struct finding_row *rows;
    size_t count;
};
[[nodiscard]] bool store_finding_list(struct db *db, struct arena *a, const struct finding_query *q,
                                      struct finding_list *ret, struct err *e);
