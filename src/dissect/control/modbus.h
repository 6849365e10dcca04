/* modbus.h - Modbus/TCP: which function of which unit is asked for, at which addresses, and how it ended.
 *
 * Kept: transaction, unit, function, exception, addresses, quantities. Never what a register or a coil
 * holds: that is the process itself.
 *
 * Requests and responses of some functions look alike (a single write is echoed). `can_ask` and
 * `can_answer` say what the shape allows; where both stand, the direction of the flow decides, and a reader of
 * the facts takes `read` as a request's or a response's according to the side it came from.
 *
 * Source: MODBUS Application Protocol V1.1b3 (6), MODBUS Messaging on TCP/IP V1.0b (3.1.3).
 */
#pragma once

#include "core/str.h"

enum {
    MODBUS_HEADER_SIZE = 7,
    MODBUS_LENGTH_MAX = 254, /* unit, function and data: a serial line takes no more */
    MODBUS_EXCEPTION = 0x80, /* bit of `function` */
    MODBUS_DIAGNOSTIC = 8,
    MODBUS_MEI = 43,
    MODBUS_UMAS = 90, /* Schneider Electric's own: programs are loaded by it */
};

/* Why a message that is Modbus is not a good one. Name as others log it. */
#define MODBUS_FAULT_MAP(X)                                                                        \
    X(DATA_VALUE, 1)                                                                               \
    X(DATA_LENGTH, 2)                                                                              \
    X(EXC_CODE, 4)                                                                                 \
    X(FUNC_CODE, 8)

enum modbus_fault { /* bits */
#define X(name, bit) MODBUS_FAULT_##name = (bit),
                    MODBUS_FAULT_MAP(X)
#undef X
};

struct modbus_span {
    bool told; /* address and quantity were in the message */
    uint16_t address, quantity;
};

struct modbus_facts {
    uint16_t transaction;
    uint16_t length; /* as the header says: unit, function and data */
    uint8_t unit;
    uint8_t function;  /* as on the wire, MODBUS_EXCEPTION included */
    uint8_t exception; /* 0: none */
    uint8_t faults;    /* bits of enum modbus_fault */
    uint16_t
        sub; /* diagnostic: sub-function; MEI: type; UMAS: its function, 0xfe and 0xfd in answers */
    bool can_ask, can_answer;
    struct modbus_span read, write;
};

const char *modbus_function_name(uint8_t function); /* without its exception bit; "Unknown" */
const char *modbus_exception_name(uint8_t code);
const char *modbus_diagnostic_name(uint16_t sub);
const char *modbus_mei_name(uint16_t type);
const char *umas_function_name(uint16_t function); /* NULL: not known */
/* "READ | COILS", "NONE"; "PUBLIC_ASSIGNED", "USER_DEFINED", ... */
const char *modbus_access_name(uint8_t function);
const char *modbus_category_name(const struct modbus_facts *m);
