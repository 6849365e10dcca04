/* frame.h - Ethernet frames built up from addresses, ports and payload, with the checksums receivers check.
 *
 * Addresses are 16 bytes, IPv4 as ::ffff:a.b.c.d; both ends must be of one kind. MAC addresses are made from
 * the address (locally administered), so a host keeps its own. Frames under 60 bytes are padded
 * with zeros, as Ethernet does.
 */
#pragma once

#include "core/str.h"

enum { SYNTH_FRAME_MAX = 1514, SYNTH_MSS = 1440 }; /* the MSS that fits IPv6 too */

struct synth_end {
    uint8_t address[16];
    uint16_t port;
};

struct synth_segment { /* what a TCP header says beside its ports */
    uint32_t seq, ack;
    uint8_t flags;
    uint16_t window;
};

/* How long the frame at `out` (SYNTH_FRAME_MAX bytes) became. The payload must fit: an assertion. */
size_t synth_frame_udp(uint8_t *out, const struct synth_end *from, const struct synth_end *to,
                       struct str payload);
size_t synth_frame_tcp(uint8_t *out, const struct synth_end *from, const struct synth_end *to,
                       const struct synth_segment *segment, struct str payload);

/* The head of a large segment, as a capture with a short snap length keeps it of what a network card took over
 * whole: the frame is `payload` long from its TCP header on, of which `kept` bytes are there. No checksum
 * of the payload: the card adds it later. */
size_t synth_frame_tcp_cut(uint8_t *out, const struct synth_end *from, const struct synth_end *to,
                           const struct synth_segment *segment, struct str kept, size_t payload);

/* RFC 1071 over `len` bytes, added to `sum`; fold and invert to get the field. */
uint32_t synth_sum(uint32_t sum, const void *bytes, size_t len);
uint16_t synth_sum_fold(uint32_t sum);

struct synth_end synth_end_v4(uint32_t address, uint16_t port); /* 0x0a000001 is 10.0.0.1 */
