/* situation.h - what is happening, in one answer: for screens, the demo and the bench. */
#pragma once

#include "node/node.h"

/* Counts, the last warnings with who heard and wrote when, refused blocks, links, the streams. */
[[nodiscard]] bool node_situation_clear(struct node *n, struct arena *a, const struct release *to,
                                        const struct cleared **ret, struct err *e);

/* Numbers for Prometheus: no name of anybody in them. */
struct node_numbers {
    int64_t head, observables, claims, sightings, findings, warnings, blocks_active, blocks_refused;
    int64_t generation;
};
[[nodiscard]] bool node_numbers(struct node *n, struct node_numbers *ret, struct err *e);
