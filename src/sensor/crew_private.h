/* crew_private.h - a chunk of the file on its way, and the crew around it. */
#pragma once

#include "sensor/crew.h"

#include "sensor/lawful/mandate.h"

#include <pthread.h>

enum { NOBODYS = 0xff, DEFERRED = 0xfe }; /* owners of what is no packet, and of fragments */

struct chunk {
    uint8_t *window; /* the frames' bytes */
    struct frame *frames;
    struct packet *packets; /* of the frames, in order; of the ones put off, a place */
    uint8_t *owner;         /* of each packet: a worker */
    uint16_t *frame_of;     /* of each packet */
    size_t frame_count, count;
    uint64_t first; /* number of the first frame */
    bool ending;    /* no frames: the end of all flows of one shard */
    unsigned shard; /* that one */
    bool decoded;
    unsigned put_off;          /* fragments among the packets */
    struct buf joined;         /* payloads that lie in no frame */
    struct fate_counts fate;   /* of what no worker is given */
    struct fate_counts *fates; /* of the workers, when they were through with it */
    unsigned done;             /* workers that have processed it */
    struct outbox *boxes;
};

struct worker {
    struct crew *crew;
    unsigned number;
    pthread_t thread;
    struct pipeline *pipeline;
    struct decode_ctx *decode;
    struct outbox *box; /* of the chunk that is worked on */
    void **writers;     /* one for each chunk's outbox */
    void *writer;
    uint64_t next; /* chunk to process */
    struct packet *batch;
    struct direction_cache *direction; /* NULL: any direction may be taken in */
};

struct crew {
    struct crew_settings settings;
    struct capture *capture;
    struct err refused;
    struct decode_ctx *fragments; /* where they meet */
    struct worker *workers;
    struct chunk *chunks;
    size_t chunk_count;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool reading, joining, delivering, ended;
    bool wants_end;                   /* nothing more is read */
    uint64_t read, joined, delivered; /* chunks that are through */
    uint64_t frames;
    unsigned finished; /* shards whose end is on its way */
    struct direction_cache *direction; /* of what was put off */
    struct fate_counts undelivered;    /* sum of the chunks' own */
    int64_t time_us;                   /* latest time delivered */
    bool stopped;                      /* whoever listens wants no more */
};

static inline struct chunk *chunk_at(const struct crew *c, uint64_t n)
{
    return &c->chunks[n % c->chunk_count];
}

void chunk_make(struct chunk *k, size_t workers);
void chunk_drop(struct chunk *k, size_t workers);
void chunk_read(struct crew *c, struct chunk *k);
void chunk_decode(struct worker *w, struct chunk *k);
void chunk_join(struct crew *c, struct chunk *k);
void chunk_process(struct worker *w, struct chunk *k);
void chunk_deliver(struct crew *c, struct chunk *k);
