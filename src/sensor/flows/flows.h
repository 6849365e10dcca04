/* flows.h - flow records of routers worked on as if their packets had been seen: events and observations.
 *
 * Why: where no tap can be set, NetFlow or IPFIX is what there is. What it tells of (who, with whom, when, how
 * much) is matched against the same selectors, written by the same writers, and watched by the same
 * behaviour detectors.
 *
 *     struct flow_feed_settings s = {.view = {.base = image}, .metadata = true, .on_event = print_event};
 *     AUTO(flow_feed_drop) struct flow_feed *f = NULL;
 *     if (!flow_feed_new(&s, &f, e) || !flow_feed_file(f, path, NULL, NULL, e))
 *         return false;
 *     struct flow_feed_counts n = flow_feed_counts(f);
 *
 * A record is a flow: SENSOR_MATCH for an end (and, of our own export, SNI, JA4 or DNS name) that a selector
 * covers, then an OBSERVED_FLOW, then SENSOR_FLOW where `metadata` is set. Records that count one
 * direction alone are flows of one direction; who is the server is read from the ports then: a port below 1024
 * against one above. Counts are the exporter's own, never multiplied by its sampling; sampled records are counted.
 *
 * Fates (sensor/fate.h) hold for records as for packets: each is matched or discarded, at once.
 * The sums:  records of the reader = `records` = flows_foreign + matched or discarded ones.
 *
 * Threads: one. Memory: netflow.h's tables, taken at birth.
 */
#pragma once

#include "core/time.h"
#include "detect/observation.h"
#include "index/set.h"
#include "net/export/netflow_udp.h"
#include "sensor/event.h"
#include "sensor/fate.h"

struct flow_feed_settings {
    struct index_view view; /* what to match, when `set` is NULL; may be empty */
    struct index_set *
        set; /* live selectors: the view is taken anew for each file's step or turn of the socket */
    const struct addr
        *own; /* borrowed for the feed's life; flows with no end in them are counted alone */
    size_t own_count;
    uint32_t enterprise; /* of our own export's strings; 0: none are read */
    bool metadata;       /* SENSOR_FLOW events too */
    void *context;
    void (*on_event)(void *context, const struct sensor_event *ev); /* either may be NULL */
    void (*on_observation)(void *context, const struct observation *o);
};

struct flow_feed_counts {
    struct netflow_stats reader;
    uint64_t records, flows_foreign, sampled;
    uint64_t packets, bytes; /* as the records say, both directions */
    uint64_t addresses_asked, names_asked, keys_asked;
    uint64_t matched[SENSOR_WHERES];
    uint64_t frames, other_packets; /* of captures: read; that brought no export */
    uint64_t broken;                /* files that end inside a message */
    struct fate_counts fate;
    int64_t first_us, last_us; /* of the records; 0: none */
};

struct flow_feed;

[[nodiscard]] bool flow_feed_new(const struct flow_feed_settings *s, struct flow_feed **ret,
                                 struct err *e);
void flow_feed_drop(struct flow_feed **f);

/* A capture whose UDP payloads are exports, or a file of IPFIX messages one after the other (RFC 5655).
 * `step` (may be NULL) is called now and then, with the latest time so far, when nothing is half done; it says
 * false to stop. ERR_INVALID: neither of the two. */
typedef bool flow_feed_step(void *context, int64_t time_us);
[[nodiscard]] bool flow_feed_file(struct flow_feed *f, const char *path, flow_feed_step *step,
                                  void *context, struct err *e);

/* One turn of a socket, with this feed's reader: waits at most `wait_ms`. The clock's time stands in for what
 * records do not tell. */
[[nodiscard]] bool flow_feed_poll(struct flow_feed *f, struct netflow_udp *u, int wait_ms,
                                  struct clock *clock, struct err *e);

/* One datagram, and one record. For other sources. */
void flow_feed_datagram(struct flow_feed *f, const uint8_t exporter[16], struct str datagram,
                        int64_t now_us);
void flow_feed_record(struct flow_feed *f, const struct flow_record *r);

struct flow_feed_counts flow_feed_counts(const struct flow_feed *f);
