/* sighting.h - who saw which selector when, exactly once by id.
 *
 * The id is drawn by the sensor; a batch that arrives twice adds nothing. `at` is the sensor's time,
 * `received` the journal's. `flow` is JSON as the sensor said it, and is empty for sightings that came
 * from other organisations.
 */
#pragma once

#include "store/intel.h"

struct sighting_row {
    struct str id, org;
    int64_t seq;           /* of the entry; not read back by lists */
    int64_t place_in_list; /* set by lists: what `before` counts in */
    struct selector selector;
    int64_t at, received, count;
    struct str place, community_id, flow;
};

/* *ret_fresh is false when the id is known. */
[[nodiscard]] bool store_sighting_put(struct db *db, const struct sighting_row *s, bool *ret_fresh,
                                      struct err *e);
[[nodiscard]] bool store_sighting_known(struct db *db, struct str id, bool *ret_known,
                                        struct err *e);

/* How often, and by how many organisations, the selector was seen since `since`. */
struct sighting_rate {
    int64_t sightings, organisations;
    int64_t first_at; /* the earliest sensor time among them */
};
[[nodiscard]] bool store_sighting_rate(struct db *db, const struct selector *s, int64_t since,
                                       struct sighting_rate *ret, struct err *e);

/* Newest first, before `before` (a place_in_list; 0: from the newest). */
struct sighting_list {
    struct sighting_row *rows;
    size_t count;
};
[[nodiscard]] bool store_sighting_list(struct db *db, struct arena *a, int64_t before, int64_t most,
                                       struct sighting_list *ret, struct err *e);
