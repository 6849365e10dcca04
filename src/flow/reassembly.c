/* reassembly.c - see reassembly.h.
 *
 * A block is STREAM_MOST bytes that begin at the stream's `base`, and a list of the ranges of it that
 * are filled. The first range, if it begins at 0, is what may be read; the others wait for gaps.
 * Blocks of a shard hang in one list by age, so that the oldest gives way when all are in use.
 */
#include "flow/reassembly.h"

#include "core/pages.h"
#include "flow/flow.h"

enum { NONE = 0 }; /* blocks count from 1 */

struct range {
    uint16_t from, to;
};

struct block {
    struct stream *owner;
    uint32_t older, younger; /* in use: neighbours by age; free: `older` is the next free one */
    uint16_t ranges, reach;  /* reach: bytes from here on were never touched by this stream */
    struct range range[STREAM_GAPS + 1];
    uint8_t bytes[STREAM_MOST];
};

struct pool {
    uint32_t free, oldest, youngest;
    uint32_t fresh, last; /* never used yet: from fresh up to last */
};

struct reassembly {
    struct block *blocks; /* [n - 1] is block n */
    size_t mapped;
    struct pool pools[FLOW_SHARDS];
    struct reassembly_stats stats;
};

bool reassembly_new(size_t bytes, struct reassembly **ret, struct err *e)
{
    size_t each = bytes / sizeof(struct block) / FLOW_SHARDS;
    if (each == 0 || each > UINT32_MAX / FLOW_SHARDS / 2)
        return err_set(e, ERR_LIMIT, "%zu bytes for reassembly: at least %zu are needed", bytes,
                       sizeof(struct block) * FLOW_SHARDS);
    struct reassembly *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    r->mapped = each * FLOW_SHARDS * sizeof(struct block);
    r->blocks = pages_new(r->mapped, PAGES_SMALL);
    for (uint32_t i = 0; i < FLOW_SHARDS; i++) {
        r->pools[i].fresh = 1 + i * (uint32_t)each;
        r->pools[i].last = (i + 1) * (uint32_t)each;
    }
    *ret = r;
    return true;
}

void reassembly_drop(struct reassembly **r)
{
    if (!*r)
        return;
    pages_drop((*r)->blocks, (*r)->mapped);
    free(*r);
    *r = NULL;
}

struct reassembly_stats reassembly_stats(const struct reassembly *r)
{
    return r->stats;
}

static struct block *block_at(struct reassembly *r, uint32_t n)
{
    return &r->blocks[n - 1];
}

static void release(struct reassembly *r, struct stream *s)
{
    if (s->block == NONE)
        return;
    struct pool *p = &r->pools[s->shard];
    struct block *b = block_at(r, s->block);
    explicit_bzero(b->bytes, b->reach); /* content stays no longer than it is needed */
    *(b->older ? &block_at(r, b->older)->younger : &p->oldest) = b->younger;
    *(b->younger ? &block_at(r, b->younger)->older : &p->youngest) = b->older;
    b->owner = NULL;
    b->older = p->free;
    p->free = s->block;
    s->block = NONE;
    r->stats.blocks--;
}

void reassembly_done(struct reassembly *r, struct stream *s)
{
    release(r, s);
    s->state = STREAM_DONE;
}

static struct block *acquire(struct reassembly *r, struct stream *s)
{
    struct pool *p = &r->pools[s->shard];
    if (p->free == NONE && p->fresh > p->last) {
        struct stream *oldest = block_at(r, p->oldest)->owner;
        oldest->evicted = true;
        r->stats.evicted++;
        reassembly_done(r, oldest);
    }
    uint32_t n = p->free;
    if (n != NONE)
        p->free = block_at(r, n)->older;
    else
        n = p->fresh++;
    struct block *b = block_at(r, n);
    b->owner = s;
    b->ranges = b->reach = 0;
    b->older = p->youngest;
    b->younger = NONE;
    *(p->youngest ? &block_at(r, p->youngest)->younger : &p->oldest) = n;
    p->youngest = n;
    s->block = n;
    r->stats.blocks++;
    return b;
}

/* Copies what of [from, to) is not there yet; bytes that are there and differ are a conflict. */
static void fill(struct reassembly *r, struct block *b, uint16_t from, uint16_t to,
                 const uint8_t *bytes)
{
    bool conflict = false;
    uint16_t at = from;
    for (uint16_t i = 0; i < b->ranges && at < to; i++) {
        struct range x = b->range[i];
        if (x.to <= at)
            continue;
        uint16_t free_to = x.from < to ? x.from : to;
        if (free_to > at) {
            memcpy(b->bytes + at, bytes + (at - from), (size_t)(free_to - at));
            at = free_to;
        }
        uint16_t both_to = x.to < to ? x.to : to;
        if (both_to > at && at >= x.from) {
            conflict |= memcmp(b->bytes + at, bytes + (at - from), (size_t)(both_to - at)) != 0;
            at = both_to;
        }
    }
    if (at < to)
        memcpy(b->bytes + at, bytes + (at - from), (size_t)(to - at));
    r->stats.conflicts += conflict;
    b->owner->conflict |= conflict;
}

/* Adds [from, to) to the list, joined with what it touches. False when that would be one too many. */
static bool add_range(struct block *b, uint16_t from, uint16_t to)
{
    uint16_t i = 0;
    while (i < b->ranges && b->range[i].to < from)
        i++;
    uint16_t j = i;
    while (j < b->ranges && b->range[j].from <= to) {
        from = b->range[j].from < from ? b->range[j].from : from;
        to = b->range[j].to > to ? b->range[j].to : to;
        j++;
    }
    if (j == i && b->ranges == COUNT(b->range))
        return false;
    memmove(&b->range[i + 1], &b->range[j], (size_t)(b->ranges - j) * sizeof b->range[0]);
    b->range[i] = (struct range){from, to};
    b->ranges = (uint16_t)(b->ranges + 1 - (j - i));
    return true;
}

static bool put(struct reassembly *r, struct block *b, size_t offset, struct str bytes)
{
    uint16_t from = (uint16_t)offset, to = (uint16_t)(offset + bytes.len);
    b->reach = to > b->reach ? to : b->reach;
    fill(r, b, from, to, (const uint8_t *)bytes.ptr);
    return add_range(b, from, to);
}

/* The front of the block is used up: the rest moves down. */
static void advance(struct reassembly *r, struct stream *s, size_t used)
{
    s->base += (uint32_t)used;
    if (s->block == NONE)
        return;
    struct block *b = block_at(r, s->block);
    uint16_t left = 0, end = b->ranges ? b->range[b->ranges - 1].to : 0;
    if (used >= end) {
        release(r, s);
        return;
    }
    memmove(b->bytes, b->bytes + used, end - used);
    for (uint16_t i = 0; i < b->ranges; i++) {
        struct range x = b->range[i];
        if (x.to <= used)
            continue;
        b->range[left].from = (uint16_t)(x.from > used ? x.from - used : 0);
        b->range[left++].to = (uint16_t)(x.to - used);
    }
    b->ranges = left;
}

static struct str front(struct reassembly *r, struct stream *s)
{
    const struct block *b = s->block ? block_at(r, s->block) : NULL;
    if (!b || b->ranges == 0 || b->range[0].from != 0)
        return STR_NONE;
    return (struct str){(const char *)b->bytes, b->range[0].to};
}

static struct str hand(struct stream *s, struct str bytes)
{
    s->handed = (uint16_t)bytes.len;
    return bytes;
}

/* The gap at the front will not be filled: go on behind it, or give the direction up. */
static struct str step_over(struct reassembly *r, struct stream *s)
{
    if (!s->resync || s->block == NONE) {
        r->stats.given_up++;
        s->lost = true;
        reassembly_done(r, s);
        return STR_NONE;
    }
    r->stats.gaps++;
    s->gap = true;
    advance(r, s, block_at(r, s->block)->range[0].from);
    return hand(s, front(r, s));
}

static struct str put_in_block(struct reassembly *r, struct stream *s, size_t offset,
                               struct str bytes)
{
    size_t ready = front(r, s).len;
    if (bytes.len > STREAM_MOST - offset)
        bytes.len = STREAM_MOST - offset;
    struct block *b = s->block ? block_at(r, s->block) : acquire(r, s);
    if (offset > ready)
        r->stats.out_of_order++;
    if (!put(r, b, offset, bytes))
        return step_over(r, s);
    struct str now = front(r, s);
    if (now.len == ready) {
        r->stats.retransmitted += offset < ready;
        return STR_NONE;
    }
    s->full = now.len == STREAM_MOST;
    r->stats.filled += s->full;
    return hand(s, now);
}

/* Too far ahead to be held. One such segment may be a trick that its receiver ignores, and so do we;
 * many in a row mean that we missed something: drop all and, where that is wanted, begin anew. */
static struct str jump(struct reassembly *r, struct stream *s, uint32_t seq, struct str bytes)
{
    r->stats.out_of_order++;
    if (++s->ahead < STREAM_AHEAD)
        return STR_NONE;
    s->ahead = 0;
    if (!s->resync)
        return step_over(r, s);
    release(r, s);
    r->stats.gaps++;
    s->gap = true;
    s->base = seq;
    if (bytes.len > STREAM_MOST)
        bytes.len = STREAM_MOST;
    return hand(s, bytes);
}

static void begin(struct stream *s, unsigned shard, const struct packet *p)
{
    bool syn = p->tcp_flags & TCP_SYN;
    s->state = STREAM_OPEN;
    s->shard = (uint8_t)shard;
    s->base = p->tcp_seq + syn;
    s->midstream = !syn;
}

struct str reassembly_push(struct reassembly *r, struct stream *s, unsigned shard,
                           const struct packet *p)
{
    uint32_t seq = p->tcp_seq + ((p->tcp_flags & TCP_SYN) != 0);
    struct str bytes = p->payload;
    if (s->state == STREAM_DONE || (bytes.len == 0 && !(p->tcp_flags & TCP_SYN)))
        return STR_NONE;
    if (s->state == STREAM_FRESH)
        begin(s, shard, p);
    if (s->handed) { /* nobody asked to keep them */
        size_t used = s->handed;
        s->handed = 0;
        advance(r, s, used);
    }
    s->gap = false;
    if (bytes.len == 0)
        return STR_NONE;

    r->stats.segments++;
    int32_t offset = (int32_t)(seq - s->base);
    if (offset < 0) {
        if ((size_t) - (int64_t)offset >= bytes.len) {
            r->stats.retransmitted++;
            return STR_NONE;
        }
        bytes = str_skip(bytes, (size_t) - (int64_t)offset);
        offset = 0;
    }
    if (offset >= STREAM_MOST)
        return jump(r, s, seq, bytes);
    s->ahead = 0;
    if (offset == 0 && s->block == NONE && bytes.len <= STREAM_MOST) {
        r->stats.in_place++;
        return hand(s, bytes);
    }
    return put_in_block(r, s, (size_t)offset, bytes);
}

bool reassembly_keep(struct reassembly *r, struct stream *s, struct str bytes, size_t used)
{
    size_t handed = s->handed < bytes.len ? s->handed : bytes.len;
    s->handed = 0;
    if (s->state != STREAM_OPEN || s->full || used > INT32_MAX) {
        reassembly_done(r, s);
        return false;
    }
    if (s->block == NONE && used < handed) {
        s->base += (uint32_t)used;
        put(r, acquire(r, s), 0, (struct str){bytes.ptr + used, handed - used});
    } else {
        advance(r, s, used);
    }
    return true;
}
