/* ring.h - a live capture: the kernel writes frames into memory it shares with us (TPACKET_V3).
 *
 * Why: no copy and no system call for each frame; a block of frames is handed over at a time, and
 * what did not fit is counted by the kernel (capture_stats.kernel_drops). A sensor that falls behind
 * loses frames and says so; it never holds up the link.
 *
 *     struct ring_settings s = RING_SETTINGS("eth1");
 *     if (!capture_open_ring(&s, &capture, e)) ...
 *
 * Rights: CAP_NET_RAW, at opening only. Frames a host sends to itself over `lo` are given once.
 * Source: Documentation/networking/packet_mmap.rst of Linux.
 */
#pragma once

#include "net/capture.h"

struct ring_settings {
    const char *interface;
    uint32_t block_bytes;  /* a power of two, and at least a page */
    uint32_t blocks;       /* block_bytes * blocks is the memory taken, 4 GiB at most */
    uint32_t block_ms;     /* a block that is not full is handed over after this long */
    uint32_t wait_ms;      /* capture_batch returns 0 after this long without a frame */
    uint16_t fanout_group; /* not 0: the sockets of one group share the interface's traffic out */
    bool promiscuous;
};

#define RING_SETTINGS(name)                                                                        \
    ((struct ring_settings){.interface = (name),                                                   \
                            .block_bytes = 1 << 20,                                                \
                            .blocks = 64,                                                          \
                            .block_ms = 20,                                                        \
                            .wait_ms = 100,                                                        \
                            .promiscuous = true})

/* ERR_DENIED without CAP_NET_RAW, ERR_NOT_FOUND for an interface that is not there, ERR_INVALID for
 * a link type that decode_frame does not read. */
[[nodiscard]] bool capture_open_ring(const struct ring_settings *s, struct capture **ret,
                                     struct err *e);
