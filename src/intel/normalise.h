/* normalise.h - from how people and feeds write a selector to its one canonical text.
 *
 *     "hxxps[:]//Evil[.]例え[.]jp:443/a/../%7eb#x"   ->  url     evil.xn--r8jz45g.jp/~b
 *     "*.Evil.Example."                              ->  domain-below  evil.example
 *     "::ffff:192.0.2.7", "192.0.2[.]7:8080"         ->  ipv4    192.0.2.7
 *
 * Refanging undoes what keeps a report from being clicked: hxxp, [.] (.) {.} [dot] (dot) {dot}, \.
 * [:] [://] [/] [@], "evil[.com", full-width dots and colons. Around the value go quotes, brackets,
 * spaces of every width and a comma at the end. Names become A-labels by UTS #46 non-transitional
 * (libidn2): what browsers ask for. A name that is ASCII already is taken as it is on the wire, even
 * if an xn-- label decodes to nothing: somebody can ask for it.
 *
 * Threads: pure functions. Speed: a plain address or ASCII name allocates nothing.
 */
#pragma once

#include "core/selector.h"
#include "intel/why.h"

/* What the feed says the value is. ANY: it does not say, judge by the shape. */
enum claim {
    CLAIM_ANY,
    CLAIM_ADDRESS, /* address or network */
    CLAIM_DOMAIN,
    CLAIM_BELOW,
    CLAIM_HOST, /* domain or address */
    CLAIM_URL,
    CLAIM_JA3,
    CLAIM_JA4,
    CLAIM_FILE_HASH, /* MD5, SHA-1 or SHA-256, by length */
    CLAIM_FILE_MD5,
    CLAIM_FILE_SHA1,
    CLAIM_FILE_SHA256,
    CLAIM_CERT_HASH, /* SHA-1 or SHA-256, by length */
    CLAIM_CERT_SHA1,
    CLAIM_CERT_SHA256,
};

struct normal {
    struct selector selector; /* its value lies in `text` */
    unsigned warnings;        /* bits 1u << WHY_…, of those that only warn */
    char text[SELECTOR_VALUE_MAX + 1];
};

enum { REFANG_MAX = 4096 };

/* False with *ret_why when no selector can be made of it. `ret->selector.value` points into `ret`:
 * do not copy the struct. */
[[nodiscard]] bool normalise(enum claim claim, struct str text, struct normal *ret,
                             enum why *ret_why);

/* `text` without its fangs and wrapping, in `out`. STR_NONE when longer than REFANG_MAX. */
struct str refang(struct str text, char out[REFANG_MAX]);

/* The range an address lies in, by RFC 6890 and its registries ("private use"), NULL for one that is
 * routed on the Internet. A network: NULL unless wholly inside. */
const char *addr_special(const struct addr *a);
/* The ranges themselves, to walk: false past the last. */
bool special_range(size_t at, struct addr *ret_range, const char **ret_name);
/* True when the canonical name is a public suffix (publicsuffix.org, by libpsl): "com", "co.jp". */
bool name_is_public_suffix(struct str name);
