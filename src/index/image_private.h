/* image_private.h - the bytes of an image and how a key is hashed: shared by who builds, who checks
 * and who asks. image.h describes the layout in words. */
#pragma once

#include "index/overlay.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define INDEX_MAGIC "HNMINDEX"

enum {
    INDEX_VERSION = 1,
    INDEX_HEAD_SIZE = 4096,
    INDEX_ORDER_MARK = 0x01020304, /* reads differently on a machine of the other order */
    INDEX_PAGE = 4096,
    INDEX_BLOCK_WORDS = 8, /* of 32 bits: one Bloom block is half a cache line */
    INDEX_BITS_PER_KEY = 12,
    INDEX_ROW_DEAD = 0xff,                /* kind of a row that lost to a duplicate */
    INDEX_WITHDRAWN = INDEX_ACTION_COUNT, /* action of an overlay's row that takes one away */
    INDEX_KEY_MAX = SELECTOR_VALUE_MAX,
};

enum index_class { /* kinds whose keys may be looked up together share a Bloom filter */
                   CLASS_V4,
                   CLASS_V6,
                   CLASS_NET4,
                   CLASS_NET6,
                   CLASS_NAME,
                   CLASS_URL,
                   CLASS_FIXED,
                   CLASS_COUNT,
};

struct image_part {
    uint64_t at, size; /* from the image's first byte */
};

struct image_head {
    char magic[8];
    uint32_t version, order;
    uint64_t size, seed;
    int64_t built;
    uint32_t rows, live, abouts, slots;
    uint64_t lengths4;    /* bit n: some prefix4 has n bits */
    uint64_t lengths6[2]; /* bit n of 128 */
    struct image_part row, about, slot, strings, bloom[CLASS_COUNT];
    uint32_t kinds[SELECTOR_KIND_COUNT];
};
_Static_assert(sizeof(struct image_head) <= INDEX_HEAD_SIZE, "the head has one page");

struct image_row {
    uint32_t value; /* in strings; an IPv4 address itself */
    uint32_t about;
    uint32_t expires;
    uint16_t len;
    uint8_t kind, bits;
};

struct image_about {
    uint32_t source, threat; /* in strings */
    uint16_t source_len, threat_len;
    uint8_t action, confidence;
    uint16_t zero;
};

struct image_slot {
    uint32_t print; /* lower half of the key's hash */
    uint32_t row;   /* IMAGE_SLOT_FREE: nothing here */
};
#define IMAGE_SLOT_FREE UINT32_MAX

struct image_bloom {
    const uint32_t (*blocks)[INDEX_BLOCK_WORDS];
    uint32_t count;
};

struct index_image {
    const struct image_head *head;
    const struct image_row *rows;
    const struct image_about *abouts;
    const struct image_slot *slots;
    const char *strings;
    struct image_bloom bloom[CLASS_COUNT];
    void *mapping;
    size_t mapped;
    uint32_t references; /* kept by set.c under its lock */
};

struct index_key { /* a selector as the table keeps it */
    enum selector_kind kind;
    uint8_t bits;
    struct str bytes;
};

extern const uint8_t index_class_of[SELECTOR_KIND_COUNT];

/* False when the selector is not canonical. Bytes are borrowed from it or written to `out`. */
[[nodiscard]] bool index_key_of(const struct selector *s, struct index_key *ret_key,
                                uint8_t out[64], struct err *e);
struct selector index_key_selector(const struct index_key *key, char out[ADDR_TEXT_SIZE + 64]);

uint64_t index_name_hash(uint64_t seed, struct str name);
uint64_t index_key_hash(uint64_t seed, const struct index_key *key);

static inline uint64_t index_bytes_hash(uint64_t seed, enum index_class class, uint8_t bits,
                                        const void *bytes, size_t len)
{
    uint64_t tweak = (uint64_t) class << 56 | (uint64_t)bits << 48;
    return XXH3_64bits_withSeed(bytes, len, seed ^ tweak);
}

/* One step of a name's hash: `above` is the hash of what stands to the right of the label. */
static inline uint64_t index_label_hash(uint64_t above, struct str label)
{
    return XXH3_64bits_withSeed(label.ptr, label.len, above);
}

static inline uint64_t index_name_start(uint64_t seed)
{
    return seed ^ (uint64_t)CLASS_NAME << 56;
}

/* Maps the upper half of a hash onto 0..count-1 without a division (Lemire, 2019). */
static inline uint32_t index_range(uint64_t hash, uint32_t count)
{
    return (uint32_t)((hash >> 32) * count >> 32);
}

/* One bit in each of a block's eight words, chosen by the lower half of the hash. */
static inline uint32_t index_bloom_bit(uint32_t hash, size_t word)
{
    static const uint32_t odd[INDEX_BLOCK_WORDS] = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU,
                                                    0xa2b7289dU, 0x705495c7U, 0x2df1424bU,
                                                    0x9efc4947U, 0x5c6bfb31U};
    return 1U << (hash * odd[word] >> 27);
}

static inline bool index_bloom_may(const struct image_bloom *b, uint64_t hash)
{
    if (!b->count)
        return false;
    const uint32_t *block = b->blocks[index_range(hash, b->count)];
    uint32_t missing = 0;
    for (size_t i = 0; i < INDEX_BLOCK_WORDS; i++) {
        uint32_t bit = index_bloom_bit((uint32_t)hash, i);
        missing |= bit & ~block[i];
    }
    return !missing;
}

static inline struct str image_row_bytes(const struct index_image *m, const struct image_row *row)
{
    if (row->kind == SELECTOR_IPV4)
        return (struct str){(const char *)&row->value, 4};
    return (struct str){m->strings + row->value, row->len};
}

/* The row of this very key, or NULL. `hash` is the key's under the image's seed. */
const struct image_row *index_image_row(const struct index_image *m, uint64_t hash,
                                        const struct index_key *key);

/* As index_builder_add, from a key that was checked before. */
[[nodiscard]] bool index_builder_add_key(struct index_builder *b, const struct index_key *key,
                                         const struct index_entry *said, struct err *e);

/* Takes the `n` newest changes back (overlay.c). */
void index_changes_unadd(struct index_changes *c, size_t n);

/* Points a struct at the parts of `bytes`, whose head was checked. */
void index_image_bind(struct index_image *m, const uint8_t *bytes);
/* Every offset, length, row and slot of `len` bytes at `bytes`. */
[[nodiscard]] bool index_image_check(const uint8_t *bytes, size_t len, struct err *e);
