/* opcua.h - OPC UA's binary protocol: the handshake, the security policy, and which service is called.
 *
 * Kept: message type and chunk, channel, request number, the policy's name, and of a chunk that is not
 * encrypted the service and its result. Never an endpoint's URL, a user's name, a node or a value.
 * An encrypted body has no service that can be seen; then `service` is 0.
 *
 * Source: OPC 10000-6 (6.7 secure conversation, 7.1 connection protocol), OPC 10000-4 (services).
 */
#pragma once

#include "core/str.h"

enum { OPCUA_POLICY_MAX = 48 };

#define OPCUA_TYPE_MAP(X)                                                                          \
    X(HELLO, "HEL")                                                                                \
    X(ACKNOWLEDGE, "ACK")                                                                          \
    X(ERROR, "ERR")                                                                                \
    X(REVERSE_HELLO, "RHE")                                                                        \
    X(OPEN, "OPN")                                                                                 \
    X(MESSAGE, "MSG")                                                                              \
    X(CLOSE, "CLO")

enum opcua_type {
#define X(name, text) OPCUA_##name,
    OPCUA_TYPE_MAP(X)
#undef X
        OPCUA_TYPES,
};

struct opcua_facts {
    uint8_t type; /* enum opcua_type */
    char chunk;   /* 'F' final, 'C' goes on, 'A' given up */
    uint32_t size;
    uint32_t version, error;             /* HEL and ACK; ERR */
    uint32_t channel, sequence, request; /* OPN, MSG, CLO */
    bool secure;                         /* OPN: the policy is another one than None */
    uint8_t policy_len;                  /* OPN: what follows the '#' of its URI */
    char policy[OPCUA_POLICY_MAX];
    uint16_t service; /* number of the request's or response's type; 0: not seen */
    bool has_result;
    uint32_t result; /* of a response: its status code, 0 is good */
};

const char *opcua_type_name(uint8_t type);        /* "HEL" */
const char *opcua_service_name(uint16_t service); /* "ReadRequest"; NULL */
bool opcua_service_answers(uint16_t service);
