/* defrag.c - see defrag.h.
 *
 * A datagram's bytes lie in pages that are taken when a fragment first touches them; `have` has one
 * bit for each 8 bytes. Datagrams hang in a hash chain to be found and in one list by age to be
 * given up; nothing depends on the hash but speed.
 */
#include "net/defrag.h"

#include "core/pages.h"

enum {
    UNIT = 8,
    PAGE = 2048,
    DATAGRAM_MOST = 65535,
    PAGES_OF_ONE = 32,
    WORDS_OF_ONE = 65536 / UNIT / 64,
    NONE = 0xffff,
    OUT_BYTES = DEFRAG_BUFFERS * (DATAGRAM_MOST + 1),
};

struct datagram {
    uint8_t src[16], dst[16];
    uint32_t id;
    uint16_t vlan;
    uint8_t version, first_proto; /* part of the key for IPv4, what is inside for IPv6 */
    uint8_t proto;
    bool has_end;
    uint16_t frames;
    uint32_t wire_bytes;
    uint32_t units, total; /* units we have; bytes of it, once its end is known */
    uint32_t reach;        /* end of the farthest fragment */
    int64_t time_us;
    uint16_t chain;          /* next in the hash chain, or in the list of free ones */
    uint16_t older, younger; /* neighbours by age */
    uint16_t pages[PAGES_OF_ONE];
    uint64_t have[WORDS_OF_ONE];
};

struct defrag {
    struct defrag_settings set;
    struct defrag_stats stats;
    struct datagram *datagrams;
    uint16_t *heads;
    uint32_t head_mask;
    uint16_t free, oldest, youngest;
    uint8_t *pages;
    uint16_t *free_pages;
    uint32_t free_page_count;
    uint8_t *out; /* DEFRAG_BUFFERS of 64 KiB */
    uint32_t out_next;
};

static void *must_calloc(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        abort();
    return p;
}

struct defrag *defrag_new(const struct defrag_settings *s)
{
    struct defrag *d = must_calloc(1, sizeof *d);
    d->set = *s;
    return d;
}

/* With the first fragment: most captures have none. */
static void make_room(struct defrag *d)
{
    const struct defrag_settings *s = &d->set;
    uint32_t heads = 16;
    while (heads < s->datagrams * 2)
        heads *= 2;
    d->head_mask = heads - 1;
    d->heads = must_calloc(heads, sizeof *d->heads);
    memset(d->heads, 0xff, heads * sizeof *d->heads);
    d->datagrams = must_calloc(s->datagrams, sizeof *d->datagrams);
    for (uint32_t i = 0; i < s->datagrams; i++)
        d->datagrams[i].chain = (uint16_t)(i + 1 < s->datagrams ? i + 1 : NONE);
    d->oldest = d->youngest = NONE;
    d->pages = must_calloc(s->page_count, PAGE);
    d->free_pages = must_calloc(s->page_count, sizeof *d->free_pages);
    for (uint32_t i = 0; i < s->page_count; i++)
        d->free_pages[i] = (uint16_t)i;
    d->free_page_count = s->page_count;
    d->out = pages_new(OUT_BYTES, PAGES_SMALL); /* memory only as far as datagrams reach */
}

void defrag_drop(struct defrag **d)
{
    if (!*d)
        return;
    free((*d)->datagrams);
    free((*d)->heads);
    free((*d)->pages);
    free((*d)->free_pages);
    pages_drop((*d)->out, OUT_BYTES); /* NULL where there was no fragment */
    free(*d);
    *d = NULL;
}

const struct defrag_stats *defrag_stats(const struct defrag *d)
{
    return &d->stats;
}

static uint16_t *head_of(struct defrag *d, const uint8_t *src, const uint8_t *dst, uint32_t id)
{
    uint64_t h = id * UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 0; i < 16; i++)
        h = (h ^ src[i] ^ (uint64_t)dst[i] << 8) * 0x100000001b3;
    return &d->heads[(h ^ h >> 29) & d->head_mask];
}

static bool same(const struct datagram *g, const struct fragment *f)
{
    return g->id == f->id && g->version == f->version && g->vlan == f->vlan &&
           (f->version == 6 || g->first_proto == f->proto) && memcmp(g->src, f->src, 16) == 0 &&
           memcmp(g->dst, f->dst, 16) == 0;
}

static void age_unlink(struct defrag *d, struct datagram *g)
{
    *(g->older == NONE ? &d->oldest : &d->datagrams[g->older].younger) = g->younger;
    *(g->younger == NONE ? &d->youngest : &d->datagrams[g->younger].older) = g->older;
}

static void age_append(struct defrag *d, uint16_t at)
{
    struct datagram *g = &d->datagrams[at];
    g->older = d->youngest;
    g->younger = NONE;
    *(d->youngest == NONE ? &d->oldest : &d->datagrams[d->youngest].younger) = at;
    d->youngest = at;
}

static void release(struct defrag *d, uint16_t at)
{
    struct datagram *g = &d->datagrams[at];
    uint16_t *link = head_of(d, g->src, g->dst, g->id);
    while (*link != at)
        link = &d->datagrams[*link].chain;
    *link = g->chain;
    age_unlink(d, g);
    for (int i = 0; i < PAGES_OF_ONE; i++)
        if (g->pages[i] != NONE)
            d->free_pages[d->free_page_count++] = g->pages[i];
    g->chain = d->free;
    d->free = at;
}

static void release_late(struct defrag *d, int64_t now_us)
{
    while (d->oldest != NONE && now_us - d->datagrams[d->oldest].time_us > d->set.timeout_us) {
        d->stats.timeouts++;
        release(d, d->oldest);
    }
}

static uint16_t begin(struct defrag *d, const struct fragment *f)
{
    if (d->free == NONE) {
        d->stats.evicted++;
        release(d, d->oldest);
    }
    uint16_t at = d->free;
    struct datagram *g = &d->datagrams[at];
    d->free = g->chain;
    memset(g, 0, sizeof *g);
    memcpy(g->src, f->src, 16);
    memcpy(g->dst, f->dst, 16);
    g->id = f->id;
    g->vlan = f->vlan;
    g->version = f->version;
    g->first_proto = g->proto = f->proto;
    memset(g->pages, 0xff, sizeof g->pages);
    uint16_t *head = head_of(d, f->src, f->dst, f->id);
    g->chain = *head;
    *head = at;
    age_append(d, at);
    return at;
}

static uint16_t find_or_begin(struct defrag *d, const struct fragment *f)
{
    for (uint16_t at = *head_of(d, f->src, f->dst, f->id); at != NONE; at = d->datagrams[at].chain)
        if (same(&d->datagrams[at], f)) {
            age_unlink(d, &d->datagrams[at]);
            age_append(d, at);
            return at;
        }
    return begin(d, f);
}

/* A page for the unit, at another datagram's expense if need be; NULL when all are our own. */
static uint8_t *page_for(struct defrag *d, uint16_t at, uint32_t page)
{
    struct datagram *g = &d->datagrams[at];
    if (g->pages[page] == NONE) {
        while (d->free_page_count == 0 && d->oldest != at) {
            d->stats.evicted++;
            release(d, d->oldest);
        }
        if (d->free_page_count == 0)
            return NULL;
        g->pages[page] = d->free_pages[--d->free_page_count];
    }
    return d->pages + (size_t)g->pages[page] * PAGE;
}

/* Fills the units that are empty. *ret_overlap when some were not. */
static bool store(struct defrag *d, uint16_t at, const struct fragment *f, bool *ret_overlap)
{
    struct datagram *g = &d->datagrams[at];
    for (uint32_t done = 0; done < f->bytes.len; done += UNIT) {
        uint32_t place = f->offset + done, unit = place / UNIT;
        uint64_t bit = UINT64_C(1) << unit % 64;
        if (g->have[unit / 64] & bit) {
            *ret_overlap = true;
            continue;
        }
        uint8_t *page = page_for(d, at, place / PAGE);
        if (!page)
            return false;
        size_t left = f->bytes.len - done;
        memcpy(page + place % PAGE, f->bytes.ptr + done, left < UNIT ? left : UNIT);
        g->have[unit / 64] |= bit;
        g->units++;
    }
    return true;
}

static void hand_out(struct defrag *d, uint16_t at, struct defrag_whole *ret)
{
    const struct datagram *g = &d->datagrams[at];
    uint8_t *out = d->out + (size_t)d->out_next * (DATAGRAM_MOST + 1);
    d->out_next = (d->out_next + 1) % DEFRAG_BUFFERS;
    for (uint32_t done = 0; done < g->total; done += PAGE) {
        uint32_t left = g->total - done;
        memcpy(out + done, d->pages + (size_t)g->pages[done / PAGE] * PAGE,
               left < PAGE ? left : PAGE);
    }
    *ret = (struct defrag_whole){
        .bytes = {(const char *)out, g->total},
        .proto = g->proto,
        .frames = g->frames,
        .wire_bytes = g->wire_bytes,
    };
    d->stats.whole++;
}

/* Can it be a part of anything? Only the last one may have a length that is not whole units. */
static bool sound(const struct fragment *f)
{
    return f->bytes.len > 0 && f->offset % UNIT == 0 && f->offset + f->bytes.len <= DATAGRAM_MOST &&
           (!f->more || f->bytes.len % UNIT == 0);
}

enum defrag_result defrag_add(struct defrag *d, const struct fragment *f,
                              struct defrag_whole *ret_whole)
{
    if (!d->datagrams)
        make_room(d);
    release_late(d, f->time_us);
    if (!sound(f))
        return DEFRAG_BAD;
    uint16_t at = find_or_begin(d, f);
    struct datagram *g = &d->datagrams[at];
    uint32_t end = f->offset + (uint32_t)f->bytes.len;
    if (g->has_end && (end > g->total || (!f->more && end != g->total)))
        return DEFRAG_BAD; /* past the end, or another end: the first one counts */
    if (!f->more && end < g->reach)
        return DEFRAG_BAD;

    bool overlap = false;
    if (!store(d, at, f, &overlap)) {
        d->stats.evicted++;
        release(d, at);
        return DEFRAG_BAD;
    }
    d->stats.overlaps += overlap;
    if (f->offset == 0)
        g->proto = f->proto;
    if (!f->more) {
        g->has_end = true;
        g->total = end;
    }
    g->reach = end > g->reach ? end : g->reach;
    g->frames = (uint16_t)(g->frames + f->frames);
    g->wire_bytes += f->wire_bytes;
    g->time_us = f->time_us;
    if (!g->has_end || g->units * UNIT < g->total)
        return DEFRAG_HELD;
    hand_out(d, at, ret_whole);
    release(d, at);
    return DEFRAG_WHOLE;
}
