/* merkle.c - the tree: hashes, where its nodes are stored, growing, making proofs. See merkle.h. */
#include "journal/merkle.h"

#include "core/str.h"

#include <assert.h>

struct merkle_hash merkle_leaf(struct str bytes)
{
    struct merkle_hash out;
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, S("\0"));
    sha256_add(&h, bytes);
    sha256_end(&h, out.bytes);
    return out;
}

struct merkle_hash merkle_node(const struct merkle_hash *left, const struct merkle_hash *right)
{
    char joined[1 + 2 * SHA256_SIZE] = {1};
    memcpy(joined + 1, left->bytes, SHA256_SIZE);
    memcpy(joined + 1 + SHA256_SIZE, right->bytes, SHA256_SIZE);
    struct merkle_hash out;
    sha256_of((struct str){joined, sizeof joined}, out.bytes);
    return out;
}

struct merkle_hash merkle_empty(void)
{
    struct merkle_hash out;
    sha256_of(S(""), out.bytes);
    return out;
}

bool merkle_eq(const struct merkle_hash *a, const struct merkle_hash *b)
{
    return memcmp(a->bytes, b->bytes, SHA256_SIZE) == 0;
}

/* n leaves complete n - popcount(n) nodes above them. */
uint64_t merkle_stored(uint64_t size)
{
    return 2 * size - (uint64_t)__builtin_popcountll(size);
}

/* A node is written right after its last leaf and the lower nodes that leaf completed. */
uint64_t merkle_position(int level, uint64_t index)
{
    uint64_t last_leaf = ((index + 1) << level) - 1;
    return merkle_stored(last_leaf) + (uint64_t)level;
}

bool merkle_append(struct merkle_tree *t, const struct merkle_hash *leaf, merkle_store *store,
                   void *ctx, struct err *e)
{
    struct merkle_hash hash = *leaf;
    size_t left = t->count;
    uint64_t position = merkle_stored(t->size);
    for (uint64_t full = t->size;; full >>= 1) {
        if (!store(ctx, position++, &hash, e))
            return false;
        if (!(full & 1))
            break;
        hash = merkle_node(&t->edge[--left], &hash);
    }
    assert(left < MERKLE_LEVELS);
    t->edge[left] = hash;
    t->count = left + 1;
    t->size++;
    return true;
}

bool merkle_open(uint64_t size, merkle_load *load, void *ctx, struct merkle_tree *ret_tree,
                 struct err *e)
{
    struct merkle_tree t = {.size = size};
    uint64_t at = 0;
    for (int level = MERKLE_LEVELS - 1; level >= 0; level--) {
        if (!(size >> level & 1))
            continue;
        if (!load(ctx, merkle_position(level, at >> level), &t.edge[t.count++], e))
            return false;
        at += UINT64_C(1) << level;
    }
    *ret_tree = t;
    return true;
}

void merkle_root(const struct merkle_tree *t, struct merkle_hash *ret_root)
{
    if (t->count == 0) {
        *ret_root = merkle_empty();
        return;
    }
    struct merkle_hash hash = t->edge[t->count - 1];
    for (size_t i = t->count - 1; i > 0; i--)
        hash = merkle_node(&t->edge[i - 1], &hash);
    *ret_root = hash;
}

struct maker {
    merkle_load *load;
    void *ctx;
    struct merkle_proof *proof;
    struct err *e;
};

/* MTH(D[start:end]) from whole nodes. `start` is a multiple of every power of two the span
 * splits into. */
static bool span_hash(const struct maker *m, uint64_t start, uint64_t end, struct merkle_hash *ret)
{
    struct merkle_hash parts[MERKLE_LEVELS];
    size_t count = 0;
    while (start < end) {
        int level = 63 - __builtin_clzll(end - start);
        if (!m->load(m->ctx, merkle_position(level, start >> level), &parts[count++], m->e))
            return false;
        start += UINT64_C(1) << level;
    }
    struct merkle_hash hash = parts[--count];
    while (count > 0)
        hash = merkle_node(&parts[--count], &hash);
    *ret = hash;
    return true;
}

static bool add_span(const struct maker *m, uint64_t start, uint64_t end)
{
    assert(m->proof->count < MERKLE_PROOF_MAX);
    return span_hash(m, start, end, &m->proof->hashes[m->proof->count++]);
}

static uint64_t split(uint64_t n) /* the largest power of two below n; n > 1 */
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

static void reverse(struct merkle_proof *p)
{
    for (size_t i = 0, k = p->count; i + 1 < k; i++) {
        struct merkle_hash swap = p->hashes[i];
        p->hashes[i] = p->hashes[--k];
        p->hashes[k] = swap;
    }
}

/* RFC 9162 2.1.3.1, PATH(m, D), walked from the root: the proof comes out upside down. */
bool merkle_prove_inclusion(uint64_t index, uint64_t size, merkle_load *load, void *ctx,
                            struct merkle_proof *ret_proof, struct err *e)
{
    if (index >= size || size >> (MERKLE_LEVELS - 1))
        return err_set(e, ERR_INVALID, "a tree of %llu leaves has no leaf %llu",
                       (unsigned long long)size, (unsigned long long)index);
    struct merkle_proof proof = {0};
    struct maker m = {load, ctx, &proof, e};
    uint64_t start = 0, end = size;
    while (end - start > 1) {
        uint64_t middle = start + split(end - start);
        bool left = index < middle;
        if (!add_span(&m, left ? middle : start, left ? end : middle))
            return false;
        *(left ? &end : &start) = middle;
    }
    reverse(&proof);
    *ret_proof = proof;
    return true;
}

/* RFC 9162 2.1.4.1, SUBPROOF(m, D, b), walked from the root. */
bool merkle_prove_consistency(uint64_t from, uint64_t to, merkle_load *load, void *ctx,
                              struct merkle_proof *ret_proof, struct err *e)
{
    if (from == 0 || from > to || to >> (MERKLE_LEVELS - 1))
        return err_set(e, ERR_INVALID, "no proof leads from %llu leaves to %llu",
                       (unsigned long long)from, (unsigned long long)to);
    struct merkle_proof proof = {0};
    struct maker m = {load, ctx, &proof, e};
    uint64_t start = 0, end = to;
    while (from != end) {
        uint64_t middle = start + split(end - start);
        bool left = from <= middle;
        if (!add_span(&m, left ? middle : start, left ? end : middle))
            return false;
        *(left ? &end : &start) = middle;
    }
    if (start > 0 &&
        !add_span(&m, start, end)) /* the verifier knows the old root only if it is a whole node */
        return false;
    reverse(&proof);
    *ret_proof = proof;
    return true;
}
