/* reidentification.h - acts of re-identification as entries of the journal: before the answer is given.
 *
 * Each is one entry, pseudonym.resolved, whose payload is the signed record (law/reidentification.h) as it
 * came: it proves itself, wherever it was made. It is never erased: it names no person.
 */
#pragma once

#include "node/node.h"

struct node_reidentification {
    struct node_command command;
    struct str record; /* the line */
    int64_t seq;       /* result: of the entry */
};
/* ERR_INVALID: no such record; ERR_DENIED: a signature does not hold. Returns when it is durable, or as node_run. */
[[nodiscard]] bool node_reidentification(struct node *n, struct arena *a,
                                         struct node_reidentification *r, struct err *e);
