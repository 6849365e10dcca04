/* stream.c - the hub: classes, their rings, and the thread that wakes who has something to read. */
#include "http/stream_private.h"

#include "core/digest.h"
#include "core/encode.h"
#include "core/hash.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/time.h"

#include <time.h>

enum { WAKE_BATCH = 128, SECRET_SIZE = 32 };

static void *alloc(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        abort();
    return p;
}

struct stream_event *stream_event_ref(struct stream_event *ev)
{
    atomic_fetch_add(&ev->refs, 1);
    return ev;
}

void stream_event_unref(struct stream_event *ev)
{
    if (ev && atomic_fetch_sub(&ev->refs, 1) == 1)
        free(ev);
}

static bool is_word(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == ':')
            return false;
    return text[0] != '\0';
}

/* Each line of the data is a field of its own; CR, LF and CRLF all end one (WHATWG 9.2.6). */
static void put_data(struct buf *out, struct str data)
{
    for (bool more = true; more;) {
        size_t n = 0;
        while (n < data.len && data.ptr[n] != '\n' && data.ptr[n] != '\r')
            n++;
        more = n < data.len;
        buf_put(out, S("data: "));
        buf_put(out, (struct str){data.ptr, n});
        buf_byte(out, '\n');
        bool two = n + 1 < data.len && data.ptr[n] == '\r' && data.ptr[n + 1] == '\n';
        data = str_skip(data, n + (two ? 2 : 1));
    }
}

struct stream_event *stream_event_make(const struct stream_class *c, uint64_t number,
                                       const char *event, struct str data)
{
    if (!is_word(event))
        return NULL;
    AUTO(buf_drop) struct buf out = BUF(SIZE_MAX / 2);
    buf_fmt(&out, "id: %s-%llu\nevent: %s\n", c->seal, (unsigned long long)number, event);
    put_data(&out, data);
    buf_byte(&out, '\n');

    struct stream_event *ev = alloc(1, sizeof *ev + out.len);
    atomic_init(&ev->refs, 1);
    ev->number = number;
    ev->len = out.len;
    memcpy(ev->bytes, out.ptr, out.len);
    return ev;
}

static struct stream_class *class_new(struct stream_hub *hub, struct str name)
{
    struct stream_class *c = alloc(1, sizeof *c);
    char *copy = alloc(1, name.len + 1);
    if (name.len)
        memcpy(copy, name.ptr, name.len);
    c->name = (struct str){copy, name.len};
    c->hub = hub;
    c->asleep_end = &c->asleep;

    struct sha256 h;
    uint8_t digest[SHA256_SIZE];
    sha256_start(&h);
    sha256_add(&h, hub->secret);
    sha256_add(&h, S("\0"));
    sha256_add(&h, name);
    sha256_end(&h, digest);
    hex_write(c->seal, digest, (STREAM_SEAL_SIZE - 1) / 2);
    return c;
}

struct stream_class *stream_class_of(struct stream_hub *hub, struct str name)
{
    struct stream_class **at = &hub->buckets[hash_str(name) % STREAM_BUCKETS];
    for (; *at; at = &(*at)->next)
        if (str_eq((*at)->name, name))
            return *at;
    *at = class_new(hub, name);
    return *at;
}

static void ring_drop_first(struct stream_class *c)
{
    struct stream_event *ev = c->ring[c->first].event;
    c->first = (c->first + 1) % c->hub->options.ring_events;
    c->count--;
    c->bytes -= ev->len;
    c->before = ev->number;
    stream_event_unref(ev);
}

/* A class that nobody follows keeps nothing: whoever comes is served from the store. */
static void ring_add(struct stream_class *c, struct stream_event *ev)
{
    const struct stream_options *o = &c->hub->options;
    if (!c->known)
        c->before = ev->number - 1;
    c->known = true;
    c->last = ev->number;
    while (c->count &&
           (c->readers == 0 || c->count == o->ring_events || c->bytes + ev->len > o->ring_bytes))
        ring_drop_first(c);
    if (c->readers == 0) {
        c->before = ev->number;
        return;
    }
    if (!c->ring)
        c->ring = alloc(o->ring_events, sizeof *c->ring);
    c->ring[(c->first + c->count++) % o->ring_events].event = stream_event_ref(ev);
    c->bytes += ev->len;
}

static void mark_dirty(struct stream_class *c)
{
    c->tick++;
    if (c->dirty)
        return;
    c->dirty = true;
    c->next_dirty = c->hub->dirty;
    c->hub->dirty = c;
    pthread_cond_signal(&c->hub->news);
}

bool stream_publish(struct stream_hub *hub, struct str class, uint64_t number, const char *event,
                    const struct cleared *data, struct err *e)
{
    struct str bytes = cleared_bytes(data, class);
    if (!bytes.ptr)
        return err_set(e, ERR_DENIED, "an event was not cleared for the class it is published to");

    pthread_mutex_lock(&hub->lock);
    struct stream_class *c = stream_class_of(hub, class);
    bool rises = number > 0 && (!c->known || number > c->last);
    struct stream_event *ev = rises ? stream_event_make(c, number, event, bytes) : NULL;
    if (ev) {
        ring_add(c, ev);
        hub->stats.published++;
        mark_dirty(c);
    }
    pthread_mutex_unlock(&hub->lock);
    stream_event_unref(ev);
    if (!rises)
        return err_set(e, ERR_CONFLICT, "event %llu does not follow the last of its class",
                       (unsigned long long)number);
    return ev || err_set(e, ERR_INVALID, "an event's name is one word");
}

/* The longest asleep come first, so the first who has seen everything ends the walk. */
static bool wake_some(struct stream_class *c)
{
    for (unsigned i = 0; i < WAKE_BATCH; i++) {
        if (!c->asleep || c->asleep->tick == c->tick)
            return false;
        stream_wake(c->asleep);
    }
    return true;
}

static void wake_dirty(struct stream_hub *hub)
{
    while (hub->dirty) {
        struct stream_class *c = hub->dirty;
        hub->dirty = c->next_dirty;
        c->dirty = false;
        while (wake_some(c)) { /* let those who woke at the lock */
            pthread_mutex_unlock(&hub->lock);
            pthread_mutex_lock(&hub->lock);
        }
    }
}

static void send_heartbeats(struct stream_hub *hub, int64_t now)
{
    int64_t due = now - (int64_t)hub->options.heartbeat_ms * 1000;
    for (size_t i = 0; i < STREAM_BUCKETS; i++) {
        for (struct stream_class *c = hub->buckets[i]; c; c = c->next) {
            while (c->asleep && c->asleep->since <= due) {
                c->asleep->beat = true;
                stream_wake(c->asleep);
            }
        }
    }
}

static void *wake_thread(void *argument)
{
    struct stream_hub *hub = argument;
    int64_t pause = (int64_t)hub->options.heartbeat_ms * 1000 / 4;
    pthread_mutex_lock(&hub->lock);
    for (int64_t next = time_monotonic() + pause; !hub->stopping;) {
        struct timespec until = {.tv_sec = next / TIME_SECOND,
                                 .tv_nsec = next % TIME_SECOND * 1000};
        if (!hub->dirty)
            pthread_cond_timedwait(&hub->news, &hub->lock, &until);
        wake_dirty(hub);
        int64_t now = time_monotonic();
        if (now >= next) {
            send_heartbeats(hub, now);
            next = now + pause;
        }
    }
    pthread_mutex_unlock(&hub->lock);
    return NULL;
}

static void set_defaults(struct stream_hub *hub, const struct stream_options *o)
{
    hub->options = *o;
    if (!o->ring_events)
        hub->options.ring_events = 1024;
    if (!o->ring_bytes)
        hub->options.ring_bytes = 1 << 20;
    if (!o->heartbeat_ms)
        hub->options.heartbeat_ms = 15000;

    size_t len = o->secret.len ? o->secret.len : SECRET_SIZE;
    char *secret = alloc(1, len);
    if (o->secret.len)
        memcpy(secret, o->secret.ptr, len);
    else
        random_bytes(secret, len);
    hub->secret = (struct str){secret, len};
}

struct stream_hub *stream_hub_new(const struct stream_options *o)
{
    struct stream_hub *hub = alloc(1, sizeof *hub);
    set_defaults(hub, o);
    hub->fetch_end = &hub->fetch_first;
    pthread_mutex_init(&hub->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&hub->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&hub->to_fetch, NULL);
    if (pthread_create(&hub->waker, NULL, wake_thread, hub) != 0 ||
        pthread_create(&hub->fetcher, NULL, stream_fetch_thread, hub) != 0) {
        log_error("cannot start the threads of the event stream");
        abort();
    }
    return hub;
}

static void class_free(struct stream_class *c)
{
    while (c->count)
        ring_drop_first(c);
    free(c->ring);
    free((char *)(uintptr_t)c->name.ptr);
    free(c);
}

void stream_hub_free(struct stream_hub *hub)
{
    if (!hub)
        return;
    pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    pthread_cond_signal(&hub->news);
    pthread_cond_signal(&hub->to_fetch);
    pthread_mutex_unlock(&hub->lock);
    pthread_join(hub->waker, NULL);
    pthread_join(hub->fetcher, NULL);
    for (size_t i = 0; i < STREAM_BUCKETS; i++) {
        for (struct stream_class *c = hub->buckets[i], *next; c; c = next) {
            next = c->next;
            class_free(c);
        }
    }
    pthread_cond_destroy(&hub->news);
    pthread_cond_destroy(&hub->to_fetch);
    pthread_mutex_destroy(&hub->lock);
    free((char *)(uintptr_t)hub->secret.ptr);
    free(hub);
}

struct stream_stats stream_hub_stats(struct stream_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    struct stream_stats s = hub->stats;
    pthread_mutex_unlock(&hub->lock);
    return s;
}
