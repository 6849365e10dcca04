/* room.c - see room_private.h. A shard's things are taken in turn, so the one at the hand was taken
 * longest ago. */
#include "room_private.h"

#include "flow/flow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct rooms {
    size_t size, bytes;
    uint32_t a_shard;
    uint64_t evicted;
    uint8_t *things;
    uint32_t **holders; /* NULL: free */
    uint32_t hand[FLOW_SHARDS];
};

struct rooms *rooms_new(size_t size, uint32_t a_shard)
{
    struct rooms *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    r->size = (size + 15) / 16 * 16;
    r->a_shard = a_shard;
    r->bytes = r->size * a_shard * FLOW_SHARDS;
    r->holders = calloc((size_t)a_shard * FLOW_SHARDS, sizeof *r->holders);
    void *p = mmap(NULL, r->bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!r->holders || p == MAP_FAILED)
        abort();
    r->things = p;
    return r;
}

void rooms_drop(struct rooms **rooms)
{
    struct rooms *r = *rooms;
    if (!r)
        return;
    for (uint32_t i = 0; i < r->a_shard * FLOW_SHARDS; i++)
        if (r->holders[i])
            explicit_bzero(r->things + i * r->size, r->size);
    munmap(r->things, r->bytes);
    free(r->holders);
    free(r);
    *rooms = NULL;
}

void *room_of(const struct rooms *r, uint32_t holder)
{
    return holder ? r->things + (size_t)(holder - 1) * r->size : NULL;
}

void room_give(struct rooms *r, uint32_t *holder)
{
    if (!*holder)
        return;
    explicit_bzero(room_of(r, *holder), r->size);
    r->holders[*holder - 1] = NULL;
    *holder = 0;
}

/* The place to take: free, or the oldest. */
static uint32_t choose(const struct rooms *r, unsigned shard)
{
    uint32_t first = shard * r->a_shard;
    for (uint32_t i = 0; i < r->a_shard; i++) {
        uint32_t at = first + (r->hand[shard] + i) % r->a_shard;
        if (!r->holders[at])
            return at;
    }
    return first + r->hand[shard];
}

void *room_take(struct rooms *r, unsigned shard, uint32_t *holder, bool may_evict)
{
    uint32_t at = choose(r, shard);
    if (r->holders[at]) {
        r->evicted++;
        if (!may_evict)
            return NULL;
        room_give(r, r->holders[at]);
    }
    r->hand[shard] = (at % r->a_shard + 1) % r->a_shard;
    r->holders[at] = holder;
    *holder = at + 1;
    return room_of(r, *holder);
}

uint64_t rooms_evicted(const struct rooms *r)
{
    return r->evicted;
}
