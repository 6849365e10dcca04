/* x509.h - what an X.509 certificate (RFC 5280) says of itself: whose it is, for which names, how long.
 *
 * Why: a server's certificate in the clear (TLS up to 1.2, DTLS up to 1.2) often tells more of an implant than
 * its name does. Nothing is verified: no signature, no chain. The reader is strict DER (X.690 10):
 * definite, shortest lengths, low tags; whatever breaks its own frame makes `read` false.
 *
 * Names are written as "C=JP, O=Example, CN=www.example.jp", in the order of the certificate, the way EVE has
 * them. A value with a mail address in it is never kept: it is left empty. Bytes that are no printable
 * ASCII or UTF-8 text are '?'. Each text has its bound, and a flag where it was cut.
 */
#pragma once

#include "core/str.h"

enum {
    X509_NAME_MAX = 384,
    X509_CN_MAX = 64, /* RFC 5280 appendix A.1, ub-common-name */
    X509_SANS_MAX = 32,
    X509_SAN_BYTES = 832,
    X509_SERIAL_MAX = 21, /* RFC 5280 4.1.2.2, and a sign byte */
};

#define X509_NO_TIME INT64_MIN

struct x509_facts {
    bool read; /* false: no certificate that can be read; nothing below means anything */
    bool
        self_signed; /* issuer and subject are the same bytes: self-issued, as a rule self-signed */
    bool issuer_cut, subject_cut, cn_cut, serial_cut;
    bool sans_cut;     /* more names than are kept */
    bool names_others; /* the alternative names hold addresses or other kinds too */
    bool authority;    /* basicConstraints cA */
    uint8_t version;   /* 1, 2, 3, or whatever more it says */
    uint8_t n_sans, serial_len, n_issuer_parts, n_subject_parts; /* parts: attributes of the name */
    uint16_t issuer_len, subject_len, cn_len, issuer_cn_len, sans_len;
    int64_t not_before, not_after;   /* microseconds since 1970, UTC; X509_NO_TIME */
    uint8_t serial[X509_SERIAL_MAX]; /* the bytes of the INTEGER */
    char issuer[X509_NAME_MAX], subject[X509_NAME_MAX];
    char cn[X509_CN_MAX], issuer_cn[X509_CN_MAX]; /* the last one, lower case, odd bytes as \DDD */
    char sans[X509_SAN_BYTES]; /* dNSNames in lower case, odd bytes as \DDD, each ended by a NUL */
};

/* False, with `read` false, when `der` is no certificate. Every member is set. */
bool x509_read(struct str der, struct x509_facts *ret_facts);

static inline struct str x509_issuer(const struct x509_facts *c)
{
    return (struct str){c->issuer, c->issuer_len};
}
static inline struct str x509_subject(const struct x509_facts *c)
{
    return (struct str){c->subject, c->subject_len};
}
static inline struct str x509_cn(const struct x509_facts *c)
{
    return (struct str){c->cn, c->cn_len};
}
static inline struct str x509_issuer_cn(const struct x509_facts *c)
{
    return (struct str){c->issuer_cn, c->issuer_cn_len};
}

/* The i-th dNSName; STR_NONE past the end. */
struct str x509_san(const struct x509_facts *c, size_t i);

/* Whether the certificate is for this name (RFC 9525 6.3): a dNSName is equal, or a wildcard in its
 * leftmost label alone stands for one label. Without any dNSName the subject's CN counts. True too where
 * the list was cut or the certificate was not read: what is not known is no mismatch. */
bool x509_covers(const struct x509_facts *c, struct str sni);
