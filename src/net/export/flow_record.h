/* flow_record.h - one flow as an exporter tells it, whatever the format it came in or goes out by.
 *
 * Addresses: 16 bytes, IPv4 as ::ffff:a.b.c.d. Numbers are in host order, times in microseconds since 1970.
 * `back` is the other direction, where an exporter counts both in one record (RFC 5103); else zero.
 * Strings point into the datagram, or to whoever made the record: they live as long as the call.
 */
#pragma once

#include "core/str.h"

enum flow_record_direction { FLOW_DIRECTION_IN, FLOW_DIRECTION_OUT, FLOW_DIRECTION_UNTOLD = 255 };

/* RFC 5102 5.11.3, element 136. */
enum flow_record_end {
    FLOW_RECORD_END_UNTOLD,
    FLOW_RECORD_IDLE,
    FLOW_RECORD_ACTIVE,
    FLOW_RECORD_FINISHED,
    FLOW_RECORD_FORCED,
    FLOW_RECORD_NO_ROOM,
};

struct flow_record {
    int64_t start_us, end_us; /* 0: not told */
    uint8_t exporter[16];     /* who sent it */
    uint32_t domain;          /* observation domain, source id, or engine type << 8 | engine id */
    uint32_t sampling;        /* one of so many packets was counted; 0: not told */
    uint8_t src[16], dst[16];
    uint8_t version; /* 4 or 6 */
    uint8_t proto;
    uint8_t direction; /* enum flow_record_direction */
    uint8_t end;       /* enum flow_record_end */
    uint16_t sport, dport;
    bool has_icmp;
    uint8_t icmp_type, icmp_code;
    uint8_t tcp_flags, tcp_flags_back;
    uint16_t vlan;
    uint32_t input, output; /* interfaces, as the exporter numbers them */
    uint64_t packets, bytes, packets_back, bytes_back;
    struct str sni, ja4, name; /* of our own export alone */
};
