/* table.c - entries that are found by their key and leave by CLOCK. */
#include "detect/sketch_private.h"
#include "detect/table_private.h"

#include <assert.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { TABLE_MOST = 1 << 26, LINE = 64 };

uint64_t sketch_hash(uint64_t seed, const void *bytes, size_t len)
{
    return XXH3_64bits_withSeed(bytes, len, seed);
}

static struct table_head *entry_at(const struct table *t, uint32_t i)
{
    return (struct table_head *)(t->entries + (size_t)i * t->entry_size);
}

static uint8_t *key_of(struct table_head *h)
{
    return (uint8_t *)(h + 1);
}

static uint32_t slots_for(uint32_t capacity) /* a power of two, at most two thirds full */
{
    uint32_t n = 16;
    while (n / 3 * 2 < capacity)
        n *= 2;
    return n;
}

static size_t slots_size(uint32_t capacity) /* whole lines */
{
    return (slots_for(capacity) * sizeof(struct table_slot) + LINE - 1) / LINE * LINE;
}

void table_make(struct table *t, void *room, size_t bytes, size_t entry_size, size_t key_size,
                uint64_t seed)
{
    uint32_t fit = 0;
    for (uint32_t step = TABLE_MOST; step; step /= 2)
        if ((fit + step) * entry_size + slots_size(fit + step) <= bytes)
            fit += step;
    assert(fit > 0);
    *t = (struct table){.entry_size = entry_size,
                        .key_size = key_size,
                        .capacity = fit,
                        .mask = slots_for(fit) - 1,
                        .seed = seed,
                        .slots = room,
                        .entries = (uint8_t *)room + slots_size(fit)};
}

/* The slot that holds the key, or the free one where it would go. */
static uint32_t slot_of(const struct table *t, const void *key, uint32_t print)
{
    uint32_t at = print & t->mask;
    for (; t->slots[at].entry; at = (at + 1) & t->mask)
        if (t->slots[at].print == print &&
            memcmp(key_of(entry_at(t, t->slots[at].entry - 1)), key, t->key_size) == 0)
            break;
    return at;
}

uint32_t table_fetch_slot(const struct table *t, const void *key)
{
    uint32_t print = (uint32_t)sketch_hash(t->seed, key, t->key_size);
    __builtin_prefetch(&t->slots[print & t->mask]);
    return print;
}

void table_fetch_entry(const struct table *t, uint32_t print)
{
    enum { LINES_MOST = 3 };
    uint32_t at = print & t->mask;
    while (t->slots[at].entry && t->slots[at].print != print)
        at = (at + 1) & t->mask;
    if (!t->slots[at].entry)
        return;
    const uint8_t *entry = t->entries + (size_t)(t->slots[at].entry - 1) * t->entry_size;
    for (size_t i = 0; i < LINES_MOST && i * LINE < t->entry_size; i++)
        __builtin_prefetch(entry + i * LINE, 1);
}

/* Frees a slot and closes the gap, so that no search stops short. */
static void slot_free(struct table *t, uint32_t gap)
{
    for (uint32_t at = gap;;) {
        at = (at + 1) & t->mask;
        if (!t->slots[at].entry)
            break;
        uint32_t home = t->slots[at].print & t->mask;
        if (((at - home) & t->mask) >= ((at - gap) & t->mask)) {
            t->slots[gap] = t->slots[at];
            gap = at;
        }
    }
    t->slots[gap] = (struct table_slot){.entry = 0};
}

static uint32_t entry_evict(struct table *t)
{
    for (;;) {
        uint32_t i = t->hand;
        struct table_head *h = entry_at(t, i);
        t->hand = i + 1 < t->capacity ? i + 1 : 0;
        if (h->used) {
            h->used = false;
            continue;
        }
        uint32_t at = h->print & t->mask;
        while (t->slots[at].entry != i + 1)
            at = (at + 1) & t->mask;
        slot_free(t, at);
        t->evicted++;
        return i;
    }
}

void *table_find(struct table *t, const void *key)
{
    uint32_t print = (uint32_t)sketch_hash(t->seed, key, t->key_size);
    uint32_t at = slot_of(t, key, print);
    if (!t->slots[at].entry)
        return NULL;
    struct table_head *h = entry_at(t, t->slots[at].entry - 1);
    h->used = true;
    return h;
}

void *table_take(struct table *t, const void *key, bool *ret_new)
{
    uint32_t print = (uint32_t)sketch_hash(t->seed, key, t->key_size);
    uint32_t at = slot_of(t, key, print);
    *ret_new = !t->slots[at].entry;
    if (!*ret_new) {
        struct table_head *h = entry_at(t, t->slots[at].entry - 1);
        h->used = true;
        return h;
    }
    uint32_t i = t->count;
    if (i < t->capacity)
        t->count++;
    else {
        i = entry_evict(t);
        at = slot_of(t, key, print); /* closing the gap may have moved slots */
    }
    struct table_head *h = entry_at(t, i);
    memset(h, 0, t->entry_size);
    *h = (struct table_head){.print = print, .live = true};
    memcpy(key_of(h), key, t->key_size);
    t->slots[at] = (struct table_slot){print, i + 1};
    return h;
}

void *table_next(const struct table *t, uint32_t *at)
{
    return *at < t->count ? entry_at(t, (*at)++) : NULL;
}
