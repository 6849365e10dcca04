/* put_private.h - big-endian numbers into a buffer, and lengths that are known only afterwards. */
#pragma once

#include "core/buf.h"
#include "net/bytes.h"

static inline void put8(struct buf *b, unsigned v)
{
    buf_byte(b, (char)v);
}

static inline void put16(struct buf *b, unsigned v)
{
    uint8_t bytes[2];
    store_be16(bytes, (uint16_t)v);
    buf_bytes(b, bytes, sizeof bytes);
}

static inline void put24(struct buf *b, unsigned v)
{
    put8(b, v >> 16 & 255);
    put16(b, v & 0xffff);
}

static inline void put32(struct buf *b, uint32_t v)
{
    uint8_t bytes[4];
    store_be32(bytes, v);
    buf_bytes(b, bytes, sizeof bytes);
}

/* Leaves room for a length of `size` bytes; close_len fills it with what was written since. */
static inline size_t open_len(struct buf *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put8(b, 0);
    return b->len;
}

static inline void close_len(struct buf *b, size_t start, size_t size)
{
    size_t n = b->len - start;
    for (size_t i = 1; i <= size; i++, n >>= 8)
        b->ptr[start - i] = (char)(n & 255);
}
