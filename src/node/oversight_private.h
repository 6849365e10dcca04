/* oversight_private.h - what the witness and the log it witnesses agree on. */
#pragma once

#include "node/oversight.h"

/* Context in which a node's key vouches for the key with which it witnesses. */
#define WITNESS_VOUCH S("hinomi witness key v1")

/* The name a witness signs under; in the arena. */
static inline struct str witness_name(struct arena *a, struct str org)
{
    return arena_fmt(a, "hinomi-witness/" STR_FMT, STR_ARG(org));
}

/* Journals a checkpoint that was cosigned: `note` is the whole note. */
[[nodiscard]] bool cosigned_record(struct node *n, struct node_cosign *c, struct err *e);
