/* pipeline_private.h - one pipeline and one flow's share of it, seen by the files of this folder. */
#pragma once

#include "sensor/pipeline.h"
#include "sensor/room_private.h"

enum { UDP_TRIES = 4 }; /* payloads of a UDP flow that nobody knows before it is let be */

enum half_kind { HALF_FREE, HALF_TLS, HALF_HTTP, HALF_APP };

struct half { /* of an event, kept while its flow goes on */
    uint8_t kind;
    uint8_t app;
    bool has[2],
        whole[2]; /* APP, by side of the conversation: which facts are there, and all of them */
    int64_t time_us;
    union {
        struct sensor_tls tls;
        struct sensor_http http;
        uint8_t
            facts[2][DISSECT_PAIR_MOST]; /* the row's member of dissect_facts, asked and answered */
    } __attribute__((aligned(16)));
};

struct flow_name { /* what a flow went to, for the detectors */
    uint8_t len;
    char text[63];
};

struct told { /* of a flow that goes on for hours: what was said of it so far */
    int64_t time_us;
    uint64_t packets[2], bytes[2];
};

struct session { /* in a flow's app area, zeroed at its start */
    struct stream stream[2];
    const struct dissector *dissector[2];
    uint32_t skip[2]; /* bytes of a body still to come */
    /* room_private.h: what this flow holds of each; 0: nothing */
    uint32_t half, state, name, told;
    uint32_t messages; /* DNS messages or HTTP requests so far */
    uint16_t logins[LOGIN_DONE + 1];
    uint8_t app; /* enum app: the first that was sure */
    uint8_t odd; /* what anomaly.c told of it */
    uint8_t tries;
    bool finished[2]; /* nothing more is wanted of that side */
    bool client_own, server_own, foreign;
    bool alerted;       /* a selector was met: fate.h */
    uint32_t pending;   /* packets of it that are not decided */
    int64_t pending_us; /* since when */
    bool dns_asked;     /* a question of this flow was seen */
    bool reversed;      /* the first to speak in the capture is the server */
    bool tunnel;        /* an HTTP CONNECT: another protocol follows */
};

struct pipeline {
    struct pipeline_settings settings;
    struct decode_ctx *decode;
    struct flow_table *flows;
    struct reassembly *streams;
    struct index_reader *reader;
    struct index_view view; /* of this batch */
    struct pipeline_counts counts;
    struct fate_counts fate; /* but for what the flow table counts of quiet flows */
    struct rooms *halves, *states, *names, *told;
    bool wants_certs, wants_server_http, has_selectors;
    bool wants_facts; /* somebody listens to more than matches */
    union dissect_facts facts;
};

/* What is being looked at: passed down instead of six parameters. */
struct look {
    struct pipeline *p;
    struct flow *flow;
    struct session *session;
    int64_t time_us;
    enum flow_side from;
    size_t bytes; /* of the message that is looked at */
};

_Static_assert(sizeof(struct flow) + sizeof(struct session) <= 256, "a flow is four cache lines");

static inline struct session *session_of(struct flow *f)
{
    return flow_app(f);
}

void session_udp(struct look *l, const struct packet *packet);
void session_tcp(struct look *l, const struct packet *packet);
/* What was half seen is given as it is. */
void session_end(struct look *l);

struct fate_counts pipeline_fates(const struct pipeline *p);
/* Nothing more is wanted of this flow: what was pending is decided. */
void pipeline_quiet(struct look *l);
/* A selector was met: its packets are selected, from the first one that was pending. */
void pipeline_select(struct look *l);

/* Fills in what the flow knows and tells it. */
void pipeline_emit(struct look *l, const struct sensor_event *said);

void match_ends(struct look *l);
/* The same for a flow that has ended: told as SENSOR_KEPT. */
void match_kept(struct look *l);
void match_dns(struct look *l, const struct dns_message *m);
void match_client_hello(struct look *l, const struct tls_client_hello *h);
void match_certificate(struct look *l, const struct tls_facts *t);
void match_http(struct look *l, const struct http_facts *h);

void note_dns(struct look *l, const struct dns_message *m);
void note_tls(struct look *l, const struct tls_facts *facts, bool whole);
void note_http(struct look *l, const struct http_facts *facts);
void note_app(struct look *l, const struct dissector *d, const union dissect_facts *facts,
              bool whole);
/* Gives what waits, if anything does. */
void note_flush(struct look *l);

/* What is wrong, each once a flow. `d`: the protocol that this side was just found to speak; of the message;
 * whose next message is none. */
void anomaly_stream(struct look *l, const struct stream *s);
void anomaly_sides(struct look *l, const struct dissector *d);
void anomaly_message(struct look *l, const struct dissector *d, const union dissect_facts *facts);
void anomaly_out_of_step(struct look *l, const struct dissector *d);

/* The same for the behaviour detectors; each does nothing where nobody listens. */
void observe_dns(struct look *l, const struct dns_message *m);
void observe_tls(struct look *l, const struct sensor_tls *t);
void observe_quic(struct look *l, const struct quic_facts *q);
void observe_message(struct look *l, const struct dissector *d, const union dissect_facts *facts);
void observe_name(struct look *l, struct str name);
void observe_flow(struct look *l, enum flow_end why);
