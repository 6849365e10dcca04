/* community_id.h - one flow, one id, in every tool: Community ID v1.
 *
 * Why: an analyst who holds our sighting finds the same flow in Zeek, Suricata, Arkime or a firewall's
 * log by this one string. Both directions of a flow give the same id.
 *
 *     char text[COMMUNITY_ID_SIZE];
 *     community_id(&(struct community_tuple){...}, 0, text);   // "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
 *
 * ICMP has no ports: type and code stand in for them, and a type that answers another (echo) is
 * paired with it, so that question and answer share an id. Types that nobody answers keep their order.
 * Source: github.com/corelight/community-id-spec, version 1.
 */
#pragma once

#include "core/str.h"

enum { COMMUNITY_ID_SIZE = 31, COMMUNITY_DIGEST_SIZE = 20 };

struct community_tuple {
    const uint8_t *src, *dst; /* 16 bytes each; IPv4 as ::ffff:a.b.c.d */
    uint8_t version;          /* 4 or 6: how many bytes of them are hashed */
    uint8_t proto;
    uint16_t sport, dport; /* ICMP: as community_icmp gives them */
    bool has_ports;        /* TCP, UDP, SCTP and ICMP: true */
    bool one_way;          /* as community_icmp says: never turned round */
};

/* ICMP type and code as a pair of ports; true when the type has no answer. */
bool community_icmp(uint8_t version, uint8_t type, uint8_t code, uint16_t *ret_sport,
                    uint16_t *ret_dport);

/* The SHA-1 itself, and the usual text, NUL-terminated. */
void community_digest(const struct community_tuple *t, uint16_t seed,
                      uint8_t ret[COMMUNITY_DIGEST_SIZE]);
struct str community_id(const struct community_tuple *t, uint16_t seed,
                        char out[COMMUNITY_ID_SIZE]);
