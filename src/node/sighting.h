/* sighting.h - what own sensors saw, taken exactly once.
 *
 *     {"sightings":[{"id":UUID,"time":TIME,"selector":{"kind","value"},"where":"tap-1","count":1,
 *                    "community_id":"1:…","flow":{"src_ip","src_port","dest_ip","dest_port",…}}]}
 *
 * Channel `own` (docs/design.md): where the organisation has registered networks as its constituency, a
 * sighting must have an address of its flow inside them; others are refused, counted and said. The
 * flow stays here; what goes up is the selector, the time, the count and the community id.
 */
#pragma once

#include "node/node.h"

enum { NODE_SIGHTINGS_MAX = 1000 }; /* in one call */

struct node_sightings {
    struct node_command command;
    struct str body;
    /* results */
    int64_t accepted, repeated, outside;
    /* for the command's own use */
    struct arena *memory;
    const struct json *list;
};
[[nodiscard]] bool node_sightings(struct node *n, struct arena *a, struct node_sightings *s,
                                  struct err *e);
[[nodiscard]] bool node_sightings_clear(struct node *n, struct arena *a, const struct release *to,
                                        const struct node_page *page, const struct cleared **ret,
                                        struct err *e);
