/* oversight.h - the log as outsiders check it, and this node as a witness of other logs.
 *
 * Any authenticated reader may ask for the checkpoint and proofs: they are hashes. Entries go to the
 * oversight role alone. A commission's node follows each log it has a link of direction "witness" to:
 * it fetches the checkpoint and the proof that the log has only grown since the last one it
 * cosigned, cosigns it, and posts the cosignature back (C2SP tlog-witness, over our own API).
 */
#pragma once

#include "node/node.h"

enum { OVERSIGHT_EVERY_S = 10 };

/* The newest checkpoint as a signed note, with the cosignatures that have come for it. Text. */
[[nodiscard]] bool node_checkpoint_clear(struct node *n, struct arena *a, const struct release *to,
                                         const struct cleared **ret, struct err *e);
/* The newest checkpoint that a witness has cosigned; the log may have grown since. ERR_NOT_FOUND
 * before the first. */
[[nodiscard]] bool node_cosigned_clear(struct node *n, struct arena *a, const struct release *to,
                                       const struct cleared **ret, struct err *e);
/* {"hashes":[BASE64,…]}: growth from one size to another, or the inclusion of an entry in a size. */
struct node_proof {
    int64_t from, to;    /* growth: leaves */
    int64_t entry, size; /* inclusion: seq, leaves; entry 0: growth is asked for */
};
[[nodiscard]] bool node_proof_clear(struct node *n, struct arena *a, const struct release *to,
                                    const struct node_proof *proof, const struct cleared **ret,
                                    struct err *e);
/* Entries for oversight: headers, payloads as base64, at most `most` from `from`. */
struct node_entries {
    int64_t from, most;
};
[[nodiscard]] bool node_entries_clear(struct node *n, struct arena *a, const struct release *to,
                                      const struct node_entries *asked, const struct cleared **ret,
                                      struct err *e);

struct node_cosign { /* a witness hands in its line */
    struct node_command command;
    struct str note;    /* the checkpoint with the witness's line, whole */
    struct str witness; /* the organisation that speaks */
};
/* What the command needs of the note lives in `a`, until it is done. */
[[nodiscard]] bool node_cosign(struct node *n, struct arena *a, struct node_cosign *c,
                               struct err *e);

/* Every log this node witnesses, once. The first failure is told; the others are still tried. */
[[nodiscard]] bool node_witness_all(struct node *n, struct err *e);
