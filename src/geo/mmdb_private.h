/* mmdb_private.h - is this file a sound MaxMind DB, and which country does each of its records name?
 *
 * Why, when libmaxminddb reads it: that library trusts a file more than we trust a download. Debian's
 * 1.7.1 follows counts and nesting that a hostile file chooses. So every node and every record is
 * walked here first, with bounds, and only a file that holds together is handed on.
 *
 * Source: "MaxMind DB File Format Specification" 2.0.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "geo/geo.h"

struct mmdb_record {
    uint32_t offset; /* in the data section */
    char code[3];    /* "" when it names no country */
};

struct mmdb_facts {
    struct geo_table table; /* all but the hash */
    struct mmdb_record *records;
    size_t count; /* rising by offset, each once; owned by the caller: free() */
};

/* Walks the whole file. ERR_INVALID with the place, also when no record names a country. */
[[nodiscard]] bool mmdb_check(struct str file, struct mmdb_facts *ret_facts, struct err *e);

/* One value of the data section, as the walk sees it. */
struct mmdb_data {
    const uint8_t *bytes;
    size_t size;
    uint64_t budget; /* values that may still be read: pointers can make a small file endless */
};

enum mmdb_type {
    MMDB_POINTER = 1,
    MMDB_TEXT = 2,
    MMDB_DOUBLE = 3,
    MMDB_BYTES = 4,
    MMDB_UINT16 = 5,
    MMDB_UINT32 = 6,
    MMDB_MAP = 7,
    MMDB_INT32 = 8,
    MMDB_UINT64 = 9,
    MMDB_UINT128 = 10,
    MMDB_ARRAY = 11,
    MMDB_BOOL = 14,
    MMDB_FLOAT = 15,
};

enum { MMDB_DEPTH_MAX = 16 };

struct mmdb_value {
    enum mmdb_type type;
    struct str text; /* TEXT and BYTES */
    uint64_t number; /* whole numbers up to 64 bits; BOOL */
    size_t count;    /* MAP: pairs; ARRAY: items */
    size_t inside;   /* MAP and ARRAY: where the first one starts */
};

/* The value at *at, pointers followed; *at moves past its own bytes (not past what is inside). */
[[nodiscard]] bool mmdb_value_read(struct mmdb_data *d, size_t *at, struct mmdb_value *ret_value);
/* Walks the value at *at and all below it. False when anything in it is unsound. */
[[nodiscard]] bool mmdb_value_walk(struct mmdb_data *d, size_t *at, int depth);
/* The member of a map that was walked before. */
[[nodiscard]] bool mmdb_member(struct mmdb_data *d, const struct mmdb_value *map, struct str key,
                               struct mmdb_value *ret_value);
