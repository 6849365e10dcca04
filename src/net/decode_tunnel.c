/* decode_tunnel.c - tunnels over GRE and UDP, opened where both the place and the content say so.
 *
 * A UDP port alone proves nothing: a tunnel's fixed bits must be right as well, and when the packet
 * inside does not hold together, decode.c takes the outer one.
 * Sources: RFC 2784, 2890 (GRE), RFC 2637 (PPTP's), draft-foschiano-erspan-03, RFC 7348 (VXLAN),
 * RFC 8926 (Geneve), RFC 4380 (Teredo), 3GPP TS 29.281 (GTP-U).
 */
#include "decode_private.h"

enum { PORT_GTP = 2152, PORT_TEREDO = 3544, PORT_VXLAN = 4789, PORT_GENEVE = 6081 };

static enum step of_ethertype(struct walk *w, const struct rd *inside, uint16_t type)
{
    w->type = type;
    return tunnel_enter(w, inside, STEP_ETHERTYPE);
}

/* ERSPAN I has no header of its own (and GRE no sequence), II has 8 bytes, III 12 or 20. */
static enum step erspan(struct walk *w, struct rd *at, bool has_sequence, bool third)
{
    if (has_sequence) {
        const uint8_t *h = rd_take(at, third ? 12 : 8);
        if (!at->bad && third && h[11] & 1)
            rd_take(at, 8);
    }
    return at->bad ? STEP_DONE : tunnel_enter(w, at, STEP_ETHERNET);
}

enum step tunnel_gre(struct walk *w)
{
    enum { CHECKSUM = 0x8000, ROUTING = 0x4000, KEY = 0x2000, SEQUENCE = 0x1000, ACK = 0x80 };
    struct rd at = w->in;
    const uint8_t *h = rd_take(&at, 4);
    if (at.bad)
        return STEP_DONE;
    unsigned flags = load_be16(h), version = flags & 7;
    uint16_t type = load_be16(h + 2);
    if (version > 1 || flags & ROUTING)
        return STEP_DONE;
    rd_take(&at, flags & CHECKSUM ? 4 : 0);
    rd_take(&at, flags & KEY ? 4 : 0);
    rd_take(&at, flags & SEQUENCE ? 4 : 0);
    rd_take(&at, version == 1 && flags & ACK ? 4 : 0);
    if (at.bad || rd_left(&at) == 0)
        return STEP_DONE;
    if (type == ETHERTYPE_ERSPAN || type == 0x22eb)
        return erspan(w, &at, flags & SEQUENCE, type == 0x22eb);
    return of_ethertype(w, &at, type);
}

static enum step vxlan(struct walk *w)
{
    struct rd at = w->in;
    const uint8_t *h = rd_take(&at, 8);
    if (at.bad || !(h[0] & 0x08)) /* the other bits are to be ignored (RFC 7348, 5) */
        return STEP_DONE;
    return tunnel_enter(w, &at, STEP_ETHERNET);
}

static enum step geneve(struct walk *w)
{
    struct rd at = w->in;
    const uint8_t *h = rd_take(&at, 8);
    if (at.bad || h[0] >> 6 != 0 || h[1] & 0x3f || h[7] != 0)
        return STEP_DONE;
    rd_take(&at, (size_t)(h[0] & 0x3f) * 4);
    uint16_t type = load_be16(h + 2);
    bool known = type == ETHERTYPE_TEB || type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6;
    return at.bad || !known ? STEP_DONE : of_ethertype(w, &at, type);
}

/* Is it an IPv6 packet that fills what is left, to or from an address Teredo gives out? */
static bool is_teredo(const struct rd *inside, size_t wire)
{
    struct rd at = *inside;
    const uint8_t *h = rd_take(&at, 40);
    if (at.bad || h[0] >> 4 != 6 || load_be16(h + 4) + 40u != wire)
        return false;
    static const uint8_t prefix[4] = {0x20, 0x01, 0, 0};
    const uint8_t *src = h + 8, *dst = h + 24;
    bool local = src[0] == 0xfe && (src[1] & 0xc0) == 0x80; /* talking to its relay */
    return local || memcmp(src, prefix, 4) == 0 || memcmp(dst, prefix, 4) == 0;
}

static enum step teredo(struct walk *w)
{
    struct rd at = w->in;
    struct rd ahead = at;
    const uint8_t *h = rd_take(&ahead, 13);
    if (!ahead.bad && h[0] == 0 &&
        h[1] == 1) { /* authentication (5.1.1): two lengths, then 9 bytes */
        rd_take(&at, 13u + h[2] + h[3]);
        ahead = at;
    } else {
        ahead = at;
    }
    h = rd_take(&ahead, 8);
    if (!ahead.bad && h[0] == 0 && h[1] == 0) /* where it came from (5.1.1) */
        at = ahead;
    if (at.bad || !is_teredo(&at, rd_left(&at) + w->missing))
        return STEP_DONE;
    return tunnel_enter(w, &at, STEP_IPV6);
}

static enum step gtp(struct walk *w)
{
    struct rd at = w->in;
    const uint8_t *h = rd_take(&at, 8);
    if (at.bad || (h[0] & 0xf0) != 0x30 || h[1] != 0xff)
        return STEP_DONE;
    if (load_be16(h + 2) + 8u != wire_left(w))
        return STEP_DONE;
    uint8_t next = 0;
    if (h[0] & 7) {
        const uint8_t *more = rd_take(&at, 4);
        next = h[0] & 4 ? more[3] : 0;
    }
    for (int i = 0; next && !at.bad && i < 8;
         i++) { /* each: its length in fours, ..., the next type */
        struct rd ahead = at;
        size_t n = (size_t)rd_u8(&ahead) * 4;
        if (n == 0)
            return STEP_DONE;
        const uint8_t *extension = rd_take(&at, n);
        next = at.bad ? 0 : extension[n - 1];
    }
    return at.bad || next || rd_left(&at) == 0 ? STEP_DONE : tunnel_enter(w, &at, STEP_IP);
}

enum step tunnel_udp(struct walk *w)
{
    uint16_t from = w->p->sport, to = w->p->dport;
    if (to == PORT_VXLAN)
        return vxlan(w);
    if (to == PORT_GENEVE)
        return geneve(w);
    if (to == PORT_TEREDO || from == PORT_TEREDO)
        return teredo(w);
    if (to == PORT_GTP)
        return gtp(w);
    return STEP_DONE;
}
