/* map.c - open addressing, at most half full, so that a walk over taken slots is short. */
#include "core/map.h"

#include "core/hash.h"

struct map_slot {
    struct str key; /* key.ptr is NULL in a free slot */
    void *value;
    uint64_t hash;
};

/* The slot that holds `key`, or the free one where it would go. There is always a free one. */
static struct map_slot *slot_for(struct map_slot *slots, size_t mask, struct str key, uint64_t hash)
{
    size_t at = (size_t)hash & mask;
    while (slots[at].key.ptr && (slots[at].hash != hash || !str_eq(slots[at].key, key)))
        at = (at + 1) & mask;
    return &slots[at];
}

void *map_get(const struct map *m, struct str key)
{
    if (!m->count)
        return NULL;
    const struct map_slot *s = slot_for(m->slots, m->mask, key, hash_sip(key));
    return s->key.ptr ? s->value : NULL;
}

/* The old table stays in the arena: all of them together are no larger than the last. */
static bool grow(struct map *m)
{
    size_t size = hash_table_size(m->count + 1);
    struct map_slot *slots = arena_array(m->memory, struct map_slot, size);
    if (!slots)
        return false;
    for (size_t i = 0; m->slots && i <= m->mask; i++)
        if (m->slots[i].key.ptr)
            *slot_for(slots, size - 1, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    m->slots = slots;
    m->mask = size - 1;
    return true;
}

void **map_slot_of(struct map *m, struct str key)
{
    uint64_t hash = hash_sip(key);
    if (m->slots) {
        struct map_slot *known = slot_for(m->slots, m->mask, key, hash);
        if (known->key.ptr)
            return &known->value;
    }
    if ((!m->slots || (m->count + 1) * 2 > m->mask + 1) && !grow(m))
        return NULL;
    struct str copy = arena_str(m->memory, key);
    if (!copy.ptr)
        return NULL;
    struct map_slot *s = slot_for(m->slots, m->mask, key, hash);
    *s = (struct map_slot){.key = copy, .hash = hash};
    m->count++;
    return &s->value;
}

bool map_put(struct map *m, struct str key, void *value)
{
    void **slot = map_slot_of(m, key);
    if (!slot)
        return false;
    *slot = value;
    return true;
}

bool map_next(const struct map *m, size_t *at, struct str *ret_key, void **ret_value)
{
    for (; m->slots && *at <= m->mask; ++*at) {
        const struct map_slot *s = &m->slots[*at];
        if (!s->key.ptr)
            continue;
        *ret_key = s->key;
        *ret_value = s->value;
        ++*at;
        return true;
    }
    return false;
}
