/* warning.h - warnings, who did what with them, and what became a block.
 *
 * A warning is known by its id on every node. Times are microseconds: `seen` by the sensor's clock,
 * `sighted` and `issued` by the issuer's journal, `received` by ours. `withdrawn` 0: it stands.
 * `action` is what this organisation's policy made of it (node/policy.h). `path` is the JSON array of
 * organisations it has passed.
 *
 * A receipt says that an organisation heard a warning, wrote it into its equipment or took it out
 * again. A block is this node's own entry for its resolver and firewall: active, refused or ended.
 */
#pragma once

#include "store/intel.h"

struct warning_row {
    struct str id;
    int64_t seq, version;
    struct str origin, issuer; /* log, organisation */
    struct selector selector;
    int64_t class;
    struct str threat;
    int64_t confidence, tlp;
    struct str source, why;
    int64_t seen, sighted, issued, received, valid_until, withdrawn;
    struct str reason;
    int64_t action;
    bool automatic;
    struct str path;
    int64_t sightings;
};

struct receipt_row {
    struct str warning, org, step; /* "heard", "written", "cleared" */
    int64_t at, recorded;
    struct str action;
};

struct block_row {
    struct str warning;
    struct selector selector;
    int64_t added, until;
    struct str state, why; /* "active", "refused", "withdrawn" */
};

[[nodiscard]] bool store_warning_put(struct db *db, const struct warning_row *w, struct err *e);
/* ERR_NOT_FOUND */
[[nodiscard]] bool store_warning_find(struct db *db, struct arena *a, struct str id,
                                      struct warning_row *ret, struct err *e);
/* The one that stands for a selector at `now`; ret->id is empty when none does. */
[[nodiscard]] bool store_warning_live(struct db *db, struct arena *a, const struct selector *s,
                                      int64_t now, struct warning_row *ret, struct err *e);
[[nodiscard]] bool store_warning_withdraw(struct db *db, struct str id, int64_t at,
                                          struct str reason, struct err *e);
[[nodiscard]] bool store_warning_seen_again(struct db *db, struct str id, int64_t times,
                                            struct err *e);
[[nodiscard]] bool store_warning_act(struct db *db, struct str id, int64_t action, struct err *e);

/* Newest first, before `before` (a seq; 0: from the newest). `live_at` not 0: only those that stand
 * then. */
struct warning_page {
    int64_t before, most, live_at;
};
[[nodiscard]] bool store_warning_list(struct db *db, struct arena *a,
                                      const struct warning_page *page, struct warning_row **ret,
                                      size_t *ret_count, struct err *e);

[[nodiscard]] bool store_receipt_put(struct db *db, const struct receipt_row *r, struct err *e);
[[nodiscard]] bool store_receipts(struct db *db, struct arena *a, struct str warning,
                                  struct receipt_row **ret, size_t *ret_count, struct err *e);

[[nodiscard]] bool store_block_put(struct db *db, const struct block_row *b, struct err *e);
[[nodiscard]] bool store_block_state(struct db *db, struct str warning, struct str state,
                                     struct str why, struct err *e);
/* By state, in the order in which they were added; at most `most`. */
struct block_list {
    struct block_row *rows;
    size_t count;
};
[[nodiscard]] bool store_blocks(struct db *db, struct arena *a, struct str state, int64_t most,
                                struct block_list *ret, struct err *e);
