/* selector.h - what an indicator selects traffic by: the vocabulary that feeds, the index, sensors,
 * the exchange and block lists share.
 *
 * A selector is a kind and its canonical text. Two parties who mean the same thing write the same
 * bytes, so equality is memcmp. What each kind's canonical text is:
 *
 *   ipv4, ipv6        RFC 5952 text; an IPv4-mapped IPv6 address is the IPv4 address
 *   prefix4, prefix6  network/bits, host bits zero, never a whole address (/32, /128)
 *   domain            that name alone: A-labels, lower case, no trailing dot, '_' allowed
 *   domain-below      that name and every name under it, written as the name
 *   url               as core/url.h makes it: host[:port]/path[?query], no scheme, user, fragment.
 *                     An observer asks with the query first, then without it.
 *   ja3, file-md5     32 lower-case hex digits
 *   ja4               three parts of 10, 12 and 12 characters, with '_' between
 *   cert-sha1, file-sha1, cert-sha256, file-sha256   40 or 64 lower-case hex digits
 *
 * Feeds write all this in a hundred other ways: intel/normalise.h makes canonical text from those.
 * Here lives only what needs no library, so that the sensor and the index can use it.
 *
 *     struct addr a;
 *     char text[ADDR_TEXT_SIZE];
 *     if (!prefix_parse(S("::ffff:192.0.2.0/120"), &a, e))
 *         return false;
 *     struct selector s = selector_of_addr(&a, text);    // prefix4, "192.0.2.0/24"
 *
 * Ownership: values are borrowed. Threads: everything here is a pure function.
 */
#pragma once

#include "core/addr.h"
#include "core/url.h"

/* name, text on files and wires, what it selects. Files carry the text: order may change, text not. */
#define SELECTOR_MAP(X)                                                                            \
    X(IPV4, "ipv4", "one IPv4 address")                                                            \
    X(IPV6, "ipv6", "one IPv6 address")                                                            \
    X(PREFIX4, "prefix4", "a network of IPv4 addresses")                                           \
    X(PREFIX6, "prefix6", "a network of IPv6 addresses")                                           \
    X(DOMAIN, "domain", "one domain name")                                                         \
    X(DOMAIN_BELOW, "domain-below", "a domain name and every name under it")                       \
    X(URL, "url", "a host and path, whatever the scheme")                                          \
    X(JA3, "ja3", "a TLS client by its JA3 hash")                                                  \
    X(JA4, "ja4", "a TLS client by its JA4 fingerprint")                                           \
    X(CERT_SHA1, "cert-sha1", "a certificate by its SHA-1")                                        \
    X(CERT_SHA256, "cert-sha256", "a certificate by its SHA-256")                                  \
    X(FILE_MD5, "file-md5", "a file by its MD5")                                                   \
    X(FILE_SHA1, "file-sha1", "a file by its SHA-1")                                               \
    X(FILE_SHA256, "file-sha256", "a file by its SHA-256")

enum selector_kind {
#define X(name, text, meaning) SELECTOR_##name,
    SELECTOR_MAP(X)
#undef X
        SELECTOR_KIND_COUNT,
};

enum {
    SELECTOR_DOMAIN_MAX = 253, /* RFC 1035 2.3.4, as text without the trailing dot */
    SELECTOR_VALUE_MAX = SELECTOR_URL_MAX,
};

struct selector {
    enum selector_kind kind;
    struct str value; /* canonical, as above */
};

const char *selector_kind_name(enum selector_kind kind);
[[nodiscard]] bool selector_kind_parse(struct str text, enum selector_kind *ret_kind);

static inline bool selector_eq(const struct selector *a, const struct selector *b)
{
    return a->kind == b->kind && str_eq(a->value, b->value);
}

/* True when the value is the canonical text of its kind. For what arrives from another party: a
 * name off a wire, a statement of another node. ERR_INVALID says what is wrong with it. */
[[nodiscard]] bool selector_check(const struct selector *s, struct err *e);

/* The number behind an address or prefix selector; false for any other kind or a bad value. */
[[nodiscard]] bool selector_addr(const struct selector *s, struct addr *ret_addr);
/* The selector of an address or a prefix; its value is written to `out`. */
struct selector selector_of_addr(const struct addr *a, char out[ADDR_TEXT_SIZE]);

/* A name off a wire as canonical text in `out`: lower case, no trailing dot. False when it is no name
 * (empty, a bad label, a byte outside a-z 0-9 - _, over 253, or its last label is a number). */
[[nodiscard]] bool domain_canonical(struct str name, char out[SELECTOR_DOMAIN_MAX + 1],
                                    struct str *ret_name);
/* True when `name` is `above` or lies under it. Both canonical. */
bool domain_is_below(struct str name, struct str above);
