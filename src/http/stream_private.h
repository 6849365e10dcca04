/* stream_private.h - a connection's place in a stream, and what hub and places share.
 *
 * One lock, the hub's, guards all of it, the decision to suspend a connection too: between "there is
 * nothing to send" and "suspended" no event can slip through, since whoever publishes takes the same lock
 * before it wakes anybody. Event bytes are counted references and are copied outside the lock.
 */
#pragma once

#include "core/vec.h"
#include "http/stream.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

enum { STREAM_SEAL_SIZE = 17 };

struct stream_event { /* whole on the wire: id, event, data, empty line */
    _Atomic unsigned refs;
    uint64_t number;
    size_t len;
    char bytes[];
};

struct stream_slot {
    struct stream_event *event;
};

/* How the server suspends and resumes a connection; both are called under the hub's lock. */
struct stream_port {
    void (*sleep)(void *connection);
    void (*wake)(void *connection);
    void *connection;
};

struct stream_sub {
    struct stream_hub *hub;
    struct stream_class *class;
    struct stream_port port;
    struct stream_sub *next, **link; /* among those asleep, the longest asleep first */
    struct stream_sub *next_fetch;
    bool asleep, ended, left;
    bool beat;        /* a comment is due */
    bool reset;       /* the reader is to be told to start anew */
    bool from_now;    /* starts with the first event the class will have */
    bool live;        /* has read from the ring: behind it means slow */
    bool fetching;    /* in the hands of the fetching thread */
    bool nothing_old; /* the store had nothing after `last`, and the ring is not known yet */
    uint64_t last;    /* number of the last event given to the connection */
    uint64_t tick;    /* the class's when it went to sleep */
    int64_t since;    /* when it went to sleep */
    struct stream_event *current;
    size_t sent; /* of current */
    VEC(struct stream_slot) old;
    size_t old_at;
};

struct stream_class {
    struct stream_class *next; /* in its bucket */
    struct stream_hub *hub;
    struct str name;
    char seal[STREAM_SEAL_SIZE];
    struct stream_slot *ring;
    size_t first, count, bytes;
    bool known;            /* something was published since the hub was made */
    uint64_t before, last; /* the number before the ring's first, and its last */
    uint64_t tick;         /* counts publications */
    size_t readers;
    struct stream_sub *asleep, **asleep_end;
    bool dirty;
    struct stream_class *next_dirty;
};

enum { STREAM_BUCKETS = 1024 };

struct stream_hub {
    struct stream_options options;
    struct str secret;
    pthread_mutex_t lock;
    pthread_cond_t news, to_fetch;
    pthread_t waker, fetcher;
    bool stopping;
    struct stream_class *buckets[STREAM_BUCKETS];
    struct stream_class *dirty;
    struct stream_sub *fetch_first, **fetch_end;
    struct stream_stats stats;
};

/* Under the lock. */
struct stream_class *stream_class_of(struct stream_hub *hub, struct str name);
void stream_sleep(struct stream_sub *s);
void stream_wake(struct stream_sub *s);
struct stream_event *stream_event_ref(struct stream_event *ev);

/* Without it. NULL when `event` is no word. */
struct stream_event *stream_event_make(const struct stream_class *c, uint64_t number,
                                       const char *event, struct str data);
void stream_event_unref(struct stream_event *ev); /* NULL is fine */
void *stream_fetch_thread(void *argument);        /* the hub */

/* For the server. */
struct stream_sub *stream_join(struct stream_hub *hub, struct str class, struct str last_event_id,
                               bool from_start, const struct stream_port *port);
/* Bytes put in `out`; 0: none now, the connection was suspended; -1: the stream is over. */
ssize_t stream_read(struct stream_sub *s, char *out, size_t room);
void stream_end(struct stream_sub *s); /* the next stream_read says -1; wakes it */
void stream_leave(struct stream_sub *s);
