/* decode_private.h - the walk through a frame: what each step knows and how it says what comes next.
 *
 * A step reads one header at walk.in and names the next step. It never calls another, so that a frame
 * made of a thousand headers costs a counter and not a stack.
 */
#pragma once

#include "core/rd.h"
#include "net/bytes.h"
#include "net/decode.h"
#include "net/defrag.h"

enum step {
    STEP_ETHERNET,
    STEP_ETHERTYPE, /* walk.type says what follows */
    STEP_PPP,
    STEP_MPLS,
    STEP_IP, /* by its first half byte */
    STEP_IPV4,
    STEP_IPV6,
    STEP_PROTOCOL, /* packet.proto says what follows */
    STEP_DONE,
    STEP_DEFERRED, /* a fragment, and another context puts fragments together */
    STEP_GIVE_UP,  /* walk.reason says why */
};

enum ethertype {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_TEB = 0x6558, /* Ethernet inside something */
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_PPP = 0x880b,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_UP = 0x8848,
    ETHERTYPE_PPPOE = 0x8864,
    ETHERTYPE_ERSPAN = 0x88be,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_QINQ_OLD = 0x9100,
    ETHERTYPE_LOOPBACK = 0x9000,
};

struct walk {
    struct rd in;     /* bytes the capture kept, of the packet we are in */
    uint32_t missing; /* bytes of it that went by and were not kept */
    uint16_t type;
    uint8_t headers;      /* steps taken */
    uint8_t defragmented; /* datagrams put together on this walk */
    bool has_outer, noted;
    uint8_t notes[DECODE_NOTES]; /* counted up when the frame is through */
    enum decode_reason reason;
    struct packet *p;
    struct decode_ctx *ctx;
    struct packet *outer; /* what we say if the tunnel cannot be read */
};

struct decode_ctx {
    struct decode_stats stats;
    struct defrag *defrag;
    bool defer, deferred;
};

static inline enum step give_up(struct walk *w, enum decode_reason why)
{
    w->reason = why;
    return STEP_GIVE_UP;
}

static inline void note(struct walk *w, enum decode_note n)
{
    w->notes[n]++;
    w->noted = true;
}

static inline size_t wire_left(const struct walk *w)
{
    return rd_left(&w->in) + w->missing;
}

/* From here on the packet is `n` bytes long: what lies behind is padding, or not ours. */
static inline void shorten(struct walk *w, size_t n)
{
    size_t kept = rd_left(&w->in);
    if (n < kept) {
        w->in.end = w->in.at + n;
        w->missing = 0;
    } else if (n - kept < w->missing) {
        w->missing = (uint32_t)(n - kept);
    }
}

/* The packet as read so far becomes the outer one, with what is at walk.in for its payload; the walk
 * goes on at `inside` with `first`. Too deep, and the packet is done as it is. */
enum step tunnel_enter(struct walk *w, const struct rd *inside, enum step first);

enum step link_begin(struct walk *w, const struct frame *f);
enum step link_ethernet(struct walk *w);
enum step link_ethertype(struct walk *w);
enum step link_ppp(struct walk *w);
enum step link_mpls(struct walk *w);
enum step ip_either(struct walk *w);
enum step ip_v4(struct walk *w);
enum step ip_v6(struct walk *w);
enum step transport(struct walk *w);
enum step ip_extension(struct walk *w); /* STEP_DONE when packet.proto is none */
enum step tunnel_gre(struct walk *w);
/* STEP_DONE unless a UDP payload is a tunnel by port and by content. */
enum step tunnel_udp(struct walk *w);
