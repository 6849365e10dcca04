/* decode_link.c - everything under IP: what a frame is wrapped in before its first IP header.
 *
 * Sources: tcpdump.org/linktypes.html; IEEE 802.1Q, 802.2; RFC 1661 and 2516 (PPP, PPPoE); RFC 3032
 * (MPLS); RFC 4448 (Ethernet over MPLS); RFC 4385 (its control word).
 */
#include "decode_private.h"

enum { ETHERNET_HEAD = 14, TYPE_LEAST = 0x600 /* below, the field is a length (802.3, 3.2.6) */ };

enum { PPP_IPV4 = 0x21, PPP_IPV6 = 0x57, PPP_MPLS = 0x281, PPP_MPLS_UP = 0x283 };

static enum step of_type(struct walk *w, uint16_t type)
{
    w->type = type;
    return STEP_ETHERTYPE;
}

/* BSD loopback: the address family of the capturing machine, in its own byte order or in ours. */
static enum step loopback(struct walk *w)
{
    const uint8_t *p = rd_take(&w->in, 4);
    if (w->in.bad)
        return give_up(w, DECODE_LINK_SHORT);
    uint32_t family = load_be32(p);
    if (family > 0xffff)
        family = load_le32(p);
    switch (family) {
    case 2: return STEP_IPV4;
    case 10:                   /* Linux */
    case 24:                   /* NetBSD, OpenBSD */
    case 28:                   /* FreeBSD */
    case 30: return STEP_IPV6; /* macOS */
    default: return give_up(w, DECODE_NOT_IP);
    }
}

static enum step cooked(struct walk *w, size_t head, size_t type_at)
{
    const uint8_t *p = rd_take(&w->in, head);
    if (w->in.bad)
        return give_up(w, DECODE_LINK_SHORT);
    uint16_t type = load_be16(p + type_at);
    return type < TYPE_LEAST ? give_up(w, DECODE_NOT_IP) : of_type(w, type);
}

static enum step pppoe(struct walk *w)
{
    const uint8_t *p = rd_take(&w->in, 6);
    if (w->in.bad)
        return give_up(w, DECODE_LINK_SHORT);
    shorten(w, load_be16(p + 4));
    return STEP_PPP;
}

/* A direction byte, then PPP. */
static enum step ppp_direction(struct walk *w)
{
    rd_u8(&w->in);
    return STEP_PPP;
}

static void add_vlan(struct walk *w, uint16_t tci)
{
    if (w->p->vlans == 0)
        note(w, NOTE_VLAN);
    if (w->p->vlans < COUNT(w->p->vlan))
        w->p->vlan[w->p->vlans++] = tci & 0xfff;
}

enum step link_begin(struct walk *w, const struct frame *f)
{
    if (f->has_vlan)
        add_vlan(w, f->vlan_tci);
    switch (f->linktype) {
    case LINK_ETHERNET: return link_ethernet(w);
    case LINK_NULL:
    case LINK_LOOP: return loopback(w);
    case LINK_PPP:
    case LINK_PPP_SERIAL: return STEP_PPP;
    case LINK_PPP_DIRECTION: return ppp_direction(w);
    case LINK_PPP_ETHER: return pppoe(w);
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
    case LINK_RAW: return STEP_IP;
    case LINK_IPV4: return STEP_IPV4;
    case LINK_IPV6: return STEP_IPV6;
    case LINK_HDLC: return cooked(w, 4, 2);
    case LINK_COOKED: return cooked(w, 16, 14);
    case LINK_COOKED2: return cooked(w, 20, 0);
    default:
        if (!w->ctx->stats.given_up[DECODE_LINK_UNSUPPORTED])
            w->ctx->stats.odd_linktype = f->linktype;
        return give_up(w, DECODE_LINK_UNSUPPORTED);
    }
}

enum step link_ethernet(struct walk *w)
{
    const uint8_t *p = rd_take(&w->in, ETHERNET_HEAD);
    if (w->in.bad)
        return give_up(w, DECODE_LINK_SHORT);
    uint16_t type = load_be16(p + 12);
    if (type == ETHERTYPE_IPV4)
        return ip_v4(w);
    return of_type(w, type);
}

/* 802.2: IP comes either by SNAP, with an Ethernet type behind, or under its own SAP. */
static enum step llc(struct walk *w)
{
    shorten(w, w->type);
    struct rd ahead = w->in;
    const uint8_t *p = rd_take(&ahead, 3);
    if (ahead.bad)
        return give_up(w, DECODE_LINK_SHORT);
    if (p[0] == 0x06 && p[1] == 0x06) {
        w->in = ahead;
        return STEP_IPV4;
    }
    if (p[0] != 0xaa || p[1] != 0xaa || p[2] != 0x03)
        return give_up(w, DECODE_NOT_IP);
    const uint8_t *snap = rd_take(&ahead, 5);
    if (ahead.bad)
        return give_up(w, DECODE_LINK_SHORT);
    w->in = ahead;
    uint16_t type = load_be16(snap + 3);
    if (load_be16(snap) != 0 || snap[2] != 0 || type < TYPE_LEAST)
        return give_up(w, DECODE_NOT_IP);
    return of_type(w, type);
}

enum step link_ethertype(struct walk *w)
{
    switch (w->type) {
    case ETHERTYPE_IPV4: return STEP_IPV4;
    case ETHERTYPE_IPV6: return STEP_IPV6;
    case ETHERTYPE_ARP: return give_up(w, DECODE_ARP);
    case ETHERTYPE_TEB: return STEP_ETHERNET;
    case ETHERTYPE_PPP: return STEP_PPP;
    case ETHERTYPE_PPPOE: return pppoe(w);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UP: note(w, NOTE_MPLS); return STEP_MPLS;
    case ETHERTYPE_VLAN:
    case ETHERTYPE_QINQ:
    case ETHERTYPE_QINQ_OLD: {
        const uint8_t *p = rd_take(&w->in, 4);
        if (w->in.bad)
            return give_up(w, DECODE_LINK_SHORT);
        add_vlan(w, load_be16(p));
        return of_type(w, load_be16(p + 2));
    }
    default: return w->type < TYPE_LEAST ? llc(w) : give_up(w, DECODE_NOT_IP);
    }
}

/* Address and control may be left out, and so may the protocol's first byte (RFC 1661, 6.5 and 6.6). */
enum step link_ppp(struct walk *w)
{
    struct rd ahead = w->in;
    const uint8_t *p = rd_take(&ahead, 2);
    if (!ahead.bad && p[0] == 0xff && p[1] == 0x03)
        w->in = ahead;
    unsigned protocol = rd_u8(&w->in);
    if (!(protocol & 1))
        protocol = protocol << 8 | rd_u8(&w->in);
    if (w->in.bad)
        return give_up(w, DECODE_LINK_SHORT);
    switch (protocol) {
    case PPP_IPV4: return STEP_IPV4;
    case PPP_IPV6: return STEP_IPV6;
    case PPP_MPLS:
    case PPP_MPLS_UP: note(w, NOTE_MPLS); return STEP_MPLS;
    default: return give_up(w, DECODE_NOT_IP);
    }
}

/* Nothing in a label says what lies under the last one. IP begins with 4 or 6; a pseudowire begins
 * with a control word, whose first half byte is 0, or at once with an Ethernet header. */
static enum step under_labels(struct walk *w)
{
    struct rd ahead = w->in;
    uint8_t first = rd_u8(&ahead);
    if (ahead.bad)
        return give_up(w, DECODE_LINK_SHORT);
    if (first >> 4 == 4 || first >> 4 == 6)
        return STEP_IP;
    if (first >> 4 == 0) {
        struct rd plain = w->in;
        const uint8_t *p = rd_take(&plain, ETHERNET_HEAD);
        uint16_t type = plain.bad ? 0 : load_be16(p + 12);
        bool bare = type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 || type == ETHERTYPE_VLAN;
        if (!bare)
            rd_take(&w->in, 4);
    }
    return STEP_ETHERNET;
}

enum step link_mpls(struct walk *w)
{
    const uint8_t *p = rd_take(&w->in, 4);
    if (w->in.bad)
        return give_up(w, DECODE_LINK_SHORT);
    return p[2] & 1 ? under_labels(w) : STEP_MPLS; /* bottom of stack */
}
