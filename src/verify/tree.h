/* tree.h - the verifier's own Merkle tree (RFC 9162 2.1), written apart from the journal's on purpose.
 *
 * The journal stores nodes and makes proofs; this only hashes leaves as they come and folds them. A mistake would
 * have to be made twice, in two shapes, to go unseen.
 *
 *     struct tree t = {0};
 *     tree_leaf(&t, line);              // for each entry
 *     tree_root(&t, root);
 *
 * Proofs: tree_inclusion and tree_consistency answer what root a proof leads to, and false when it has too few
 * or too many hashes. Consistency from an empty tree says nothing and is refused.
 */
#pragma once

#include "core/digest.h"

struct tree_hash {
    uint8_t bytes[SHA256_SIZE];
};

struct tree { /* one hash for each bit that is set in `size` */
    uint64_t size;
    struct tree_hash whole[64];
};

struct tree_hash tree_hash_leaf(struct str entry);
void tree_leaf(struct tree *t, struct str entry);
void tree_root(const struct tree *t, struct tree_hash *ret);
bool tree_same(const struct tree_hash *a, const struct tree_hash *b);

struct tree_proof {
    const struct tree_hash *hashes;
    size_t count;
};
[[nodiscard]] bool tree_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf,
                                  const struct tree_proof *proof, struct tree_hash *ret_root);
/* The roots of the older and the newer tree that the proof leads to, from the older one. */
[[nodiscard]] bool tree_consistency(uint64_t from, uint64_t to, const struct tree_hash *from_root,
                                    const struct tree_proof *proof, struct tree_hash *ret_from,
                                    struct tree_hash *ret_to);
