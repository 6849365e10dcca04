/* snmp.h - SNMP 1, 2c and 3: which operation, how many variables, and whether the password is the usual one.
 *
 * A community is a password. That it is "public" or "private" is a weakness worth telling; any other is
 * not kept. Nor are user names (version 3), object values and names.
 *
 * Source: RFC 1157 4, RFC 3416 3, RFC 3412 6.
 */
#pragma once

#include "core/str.h"

enum { SNMP_V1 = 0, SNMP_V2C = 1, SNMP_V3 = 3 };
enum snmp_community { SNMP_OTHER, SNMP_PUBLIC, SNMP_PRIVATE };

enum snmp_pdu { /* context tags, RFC 3416 3 */
                SNMP_GET,
                SNMP_GET_NEXT,
                SNMP_RESPONSE,
                SNMP_SET,
                SNMP_TRAP_V1,
                SNMP_GET_BULK,
                SNMP_INFORM,
                SNMP_TRAP_V2,
                SNMP_REPORT,
                SNMP_PDU_UNKNOWN,
};

struct snmp_facts {
    uint8_t version;               /* as on the wire: SNMP_V1 … */
    uint8_t community;             /* enum snmp_community; versions 1 and 2c */
    uint8_t pdu;                   /* enum snmp_pdu */
    bool encrypted, authenticated; /* version 3 */
    uint16_t variables;
    bool has_error;
    uint8_t error, trap;
    uint32_t repetitions; /* of a GetBulk: what makes it an amplifier */
};

const char *snmp_pdu_name(uint8_t pdu); /* "get_request" */
