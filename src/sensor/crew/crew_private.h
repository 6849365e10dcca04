/* crew_private.h - a chunk of the file on its way, and the crew around it. */
#pragma once

#include "sensor/crew.h"

#include "sensor/lawful/mandate.h"

#include <pthread.h>

enum { CHUNKS_EACH = 2 };
enum { NOBODYS = 0xff }; /* a shard: the packet is over a cap, and nobody takes it */

struct lot { /* packets that go one way, in the order of the file */
    struct packet *packets;
    struct flow_place *places; /* where the crew needs them */
    size_t count;
};

struct chunk {
    unsigned index;        /* of the crew's chunks */
    struct worker *reader; /* whose it is */
    struct chunk *spare;   /* the next one that is free */
    uint8_t *window;       /* the frames' bytes; the lots lie behind it */
    struct frame *frames;
    size_t frame_count;
    uint64_t first; /* number of the first frame, from 1; 0: it was never read into */
    bool ending;    /* no frames: the end of all flows of one shard */
    unsigned shard; /* that one */
    bool decoded;
    struct lot *lots;  /* one for each worker, and one of what was joined of fragments */
    uint16_t *put_off; /* frames that are fragments */
    size_t put_off_count;
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
    /* Its own that are free, the last one given back first: what it reads into is still near. */
    struct chunk *spare;
    struct packet *batch; /* decoded, before they are shared out */
    struct lot mine;      /* of the chunk that is worked on, where fragments or a cap had a say */
    struct direction_cache *direction; /* NULL: any direction may be taken in */
};

struct crew {
    struct crew_settings settings;
    struct capture *capture;
    struct err refused;
    struct decode_ctx *fragments; /* where they meet */
    struct worker *workers;
    struct chunk *chunks; /* CHUNKS_EACH of each worker's; one alone needs one */
    struct chunk **ring;  /* those on their way, by their number in the file */
    size_t chunk_count;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool reading, joining, delivering, ended;
    bool wants_end;                   /* nothing more is read */
    uint64_t read, joined, delivered; /* chunks that are through */
    uint64_t frames;
    unsigned finished;                 /* shards whose end is on its way */
    struct direction_cache *direction; /* of what was put off */
    struct fate_counts undelivered;    /* sum of the chunks' own */
    int64_t time_us;                   /* latest time delivered */
    bool stopped;                      /* whoever listens wants no more */
};

static inline struct chunk *chunk_at(const struct crew *c, uint64_t n)
{
    return c->ring[n % c->chunk_count];
}

size_t lot_size(void); /* bytes, for CREW_FRAMES packets */
void lot_place(struct lot *l, uint8_t *at);
void chunk_make(struct chunk *k, size_t workers);
void chunk_drop(struct chunk *k, size_t workers);
void chunk_read(struct crew *c, struct chunk *k);
void chunk_decode(struct worker *w, struct chunk *k);
void chunk_join(struct crew *c, struct chunk *k);
void chunk_process(struct worker *w, struct chunk *k);
void chunk_deliver(struct crew *c, struct chunk *k);
