/* s7comm.c - through TPKT and COTP to the first byte that tells whose connection it is; S7's row. */
#include "s7comm_private.h"

enum {
    TPKT_SIZE = 4,
    COTP_CR = 0xe0,
    COTP_CC = 0xd0,
    COTP_DT = 0xf0,
    COTP_EOT = 0x80,
    TSAP_CALLING = 0xc1,
    TSAP_CALLED = 0xc2,
    PDU_SEEN = 192, /* bytes of a PDU that are looked at */
    STREAM_MOST = 8192,
};

static void tsaps_read(struct s7comm_facts *s, struct rd r)
{
    rd_pass(&r, 5); /* references and class */
    while (rd_left(&r) >= 2) {
        uint8_t code = rd_u8(&r), len = rd_u8(&r);
        struct rd value = rd_over(rd_str(&r, len));
        if (r.bad)
            return;
        if ((code != TSAP_CALLING && code != TSAP_CALLED) || len != 2)
            continue;
        s->tsaps = true;
        *(code == TSAP_CALLING ? &s->tsap_calling : &s->tsap_called) = rd_be16(&value);
    }
}

struct envelope { /* one TPKT and the COTP in it */
    size_t size;
    uint8_t kind;
    bool last;
    struct rd body, options;
};

static enum dissect_result envelope_read(struct str bytes, struct envelope *e)
{
    struct rd r = rd_over(bytes);
    uint8_t version = rd_u8(&r), zero = r.bad ? 0 : rd_u8(&r);
    if (bytes.len && (version != 3 || zero != 0))
        return DISSECT_NOT;
    e->size = rd_be16(&r);
    if (r.bad)
        return DISSECT_NEED_MORE;
    if (e->size < TPKT_SIZE + 3)
        return DISSECT_NOT;
    uint8_t header = rd_u8(&r), kind = rd_u8(&r);
    if (r.bad)
        return DISSECT_NEED_MORE;
    e->kind = kind & 0xf0;
    bool connects = e->kind == COTP_CR || e->kind == COTP_CC;
    if (header < 2 || header > e->size - TPKT_SIZE - 1 || (!connects && kind != COTP_DT) ||
        (kind == COTP_DT && header != 2) || (connects && header < 6))
        return DISSECT_NOT;
    if (bytes.len < e->size)
        return DISSECT_NEED_MORE;
    const uint8_t *start = (const uint8_t *)bytes.ptr;
    e->options = rd_of(start + TPKT_SIZE + 2, header - 1u);
    e->last = e->kind != COTP_DT || (start[TPKT_SIZE + 2] & COTP_EOT);
    e->body = rd_of(start + TPKT_SIZE + 1 + header, e->size - TPKT_SIZE - 1 - header);
    return DISSECT_DONE;
}

static bool other_protocol(struct str pdu)
{
    return pdu.len && (uint8_t)pdu.ptr[0] != S7_OLD && (uint8_t)pdu.ptr[0] != S7_PLUS;
}

/* Gathers the beginning of one PDU out of its TPDUs. */
struct gathered {
    uint8_t bytes[PDU_SEEN];
    size_t held, whole;
};

static void gather(struct gathered *g, const struct envelope *e)
{
    size_t len = rd_left(&e->body), room = sizeof g->bytes - g->held;
    size_t n = len < room ? len : room;
    if (n)
        memcpy(g->bytes + g->held, e->body.at, n);
    g->held += n;
    g->whole += len;
}

static enum dissect_result s7comm_parse(enum dissect_transport transport, struct str bytes,
                                        union dissect_facts *ret_facts, size_t *ret_used)
{
    struct s7comm_facts *s = &ret_facts->s7comm;
    struct gathered g = {.held = 0};
    size_t used = 0;
    (void)transport;
    *s = (struct s7comm_facts){0};
    for (bool last = false; !last || !g.whole;) {
        struct envelope e;
        enum dissect_result r = envelope_read((struct str){bytes.ptr + used, bytes.len - used}, &e);
        if (r == DISSECT_NOT || (r == DISSECT_NEED_MORE && bytes.len >= STREAM_MOST && !g.whole))
            return DISSECT_NOT;
        if (r == DISSECT_NEED_MORE && bytes.len >= STREAM_MOST)
            break; /* longer than is kept: its beginning is here */
        if (r == DISSECT_NEED_MORE)
            return r;
        used += e.size;
        if (e.kind == COTP_DT)
            gather(&g, &e);
        else if (g.whole)
            return DISSECT_NOT;
        else
            tsaps_read(s, e.options);
        last = e.last;
        if (other_protocol((struct str){(const char *)g.bytes, g.held}))
            return DISSECT_NOT;
    }
    struct str pdu = {(const char *)g.bytes, g.held};
    if (!(g.bytes[0] == S7_OLD ? s7_read(s, pdu, g.whole) : s7_plus_read(s, pdu, g.whole)))
        return DISSECT_NOT;
    *ret_used = used;
    return DISSECT_DONE;
}

static enum dissect_probe s7comm_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    switch (s7comm_parse(transport, bytes, &facts, &used)) {
    case DISSECT_DONE: return PROBE_YES;
    case DISSECT_NEED_MORE: return PROBE_MAYBE; /* a connection request says nothing of S7 */
    default: return PROBE_NO;
    }
}

static bool s7comm_says_response(const union dissect_facts *f)
{
    return s7comm_response(&f->s7comm);
}

static enum dissect_intent s7comm_intent(const union dissect_facts *f)
{
    return s7_intent(&f->s7comm);
}

/* The one password of the protocol: userdata's security group. */
static enum dissect_login s7comm_login(const union dissect_facts *f)
{
    const struct s7comm_facts *s = &f->s7comm;
    enum { SECURITY = 5, PASSWORD = 1 };
    if (s->plus || s->rosctr != S7_USERDATA || s->group != SECURITY || s->sub != PASSWORD)
        return LOGIN_NONE;
    return !s7comm_response(s) ? LOGIN_TRIED : s->error ? LOGIN_FAILED : LOGIN_DONE;
}

const struct dissector dissector_s7comm = {
    .name = "s7comm",
    .app = APP_S7COMM,
    .transports = DISSECT_TCP,
    .ports = {102},
    .repeats = true,
    .most = STREAM_MOST,
    .probe = s7comm_probe,
    .parse = s7comm_parse,
    .response = s7comm_says_response,
    .intent = s7comm_intent,
    .login = s7comm_login,
};
