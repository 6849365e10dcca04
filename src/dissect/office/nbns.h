/* nbns.h - NetBIOS names on UDP 137: who looks for which machine by an unproven name.
 *
 * It looks like DNS and is not: names are 16 bytes, each half byte a letter from A to P, the last byte what
 * kind of service it is. A spoofed answer to such a question is a usual first step to stolen passwords.
 *
 * Source: RFC 1002 4.1 and 4.2, RFC 1001 14.1; suffixes: MS-NBTE 2.2.1.
 */
#pragma once

#include "core/str.h"

enum { NBNS_NAME_MAX = 60 }; /* 15 characters, each escaped as in DNS names */
enum { NBNS_NB = 0x20, NBNS_STATUS = 0x21 };
enum { NBNS_QUERY = 0, NBNS_REGISTRATION = 5, NBNS_RELEASE = 6, NBNS_WACK = 7, NBNS_REFRESH = 8 };

struct nbns_facts {
    uint16_t id, type; /* NBNS_NB, NBNS_STATUS */
    bool response, broadcast;
    uint8_t opcode, rcode;
    uint8_t suffix; /* the sixteenth byte: 0x00 workstation, 0x20 file server, 0x1b domain master */
    bool has_address;
    uint8_t address[4]; /* of the first answer */
    uint8_t name_len;
    char name[NBNS_NAME_MAX];
};

static inline struct str nbns_name(const struct nbns_facts *n)
{
    return (struct str){n->name, n->name_len};
}

const char *nbns_opcode_name(uint8_t opcode); /* "query"; NULL */
