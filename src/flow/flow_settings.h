/* flow_settings.h - how many flows a table holds, which of the shards, and for how long without a packet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct flow_settings {
    uint32_t flows;    /* at a time, in all 64 shards */
    uint32_t app_size; /* bytes of the caller's own for each flow */
    uint64_t shards;   /* bit mask of those this table holds; ~0 is all */
    uint64_t seed;     /* of the hash, secret: so that nobody can choose addresses that collide */
    uint64_t
        shard_seed;   /* of the choice of shard: the same for all tables of a sensor, 0 in tests */
    bool wipe;        /* a flow that has ended is overwritten at once */
    bool vlan_in_key; /* the same addresses in two VLANs are two flows (as Suricata has it) */
    uint16_t tcp_s, tcp_new_s, tcp_closed_s, udp_s, icmp_s,
        other_s; /* timeouts, seconds, 1 to 900 */
};
#define FLOW_SETTINGS                                                                              \
    ((struct flow_settings){.flows = 262144,                                                       \
                            .shards = ~UINT64_C(0),                                                \
                            .vlan_in_key = true,                                                   \
                            .tcp_s = 300,                                                          \
                            .tcp_new_s = 30,                                                       \
                            .tcp_closed_s = 10,                                                    \
                            .udp_s = 60,                                                           \
                            .icmp_s = 30,                                                          \
                            .other_s = 60})
