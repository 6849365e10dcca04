/* image.h - selectors compiled into one array of bytes: built once, asked for ever, moved at will.
 *
 * Why one array: it can be written to a file, signed, sent, mapped by the next process and asked at
 * once; a sensor with a million selectors starts in milliseconds. Nothing in it is a pointer.
 *
 *   head      4096 bytes: magic, version, sizes, where each part lies, the seed, prefix lengths
 *   rows      16 bytes a selector: where its value lies, what is said about it, when it ends
 *   abouts    24 bytes for each different (source, threat, action, confidence)
 *   slots     {fingerprint, row}, open addressing, two thirds full
 *   blooms    one split-block Bloom filter for each class of key, 12 bits a key: one cache line says
 *             "no" to 99.5 % of what is not there
 *   strings   values and labels, packed; a hit is always verified against them, byte for byte
 *
 * Keys are hashed with XXH3 under a seed drawn when the image is built, so that who sends us names
 * cannot choose ones that collide. A name is hashed label by label from the right, so all of its
 * parents cost one pass (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom
 * filters", 2009, for the blocked filter).
 *
 * An image from elsewhere is hostile until index_image_check has been over all of it: after that no
 * question can leave the array or loop. Little-endian; another machine's order is refused.
 *
 *     AUTO(index_builder_drop) struct index_builder *b = index_builder_new(&(struct index_build){0});
 *     index_builder_add(b, &entry, e);
 *     AUTO(index_image_drop) struct index_image *image = NULL;
 *     index_builder_finish(&b, &image, e);
 *
 * Memory: the builder writes rows and strings where the image will keep them, so building costs the
 * image and little more. A million addresses and names take about 50 MiB.
 * Threads: one builds; a finished image is shared freely.
 */
#pragma once

#include "index/index.h"

struct index_builder;

enum {
    INDEX_ROWS_MAX = 32 * 1000 * 1000, /* the most one image may hold */
    INDEX_STRINGS_MAX = 1 << 30,       /* bytes of values and labels */
    INDEX_LABEL_MAX = 512,             /* a longer source or threat name is cut */
};

struct index_build {
    uint64_t seed; /* 0: drawn */
    int64_t built; /* microseconds, kept in the head */
    bool
        last_wins; /* of two entries for one selector; else the surer one (confidence, then action) */
};

struct index_builder *index_builder_new(const struct index_build *how); /* aborts without memory */
void index_builder_drop(struct index_builder **b);

/* ERR_INVALID when the selector is not canonical; ERR_LIMIT past the maxima. The builder goes on. */
[[nodiscard]] bool index_builder_add(struct index_builder *b, const struct index_entry *entry,
                                     struct err *e);
/* Every selector of `image` that is live at `now` and is not changed by `overlay` (NULL: none). */
[[nodiscard]] bool index_builder_add_image(struct index_builder *b, const struct index_image *image,
                                           const struct index_image *overlay, uint32_t now,
                                           struct err *e);
/* Consumes the builder. */
[[nodiscard]] bool index_builder_finish(struct index_builder **b, struct index_image **ret_image,
                                        struct err *e);

/* The image takes the mapping over: `bytes` must come from mmap, page-aligned, and is unmapped on
 * drop. `at` is where the image begins inside it (a multiple of 64). Checked wholly. On failure the
 * mapping stays the caller's. */
[[nodiscard]] bool index_image_adopt(void *bytes, size_t mapped, size_t at,
                                     struct index_image **ret_image, struct err *e);
/* A copy of `bytes`, checked. */
[[nodiscard]] bool index_image_copy(struct str bytes, struct index_image **ret_image,
                                    struct err *e);
void index_image_drop(struct index_image **image);

struct str index_image_bytes(const struct index_image *image);
uint64_t index_image_seed(const struct index_image *image);
int64_t index_image_built(const struct index_image *image);
size_t index_image_count(const struct index_image *image); /* selectors, duplicates not counted */
size_t index_image_duplicates(const struct index_image *image);
size_t index_image_kind_count(const struct index_image *image, enum selector_kind kind);

/* Walk: start with *at = 0; false at the end. Text kinds are borrowed from the image, others from
 * `out`. */
[[nodiscard]] bool index_image_next(const struct index_image *image, size_t *at,
                                    struct index_entry *ret_entry, char out[ADDR_TEXT_SIZE + 64]);
