/* canary_private.h - `hinomi authorisation canary`: traffic whose records are known beforehand.
 *
 * Why its own code: the canary is how an inspector finds out what a sensor really keeps (LAW 12.6 O5). Were the
 * expected records worked out by the sensor's modules, a mistake there would be on both sides. So nothing of
 * sensor/ is used here: the choice is made by trying every selector on every thing that was put on the wire.
 *
 * canary.c       the command: reading, writing, comparing
 * canary_read.c  the authorisation, and where an address lies
 * canary_play.c  the conversations: hits, near misses, forbidden content, in all directions
 * canary_due.c   the records that must come of them
 */
#pragma once

#include "cli/authorisation/canary.h"
#include "core/arena.h"
#include "core/err.h"
#include "core/json.h"
#include "core/opt.h"
#include "core/selector.h"
#include "core/vec.h"
#include "geo/geo.h"
#include "synth/payload.h"
#include "synth/traffic.h"

enum canary_rule { CANARY_LOCAL, CANARY_OWN, CANARY_FF, CANARY_FD, CANARY_DF, CANARY_PARTY };
enum canary_place { CANARY_HOME, CANARY_ABROAD, CANARY_NOWHERE, CANARY_PLACES };

enum { CANARY_SELECTORS_MOST = 500, CANARY_MARKERS = 8 };

struct canary_selector {
    struct str id, value;
    enum selector_kind kind;
    struct addr prefix; /* of an address or network */
    int64_t from_us, to_us;
};

struct canary_prefixes {
    struct addr *list;
    size_t count;
};

struct canary {
    struct arena *memory;
    const struct geo *geo;
    char home[3];
    struct canary_prefixes domestic, foreign;
    uint64_t seed;

    /* canary_read: of the authorisation */
    const struct json *auth;
    enum canary_rule rule;
    bool own_fields; /* channel own: names of TLS and HTTP are kept too */
    bool both_times; /* packets outside the period count for nothing */
    int64_t start_us, end_us;
    uint64_t max_bps;
    struct canary_prefixes own; /* OWN: the network; PARTY: the party's */
    struct canary_selector *selectors;
    size_t selector_count;
    struct str auth_id, sensor, policy_hash;

    /* canary_play */
    struct synth_line *line;
    struct synth_random random;
    uint8_t hosts[CANARY_PLACES][2][2]
                 [16]; /* by place, IPv4 and IPv6: one that speaks, one spoken to */
    bool has_host[CANARY_PLACES][2];
    int64_t at_us, gap_us;
    uint16_t port;
    uint64_t talks;
    struct str markers[CANARY_MARKERS];

    VEC(struct str) due; /* lines without `n` */
};

[[nodiscard]] bool canary_read(struct canary *c, struct str authorisation, struct err *e);
enum canary_place canary_place(const struct canary *c, const uint8_t address[16]);
bool canary_in(const struct canary_prefixes *p, const uint8_t address[16]);
/* May a packet from one to the other be taken in? */
bool canary_keeps(const struct canary *c, const uint8_t from[16], const uint8_t to[16]);

/* Lays every conversation on the line and its records into `due`. */
[[nodiscard]] bool canary_play(struct canary *c, struct err *e);

struct canary_talk { /* one way, from client to server: what went over the wire */
    const struct synth_end *from, *to;
    uint8_t proto, flags; /* flags: of TCP, all together */
    int64_t first_us, last_us;
    uint64_t packets, bytes;
};

struct canary_message {
    int64_t at_us;
    struct str qname;                     /* DNS question, type A */
    struct str sni, ja3, ja4;             /* ClientHello */
    struct str method, host, path, agent; /* HTTP request */
};

/* The records of a flow's ends, and of a message in it (NULL: none). */
void canary_due(struct canary *c, const struct canary_talk *t, const struct canary_message *m);
