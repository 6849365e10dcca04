/* watch_private.h - the watching process: its queues, its desk, what opens them and what runs them. */
#pragma once

#include "cli/sensor/sensor_private.h"
#include "net/ring.h"
#include "sensor/eve.h"
#include "sensor/flows/export.h"
#include "sensor/flows/flows.h"
#include "sensor/lawful/book.h"
#include "sensor/pipeline.h"
#include "sensor/report.h"
#include "sensor/zeek/zeek.h"

#include <pthread.h>
#include <stdatomic.h>

struct watch;

struct queue { /* one thread, one capture, one pipeline */
    struct watch *watch;
    struct capture *capture;
    struct pipeline *pipeline;
    struct direction_cache *direction; /* NULL: told apart by flow */
    struct fate_counts fate;           /* after its last batch */
    struct zeek *zeek;                 /* its writer of lines into the desk's buffer */
    pthread_t thread;
    struct err e;
};

struct watch {
    struct sensor *sensor;
    struct live_set *set;
    struct queue queues[SENSOR_QUEUES_MOST];
    size_t count;
    int64_t first_us, began; /* replay: packet time, and the clock then */
    int64_t told;
    _Atomic bool stop;
    struct cli_mandate mandate;
    struct index_image *image; /* of the authorisation's own selectors; NULL: the node's */
    pthread_mutex_t desk;      /* what follows: all queues write to it */
    struct book *book;
    struct sightings *sightings;
    struct detect *detect; /* NULL: off */
    struct report *report; /* NULL: what is found stays here */
    uint64_t detections;
    struct eve *eve;
    struct zeek_logs *zeek;
    struct buf zeek_lines; /* of one event */
    struct flow_export *ipfix;
    int eve_fd, ipfix_fd;
    struct netflow_udp *flow_socket; /* in place of captures: then there is one queue, without */
    struct flow_feed *feed;
};

/* An event or an observation of a queue's, under the desk's lock. */
void watch_event(void *queue, const struct sensor_event *ev);
void watch_observation(void *queue, const struct observation *o);

/* watch_outputs.c: EVE, Zeek's logs and IPFIX; all calls but the opening under the desk's lock. */
[[nodiscard]] bool watch_outputs_open(struct watch *w, struct err *e);
bool watch_wants_metadata(const struct watch *w);
void watch_outputs_event(struct queue *q, const struct sensor_event *ev);
[[nodiscard]] bool watch_outputs_flush(struct watch *w, struct err *e);
[[nodiscard]] bool watch_outputs_finish(struct watch *w, struct err *e);
void watch_outputs_close(struct watch *w);

/* watch_behaviour.c */
[[nodiscard]] bool watch_behaviour_open(struct watch *w, struct err *e);
[[nodiscard]] bool watch_behaviour_report(struct watch *w, const struct keeper *keeper,
                                          struct err *e);
bool watch_wants_observations(const struct watch *w);
void watch_behaviour_finish(struct watch *w);
void watch_behaviour_close(struct watch *w);

/* watch_flows.c: the socket is opened with all else; the feed comes when rights have gone. */
[[nodiscard]] bool watch_flows_open(struct watch *w, struct err *e);
[[nodiscard]] bool watch_flows_feed(struct watch *w, struct err *e);
/* One turn, of half a second at most. */
[[nodiscard]] bool watch_flows_turn(struct watch *w, struct err *e);
void watch_flows_tell(const struct watch *w);
void watch_flows_close(struct watch *w);

/* Everything that needs rights, then the rights go, then what needs threads. False: `e` says why. */
[[nodiscard]] bool watch_open(struct watch *w, struct err *e);
void watch_close(struct watch *w);
