/* ntp.h - NTP 1 to 4: who keeps whose time, and the old private mode that made servers into amplifiers.
 *
 * Mode 6 (control) and 7 (ntpdc) have heads of their own; `monlist` is mode 7's list of the last 600
 * clients, 556 times as many bytes as its question (CVE-2013-5211). No time stamp is kept.
 *
 * Source: RFC 5905 7.3, RFC 9327 (mode 6), ntp 4.2.6 ntp_request.h (mode 7).
 */
#pragma once

#include "core/str.h"

enum { NTP_CLIENT = 3, NTP_SERVER = 4, NTP_BROADCAST = 5, NTP_CONTROL = 6, NTP_PRIVATE = 7 };

struct ntp_facts {
    uint8_t leap, version, mode;
    uint8_t stratum;
    uint8_t reference[4]; /* an address, or four letters where the stratum is 0 or 1 */
    bool response;
    uint8_t opcode; /* mode 6: operation; mode 7: request code */
    bool monlist;
};
