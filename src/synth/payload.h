/* payload.h - what the made-up hosts say: DNS messages, TLS flights, HTTP heads, Modbus requests.
 *
 * Each writes after what the buffer holds. Names must be host names of up to 253 characters: these
 * are our own, so a bad one is an assertion.
 */
#pragma once

#include "core/buf.h"
#include "synth/random.h"

void synth_dns_query(struct buf *out, uint16_t id, struct str name, uint16_t type);

struct synth_dns_reply {
    uint16_t id, type;
    uint8_t rcode;
    struct str name, alias; /* alias: a CNAME between the name and its address; may be empty */
    const uint8_t *address; /* 16 bytes, IPv4 mapped; NULL: no answer */
    uint32_t ttl;
};
void synth_dns_answer(struct buf *out, const struct synth_dns_reply *reply);
/* One record with these bytes as its data. */
void synth_dns_answer_data(struct buf *out, uint16_t id, struct str name, uint16_t type,
                           struct str data);

/* TLS stacks. The implant's fingerprints are fixed: SYNTH_IMPLANT_JA3 and _JA4. */
enum synth_stack {
    SYNTH_CHROME,    /* GREASE, extensions in a new order each time: JA3 differs, JA4 does not */
    SYNTH_CHROME_PQ, /* the same with a post-quantum key share: 1.8 KiB, never one segment */
    SYNTH_FIREFOX,
    SYNTH_CURL,
    SYNTH_PYTHON,
    SYNTH_AGENT, /* a TLS 1.2 monitoring agent without ALPN */
    SYNTH_IMPLANT,
    SYNTH_QUIC, /* a browser over QUIC: its hello has no record around it */
    SYNTH_STACK_COUNT,
};
const char *synth_stack_agent(enum synth_stack stack); /* its User-Agent */
bool synth_stack_tls13(enum synth_stack stack);

/* One record with a ClientHello. No SNI where the name is empty. */
void synth_client_hello(struct buf *out, enum synth_stack stack, struct str name,
                        struct synth_random *r);
/* A certificate; self-signed where the issuer is the subject. The names are its subjectAltName. */
struct synth_certificate {
    struct str subject, issuer, names[2];
    int64_t from_us, to_us; /* 1950 .. 2049 */
};
void synth_certificate_put(struct buf *out, const struct synth_certificate *c);

/* TLS 1.3: ServerHello, ChangeCipherSpec, encrypted records; TLS 1.2: ServerHello, Certificate (a good
 * one for the name), ServerHelloDone. */
void synth_server_flight(struct buf *out, bool tls13, struct str name, struct synth_random *r);
/* TLS 1.2 with that certificate. */
void synth_server_flight_of(struct buf *out, const struct synth_certificate *c,
                            struct synth_random *r);
/* The ServerHello of TLS 1.3 alone, without a record around it. */
void synth_server_hello(struct buf *out, struct synth_random *r);
/* ChangeCipherSpec and what looks encrypted, or application data of `len` bytes. */
void synth_client_finish(struct buf *out, struct synth_random *r);
void synth_application_data(struct buf *out, size_t len, struct synth_random *r);

/* QUIC version 1 (RFC 9000, 9001): one datagram each. The id is the client's first choice; the
 * hello is sealed with keys that anyone can make from it. */
enum { SYNTH_QUIC_ID = 8 };
void synth_quic_hello(struct buf *out, const uint8_t id[SYNTH_QUIC_ID], struct str name,
                      struct synth_random *r);
void synth_quic_flight(struct buf *out, const uint8_t id[SYNTH_QUIC_ID], struct synth_random *r);
void synth_quic_data(struct buf *out, size_t len, struct synth_random *r);

/* SSH: who sends what line and lists. */
enum synth_ssh { SYNTH_SSH_OPENSSH, SYNTH_SSH_SERVER, SYNTH_SSH_LIBRARY };
struct str synth_ssh_line(enum synth_ssh kind);
void synth_ssh_lists(struct buf *out, enum synth_ssh kind, struct synth_random *r);

/* One SMB 2 message with its transport header. */
struct synth_smb {
    enum {
        SYNTH_SMB_NEGOTIATE,
        SYNTH_SMB_SETUP,
        SYNTH_SMB_TREE = 3,
        SYNTH_SMB_CREATE = 5,
        SYNTH_SMB_READ = 8
    } command;
    bool reply, refused; /* refused: the reply to a set-up's second step says wrong password */
    unsigned step;       /* of a set-up: 0, 1 */
    uint32_t number;
};
void synth_smb_put(struct buf *out, const struct synth_smb *s, struct synth_random *r);

void synth_http_request(struct buf *out, struct str host, struct str path, const char *agent);
void synth_http_reply(struct buf *out, unsigned status, uint64_t content_length);

/* Modbus/TCP (MODBUS Messaging on TCP/IP V1.0b): function 3 reads, 6 writes one register. */
void synth_modbus_read(struct buf *out, uint16_t transaction, uint16_t first, uint16_t count);
void synth_modbus_values(struct buf *out, uint16_t transaction, uint16_t count,
                         struct synth_random *r);
void synth_modbus_write(struct buf *out, uint16_t transaction, uint16_t at, uint16_t value);

void synth_noise(struct buf *out, size_t len, struct synth_random *r); /* random bytes */
