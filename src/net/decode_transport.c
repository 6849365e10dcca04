/* decode_transport.c - ports, flags and types, and where the payload begins.
 *
 * Sources: RFC 9293 (TCP), RFC 768 (UDP), RFC 792 and 4443 (ICMP), RFC 9260 (SCTP), RFC 4340 (DCCP).
 * Checksums are not verified: where the sender's card fills them in, a capture shows them wrong.
 */
#include "decode_private.h"

static enum step tcp(struct walk *w)
{
    struct packet *p = w->p;
    const uint8_t *h = rd_take(&w->in, 20);
    if (w->in.bad)
        return give_up(w, DECODE_TRANSPORT_SHORT);
    size_t head = (size_t)(h[12] >> 4) * 4;
    if (head < 20 || head > wire_left(w) + 20)
        return give_up(w, DECODE_TCP_LENGTH);
    size_t options = head - 20, kept = rd_left(&w->in);
    if (options > kept) { /* the capture cut the options off: there is no payload to see */
        w->missing -= (uint32_t)(options - kept);
        options = kept;
    }
    rd_take(&w->in, options);
    p->flags |= PACKET_HAS_PORTS;
    p->sport = load_be16(h);
    p->dport = load_be16(h + 2);
    p->tcp_seq = load_be32(h + 4);
    p->tcp_ack = load_be32(h + 8);
    p->tcp_flags = h[13];
    p->tcp_window = load_be16(h + 14);
    return STEP_DONE;
}

static enum step udp(struct walk *w)
{
    struct packet *p = w->p;
    const uint8_t *h = rd_take(&w->in, 8);
    if (w->in.bad)
        return give_up(w, DECODE_TRANSPORT_SHORT);
    size_t length = load_be16(h + 4);
    if (p->proto == IP_UDP && length > 0) { /* UDP-Lite has a checksum's reach in its place */
        if (length < 8)
            return give_up(w, DECODE_UDP_LENGTH);
        shorten(w, length - 8);
    }
    p->flags |= PACKET_HAS_PORTS;
    p->sport = load_be16(h);
    p->dport = load_be16(h + 2);
    return p->proto == IP_UDP ? tunnel_udp(w) : STEP_DONE;
}

static enum step icmp(struct walk *w)
{
    const uint8_t *h = rd_take(&w->in, 4);
    if (w->in.bad)
        return give_up(w, DECODE_TRANSPORT_SHORT);
    w->p->flags |= PACKET_HAS_ICMP;
    w->p->icmp_type = h[0];
    w->p->icmp_code = h[1];
    return STEP_DONE;
}

static enum step ports(struct walk *w)
{
    const uint8_t *h = rd_take(&w->in, 12);
    if (w->in.bad)
        return give_up(w, DECODE_TRANSPORT_SHORT);
    w->p->flags |= PACKET_HAS_PORTS;
    w->p->sport = load_be16(h);
    w->p->dport = load_be16(h + 2);
    return STEP_DONE;
}

enum step transport(struct walk *w)
{
    switch (w->p->proto) {
    case IP_TCP: return tcp(w);
    case IP_UDP:
    case IP_UDPLITE: return udp(w);
    case IP_ICMP: return w->p->version == 4 ? icmp(w) : STEP_DONE;
    case IP_ICMP6: return w->p->version == 6 ? icmp(w) : STEP_DONE;
    case IP_SCTP:
    case IP_DCCP: return ports(w);
    case IP_IPV4: return tunnel_enter(w, &w->in, STEP_IPV4);
    case IP_IPV6: return tunnel_enter(w, &w->in, STEP_IPV6);
    case IP_GRE: return tunnel_gre(w);
    default: return ip_extension(w);
    }
}
