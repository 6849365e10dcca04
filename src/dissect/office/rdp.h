/* rdp.h - how a remote desktop connection begins: what is asked for, what is granted, or why it is not.
 *
 * Four messages stand in the clear: X.224's connection request and confirm, and, where neither TLS nor
 * CredSSP was agreed, MCS's connect initial and response. After that, or at a TLS record, the row ends.
 *
 * The cookie of a request holds a user's name, its other form a farm's token: that one is there is kept,
 * nothing of it. Of the client's core data its version, build, screen and keyboard; never its name.
 *
 * Source: MS-RDPBCGR 2.2.1.1 to 2.2.1.4, RFC 1006, ITU-T X.224 13.3, T.125 11.
 */
#pragma once

#include "core/str.h"

enum rdp_kind { RDP_REQUEST, RDP_CONFIRM, RDP_CONNECT, RDP_CONNECT_RESPONSE };

enum rdp_protocol { /* bits of requestedProtocols, MS-RDPBCGR 2.2.1.1.1 */
                    RDP_STANDARD = 0,
                    RDP_SSL = 1,
                    RDP_HYBRID = 2,
                    RDP_RDSTLS = 4,
                    RDP_HYBRID_EX = 8,
                    RDP_AAD = 16,
};

struct rdp_facts {
    uint8_t kind; /* enum rdp_kind */
    bool cookie, token;
    bool negotiates;    /* requested, selected or failure is told */
    uint8_t flags;      /* of the negotiation */
    uint32_t requested; /* enum rdp_protocol bits */
    uint32_t selected;
    bool failed;
    uint32_t failure; /* failureCode */
    bool has_core;
    uint32_t version, build, keyboard;
    uint16_t width, height;
    bool has_result;
    uint8_t result; /* of the connect response: 0 is success */
};

const char *rdp_protocol_name(uint32_t bit);    /* "ssl"; NULL */
const char *rdp_failure_name(uint32_t code);    /* "SSL_REQUIRED_BY_SERVER"; NULL */
const char *rdp_version_name(uint32_t version); /* "v10.6"; NULL */
