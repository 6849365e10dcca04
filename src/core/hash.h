/* hash.h - hashing for in-memory tables. Not a MAC, not for files: the seed differs each run.
 *
 * FNV-1a is here because it is five lines. Where a stranger chooses the keys, a determined one
 * can still find collisions: such a table takes hash_sip (SipHash-2-4, by libsodium) instead.
 */
#pragma once

#include "core/str.h"

enum { HASH_KEY_SIZE = 16 };

extern uint64_t hash_seed; /* both drawn once at start */
extern uint8_t hash_key[HASH_KEY_SIZE];

uint64_t hash_sip(struct str s);

static inline uint64_t hash_str(struct str s)
{
    uint64_t h = hash_seed ^ 0xcbf29ce484222325;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (uint8_t)s.ptr[i]) * 0x100000001b3;
    return h ^ h >> 32;
}

/* Slots for `count` entries at most half full: a power of two, never zero. */
static inline size_t hash_table_size(size_t count)
{
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    return size;
}
