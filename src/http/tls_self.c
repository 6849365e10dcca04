/* tls_self.c - see tls_self.h. By GnuTLS; keys and certificates live in its own objects until written. */
#include "http/tls_self.h"

#include "core/digest.h"
#include "core/encode.h"
#include "core/keys.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

enum { SERIAL_SIZE = 16 };
#define DAY INT64_C(86400)

struct made {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
};

static void made_drop(struct made *m)
{
    if (m->cert)
        gnutls_x509_crt_deinit(m->cert);
    if (m->key)
        gnutls_x509_privkey_deinit(m->key);
}

static bool check(int code, const char *what, struct err *e)
{
    return code >= 0 || err_set(e, ERR_IO, "%s: %s", what, gnutls_strerror(code));
}

static int add_name(gnutls_x509_crt_t cert, const char *name)
{
    unsigned char address[16];
    for (int family = 0; family < 2; family++)
        if (inet_pton(family ? AF_INET6 : AF_INET, name, address) == 1)
            return gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, address,
                                                        family ? 16 : 4, GNUTLS_FSAN_APPEND);
    return gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_DNSNAME, name,
                                                (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
}

static bool add_names(gnutls_x509_crt_t cert, const char *const *names, size_t count, struct err *e)
{
    static const char *const always[] = {"localhost", "127.0.0.1", "::1"};
    for (size_t i = 0; i < COUNT(always); i++)
        if (!check(add_name(cert, always[i]), always[i], e))
            return false;
    for (size_t i = 0; i < count; i++)
        if (!check(add_name(cert, names[i]), names[i], e))
            return false;
    const char *common = count ? names[0] : always[0];
    return check(gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, common,
                                               (unsigned)strlen(common)),
                 "naming the certificate", e);
}

static bool set_terms(gnutls_x509_crt_t cert, int64_t now_s, struct err *e)
{
    unsigned char serial[SERIAL_SIZE];
    random_bytes(serial, sizeof serial);
    serial[0] = (serial[0] & 0x7f) | 0x40; /* RFC 5280 4.1.2.2: positive, and of full length */
    return check(gnutls_x509_crt_set_version(cert, 3), "certificate", e) &&
           check(gnutls_x509_crt_set_serial(cert, serial, sizeof serial), "certificate", e) &&
           check(gnutls_x509_crt_set_activation_time(cert, now_s - DAY), "certificate", e) &&
           check(gnutls_x509_crt_set_expiration_time(cert, now_s + 3652 * DAY), "certificate", e) &&
           check(gnutls_x509_crt_set_basic_constraints(cert, 0, -1), "certificate", e) &&
           check(gnutls_x509_crt_set_key_usage(cert, GNUTLS_KEY_DIGITAL_SIGNATURE), "certificate",
                 e) &&
           check(gnutls_x509_crt_set_key_purpose_oid(cert, GNUTLS_KP_TLS_WWW_SERVER, 0),
                 "certificate", e) &&
           check(gnutls_x509_crt_set_key_purpose_oid(cert, GNUTLS_KP_TLS_WWW_CLIENT, 0),
                 "certificate", e);
}

static bool make(struct made *m, int64_t now_s, const char *const *names, size_t count,
                 struct err *e)
{
    return check(gnutls_x509_privkey_init(&m->key), "key", e) &&
           check(gnutls_x509_privkey_generate(m->key, GNUTLS_PK_ECDSA,
                                              GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                 "key", e) &&
           check(gnutls_x509_crt_init(&m->cert), "certificate", e) &&
           check(gnutls_x509_crt_set_key(m->cert, m->key), "certificate", e) &&
           set_terms(m->cert, now_s, e) && add_names(m->cert, names, count, e) &&
           check(gnutls_x509_crt_sign2(m->cert, m->cert, m->key, GNUTLS_DIG_SHA256, 0),
                 "signing the certificate", e);
}

static bool keep(struct arena *a, gnutls_datum_t *text, struct str *ret, struct err *e)
{
    *ret = arena_str(a, (struct str){(const char *)text->data, text->size});
    explicit_bzero(text->data, text->size);
    gnutls_free(text->data);
    return ret->ptr || err_set(e, ERR_LIMIT, "no room for a certificate");
}

static bool hash_into(struct str der, char fingerprint[TLS_FINGERPRINT_SIZE], struct str spki,
                      char pin[TLS_PIN_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    sha256_of(der, digest);
    hex_write(fingerprint, digest, sizeof digest);
    fingerprint[TLS_FINGERPRINT_SIZE - 1] = '\0';

    sha256_of(spki, digest);
    AUTO(buf_drop) struct buf text = BUF(TLS_PIN_SIZE - 1);
    buf_put(&text, S("sha256//"));
    base64_put(&text, digest, sizeof digest);
    memcpy(pin, text.ptr, text.len);
    pin[text.len] = '\0';
    return !text.over;
}

static bool public_key_der(gnutls_x509_crt_t cert, gnutls_datum_t *ret, struct err *e)
{
    gnutls_pubkey_t key;
    if (!check(gnutls_pubkey_init(&key), "public key", e))
        return false;
    bool worked = check(gnutls_pubkey_import_x509(key, cert, 0), "public key", e) &&
                  check(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, ret), "public key", e);
    gnutls_pubkey_deinit(key);
    return worked;
}

static bool identify(gnutls_x509_crt_t cert, char fingerprint[TLS_FINGERPRINT_SIZE],
                     char pin[TLS_PIN_SIZE], struct err *e)
{
    gnutls_datum_t der = {0}, spki = {0};
    bool worked =
        check(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, &der), "certificate", e) &&
        public_key_der(cert, &spki, e) &&
        hash_into((struct str){(const char *)der.data, der.size}, fingerprint,
                  (struct str){(const char *)spki.data, spki.size}, pin);
    gnutls_free(der.data);
    gnutls_free(spki.data);
    return worked;
}

bool tls_self_make(struct arena *a, struct clock *clock, const char *const *names, size_t count,
                   struct tls_self *ret, struct err *e)
{
    AUTO(made_drop) struct made m = {0};
    struct tls_self self = {0};
    gnutls_datum_t cert = {0}, key = {0};
    if (!make(&m, clock->now(clock) / TIME_SECOND, names, count, e) ||
        !identify(m.cert, self.fingerprint, self.pin, e) ||
        !check(gnutls_x509_crt_export2(m.cert, GNUTLS_X509_FMT_PEM, &cert), "certificate", e))
        return false;
    if (!keep(a, &cert, &self.cert_pem, e) ||
        !check(gnutls_x509_privkey_export2_pkcs8(m.key, GNUTLS_X509_FMT_PEM, NULL,
                                                 GNUTLS_PKCS_PLAIN, &key),
               "key", e) ||
        !keep(a, &key, &self.key_pem, e))
        return false;
    *ret = self;
    return true;
}

bool tls_identify(struct str cert_pem, char ret_fingerprint[TLS_FINGERPRINT_SIZE],
                  char ret_pin[TLS_PIN_SIZE], struct err *e)
{
    AUTO(made_drop) struct made m = {0};
    char *text = strndup(cert_pem.len ? cert_pem.ptr : "", cert_pem.len);
    if (!text)
        abort();
    gnutls_datum_t pem = {(unsigned char *)text, (unsigned)cert_pem.len};
    bool worked = check(gnutls_x509_crt_init(&m.cert), "certificate", e);
    if (worked && gnutls_x509_crt_import(m.cert, &pem, GNUTLS_X509_FMT_PEM) < 0)
        worked = err_set(e, ERR_INVALID, "this is no certificate in PEM");
    free(text);
    return worked && identify(m.cert, ret_fingerprint, ret_pin, e);
}
