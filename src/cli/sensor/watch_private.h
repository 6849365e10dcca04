/* watch_private.h - the watching process: its queues, its desk, what opens them and what runs them. */
#pragma once

#include "cli/sensor/sensor_private.h"
#include "net/ring.h"
#include "sensor/eve.h"
#include "sensor/lawful/book.h"
#include "sensor/pipeline.h"

#include <pthread.h>
#include <stdatomic.h>

struct watch;

struct queue { /* one thread, one capture, one pipeline */
    struct watch *watch;
    struct capture *capture;
    struct pipeline *pipeline;
    struct direction_cache *direction; /* NULL: told apart by flow */
    struct fate_counts fate;           /* after its last batch */
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
    struct eve *eve;
    int eve_fd;
};

/* Everything that needs rights, then the rights go, then what needs threads. False: `e` says why. */
[[nodiscard]] bool watch_open(struct watch *w, struct err *e);
void watch_close(struct watch *w);
