/* sightings.h - matches on their way to the node: counted up, given an id, kept.
 *
 * Why: a beacon matches a thousand times an hour, and the node wants to know at once, but once. The first
 * match of a selector at a host goes out immediately; those of the next ten seconds (packet time) are
 * counted, and the count follows when the ten seconds are over. The sum of all counts is the number of
 * matches.
 *
 * A sighting's id is made from the sensor's own id and from what was seen (selector, host, time, place,
 * flow), so that the same packets read again after a crash give the same ids, and the node counts them
 * once.
 *
 *     {"id":UUID,"time":TIME,"selector":{"kind":…,"value":…},"where":"dns.query",
 *      "flow":{"src_ip":…,"src_port":…,"dest_ip":…,"dest_port":…,"proto":…},
 *      "community_id":"1:…","count":1}
 *
 * On the packet path nothing is allocated and no disk is waited for: records go into one of two buffers,
 * and a thread of this module's own puts them into the spool. When both are full they are dropped
 * and counted.
 * Bounds: SIGHTING_WINDOWS at a time; the oldest closes early when another is needed.
 * Threads: add, advance and flush belong to the packet thread; the rest is for any.
 */
#pragma once

#include "core/uuid.h"
#include "sensor/event.h"
#include "sensor/spool.h"

enum { SIGHTING_WINDOWS = 4096, SIGHTING_HELD = 4 << 20 };
#define SIGHTING_WINDOW_US INT64_C(10000000)

struct sightings;

/* Where records become durable: a spool (spool_keep), or an errand to the process that has one. `records`
 * as spool_put takes them; false: not kept, and counted by whoever asked. */
struct keeper {
    void *context;
    bool (*keep)(void *context, struct str records, struct err *e);
};
struct keeper spool_keeper(struct spool *s);

struct sightings_stats {
    uint64_t matches; /* added */
    uint64_t records; /* made of them */
    uint64_t dropped; /* records for which no buffer had room */
    uint64_t unkept;  /* records the keeper refused */
    uint64_t early;   /* windows closed early */
};

/* `sensor`: this sensor's own id, kept for as long as its spool. Starts the keeping thread. */
[[nodiscard]] bool sightings_new(const struct keeper *keeper, const struct uuid *sensor,
                                 struct sightings **ret, struct err *e);
void sightings_drop(struct sightings **s); /* keeps what is held, then ends the thread */

void sightings_add(struct sightings *s, const struct sensor_event *ev); /* a SENSOR_MATCH */
/* Packet time has come to `now_us`: windows that are over give their counts. */
void sightings_advance(struct sightings *s, int64_t now_us);
void sightings_flush(struct sightings *s); /* all windows; returns when all of it is in the spool */
struct sightings_stats sightings_stats(struct sightings *s);

/* The sensor's id from DIR/sensor.id, made at the first start. */
[[nodiscard]] bool sensor_id_of(const char *dir, struct uuid *ret_id, struct err *e);
