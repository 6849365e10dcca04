/* verify.h - is this copy of a journal what it says it is? Needs the file and the public key, no
 * node, no other key.
 *
 * Recomputes each leaf from its stored header, each commitment from salt and payload, each
 * stored tree node and the root; checks that numbers are dense, `logged` never falls, ids are
 * unique, statements name this log, signatures verify, and that every signed checkpoint in the
 * file says the root the entries give. A sealed payload is checked by the digest beside it; with
 * a signer, also by its commitment. What is wrong is named: "entry 17: payload does not match
 * its commitment", or "page 5: …" where the database itself is damaged.
 *
 * Truncation cannot be seen from inside; a checkpoint that somebody else kept shows it
 * (`checkpoint`).
 */
#pragma once

#include "core/arena.h"
#include "journal/merkle.h"
#include "journal/signer.h"

struct verify_options {
    const char *dir;       /* a node's folder, or a copy; or the path of the file itself */
    struct str key;        /* "ed25519:…" or "name+id+key"; STR_NONE: the key the file names */
    struct str checkpoint; /* a signed note kept elsewhere; STR_NONE: none */
    struct signer *signer; /* opens sealed payloads; NULL: they stay shut */
    const char *vfs;
};

struct verify_problem {
    int64_t seq;  /* the entry at fault; 0: another thing */
    int64_t page; /* the damaged page; 0 */
    char text[200];
};

enum { VERIFY_PROBLEMS_MAX = 50 };

struct verify_report {
    struct str origin; /* in the arena */
    int64_t base;
    uint64_t size;
    struct merkle_hash root;
    uint64_t sealed, signatures, checkpoints; /* how many were seen */
    uint64_t checkpoint_size;                 /* of the newest signed one in the file */
    struct key_public key;
    bool key_from_file;
    size_t problem_count; /* all of them; the first ones are kept */
    struct verify_problem problems[VERIFY_PROBLEMS_MAX];
};

/* False only when nothing could be checked (no such file). Else look at problem_count.
 * Predecessors are checked too when they lie beside the file; their problems say which file. */
[[nodiscard]] bool journal_verify(const struct verify_options *options, struct arena *a,
                                  struct verify_report *ret_report, struct err *e);
