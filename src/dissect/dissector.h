/* dissector.h - one protocol, one row: how its first bytes are known and what is read from them.
 *
 * Why: a port number is a hint, never a proof. Implants speak TLS on 8080 and DNS on 443; the bytes
 * decide. A dissector sees bytes and fills a typed struct of fixed size. It keeps no pointer into the
 * packet, allocates nothing, holds no state between calls, and may be called from any thread.
 *
 * Bytes: for UDP one datagram's payload. For TCP the bytes of one direction, in order, from the start
 * of a message. Which side speaks is read from the bytes too (a ClientHello is a client's), so a
 * flow whose first packet was missed still yields its facts.
 *
 *     const struct dissector *d = dissector_guess(DISSECT_TCP, port_a, port_b, bytes);
 *     union dissect_facts facts;
 *     size_t used = 0;
 *     if (d && d->parse(DISSECT_TCP, bytes, &facts, &used) == DISSECT_DONE)
 *         log_facts(d->app, &facts);     // then, if d->repeats, again from bytes + used
 *
 * To add a protocol: one file, one member of dissect_facts, one row in registry.c, one test.
 */
#pragma once

#include "dissect/app.h"
#include "dissect/facts.h"

enum dissect_transport { DISSECT_UDP = 1, DISSECT_TCP = 2 }; /* bits, for dissector.transports */

enum dissect_probe {
    PROBE_NO,
    PROBE_MAYBE, /* too few bytes, or too plain, to be sure: taken only where the port agrees */
    PROBE_YES,
};

/* NEED_MORE: call again with the same start and more bytes. What is already sure stands in the facts
 * (tls: `have`; http: a method or a status), for a stream that ends here. Never returned for UDP, nor for `most` bytes or more. */
enum dissect_result { DISSECT_NEED_MORE, DISSECT_DONE, DISSECT_NOT };

/* *ret_used when nothing more can be read from this direction. */
#define DISSECT_USED_ALL SIZE_MAX

enum { DISSECT_PORTS_MAX = 6, DISSECT_PROBE_MIN = 12, DISSECT_STATE_MOST = 12 * 1024 };
/* A member of dissect_facts that `pairs` holds while it waits is at most this long. */
enum { DISSECT_PAIR_MOST = 1536 };

struct dissector {
    const char *name;
    enum app app;
    uint8_t transports;                /* enum dissect_transport bits */
    uint16_t ports[DISSECT_PORTS_MAX]; /* hints; 0 ends */
    bool repeats;                      /* message follows message in one direction */
    uint32_t most;                     /* the most bytes of one direction that are worth keeping */
    enum dissect_probe (*probe)(enum dissect_transport transport, struct str bytes);
    /* *ret_used is set on DONE alone: where the next message starts. It may lie past the bytes
     * given (a body that is still to come). */
    enum dissect_result (*parse)(enum dissect_transport transport, struct str bytes,
                                 union dissect_facts *ret_facts, size_t *ret_used);

    /* The rest may be absent (NULL, 0, false). */
    bool pairs; /* a request's facts wait for their response: one event tells both */
    /* Is it the answer to that question? Where absent, the next response is taken for it. */
    bool (*belongs)(const union dissect_facts *request, const union dissect_facts *response);
    /* On NEED_MORE: is what stands in the facts worth telling if no more comes? */
    bool (*sure)(const union dissect_facts *f);
    bool (*response)(const union dissect_facts *f);              /* it is the server who says it */
    enum dissect_intent (*intent)(const union dissect_facts *f); /* control-room protocols */
    enum dissect_login (*login)(const union dissect_facts *f);
    /* A message over several datagrams (QUIC CRYPTO frames): the caller keeps `state_size` zeroed bytes for the flow
     * and calls parse_more in parse's place; NEED_MORE then means: come again with the next datagram. */
    uint32_t state_size; /* at most DISSECT_STATE_MOST */
    enum dissect_result (*parse_more)(void *state, struct str datagram,
                                      union dissect_facts *ret_facts);
};

extern const struct dissector dissector_dns, dissector_mdns, dissector_llmnr, dissector_tls,
    dissector_http;

extern const struct dissector dissector_quic, dissector_dtls, dissector_http2, dissector_stun,
    dissector_wireguard, dissector_openvpn;

extern const struct dissector dissector_modbus, dissector_dnp3, dissector_iec104, dissector_s7comm,
    dissector_enip, dissector_enip_io, dissector_bacnet, dissector_opcua;

extern const struct dissector dissector_ssh, dissector_smb, dissector_rdp, dissector_krb5,
    dissector_ftp, dissector_smtp, dissector_imap, dissector_pop3, dissector_ldap, dissector_ntp,
    dissector_snmp, dissector_dhcp, dissector_nbns, dissector_sip, dissector_mqtt;

/* The whole registry, in order of trial; NULL past the end. */
const struct dissector *dissector_at(size_t i);

/* Who should parse these first bytes of a flow; NULL when nobody knows them. A row whose port hint
 * agrees is asked first and taken on MAYBE; every other row is taken on YES only. With fewer than
 * DISSECT_PROBE_MIN bytes of a TCP stream, NULL may become a row later. */
const struct dissector *dissector_guess(enum dissect_transport transport, uint16_t port_a,
                                        uint16_t port_b, struct str bytes);
