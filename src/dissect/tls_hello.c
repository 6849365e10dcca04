/* tls_hello.c - the bodies of ClientHello and ServerHello, list by list.
 *
 * Each list is read up to its bound; what is past it sets `overlong`. Extensions of unknown type are
 * listed and stepped over. A list that breaks its own frame makes the whole hello none.
 */
#include "dissect/tls.h"

#include "core/rd.h"
#include "dissect/name_private.h"

enum extension { /* IANA "TLS ExtensionType Values" */
                 EXT_SERVER_NAME = 0,
                 EXT_GROUPS = 10,
                 EXT_FORMATS = 11,
                 EXT_SIGALGS = 13,
                 EXT_ALPN = 16,
                 EXT_VERSIONS = 43,
                 EXT_ECH = 0xfe0d,
};

enum { RANDOM_SIZE = 32, SESSION_ID_MAX = 32 };

/* RFC 8446 4.1.3: the SHA-256 of "HelloRetryRequest" stands in for the random. */
static const uint8_t retry_random[RANDOM_SIZE] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

/* The next `n` bytes as a reader of their own. A short read spoils both. */
static struct rd rd_sub(struct rd *r, size_t n)
{
    struct str s = rd_str(r, n);
    struct rd sub = rd_of(s.ptr, s.len);
    sub.bad = r->bad;
    return sub;
}

/* Two-byte values to the end of `r`; false when a byte is left over. */
static bool list16_read(struct rd *r, uint16_t *out, size_t most, uint16_t *ret_count,
                        bool *overlong)
{
    size_t n = rd_left(r) / 2;
    *overlong |= n > most;
    *ret_count = (uint16_t)(n < most ? n : most);
    for (size_t i = 0; i < *ret_count; i++)
        out[i] = rd_be16(r);
    (void)rd_str(r, (n - *ret_count) * 2);
    return !r->bad && rd_left(r) == 0;
}

/* RFC 6066 3: a list of typed names, of which only host_name (0) was ever defined. */
static bool server_name_read(struct rd *x, struct tls_client_hello *h)
{
    h->has_sni = true;
    if (rd_left(x) == 0)
        return true;
    struct rd list = rd_sub(x, rd_be16(x));
    while (!list.bad && rd_left(&list)) {
        uint8_t type = rd_u8(&list);
        struct str name = rd_str(&list, rd_be16(&list));
        if (list.bad)
            return false;
        if (type == 0 && h->sni_len == 0)
            h->sni_cut = !name_write(name, h->sni, TLS_SNI_MAX, &h->sni_len);
    }
    return !list.bad;
}

static bool alpn_read(struct rd *x, struct tls_client_hello *h)
{
    struct rd list = rd_sub(x, rd_be16(x));
    while (!list.bad && rd_left(&list)) {
        const uint8_t *start = list.at;
        (void)rd_str(&list, rd_u8(&list));
        size_t n = (size_t)(list.at - start);
        if (!list.bad && h->alpn_len + n <= TLS_ALPN_MAX) {
            memcpy(h->alpn + h->alpn_len, start, n);
            h->alpn_len = (uint16_t)(h->alpn_len + n);
        }
    }
    return !list.bad;
}

static bool formats_read(struct rd *x, struct tls_client_hello *h)
{
    size_t n = rd_u8(x);
    struct str list = rd_str(x, n);
    if (x->bad)
        return false;
    h->overlong |= n > TLS_FORMATS_MAX;
    h->n_formats = (uint16_t)(n < TLS_FORMATS_MAX ? n : TLS_FORMATS_MAX);
    if (h->n_formats)
        memcpy(h->formats, list.ptr, h->n_formats);
    return true;
}

static bool client_extension_read(uint16_t type, struct rd *x, struct tls_client_hello *h)
{
    struct rd list;
    switch (type) {
    case EXT_SERVER_NAME: return server_name_read(x, h);
    case EXT_GROUPS:
        list = rd_sub(x, rd_be16(x));
        return list16_read(&list, h->groups, TLS_GROUPS_MAX, &h->n_groups, &h->overlong);
    case EXT_FORMATS: return formats_read(x, h);
    case EXT_SIGALGS:
        list = rd_sub(x, rd_be16(x));
        return list16_read(&list, h->sigalgs, TLS_SIGALGS_MAX, &h->n_sigalgs, &h->overlong);
    case EXT_ALPN: return alpn_read(x, h);
    case EXT_VERSIONS:
        list = rd_sub(x, rd_u8(x));
        return list16_read(&list, h->versions, TLS_VERSIONS_MAX, &h->n_versions, &h->overlong);
    case EXT_ECH: h->has_ech = true; return true;
    default: return true;
    }
}

static void extension_note(uint16_t type, uint16_t *types, uint16_t *count, bool *overlong)
{
    if (*count < TLS_EXTENSIONS_MAX)
        types[(*count)++] = type;
    else
        *overlong = true;
}

bool tls_read_client_hello(struct str body, bool dtls, struct tls_client_hello *ret_hello)
{
    struct tls_client_hello *h = ret_hello;
    struct rd r = rd_of(body.ptr, body.len);
    /* The lists stand last and are as long as their counts say: they are not zeroed. */
    memset(h, 0, offsetof(struct tls_client_hello, ciphers));

    h->version = rd_be16(&r);
    (void)rd_str(&r, RANDOM_SIZE);
    size_t session = rd_u8(&r);
    (void)rd_str(&r, session);
    if (dtls)
        (void)rd_str(&r, rd_u8(&r));
    struct rd ciphers = rd_sub(&r, rd_be16(&r));
    if (r.bad || session > SESSION_ID_MAX ||
        !list16_read(&ciphers, h->ciphers, TLS_CIPHERS_MAX, &h->n_ciphers, &h->overlong))
        return false;
    (void)rd_str(&r, rd_u8(&r)); /* compression methods */
    if (r.bad)
        return false;
    if (rd_left(&r) == 0)
        return true; /* before RFC 4366 there were no extensions */

    struct rd extensions = rd_sub(&r, rd_be16(&r));
    while (!extensions.bad && rd_left(&extensions)) {
        uint16_t type = rd_be16(&extensions);
        struct rd x = rd_sub(&extensions, rd_be16(&extensions));
        if (extensions.bad || !client_extension_read(type, &x, h))
            return false;
        extension_note(type, h->extensions, &h->n_extensions, &h->overlong);
    }
    return !extensions.bad;
}

static bool server_extension_read(uint16_t type, struct rd *x, struct tls_server_hello *h)
{
    if (type == EXT_VERSIONS) {
        h->version = rd_be16(x);
        return !x->bad;
    }
    if (type != EXT_ALPN)
        return true;
    struct rd list = rd_sub(x, rd_be16(x));
    struct str name = rd_str(&list, rd_u8(&list));
    if (list.bad)
        return false;
    h->alpn_len = (uint8_t)name.len;
    if (name.len)
        memcpy(h->alpn, name.ptr, name.len);
    return true;
}

bool tls_read_server_hello(struct str body, struct tls_server_hello *ret_hello)
{
    struct tls_server_hello *h = ret_hello;
    struct rd r = rd_of(body.ptr, body.len);
    *h = (struct tls_server_hello){.legacy_version = rd_be16(&r)};
    h->version = h->legacy_version;
    struct str random = rd_str(&r, RANDOM_SIZE);
    size_t session = rd_u8(&r);
    (void)rd_str(&r, session);
    h->cipher = rd_be16(&r);
    (void)rd_u8(&r); /* compression method */
    if (r.bad || session > SESSION_ID_MAX)
        return false;
    h->retry = memcmp(random.ptr, retry_random, RANDOM_SIZE) == 0;
    if (rd_left(&r) == 0)
        return true;

    struct rd extensions = rd_sub(&r, rd_be16(&r));
    while (!extensions.bad && rd_left(&extensions)) {
        uint16_t type = rd_be16(&extensions);
        struct rd x = rd_sub(&extensions, rd_be16(&extensions));
        if (extensions.bad || !server_extension_read(type, &x, h))
            return false;
        extension_note(type, h->extensions, &h->n_extensions, &h->overlong);
    }
    return !extensions.bad;
}

struct str tls_alpn_offered(const struct tls_client_hello *h, size_t i)
{
    struct rd r = rd_of(h->alpn, h->alpn_len);
    struct str name = STR_NONE;
    for (size_t at = 0; at <= i; at++) {
        name = rd_str(&r, rd_u8(&r));
        if (r.bad)
            return STR_NONE;
    }
    return name;
}

/* DTLS counts its versions down from 0xfeff (RFC 6347 4.1). */
static uint16_t version_rank(uint16_t version)
{
    return version >> 8 == 0xfe ? (uint16_t)~version : version;
}

uint16_t tls_version_offered(const struct tls_client_hello *h)
{
    uint16_t newest = 0;
    for (size_t i = 0; i < h->n_versions; i++)
        if (!tls_is_grease(h->versions[i]) &&
            (!newest || version_rank(h->versions[i]) > version_rank(newest)))
            newest = h->versions[i];
    return newest ? newest : h->version;
}

const char *tls_version_name(uint16_t version)
{
    switch (version) {
    case 0x0002: return "SSLv2";
    case 0x0300: return "SSLv3";
    case 0x0301: return "TLSv1";
    case 0x0302: return "TLS 1.1";
    case 0x0303: return "TLS 1.2";
    case 0x0304: return "TLS 1.3";
    case 0xfeff: return "DTLS 1.0";
    case 0xfefd: return "DTLS 1.2";
    case 0xfefc: return "DTLS 1.3";
    default: break;
    }
    if (version >> 8 == 0x7f)
        return "TLS 1.3 draft";
    return "UNDETERMINED";
}
