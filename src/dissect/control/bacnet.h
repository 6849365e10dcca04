/* bacnet.h - BACnet/IP, the protocol of buildings: one datagram, one message.
 *
 * Kept: the virtual link's function, the network addresses' networks, the kind of APDU, its service and
 * how it ended, and for one property read or written: object and property. Never a value or a text.
 *
 * Source: ANSI/ASHRAE 135-2020, clauses 6 (network), 20 (APDU), annex J (BACnet/IP).
 */
#pragma once

#include "core/str.h"

enum bacnet_bvlc { BACNET_FORWARDED = 4, BACNET_UNICAST = 10, BACNET_BROADCAST = 11 };

enum bacnet_apdu {
    BACNET_CONFIRMED,
    BACNET_UNCONFIRMED,
    BACNET_SIMPLE_ACK,
    BACNET_COMPLEX_ACK,
    BACNET_SEGMENT_ACK,
    BACNET_ERROR,
    BACNET_REJECT,
    BACNET_ABORT,
    BACNET_APDUS,
};

struct bacnet_facts {
    uint8_t bvlc; /* function of the virtual link */
    bool npdu;    /* the rest stands in an NPDU */
    bool network_message;
    uint8_t network_type;
    bool has_destination, has_source;
    uint16_t destination_network, source_network;

    bool apdu;
    uint8_t type; /* enum bacnet_apdu */
    bool segmented, has_service;
    uint8_t invoke, service;
    uint8_t reason; /* of a reject or an abort */
    bool has_object;
    uint16_t object_type;
    uint32_t object_instance, property;
};

const char *bacnet_bvlc_name(uint8_t function);
const char *bacnet_apdu_name(uint8_t type);
const char *bacnet_service_name(const struct bacnet_facts *b); /* NULL when unknown */
