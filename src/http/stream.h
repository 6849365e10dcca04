/* stream.h - one event, serialised once, sent to every reader of its class (server-sent events).
 *
 * Why a hub: ten thousand members follow the same warnings. A class is a set of readers for whom the gate
 * decides alike (release/reader.h); an event is cleared and written for the class once, and its
 * connections share the bytes. A connection holds a place in the class's ring, not a queue of its
 * own; so a slow reader costs nothing, and once it has fallen out of the ring it is cut off. It comes back
 * with Last-Event-ID and is given what it missed from the store, through `fetch`.
 *
 * Numbers are dense and rising within a class (its release log). On the wire an id is
 * "<seal>-<number>", where the seal is drawn from the class and the hub's secret: an id of another
 * class, or of a reader whose class has changed, is answered by an event "reset" and the class's log
 * from its start.
 *
 * A comment goes out every 15 seconds to a quiet stream, so that both ends notice a dead one.
 * Threads: everything here may be called from any thread. Two threads belong to a hub: one wakes
 * connections, one fetches; so stream_publish never waits for a reader.
 *
 *     struct stream_hub *hub = stream_hub_new(&(struct stream_options){.fetch = old, .store = node});
 *     stream_publish(hub, class, seq, "indicator", cleared);
 */
#pragma once

#include "core/cleared.h"
#include "core/err.h"

struct stream_hub;
struct stream_sink;

struct stream_options {
    void *store;
    /* Give the events of `class` after `after`, in order, to stream_old until it returns false or
     * there are no more. Called in the hub's own thread. NULL: there is no past. */
    bool (*fetch)(void *store, struct str class, uint64_t after, struct stream_sink *sink,
                  struct err *e);
    struct str secret;     /* seals ids; the same at each start, or readers begin anew */
    unsigned ring_events;  /* kept for each class [1024] */
    size_t ring_bytes;     /* the same, in bytes [1 MiB] */
    unsigned heartbeat_ms; /* [15000] */
};

struct stream_stats {
    uint64_t readers, published, delivered, cut_slow, fetched;
};

struct stream_hub *stream_hub_new(const struct stream_options *o);
/* After the server that uses it was stopped. NULL is fine. */
void stream_hub_free(struct stream_hub *hub);

/* ERR_DENIED when the bytes were not cleared for `class`; ERR_CONFLICT when `number` does not rise.
 * `event` is one word. The bytes are copied. */
[[nodiscard]] bool stream_publish(struct stream_hub *hub, struct str class, uint64_t number,
                                  const char *event, const struct cleared *data, struct err *e);

/* False: enough, come back later. An event that was not cleared for the class is left out and logged. */
bool stream_old(struct stream_sink *sink, uint64_t number, const char *event,
                const struct cleared *data);

struct stream_stats stream_hub_stats(struct stream_hub *hub);
