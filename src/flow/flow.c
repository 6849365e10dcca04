/* flow.c - the table: its memory, its flows' lives, and batches of packets. See flow.h.
 *
 * A batch goes through three times: keys and buckets asked for, flows asked for, then the work. By
 * then the memory is near, and a packet costs some 20 ns where it would cost 60 (measured).
 */
#include "core/pages.h"
#include "flow_private.h"

static const char *const end_texts[] = {
#define X(name, text) text,
    FLOW_END_MAP(X)
#undef X
};

enum { SLOTS_LEAST = 16, FLOWS_MOST = 64 << 20, APP_MOST = 64 << 10 };

const char *flow_end_text(enum flow_end r)
{
    return end_texts[r];
}

static bool check(const struct flow_settings *s, struct err *e)
{
    const uint16_t timeouts[] = {s->tcp_s, s->tcp_new_s, s->tcp_closed_s,
                                 s->udp_s, s->icmp_s,    s->other_s};
    for (size_t i = 0; i < COUNT(timeouts); i++)
        if (timeouts[i] < 1 || timeouts[i] > TIMEOUT_MOST)
            return err_set(e, ERR_INVALID, "a flow timeout of %u s is not within 1 to %d",
                           timeouts[i], TIMEOUT_MOST);
    if (s->flows < SLOTS_LEAST * FLOW_SHARDS || s->flows > FLOWS_MOST)
        return err_set(e, ERR_INVALID, "%u flows are not within %d to %d", s->flows,
                       SLOTS_LEAST * FLOW_SHARDS, FLOWS_MOST);
    if (s->app_size > APP_MOST || s->shards == 0)
        return err_set(e, ERR_INVALID, "no shard, or more than %d bytes for each flow", APP_MOST);
    return true;
}

static void make_shard(struct flow_table *t, unsigned number, unsigned place)
{
    struct shard *s = (struct shard *)(void *)((char *)t->bucket_memory + t->shards_at) + place;
    s->slots = t->slots;
    s->bucket_mask = t->buckets - 1;
    s->place = place;
    s->buckets = (struct bucket *)t->bucket_memory + (size_t)place * t->buckets;
    s->free = FLOW_NONE;
    timer_init(s);
    t->shards[number] = s;
}

bool flow_table_new(const struct flow_settings *s, const struct flow_user *user,
                    struct flow_table **ret, struct err *e)
{
    if (!check(s, e))
        return false;
    struct flow_table *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->set = *s;
    t->user = *user;
    t->stride = (sizeof(struct flow) + s->app_size + 63) / 64 * 64;
    t->slots = s->flows / FLOW_SHARDS;
    t->buckets = 4;
    while (t->buckets * BUCKET_SLOTS < t->slots * 2)
        t->buckets *= 2;
    t->ours = (uint32_t)__builtin_popcountll(s->shards);
    t->flow_bytes = (t->slots + ROW - 1) / ROW * (size_t)ROW * t->ours * t->stride;
    t->shards_at = (size_t)t->ours * t->buckets * sizeof(struct bucket);
    t->bucket_bytes = t->shards_at + t->ours * sizeof(struct shard);
    t->flow_memory = pages_new(t->flow_bytes, PAGES_HUGE);
    t->bucket_memory = pages_new(t->bucket_bytes, PAGES_HUGE);
    for (unsigned i = 0, place = 0; i < FLOW_SHARDS; i++)
        if (s->shards >> i & 1)
            make_shard(t, i, place++);
    *ret = t;
    return true;
}

void flow_table_drop(struct flow_table **t)
{
    if (!*t)
        return;
    pages_drop((*t)->flow_memory, (*t)->flow_bytes);
    pages_drop((*t)->bucket_memory, (*t)->bucket_bytes);
    free(*t);
    *t = NULL;
}

void flow_finish(struct flow_table *t, struct shard *s, struct flow *f, enum flow_end why)
{
    if (t->user.on_end)
        t->user.on_end(t->user.context, f, why);
    t->stats.ended[why]++;
    t->stats.live--;
    s->live--;
    bucket_remove(s, f->digest, f->slot);
    timer_clear(t, s, f);
    uint32_t slot = f->slot;
    if (t->set.wipe)
        explicit_bzero(f, t->stride);
    f->timer_next = s->free;
    s->free = slot;
}

/* All slots are taken: the hand goes round, forgives once, and takes the first that was idle since. */
static void evict(struct flow_table *t, struct shard *s)
{
    for (;;) {
        struct flow *f = flow_at(t, s, s->hand);
        s->hand = (s->hand + 1) % s->slots;
        if (!f->used) {
            flow_finish(t, s, f, FLOW_END_EVICTED);
            return;
        }
        f->used = false;
    }
}

static uint32_t take_slot(struct flow_table *t, struct shard *s)
{
    if (s->free == FLOW_NONE && s->fresh < s->slots)
        return s->fresh++;
    if (s->free == FLOW_NONE)
        evict(t, s);
    uint32_t slot = s->free;
    s->free = flow_at(t, s, slot)->timer_next;
    return slot;
}

static struct flow *start(struct flow_table *t, struct shard *s, const struct keyed *k,
                          const struct packet *p)
{
    uint32_t slot = take_slot(t, s);
    struct flow *f = flow_at(t, s, slot);
    memset(f, 0, t->stride);
    f->key = k->key;
    f->digest = k->digest;
    f->slot = slot;
    f->shard = k->shard;
    f->start_us = f->last_us = p->time_us;
    f->number = s->started++ * FLOW_SHARDS + k->shard;
    f->seen_s = s->now_s;
    track_first(f, k, p);
    bucket_add(s, k->digest, slot);
    s->live++;
    t->stats.live++;
    t->stats.flows++;
    if (t->user.on_start)
        t->user.on_start(t->user.context, f, p);
    return f;
}

static void take_packet(struct flow_table *t, struct shard *s, const struct keyed *k,
                        const struct packet *p)
{
    t->number = p->number;
    timer_run(t, s, p->time_us);
    struct flow *f = bucket_find(t, s, k);
    if (f && track_is_reuse(f, p)) {
        flow_finish(t, s, f, FLOW_END_REUSED);
        f = NULL;
    }
    bool fresh = !f;
    if (fresh)
        f = start(t, s, k, p);
    uint8_t state = f->state;
    enum flow_side from = track(f, k, p);
    f->seen_s = s->now_s;
    f->used = !fresh;
    if (p->time_us > f->last_us)
        f->last_us = p->time_us;
    if (fresh) {
        timer_set(t, s, f);
    } else if (f->state != state && f->state == FLOW_CLOSED) { /* its deadline came nearer */
        timer_clear(t, s, f);
        timer_set(t, s, f);
    }
    if (f->quiet)
        t->stats.quiet[f->quiet]++;
    else if (t->user.on_packet)
        t->user.on_packet(t->user.context, f, p, from);
    if (f->forget)
        flow_finish(t, s, f, FLOW_END_TIMEOUT);
}

/* The keys are known, and their buckets asked for. */
static void take_keyed(struct flow_table *t, const struct packet *packets, const struct keyed *keys,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (t->shards[keys[i].shard])
            flow_prefetch(t, t->shards[keys[i].shard], keys[i].digest);
    for (size_t i = 0; i < count; i++) {
        struct shard *s = t->shards[keys[i].shard];
        t->stats.packets += packets[i].frames;
        if (s)
            take_packet(t, s, &keys[i], &packets[i]);
        else
            t->stats.not_ours += packets[i].frames;
    }
}

void flow_batch(struct flow_table *t, const struct packet *packets, size_t count)
{
    struct keyed keys[FLOW_BATCH];
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < FLOW_BATCH ? count - at : FLOW_BATCH;
        for (size_t i = 0; i < n; i++) {
            key_of(&t->set, &packets[at + i], &keys[i]);
            if (t->shards[keys[i].shard])
                bucket_prefetch(t->shards[keys[i].shard], keys[i].digest);
        }
        take_keyed(t, packets + at, keys, n);
    }
}

/* Another thread may have decoded them: they are asked for a batch ahead. */
static void fetch(struct flow_table *t, const struct packet *packets,
                  const struct flow_place *places, size_t count)
{
    enum { LINE = 64 };
    const char *from = (const char *)packets;
    for (size_t at = 0; at < count * sizeof *packets; at += LINE)
        __builtin_prefetch(from + at);
    for (size_t i = 0; i < count; i++)
        if (t->shards[places[i].shard])
            bucket_prefetch(t->shards[places[i].shard], places[i].digest);
}

static void fetch_payload(const struct packet *p)
{
    enum { LINES = 2, LINE = 64 };
    for (size_t i = 0; i < LINES && i * LINE < p->payload.len; i++)
        __builtin_prefetch(p->payload.ptr + i * LINE);
}

void flow_batch_placed(struct flow_table *t, const struct packet *packets,
                       const struct flow_place *places, size_t count)
{
    struct keyed keys[FLOW_BATCH];
    size_t n = count < FLOW_BATCH ? count : FLOW_BATCH;
    fetch(t, packets, places, n);
    for (size_t at = 0, next; at < count; at += n, n = next) {
        size_t rest = count - at - n;
        next = rest < FLOW_BATCH ? rest : FLOW_BATCH;
        fetch(t, packets + at + n, places + at + n, next);
        for (size_t i = 0; i < n; i++) {
            fetch_payload(&packets[at + i]);
            key_fill(&t->set, &packets[at + i], &keys[i]);
            keys[i].digest = places[at + i].digest;
            keys[i].shard = places[at + i].shard;
        }
        take_keyed(t, packets + at, keys, n);
    }
}

void flow_table_advance(struct flow_table *t, int64_t now_us)
{
    for (unsigned i = 0; i < FLOW_SHARDS; i++)
        if (t->shards[i] && t->shards[i]->begun && now_us > t->shards[i]->last_us)
            timer_run(t, t->shards[i], now_us);
}

static bool is_live(const struct flow_table *t, const struct shard *s, uint32_t slot)
{
    const struct flow *f = flow_at(t, s, slot);
    struct keyed k = {.key = f->key, .digest = f->digest};
    return f->packets[0] + f->packets[1] > 0 && bucket_find(t, s, &k) == f;
}

enum { FETCHED = 8 }; /* flows ahead */

void flow_table_flush_shard(struct flow_table *t, unsigned shard)
{
    struct shard *s = t->shards[shard];
    t->number = UINT64_MAX - FLOW_SHARDS + shard;
    for (uint32_t slot = 0; s && slot < s->fresh; slot++) {
        struct flow *f = flow_at(t, s, slot);
        if (slot + FETCHED < s->fresh)
            bucket_prefetch(s, flow_at(t, s, slot + FETCHED)->digest);
        if (is_live(t, s, slot))
            flow_finish(t, s, f, f->state == FLOW_CLOSED ? FLOW_END_CLOSED : FLOW_END_SHUTDOWN);
    }
}

void flow_table_flush(struct flow_table *t)
{
    for (unsigned i = 0; i < FLOW_SHARDS; i++)
        flow_table_flush_shard(t, i);
}

uint64_t flow_table_number(const struct flow_table *t)
{
    return t->number;
}

struct flow_stats flow_table_stats(const struct flow_table *t)
{
    return t->stats;
}
