/* witness.h - what an oversight body's witness does: see that a log only ever grows, and say so
 * under its own name.
 *
 * For each origin it remembers the last checkpoint it cosigned, on the disk before it answers.
 * It verifies the log's signature and the consistency proof from what it remembers, refuses a
 * log that became shorter or shows another root at the same size, and never signs two roots for
 * one size (C2SP tlog-witness). The first checkpoint of an origin is taken when the caller names
 * the key of that log; after that the remembered key counts.
 *
 * Errors: ERR_NOT_FOUND unknown origin, ERR_DENIED bad signature, ERR_CONFLICT shorter or
 * another root (the text names the remembered size), ERR_INVALID bad proof.
 *
 * Threads: one witness at a time for each state folder.
 */
#pragma once

#include "core/arena.h"
#include "core/time.h"
#include "journal/note.h"

struct witness {
    const char *state; /* folder */
    struct str name;   /* of the witness, as its note key says it */
    const struct key_secret *key;
    struct clock *clock;
};

struct witness_request {
    struct str note;                  /* the signed checkpoint */
    const struct note_key *log_key;   /* NULL: the origin must be known */
    const struct merkle_proof *proof; /* from the remembered size; NULL: none is needed or given */
};

/* *ret_line: the cosignature line to add to the note; in the arena. */
[[nodiscard]] bool witness_cosign(const struct witness *w, const struct witness_request *request,
                                  struct arena *a, struct str *ret_line, struct err *e);
/* The size remembered for `origin`: 0 when it is unknown. */
[[nodiscard]] bool witness_size(const struct witness *w, struct str origin, uint64_t *ret_size,
                                struct err *e);
