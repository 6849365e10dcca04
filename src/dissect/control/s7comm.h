/* s7comm.h - Siemens S7: what is asked of a controller of the S7 family, in its old and its new protocol.
 *
 * Both run in ISO transport (TPKT, COTP) on TCP port 102, as other protocols do: a connection is S7's only
 * when the first byte behind COTP says so. COTP's own messages belong to the message that follows them; the
 * TSAPs of a connection request stand in the first message's facts (`tsaps`).
 *
 * Kept: functions, references, errors, and of the first variable its area, block and address. Never what is
 * read or written, and no password.
 *
 * Source: RFC 1006, ISO 8073, and public analyses of the S7 protocols (neither is published by its maker).
 */
#pragma once

#include "core/str.h"

enum s7_rosctr { S7_JOB = 1, S7_ACK = 2, S7_ACK_DATA = 3, S7_USERDATA = 7 };

enum s7_plus_opcode {
    S7_PLUS_REQUEST = 0x31,
    S7_PLUS_RESPONSE = 0x32,
    S7_PLUS_NOTIFICATION = 0x33,
};

enum s7_function {
    S7_READ_VAR = 0x04,
    S7_WRITE_VAR = 0x05,
    S7_PLC_CONTROL = 0x28,
    S7_PLC_STOP = 0x29,
    S7_SETUP = 0xf0,
};

/* What PLC control (0x28) starts: text on the wire, intent, meaning. */
#define S7_SERVICE_MAP(X)                                                                          \
    X(NONE, "", NONE, "")                                                                          \
    X(START, "P_PROGRAM", CONTROL, "start program")                                                \
    X(INSERT, "_INSE", PROGRAM, "activate block")                                                  \
    X(DELETE, "_DELE", PROGRAM, "delete block")                                                    \
    X(MODULE, "_MODU", PROGRAM, "copy memory to storage")                                          \
    X(COMPRESS, "_GARB", CONTROL, "compress memory")                                               \
    X(OTHER, "", CONTROL, "other")

enum s7_service {
#define X(name, text, intent, meaning) S7_SERVICE_##name,
    S7_SERVICE_MAP(X)
#undef X
        S7_SERVICES,
};

struct s7comm_facts {
    bool plus; /* S7comm-plus */
    uint8_t version;
    uint8_t rosctr; /* enum s7_rosctr; plus: enum s7_plus_opcode */
    uint16_t reference;
    bool has_function; /* no bare acknowledgement, and not encrypted */
    uint16_t function;
    uint8_t error_class, error_code;

    /* userdata alone */
    uint8_t group, sub;
    uint8_t direction; /* 4 request, 8 response, 0 indication */
    uint16_t error;    /* of a response */

    uint8_t service; /* PLC control: enum s7_service */
    uint8_t items;
    bool has_address;      /* of the first item, addressed as "any" */
    uint8_t area;          /* 0x81 inputs, 0x82 outputs, 0x83 flags, 0x84 data block, ... */
    uint16_t block, count; /* number of the data block; elements */
    uint32_t address;      /* byte << 3 | bit */
    bool has_block;        /* of an upload or a download */
    char block_type[3];    /* two hexadecimal digits: "0A" is a data block */
    uint32_t block_number;
    uint32_t session, object; /* plus: of a request */
    bool tsaps;
    uint16_t tsap_calling, tsap_called;
};

const char *s7comm_function_name(const struct s7comm_facts *s); /* NULL when unknown */
const char *s7comm_group_name(uint8_t group);
const char *s7comm_sub_name(uint8_t group, uint8_t sub);
const char *s7comm_service_name(uint8_t service);
const char *s7comm_block_type_name(const char type[3]);
bool s7comm_response(const struct s7comm_facts *s);
