/* tree.c - see tree.h. */
#include "verify/tree.h"

static struct tree_hash join(const struct tree_hash *left, const struct tree_hash *right)
{
    struct tree_hash out;
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, S("\x01"));
    sha256_add(&h, (struct str){(const char *)left->bytes, sizeof left->bytes});
    sha256_add(&h, (struct str){(const char *)right->bytes, sizeof right->bytes});
    sha256_end(&h, out.bytes);
    return out;
}

struct tree_hash tree_hash_leaf(struct str entry)
{
    struct tree_hash out;
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, (struct str){"", 1}); /* the zero byte */
    sha256_add(&h, entry);
    sha256_end(&h, out.bytes);
    return out;
}

/* As one is added to a binary number: two whole trees of one height make the next. */
void tree_leaf(struct tree *t, struct str entry)
{
    struct tree_hash carry = tree_hash_leaf(entry);
    int height = 0;
    for (; t->size >> height & 1; height++)
        carry = join(&t->whole[height], &carry);
    t->whole[height] = carry;
    t->size++;
}

void tree_root(const struct tree *t, struct tree_hash *ret)
{
    bool any = false;
    struct tree_hash root;
    sha256_of(S(""), root.bytes); /* of nothing */
    for (int height = 0; height < 64; height++) {
        if (!(t->size >> height & 1))
            continue;
        root = any ? join(&t->whole[height], &root) : t->whole[height];
        any = true;
    }
    *ret = root;
}

bool tree_same(const struct tree_hash *a, const struct tree_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool next(struct tree_proof *p, struct tree_hash *ret)
{
    if (!p->count)
        return false;
    *ret = *p->hashes++;
    p->count--;
    return true;
}

static uint64_t split(uint64_t size) /* the largest power of two below it; size > 1 */
{
    uint64_t k = 1;
    while (k < size - k)
        k *= 2;
    return k;
}

enum { DEEPEST = 64 };

/* Down from the root along the path, then up with the proof, which lists the lowest sibling first. */
bool tree_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf,
                    const struct tree_proof *proof, struct tree_hash *ret_root)
{
    bool right[DEEPEST];
    size_t depth = 0;
    struct tree_proof p = *proof;
    struct tree_hash hash = *leaf, other;
    if (index >= size || size >> 62)
        return false;
    for (uint64_t n = size, i = index; n > 1; depth++) {
        uint64_t k = split(n);
        right[depth] = i >= k;
        i = right[depth] ? i - k : i;
        n = right[depth] ? n - k : k;
    }
    while (depth-- > 0) {
        if (!next(&p, &other))
            return false;
        hash = right[depth] ? join(&other, &hash) : join(&hash, &other);
    }
    *ret_root = hash;
    return p.count == 0;
}

/* RFC 9162 2.1.4.1 read backwards: down to where the old tree is whole, then up, building both roots. */
bool tree_consistency(uint64_t from, uint64_t to, const struct tree_hash *from_root,
                      const struct tree_proof *proof, struct tree_hash *ret_from,
                      struct tree_hash *ret_to)
{
    bool right[DEEPEST],
        whole = true; /* whole: the old tree fills the part, so its root is known */
    size_t depth = 0;
    struct tree_proof p = *proof;
    struct tree_hash old = *from_root, new, other;
    if (from == 0 || from > to || to >> 62)
        return false;
    for (uint64_t n = to, m = from; m != n; depth++) {
        uint64_t k = split(n);
        right[depth] = m > k;
        whole = whole && !right[depth];
        m = right[depth] ? m - k : m;
        n = right[depth] ? n - k : k;
    }
    if (!whole && !next(&p, &old))
        return false;
    new = old;
    while (depth-- > 0) {
        if (!next(&p, &other))
            return false;
        if (right[depth])
            old = join(&other, &old);
        new = right[depth] ? join(&other, &new) : join(&new, &other);
    }
    *ret_from = old;
    *ret_to = new;
    return p.count == 0;
}
