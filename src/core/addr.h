/* addr.h - Internet addresses and networks: read, written, compared.
 *
 * Why our own reader: inet_pton wants a C string, inet_aton takes "0177.1" for 127.0.0.1, and
 * neither says what was wrong. A feed that means another address than we read blocks a stranger.
 * An IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) is its IPv4 address everywhere in the house.
 *
 * Threads: everything here is a pure function.
 */
#pragma once

#include "core/err.h"
#include "core/str.h"

enum { ADDR_TEXT_SIZE = 52 }; /* the longest IPv6 prefix and its NUL */

/* An address or a network. Unused bytes and bits past the prefix are zero, so it can be a key. */
struct addr {
    uint8_t bytes[16]; /* network order; an IPv4 address fills the first four */
    uint8_t bits;      /* length of the prefix: 32 or 128 is one address */
    bool v6;
};

static inline bool addr_is_whole(const struct addr *a)
{
    return a->bits == (a->v6 ? 128 : 32);
}

/* One address: four decimal bytes without leading zeros, or RFC 4291 2.2 text. No zone, no port. */
[[nodiscard]] bool addr_parse(struct str text, struct addr *ret_addr, struct err *e);
/* An address, or address/bits with no bit set past the prefix (what was meant is unknowable). */
[[nodiscard]] bool prefix_parse(struct str text, struct addr *ret_addr, struct err *e);
/* RFC 5952; "/bits" follows only when it is not a whole address. */
struct str addr_format(const struct addr *a, char out[ADDR_TEXT_SIZE]);

/* From the bytes of a packet. */
struct addr addr_of_v4(const uint8_t bytes[4]);
struct addr addr_of_v6(const uint8_t bytes[16]);

bool addr_eq(const struct addr *a, const struct addr *b);
bool addr_contains(const struct addr *outer, const struct addr *inner); /* equal counts */
/* Order for sorting: IPv4 first, then by bytes, then wider networks first. */
int addr_compare(const struct addr *a, const struct addr *b);
