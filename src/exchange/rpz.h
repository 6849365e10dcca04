/* rpz.h - the block list as a DNS response policy zone, for BIND, Unbound, Knot and PowerDNS.
 *
 * Names answer NXDOMAIN (CNAME .); a "domain-below" selector also takes its wildcard. Addresses
 * become rpz-ip triggers: prefix length first, then the address backwards, IPv6 with zz for "::".
 * Source: draft-vixie-dnsop-dns-rpz (sections 3, 4.1, 4.3), zone files RFC 1035 5.1, serials RFC 1982.
 * A name that would not fit under the zone (RFC 1035 3.1: 255 octets on the wire) is left out and
 * counted: a zone that does not load protects nobody.
 */
#pragma once

#include "exchange/blocklist.h"

struct rpz_counts {
    size_t records;  /* policy records written */
    size_t left_out; /* selectors whose names are too long under this zone */
};

/* `zone` has no trailing dot. The caller keeps `serial` rising. Check out->over afterwards. */
struct rpz_counts rpz_write(const struct blocklist *b, struct str zone, uint32_t serial,
                            int64_t now, struct buf *out);
