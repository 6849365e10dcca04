/* fingerprint.c - the three texts, and their hashes.
 *
 * Digits are written by hand: this runs once a TLS flow and printf would be half its cost. The texts are
 * bounded by the lists in tls.h, so a writer needs no check of its own.
 */
#include "dissect/fingerprint.h"

#include "core/encode.h"

#include <assert.h>

/* Five digits and a dash for each 16-bit value, four for each 8-bit one, and the version. */
static_assert(JA3_TEXT_MAX >= 6 * (1 + TLS_CIPHERS_MAX + TLS_EXTENSIONS_MAX + TLS_GROUPS_MAX) +
                                  4 * TLS_FORMATS_MAX + 4,
              "a JA3 text fits");

static char *decimal_put(char *out, uint16_t v)
{
    char digits[5];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + v % 10);
        v = (uint16_t)(v / 10);
    } while (v);
    while (n)
        *out++ = digits[--n];
    return out;
}

static char *decimals_put(char *out, const uint16_t *values, size_t count)
{
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (tls_is_grease(values[i]))
            continue;
        if (!first)
            *out++ = '-';
        out = decimal_put(out, values[i]);
        first = false;
    }
    return out;
}

struct str ja3_text(const struct tls_client_hello *h, char out[JA3_TEXT_MAX])
{
    char *at = decimal_put(out, h->version);
    *at++ = ',';
    at = decimals_put(at, h->ciphers, h->n_ciphers);
    *at++ = ',';
    at = decimals_put(at, h->extensions, h->n_extensions);
    *at++ = ',';
    at = decimals_put(at, h->groups, h->n_groups);
    *at++ = ',';
    for (size_t i = 0; i < h->n_formats; i++) {
        if (i)
            *at++ = '-';
        at = decimal_put(at, h->formats[i]);
    }
    return (struct str){out, (size_t)(at - out)};
}

struct str ja3s_text(const struct tls_server_hello *h, char out[JA3_TEXT_MAX])
{
    char *at = decimal_put(out, h->legacy_version);
    *at++ = ',';
    at = decimal_put(at, h->cipher);
    *at++ = ',';
    at = decimals_put(at, h->extensions, h->n_extensions);
    return (struct str){out, (size_t)(at - out)};
}

static void md5_text(struct str text, char ret_hex[JA3_SIZE])
{
    uint8_t digest[MD5_SIZE];
    md5_of(text, digest);
    hex_write(ret_hex, digest, sizeof digest);
    ret_hex[JA3_SIZE - 1] = 0;
}

void ja3_of(const struct tls_client_hello *h, char ret_ja3[JA3_SIZE])
{
    char text[JA3_TEXT_MAX];
    ret_ja3[0] = 0;
    if (!h->ssl2 && !h->overlong)
        md5_text(ja3_text(h, text), ret_ja3);
}

void ja3s_of(const struct tls_server_hello *h, char ret_ja3s[JA3_SIZE])
{
    char text[JA3_TEXT_MAX];
    ret_ja3s[0] = 0;
    if (!h->overlong)
        md5_text(ja3s_text(h, text), ret_ja3s);
}

/* Sorts in place. Lists are short and nearly sorted: insertion wins over a call back per comparison. */
static void sort16(uint16_t *v, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint16_t x = v[i];
        size_t at = i;
        for (; at && v[at - 1] > x; at--)
            v[at] = v[at - 1];
        v[at] = x;
    }
}

static size_t without_grease(const uint16_t *values, size_t count, uint16_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!tls_is_grease(values[i]))
            out[n++] = values[i];
    return n;
}

static char *hex4_put(char *out, const uint16_t *values, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        if (i)
            *out++ = ',';
        for (int shift = 12; shift >= 0; shift -= 4)
            *out++ = digits[values[i] >> shift & 15];
    }
    return out;
}

enum { JA4_HASH_LEN = 12 };

static void short_hash(struct str text, char *out)
{
    uint8_t digest[SHA256_SIZE];
    if (text.len == 0) {
        memset(out, '0', JA4_HASH_LEN);
        return;
    }
    sha256_of(text, digest);
    hex_write(out, digest, JA4_HASH_LEN / 2);
}

static const char *version_mark(uint16_t version)
{
    switch (version) {
    case 0x0304: return "13";
    case 0x0303: return "12";
    case 0x0302: return "11";
    case 0x0301: return "10";
    case 0x0300: return "s3";
    case 0x0002: return "s2";
    case 0xfeff: return "d1";
    case 0xfefd: return "d2";
    case 0xfefc: return "d3";
    default: return "00";
    }
}

static bool alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* First and last character of the first protocol; where one is no letter or digit, the first and last
 * hex digit of the whole. */
static void alpn_mark(const struct tls_client_hello *h, char out[2])
{
    struct str name = tls_alpn_offered(h, 0);
    out[0] = out[1] = '0';
    if (name.len == 0)
        return;
    char first = name.ptr[0], last = name.ptr[name.len - 1], hex[2];
    if (alphanumeric(first) && alphanumeric(last)) {
        out[0] = first;
        out[1] = last;
        return;
    }
    hex_write(hex, &first, 1);
    out[0] = hex[0];
    hex_write(hex, &last, 1);
    out[1] = hex[1];
}

static void count_put(char out[2], size_t n)
{
    n = n > 99 ? 99 : n;
    out[0] = (char)('0' + n / 10);
    out[1] = (char)('0' + n % 10);
}

/* Sorted extensions without SNI (0) and ALPN (16), then the signature algorithms as sent. */
static void extensions_hash(const struct tls_client_hello *h, uint16_t *sorted, size_t count,
                            char *out)
{
    char text[5 * (TLS_EXTENSIONS_MAX + TLS_SIGALGS_MAX) + 1];
    uint16_t sigalgs[TLS_SIGALGS_MAX];
    size_t kept = 0, n_sigalgs = without_grease(h->sigalgs, h->n_sigalgs, sigalgs);
    for (size_t i = 0; i < count; i++)
        if (sorted[i] != 0 && sorted[i] != 16)
            sorted[kept++] = sorted[i];
    sort16(sorted, kept);

    char *at = hex4_put(text, sorted, kept);
    if (n_sigalgs) {
        *at++ = '_';
        at = hex4_put(at, sigalgs, n_sigalgs);
    }
    short_hash((struct str){text, (size_t)(at - text)}, out);
}

void ja4_of(const struct tls_client_hello *h, char carrier, char ret_ja4[JA4_SIZE])
{
    uint16_t ciphers[TLS_CIPHERS_MAX], extensions[TLS_EXTENSIONS_MAX];
    char text[5 * TLS_CIPHERS_MAX];
    ret_ja4[0] = 0;
    if (h->ssl2 || h->overlong)
        return;
    size_t n_ciphers = without_grease(h->ciphers, h->n_ciphers, ciphers);
    size_t n_extensions = without_grease(h->extensions, h->n_extensions, extensions);

    char *at = ret_ja4;
    *at++ = carrier;
    memcpy(at, version_mark(tls_version_offered(h)), 2);
    at[2] = h->has_sni ? 'd' : 'i';
    count_put(at + 3, n_ciphers);
    count_put(at + 5, n_extensions);
    alpn_mark(h, at + 7);
    at[9] = '_';
    sort16(ciphers, n_ciphers);
    char *end = hex4_put(text, ciphers, n_ciphers);
    short_hash((struct str){text, (size_t)(end - text)}, at + 10);
    at[22] = '_';
    extensions_hash(h, extensions, n_extensions, at + 23);
    at[35] = 0;
}
