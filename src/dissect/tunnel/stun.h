/* stun.h - STUN and TURN (RFC 8489, RFC 8656): a host that asks how the world sees it.
 *
 * Why: it comes before calls, games and peer-to-peer software, and some implants use TURN servers as relays.
 * Kept: class, method, error code and which kinds of attributes were there. Never a user name, an address
 * or a realm. The older form without the magic cookie (RFC 3489) is taken on STUN's ports only.
 */
#pragma once

#include "core/str.h"

enum stun_class { STUN_REQUEST, STUN_INDICATION, STUN_SUCCESS, STUN_ERROR };

enum stun_attributes { /* bits of stun_facts.attributes */
                       STUN_HAS_USERNAME = 1,
                       STUN_HAS_INTEGRITY = 2,
                       STUN_HAS_FINGERPRINT = 4,
                       STUN_HAS_MAPPED = 8,   /* the answer: an address */
                       STUN_HAS_RELAYED = 16, /* TURN gave a relay */
                       STUN_HAS_ICE =
                           32, /* PRIORITY, USE-CANDIDATE, ICE-CONTROLLED, ICE-CONTROLLING */
                       STUN_HAS_SOFTWARE = 64,
};

struct stun_facts {
    bool cookie;   /* false: RFC 3489 */
    uint8_t class; /* enum stun_class */
    uint8_t attributes;
    uint16_t method;
    uint16_t error; /* 300 to 699; 0: none */
    uint16_t length;
};

const char *stun_class_name(uint8_t class);
const char *stun_method_name(uint16_t method); /* "binding"; NULL when unknown */
