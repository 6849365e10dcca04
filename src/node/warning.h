/* warning.h - when sightings become a warning, and how one is taken back.
 *
 * A sighting alone never blocks. The centre's written policy (policy.h) turns sightings of a selector
 * that a graded source names into a warning, or an analyst does. A warning goes through the gate to
 * every member; each member's policy decides what it does there; guards stand before every block;
 * receipts come back. A withdrawal goes the same way and clears everywhere.
 */
#pragma once

#include "core/selector.h"
#include "node/node.h"
#include "node/policy.h"

struct node_warn { /* an analyst's warning */
    struct node_command command;
    struct selector selector;
    enum threat_class class;
    struct str threat, why;
    int64_t confidence; /* 0..100 */
    enum tlp tlp;
    int64_t valid_for; /* seconds; 0: as the policy says */
    struct str idempotency_key;
    char id[40]; /* result; of the one that stands already when there is one */
    bool repeated;
};
[[nodiscard]] bool node_warn(struct node *n, struct node_warn *w, struct err *e);

struct node_withdraw {
    struct node_command command;
    struct str id, reason;
    int64_t if_version; /* the version the caller saw; 0: any */
};
/* ERR_DENIED when another organisation issued it; ERR_CONFLICT when the version differs. */
[[nodiscard]] bool node_withdraw(struct node *n, struct node_withdraw *w, struct err *e);

[[nodiscard]] bool node_warnings_clear(struct node *n, struct arena *a, const struct release *to,
                                       const struct node_page *page, const struct cleared **ret,
                                       struct err *e);
/* With receipts and times; whom it was withheld from, for own people. */
[[nodiscard]] bool node_warning_clear(struct node *n, struct arena *a, const struct release *to,
                                      struct str id, struct node_answer *ret, struct err *e);
