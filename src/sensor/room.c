/* room.c - see room_private.h. What was given back last is taken first: it is still near. Things in use hang
 * in one list by age, so that the oldest can give way. */
#include "room_private.h"

#include "core/pages.h"
#include "flow/flow.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = 0 }; /* things count from 1 */

struct place {
    uint32_t *holder;        /* NULL: free */
    uint32_t older, younger; /* in use: neighbours by age; free: `older` is the next free one */
};

struct shelf { /* a shard's */
    uint32_t free, oldest, youngest;
    uint32_t fresh, last; /* never used yet: from fresh up to last */
};

struct rooms {
    size_t size, bytes, place_bytes;
    uint32_t a_shard;
    uint64_t evicted;
    uint8_t *things;      /* all that is not held is zero */
    struct place *places; /* [n - 1] is thing n's */
    struct shelf shelves[FLOW_SHARDS];
};

struct rooms *rooms_new(size_t size, uint32_t a_shard)
{
    struct rooms *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    size_t count = (size_t)a_shard * FLOW_SHARDS;
    r->a_shard = a_shard;
    r->size = (size + 15) / 16 * 16;
    r->bytes = r->size * count;
    r->place_bytes = sizeof *r->places * count;
    r->things = pages_new(r->bytes, PAGES_SMALL);
    r->places = pages_new(r->place_bytes, PAGES_SMALL);
    for (uint32_t i = 0; i < FLOW_SHARDS; i++)
        r->shelves[i] = (struct shelf){.fresh = 1 + i * a_shard, .last = (i + 1) * a_shard};
    return r;
}

static struct place *place_of(const struct rooms *r, uint32_t n)
{
    return &r->places[n - 1];
}

void *room_of(const struct rooms *r, uint32_t holder)
{
    return holder ? r->things + (size_t)(holder - 1) * r->size : NULL;
}

void rooms_drop(struct rooms **rooms)
{
    struct rooms *r = *rooms;
    if (!r)
        return;
    for (uint32_t i = 0; i < FLOW_SHARDS; i++)
        for (uint32_t n = 1 + i * r->a_shard; n < r->shelves[i].fresh; n++)
            if (place_of(r, n)->holder)
                explicit_bzero(room_of(r, n), r->size);
    pages_drop(r->things, r->bytes);
    pages_drop(r->places, r->place_bytes);
    free(r);
    *rooms = NULL;
}

void room_give(struct rooms *r, unsigned shard, uint32_t *holder)
{
    struct shelf *s = &r->shelves[shard];
    uint32_t n = *holder;
    if (n == NONE)
        return;
    struct place *p = place_of(r, n);
    explicit_bzero(room_of(r, n), r->size);
    *(p->older ? &place_of(r, p->older)->younger : &s->oldest) = p->younger;
    *(p->younger ? &place_of(r, p->younger)->older : &s->youngest) = p->older;
    *p = (struct place){.older = s->free};
    s->free = n;
    *holder = NONE;
}

/* A free one; NONE where there is none. */
static uint32_t find_free(struct rooms *r, struct shelf *s)
{
    uint32_t n = s->free;
    if (n == NONE)
        return s->fresh > s->last ? NONE : s->fresh++;
    s->free = place_of(r, n)->older;
    return n;
}

void *room_take(struct rooms *r, unsigned shard, uint32_t *holder, bool may_evict)
{
    struct shelf *s = &r->shelves[shard];
    uint32_t n = find_free(r, s);
    if (n == NONE) {
        r->evicted++;
        if (!may_evict)
            return NULL;
        room_give(r, shard, place_of(r, s->oldest)->holder);
        n = find_free(r, s);
    }
    *place_of(r, n) = (struct place){.holder = holder, .older = s->youngest};
    *(s->youngest ? &place_of(r, s->youngest)->younger : &s->oldest) = n;
    s->youngest = n;
    *holder = n;
    return room_of(r, n);
}

uint64_t rooms_evicted(const struct rooms *r)
{
    return r->evicted;
}
