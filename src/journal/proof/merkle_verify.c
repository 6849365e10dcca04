/* merkle_verify.c - proofs as a stranger checks them: RFC 9162 2.1.3.2 and 2.1.4.2, and their
 * form for subtrees. */
#include "journal/merkle.h"

#include "core/str.h"

bool merkle_verify_inclusion(uint64_t index, uint64_t size, const struct merkle_hash *leaf,
                             const struct merkle_proof *proof, const struct merkle_hash *root)
{
    if (index >= size)
        return false;
    uint64_t fn = index, sn = size - 1;
    struct merkle_hash r = *leaf;
    for (size_t i = 0; i < proof->count; i++) {
        const struct merkle_hash *p = &proof->hashes[i];
        if (sn == 0)
            return false;
        if (fn & 1 || fn == sn) {
            r = merkle_node(p, &r);
            for (; !(fn & 1) && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            r = merkle_node(&r, p);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && merkle_eq(&r, root);
}

/* A span of n leaves begins at a multiple of the least power of two that holds n. */
static bool is_span(struct merkle_span s)
{
    if (s.start >= s.end)
        return s.start == s.end;
    uint64_t n = s.end - s.start, least = n == 1 ? 1 : UINT64_C(1) << (64 - __builtin_clzll(n - 1));
    return n >> 62 == 0 && s.start % least == 0;
}

bool merkle_verify_span_inclusion(uint64_t index, struct merkle_span span,
                                  const struct merkle_hash *leaf, const struct merkle_proof *proof,
                                  const struct merkle_hash *root)
{
    return is_span(span) && index >= span.start && index < span.end &&
           merkle_verify_inclusion(index - span.start, span.end - span.start, leaf, proof, root);
}

struct climb {
    uint64_t fn, sn, tn; /* first and last leaf of the span, last leaf of the tree, at this level */
};

static void up(struct climb *c)
{
    c->fn >>= 1;
    c->sn >>= 1;
    c->tn >>= 1;
}

/* To the level where the span's right edge begins to matter. */
static void skip_whole_levels(struct climb *c)
{
    if (c->sn == c->tn)
        while (c->fn != c->sn)
            up(c);
    else
        while (c->fn != c->sn && c->sn & 1)
            up(c);
}

bool merkle_verify_span_consistency(struct merkle_span span, uint64_t size,
                                    const struct merkle_proof *proof,
                                    const struct merkle_hash *span_root,
                                    const struct merkle_hash *root)
{
    if (!is_span(span) || span.end > size)
        return false;
    if (span.start == span.end) { /* nothing is part of anything */
        struct merkle_hash empty = merkle_empty();
        return proof->count == 0 && merkle_eq(span_root, &empty) &&
               (size != 0 || merkle_eq(root, &empty));
    }
    struct climb c = {span.start, span.end - 1, size - 1};
    skip_whole_levels(&c);
    size_t i = 0;
    struct merkle_hash fr = *span_root, sr = fr;
    if (c.fn != c.sn) {
        if (proof->count == 0)
            return false;
        fr = sr = proof->hashes[i++];
    }
    for (; i < proof->count; i++) {
        const struct merkle_hash *p = &proof->hashes[i];
        if (c.tn == 0)
            return false;
        if (c.sn & 1 || c.sn == c.tn) {
            if (c.fn < c.sn)
                fr = merkle_node(p, &fr);
            sr = merkle_node(p, &sr);
            while (!(c.sn & 1) && c.sn != 0)
                up(&c);
        } else {
            sr = merkle_node(&sr, p);
        }
        up(&c);
    }
    return c.tn == 0 && merkle_eq(&fr, span_root) && merkle_eq(&sr, root);
}

bool merkle_verify_consistency(uint64_t from, uint64_t to, const struct merkle_proof *proof,
                               const struct merkle_hash *from_root,
                               const struct merkle_hash *to_root)
{
    return from > 0 && merkle_verify_span_consistency((struct merkle_span){0, from}, to, proof,
                                                      from_root, to_root);
}
