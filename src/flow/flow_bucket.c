/* flow_bucket.c - from a digest to a slot: eight tags and eight slot numbers in one cache line.
 *
 * A full bucket lets a flow go on to the next one and counts it in `spilled`, so that a search knows
 * whether to look there. There are twice as many places as slots: a flow always finds one, and where
 * it lies never decides which flow has to go.
 */
#include "flow_private.h"

#ifdef __SSE2__
#    include <emmintrin.h>
#endif

static uint16_t tag_of(uint64_t digest)
{
    uint16_t tag = (uint16_t)(digest >> 48);
    return tag ? tag : 1;
}

/* Bit i: tag i is this one. */
static unsigned matches(const struct bucket *b, uint16_t tag)
{
    unsigned found = 0;
#ifdef __SSE2__
    __m128i tags = _mm_load_si128((const __m128i *)(const void *)b->tags);
    __m128i equal = _mm_cmpeq_epi16(tags, _mm_set1_epi16((short)tag));
    found = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128()));
#else
    for (unsigned i = 0; i < BUCKET_SLOTS; i++)
        found |= (unsigned)(b->tags[i] == tag) << i;
#endif
    return found;
}

void bucket_prefetch(const struct shard *s, uint64_t digest)
{
    __builtin_prefetch(&s->buckets[digest & s->bucket_mask]);
}

void flow_prefetch(const struct flow_table *t, const struct shard *s, uint64_t digest)
{
    const struct bucket *b = &s->buckets[digest & s->bucket_mask];
    unsigned found = matches(b, tag_of(digest));
    if (!found)
        return;
    const char *f = (const char *)flow_at(t, s, b->slots[__builtin_ctz(found)]);
    __builtin_prefetch(f, 1);
    __builtin_prefetch(f + 64, 1);
    if (t->stride > sizeof(struct flow))
        __builtin_prefetch(f + sizeof(struct flow), 1);
}

struct flow *bucket_find(const struct flow_table *t, const struct shard *s, const struct keyed *k)
{
    uint16_t tag = tag_of(k->digest);
    for (uint32_t at = (uint32_t)k->digest & s->bucket_mask;; at = (at + 1) & s->bucket_mask) {
        const struct bucket *b = &s->buckets[at];
        for (unsigned m = matches(b, tag); m; m &= m - 1) {
            struct flow *f = flow_at(t, s, b->slots[__builtin_ctz(m)]);
            if (memcmp(&f->key, &k->key, sizeof k->key) == 0)
                return f;
        }
        if (!b->spilled)
            return NULL;
    }
}

void bucket_add(struct shard *s, uint64_t digest, uint32_t slot)
{
    for (uint32_t at = (uint32_t)digest & s->bucket_mask;; at = (at + 1) & s->bucket_mask) {
        struct bucket *b = &s->buckets[at];
        unsigned empty = matches(b, 0);
        if (empty) {
            unsigned i = (unsigned)__builtin_ctz(empty);
            b->tags[i] = tag_of(digest);
            b->slots[i] = slot;
            return;
        }
        b->spilled++;
    }
}

void bucket_remove(struct shard *s, uint64_t digest, uint32_t slot)
{
    uint16_t tag = tag_of(digest);
    for (uint32_t at = (uint32_t)digest & s->bucket_mask;; at = (at + 1) & s->bucket_mask) {
        struct bucket *b = &s->buckets[at];
        for (unsigned m = matches(b, tag); m; m &= m - 1) {
            unsigned i = (unsigned)__builtin_ctz(m);
            if (b->slots[i] == slot) {
                b->tags[i] = 0;
                return;
            }
        }
        b->spilled--; /* it was added here, and went on */
    }
}
