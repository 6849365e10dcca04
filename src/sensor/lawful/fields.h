/* fields.h - every field that a record has, may not have, or has only as a pseudonym: one table.
 *
 * Why one table: the structs of the channels, their writers, the masks of an authorisation and the audit
 * all come from it (record.h, record.c). A field that a channel may not keep has no member in that channel's
 * struct, so no code can put it there: it does not compile. What is not named here does not exist.
 *
 * Classes (LAW 12.3):
 *   ALLOW   every channel, for what matched a selector
 *   NONID   every channel, as a keyed pseudonym alone (law/pseudonym.h); the clear value dies in memory
 *   OWN     channel own alone: an organisation's own network on its own legal basis
 *   DENY    no channel: named so that an authorisation that asks for it is told, and tests can look for it
 *   FRAME   no choice: each record has it, whatever the authorisation lists
 *
 * Kinds: how a value stands in the source (RECORD_IN_*), in a record (RECORD_AT_*) and in JSON:
 *   TIME    microseconds since 1970          RFC 3339 text
 *   UINT    a number                         a number
 *   IP      16 bytes, IPv4 mapped            RFC 5952 text
 *   TEXT    text, cut at RECORD_TEXT_MAX     text; bytes that are no UTF-8 as U+FFFD
 *   HEX     up to RECORD_HEX_MAX bytes       lower-case hex
 *   ID      text in clear                    the pseudonym
 *
 * The rows stand in the order of their names' bytes, which is the order of canonical JSON (RFC 8785):
 * a writer that walks the table writes canonical lines. A test holds it to that.
 */
#pragma once

#include "core/str.h"

/* name, class, kind */
#define RECORD_FIELDS(X)                                                                           \
    X(account_id, NONID, ID)           /* an account of a service */                               \
    X(attachment_name, DENY, TEXT)     /* of mail */                                               \
    X(auth_id, FRAME, TEXT)            /* the authorisation */                                     \
    X(bytes, ALLOW, UINT)              /* of the flow, as they went by */                          \
    X(cert_sha256, ALLOW, HEX)         /* of the server's first certificate */                     \
    X(chat_text, DENY, TEXT)           /* messages */                                              \
    X(command_bytes, ALLOW, HEX)       /* those that a registered command signature covers */      \
    X(command_sig_id, ALLOW, TEXT)     /* that signature */                                        \
    X(cookies, DENY, TEXT)             /* of HTTP */                                               \
    X(device_subscriber_id, NONID, ID) /* IMSI, IMEI, ICCID */                                     \
    X(dns_qname, ALLOW, TEXT)          /* statutory: where the selector was met in it */           \
    X(dns_rcode, ALLOW, UINT)          /* of an answer */                                          \
    X(dns_rtype, ALLOW, UINT)          /* of the question */                                       \
    X(dst_ip, ALLOW, IP)               /* of the flow: its server */                               \
    X(dst_port, ALLOW, UINT)                                                                       \
    X(file_content, DENY, TEXT) /* of any protocol */                                              \
    X(form_data, DENY, TEXT)    /* of HTTP */                                                      \
    X(http_body, DENY, TEXT)                                                                       \
    X(http_host, OWN, TEXT)                                                                        \
    X(http_method, OWN, TEXT)                                                                      \
    X(http_path, OWN, TEXT) /* without its query */                                                \
    X(http_status, OWN, UINT)                                                                      \
    X(http_user_agent, OWN, TEXT)                                                                  \
    X(icmp_type, ALLOW, UINT)                                                                      \
    X(mail_addr, NONID, ID)                                                                        \
    X(mail_body, DENY, TEXT)                                                                       \
    X(mail_subject, DENY, TEXT)                                                                    \
    X(malware_sha256, ALLOW, HEX)                                                                  \
    X(n, FRAME, UINT) /* number of the record, from 0, never twice */                              \
    X(phone_no, NONID, ID)                                                                         \
    X(pkts, ALLOW, UINT)        /* of the flow, both ways as far as they were kept */              \
    X(policy_hash, FRAME, TEXT) /* the decision that the record stands on */                       \
    X(proto, ALLOW, UINT)       /* IP protocol number */                                           \
    X(proto_error, ALLOW, TEXT) /* a word of our own, never the peer's */                          \
    X(search_terms, DENY, TEXT)                                                                    \
    X(selector_id, FRAME, TEXT) /* why there is a record */                                        \
    X(sensor_id, FRAME, TEXT)   /* the sensor's public key */                                      \
    X(sms_text, DENY, TEXT)                                                                        \
    X(src_ip, ALLOW, IP) /* of the flow: its client */                                             \
    X(src_port, ALLOW, UINT)                                                                       \
    X(sw_banner_hash, ALLOW, HEX) /* SHA-256 of a software's banner */                             \
    X(t_first, FRAME, TIME)       /* a flow: its first packet; a message: its last */              \
    X(t_last, ALLOW, TIME)                                                                         \
    X(tcp_flags_or, ALLOW, UINT)    /* of all packets */                                           \
    X(tls_fingerprint, ALLOW, TEXT) /* JA4, or JA3 where there is none */                          \
    X(tls_sni, OWN, TEXT)                                                                          \
    X(tls_version, ALLOW, UINT) /* as on the wire: 771 is TLS 1.2 */                               \
    X(url_fragment, DENY, TEXT)                                                                    \
    X(url_query, DENY, TEXT) /* statutory: with the path, never */                                 \
    X(user_name, DENY, TEXT)                                                                       \
    X(voice, DENY, TEXT)

enum record_field {
#define X(name, class, kind) FIELD_##name,
    RECORD_FIELDS(X)
#undef X
        RECORD_FIELD_COUNT,
};
_Static_assert(RECORD_FIELD_COUNT <= 64, "a set of fields is a 64-bit mask");
#define FIELD_BIT(name) (UINT64_C(1) << FIELD_##name)

enum record_class { RECORD_ALLOW, RECORD_NONID, RECORD_OWN, RECORD_DENY, RECORD_FRAME };

enum { RECORD_TEXT_MAX = 1024, RECORD_HEX_MAX = 64, RECORD_ID_MAX = 96 };

struct record_text {
    uint16_t len;
    char text[RECORD_TEXT_MAX];
};
struct record_hex {
    uint8_t len, bytes[RECORD_HEX_MAX];
};
struct record_ip {
    uint8_t bytes[16];
};
struct record_id { /* a pseudonym: there is no way to make one from text but law/pseudonym.h */
    uint8_t len;
    char text[RECORD_ID_MAX];
};

#define RECORD_IN_TIME int64_t
#define RECORD_IN_UINT uint64_t
#define RECORD_IN_IP const uint8_t *
#define RECORD_IN_TEXT struct str
#define RECORD_IN_HEX struct str
#define RECORD_IN_ID struct str

#define RECORD_AT_TIME int64_t
#define RECORD_AT_UINT uint64_t
#define RECORD_AT_IP struct record_ip
#define RECORD_AT_TEXT struct record_text
#define RECORD_AT_HEX struct record_hex
#define RECORD_AT_ID struct record_id

/* Which classes have a member, by shape: OWN for channel own, LAW for all others. */
#define RECORD_HAS_OWN_ALLOW(...) __VA_ARGS__
#define RECORD_HAS_OWN_NONID(...) __VA_ARGS__
#define RECORD_HAS_OWN_OWN(...) __VA_ARGS__
#define RECORD_HAS_OWN_DENY(...)
#define RECORD_HAS_OWN_FRAME(...) __VA_ARGS__
#define RECORD_HAS_LAW_ALLOW(...) __VA_ARGS__
#define RECORD_HAS_LAW_NONID(...) __VA_ARGS__
#define RECORD_HAS_LAW_OWN(...)
#define RECORD_HAS_LAW_DENY(...)
#define RECORD_HAS_LAW_FRAME(...) __VA_ARGS__
