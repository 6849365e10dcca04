/* defrag.h - IP datagrams out of their fragments, in memory that is set once.
 *
 * Why: ports and DNS answers hide in fragments, and so do people. A datagram is a row of 8-byte units
 * with one bit each that says "have it"; a fragment fills units that are empty and never overwrites one
 * that is not. So the first one wins, whatever the order, and no teardrop can confuse the sum.
 *
 * Bounds: `datagrams` at a time; their bytes in pages of 2 KiB out of `page_count`. When either runs
 * out, the one untouched for longest goes. Unfinished ones go after `timeout_us` of packet time.
 * Source: RFC 791 (3.2), RFC 8200 (4.5), RFC 1858 and 3128 (what attackers do), RFC 6946.
 */
#pragma once

#include "core/str.h"

enum { DEFRAG_BUFFERS = 64 };

struct defrag_settings {
    uint32_t datagrams;  /* at most 65,534 */
    uint32_t page_count; /* of 2 KiB; at most 65,534 */
    int64_t timeout_us;
};
#define DEFRAG_SETTINGS                                                                            \
    ((struct defrag_settings){.datagrams = 1024, .page_count = 4096, .timeout_us = 30000000})

struct fragment {
    uint8_t src[16], dst[16];
    uint32_t id;
    uint16_t vlan;
    uint8_t version;
    uint8_t proto; /* what the fragmented part holds: of weight at offset 0 only */
    bool more;
    uint32_t offset; /* bytes */
    struct str bytes;
    uint32_t wire_bytes; /* of its frame, for the sum */
    uint16_t frames;     /* 1, or more where the frame before it was put together too */
    int64_t time_us;
};

enum defrag_result { DEFRAG_HELD, DEFRAG_BAD, DEFRAG_WHOLE };

struct defrag_whole {
    struct str bytes; /* in one of DEFRAG_BUFFERS used in turn */
    uint8_t proto;
    uint16_t frames;
    uint32_t wire_bytes;
};

struct defrag_stats {
    uint64_t overlaps, timeouts, evicted, whole;
};

struct defrag;

struct defrag *defrag_new(const struct defrag_settings *s);
void defrag_drop(struct defrag **d);
enum defrag_result defrag_add(struct defrag *d, const struct fragment *f,
                              struct defrag_whole *ret_whole);
const struct defrag_stats *defrag_stats(const struct defrag *d);
