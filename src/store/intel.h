/* intel.h - observables, once each, and what every source claims about them.
 *
 * An observable is a selector in its canonical text. A claim is one source's word on it: which class
 * of threat, how surely, how far it may travel, until when. A second word of the same source replaces
 * the first. Kinds, classes and TLP are the numbers of core/selector.h, node/policy.h and
 * intel/tlp.h; the store does not know their meaning.
 *
 * A million claims lie in two tables and one index of whole numbers: inserting them costs little
 * more than SQLite itself. Observables are found by `store_hash`, and compared by text.
 */
#pragma once

#include "core/selector.h"
#include "db/db.h"

/* The first 63 bits of SHA-256(kind name ‖ 0 ‖ value): the same on every node and in each rebuild. Where
 * an observable begins to be looked for; two with one hash lie side by side. */
int64_t store_hash(const struct selector *s);

struct source_row {
    int64_t id;
    struct str name, grade, org; /* grade "B2"; org: who declared it */
    int64_t tlp;                 /* what its unmarked items count as */
};

struct claim_row {
    int64_t source, threat, class, confidence, tlp, said, valid_until; /* threat: a label's id */
};

struct claim_view { /* a claim with its texts, for look-up */
    struct claim_row claim;
    struct str source, grade, threat;
};

struct import_row {
    struct str id, source, format;
    int64_t seq, source_id, at, bytes, items, usable, kept, refused, fresh;
};

/* Finds or makes the source by name; an existing one takes the new grade and TLP. */
[[nodiscard]] bool store_source_put(struct db *db, struct source_row *source, struct err *e);
[[nodiscard]] bool store_label_put(struct db *db, struct str text, int64_t *ret_id, struct err *e);

/* 0 in *ret_id when it is unknown. */
[[nodiscard]] bool store_observable_find(struct db *db, const struct selector *s, int64_t *ret_id,
                                         struct err *e);
/* Finds or makes; *ret_fresh tells which. */
[[nodiscard]] bool store_observable_put(struct db *db, const struct selector *s, int64_t *ret_id,
                                        bool *ret_fresh, struct err *e);
[[nodiscard]] bool store_claim_put(struct db *db, int64_t observable, const struct claim_row *c,
                                   struct err *e);
/* Takes one source's claim back, or with source 0 everybody's. */
[[nodiscard]] bool store_claim_drop(struct db *db, int64_t observable, int64_t source,
                                    struct err *e);
/* All claims on a selector, best grade first. */
[[nodiscard]] bool store_claims(struct db *db, struct arena *a, const struct selector *s,
                                struct claim_view **ret, size_t *ret_count, struct err *e);

[[nodiscard]] bool store_import_put(struct db *db, const struct import_row *i, struct err *e);
[[nodiscard]] bool store_import_list(struct db *db, struct arena *a, int64_t most,
                                     struct import_row **ret, size_t *ret_count, struct err *e);

/* Walks all live claims in order of observable, without holding more than one in memory. `each`
 * returns false to stop. `after`: observables with a greater id only. */
struct indicator_view {
    int64_t observable;
    struct selector selector;
    struct claim_view claim;
};
typedef bool store_each(void *ctx, const struct indicator_view *v, struct err *e);
[[nodiscard]] bool store_walk(struct db *db, int64_t after, int64_t now, store_each *each,
                              void *ctx, struct err *e);

[[nodiscard]] bool store_count(struct db *db, const char *literal_sql, int64_t *ret, struct err *e);

/* Counters: the generation of the selector set and the like. 0 when never set. */
[[nodiscard]] bool store_counter(struct db *db, struct str name, int64_t *ret, struct err *e);
[[nodiscard]] bool store_counter_put(struct db *db, struct str name, int64_t value, struct err *e);
