/* krb5.h - Kerberos 5 over UDP and TCP: what is asked of the key centre, in which realm, and how it ends.
 *
 * Kept: message type, realm, error, the encryption types offered and used, and of the service's name its
 * first part ("krbtgt", "cifs"). A client's name is never looked at, nor the host part of a service.
 *
 * Source: RFC 4120 5, 7.2 (transports), 7.5.1 (numbers); RFC 3961, RFC 3962, RFC 8009 (encryption types).
 */
#pragma once

#include "core/str.h"

enum { KRB5_REALM_MAX = 128, KRB5_SERVICE_MAX = 32, KRB5_ETYPES = 16 };

enum krb5_type {
    KRB5_AS_REQ = 10,
    KRB5_AS_REP = 11,
    KRB5_TGS_REQ = 12,
    KRB5_TGS_REP = 13,
    KRB5_AP_REQ = 14,
    KRB5_AP_REP = 15,
    KRB5_SAFE = 20,
    KRB5_PRIV = 21,
    KRB5_CRED = 22,
    KRB5_ERROR = 30,
};

struct krb5_facts {
    uint8_t type; /* enum krb5_type */
    bool preauth; /* the request proves that a password or a key is known */
    bool has_error;
    int32_t error;
    uint16_t realm_len, service_len;
    uint8_t n_etypes;
    bool more_etypes;
    int32_t etypes[KRB5_ETYPES]; /* what a request offers */
    bool has_reply_etype, has_ticket_etype;
    int32_t reply_etype, ticket_etype;
    char realm[KRB5_REALM_MAX], service[KRB5_SERVICE_MAX];
};

static inline struct str krb5_realm(const struct krb5_facts *k)
{
    return (struct str){k->realm, k->realm_len};
}
static inline struct str krb5_service(const struct krb5_facts *k)
{
    return (struct str){k->service, k->service_len};
}

const char *krb5_type_name(uint8_t type);   /* "KRB_AS_REQ"; NULL */
const char *krb5_error_name(int32_t error); /* "KDC_ERR_PREAUTH_REQUIRED"; NULL */
const char *krb5_etype_name(int32_t etype); /* "aes256-cts-hmac-sha1-96"; NULL */
bool krb5_etype_is_weak(int32_t etype);     /* single DES and RC4, RFC 8429 */
