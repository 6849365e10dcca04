/* finding.h - what own sensors' behaviour detectors found, taken exactly once.
 *
 *     {"findings":[BUNDLE, ...]}      STIX 2.1 bundles as docs/formats/findings.md has them
 *
 * Each bundle that is taken is one journal entry, finding.reported, whose payload is the bundle. Its id is
 * that of its sighting.
 *
 * Channel `own`, as for sightings: where the organisation has registered networks as its constituency, the
 * host of a finding or its peer must lie inside them; others are refused, counted and said. Findings stay
 * in this organisation: nothing of them goes up, and no warning comes of them.
 */
#pragma once

#include "node/node.h"

enum { NODE_FINDINGS_MAX = 200 }; /* in one call */

struct finding_row;

struct node_findings {
    struct node_command command;
    struct str body;
    /* results */
    int64_t accepted, repeated, outside;
    /* for the command's own use */
    struct arena *memory;
    const struct json *list;
    struct finding_row *rows; /* of the list, in its order */
};
[[nodiscard]] bool node_findings(struct node *n, struct arena *a, struct node_findings *f,
                                 struct err *e);

struct node_findings_wish {
    struct node_page page;
    struct str host, detector; /* empty: all. ERR_INVALID: the host is not an address */
};
[[nodiscard]] bool node_findings_clear(struct node *n, struct arena *a, const struct release *to,
                                       const struct node_findings_wish *wish,
                                       const struct cleared **ret, struct err *e);
