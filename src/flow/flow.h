/* flow.h - who talks with whom: the flows that are alive, in memory that is set once.
 *
 * Why 64 shards whatever the number of threads: a packet's shard follows from its addresses alone, and
 * a shard has its own room, its own clock (packet time) and its own order of eviction. So the flows of
 * a capture file end in the same way, in the same order within their shard, with one thread or eight,
 * whatever the hash seed. A thread's table holds the shards of its mask.
 *
 *     struct flow_settings s = FLOW_SETTINGS;
 *     s.app_size = sizeof(struct my_state);
 *     AUTO(flow_table_drop) struct flow_table *t = NULL;
 *     if (!flow_table_new(&s, &(struct flow_user){me, on_start, on_packet, on_end}, &t, e))
 *         return false;
 *     flow_batch(t, packets, n);      // for each batch: calls on_start, on_packet, on_end
 *     flow_table_flush(t);            // at the end of the file: on_end for all that are left
 *
 * Ownership: a flow and its app area (flow_app) belong to the table; they are valid from on_start to the
 * end of on_end. App areas start zeroed. Callbacks may not call the table, but for flow_quiet.
 * Threads: one table, one thread. Nothing is allocated after flow_table_new.
 * Bounds: `flows` shared out evenly over the shards; a full shard evicts by CLOCK (a flow that was
 * not used since the hand last passed goes first, so a flood of single packets pushes itself out).
 */
#pragma once

#include "core/err.h"
#include "flow/community_id.h"
#include "flow/flow_settings.h"
#include "net/packet.h"

enum { FLOW_SHARDS = 64, FLOW_BATCH = 32 };

enum flow_side { FLOW_CLIENT, FLOW_SERVER }; /* who sent the packet */

enum flow_state { /* the later, the farther; UDP and others stay FLOW_NEW or FLOW_BOTH_WAYS */
                  FLOW_NEW,       /* one side only was heard; TCP: a SYN, unanswered */
                  FLOW_ANSWERED,  /* TCP: SYN-ACK */
                  FLOW_BOTH_WAYS, /* TCP: established, or picked up midstream */
                  FLOW_CLOSING,   /* TCP: one FIN */
                  FLOW_CLOSED,    /* TCP: a FIN each way, or RST */
};

#define FLOW_END_MAP(X)                                                                            \
    X(TIMEOUT, "timeout")                                                                          \
    X(CLOSED, "closed")                                                                            \
    X(REUSED, "reused") /* closed, and its ports taken up by a new connection at once */           \
    X(EVICTED, "evicted")                                                                          \
    X(SHUTDOWN, "shutdown")

enum flow_end {
#define X(name, text) FLOW_END_##name,
    FLOW_END_MAP(X)
#undef X
        FLOW_ENDS,
};
const char *flow_end_text(enum flow_end r);

struct flow_key { /* the two ends in one order for both directions; 40 bytes, no padding */
    uint8_t low[16], high[16];
    uint16_t low_port, high_port; /* ICMP: as community_icmp has it */
    uint8_t proto, version_and_depth;
    uint16_t vlan; /* outermost, and 0x8000 where a flow goes one way only (ICMP without answer) */
};

struct flow { /* two cache lines: what each packet writes, and what tells flows apart */
    int64_t last_us;
    uint64_t packets[2], bytes[2]; /* by enum flow_side; bytes as they went by on the wire */
    uint32_t timer_next, timer_prev;
    uint32_t seen_s; /* the shard's clock when the last packet came */
    uint32_t slot;
    uint8_t state; /* enum flow_state */
    uint8_t tcp_flags[2];
    uint8_t shard;
    bool client_is_high : 1, midstream : 1, used : 1, forget : 1;
    uint8_t quiet; /* enum flow_quiet */

    struct flow_key key;
    int64_t start_us;
    uint64_t number; /* 64 times the shard's count of flows, plus the shard: the same on each run */
    uint64_t digest;
};

struct flow_ends { /* a flow as people say it: client to server */
    const uint8_t *client, *server;
    uint16_t client_port, server_port;
    uint8_t version, proto, tunnel_depth;
    uint16_t vlan;
    bool one_way;
};
struct flow_ends flow_ends(const struct flow *f);
struct str flow_community_id(const struct flow *f, uint16_t seed, char out[COMMUNITY_ID_SIZE]);

static inline void *flow_app(struct flow *f)
{
    return f + 1;
}

/* From now on count this flow's packets but call on_packet no more: all is known that was wanted. The count
 * is kept in two sums, for flows whose packets are of use and for those whose are not. */
enum flow_quiet { FLOW_HEARD, FLOW_QUIET, FLOW_QUIET_MATCHED, FLOW_QUIETS };

static inline void flow_quiet(struct flow *f, bool matched)
{
    f->quiet = matched ? FLOW_QUIET_MATCHED : FLOW_QUIET;
}

/* In on_packet: the flow ends when that is over, as if its time had come, and leaves nothing behind. */
static inline void flow_forget(struct flow *f)
{
    f->forget = true;
}

struct flow_user {
    void *context;
    void (*on_start)(void *context, struct flow *f, const struct packet *p);
    void (*on_packet)(void *context, struct flow *f, const struct packet *p, enum flow_side from);
    void (*on_end)(void *context, struct flow *f, enum flow_end why);
    void (*on_time)(void *context,
                    struct flow *f); /* it goes on: now and then, a timeout apart at most */
};                                   /* any of them may be NULL */

struct flow_stats {
    uint64_t packets, flows, live,
        not_ours; /* not_ours: of a shard outside the mask, passed over */
    uint64_t ended[FLOW_ENDS];
    uint64_t quiet[FLOW_QUIETS]; /* packets of quiet flows, by enum flow_quiet */
};

struct flow_table;

[[nodiscard]] bool flow_table_new(const struct flow_settings *s, const struct flow_user *user,
                                  struct flow_table **ret, struct err *e);
void flow_table_drop(struct flow_table **t); /* ends nothing: flush first where that matters */

void flow_batch(struct flow_table *t, const struct packet *packets, size_t count);

/* For several tables with one seed, which share the packets out: where a packet's flow is to be found in any of
 * them, worked out once; then the packets of this table's shards alone. */
struct flow_place {
    uint64_t digest;
    uint8_t shard; /* 0..63 */
};
struct flow_place flow_place(const struct flow_table *t, const struct packet *p);
void flow_batch_placed(struct flow_table *t, const struct packet *packets,
                       const struct flow_place *places, size_t count);
/* Live, when no packet came: let the time pass in every shard. Never for a file. */
void flow_table_advance(struct flow_table *t, int64_t now_us);
void flow_table_flush(struct flow_table *t); /* all that are left end with FLOW_END_SHUTDOWN */
/* The same a shard at a time, for whoever has to keep what is said of it; one that is not ours has nothing left. */
void flow_table_flush_shard(struct flow_table *t, unsigned shard);
/* During a callback: the number of the packet that brought it about. A flush has numbers past all others,
 * one for each shard, so that what several tables say can be put in one order. */
uint64_t flow_table_number(const struct flow_table *t);
struct flow_stats flow_table_stats(const struct flow_table *t);
