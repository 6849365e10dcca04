/* verify_private.h - what the parts of the verifier share. */
#pragma once

#include "journal/journal_private.h"
#include "journal/verify.h"

struct verifier {
    const struct verify_options *o;
    struct verify_report *report;
    struct journal *j;
    const char *file; /* said before problems of an older log; "" for the one asked about */
    struct key_public key;
    struct merkle_tree tree; /* recomputed */
    int64_t expected;        /* the next seq */
    int64_t logged;          /* of the entry before */
    int64_t seq;             /* the entry being looked at */
    int64_t bad_leaf;        /* the last entry whose stored leaf hash is wrong; 0 */
};

void verify_problem(struct verifier *v, int64_t seq, const char *format, ...) PRINTF_LIKE(3, 4);
void verify_damage(struct verifier *v, int64_t page, int64_t row, const char *text);
/* Every row of the file, and the tree over them. False when reading broke off, which is told as
 * a problem. */
bool verify_entries(struct verifier *v);
/* A note of this log: signed by its key, and its root is what the entries give. `whence` says
 * which note. */
void verify_note(struct verifier *v, struct str note, int64_t seq, const char *whence);
