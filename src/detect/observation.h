/* observation.h - one thing the sensor saw, as the behaviour detectors take it: small, typed, complete.
 *
 * Why a type of its own: packets are worked on by several threads, and a detector has to see all that a host
 * does, in one order. So the packet path writes observations down, and they are merged by the frame that
 * completed them. The order, and all that follows from it, is a function of the capture alone.
 *
 * Times are packet time, microseconds since 1970. Addresses: 16 bytes, IPv4 as ::ffff:a.b.c.d. Whatever
 * `name` points to is valid during the call alone. Names are as the dissectors give them: lower case.
 */
#pragma once

#include "dissect/dissector.h"
#include "flow/flow.h"

enum observation_kind {
    OBSERVED_FLOW, /* a flow ended; or, for a long one, an hour of it has passed (`end` says FLOW_ENDS) */
    OBSERVED_DNS,     /* a question or an answer */
    OBSERVED_TLS,     /* both hellos, as far as they came; QUIC and DTLS too (`app`) */
    OBSERVED_MESSAGE, /* of any other protocol; requests and responses come alone */
};

struct observed_flow {
    int64_t start_us;
    uint64_t packets[2], bytes[2]; /* by enum flow_side, turned round already; since the last such
                                      observation of this flow */
    uint8_t tcp_flags[2];
    uint8_t state;                                     /* enum flow_state */
    uint8_t end;                                       /* enum flow_end; FLOW_ENDS: it goes on */
    uint16_t logins_tried, logins_failed, logins_done; /* as its messages said */
};

struct observed_dns {
    bool response;
    uint8_t rcode;
    uint16_t type;  /* of the first question */
    uint16_t bytes; /* of the message */
    uint16_t answers;
    struct str addresses; /* of the answers: 16 bytes each */
};

enum observed_certificate {                       /* bits */
                            CERTIFICATE_SEEN = 1, /* in the clear: up to TLS 1.2 */
                            CERTIFICATE_SELF_SIGNED = 2,
                            CERTIFICATE_EXPIRED = 4,    /* or not yet valid, by packet time */
                            CERTIFICATE_OTHER_NAME = 8, /* covers not the SNI */
};

struct observed_tls {
    uint8_t certificate; /* bits of enum observed_certificate */
    bool ech, tor_shape;
    uint16_t version;
    char ja4[JA4_SIZE]; /* "" when none */
};

struct observed_message {
    bool response;
    uint8_t intent;    /* enum dissect_intent */
    uint8_t login;     /* enum dissect_login */
    uint16_t function; /* of a control-room protocol: its function code */
};

struct observation {
    uint8_t kind; /* enum observation_kind */
    uint8_t app;  /* enum app: of the message; FLOW: of the flow */
    uint8_t proto;
    bool client_own,
        server_own; /* that end lies in the watched network; both true where none is listed */
    bool midstream; /* the flow's beginning was not seen */
    uint16_t client_port, server_port;
    int64_t time_us;
    uint64_t flow; /* flow.number */
    uint8_t client[16], server[16];
    struct str
        name; /* FLOW: SNI or Host that it went to; DNS: the name asked; TLS: SNI; MESSAGE: Host of
                        HTTP, banner of SSH; else empty */
    union {
        struct observed_flow ended;
        struct observed_dns dns;
        struct observed_tls tls;
        struct observed_message message;
    };
};
