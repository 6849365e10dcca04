/* detect.c - takes an observation, works out once what all need of it, and hands it round. */
#include "core/pages.h"
#include "detect/detector_private.h"
#include "detect/tell_private.h"

#include <assert.h>
#include <stdlib.h>

enum { KINDS = OBSERVED_MESSAGE + 1, LINE = 64 };

static const uint64_t sketch_seed_usual = UINT64_C(0x9d39247e33776d41);

static void hand_out(struct detect *d)
{
    const size_t lines = (size_t)TABLES_MOST * LINE; /* what rounding to whole lines may take */
    size_t shares = 0;
    for (size_t i = 0; detector_at(i); i++)
        shares += d->settings.off[i] ? 0 : detector_at(i)->share;
    for (size_t i = 0; detector_at(i); i++) {
        const struct detector *row = detector_at(i);
        struct detector_run *r = &d->runs[d->run_count];
        if (d->settings.off[i])
            continue;
        *r = (struct detector_run){
            .row = row,
            .threshold = d->settings.thresholds[i],
            .state = calloc(1, row->state_size),
            .memory = (d->settings.memory - lines) / (shares ? shares : 1) * row->share,
            .seed = d->settings.seed,
            .sketch_seed = d->settings.sketch_seed,
            .again_us = (int64_t)(d->settings.again_hours * (double)HOUR_US),
            .own_listed = d->settings.own_listed,
            .all = d,
            .stats = {.row = row},
        };
        if (!r->state)
            abort();
        row->start(r);
        for (size_t kind = 0; kind < KINDS; kind++)
            if (row->kinds >> kind & 1)
                d->want[kind][d->want_count[kind]++] = r;
        for (size_t kind = 0; row->ahead && kind < KINDS; kind++)
            if (row->kinds >> kind & 1)
                d->ahead[kind][d->ahead_count[kind]++] = r;
        d->run_count++;
    }
}

bool detect_new(const struct detect_settings *s, struct detect **ret, struct err *e)
{
    if (s->memory < DETECT_MEMORY_LEAST)
        return err_set(e, ERR_LIMIT, "behaviour detectors need %d KiB of memory at least, not %zu",
                       DETECT_MEMORY_LEAST / 1024, s->memory / 1024);
    struct detect *d = calloc(1, sizeof *d);
    if (!d)
        abort();
    d->settings = *s;
    if (!s->sketch_seed)
        d->settings.sketch_seed = sketch_seed_usual;
    d->room = pages_new(s->memory, PAGES_HUGE);
    hand_out(d);
    *ret = d;
    return true;
}

void detect_drop(struct detect **d)
{
    if (!*d)
        return;
    for (size_t i = 0; i < (*d)->run_count; i++)
        free((*d)->runs[i].state);
    pages_drop((*d)->room, (*d)->settings.memory);
    free(*d);
    *d = NULL;
}

static bool inside(const struct detect *d, bool own, const uint8_t address[16])
{
    return own && (d->settings.own_listed || address_is_private(address));
}

static struct seen seen_of(struct detect *d, const struct observation *o)
{
    if (d->observations++ == 0)
        for (size_t i = 0; i < d->run_count; i++)
            d->runs[i].began_us = o->kind == OBSERVED_FLOW ? o->ended.start_us : o->time_us;
    if (o->time_us > d->latest_us)
        d->latest_us = o->time_us;
    struct seen s = {
        .o = o,
        .now_us = d->latest_us,
        .client_inside = inside(d, o->client_own, o->client),
        .server_inside = inside(d, o->server_own, o->server),
        .server_many = address_is_many(o->server),
        .owner = name_owner(o->name),
        .client_hash = sketch_hash(d->settings.sketch_seed, o->client, sizeof o->client),
        .server_hash = sketch_hash(d->settings.sketch_seed, o->server, sizeof o->server),
        .failed = o->kind == OBSERVED_FLOW && flow_failed(o),
    };
    if (s.owner.len)
        s.owner_hash = name_hash(d->settings.sketch_seed, s.owner);
    if (o->name.len)
        s.name_hash = name_hash(d->settings.sketch_seed, o->name);
    return s;
}

static void work(struct detect *d, const struct seen *s)
{
    size_t kind = s->o->kind;
    d->now_us = s->now_us;
    for (size_t i = 0; i < d->want_count[kind]; i++)
        d->want[kind][i]->row->observe(d->want[kind][i], s);
}

void table_ahead(struct ahead *a, const struct table *t, const void *key)
{
    if (a->count == AHEAD_MOST)
        return;
    a->keys[a->count].table = t;
    a->keys[a->count++].print = table_fetch_slot(t, key);
}

static void look_ahead(const struct detect *d, const struct seen *s, struct ahead *a)
{
    size_t kind = s->o->kind;
    for (size_t i = 0; i < d->ahead_count[kind]; i++)
        d->ahead[kind][i]->row->ahead(d->ahead[kind][i], s, a);
}

void detect_flush(struct detect *d)
{
    struct seen seen[TOGETHER];
    struct ahead ahead[TOGETHER];
    size_t n = d->queued;
    d->queued = 0;
    for (size_t i = 0; i < n; i++) {
        seen[i] = seen_of(d, &d->queue[i].o);
        ahead[i].count = 0;
        look_ahead(d, &seen[i], &ahead[i]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ahead[i].count; k++)
            table_fetch_entry(ahead[i].keys[k].table, ahead[i].keys[k].print);
    for (size_t i = 0; i < n; i++)
        work(d, &seen[i]);
}

void detect_observe(struct detect *d, const struct observation *o)
{
    if (d->queued)
        detect_flush(d);
    struct seen s = seen_of(d, o);
    work(d, &s);
}

void detect_queue(struct detect *d, const struct observation *o)
{
    struct queued *q = &d->queue[d->queued++];
    q->o = *o;
    q->o.name.ptr = q->name;
    q->o.name.len = o->name.len < sizeof q->name ? o->name.len : sizeof q->name;
    if (q->o.name.len)
        memcpy(q->name, o->name.ptr, q->o.name.len);
    if (o->kind == OBSERVED_DNS) {
        struct str *a = &q->o.dns.addresses;
        a->len = a->len < sizeof q->addresses ? a->len : sizeof q->addresses;
        if (a->len)
            memcpy(q->addresses, a->ptr, a->len);
        a->ptr = (const char *)q->addresses;
    }
    if (d->queued == TOGETHER)
        detect_flush(d);
}

void detect_finish(struct detect *d)
{
    detect_flush(d);
    for (size_t i = 0; i < d->run_count; i++)
        if (d->runs[i].row->finish)
            d->runs[i].row->finish(&d->runs[i], d->now_us);
}

struct detect_stats detect_stats(const struct detect *d)
{
    struct detect_stats s = {.observations = d->observations, .mutes_ended = d->mutes_ended};
    for (size_t i = 0; i < d->run_count; i++) {
        const struct detector_stats *one = &d->runs[i].stats;
        s.detectors[i] = *one;
        s.told += one->told;
        s.muted += one->muted;
        s.over += one->over;
        s.memory += one->memory;
    }
    for (size_t i = 0; i < d->table_count; i++) {
        struct detector_stats *one = &s.detectors[d->tables[i].run];
        one->entries += d->tables[i].table->count;
        one->evicted += d->tables[i].table->evicted;
        s.evicted += d->tables[i].table->evicted;
    }
    return s;
}

void *detector_room(struct detector_run *r, size_t bytes)
{
    struct detect *d = r->all;
    uint8_t *at = d->room + d->room_used;
    bytes = (bytes + LINE - 1) / LINE * LINE;
    assert(bytes <= d->settings.memory - d->room_used);
    d->room_used += bytes;
    r->stats.memory += bytes;
    return at;
}

void detector_table(struct detector_run *r, struct table *t, size_t entry_size, size_t key_size,
                    double part)
{
    struct detect *d = r->all;
    size_t bytes = (size_t)((double)r->memory * part);
    assert(d->table_count < COUNT(d->tables));
    table_make(t, detector_room(r, bytes), bytes, entry_size, key_size, r->seed);
    d->tables[d->table_count++] = (struct table_of_run){t, (size_t)(r - d->runs)};
}

struct pair_key seen_pair(const struct seen *s, uint16_t port)
{
    struct pair_key k = {.port = port, .proto = s->o->proto};
    memcpy(k.a, s->o->client, sizeof k.a);
    memcpy(k.b, s->o->server, sizeof k.b);
    return k;
}

bool flow_failed(const struct observation *o)
{
    const struct observed_flow *f = &o->ended;
    if (o->midstream || !f->packets[FLOW_CLIENT])
        return false;
    if (o->proto != IP_TCP)
        return f->packets[FLOW_SERVER] == 0;
    return !(f->tcp_flags[FLOW_CLIENT] & TCP_ACK) ||
           ((f->tcp_flags[FLOW_SERVER] & TCP_RST) && !(f->tcp_flags[FLOW_SERVER] & TCP_SYN));
}

double part_way(double x, double from, double to)
{
    double p = (x - from) / (to - from);
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

static bool is_v4(const uint8_t a[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(a, mapped, sizeof mapped) == 0;
}

bool address_is_private(const uint8_t a[16])
{
    if (!is_v4(a))
        return (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) ||
               (address_is_zero(a) || (a[0] == 0 && memcmp(a, a + 1, 14) == 0 && a[15] == 1));
    const uint8_t *b = a + 12;
    return b[0] == 10 || b[0] == 127 || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
           (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254) ||
           (b[0] == 100 && (b[1] & 0xc0) == 64) || b[0] == 0;
}

bool address_is_many(const uint8_t a[16])
{
    if (!is_v4(a))
        return a[0] == 0xff;
    return (a[12] & 0xf0) == 0xe0 || (a[12] & a[13] & a[14] & a[15]) == 0xff;
}
