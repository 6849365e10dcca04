/* quic.c - datagrams to packets, Initial packets to the client's hello; QUIC's row in the registry.
 *
 * Whose Initial it is, is told by who can have made it: the server answers to the connection id the client
 * gave as its own. A client's that the known keys do not open is tried with the keys of its own
 * destination, since after a Retry (RFC 9000 17.2.5.2) the server's choice makes the keys.
 */
#include "dissect/quic/quic_private.h"

#include "dissect/dissector.h"
#include "dissect/fingerprint.h"

#include <assert.h>

enum {
    CLIENT_DCID_MIN = 8, /* RFC 9000 7.2: what a client chooses itself */
    PACKETS_MAX = 8,     /* looked at in one datagram */
    CLIENT_HELLO = 1,
    MESSAGE_HEADER = 4,
};

/* ---- packets ---- */

bool quic_packet_read(struct str *rest, struct quic_packet *ret_packet)
{
    static const enum quic_type second[] = {QUIC_RETRY, QUIC_INITIAL, QUIC_ZERO_RTT,
                                            QUIC_HANDSHAKE};
    struct rd r = rd_of(rest->ptr, rest->len);
    uint8_t first = rd_u8(&r);
    uint32_t number = (uint32_t)rd_be16(&r) << 16;
    number |= rd_be16(&r);
    struct quic_packet p = {.version = (first & 0xc0) == 0xc0 ? quic_version_of(number) : NULL};
    if (r.bad || !p.version)
        return false;
    p.type = p.version->second ? second[first >> 4 & 3] : (enum quic_type)(first >> 4 & 3);
    p.dcid = rd_str(&r, rd_u8(&r));
    p.scid = rd_str(&r, rd_u8(&r));
    if (r.bad || p.dcid.len > QUIC_CID_MAX || p.scid.len > QUIC_CID_MAX)
        return false;
    if (p.type == QUIC_RETRY) {
        p.bytes = *rest;
        *rest = STR_NONE;
        *ret_packet = p;
        return true;
    }
    if (p.type == QUIC_INITIAL) {
        uint64_t token = rd_varint(&r);
        if (r.bad || token > rd_left(&r))
            return false;
        (void)rd_str(&r, (size_t)token);
        p.token_len = (uint16_t)token;
    }
    uint64_t payload = rd_varint(&r);
    if (r.bad || payload > rd_left(&r))
        return false;
    p.number_at = rest->len - rd_left(&r);
    p.bytes = (struct str){rest->ptr, p.number_at + (size_t)payload};
    *rest = str_skip(*rest, p.bytes.len);
    *ret_packet = p;
    return true;
}

/* ---- frames of an Initial (RFC 9000 12.4, 19) ---- */

static void ack_skip(struct rd *r, bool counts)
{
    (void)rd_varint(r); /* largest */
    (void)rd_varint(r); /* delay */
    uint64_t ranges = rd_varint(r);
    (void)rd_varint(r);
    for (; ranges && !r->bad; ranges--) {
        (void)rd_varint(r);
        (void)rd_varint(r);
    }
    for (int i = 0; counts && i < 3; i++)
        (void)rd_varint(r);
}

/* Bytes of the handshake into the gather. False when the payload breaks its frame or they do not fit. */
static bool crypto_take(struct rd *r, struct gather *g)
{
    uint64_t offset = rd_varint(r), len = rd_varint(r);
    if (r->bad || len > rd_left(r))
        return false;
    return gather_put(g, offset, rd_str(r, (size_t)len));
}

/* Most of an Initial is padding: zeros are passed a block at a time. */
static void padding_skip(struct rd *r)
{
    static const uint8_t zeros[64];
    while (rd_left(r) >= sizeof zeros && memcmp(r->at, zeros, sizeof zeros) == 0)
        r->at += sizeof zeros;
    while (rd_left(r) && *r->at == 0)
        r->at++;
}

static bool frames_read(struct str payload, struct quic_state *s)
{
    struct rd r = rd_of(payload.ptr, payload.len);
    while (!r.bad && rd_left(&r)) {
        switch (rd_varint(&r)) {
        case 0: /* PADDING */ padding_skip(&r); break;
        case 1: /* PING */ break;
        case 2: ack_skip(&r, false); break;
        case 3: ack_skip(&r, true); break;
        case 6:
            if (!crypto_take(&r, &s->hello))
                return false;
            break;
        case 0x1c: /* CONNECTION_CLOSE */ s->have |= QUIC_HAS_CLOSE; return true;
        default: return false;
        }
    }
    return !r.bad;
}

/* ---- a client's hello ---- */

enum hello { HELLO_WAITS, HELLO_WHOLE, HELLO_NONE };

static enum hello hello_state(const struct gather *g, struct str *ret_body)
{
    struct str sure = gather_front(g);
    struct rd r = rd_of(sure.ptr, sure.len);
    if (sure.len == 0)
        return HELLO_WAITS;
    if (rd_u8(&r) != CLIENT_HELLO)
        return HELLO_NONE;
    if (sure.len < MESSAGE_HEADER)
        return HELLO_WAITS;
    size_t len = (size_t)rd_u8(&r) << 16;
    len |= rd_be16(&r);
    if (len > GATHER_MAX - MESSAGE_HEADER)
        return HELLO_NONE;
    *ret_body = rd_str(&r, len);
    return r.bad ? HELLO_WAITS : HELLO_WHOLE;
}

static enum dissect_result facts_give(const struct quic_state *s, struct str hello,
                                      struct quic_facts *f)
{
    f->have = s->have;
    f->dcid_len = s->first_dcid_len;
    f->scid_len = s->first_scid_len;
    f->initials = s->initials;
    f->token_len = s->token_len;
    f->version = s->version;
    f->server_version = s->server_version;
    if (hello.len && tls_read_client_hello(hello, false, &f->client)) {
        ja3_of(&f->client, f->client.ja3);
        ja4_of(&f->client, 'q', f->client.ja4);
        f->have |= QUIC_HAS_CLIENT;
    }
    return DISSECT_DONE;
}

/* ---- keys ---- */

static struct str cid_of(const uint8_t *cid, size_t len)
{
    return (struct str){(const char *)cid, len};
}

static void cid_keep(uint8_t *out, uint8_t *ret_len, struct str cid)
{
    *ret_len = (uint8_t)cid.len;
    if (cid.len)
        memcpy(out, cid.ptr, cid.len);
}

/* Tries keys made from `dcid`; they are kept when they fit. */
static bool open_anew(struct quic_state *s, const struct quic_packet *p, struct str dcid,
                      uint8_t *room, struct str *ret_payload)
{
    struct quic_keys keys;
    quic_keys_make(p->version, dcid, false, &keys);
    if (!quic_open(&keys, p, room, ret_payload))
        return false;
    s->client = keys;
    s->has_keys = true;
    s->version = p->version->number;
    return true;
}

static bool client_open(struct quic_state *s, const struct quic_packet *p, uint8_t *room,
                        struct str *ret_payload)
{
    bool same = p->version->number == s->version;
    if (s->has_keys && same && quic_open(&s->client, p, room, ret_payload))
        return true;
    struct str dcid = cid_of(s->dcid, s->dcid_len);
    if (s->has_keys && !same && open_anew(s, p, dcid, room, ret_payload))
        return true;
    if (p->dcid.len < CLIENT_DCID_MIN || (s->has_keys && same && str_eq(dcid, p->dcid)) ||
        !open_anew(s, p, p->dcid, room, ret_payload))
        return false;
    cid_keep(s->dcid, &s->dcid_len, p->dcid);
    cid_keep(s->scid, &s->scid_len, p->scid);
    gather_clear(&s->hello);
    return true;
}

/* The server's keys are of the version it answers in. */
static void server_note(struct quic_state *s, const struct quic_packet *p, uint8_t *room)
{
    struct str payload;
    s->have |= QUIC_HAS_SERVER;
    if (s->server_version || p->type != QUIC_INITIAL)
        return;
    quic_keys_make(p->version, cid_of(s->dcid, s->dcid_len), true, &s->server);
    if (quic_open(&s->server, p, room, &payload))
        s->server_version = p->version->number;
}

static bool is_servers(const struct quic_state *s, const struct quic_packet *p)
{
    return s->has_keys && str_eq(p->dcid, cid_of(s->scid, s->scid_len)) &&
           !str_eq(p->dcid, cid_of(s->dcid, s->dcid_len));
}

/* DONE when the hello is whole, or when nothing more is worth trying. */
static enum dissect_result initial_take(struct quic_state *s, const struct quic_packet *p,
                                        struct quic_facts *f)
{
    uint8_t room[QUIC_PACKET_MAX];
    struct str payload, hello = STR_NONE;
    if (is_servers(s, p)) {
        server_note(s, p, room);
        return DISSECT_NEED_MORE;
    }
    if (!s->version) {
        s->version = p->version->number;
        s->first_dcid_len = (uint8_t)p->dcid.len;
        s->first_scid_len = (uint8_t)p->scid.len;
    }
    if (!client_open(s, p, room, &payload))
        return ++s->unread >= QUIC_INITIALS_MAX ? facts_give(s, STR_NONE, f) : DISSECT_NEED_MORE;
    s->have |= QUIC_HAS_VERIFIED;
    s->token_len = p->token_len;
    s->initials++;
    bool good = frames_read(payload, s);
    enum hello state = hello_state(&s->hello, &hello);
    if (state == HELLO_WHOLE)
        return facts_give(s, hello, f);
    if (!good || state == HELLO_NONE || s->initials >= QUIC_INITIALS_MAX)
        return facts_give(s, STR_NONE, f);
    return DISSECT_NEED_MORE;
}

static enum dissect_result quic_step_more(void *state, struct str datagram,
                                          union dissect_facts *ret_facts)
{
    struct quic_state *s = state;
    struct quic_packet p;
    enum dissect_result got = DISSECT_NOT;
    if (!datagram.len)
        return s->version ? facts_give(s, STR_NONE, &ret_facts->quic) : DISSECT_NOT;
    for (int i = 0; i < PACKETS_MAX && datagram.len && quic_packet_read(&datagram, &p); i++) {
        switch (p.type) {
        case QUIC_INITIAL:
            got = initial_take(s, &p, &ret_facts->quic);
            if (got == DISSECT_DONE)
                return got;
            break;
        case QUIC_RETRY:
            s->have |= QUIC_HAS_SERVER | QUIC_HAS_RETRY;
            got = DISSECT_NEED_MORE;
            break;
        case QUIC_HANDSHAKE:
            if (is_servers(s, &p))
                s->have |= QUIC_HAS_SERVER;
            got = DISSECT_NEED_MORE;
            break;
        case QUIC_ZERO_RTT: got = DISSECT_NEED_MORE; break;
        }
    }
    return got;
}

/* ---- the row ---- */

static enum dissect_result quic_step(enum dissect_transport transport, struct str bytes,
                                     union dissect_facts *ret_facts, size_t *ret_used)
{
    struct quic_state s = {0};
    (void)transport;
    if (quic_step_more(&s, bytes, ret_facts) != DISSECT_DONE)
        return DISSECT_NOT;
    *ret_used = DISSECT_USED_ALL;
    return DISSECT_DONE;
}

static enum dissect_probe quic_probe(enum dissect_transport transport, struct str bytes)
{
    struct quic_packet p;
    struct str rest = bytes;
    (void)transport;
    if (!quic_packet_read(&rest, &p))
        return PROBE_NO;
    bool first = p.type == QUIC_INITIAL && p.dcid.len >= CLIENT_DCID_MIN;
    return first && bytes.len >= QUIC_DATAGRAM_MIN ? PROBE_YES : PROBE_MAYBE;
}

const struct dissector dissector_quic = {
    .name = "quic",
    .app = APP_QUIC,
    .transports = DISSECT_UDP,
    .ports = {443, 80, 8443, 853, 4433, 784},
    .most = UINT16_MAX,
    .probe = quic_probe,
    .parse = quic_step,
    .state_size = sizeof(struct quic_state),
    .parse_more = quic_step_more,
};

static_assert(sizeof(struct quic_state) <= DISSECT_STATE_MOST, "the pipeline keeps no more");
