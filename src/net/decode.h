/* decode.h - from a frame to the packet in it, through whatever it is wrapped in.
 *
 * Why one walk and not a layer stack: on the packet path nothing is allocated and nothing is built
 * that the sensor does not need. Each header is checked once, then read; a frame we give up on is
 * counted under one named reason, so that  frames = decoded + the sum of given_up[]  always holds.
 *
 *     AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
 *     struct packet p;
 *     if (decode_frame(&frame, ctx, &p))
 *         look_at(&p);
 *
 * Links: Ethernet, Linux cooked v1 and v2, raw IP, BSD loopback, PPP, PPPoE, Cisco HDLC; VLAN and
 * QinQ tags, LLC/SNAP, MPLS with pseudowires. Tunnels: GRE (keys, sequence, Ethernet, ERSPAN), IP in
 * IP, VXLAN, Geneve, Teredo, GTP-U; at most DECODE_DEPTH_MOST deep. A tunnel whose content cannot be
 * read is given as the outer packet, with PACKET_INNER_UNREAD.
 *
 * Lifetime: payload points into the frame, or, for a datagram put together from fragments, into one of
 * a row of buffers used in turn: so it lives as long as the DECODE_BATCH frames it came with.
 * Threads: one context, one thread. Time is packet time only.
 */
#pragma once

#include "net/capture.h"
#include "net/packet.h"

enum { DECODE_DEPTH_MOST = 8, DECODE_BATCH = 32 };

enum link_type { /* tcpdump.org/linktypes.html: those we read */
                 LINK_NULL = 0,
                 LINK_ETHERNET = 1,
                 LINK_PPP = 9,
                 LINK_RAW_BSD = 12,
                 LINK_RAW_OPENBSD = 14,
                 LINK_PPP_SERIAL = 50,
                 LINK_PPP_ETHER = 51,
                 LINK_RAW = 101,
                 LINK_HDLC = 104,
                 LINK_LOOP = 108,
                 LINK_COOKED = 113,
                 LINK_PPP_DIRECTION = 204,
                 LINK_IPV4 = 228,
                 LINK_IPV6 = 229,
                 LINK_COOKED2 = 276,
};

/* Why a frame brought no packet. Name, text for the summary. */
#define DECODE_MAP(X)                                                                              \
    X(LINK_UNSUPPORTED, "a link type this program does not read")                                  \
    X(LINK_SHORT, "cut off inside the link header")                                                \
    X(ARP, "ARP")                                                                                  \
    X(NOT_IP, "a protocol other than IP")                                                          \
    X(NESTED, "more headers inside each other than we follow")                                     \
    X(IP_VERSION, "an IP version other than 4 and 6")                                              \
    X(IPV4_SHORT, "cut off inside the IPv4 header")                                                \
    X(IPV4_LENGTH, "an IPv4 header whose lengths contradict each other")                           \
    X(IPV6_SHORT, "cut off inside the IPv6 header")                                                \
    X(IPV6_EXTENSION, "an IPv6 extension header that is cut off, or too many of them")             \
    X(FRAGMENT_HELD, "a fragment, held until the rest comes")                                      \
    X(FRAGMENT_BAD, "a fragment that is cut short or contradicts itself")                          \
    X(TRANSPORT_SHORT, "cut off inside the transport header")                                      \
    X(TCP_LENGTH, "a TCP header length that cannot be")                                            \
    X(UDP_LENGTH, "a UDP length that cannot be")

enum decode_reason {
#define X(name, text) DECODE_##name,
    DECODE_MAP(X)
#undef X
        DECODE_REASONS,
};
const char *decode_reason_name(enum decode_reason r); /* "IPV4_SHORT" */
const char *decode_reason_text(enum decode_reason r);

/* What was odd, or worth counting, about frames whatever became of them. */
#define DECODE_NOTE_MAP(X)                                                                         \
    X(VLAN, "VLAN tags")                                                                           \
    X(MPLS, "MPLS labels")                                                                         \
    X(TUNNEL, "tunnels opened")                                                                    \
    X(TUNNEL_UNREAD, "tunnels whose content could not be read")                                    \
    X(TUNNEL_TOO_DEEP, "tunnels left shut, as they lay too deep")                                  \
    X(IP_LONGER, "IP packets that claim more than their frame carried")                            \
    X(IP_NO_LENGTH, "IP packets without a length (segmentation offload)")                          \
    X(FRAGMENTS, "fragments")                                                                      \
    X(DEFRAGMENTED, "datagrams put together")                                                      \
    X(FRAGMENT_OVERLAP, "fragments that overlapped (the first one counts)")                        \
    X(FRAGMENT_TIMEOUT, "datagrams never completed")                                               \
    X(FRAGMENT_EVICTED, "unfinished datagrams given up for want of room")

enum decode_note {
#define X(name, text) NOTE_##name,
    DECODE_NOTE_MAP(X)
#undef X
        DECODE_NOTES,
};
const char *decode_note_name(enum decode_note n);
const char *decode_note_text(enum decode_note n);

struct decode_stats {
    uint64_t frames, decoded;
    uint64_t given_up[DECODE_REASONS];
    uint64_t notes[DECODE_NOTES];
    uint16_t odd_linktype; /* the first link type that was not supported */
};

struct decode_ctx;
struct defrag_settings; /* net/defrag.h */

struct decode_ctx *decode_new(const struct defrag_settings *s); /* NULL: the usual ones */
void decode_drop(struct decode_ctx **ctx);                      /* for AUTO(decode_drop) */

/* False: counted under one reason of ctx. *ret is whole or untouched in meaning; read it when true. */
[[nodiscard]] bool decode_frame(const struct frame *f, struct decode_ctx *ctx, struct packet *ret);

/* Several contexts on one capture: fragments have to meet in one of them. Where `defer` is set, decode_frame
 * gives false for a frame with a fragment in it and counts nothing; decode_deferred then says true, and the
 * frame goes, in its order, to the one context that does not defer. */
void decode_defer(struct decode_ctx *ctx);
bool decode_deferred(const struct decode_ctx *ctx);

/* The packets of up to DECODE_BATCH frames, one after the other: how many there are. */
size_t decode_batch(const struct frame *frames, size_t count, struct decode_ctx *ctx,
                    struct packet ret[DECODE_BATCH]);

const struct decode_stats *decode_stats(const struct decode_ctx *ctx);
