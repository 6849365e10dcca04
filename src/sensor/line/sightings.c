/* sightings.c - windows in a ring by age, found by hash; their records go to a keeping thread. */
#include "sensor/sightings.h"

#include "core/hash.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "net/packet.h"
#include "sensor/findings.h"
#include "sensor/line/keeping_private.h"

enum { CHAINS = 8192, NONE = -1, RECORD_ROOM = 16 * 1024, KEY_ROOM = SELECTOR_VALUE_MAX + 64 };

struct window {
    uint64_t hash;
    struct addr host;
    int64_t start_us, last_us;
    uint64_t repeats; /* since the record that opened it */
    int next;         /* in its chain */
    enum selector_kind kind;
    uint16_t len;
    char value[SELECTOR_VALUE_MAX];
    /* of the latest match */
    enum sensor_where where;
    struct flow_ends ends;
    uint8_t client[16], server[16];
    char community[COMMUNITY_ID_SIZE];
};

struct sightings {
    struct uuid sensor;
    struct window *windows; /* a ring, oldest at `first` */
    size_t first, open;
    int chains[CHAINS];
    struct buf record; /* the one being written */
    struct keeping *keeping;
    uint64_t matches, early;
};

/* ---- records ---- */

static struct uuid id_of(const struct sightings *s, const struct window *w, int64_t time_us,
                         uint64_t count)
{
    char name[KEY_ROOM + 160], host[ADDR_TEXT_SIZE];
    struct str h = addr_format(&w->host, host);
    int len =
        snprintf(name, sizeof name, "%s %.*s " STR_FMT " %lld %s %s %llu",
                 selector_kind_name(w->kind), (int)w->len, w->value, STR_ARG(h), (long long)time_us,
                 sensor_where_text(w->where), w->community, (unsigned long long)count);
    return uuid_v5(&s->sensor, (struct str){name, (size_t)len});
}

static void put_end(struct jsonw *w, const char *ip, const char *port, const uint8_t address[16],
                    uint16_t number)
{
    char text[ADDR_TEXT_SIZE];
    struct addr a = packet_addr(address);
    jw_member_str(w, ip, addr_format(&a, text));
    jw_member_int(w, port, number);
}

static void write_record(struct sightings *s, const struct window *w, int64_t time_us,
                         uint64_t count)
{
    struct uuid id = id_of(s, w, time_us, count);
    char text[UUID_TEXT_LEN + 1];
    buf_clear(&s->record);
    struct jsonw j = JSONW(&s->record);
    jw_object(&j);
    jw_member_str(&j, "id", uuid_format(&id, text));
    jw_member_time(&j, "time", time_us);
    jw_key(&j, "selector"), jw_object(&j);
    jw_member_cstr(&j, "kind", selector_kind_name(w->kind));
    jw_member_str(&j, "value", (struct str){w->value, w->len});
    jw_end(&j);
    jw_member_cstr(&j, "where", sensor_where_text(w->where));
    jw_key(&j, "flow"), jw_object(&j);
    put_end(&j, "src_ip", "src_port", w->client, w->ends.client_port);
    put_end(&j, "dest_ip", "dest_port", w->server, w->ends.server_port);
    jw_member_int(&j, "proto", w->ends.proto);
    jw_end(&j);
    jw_member_cstr(&j, "community_id", w->community);
    jw_member_int(&j, "count", (int64_t)count);
    jw_end(&j);
    keeping_put(s->keeping, &s->record);
}

/* ---- windows ---- */

static struct window *oldest(struct sightings *s)
{
    return &s->windows[s->first];
}

static void close_oldest(struct sightings *s)
{
    struct window *w = oldest(s);
    if (w->repeats)
        write_record(s, w, w->last_us, w->repeats);
    int self = (int)s->first;
    int *at = &s->chains[w->hash % CHAINS];
    while (*at != self)
        at = &s->windows[*at].next;
    *at = w->next;
    s->first = (s->first + 1) % SIGHTING_WINDOWS;
    s->open--;
}

void sightings_advance(struct sightings *s, int64_t now_us)
{
    while (s->open && now_us - oldest(s)->start_us >= SIGHTING_WINDOW_US)
        close_oldest(s);
}

static struct window *find(struct sightings *s, uint64_t hash, const struct selector *selector,
                           const struct addr *host)
{
    for (int at = s->chains[hash % CHAINS]; at != NONE; at = s->windows[at].next) {
        struct window *w = &s->windows[at];
        if (w->hash == hash && w->kind == selector->kind &&
            str_eq((struct str){w->value, w->len}, selector->value) && w->host.v6 == host->v6 &&
            memcmp(w->host.bytes, host->bytes, sizeof host->bytes) == 0)
            return w;
    }
    return NULL;
}

static struct window *open_window(struct sightings *s, uint64_t hash,
                                  const struct selector *selector, const struct addr *host)
{
    if (s->open == SIGHTING_WINDOWS) {
        close_oldest(s);
        s->early++;
    }
    size_t at = (s->first + s->open++) % SIGHTING_WINDOWS;
    struct window *w = &s->windows[at];
    w->hash = hash;
    w->host = *host;
    w->repeats = 0;
    w->kind = selector->kind;
    w->len = (uint16_t)selector->value.len;
    memcpy(w->value, selector->value.ptr, selector->value.len);
    w->next = s->chains[hash % CHAINS];
    s->chains[hash % CHAINS] = (int)at;
    return w;
}

static void remember(struct window *w, const struct sensor_event *ev)
{
    w->last_us = ev->time_us;
    w->where = ev->match->where;
    w->ends = *ev->ends;
    memcpy(w->client, ev->ends->client, sizeof w->client);
    memcpy(w->server, ev->ends->server, sizeof w->server);
    flow_community_id(ev->flow, 0, w->community);
}

void sightings_add(struct sightings *s, const struct sensor_event *ev)
{
    char text[ADDR_TEXT_SIZE + 64];
    struct selector selector = index_hit_selector(&ev->match->hit, text);
    struct addr host = sensor_host_of(ev);
    if (selector.value.len > SELECTOR_VALUE_MAX)
        return;
    s->matches++;
    sightings_advance(s, ev->time_us);
    uint64_t hash = hash_str(selector.value) * 31 + (uint64_t)selector.kind;
    hash ^= hash_str((struct str){(const char *)host.bytes, sizeof host.bytes}) * 17;
    struct window *w = find(s, hash, &selector, &host);
    if (w) {
        w->repeats++;
        remember(w, ev);
        return;
    }
    w = open_window(s, hash, &selector, &host);
    w->start_us = ev->time_us;
    remember(w, ev);
    write_record(s, w, ev->time_us, 1);
}

void sightings_flush(struct sightings *s)
{
    while (s->open)
        close_oldest(s);
    keeping_wait(s->keeping);
}

struct sightings_stats sightings_stats(struct sightings *s)
{
    struct keeping_stats k = keeping_stats(s->keeping);
    return (struct sightings_stats){.matches = s->matches,
                                    .records = k.records,
                                    .dropped = k.dropped,
                                    .unkept = k.unkept,
                                    .early = s->early};
}

/* ---- life ---- */

bool sightings_new(const struct keeper *keeper, const struct uuid *sensor, struct sightings **ret,
                   struct err *e)
{
    AUTO(sightings_drop) struct sightings *s = calloc(1, sizeof *s);
    if (!s || !(s->windows = calloc(SIGHTING_WINDOWS, sizeof *s->windows)))
        abort();
    s->sensor = *sensor;
    for (size_t i = 0; i < CHAINS; i++)
        s->chains[i] = NONE;
    s->record = BUF(RECORD_ROOM);
    if (!buf_room(&s->record, RECORD_ROOM))
        abort();
    if (!keeping_new(keeper, "sightings", SIGHTING_HELD, &s->keeping, e))
        return false;
    *ret = TAKE(s);
    return true;
}

void sightings_drop(struct sightings **sightings)
{
    struct sightings *s = *sightings;
    if (!s)
        return;
    keeping_drop(&s->keeping);
    buf_drop(&s->record);
    free(s->windows);
    free(s);
    *sightings = NULL;
}

static bool keep_in_spool(void *context, struct str records, struct err *e)
{
    return spool_put(context, records, e);
}

struct keeper spool_keeper(struct spool *s)
{
    return (struct keeper){s, keep_in_spool};
}

bool sensor_id_of(const char *dir, struct uuid *ret_id, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(8192);
    struct str path = arena_fmt(&memory, "%s/sensor.id", dir), text;
    const char *name = arena_cstr(&memory, path);
    struct err absent = {0};
    if (!name)
        return err_set(e, ERR_LIMIT, "the spool's path is too long");
    if (file_read(&memory, name, 64, &text, &absent)) {
        while (text.len && text.ptr[text.len - 1] == '\n')
            text.len--;
        return uuid_parse(text, ret_id) || err_set(e, ERR_INVALID, "%s: not a UUID", name);
    }
    if (absent.code != ERR_NOT_FOUND) {
        *e = absent;
        return false;
    }
    *ret_id = uuid_v4();
    char line[UUID_TEXT_LEN + 2];
    uuid_format(ret_id, line);
    line[UUID_TEXT_LEN] = '\n';
    return file_replace(name, (struct str){line, UUID_TEXT_LEN + 1}, 0600, e);
}
