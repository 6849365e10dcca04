/* crew_chunk.c - what is done to a chunk, one step a function; who does it when is crew.c's business. */
#include "core/pages.h"
#include "crew_private.h"

static void *must_alloc(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        abort();
    return p;
}

enum { JOINED_MOST = 256 << 20 };

enum { LINE = 64 };

static size_t lines(size_t bytes)
{
    return (bytes + LINE - 1) / LINE * LINE;
}

size_t lot_size(void)
{
    return lines(CREW_FRAMES * sizeof(struct packet)) +
           lines(CREW_FRAMES * sizeof(struct flow_place));
}

void lot_place(struct lot *l, uint8_t *at)
{
    l->packets = (struct packet *)(void *)at;
    l->places = (struct flow_place *)(void *)(at + lines(CREW_FRAMES * sizeof(struct packet)));
}

/* What each packet goes through lies in one piece, in huge pages: the window, then the lots. */
static size_t memory_size(size_t workers)
{
    size_t wanted = lines(capture_room(CREW_STEP)) + (workers + 1) * lot_size();
    return wanted < PAGES_HUGE_SIZE ? PAGES_HUGE_SIZE : wanted;
}

void chunk_make(struct chunk *k, size_t workers)
{
    *k = (struct chunk){
        .window = pages_new(memory_size(workers), PAGES_HUGE),
        .frames = must_alloc(CREW_FRAMES, sizeof *k->frames),
        .lots = must_alloc(workers + 1, sizeof *k->lots),
        .put_off = must_alloc(CREW_FRAMES, sizeof *k->put_off),
        .boxes = must_alloc(workers, sizeof *k->boxes),
        .fates = must_alloc(workers, sizeof *k->fates),
        .joined = BUF(JOINED_MOST),
    };
    for (size_t i = 0; i <= workers; i++)
        lot_place(&k->lots[i], k->window + lines(capture_room(CREW_STEP)) + i * lot_size());
    for (size_t i = 0; i < workers; i++)
        outbox_init(&k->boxes[i]);
}

void chunk_drop(struct chunk *k, size_t workers)
{
    if (!k->window)
        return;
    for (size_t i = 0; i < workers; i++)
        outbox_drop(&k->boxes[i]);
    if (k->first)
        explicit_bzero(k->window, capture_room(CREW_STEP));
    pages_drop(k->window, memory_size(workers));
    free(k->frames);
    free(k->lots);
    free(k->put_off);
    free(k->boxes);
    free(k->fates);
    buf_drop(&k->joined);
}

void chunk_read(struct crew *c, struct chunk *k)
{
    k->frame_count = k->put_off_count = k->done = 0;
    for (size_t i = 0; i <= c->settings.threads; i++)
        k->lots[i].count = 0;
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

/* Frames [from, to) to packets. How many. */
static size_t decode_some(struct worker *w, struct chunk *k, size_t from, size_t to,
                          struct packet *out)
{
    enum { AHEAD = 4 };
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (i + AHEAD < k->frame_count)
            __builtin_prefetch(k->frames[i + AHEAD].bytes);
        struct packet *p = &out[n];
        bool whole = decode_frame(&k->frames[i], w->decode, p), later = decode_deferred(w->decode);
        k->fate.bytes_in += k->frames[i].wirelen;
        if (later)
            k->put_off[k->put_off_count++] = (uint16_t)i;
        else if (!whole)
            k->fate.unread++;
        else if (may_come_in(w->crew, w->direction, p, &k->fate)) {
            p->number = k->first + i;
            n++;
        }
    }
    return n;
}

/* A batch goes through three times, as in the flow table: one packet's hash waits for nothing of the others', and
 * the lots' ends, which another thread may have read last, are asked for ahead. */
static void share_out(const struct worker *w, struct chunk *k, size_t count)
{
    enum { AHEAD = 8 };
    unsigned threads = w->crew->settings.threads;
    struct flow_place places[FLOW_BATCH];
    for (size_t i = 0; i < count; i++)
        places[i] = pipeline_place(w->pipeline, &w->batch[i]);
    for (size_t i = 0; i < count; i++) {
        struct lot *l = &k->lots[places[i].shard % threads];
        const char *soon = (const char *)(l->packets + l->count + AHEAD);
        __builtin_prefetch(soon, 1);
        __builtin_prefetch(soon + LINE, 1);
        l->packets[l->count] = w->batch[i];
        l->places[l->count++] = places[i];
    }
}

/* One worker without a cap takes the packets where they lie: nobody has to know their places before. */
static bool wants_places(const struct crew *c)
{
    return c->settings.threads > 1 || c->direction;
}

void chunk_decode(struct worker *w, struct chunk *k)
{
    k->fate.in = k->frame_count;
    if (!wants_places(w->crew)) {
        k->lots[0].count = decode_some(w, k, 0, k->frame_count, k->lots[0].packets);
        return;
    }
    for (size_t i = 0; i < k->frame_count; i += FLOW_BATCH) {
        size_t to = i + FLOW_BATCH < k->frame_count ? i + FLOW_BATCH : k->frame_count;
        share_out(w, k, decode_some(w, k, i, to, w->batch));
    }
}

/* The datagram lies in a buffer that is used again soon: the chunk keeps its own. */
static void keep_payload(struct chunk *k, struct packet *p)
{
    if (!buf_bytes(&k->joined, p->payload.ptr, p->payload.len))
        abort();
}

static void point_at_kept(struct chunk *k, struct lot *l)
{
    const char *at = k->joined.ptr;
    for (size_t i = 0; i < l->count; i++)
        if (l->packets[i].flags & PACKET_DEFRAGMENTED) {
            l->packets[i].payload.ptr = at;
            at += l->packets[i].payload.len;
        }
}

static void join(struct crew *c, struct chunk *k, struct lot *l)
{
    for (size_t i = 0; i < k->put_off_count; i++) {
        struct packet *p = &l->packets[l->count];
        if (!decode_frame(&k->frames[k->put_off[i]], c->fragments, p)) {
            k->fate.unread++;
            continue;
        }
        if (!may_come_in(c, c->direction, p, &k->fate))
            continue;
        p->number = k->first + k->put_off[i];
        l->places[l->count++] = pipeline_place(c->workers[0].pipeline, p);
        if (p->flags & PACKET_DEFRAGMENTED)
            keep_payload(k, p);
    }
    point_at_kept(k, l);
}

/* Of the lots' next packets the one that comes first in the file. NULL: there is none. */
static struct lot *first_lot(struct chunk *k, const size_t *at, size_t lots)
{
    struct lot *first = NULL;
    uint64_t number = UINT64_MAX;
    for (size_t i = 0; i < lots; i++) {
        struct lot *l = &k->lots[i];
        if (at[i] < l->count && l->packets[at[i]].number < number) {
            first = l;
            number = l->packets[at[i]].number;
        }
    }
    return first;
}

/* In the order of the file: what is over the cap now would not be a moment later. */
static void cap(const struct crew *c, struct chunk *k)
{
    size_t at[CREW_THREADS_MOST + 1] = {0};
    for (struct lot *l; (l = first_lot(k, at, c->settings.threads + 1)) != NULL;) {
        size_t i = at[l - k->lots]++;
        if (!mandate_cap_take(c->settings.mandate, l->packets[i].time_us,
                              l->packets[i].wire_bytes)) {
            l->places[i].shard = NOBODYS;
            k->fate.over_cap++;
        }
    }
}

void chunk_join(struct crew *c, struct chunk *k)
{
    buf_clear(&k->joined);
    if (k->put_off_count)
        join(c, k, &k->lots[c->settings.threads]);
    if (c->direction)
        cap(c, k);
}

static void take_one(struct lot *to, const struct lot *from, size_t i)
{
    if (from->places[i].shard == NOBODYS)
        return;
    to->packets[to->count] = from->packets[i];
    to->places[to->count++] = from->places[i];
}

/* Its own lot, and what was joined and is its own too, in one order. */
static const struct lot *gather(struct worker *w, const struct chunk *k)
{
    unsigned threads = w->crew->settings.threads;
    const struct lot *own = &k->lots[w->number], *joined = &k->lots[threads];
    size_t at = 0;
    if (!joined->count && !w->crew->direction)
        return own;
    w->mine.count = 0;
    for (size_t i = 0; i < joined->count; i++) {
        if (joined->places[i].shard % threads != w->number)
            continue;
        while (at < own->count && own->packets[at].number < joined->packets[i].number)
            take_one(&w->mine, own, at++);
        take_one(&w->mine, joined, i);
    }
    while (at < own->count)
        take_one(&w->mine, own, at++);
    return &w->mine;
}

static void process(struct worker *w, struct chunk *k)
{
    struct lot *own = &k->lots[w->number];
    w->box = &k->boxes[w->number];
    w->writer = w->writers[k->index];
    outbox_clear(w->box);
    if (k->ending) { /* shard by shard: what all flows have to say at once may be a lot */
        pipeline_finish_shard(w->pipeline, k->shard);
        return;
    }
    if (!wants_places(w->crew) && !k->put_off_count) {
        pipeline_packets(w->pipeline, own->packets, own->count);
        return;
    }
    for (size_t i = 0; !wants_places(w->crew) && i < own->count; i++)
        own->places[i] = pipeline_place(w->pipeline, &own->packets[i]);
    const struct lot *mine = gather(w, k);
    pipeline_placed(w->pipeline, mine->packets, mine->places, mine->count);
}

void chunk_process(struct worker *w, struct chunk *k)
{
    process(w, k);
    k->fates[w->number] = pipeline_fate(w->pipeline);
}
