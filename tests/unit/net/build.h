/* build.h - frames and capture files for tests, made byte by byte with the right lengths in them. */
#pragma once

#include "net/bytes.h"
#include "net/decode.h"

#include <assert.h>

struct made {
    uint8_t bytes[70000];
    size_t len;
};

static inline void add(struct made *m, const void *bytes, size_t len)
{
    assert(m->len + len <= sizeof m->bytes);
    memcpy(m->bytes + m->len, bytes, len);
    m->len += len;
}

static inline void add_be16(struct made *m, unsigned v)
{
    uint8_t b[2];
    store_be16(b, (uint16_t)v);
    add(m, b, 2);
}

static inline void add_be32(struct made *m, uint32_t v)
{
    uint8_t b[4];
    store_be32(b, v);
    add(m, b, 4);
}

static inline void add_ethernet(struct made *m, unsigned type)
{
    add(m, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
    add_be16(m, type);
}

/* 10.0.0.1 to 10.0.0.2; `place` is the flags-and-offset word. */
static inline void add_ipv4(struct made *m, unsigned proto, size_t payload, unsigned id,
                            unsigned place)
{
    uint8_t h[20] = {0x45, [8] = 64, [12] = 10, [15] = 1, [16] = 10, [19] = 2};
    store_be16(h + 2, (uint16_t)(20 + payload));
    store_be16(h + 4, (uint16_t)id);
    store_be16(h + 6, (uint16_t)place);
    h[9] = (uint8_t)proto;
    add(m, h, sizeof h);
}

/* 2001:db8::1 to 2001:db8::2 */
static inline void add_ipv6(struct made *m, unsigned next, size_t payload)
{
    uint8_t h[40] = {
        0x60, [7] = 64, [8] = 0x20, 1, 0xd, 0xb8, [23] = 1, [24] = 0x20, 1, 0xd, 0xb8, [39] = 2};
    store_be16(h + 4, (uint16_t)payload);
    h[6] = (uint8_t)next;
    add(m, h, sizeof h);
}

static inline void add_udp(struct made *m, unsigned sport, unsigned dport, size_t payload)
{
    add_be16(m, sport);
    add_be16(m, dport);
    add_be16(m, (unsigned)(8 + payload));
    add_be16(m, 0);
}

static inline void add_tcp(struct made *m, unsigned sport, unsigned dport, unsigned flags)
{
    add_be16(m, sport);
    add_be16(m, dport);
    add_be32(m, 1000);
    add_be32(m, 2000);
    add(m, "\x50", 1);
    uint8_t f = (uint8_t)flags;
    add(m, &f, 1);
    add(m, "\x10\0\0\0\0\0", 6);
}

/* A UDP packet of 4 bytes, "ping", port 1000 to 2000: what lies inside the wrappings. */
enum { PING_UDP = 12, PING_IPV4 = 32, PING_IPV6 = 52 };
static inline void add_ping(struct made *m)
{
    add_udp(m, 1000, 2000, 4);
    add(m, "ping", 4);
}

static inline void add_ping_ipv4(struct made *m)
{
    add_ipv4(m, IP_UDP, PING_UDP, 1, 0);
    add_ping(m);
}

static inline void add_ping_ipv6(struct made *m)
{
    add_ipv6(m, IP_UDP, PING_UDP);
    add_ping(m);
}

static inline struct frame frame_of(const struct made *m, uint16_t linktype)
{
    return (struct frame){.bytes = m->bytes,
                          .caplen = (uint32_t)m->len,
                          .wirelen = (uint32_t)m->len,
                          .time_us = 1000000,
                          .linktype = linktype};
}
