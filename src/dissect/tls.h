/* tls.h - TLS hellos, SSL 2 to TLS 1.3 (RFC 8446 4.1, RFC 5246 7.4, RFC 6101 appendix E), and the
 * hashes of the server's first certificate where it is sent in the clear.
 *
 * Bytes are one direction of a stream from its start. Handshake messages may be split over records and
 * segments, and records may hold several: post-quantum ClientHellos nearly always are (1.8 KiB).
 * A message that lies whole in one record is parsed where it is; another is joined on the stack.
 *
 * The lists are kept as sent, GREASE (RFC 8701) included; fingerprint.h drops it. A list past its bound
 * sets `overlong`: it is still parsed and counted, but has no fingerprint, since half of one is a
 * false one. In TLS 1.3 certificates are encrypted: TLS_HAS_CERTIFICATE is then not set and
 * `certificate_hidden` true. Of a certificate in the clear its hashes are kept and what x509.h names.
 */
#pragma once

#include "core/digest.h"
#include "core/str.h"
#include "dissect/x509.h"

enum {
    TLS_FLIGHT_MAX = 16384, /* the most bytes of one direction that are looked at */
    TLS_CIPHERS_MAX = 512,
    TLS_EXTENSIONS_MAX = 256,
    TLS_GROUPS_MAX = 128,
    TLS_FORMATS_MAX = 32,
    TLS_SIGALGS_MAX = 128,
    TLS_VERSIONS_MAX = 32,
    TLS_SNI_MAX = 255,
    TLS_ALPN_MAX = 256,
    JA3_SIZE = 33, /* 32 hex digits and a NUL */
    JA4_SIZE = 37, /* "t13d1516h2_8daaf6152771_e5627efa2ab1" and a NUL */
};

struct tls_client_hello {
    uint16_t version; /* legacy_version; the real one is in `versions` since TLS 1.3 */
    uint16_t n_ciphers, n_extensions, n_groups, n_formats, n_sigalgs, n_versions;
    bool ssl2;    /* the SSL 2 compatible form: no extensions, no fingerprint */
    bool has_sni; /* the extension is there, even when it names nothing */
    bool sni_cut; /* longer than TLS_SNI_MAX when escaped */
    bool has_ech; /* encrypted_client_hello: the SNI may be a front (RFC 9849) */
    bool overlong;
    uint16_t sni_len; /* lower case; odd bytes as \DDD, as in dns.h */
    char sni[TLS_SNI_MAX + 1];
    uint16_t alpn_len; /* the list as on the wire, length before each name, cut at the bound */
    uint8_t alpn[TLS_ALPN_MAX];
    char ja3[JA3_SIZE], ja4[JA4_SIZE]; /* "" when there is none */
    uint16_t ciphers[TLS_CIPHERS_MAX], extensions[TLS_EXTENSIONS_MAX], groups[TLS_GROUPS_MAX],
        sigalgs[TLS_SIGALGS_MAX], versions[TLS_VERSIONS_MAX];
    uint8_t formats[TLS_FORMATS_MAX];
};

struct tls_server_hello {
    uint16_t version;        /* as negotiated: supported_versions where it is given */
    uint16_t legacy_version; /* the field, as JA3S wants it */
    uint16_t cipher;
    uint16_t n_extensions, extensions[TLS_EXTENSIONS_MAX];
    bool retry; /* a HelloRetryRequest (RFC 8446 4.1.4) */
    bool overlong;
    uint8_t alpn_len;
    char alpn[255];
    char ja3s[JA3_SIZE];
};

enum tls_have {
    TLS_HAS_CLIENT = 1,
    TLS_HAS_SERVER = 2,
    TLS_HAS_CERTIFICATE = 4,
    TLS_HAS_ALERT = 8
};

struct tls_facts {
    uint8_t have;            /* enum tls_have bits: which members below are filled */
    bool certificate_hidden; /* TLS 1.3: encrypted, not absent */
    uint8_t alert;           /* AlertDescription, RFC 8446 6: sent in place of a hello */
    struct tls_client_hello client;
    struct tls_server_hello server;
    uint8_t cert_sha1[SHA1_SIZE], cert_sha256[SHA256_SIZE]; /* of the DER of the first */
    struct x509_facts certificate; /* of the same; `certificate.read` may be false */
};

/* One handshake message body (after its 4-byte header), for QUIC and other carriers. False when it is
 * not one. `dtls` reads the cookie that DTLS 1.2 puts in (RFC 6347 4.2.1). Fills no fingerprint. */
[[nodiscard]] bool tls_read_client_hello(struct str body, bool dtls,
                                         struct tls_client_hello *ret_hello);
[[nodiscard]] bool tls_read_server_hello(struct str body, struct tls_server_hello *ret_hello);

/* The body of a Certificate message (RFC 5246 7.4.2), which may still be coming in: hashes, facts and
 * TLS_HAS_CERTIFICATE. False when the first certificate is not whole. */
[[nodiscard]] bool tls_read_certificate(struct str body, struct tls_facts *t);

static inline struct str tls_sni(const struct tls_client_hello *h)
{
    return (struct str){h->sni, h->sni_len};
}

/* The i-th protocol a client offers, as sent; STR_NONE past the end. */
struct str tls_alpn_offered(const struct tls_client_hello *h, size_t i);
/* The newest version offered, GREASE aside. */
uint16_t tls_version_offered(const struct tls_client_hello *h);

/* The shape of a connection to a Tor relay (Tor's tor-spec, "Connections"): a made-up www.<base32>.com as SNI and no
 * ALPN; of the certificate, where it is in the clear, two made-up names and nothing else. */
bool tls_tor_shape(const struct tls_client_hello *h, const struct x509_facts *certificate);

const char *tls_version_name(uint16_t version); /* "TLS 1.3", as EVE writes it; "UNDETERMINED" */

/* GREASE values (RFC 8701 2): 0x0a0a, 0x1a1a … 0xfafa. */
static inline bool tls_is_grease(uint16_t v)
{
    return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}
