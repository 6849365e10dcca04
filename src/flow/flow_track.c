/* flow_track.c - who is the client, and how far a connection has come.
 *
 * The client is who sent the SYN; else who was heard first, unless what was heard is a SYN-ACK.
 * States follow what passes by, not what a host would accept: one direction may be missing.
 */
#include "flow_private.h"

void track_first(struct flow *f, const struct keyed *k, const struct packet *p)
{
    bool answer = p->proto == IP_TCP && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
    f->client_is_high = k->swapped != answer;
    f->midstream = p->proto == IP_TCP && !(p->tcp_flags & TCP_SYN);
}

bool track_is_reuse(const struct flow *f, const struct packet *p)
{
    return f->state >= FLOW_CLOSING && p->proto == IP_TCP &&
           (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static void raise_to(struct flow *f, enum flow_state state)
{
    if (f->state < state)
        f->state = (uint8_t)state;
}

static void track_tcp(struct flow *f, uint8_t flags, enum flow_side from)
{
    if (flags & TCP_RST)
        raise_to(f, FLOW_CLOSED);
    else if (flags & TCP_FIN)
        raise_to(f, f->tcp_flags[!from] & TCP_FIN ? FLOW_CLOSED : FLOW_CLOSING);
    else if (!(flags & TCP_SYN))
        raise_to(f, FLOW_BOTH_WAYS);
    else if (flags & TCP_ACK)
        raise_to(f, FLOW_ANSWERED);
    f->tcp_flags[from] |= flags;
}

enum flow_side track(struct flow *f, const struct keyed *k, const struct packet *p)
{
    enum flow_side from = k->swapped == f->client_is_high ? FLOW_CLIENT : FLOW_SERVER;
    if (p->proto == IP_TCP)
        track_tcp(f, p->tcp_flags, from);
    else if (from == FLOW_SERVER)
        raise_to(f, FLOW_BOTH_WAYS);
    f->packets[from] += p->frames;
    f->bytes[from] += p->wire_bytes;
    return from;
}
