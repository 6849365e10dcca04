/* table_private.h - a table with room for so many entries and never more, whoever fills it.
 *
 * Why our own: a detector remembers pairs of hosts that strangers choose. The table is one array of
 * entries and one of slots, both set at birth. When it is full, CLOCK lets the entry go that was not used
 * since the hand last passed it. The hand goes by the order in which entries came, never by their hash,
 * so what stays and what goes is the same under every seed.
 *
 * An entry is the detector's struct; it starts with a table_head, and the key follows it at once. Keys
 * are compared as bytes: they have no padding.
 *
 *     struct visit {
 *         struct table_head head;
 *         struct pair_key key;
 *         uint32_t count;
 *     };
 *     struct visit *v = table_take(&visits, &key, &is_new);   // never NULL
 *
 * A pointer is good until the next table_take of that table.
 */
#pragma once

#include "core/str.h"

struct table_head {
    uint32_t print; /* of the key's hash */
    bool live, used;
};

struct table_slot {
    uint32_t print;
    uint32_t entry; /* 1 is the first; 0: free */
};

struct table {
    uint8_t *entries;
    struct table_slot *slots;
    size_t entry_size, key_size;
    uint32_t capacity, count, hand, mask;
    uint64_t seed, evicted;
};

/* As many entries as fit with their slots in `bytes` of zeroed memory at `room`, which begins with a cache
 * line. The room is the caller's. */
void table_make(struct table *t, void *room, size_t bytes, size_t entry_size, size_t key_size,
                uint64_t seed);

/* For look-ups to come: has a key's slot fetched and gives its print; later, has its entry fetched. */
uint32_t table_fetch_slot(const struct table *t, const void *key);
void table_fetch_entry(const struct table *t, uint32_t print);

void *table_find(struct table *t, const void *key); /* NULL when absent; counts as use */
/* The same, made when absent: zeroed past its key. */
void *table_take(struct table *t, const void *key, bool *ret_new);
/* Walk in the order of the array: start with *at = 0; NULL at the end. Not counted as use. */
void *table_next(const struct table *t, uint32_t *at);
