/* crew_chunk.c - what is done to a chunk, one step a function; who does it when is crew.c's business. */
#include "crew_private.h"

static void *must_alloc(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        abort();
    return p;
}

enum { JOINED_MOST = 256 << 20 };

void chunk_make(struct chunk *k, size_t workers)
{
    *k = (struct chunk){
        .window = must_alloc(1, capture_room(CREW_STEP)),
        .frames = must_alloc(CREW_FRAMES, sizeof *k->frames),
        .packets = must_alloc(CREW_FRAMES, sizeof *k->packets),
        .owner = must_alloc(CREW_FRAMES, sizeof *k->owner),
        .frame_of = must_alloc(CREW_FRAMES, sizeof *k->frame_of),
        .boxes = must_alloc(workers, sizeof *k->boxes),
        .fates = must_alloc(workers, sizeof *k->fates),
        .joined = BUF(JOINED_MOST),
    };
    for (size_t i = 0; i < workers; i++)
        outbox_init(&k->boxes[i]);
}

void chunk_drop(struct chunk *k, size_t workers)
{
    for (size_t i = 0; k->boxes && i < workers; i++)
        outbox_drop(&k->boxes[i]);
    explicit_bzero(k->window, capture_room(CREW_STEP));
    free(k->window);
    free(k->frames);
    free(k->packets);
    free(k->owner);
    free(k->frame_of);
    free(k->boxes);
    free(k->fates);
    buf_drop(&k->joined);
}

void chunk_read(struct crew *c, struct chunk *k)
{
    k->count = k->frame_count = k->put_off = k->done = 0;
    k->decoded = false;
    k->fate = (struct fate_counts){0};
    capture_lend(c->capture, k->window, CREW_STEP);
    if (!k->ending)
        k->frame_count = capture_batch(c->capture, k->frames, CREW_FRAMES, &c->refused);
    k->ending = !k->frame_count;
    k->shard = k->ending ? c->finished++ : 0;
    k->first = c->frames + 1;
    c->frames += k->frame_count;
}

static unsigned owner_of(const struct worker *w, const struct packet *p)
{
    unsigned threads = w->crew->settings.threads;
    return threads == 1 ? 0 : pipeline_shard(w->pipeline, p) % threads;
}

/* False: it may not be taken in, and is counted under its reason. */
static bool may_come_in(const struct crew *c, struct direction_cache *cache, const struct packet *p,
                        struct fate_counts *n)
{
    if (!cache)
        return true;
    if (!mandate_covers(c->settings.mandate, p->time_us)) {
        n->discarded++;
        return false;
    }
    switch (direction_of(cache, p->src, p->dst)) {
    case DIRECTION_KEEP: return true;
    case DIRECTION_DISCARD: n->discarded++; break;
    case DIRECTION_UNKNOWN: n->unknown++; break;
    }
    return false;
}

void chunk_decode(struct worker *w, struct chunk *k)
{
    size_t n = 0;
    for (size_t i = 0; i < k->frame_count; i++) {
        if (i + 4 < k->frame_count)
            __builtin_prefetch(k->frames[i + 4].bytes);
        struct packet *p = &k->packets[n];
        bool whole = decode_frame(&k->frames[i], w->decode, p), later = decode_deferred(w->decode);
        k->fate.bytes_in += k->frames[i].wirelen;
        k->fate.unread += !whole && !later;
        if ((!whole && !later) || (whole && !may_come_in(w->crew, w->direction, p, &k->fate)))
            continue;
        p->number = k->first + i;
        k->put_off += later;
        k->frame_of[n] = (uint16_t)i;
        k->owner[n++] = later ? DEFERRED : (uint8_t)owner_of(w, p);
    }
    k->fate.in = k->frame_count;
    k->count = n;
}

/* The datagram lies in a buffer that is used again soon: the chunk keeps its own. */
static void keep_payload(struct chunk *k, struct packet *p)
{
    if (!buf_bytes(&k->joined, p->payload.ptr, p->payload.len))
        abort();
}

static void point_at_kept(struct chunk *k)
{
    const char *at = k->joined.ptr;
    for (size_t i = 0; i < k->count; i++)
        if (k->packets[i].flags & PACKET_DEFRAGMENTED && k->owner[i] != NOBODYS) {
            k->packets[i].payload.ptr = at;
            at += k->packets[i].payload.len;
        }
}

static void join(struct crew *c, struct chunk *k)
{
    for (size_t i = 0; i < k->count; i++) {
        if (k->owner[i] != DEFERRED)
            continue;
        struct packet *p = &k->packets[i];
        k->owner[i] = NOBODYS;
        if (!decode_frame(&k->frames[k->frame_of[i]], c->fragments, p)) {
            k->fate.unread++;
            continue;
        }
        if (!may_come_in(c, c->direction, p, &k->fate))
            continue;
        p->number = k->first + k->frame_of[i];
        k->owner[i] = (uint8_t)owner_of(&c->workers[0], p);
        if (p->flags & PACKET_DEFRAGMENTED)
            keep_payload(k, p);
    }
    point_at_kept(k);
}

/* In the order of the file: what is over the cap now would not be a moment later. */
static void cap(const struct crew *c, struct chunk *k)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->owner[i] != NOBODYS && !mandate_cap_take(c->settings.mandate, k->packets[i].time_us,
                                                        k->packets[i].wire_bytes)) {
            k->owner[i] = NOBODYS;
            k->fate.over_cap++;
        }
}

void chunk_join(struct crew *c, struct chunk *k)
{
    buf_clear(&k->joined);
    if (k->put_off)
        join(c, k);
    if (c->direction)
        cap(c, k);
}

/* One worker without fragments takes the packets where they lie. */
static bool all_mine(const struct worker *w, const struct chunk *k)
{
    return w->crew->settings.threads == 1 && !k->put_off && !w->direction;
}

static void process(struct worker *w, struct chunk *k)
{
    w->box = &k->boxes[w->number];
    w->writer = w->writers[k - w->crew->chunks];
    outbox_clear(w->box);
    if (k->ending) { /* shard by shard: what all flows have to say at once may be a lot */
        pipeline_finish_shard(w->pipeline, k->shard);
        return;
    }
    if (all_mine(w, k)) {
        pipeline_packets(w->pipeline, k->packets, k->count);
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++)
        if (k->owner[i] == w->number)
            w->batch[n++] = k->packets[i];
    pipeline_packets(w->pipeline, w->batch, n);
}

void chunk_process(struct worker *w, struct chunk *k)
{
    process(w, k);
    k->fates[w->number] = pipeline_fate(w->pipeline);
}

/* ---- deliver ---- */

static void deliver(const struct crew *c, const struct outbox *o, const struct outbox_entry *n)
{
    const struct crew_user *u = &c->settings.user;
    if (n->kind == OUTBOX_MATCH) {
        struct outbox_match room;
        if (u->match)
            u->match(u->context, outbox_read_match(o, n, &room));
    } else if (n->kind == OUTBOX_OBSERVATION) {
        struct observation ob = outbox_read_observation(o, n);
        u->observation(u->context, &ob);
    } else {
        u->text(u->context, n->kind, (struct str){o->texts[n->kind].ptr + n->at, n->len});
    }
}

static void deliver_all(const struct crew *c, const struct chunk *k)
{
    size_t at[CREW_THREADS_MOST] = {0};
    for (;;) {
        const struct outbox *first = NULL;
        size_t whose = 0;
        for (size_t i = 0; i < c->settings.threads; i++) {
            const struct outbox *o = &k->boxes[i];
            if (at[i] < o->entries.len &&
                (!first || o->entries.ptr[at[i]].number < first->entries.ptr[at[whose]].number)) {
                first = o;
                whose = i;
            }
        }
        if (!first)
            return;
        deliver(c, first, &first->entries.ptr[at[whose]++]);
    }
}

static void mark_time(struct crew *c, const struct chunk *k)
{
    for (size_t i = 0; i < k->frame_count; i++)
        if (k->frames[i].time_us > c->time_us)
            c->time_us = k->frames[i].time_us;
}

static struct fate_counts fates_so_far(struct crew *c, const struct chunk *k)
{
    fate_add(&c->undelivered, &k->fate);
    struct fate_counts all = c->undelivered;
    for (size_t i = 0; i < c->settings.threads; i++)
        fate_add(&all, &k->fates[i]);
    return all;
}

void chunk_deliver(struct crew *c, struct chunk *k)
{
    const struct crew_user *u = &c->settings.user;
    mark_time(c, k);
    struct fate_counts all = fates_so_far(c, k);
    if (!c->stopped && u->begin && !u->begin(u->context, c->time_us))
        c->stopped = true;
    if (!c->stopped)
        deliver_all(c, k);
    if (u->fates && !u->fates(u->context, &all))
        c->stopped = true;
}
