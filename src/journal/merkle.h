/* merkle.h - the Merkle tree of RFC 9162, section 2.1: hashes, proofs, and the checks a stranger
 * makes.
 *
 * Leaf SHA-256(0x00 ‖ entry), node SHA-256(0x01 ‖ left ‖ right), empty tree SHA-256(""); a tree
 * of n leaves splits at the largest power of two below n. Nodes over a whole power of two never
 * change again: those are stored, in the order in which they become whole (merkle_position), so
 * that appending only ever adds rows and a proof reads O(log n) of them.
 *
 * Verifiers answer true only when the proof is exactly right: index below size, no hash too few
 * or too many. A consistency proof from an empty tree says nothing and is refused; so is one
 * from a larger tree.
 *
 *     struct merkle_tree tree = {0};
 *     merkle_append(&tree, leaf, store, ctx, e); // calls store for each node that became whole
 *     merkle_root(&tree, root);
 */
#pragma once

#include "core/digest.h"
#include "core/err.h"

enum { MERKLE_LEVELS = 62, MERKLE_PROOF_MAX = 2 * MERKLE_LEVELS };

struct merkle_hash {
    uint8_t bytes[SHA256_SIZE];
};

struct merkle_proof {
    size_t count;
    struct merkle_hash hashes[MERKLE_PROOF_MAX];
};

/* The right edge: whole subtrees, largest first. All that appending needs; copied to undo. */
struct merkle_tree {
    uint64_t size;
    size_t count;
    struct merkle_hash edge[MERKLE_LEVELS];
};

/* Where nodes are kept. Both may fail (ERR_IO, ERR_NOT_FOUND). */
typedef bool merkle_store(void *ctx, uint64_t position, const struct merkle_hash *hash,
                          struct err *e);
typedef bool merkle_load(void *ctx, uint64_t position, struct merkle_hash *ret_hash, struct err *e);

struct merkle_hash merkle_leaf(struct str bytes);
struct merkle_hash merkle_node(const struct merkle_hash *left, const struct merkle_hash *right);
struct merkle_hash merkle_empty(void);
bool merkle_eq(const struct merkle_hash *a, const struct merkle_hash *b);

/* The stored position of whole node `index` of `level` (leaves are level 0): post-order, from 0.
 * A tree of n leaves holds positions 0 to merkle_stored(n) - 1. */
uint64_t merkle_position(int level, uint64_t index);
uint64_t merkle_stored(uint64_t size);

[[nodiscard]] bool merkle_append(struct merkle_tree *t, const struct merkle_hash *leaf,
                                 merkle_store *store, void *ctx, struct err *e);
[[nodiscard]] bool merkle_open(uint64_t size, merkle_load *load, void *ctx,
                               struct merkle_tree *ret_tree, struct err *e);
void merkle_root(const struct merkle_tree *t, struct merkle_hash *ret_root);

/* ERR_INVALID when the index or sizes are out of range. */
[[nodiscard]] bool merkle_prove_inclusion(uint64_t index, uint64_t size, merkle_load *load,
                                          void *ctx, struct merkle_proof *ret_proof, struct err *e);
[[nodiscard]] bool merkle_prove_consistency(uint64_t from, uint64_t to, merkle_load *load,
                                            void *ctx, struct merkle_proof *ret_proof,
                                            struct err *e);

[[nodiscard]] bool merkle_verify_inclusion(uint64_t index, uint64_t size,
                                           const struct merkle_hash *leaf,
                                           const struct merkle_proof *proof,
                                           const struct merkle_hash *root);
[[nodiscard]] bool merkle_verify_consistency(uint64_t from, uint64_t to,
                                             const struct merkle_proof *proof,
                                             const struct merkle_hash *from_root,
                                             const struct merkle_hash *to_root);

/* The subtree over leaves [start, end): `start` is a multiple of the least power of two that is
 * not below end - start (draft-ietf-plants-merkle-tree-certs, section 4). Witnesses of tiled
 * logs ask for these. */
struct merkle_span {
    uint64_t start, end;
};
[[nodiscard]] bool merkle_verify_span_inclusion(uint64_t index, struct merkle_span span,
                                                const struct merkle_hash *leaf,
                                                const struct merkle_proof *proof,
                                                const struct merkle_hash *root);
[[nodiscard]] bool merkle_verify_span_consistency(struct merkle_span span, uint64_t size,
                                                  const struct merkle_proof *proof,
                                                  const struct merkle_hash *span_root,
                                                  const struct merkle_hash *root);
