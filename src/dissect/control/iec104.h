/* iec104.h - IEC 60870-5-104, the telecontrol of power grids: one APDU a message.
 *
 * Kept: frame format, sequence numbers, and of an ASDU its type, cause, addresses and number of objects.
 * Never a measured value, nor which way a switch is thrown; `select` says whether a command only selects.
 *
 * Source: IEC 60870-5-104:2006 clause 5 (APCI), IEC 60870-5-101:2003 clause 7 (ASDU).
 */
#pragma once

#include "core/str.h"

enum { IEC104_START = 0x68, IEC104_APDU_MAX = 253, IEC104_CONTROL_SIZE = 4 };

enum iec104_format { IEC104_I, IEC104_S, IEC104_U };

enum iec104_u { /* the U format's function bits, as in its first control byte */
                IEC104_STARTDT_ACT = 0x04,
                IEC104_STARTDT_CON = 0x08,
                IEC104_STOPDT_ACT = 0x10,
                IEC104_STOPDT_CON = 0x20,
                IEC104_TESTFR_ACT = 0x40,
                IEC104_TESTFR_CON = 0x80,
};

struct iec104_facts {
    uint8_t format; /* enum iec104_format */
    uint8_t u;      /* enum iec104_u */
    uint16_t send, receive;
    /* I format alone: */
    uint8_t type;
    bool sequence; /* one address, then the elements that follow it */
    uint8_t objects;
    uint8_t cause; /* 0..63 */
    bool negative, test, select;
    uint8_t originator;
    uint16_t common_address;
    uint32_t object_address; /* of the first object */
};

const char *iec104_type_name(uint8_t type);   /* "C_SC_NA_1"; NULL */
const char *iec104_cause_name(uint8_t cause); /* "act"; NULL */
const char *iec104_u_name(uint8_t u);         /* "STARTDT act" */
