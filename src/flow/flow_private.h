/* flow_private.h - a shard: its slots, its buckets, its timer wheel, its clock. */
#pragma once

#include "flow/flow.h"

enum {
    BUCKET_SLOTS = 8,
    WHEEL = 1024, /* slots of one second; more than the longest timeout */
    TIMEOUT_MOST = 900,
    ROW = 64,
};
#define FLOW_NONE UINT32_MAX

struct bucket {                  /* one cache line */
    uint16_t tags[BUCKET_SLOTS]; /* 0: empty */
    uint32_t slots[BUCKET_SLOTS];
    uint32_t spilled; /* flows that belong here or before and had to go farther on */
    uint8_t unused[12];
} __attribute__((aligned(64)));

struct shard {
    struct bucket *buckets;
    uint32_t place; /* among the shards of the table */
    uint32_t bucket_mask, slots;
    uint32_t fresh;         /* slots from here on were never used */
    uint32_t free;          /* list of used and free ones, through timer_next */
    uint32_t hand;          /* CLOCK */
    uint32_t now_s, now_us; /* its own clock: it runs on packet time and never goes back */
    int64_t last_us;        /* the packet time at which it stands */
    bool begun;
    uint64_t started, live;
    uint32_t wheel[WHEEL];
};

struct flow_table {
    struct flow_settings set;
    struct flow_user user;
    struct flow_stats stats;
    uint64_t number; /* of the packet that is worked on */
    size_t stride;   /* a flow and its app area */
    uint32_t slots, buckets;
    uint32_t ours; /* shards */
    void *flow_memory, *bucket_memory;
    size_t flow_bytes, bucket_bytes;
    size_t
        shards_at; /* behind the buckets, in the same huge pages: all are looked at all the time */
    struct shard *shards[FLOW_SHARDS]; /* NULL: not ours */
};

struct keyed { /* a packet, and where its flow is to be found */
    struct flow_key key;
    uint64_t digest;
    uint8_t shard;
    bool swapped; /* the sender is the key's high end */
};

void key_of(const struct flow_settings *set, const struct packet *p, struct keyed *ret);
/* All but digest and shard. */
void key_fill(const struct flow_settings *set, const struct packet *p, struct keyed *ret);

/* The slots of a shard lie in rows of ROW, and the rows of all shards in turn: what was never used is one
 * piece at the end, and costs no memory. */
static inline struct flow *flow_at(const struct flow_table *t, const struct shard *s, uint32_t slot)
{
    size_t row = (size_t)(slot / ROW) * t->ours + s->place;
    return (struct flow *)(void *)((uint8_t *)t->flow_memory +
                                   (row * ROW + slot % ROW) * t->stride);
}

/* flow_bucket.c */
void bucket_prefetch(const struct shard *s, uint64_t digest);
void flow_prefetch(const struct flow_table *t, const struct shard *s, uint64_t digest);
struct flow *bucket_find(const struct flow_table *t, const struct shard *s, const struct keyed *k);
void bucket_add(struct shard *s, uint64_t digest, uint32_t slot);
void bucket_remove(struct shard *s, uint64_t digest, uint32_t slot);

/* flow_timer.c */
void timer_init(struct shard *s);
void timer_set(struct flow_table *t, struct shard *s, struct flow *f);
void timer_clear(struct flow_table *t, struct shard *s, struct flow *f);
/* Lets the shard's clock run up to a packet's time; ends the flows whose time is over. */
void timer_run(struct flow_table *t, struct shard *s, int64_t packet_us);

/* flow.c */
void flow_finish(struct flow_table *t, struct shard *s, struct flow *f, enum flow_end why);

/* flow_track.c: which end sent it, and what that does to the flow's state */
void track_first(struct flow *f, const struct keyed *k, const struct packet *p);
enum flow_side track(struct flow *f, const struct keyed *k, const struct packet *p);
bool track_is_reuse(const struct flow *f, const struct packet *p);
