/* wireguard.h - WireGuard: the kind of a flow's first message.
 *
 * Source: J. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", 5.4. Everything but the type, the
 * indexes and the counter is ciphertext or random, so a handshake is known by its exact length, its zero
 * bytes and by keys that look random.
 */
#pragma once

#include "core/str.h"

#define WIREGUARD_TYPE_MAP(X)                                                                      \
    X(INITIATION, 1, "handshake_initiation")                                                       \
    X(RESPONSE, 2, "handshake_response")                                                           \
    X(COOKIE, 3, "cookie_reply")                                                                   \
    X(DATA, 4, "transport_data")

enum wireguard_type {
#define X(name, number, text) WIREGUARD_##name = (number),
    WIREGUARD_TYPE_MAP(X)
#undef X
};

struct wireguard_facts {
    uint8_t type;  /* enum wireguard_type */
    bool cookie;   /* mac2 is set: one side was under load */
    bool reserved; /* the three reserved bytes are not zero, as Cloudflare's clients send them */
};

const char *wireguard_type_name(uint8_t type);
