/* dns.h - DNS messages (RFC 1035, 2181, 6891), over UDP or TCP; mDNS (RFC 6762) and LLMNR (RFC 4795)
 * share the format.
 *
 * Names are written for people and for matching: lower case, dots between labels, none at the end,
 * "." for the root; a dot or backslash inside a label as \. and \\, every byte outside 0x21..0x7e as
 * \DDD (RFC 1035 5.1). They stand in the message's own text pool, so a dns_message may be copied.
 *
 * Bounds: compression pointers only point backwards and at most DNS_HOPS_MAX are followed; names are at
 * most 255 bytes on the wire; questions, answers and text past the bounds below are walked over and
 * counted in `n_left_out`. TXT data is counted, never kept: it can carry content.
 *
 * A message whose question is broken is refused. One whose records break off later is taken, with
 * `malformed` set and what stood before: a damaged answer must not hide the question.
 */
#pragma once

#include "core/str.h"

enum {
    DNS_HEADER_SIZE = 12,
    DNS_QUESTIONS_MAX = 4,
    DNS_ANSWERS_MAX = 24,
    DNS_TEXT_MAX = 4096,
    DNS_NAME_WIRE_MAX = 255,
    DNS_HOPS_MAX = 32,
    DNS_TCP_MAX = 2 + 65535,
};

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_DNAME = 39,
    DNS_OPT = 41,
    DNS_HTTPS = 65,
};

struct dns_name { /* a slice of dns_message.text */
    uint16_t at, len;
};

struct dns_question {
    struct dns_name name;
    uint16_t type, class; /* mDNS: the unicast-response bit is cleared */
};

struct dns_record {
    struct dns_name name;
    struct dns_name target; /* CNAME, DNAME, NS, PTR, MX, SRV, SOA's first; else empty */
    uint32_t ttl;           /* seconds */
    uint16_t type, class;
    uint16_t data_len;   /* bytes of RDATA on the wire */
    uint16_t rank;       /* MX preference, SRV priority */
    uint16_t port;       /* SRV */
    uint8_t address_len; /* 4 for A, 16 for AAAA, else 0 */
    uint8_t address[16]; /* A as ::ffff:a.b.c.d */
};

struct dns_message {
    uint16_t id, flags; /* flags as on the wire */
    bool response, authoritative, truncated, recursion_desired, recursion_available;
    bool malformed; /* records break off, or bytes are left over that belong to none */
    uint8_t opcode;
    uint16_t rcode;                  /* with the upper bits of EDNS */
    uint16_t counts[4];              /* as stated: questions, answers, authority, additional */
    uint16_t n_questions, n_answers; /* as kept below */
    uint16_t n_left_out;             /* questions and answers that did not fit, or broke off */
    bool edns, dnssec_ok;
    uint16_t edns_size;
    struct dns_question questions[DNS_QUESTIONS_MAX];
    struct dns_record answers[DNS_ANSWERS_MAX]; /* of the answer section */
    uint16_t text_len;
    char text[DNS_TEXT_MAX];
};

/* One whole message. False when it is none: then *ret_message is not to be read. */
[[nodiscard]] bool dns_parse(struct str wire, struct dns_message *ret_message);

static inline struct str dns_text(const struct dns_message *m, struct dns_name name)
{
    return (struct str){m->text + name.at, name.len};
}

/* The first question's name; empty when there is none. */
static inline struct str dns_qname(const struct dns_message *m)
{
    return m->n_questions ? dns_text(m, m->questions[0].name) : STR_NONE;
}

const char *dns_type_name(uint16_t type);   /* "AAAA"; NULL when it has no name here */
const char *dns_rcode_name(uint16_t rcode); /* "NXDOMAIN"; NULL likewise */
