/* direction.h - may this packet be taken in at all? Asked of every packet, before anything else.
 *
 * Why: a channel stands for one direction, and the law has none from home to home. The direction is told
 * from where both addresses lie (LAW 3.1), packet by packet: the answer to a kept packet is mostly a
 * packet of another direction, and is discarded.
 *
 *   own                  KEEP where an end lies in the listed prefixes, else DISCARD. Nothing is unknown.
 *   local                KEEP: a capture on a desk, whose results feed nobody
 *   foreign-foreign      \
 *   foreign-domestic      > KEEP in that direction, DISCARD in the others, UNKNOWN where an end is
 *   domestic-foreign     /
 *   agreement            foreign to domestic, and the receiver lies in the party's prefixes
 *
 * Where an address lies, first that applies:
 *   1. the operator's own lists, the longest prefix of both (data, given by who runs the sensor)
 *   2. private, shared, reserved, link-local, documentation and multicast ranges: unknown
 *   3. the country tables: home, or another country where all tables agree; else unknown (geo/geo.h)
 * An address of no country's table, or of two, is unknown, and so is the packet. Unknown is never kept.
 * An IPv6 address that carries an IPv4 address (6to4, Teredo, NAT64) is asked for as itself.
 *
 * Speed: a small cache, one a thread, answers for addresses seen before in a few nanoseconds. It
 * holds no address: slots keep them under a secret permutation of 128 bits, drawn for each cache, so
 * nothing of unselected traffic can be read from it, and nobody can choose addresses that collide.
 *
 *     AUTO(direction_gate_drop) struct direction_gate *gate = NULL;
 *     if (!direction_gate_new(&settings, &gate, e))
 *         return false;
 *     struct direction_cache *cache = direction_cache_new(gate);   // each thread
 *     switch (direction_of(cache, packet->src, packet->dst)) { ...
 *
 * Threads: a gate never changes and is shared; a cache belongs to one thread.
 */
#pragma once

#include "core/addr.h"
#include "geo/geo.h"

#define DIRECTION_RULE_MAP(X)                                                                      \
    X(OWN, "OWN")                                                                                  \
    X(LOCAL, "OWN")                                                                                \
    X(FOREIGN_TO_FOREIGN, "FOREIGN_TO_FOREIGN")                                                    \
    X(FOREIGN_TO_DOMESTIC, "FOREIGN_TO_DOMESTIC")                                                  \
    X(DOMESTIC_TO_FOREIGN, "DOMESTIC_TO_FOREIGN")                                                  \
    X(PARTY, "FOREIGN_TO_DOMESTIC")

enum direction_rule {
#define X(name, text) DIRECTION_RULE_##name,
    DIRECTION_RULE_MAP(X)
#undef X
        DIRECTION_RULES,
};

enum direction_verdict { DIRECTION_KEEP, DIRECTION_DISCARD, DIRECTION_UNKNOWN };

enum direction_place { PLACE_UNKNOWN, PLACE_HOME, PLACE_FOREIGN };

struct direction_prefixes {
    const struct addr *list;
    size_t count;
};

struct direction_settings {
    enum direction_rule rule;
    const struct geo *geo; /* borrowed for the gate's life; NULL: the lists alone know */
    char home[3];          /* ISO 3166-1 alpha-2 */
    struct direction_prefixes domestic, foreign; /* the operator's lists; copied */
    struct direction_prefixes own;               /* OWN: the network; PARTY: the party's; copied */
};

struct direction_gate;
struct direction_cache;

/* ERR_INVALID: no home, an empty list for OWN or PARTY, one prefix both domestic and foreign. */
[[nodiscard]] bool direction_gate_new(const struct direction_settings *s,
                                      struct direction_gate **ret, struct err *e);
void direction_gate_drop(struct direction_gate **g);
enum direction_rule direction_gate_rule(const struct direction_gate *g);
const struct geo *direction_gate_geo(const struct direction_gate *g);

struct direction_cache *direction_cache_new(
    const struct direction_gate *g); /* aborts without memory */
void direction_cache_drop(struct direction_cache **c);

/* Addresses: 16 bytes, IPv4 as ::ffff:a.b.c.d, as in struct packet. */
enum direction_verdict direction_of(struct direction_cache *c, const uint8_t src[16],
                                    const uint8_t dst[16]);

/* Without a cache: for tests and for asking once. */
enum direction_place direction_place_of(const struct direction_gate *g, const uint8_t address[16]);
enum direction_verdict direction_judge(const struct direction_gate *g, const uint8_t src[16],
                                       const uint8_t dst[16]);
/* OWN and PARTY: does the address lie in the listed prefixes? */
bool direction_is_own(const struct direction_gate *g, const uint8_t address[16]);
/* A range that no country table may answer for: RFC 6890 and its registries, multicast, reserved. */
bool direction_is_special(const uint8_t address[16]);
