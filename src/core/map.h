/* map.h - text to pointer, by SipHash with a key drawn at start: strangers choose the keys.
 *
 * The map copies its keys into the arena it was given and never removes one (set NULL instead): its
 * life is the arena's. Values are borrowed. Lookups never allocate. Many threads may look, one at a
 * time may put.
 *
 *     struct map seen = MAP(&memory);
 *     if (!map_put(&seen, feed.name, &feed))
 *         return err_set(e, ERR_LIMIT, "too many feeds");
 *     struct feed *known = map_get(&seen, S("misp-7"));
 */
#pragma once

#include "core/arena.h"

struct map_slot;
struct map {
    struct arena *memory;
    struct map_slot *slots;
    size_t count, mask;
};

#define MAP(arena_pointer) ((struct map){.memory = (arena_pointer)})

void *map_get(const struct map *m, struct str key); /* NULL when absent */
/* False only when the arena's limit is reached. */
[[nodiscard]] bool map_put(struct map *m, struct str key, void *value);
/* Where the value of `key` is kept, made (NULL) when absent; NULL at the arena's limit. Valid until
 * the next map_put or map_slot. */
void **map_slot_of(struct map *m, struct str key);
/* Walk: start with *at = 0; false at the end. */
bool map_next(const struct map *m, size_t *at, struct str *ret_key, void **ret_value);
