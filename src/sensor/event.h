/* event.h - what the pipeline says it saw: matches, and metadata for those who want it.
 *
 * Everything an event points to is valid during the callback alone. Times are packet time.
 */
#pragma once

#include "dissect/dissector.h"
#include "flow/flow.h"
#include "index/index.h"

/* Where a selector was met. Name, text on the wire and in EVE. */
#define SENSOR_WHERE_MAP(X)                                                                        \
    X(CLIENT, "flow.client")                                                                       \
    X(SERVER, "flow.server")                                                                       \
    X(DNS_QUERY, "dns.query")                                                                      \
    X(DNS_ANSWER, "dns.answer")                                                                    \
    X(TLS_SNI, "tls.sni")                                                                          \
    X(TLS_JA3, "tls.ja3")                                                                          \
    X(TLS_JA4, "tls.ja4")                                                                          \
    X(TLS_CERT, "tls.cert")                                                                        \
    X(HTTP_HOST, "http.host")                                                                      \
    X(HTTP_URL, "http.url")

enum sensor_where {
#define X(name, text) SENSOR_AT_##name,
    SENSOR_WHERE_MAP(X)
#undef X
        SENSOR_WHERES,
};
const char *sensor_where_text(enum sensor_where w);

/* What else the message says in which a selector was met: bits of sensor_match.have. */
enum sensor_have {
    SENSOR_HAS_DNS = 1,
    SENSOR_HAS_DNS_ANSWER = 2,
    SENSOR_HAS_TLS = 4, /* a ClientHello */
    SENSOR_HAS_CERTIFICATE = 8,
    SENSOR_HAS_HTTP = 16,
};

struct sensor_match {
    enum sensor_where where;
    struct index_hit hit;
    struct str seen; /* the name, address, URL or fingerprint that was on the wire */
    uint8_t have;    /* enum sensor_have */
    uint16_t dns_type, dns_rcode, tls_version;
    char fingerprint[JA4_SIZE]; /* JA4, or JA3 where there is none */
    uint8_t cert_sha256[SHA256_SIZE];
    struct str name; /* the name asked, the SNI, the Host */
    struct str method, path, agent;
};

enum { SENSOR_JA3_TEXT = 1024, SENSOR_JA3S_TEXT = 256 };

struct sensor_tls { /* both hellos of one connection, as far as they came */
    int64_t time_us;
    uint8_t have;     /* enum tls_have */
    bool ech, hidden; /* the SNI may be a front; the certificate was encrypted */
    uint16_t version; /* the server's, else the newest offered */
    uint8_t sni_len, alpn_len;
    uint16_t ja3_text_len, ja3s_text_len; /* 0: none, or longer than is kept */
    char sni[TLS_SNI_MAX + 1], alpn[255];
    char ja3[JA3_SIZE], ja4[JA4_SIZE], ja3s[JA3_SIZE];
    char ja3_text[SENSOR_JA3_TEXT], ja3s_text[SENSOR_JA3S_TEXT];
    uint8_t cert_sha1[SHA1_SIZE], cert_sha256[SHA256_SIZE];
    bool tor_shape;
    struct x509_facts certificate;
};

struct sensor_http { /* a request, and its response where that came */
    int64_t time_us;
    uint32_t number; /* of the request in its connection, from 0 */
    bool asked;      /* false: only a response was seen */
    uint16_t status; /* 0: no response seen */
    uint16_t port;
    uint64_t length; /* of the response's body, as it says */
    uint8_t minor;
    uint16_t method_len, host_len, path_len, agent_len;
    char method[HTTP_METHOD_MAX], host[HTTP_HOST_MAX], path[HTTP_PATH_MAX], agent[HTTP_AGENT_MAX];
};

struct sensor_anomaly { /* in Suricata's words */
    const char *type;   /* "stream" or "applayer" */
    const char *event;
    const char *layer; /* NULL: none */
    enum app app;      /* APP_UNKNOWN: none */
};

enum sensor_event_kind {
    SENSOR_MATCH,
    SENSOR_KEPT, /* a flow has ended of which an end had met a selector: `match` says which one */
    SENSOR_DNS,
    SENSOR_TLS,
    SENSOR_HTTP,
    SENSOR_ANOMALY,
    SENSOR_APP, /* a message, or a request with its response, of any other protocol */
    SENSOR_FLOW,
};

struct sensor_event {
    enum sensor_event_kind kind;
    enum app app;                /* of the flow; SENSOR_APP: of the message */
    enum flow_side from;         /* who sent the packet; of a flow's end: FLOW_CLIENT */
    bool client_own, server_own; /* that end lies in the watched network */
    bool reversed; /* the flow began with an answer: its first speaker is the server */
    bool alerted;  /* something of this flow matched */
    int64_t time_us;
    const struct flow *flow;
    const struct flow_ends *ends; /* client to server, turned round already where `reversed` */
    uint32_t number;              /* DNS: of the message in its flow, from 0 */
    enum flow_end end;
    union {
        const struct sensor_match *match;
        const struct dns_message *dns;
        const struct sensor_tls *tls;
        const struct sensor_http *http;
        const struct sensor_anomaly *anomaly;
        struct { /* SENSOR_APP: either may be NULL, not both */
            const union dissect_facts *request, *response;
        };
    };
};

/* The flow's own counters of a side, which know nothing of `reversed`. */
static inline enum flow_side sensor_side(const struct sensor_event *ev, enum flow_side side)
{
    return ev->reversed ? (enum flow_side)(FLOW_SERVER - side) : side;
}
