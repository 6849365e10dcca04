/* decode_ip.c - IPv4 and IPv6 headers, what is strung between them and the payload, and fragments.
 *
 * Sources: RFC 791, RFC 8200 (4: extension headers), RFC 4302 (AH), RFC 6946 (atomic fragments).
 * A length of 0 comes from segmentation offload: then the frame's own length counts.
 */
#include "decode_private.h"

enum { IPV4_HEAD = 20, IPV6_HEAD = 40 };

enum {
    DEFRAG_MOST = DEFRAG_BUFFERS / DECODE_BATCH
}; /* so that a batch's packets keep their bytes */

enum { EXT_HOP = 0, EXT_ROUTING = 43, EXT_FRAGMENT = 44, EXT_OPTIONS = 60, EXT_SHIM6 = 140 };

enum step ip_either(struct walk *w)
{
    struct rd ahead = w->in;
    switch (rd_u8(&ahead) >> 4) {
    case 4: return STEP_IPV4;
    case 6: return STEP_IPV6;
    default: return give_up(w, ahead.bad ? DECODE_LINK_SHORT : DECODE_IP_VERSION);
    }
}

static void map_v4(uint8_t out[16], const uint8_t *address)
{
    memset(out, 0, 10);
    out[10] = out[11] = 0xff;
    memcpy(out + 12, address, 4);
}

/* Puts the fragment with its like; when all are there, the walk goes on in the datagram. */
static enum step fragment(struct walk *w, struct fragment *f)
{
    struct packet *p = w->p;
    if (w->ctx->defer)
        return STEP_DEFERRED;
    note(w, NOTE_FRAGMENTS);
    if (w->missing || w->defragmented == DEFRAG_MOST)
        return give_up(w, DECODE_FRAGMENT_BAD); /* the capture did not keep all of it */
    memcpy(f->src, p->src, sizeof f->src);
    memcpy(f->dst, p->dst, sizeof f->dst);
    f->version = p->version;
    f->vlan = p->vlan[0];
    f->bytes = (struct str){(const char *)w->in.at, rd_left(&w->in)};
    f->wire_bytes = p->wire_bytes;
    f->frames = p->frames;
    f->time_us = p->time_us;

    struct defrag_whole whole;
    enum defrag_result r = defrag_add(w->ctx->defrag, f, &whole);
    const struct defrag_stats *s = defrag_stats(w->ctx->defrag);
    w->ctx->stats.notes[NOTE_DEFRAGMENTED] = s->whole;
    w->ctx->stats.notes[NOTE_FRAGMENT_OVERLAP] = s->overlaps;
    w->ctx->stats.notes[NOTE_FRAGMENT_TIMEOUT] = s->timeouts;
    w->ctx->stats.notes[NOTE_FRAGMENT_EVICTED] = s->evicted;
    if (r != DEFRAG_WHOLE)
        return give_up(w, r == DEFRAG_HELD ? DECODE_FRAGMENT_HELD : DECODE_FRAGMENT_BAD);
    w->defragmented++;
    w->in = rd_of(whole.bytes.ptr, whole.bytes.len);
    p->flags |= PACKET_DEFRAGMENTED;
    p->frames = whole.frames;
    p->wire_bytes = whole.wire_bytes;
    p->proto = whole.proto;
    return STEP_PROTOCOL;
}

enum step ip_v4(struct walk *w)
{
    size_t wire = wire_left(w);
    const uint8_t *h = rd_take(&w->in, IPV4_HEAD);
    if (w->in.bad)
        return give_up(w, DECODE_IPV4_SHORT);
    if (h[0] >> 4 != 4)
        return give_up(w, DECODE_IP_VERSION);
    size_t head = (size_t)(h[0] & 0xf) * 4, total = load_be16(h + 2);
    if (total == 0) {
        note(w, NOTE_IP_NO_LENGTH);
        total = wire;
    }
    if (head < IPV4_HEAD || total < head)
        return give_up(w, DECODE_IPV4_LENGTH);
    if (total > wire)
        note(w, NOTE_IP_LONGER);
    rd_take(&w->in, head - IPV4_HEAD);
    if (w->in.bad)
        return give_up(w, DECODE_IPV4_SHORT);
    shorten(w, total - head);

    struct packet *p = w->p;
    p->version = 4;
    p->ttl = h[8];
    p->proto = h[9];
    map_v4(p->src, h + 12);
    map_v4(p->dst, h + 16);
    uint16_t place = load_be16(h + 6);
    if (!(place & 0x3fff))
        return transport(w);
    struct fragment f = {
        .id = load_be16(h + 4),
        .proto = p->proto,
        .more = (place & 0x2000) != 0,
        .offset = (place & 0x1fffu) * 8,
    };
    return fragment(w, &f);
}

/* IPv6's fragment header; the whole datagram in one is no fragment. */
static enum step fragment_header(struct walk *w)
{
    const uint8_t *h = rd_take(&w->in, 8);
    if (w->in.bad)
        return give_up(w, DECODE_IPV6_EXTENSION);
    uint16_t place = load_be16(h + 2);
    w->p->proto = h[0];
    if (!(place & 0xfff9))
        return STEP_PROTOCOL;
    struct fragment f = {
        .id = load_be32(h + 4),
        .proto = h[0],
        .more = place & 1,
        .offset = place & 0xfff8u,
    };
    return fragment(w, &f);
}

enum step ip_v6(struct walk *w)
{
    const uint8_t *h = rd_take(&w->in, IPV6_HEAD);
    if (w->in.bad)
        return give_up(w, DECODE_IPV6_SHORT);
    if (h[0] >> 4 != 6)
        return give_up(w, DECODE_IP_VERSION);
    size_t length = load_be16(h + 4);
    if (length == 0 && h[6] != IP_NONE) {
        note(w, NOTE_IP_NO_LENGTH);
        length = wire_left(w);
    }
    if (length > wire_left(w))
        note(w, NOTE_IP_LONGER);
    shorten(w, length);

    struct packet *p = w->p;
    p->version = 6;
    p->proto = h[6];
    p->ttl = h[7];
    memcpy(p->src, h + 8, 16);
    memcpy(p->dst, h + 24, 16);
    return STEP_PROTOCOL;
}

/* An extension header that is read for its length alone; AH counts in another unit than the rest. */
static enum step extension(struct walk *w, size_t unit, size_t extra)
{
    struct rd ahead = w->in;
    const uint8_t *h = rd_take(&ahead, 2);
    if (ahead.bad)
        return give_up(w, DECODE_IPV6_EXTENSION);
    uint8_t next = h[0];
    rd_take(&w->in, h[1] * unit + extra);
    if (w->in.bad)
        return give_up(w, DECODE_IPV6_EXTENSION);
    w->p->proto = next;
    return STEP_PROTOCOL;
}

enum step ip_extension(struct walk *w)
{
    switch (w->p->proto) {
    case IP_AH: return extension(w, 4, 8);
    case EXT_FRAGMENT:
        if (w->p->version == 6)
            return fragment_header(w);
        break;
    case EXT_HOP:
    case EXT_ROUTING:
    case EXT_OPTIONS:
    case EXT_SHIM6:
        if (w->p->version == 6)
            return extension(w, 8, 8);
        break;
    default: break;
    }
    return STEP_DONE;
}
