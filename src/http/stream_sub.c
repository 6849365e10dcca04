/* stream_sub.c - one connection's way through a class: first the store, then the ring.
 *
 * A place is behind the ring (its `last` is less than the number before the ring's first) until the store has
 * brought it up. Once it has read from the ring it is live; to be behind again is to be slow, and ends
 * the stream. So nothing is ever queued for a slow reader.
 */
#include "core/log.h"
#include "core/time.h"
#include "http/stream_private.h"

enum { FETCH_EVENTS = 256, FETCH_BYTES = 1 << 20 };

void stream_sleep(struct stream_sub *s)
{
    struct stream_class *c = s->class;
    s->asleep = true;
    s->tick = c->tick;
    s->since = time_monotonic();
    s->next = NULL;
    s->link = c->asleep_end;
    *c->asleep_end = s;
    c->asleep_end = &s->next;
    s->port.sleep(s->port.connection);
}

static void unlink_asleep(struct stream_sub *s)
{
    *s->link = s->next;
    if (s->next)
        s->next->link = s->link;
    else
        s->class->asleep_end = s->link;
    s->asleep = false;
}

void stream_wake(struct stream_sub *s)
{
    unlink_asleep(s);
    s->port.wake(s->port.connection);
}

/* "<seal>-<number>" of this class; false for anything else. */
static bool parse_id(const struct stream_class *c, struct str id, uint64_t *ret_number)
{
    struct str digits, seal = str_cut(id, '-', &digits);
    if (!str_eq(seal, (struct str){c->seal, STREAM_SEAL_SIZE - 1}) || !digits.len)
        return false;
    uint64_t n = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char d = digits.ptr[i];
        if (d < '0' || d > '9' || __builtin_mul_overflow(n, 10u, &n) ||
            __builtin_add_overflow(n, (uint64_t)(d - '0'), &n))
            return false;
    }
    *ret_number = n;
    return true;
}

struct stream_sub *stream_join(struct stream_hub *hub, struct str class, struct str last_event_id,
                               bool from_start, const struct stream_port *port)
{
    struct stream_sub *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->hub = hub;
    s->port = *port;
    s->beat = true; /* a first comment: the reader knows at once that it is connected */

    pthread_mutex_lock(&hub->lock);
    struct stream_class *c = stream_class_of(hub, class);
    s->class = c;
    c->readers++;
    hub->stats.readers++;
    if (last_event_id.len) {
        bool good = parse_id(c, last_event_id, &s->last) && !(c->known && s->last > c->last);
        if (!good)
            s->last = 0;
        s->reset = !good;
    } else if (!from_start) {
        s->from_now = !c->known;
        s->last = c->last;
    }
    pthread_mutex_unlock(&hub->lock);
    return s;
}

static struct stream_event *next_in_ring(const struct stream_class *c, uint64_t last)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->ring[(c->first + middle) % c->hub->options.ring_events].event->number > last)
            high = middle;
        else
            low = middle + 1;
    }
    return low < c->count ? c->ring[(c->first + low) % c->hub->options.ring_events].event : NULL;
}

static void ask_store(struct stream_sub *s)
{
    s->fetching = true;
    s->next_fetch = NULL;
    *s->hub->fetch_end = s;
    s->hub->fetch_end = &s->next_fetch;
    pthread_cond_signal(&s->hub->to_fetch);
}

/* What the connection sends next: an event (referenced), or NULL. May ask the store, or end the stream. */
static struct stream_event *next_event(struct stream_sub *s)
{
    struct stream_class *c = s->class;
    if (s->old_at < s->old.len)
        return s->old.ptr[s->old_at++].event;
    if (s->fetching)
        return NULL;
    if (s->from_now && c->known) {
        s->from_now = false;
        s->last = c->before;
    }
    if (s->from_now || (!c->known && (s->nothing_old || !s->hub->options.fetch)))
        return NULL;

    if (c->known && (s->last >= c->before || (!s->live && !s->hub->options.fetch))) {
        s->live = true;
        struct stream_event *ev = next_in_ring(c, s->last);
        return ev ? stream_event_ref(ev) : NULL;
    }
    if (s->live) {
        s->ended = true;
        s->hub->stats.cut_slow++;
        return NULL;
    }
    ask_store(s);
    return NULL;
}

static size_t put_control(struct stream_sub *s, char *out, size_t room)
{
    struct str text = s->reset ? S("event: reset\ndata: {}\n\n") : S(":\n\n");
    if (room < text.len)
        return 0;
    s->reset = s->beat = false;
    memcpy(out, text.ptr, text.len);
    return text.len;
}

/* Under the lock: makes `current` what comes next, or sends the connection to sleep. */
static ssize_t take_next(struct stream_sub *s, char *out, size_t room)
{
    if (s->ended)
        return -1;
    if (s->reset || s->beat)
        return (ssize_t)put_control(s, out, room);
    s->current = next_event(s);
    s->sent = 0;
    if (s->current) {
        s->last = s->current->number;
        s->hub->stats.delivered++;
    } else if (!s->ended) {
        stream_sleep(s);
    }
    return s->ended ? -1 : 0;
}

ssize_t stream_read(struct stream_sub *s, char *out, size_t room)
{
    if (!s->current) {
        pthread_mutex_lock(&s->hub->lock);
        ssize_t n = take_next(s, out, room);
        pthread_mutex_unlock(&s->hub->lock);
        if (n != 0 || !s->current)
            return n;
    }
    size_t left = s->current->len - s->sent;
    size_t n = left < room ? left : room;
    memcpy(out, s->current->bytes + s->sent, n);
    s->sent += n;
    if (s->sent == s->current->len)
        stream_event_unref(TAKE(s->current));
    return (ssize_t)n;
}

void stream_end(struct stream_sub *s)
{
    pthread_mutex_lock(&s->hub->lock);
    s->ended = true;
    if (s->asleep)
        stream_wake(s);
    pthread_mutex_unlock(&s->hub->lock);
}

static void sub_free(struct stream_sub *s)
{
    stream_event_unref(s->current);
    while (s->old_at < s->old.len)
        stream_event_unref(s->old.ptr[s->old_at++].event);
    vec_drop(&s->old);
    free(s);
}

void stream_leave(struct stream_sub *s)
{
    pthread_mutex_lock(&s->hub->lock);
    if (s->asleep)
        unlink_asleep(s);
    s->class->readers--;
    s->hub->stats.readers--;
    s->left = true;
    bool mine = !s->fetching;
    pthread_mutex_unlock(&s->hub->lock);
    if (mine)
        sub_free(s);
}

struct stream_sink {
    const struct stream_class *class;
    VEC(struct stream_slot) events;
    size_t bytes;
    uint64_t last;
};

bool stream_old(struct stream_sink *sink, uint64_t number, const char *event,
                const struct cleared *data)
{
    struct str bytes = cleared_bytes(data, sink->class->name);
    struct stream_event *ev = NULL;
    if (bytes.ptr && number > sink->last)
        ev = stream_event_make(sink->class, number, event, bytes);
    if (!ev) {
        log_error("event %llu of the store is not fit for its class and was left out",
                  (unsigned long long)number);
        return true;
    }
    sink->last = number;
    sink->bytes += ev->len;
    vec_push(&sink->events, (struct stream_slot){ev});
    return sink->events.len < FETCH_EVENTS && sink->bytes < FETCH_BYTES;
}

/* Under the lock. Nothing found between `last` and the ring means that nothing is there. */
static void give(struct stream_sub *s, struct stream_sink *found, bool worked, uint64_t before)
{
    s->fetching = false;
    if (found->events.len) {
        vec_drop(&s->old);
        s->old.ptr = found->events.ptr;
        s->old.len = found->events.len;
        s->old.cap = found->events.cap;
        s->old_at = 0;
        s->hub->stats.fetched += found->events.len;
    } else {
        vec_drop(&found->events);
        s->nothing_old = worked;
        if (before > s->last)
            s->last = before;
    }
    s->ended = s->ended || !worked; /* it comes back, and by then the store may answer */
    if (s->asleep)
        stream_wake(s);
}

static void fetch_for(struct stream_sub *s)
{
    struct stream_hub *hub = s->hub;
    uint64_t before = s->class->known ? s->class->before : 0;
    struct stream_sink found = {.class = s->class, .last = s->last};
    pthread_mutex_unlock(&hub->lock);

    struct err e = {0};
    bool worked = hub->options.fetch(hub->options.store, s->class->name, found.last, &found, &e);
    if (!worked)
        log_warn("reading old events: %s", e.text);

    pthread_mutex_lock(&hub->lock);
    give(s, &found, worked, worked ? before : 0);
    if (s->left)
        sub_free(s);
}

void *stream_fetch_thread(void *argument)
{
    struct stream_hub *hub = argument;
    pthread_mutex_lock(&hub->lock);
    for (;;) {
        while (!hub->fetch_first && !hub->stopping)
            pthread_cond_wait(&hub->to_fetch, &hub->lock);
        struct stream_sub *s = hub->fetch_first;
        if (!s)
            break;
        hub->fetch_first = s->next_fetch;
        if (!hub->fetch_first)
            hub->fetch_end = &hub->fetch_first;
        if (s->left) {
            sub_free(s);
            continue;
        }
        fetch_for(s);
    }
    pthread_mutex_unlock(&hub->lock);
    return NULL;
}
