/* ledger.h - a journal's export, checked with nothing but keys and what was kept from before: O1.
 *
 * The folder that `hinomi log export` writes:
 *   entries.jsonl    each entry's canonical header, as it is hashed; one a line
 *   checkpoint.txt   the newest checkpoint, a signed note
 *   cosigned.txt     the newest checkpoint that a witness cosigned; may be absent
 *   sizes.json       {"base":…,"checkpoint_size":…,"entries":…,"origin":…}: what the log begins after
 *
 * Every leaf is hashed anew and the tree folded; the root at the checkpoint's size and at that of each kept checkpoint
 * must be what was signed. Each statement's signature is checked against the key it names.
 *
 *     struct ledger_options o = {.dir = "export", .keys = keys, .key_count = 1, .kept = {"last-year.txt"}};
 *     ledger_check(&o, &found, &totals, e);
 *
 * Memory: 16 bytes an entry, for the search for a statement that stands twice. A log that succeeded another
 * begins after `base`; its first entry has number base + 1.
 */
#pragma once

#include "core/opt.h"
#include "verify/finding.h"
#include "verify/mark.h"

#define ENTRIES_FILE "entries.jsonl"
#define CHECKPOINT_FILE "checkpoint.txt"
#define COSIGNED_FILE "cosigned.txt"
#define SIZES_FILE "sizes.json"

struct ledger_options {
    const char *dir;
    struct opt_list keys; /* the log's: any one must have signed; witnesses': each must have */
    struct opt_list kept; /* checkpoints kept elsewhere: files */
    struct opt_list held; /* entries kept elsewhere: files of header lines */
};

struct ledger_totals {
    uint64_t entries, size; /* lines; what the checkpoint covers */
    struct tree_hash root;
    uint64_t signatures, cosignatures;
};

/* False when the folder, a key or a kept file cannot be read. */
[[nodiscard]] bool ledger_check(const struct ledger_options *o, struct findings *found,
                                struct ledger_totals *ret, struct err *e);
/* A proof that `hinomi log prove` printed. *ret_holds: what was found is in `found` otherwise. */
[[nodiscard]] bool ledger_proof(const char *path, const struct ledger_options *o,
                                struct findings *found, struct err *e);
