/* findings.c - a map from selector to finding; sorted once, when it is asked for. */
#include "sensor/findings.h"

#include "core/map.h"
#include "core/vec.h"
#include "net/packet.h"
#include "sensor/eve.h"

struct findings {
    struct arena *memory;
    struct map by_selector;
    struct finding *list;
    size_t count, cap;
    uint64_t unlisted;
};

struct findings *findings_new(struct arena *a)
{
    struct findings *f = arena_new(a, struct findings);
    if (f)
        *f = (struct findings){.memory = a, .by_selector = MAP(a)};
    return f;
}

struct addr sensor_host_of(const struct sensor_event *ev)
{
    bool server = ev->server_own && !ev->client_own;
    if (ev->match->where == SENSOR_AT_CLIENT && !ev->client_own)
        server = true; /* the client is the bad one: whom did it come to? */
    return packet_addr(server ? ev->ends->server : ev->ends->client);
}

static struct finding *finding_new(struct findings *f, const struct selector *s,
                                   const struct sensor_event *ev)
{
    const struct index_hit *hit = &ev->match->hit;
    if (f->count == FINDINGS_MAX)
        return NULL;
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 64;
        struct finding *list = arena_array(f->memory, struct finding, cap);
        if (!list)
            return NULL;
        if (f->count)
            memcpy(list, f->list, f->count * sizeof *list);
        f->list = list;
        f->cap = cap;
    }
    struct finding *n = &f->list[f->count++];
    n->selector = (struct selector){s->kind, arena_str(f->memory, s->value)};
    n->source = arena_str(f->memory, hit->source);
    n->threat = arena_str(f->memory, hit->threat);
    n->seen = arena_str(f->memory, ev->match->seen);
    n->action = hit->action;
    n->confidence = hit->confidence;
    n->first_us = n->last_us = ev->time_us;
    return n;
}

static bool addr_same(const struct addr *a, const struct addr *b)
{
    return a->v6 == b->v6 && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static void add_host(struct finding *n, struct addr host)
{
    for (size_t i = 0; i < n->host_count; i++)
        if (addr_same(&n->hosts[i], &host))
            return;
    if (n->host_count < FINDING_HOSTS)
        n->hosts[n->host_count++] = host;
    else
        n->more_hosts = true;
}

void findings_add(struct findings *f, const struct sensor_event *ev)
{
    char text[ADDR_TEXT_SIZE + 64], key[INDEX_TEXT_SIZE + 24];
    struct selector s = index_hit_selector(&ev->match->hit, text);
    int len = snprintf(key, sizeof key, "%d " STR_FMT, (int)s.kind, STR_ARG(s.value));
    void **slot = map_slot_of(&f->by_selector, (struct str){key, (size_t)len});
    struct finding *n = slot && *slot ? &f->list[(uintptr_t)*slot - 1] : NULL;
    if (slot && !n && (n = finding_new(f, &s, ev)))
        *slot = (void *)(uintptr_t)f->count; /* NOLINT: a number, not an address */
    if (!n) {
        f->unlisted++;
        return;
    }
    n->times++;
    n->where |= 1U << ev->match->where;
    n->first_us = ev->time_us < n->first_us ? ev->time_us : n->first_us;
    n->last_us = ev->time_us > n->last_us ? ev->time_us : n->last_us;
    add_host(n, sensor_host_of(ev));
}

static unsigned severity(const struct finding *n)
{
    return eve_severity(&(struct index_hit){.action = n->action, .confidence = n->confidence});
}

static int by_weight(const void *x, const void *y)
{
    const struct finding *a = x, *b = y;
    if (severity(a) != severity(b))
        return severity(a) < severity(b) ? -1 : 1;
    if (a->times != b->times)
        return a->times > b->times ? -1 : 1;
    if (a->first_us != b->first_us)
        return a->first_us < b->first_us ? -1 : 1;
    if (a->selector.kind != b->selector.kind)
        return a->selector.kind < b->selector.kind ? -1 : 1;
    struct str s = a->selector.value, t = b->selector.value;
    size_t least = s.len < t.len ? s.len : t.len;
    int order = memcmp(s.ptr, t.ptr, least);
    return order ? order : (s.len > t.len) - (s.len < t.len);
}

const struct finding *findings_sorted(struct findings *f, size_t *ret_count)
{
    if (f->count)
        qsort(f->list, f->count, sizeof *f->list, by_weight);
    *ret_count = f->count;
    return f->list;
}

uint64_t findings_unlisted(const struct findings *f)
{
    return f->unlisted;
}
