/* openvpn.h - OpenVPN: the reset that opens a session, over UDP or TCP.
 *
 * Source: OpenVPN's wire protocol (draft-openvpn-wire-protocol-01, 2 and 3). The opcode alone proves nothing. The
 * packet is believed where its whole shape holds: the acknowledged and own packet numbers of a plain reset, or
 * behind an HMAC or tls-crypt the replay number and a time that can be one.
 */
#pragma once

#include "core/str.h"

#define OPENVPN_OPCODE_MAP(X)                                                                      \
    X(HARD_RESET_CLIENT_V1, 1, "hard_reset_client_v1")                                             \
    X(HARD_RESET_SERVER_V1, 2, "hard_reset_server_v1")                                             \
    X(HARD_RESET_CLIENT_V2, 7, "hard_reset_client_v2")                                             \
    X(HARD_RESET_SERVER_V2, 8, "hard_reset_server_v2")                                             \
    X(HARD_RESET_CLIENT_V3, 10, "hard_reset_client_v3")

enum openvpn_opcode {
#define X(name, number, text) OPENVPN_##name = (number),
    OPENVPN_OPCODE_MAP(X)
#undef X
};

enum openvpn_wrap { OPENVPN_PLAIN, OPENVPN_TLS_AUTH, OPENVPN_TLS_CRYPT };

struct openvpn_facts {
    uint8_t opcode, key_id;
    uint8_t wrap;      /* enum openvpn_wrap: what protects the control channel */
    uint8_t hmac_size; /* of tls-auth: 16, 20, 28, 32, 48, 64 */
    bool tcp;
};

const char *openvpn_opcode_name(uint8_t opcode); /* NULL when it opens no session */
const char *openvpn_wrap_name(uint8_t wrap);
