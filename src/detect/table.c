/* table.c - entries that are found by their key and leave by CLOCK. */
#include "detect/sketch_private.h"
#include "detect/table_private.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdlib.h>

enum { TABLE_LEAST = 8, TABLE_MOST = 1 << 26 };

uint64_t sketch_hash(uint64_t seed, const void *bytes, size_t len)
{
    return XXH3_64bits_withSeed(bytes, len, seed);
}

static void *zeroed(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        abort();
    return p;
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

static size_t size_for(uint32_t capacity, size_t entry_size)
{
    return capacity * entry_size + slots_for(capacity) * sizeof(struct table_slot);
}

void table_make(struct table *t, size_t memory, size_t entry_size, size_t key_size, uint64_t seed)
{
    uint32_t most = (uint32_t)(memory / entry_size < TABLE_MOST ? memory / entry_size : TABLE_MOST);
    uint32_t fit = TABLE_LEAST;
    for (uint32_t step = TABLE_MOST; step; step /= 2)
        if (fit + step <= most && size_for(fit + step, entry_size) <= memory)
            fit += step;
    *t = (struct table){.entry_size = entry_size,
                        .key_size = key_size,
                        .capacity = fit,
                        .mask = slots_for(fit) - 1,
                        .seed = seed};
    t->entries = zeroed(fit, entry_size);
    t->slots = zeroed(t->mask + 1, sizeof *t->slots);
}

void table_drop(struct table *t)
{
    free(t->entries);
    free(t->slots);
    *t = (struct table){.count = 0};
}

size_t table_memory(const struct table *t)
{
    return t->capacity * t->entry_size + (t->mask + 1) * sizeof *t->slots;
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
