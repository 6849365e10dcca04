/* packet.h - what decode_frame says of one packet: who, to whom, by which protocol, and the payload.
 *
 * The innermost IP packet is described: a DNS question inside VXLAN inside a VLAN is a DNS question,
 * with `tunnel_depth` 1 and the VLAN's number. Numbers are in host order.
 */
#pragma once

#include "core/addr.h"

enum {
    IP_ICMP = 1,
    IP_IPV4 = 4,
    IP_TCP = 6,
    IP_UDP = 17,
    IP_DCCP = 33,
    IP_IPV6 = 41,
    IP_GRE = 47,
    IP_ESP = 50,
    IP_AH = 51,
    IP_ICMP6 = 58,
    IP_NONE = 59,
    IP_SCTP = 132,
    IP_UDPLITE = 136,
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

enum packet_flag {
    PACKET_CUT = 1,          /* payload is shorter than payload_wire: the capture kept less */
    PACKET_DEFRAGMENTED = 2, /* put together from `frames` fragments */
    PACKET_INNER_UNREAD =
        4, /* a tunnel whose content we could not read: this is the outer packet */
    PACKET_HAS_PORTS = 8,
    PACKET_HAS_ICMP = 16,
};

struct packet {
    int64_t time_us; /* of the frame, or of the last fragment */
    uint64_t number; /* of that frame in its capture, from 1; 0 where nobody counts */
    uint16_t time_ns;
    uint16_t flags;           /* enum packet_flag */
    uint8_t src[16], dst[16]; /* IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2) */
    uint8_t version;          /* 4 or 6 */
    uint8_t proto;            /* IP_*: the first protocol that is not an IPv6 extension header */
    uint16_t sport, dport;    /* where PACKET_HAS_PORTS, else 0 */
    uint8_t ttl;
    uint8_t tcp_flags;
    uint16_t tcp_window;
    uint32_t tcp_seq, tcp_ack;
    uint8_t icmp_type, icmp_code; /* where PACKET_HAS_ICMP, else 0 */
    uint8_t tunnel_depth;
    uint8_t vlans; /* how many of vlan[] are set, outermost first; deeper tags are passed over */
    uint16_t vlan[2];
    uint16_t frames;       /* 1, or the fragments in it */
    uint32_t wire_bytes;   /* of all those frames, as they went by */
    uint32_t payload_wire; /* payload bytes as they went by */
    struct str payload; /* after the transport header; for other protocols, after the IP header */
};

/* The same address as the rest of the house holds it. */
static inline struct addr packet_addr(const uint8_t address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(address, mapped, sizeof mapped) == 0 ? addr_of_v4(address + 12)
                                                       : addr_of_v6(address);
}
