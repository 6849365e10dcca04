/* dtls.c - records and handshake fragments of datagrams, and DTLS's row in the registry.
 *
 * One message is gathered at a time. A fragment of a later one that we want (a ServerHello after a
 * HelloVerifyRequest, a Certificate after its ServerHello) begins it anew; fragments of others are passed.
 */
#include "dissect/dtls.h"

#include "core/rd.h"
#include "dissect/dissector.h"
#include "dissect/fingerprint.h"

#include <assert.h>

enum message_type {
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    HELLO_VERIFY_REQUEST = 3,
    CERTIFICATE = 11,
    SERVER_HELLO_DONE = 14,
};

enum {
    RECORD_HANDSHAKE = 22,
    RECORD_HEADER = 13,
    FRAGMENT_HEADER = 12,
    DTLS_OLD = 0x0100, /* before RFC 4347, still spoken by AnyConnect */
    DTLS_1_0 = 0xfeff,
    DTLS_1_2 = 0xfefd,
    DTLS_1_3 = 0xfefc,
    DATAGRAMS_MAX = 32, /* spent on one message */
};

struct fragment { /* RFC 6347 4.2.2 */
    uint8_t type;
    uint16_t sequence;
    uint32_t length, offset; /* of the whole body; of this piece in it */
    struct str piece;
};

static uint32_t rd_be24(struct rd *r)
{
    uint32_t high = rd_u8(r);
    return high << 16 | rd_be16(r);
}

/* A record of epoch 0 that holds handshake bytes in the clear; false for any other, which is passed. */
static bool record_next(struct rd *r, struct rd *ret_payload)
{
    uint8_t type = rd_u8(r);
    uint16_t version = rd_be16(r), epoch = rd_be16(r);
    (void)rd_str(r, 6); /* sequence number */
    size_t len = rd_be16(r);
    struct str payload = rd_str(r, len);
    *ret_payload = rd_of(payload.ptr, payload.len);
    if (version != DTLS_1_0 && version != DTLS_1_2 && version != DTLS_OLD)
        r->bad = true;
    return !r->bad && type == RECORD_HANDSHAKE && epoch == 0;
}

static bool fragment_next(struct rd *r, struct fragment *ret_fragment)
{
    struct fragment f = {.type = rd_u8(r)};
    f.length = rd_be24(r);
    f.sequence = rd_be16(r);
    f.offset = rd_be24(r);
    size_t len = rd_be24(r);
    f.piece = rd_str(r, len);
    *ret_fragment = f;
    return !r->bad && f.offset <= f.length && len <= f.length - f.offset;
}

/* ---- messages ---- */

static enum dissect_result client_take(struct str body, struct tls_facts *t)
{
    if (!tls_read_client_hello(body, true, &t->client))
        return DISSECT_NOT;
    ja3_of(&t->client, t->client.ja3);
    ja4_of(&t->client, 'd', t->client.ja4);
    t->have = TLS_HAS_CLIENT;
    return DISSECT_DONE;
}

static enum dissect_result server_give(const struct dtls_state *s, struct tls_facts *t)
{
    t->server = s->server;
    t->certificate_hidden = s->server.version == DTLS_1_3;
    t->have |= TLS_HAS_SERVER;
    return DISSECT_DONE;
}

/* After a ServerHello: Certificate comes next unless the session is resumed or encrypted. */
static enum dissect_result server_take(struct dtls_state *s, struct str body, struct tls_facts *t)
{
    if (!tls_read_server_hello(body, &s->server))
        return DISSECT_NOT;
    ja3s_of(&s->server, s->server.ja3s);
    s->has_server = true;
    return s->server.version == DTLS_1_3 ? server_give(s, t) : DISSECT_NEED_MORE;
}

static enum dissect_result message_take(struct dtls_state *s, uint8_t type, struct str body,
                                        struct tls_facts *t)
{
    switch (type) {
    case CLIENT_HELLO: return client_take(body, t);
    case SERVER_HELLO: return server_take(s, body, t);
    default: (void)tls_read_certificate(body, t); return server_give(s, t);
    }
}

static bool is_wanted(const struct dtls_state *s, const struct fragment *f)
{
    return f->type == CLIENT_HELLO || f->type == SERVER_HELLO ||
           (f->type == CERTIFICATE && s->has_server);
}

/* A message that lies whole in one fragment is read where it is. */
static enum dissect_result fragment_take(struct dtls_state *s, const struct fragment *f,
                                         struct tls_facts *t)
{
    if (f->type == SERVER_HELLO_DONE && s->has_server)
        return server_give(s, t); /* no certificate, or none that came whole */
    if (!is_wanted(s, f) || (s->has_server && f->type != CERTIFICATE))
        return DISSECT_NEED_MORE;
    if (f->piece.len == f->length)
        return message_take(s, f->type, f->piece, t);
    if (f->length > GATHER_MAX)
        return f->type == CERTIFICATE ? server_give(s, t) : DISSECT_NOT;
    if (!s->gathering || s->type != f->type || s->sequence != f->sequence ||
        s->length != f->length) {
        gather_clear(&s->message);
        s->gathering = true;
        s->type = f->type;
        s->sequence = f->sequence;
        s->length = f->length;
    }
    (void)gather_put(&s->message, f->offset, f->piece);
    struct str sure = gather_front(&s->message);
    if (sure.len < s->length)
        return DISSECT_NEED_MORE;
    s->gathering = false;
    return message_take(s, f->type, sure, t);
}

static enum dissect_result dtls_step_more(void *state, struct str datagram,
                                          union dissect_facts *ret_facts)
{
    struct dtls_state *s = state;
    struct tls_facts *t = &ret_facts->tls;
    struct rd r = rd_of(datagram.ptr, datagram.len), payload;
    enum dissect_result got = DISSECT_NOT;
    t->have = 0;
    t->certificate_hidden = false;
    if (!datagram.len)
        return s->has_server ? server_give(s, t) : DISSECT_NOT;
    for (int i = 0; i < DTLS_RECORDS_MAX && rd_left(&r) >= RECORD_HEADER; i++) {
        bool handshake = record_next(&r, &payload);
        if (r.bad)
            break;
        while (handshake && rd_left(&payload) >= FRAGMENT_HEADER) {
            struct fragment f;
            if (!fragment_next(&payload, &f))
                return got;
            enum dissect_result r2 = fragment_take(s, &f, t);
            if (r2 == DISSECT_DONE)
                return r2;
            got = r2 == DISSECT_NEED_MORE ? r2 : got;
        }
    }
    if (got == DISSECT_NEED_MORE && ++s->datagrams >= DATAGRAMS_MAX) {
        if (s->has_server)
            return server_give(s, t);
        memset(s, 0, sizeof *s);
    }
    return got;
}

/* ---- the row ---- */

static enum dissect_result dtls_step(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct dtls_state s = {0};
    (void)transport;
    if (dtls_step_more(&s, bytes, ret_facts) != DISSECT_DONE &&
        (!s.has_server || dtls_step_more(&s, STR_NONE, ret_facts) != DISSECT_DONE))
        return DISSECT_NOT;
    *ret_used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

static enum dissect_probe dtls_probe(enum dissect_transport transport, struct str bytes)
{
    struct rd r = rd_of(bytes.ptr, bytes.len), payload;
    struct fragment f;
    (void)transport;
    if (!record_next(&r, &payload) || !fragment_next(&payload, &f))
        return PROBE_NO;
    return f.type == CLIENT_HELLO || f.type == SERVER_HELLO || f.type == HELLO_VERIFY_REQUEST
               ? PROBE_YES
               : PROBE_NO;
}

const struct dissector dissector_dtls = {
    .name = "dtls",
    .app = APP_DTLS,
    .transports = DISSECT_UDP,
    .ports = {443, 4433, 5349, 5684, 3391, 4740},
    .repeats = true,
    .most = UINT16_MAX,
    .probe = dtls_probe,
    .parse = dtls_step,
    .state_size = sizeof(struct dtls_state),
    .parse_more = dtls_step_more,
};

static_assert(sizeof(struct dtls_state) <= DISSECT_STATE_MOST, "the pipeline keeps no more");
