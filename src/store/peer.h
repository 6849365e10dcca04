/* peer.h - how far each neighbour's items have been taken, and which objects came from where.
 *
 * `peer` is one row for each organisation that sends us items: the class it follows us into, the last
 * number and chain value taken. `seen` is one row for each object of each origin: its version, and
 * whether it was revoked, kept for ever, so that a revocation wins in any order of arrival.
 */
#pragma once

#include "core/digest.h"
#include "db/db.h"

struct peer_row {
    struct str org, class_name;
    int64_t number, at;
    uint8_t chain[SHA256_SIZE];
};

/* A peer never heard of has number 0 and an empty class. */
[[nodiscard]] bool store_peer(struct db *db, struct arena *a, struct str org, struct peer_row *ret,
                              struct err *e);
[[nodiscard]] bool store_peer_put(struct db *db, const struct peer_row *p, struct err *e);
[[nodiscard]] bool store_peer_list(struct db *db, struct arena *a, struct peer_row **ret,
                                   size_t *ret_count, struct err *e);

struct seen_row {
    int64_t version; /* 0: never seen */
    bool revoked;
};
[[nodiscard]] bool store_seen(struct db *db, struct str origin, struct str object,
                              struct seen_row *ret, struct err *e);
/* Keeps the higher version; a revocation stays. */
[[nodiscard]] bool store_seen_put(struct db *db, struct str origin, struct str object,
                                  const struct seen_row *seen, struct err *e);

/* Cosigned checkpoints that witnesses have sent. */
struct cosigned_row {
    struct str origin, witness, note;
    int64_t size, at;
};
[[nodiscard]] bool store_cosigned_put(struct db *db, const struct cosigned_row *c, struct err *e);
/* The newest; ret->size is 0 when there is none. */
[[nodiscard]] bool store_cosigned(struct db *db, struct arena *a, struct cosigned_row *ret,
                                  struct err *e);
