/* ldap.h - LDAP and CLDAP: which operation, and how it ended; of a bind, by what means.
 *
 * Names of entries, filters, attributes and passwords are stepped over. A simple bind with a name and a
 * password is a login in the clear; one without either is nobody's (RFC 4513 5.1.1, 5.1.2).
 *
 * Source: RFC 4511 4, RFC 4513 5, RFC 2696; Active Directory's use of it on UDP: MS-ADTS 3.1.1.
 */
#pragma once

#include "core/str.h"

enum { LDAP_MECHANISM_MAX = 20, LDAP_OID_MAX = 40 };

enum ldap_op { /* the application tag's number, RFC 4511 4.2 to 4.14 */
               LDAP_BIND_REQUEST = 0,
               LDAP_BIND_RESPONSE = 1,
               LDAP_UNBIND_REQUEST = 2,
               LDAP_SEARCH_REQUEST = 3,
               LDAP_SEARCH_ENTRY = 4,
               LDAP_SEARCH_DONE = 5,
               LDAP_SEARCH_REFERENCE = 19,
               LDAP_EXTENDED_REQUEST = 23,
               LDAP_EXTENDED_RESPONSE = 24,
               LDAP_INTERMEDIATE = 25,
};

enum ldap_bind { LDAP_ANONYMOUS, LDAP_SIMPLE, LDAP_SASL, LDAP_SICILY };

struct ldap_facts {
    uint32_t message_id;
    uint8_t op; /* enum ldap_op */
    bool response, has_result;
    uint16_t result;
    uint8_t version;
    uint8_t bind;    /* enum ldap_bind */
    bool first_step; /* of a bind in two: nothing is proved yet */
    uint8_t scope;   /* of a search: 0 base, 1 one level, 2 subtree */
    bool starts_tls;
    uint8_t mechanism_len, oid_len;
    char mechanism[LDAP_MECHANISM_MAX]; /* "GSS-SPNEGO" */
    char oid[LDAP_OID_MAX];             /* of an extended operation */
};

static inline struct str ldap_mechanism(const struct ldap_facts *l)
{
    return (struct str){l->mechanism, l->mechanism_len};
}
static inline struct str ldap_oid(const struct ldap_facts *l)
{
    return (struct str){l->oid, l->oid_len};
}

const char *ldap_op_name(uint8_t op);          /* "bind_request"; NULL */
const char *ldap_result_name(uint16_t result); /* "invalid_credentials"; NULL */
