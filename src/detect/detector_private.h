/* detector_private.h - what a detector is given, and what it gives back. For the files of this folder.
 *
 *     static void observe(struct detector_run *r, const struct seen *s)
 *     {
 *         struct mine *m = r->state;
 *         struct pair_key key = seen_pair(s, s->o->server_port);
 *         bool new;
 *         struct visit *v = table_take(&m->visits, &key, &new);
 *         v->count++;
 *         if ((double)v->count < r->threshold[VISITS_LEAST] || !detector_due(r, &v->told_us, s->now_us))
 *             return;
 *         struct detection f = detector_finding(s);
 *         detection_feature(&f, "visits", (double)v->count, r->threshold[VISITS_LEAST]);
 *         detector_tell(r, &f);
 *     }
 */
#pragma once

#include "core/time.h"
#include "detect/registry_private.h"
#include "detect/sketch_private.h"
#include "detect/table_private.h"

#define HOUR_US (3600 * TIME_SECOND)

enum {
    WANTS_FLOW = 1 << OBSERVED_FLOW,
    WANTS_DNS = 1 << OBSERVED_DNS,
    WANTS_TLS = 1 << OBSERVED_TLS,
    WANTS_MESSAGE = 1 << OBSERVED_MESSAGE,
};

static inline bool proto_is_icmp(uint8_t proto)
{
    return proto == IP_ICMP || proto == IP_ICMP6;
}

struct seen { /* an observation, and what every detector would work out of it again */
    const struct observation *o;
    int64_t now_us; /* the latest time seen: never goes back, while o->time_us may */
    bool client_inside, server_inside;
    bool server_many; /* a group or broadcast address */
    struct str owner; /* the registered domain of o->name; empty when it has none */
    /* Under sketch_seed, so that they may show: 0 for an empty name. */
    uint64_t owner_hash, name_hash, client_hash, server_hash;
    bool failed; /* FLOW: flow_failed */
};

enum { AHEAD_MOST = 24 };
struct ahead { /* what an observation's look-ups will touch */
    size_t count;
    struct {
        const struct table *table;
        uint32_t print;
    } keys[AHEAD_MOST];
};
/* In a row's `ahead`: this key will be looked up there. */
void table_ahead(struct ahead *a, const struct table *t, const void *key);

struct detector_run { /* one detector at work */
    const struct detector *row;
    const double *threshold; /* by the order of row->thresholds */
    void *state;             /* row->state_size bytes, zeroed before `start` */
    size_t memory;           /* its share, for tables; `start` uses it up */
    uint64_t seed, sketch_seed;
    int64_t began_us; /* packet time of the first observation of all */
    int64_t again_us;
    bool own_listed;
    struct detect *all;
    struct detector_stats stats;
    int64_t hour_us; /* when the present hour of `told_in_hour` began */
    uint32_t told_in_hour;
};

/* Zeroed memory of the detector's share, by cache lines. For `start` alone; nobody frees it. */
void *detector_room(struct detector_run *r, size_t bytes);
/* A table in that much of its share, counted in the statistics. */
void detector_table(struct detector_run *r, struct table *t, size_t entry_size, size_t key_size,
                    double part);

/* Is it time to tell this (again)? Marks it as told when it is. */
bool detector_due(const struct detector_run *r, int64_t *told_us, int64_t now_us);
/* Has the capture lasted that long? What a detector learns before then is taken for usual. */
bool detector_warm(const struct detector_run *r, const struct seen *s, double hours);

/* Host, peer, port, name, flow and times as the observation has them; the client is the host. */
struct detection detector_finding(const struct seen *s);
void detection_feature(struct detection *f, const char *name, double value, double threshold);
void detector_tell(struct detector_run *r, struct detection *f);

/* 0 at `from`, 1 at `to` and past it. */
double part_way(double x, double from, double to);

/* statistics.c, for some dozens of numbers. */
void sort_few(double *x, size_t n);
double quantile_of(const double *sorted, size_t n, double q); /* n > 0 */
/* The median absolute deviation over the median (0 when that is 0). Reorders and overwrites `x`. */
double spread_of(double *x, size_t n, double *ret_median);

struct pair_key { /* two ends and a service; what a detector has no use for stays zero */
    uint8_t a[16], b[16];
    uint16_t port;
    uint8_t proto, what;
    uint32_t zero;
};
struct host_key {
    uint8_t host[16];
    uint16_t port;
    uint8_t proto, what;
    uint32_t zero;
};
struct pair_key seen_pair(const struct seen *s, uint16_t port);

static inline bool address_is_zero(const uint8_t a[16])
{
    static const uint8_t zero[16];
    return memcmp(a, zero, sizeof zero) == 0;
}
bool address_is_private(const uint8_t a[16]); /* RFC 1918, 6598, 3927, 4193, loopback, link-local */
bool address_is_many(const uint8_t a[16]);    /* multicast, 255.255.255.255 */

/* names.c: the registered domain ("example.co.jp" of "www.example.co.jp"), a slice of `name`. Quick and roughly right:
 * two labels, three under the usual second-level suffixes. Empty for addresses and single labels. */
struct str name_owner(struct str name);
uint64_t name_hash(uint64_t seed, struct str name); /* never 0 */
/* Equal to `parent`, or below it. */
bool name_is_below(struct str name, struct str parent);

static inline bool flow_answered(const struct observation *o) /* both sides were heard */
{
    return o->ended.packets[FLOW_SERVER] > 0;
}
/* Somebody knocked and was not let in: a TCP client that never got as far as an ACK, or silence. */
bool flow_failed(const struct observation *o);
