/* sealed.h - an image signed for others: who compiled it, which generation, that no byte changed.
 *
 * Layout, little-endian, 256 bytes, then the image:
 *   0  "HNMSEAL1"      8  generation, u64     16  made, microseconds, i64   24  image bytes, u64
 *  32  SHA-256 of the image                   64  Ed25519 public key        96  signature
 * 160  zeros
 * The signature is over the first 96 bytes under the context "hinomi selector set v1". A reader names
 * the key it trusts and the least generation it takes; anything else is refused before the image is
 * looked at.
 */
#pragma once

#include "core/keys.h"
#include "index/image.h"

enum { INDEX_SEAL_SIZE = 256 };

struct index_seal {
    uint64_t generation;
    int64_t made;
    uint64_t size;
    struct key_public key;
};

/* The 256 bytes that go before index_image_bytes(image). */
void index_seal_make(const struct index_image *image, uint64_t generation, int64_t made,
                     const struct key_secret *key, uint8_t ret_seal[INDEX_SEAL_SIZE]);

/* Reads and verifies a seal over `whole` (seal and image). ERR_DENIED: another key, or a bad
 * signature or digest. ERR_CONFLICT: generation below `least`. ERR_INVALID: not a sealed set. */
[[nodiscard]] bool index_seal_check(struct str whole, const struct key_public *key, uint64_t least,
                                    struct index_seal *ret_seal, struct err *e);

/* The key a set says it is signed by, before anything is verified; false when it is no set. */
[[nodiscard]] bool index_seal_key(struct str whole, struct key_public *ret_key);

/* Maps a sealed file, verifies it and opens its image. */
[[nodiscard]] bool index_seal_open(const char *path, const struct key_public *key, uint64_t least,
                                   struct index_seal *ret_seal, struct index_image **ret_image,
                                   struct err *e);
