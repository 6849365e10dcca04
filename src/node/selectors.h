/* selectors.h - the signed selector set for own sensors.
 *
 * Built on demand from the read model in one pass, kept until the set has changed and somebody asks
 * again; so a node without sensors never holds one. The generation says what it contains: an image of
 * generation G and the stream's events after G make the set as it is now.
 *
 * Layout: index/sealed.h, signed by the node's key.
 */
#pragma once

#include "node/node.h"

/* The whole sealed image, cleared for the caller; it lives in `a`. */
[[nodiscard]] bool node_image_clear(struct node *n, struct arena *a, const struct release *to,
                                    const struct cleared **ret, int64_t *ret_generation,
                                    struct err *e);
