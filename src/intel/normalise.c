/* normalise.c - a value and what its feed says it is, to a selector. See normalise.h. */
#include "intel/normalise.h"

#include "core/ascii.h"
#include "intel/refang_private.h"

#include <idn2.h>

static bool no(enum why why, enum why *ret_why)
{
    *ret_why = why;
    return false;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_is_digit(s.ptr[i]))
            return false;
    return s.len > 0;
}

static bool all_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (ascii_hex_value(s.ptr[i]) < 0)
            return false;
    return s.len > 0;
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] & 0x80)
            return false;
    return true;
}

static bool has(struct str s, char c)
{
    return s.len && memchr(s.ptr, c, s.len);
}

/* Addresses */

/* Shorter prefixes than these hold many operators' customers at once. */
enum { WIDE_V4 = 16, WIDE_V6 = 32 };

static bool take_addr(const struct addr *a, struct normal *ret)
{
    ret->selector = selector_of_addr(a, ret->text);
    if (addr_special(a))
        ret->warnings |= 1u << WHY_SPECIAL_ADDRESS;
    if (a->bits < (a->v6 ? WIDE_V6 : WIDE_V4))
        ret->warnings |= 1u << WHY_WIDE_PREFIX;
    return true;
}

static bool is_port(struct str s)
{
    return s.len <= 5 && all_digits(s);
}

/* What is left of "[v6]", "[v6]:port" and "v4:port" without brackets and port. */
static struct str without_port(struct str s)
{
    struct str rest;
    if (s.len && s.ptr[0] == '[') {
        struct str inside = str_cut(str_skip(s, 1), ']', &rest);
        bool closed = inside.len + 2 + rest.len == s.len;
        bool port = rest.len > 1 && rest.ptr[0] == ':' && is_port(str_skip(rest, 1));
        return closed && (rest.len == 0 || port) ? inside : s;
    }
    struct str head = str_cut(s, ':', &rest);
    return is_port(rest) && has(head, '.') ? head : s;
}

/* True when `s` could be meant as an address or a network: then it must be one. */
static bool looks_like_addr(struct str s)
{
    struct str length;
    struct str head = str_cut(s, '/', &length);
    bool colon = false, letter = false;
    if (has(s, '/') && (!all_digits(length) || length.len > 3))
        return false;
    for (size_t i = 0; i < head.len; i++) {
        char c = head.ptr[i];
        colon = colon || c == ':';
        letter = letter || (!ascii_is_digit(c) && c != '.' && c != ':');
        if (c != '.' && c != ':' && ascii_hex_value(c) < 0)
            return false;
    }
    return colon || (!letter && has(head, '.'));
}

static bool is_length(struct str s, unsigned most)
{
    unsigned value = 0;
    if (s.len > 3 || !all_digits(s))
        return false;
    for (size_t i = 0; i < s.len; i++)
        value = value * 10 + (unsigned)(s.ptr[i] - '0');
    return value <= most;
}

static bool to_addr(struct str s, struct normal *ret, enum why *ret_why)
{
    struct err e;
    struct addr a;
    struct str length;
    s = without_port(s);
    if (prefix_parse(s, &a, &e))
        return take_addr(&a, ret);
    struct str network = str_cut(s, '/', &length);
    bool host_bits = addr_parse(network, &a, &e) && is_length(length, a.v6 ? 128 : 32);
    return no(host_bits ? WHY_HOST_BITS : WHY_BAD_ADDRESS, ret_why);
}

/* Names */

static struct str last_label(struct str name)
{
    size_t at = name.len;
    while (at > 0 && name.ptr[at - 1] != '.')
        at--;
    return str_skip(name, at);
}

static bool to_a_labels(struct str s, char out[SELECTOR_DOMAIN_MAX + 1], struct str *ret)
{
    if (is_ascii(s))
        return domain_canonical(s, out, ret);

    char text[1024];
    char *ascii = NULL;
    if (s.len >= sizeof text || has(s, '\0'))
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    int rc = idn2_lookup_u8((const uint8_t *)text, (uint8_t **)&ascii,
                            IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    bool good = rc == IDN2_OK && domain_canonical((struct str){ascii, strlen(ascii)}, out, ret);
    idn2_free(ascii);
    return good;
}

static bool to_name(struct str s, char out[SELECTOR_DOMAIN_MAX + 1], struct str *ret,
                    enum why *ret_why)
{
    if (!to_a_labels(s, out, ret))
        return no(all_digits(last_label(s)) ? WHY_BAD_ADDRESS : WHY_BAD_NAME, ret_why);
    if (!has(*ret, '.'))
        return no(WHY_SINGLE_LABEL, ret_why);
    return true;
}

static bool to_domain(struct str s, enum selector_kind kind, struct normal *ret, enum why *ret_why)
{
    struct str port, name;
    if (str_starts(s, S("*.")) || (s.len > 1 && s.ptr[0] == '.')) {
        kind = SELECTOR_DOMAIN_BELOW;
        s = str_skip(s, s.ptr[0] == '.' ? 1 : 2);
    }
    struct str head = str_cut(s, ':', &port);
    if (is_port(port))
        s = head;
    if (!to_name(s, ret->text, &name, ret_why))
        return false;
    ret->selector = (struct selector){kind, name};
    if (name_is_public_suffix(name))
        ret->warnings |= 1u << WHY_PUBLIC_SUFFIX;
    return true;
}

static bool to_host(struct str s, struct normal *ret, enum why *ret_why)
{
    if (looks_like_addr(without_port(s)))
        return to_addr(s, ret, ret_why);
    return to_domain(s, SELECTOR_DOMAIN, ret, ret_why);
}

/* URLs */

/* Length of "scheme://" at the start, 0 when there is none (RFC 3986 3.1). */
static size_t scheme_length(struct str s)
{
    const char *at = s.len ? memmem(s.ptr, s.len, "://", 3) : NULL;
    size_t n = at ? (size_t)(at - s.ptr) : 0;
    for (size_t i = 0; i < n; i++) {
        bool letter = ascii_is_letter(s.ptr[i]);
        bool more = ascii_is_digit(s.ptr[i]) || (s.ptr[i] && strchr("+-.", s.ptr[i]));
        if (!letter && (i == 0 || !more))
            return 0;
    }
    return n ? n + 3 : 0;
}

static bool split_port(struct str place, struct str *ret_host, uint16_t *ret_port)
{
    struct str host, port;
    if (place.len && place.ptr[0] == '[') {
        struct str rest;
        host = str_cut(str_skip(place, 1), ']', &rest);
        if (rest.len && rest.ptr[0] != ':')
            return false;
        port = str_skip(rest, 1);
    } else {
        host = str_cut(place, ':', &port);
    }
    unsigned value = 0;
    if (port.len > 5 || (port.len && !all_digits(port)))
        return false;
    for (size_t i = 0; i < port.len; i++)
        value = value * 10 + (unsigned)(port.ptr[i] - '0');
    *ret_host = host;
    *ret_port = (uint16_t)value;
    return value <= UINT16_MAX;
}

static bool to_url(struct str s, struct normal *ret, enum why *ret_why)
{
    size_t scheme = scheme_length(s);
    bool ftp = scheme == 6 && ascii_lower(s.ptr[0]) == 'f' && ascii_lower(s.ptr[1]) == 't';
    s = str_skip(s, scheme);

    size_t n = 0;
    while (n < s.len && s.ptr[n] != '/' && s.ptr[n] != '?' && s.ptr[n] != '#' && s.ptr[n] != '\\')
        n++;
    struct str place = {s.ptr, n}, target = str_skip(s, n), host, url;
    for (size_t i = place.len; i-- > 0;) { /* RFC 3986 3.2.1: the user part ends at the last '@' */
        if (place.ptr[i] == '@') {
            place = str_skip(place, i + 1);
            break;
        }
    }
    uint16_t port;
    struct addr a;
    struct err e;
    char text[SELECTOR_DOMAIN_MAX + 1];
    if (!split_port(place, &host, &port) || host.len == 0)
        return no(WHY_BAD_URL, ret_why);
    if (looks_like_addr(host)) {
        if (!addr_parse(host, &a, &e))
            return no(WHY_BAD_URL, ret_why);
        host = addr_format(&a, text);
        if (addr_special(&a))
            ret->warnings |= 1u << WHY_SPECIAL_ADDRESS;
    } else if (!to_name(host, text, &host, ret_why)) {
        return *ret_why == WHY_SINGLE_LABEL ? false : no(WHY_BAD_URL, ret_why);
    }
    if (!url_canonical(host, ftp && port == 21 ? 0 : port, target, ret->text, &url))
        return no(WHY_TOO_LONG, ret_why);
    ret->selector = (struct selector){SELECTOR_URL, url};
    return true;
}

/* Hashes and fingerprints */

static bool to_lower_hex(struct str s, size_t len, enum selector_kind kind, struct normal *ret)
{
    if (s.len != len || !all_hex(s))
        return false;
    for (size_t i = 0; i < len; i++)
        ret->text[i] = ascii_lower(s.ptr[i]);
    ret->text[len] = '\0';
    ret->selector = (struct selector){kind, {ret->text, len}};
    return true;
}

static bool to_ja4(struct str s, struct normal *ret)
{
    enum { JA4_LEN = 36, ALPN_AT = 8, ALPN_LEN = 2 };
    struct err e;
    if (s.len != JA4_LEN)
        return false;
    for (size_t i = 0; i < s.len; i++) { /* the ends of the ALPN name keep their case */
        bool alpn = i >= ALPN_AT && i < ALPN_AT + ALPN_LEN;
        ret->text[i] = s.ptr[i];
        if (!alpn)
            ret->text[i] = ascii_lower(s.ptr[i]);
    }
    ret->text[s.len] = '\0';
    ret->selector = (struct selector){SELECTOR_JA4, {ret->text, s.len}};
    return selector_check(&ret->selector, &e);
}

static const struct {
    size_t len;
    enum claim claim;
    enum selector_kind kind;
} hashes[] = {
    {32, CLAIM_ANY, SELECTOR_FILE_MD5},
    {40, CLAIM_ANY, SELECTOR_FILE_SHA1},
    {64, CLAIM_ANY, SELECTOR_FILE_SHA256},
    {32, CLAIM_FILE_HASH, SELECTOR_FILE_MD5},
    {40, CLAIM_FILE_HASH, SELECTOR_FILE_SHA1},
    {64, CLAIM_FILE_HASH, SELECTOR_FILE_SHA256},
    {32, CLAIM_FILE_MD5, SELECTOR_FILE_MD5},
    {40, CLAIM_FILE_SHA1, SELECTOR_FILE_SHA1},
    {64, CLAIM_FILE_SHA256, SELECTOR_FILE_SHA256},
    {40, CLAIM_CERT_HASH, SELECTOR_CERT_SHA1},
    {64, CLAIM_CERT_HASH, SELECTOR_CERT_SHA256},
    {40, CLAIM_CERT_SHA1, SELECTOR_CERT_SHA1},
    {64, CLAIM_CERT_SHA256, SELECTOR_CERT_SHA256},
    {32, CLAIM_JA3, SELECTOR_JA3},
};

/* Certificate fingerprints come as "AA:BB:…" too. */
static struct str without_colons(struct str s, char out[128])
{
    size_t n = 0;
    if (s.len > 128 || !has(s, ':'))
        return s;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ':')
            out[n++] = s.ptr[i];
    return (struct str){out, n};
}

static bool to_hash(enum claim claim, struct str s, struct normal *ret)
{
    char bare[128];
    if (claim == CLAIM_CERT_HASH || claim == CLAIM_CERT_SHA1 || claim == CLAIM_CERT_SHA256)
        s = without_colons(s, bare);
    for (size_t i = 0; i < COUNT(hashes); i++)
        if (hashes[i].claim == claim && to_lower_hex(s, hashes[i].len, hashes[i].kind, ret))
            return true;
    return false;
}

static bool by_shape(struct str s, struct normal *ret, enum why *ret_why)
{
    if (scheme_length(s))
        return to_url(s, ret, ret_why);
    if (looks_like_addr(without_port(s)))
        return to_addr(s, ret, ret_why);
    if (to_hash(CLAIM_ANY, s, ret) || to_ja4(s, ret))
        return true;
    if (has(s, ' ') || has(s, '\t'))
        return no(WHY_UNRECOGNISED, ret_why);
    if (has(s, '/') || has(s, '?'))
        return to_url(s, ret, ret_why);
    if (has(s, '@') || (all_hex(s) && (s.len == 56 || s.len == 96 || s.len == 128)))
        return no(WHY_TYPE_UNUSED, ret_why); /* mail address; SHA-224, -384, -512 */
    return to_domain(s, SELECTOR_DOMAIN, ret, ret_why);
}

static bool by_claim(enum claim claim, struct str s, struct normal *ret, enum why *ret_why)
{
    switch (claim) {
    case CLAIM_ANY: return by_shape(s, ret, ret_why);
    case CLAIM_ADDRESS: return to_addr(s, ret, ret_why);
    case CLAIM_DOMAIN: return to_domain(s, SELECTOR_DOMAIN, ret, ret_why);
    case CLAIM_BELOW: return to_domain(s, SELECTOR_DOMAIN_BELOW, ret, ret_why);
    case CLAIM_HOST: return to_host(s, ret, ret_why);
    case CLAIM_URL: return to_url(s, ret, ret_why);
    case CLAIM_JA4: return to_ja4(s, ret) || no(WHY_BAD_HASH, ret_why);
    default: return to_hash(claim, s, ret) || no(WHY_BAD_HASH, ret_why);
    }
}

bool normalise(enum claim claim, struct str text, struct normal *ret, enum why *ret_why)
{
    static const struct str ellipsis = S_("\xe2\x80\xa6");
    char buffer[REFANG_MAX];
    struct str s = unwrap(text, claim == CLAIM_URL);
    ret->warnings = 0;
    if (s.len == 0)
        return no(WHY_EMPTY, ret_why);
    if (s.len > REFANG_MAX)
        return no(WHY_TOO_LONG, ret_why);
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return no(WHY_BAD_BYTES, ret_why);
    if (s.len >= ellipsis.len && str_eq(str_skip(s, s.len - ellipsis.len), ellipsis))
        return no(WHY_CUT_SHORT, ret_why);
    if (has_fangs(s))
        s = pull_fangs(s, buffer);
    return by_claim(claim, s, ret, ret_why);
}
