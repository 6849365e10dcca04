/* digest.c - nettle's hashes behind slices. See digest.h. */
#include "core/digest.h"

#include <nettle/md5.h>
#include <nettle/sha1.h>

void sha256_start(struct sha256 *h)
{
    sha256_init(&h->state);
}

void sha256_add(struct sha256 *h, struct str bytes)
{
    if (bytes.len)
        sha256_update(&h->state, bytes.len, (const uint8_t *)bytes.ptr);
}

void sha256_end(struct sha256 *h, uint8_t ret_digest[SHA256_SIZE])
{
    nettle_sha256_digest(&h->state, SHA256_SIZE, ret_digest);
}

void sha256_of(struct str bytes, uint8_t ret_digest[SHA256_SIZE])
{
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, bytes);
    sha256_end(&h, ret_digest);
}

void sha1_of(struct str bytes, uint8_t ret_digest[SHA1_SIZE])
{
    struct sha1_ctx state;
    sha1_init(&state);
    if (bytes.len)
        sha1_update(&state, bytes.len, (const uint8_t *)bytes.ptr);
    sha1_digest(&state, SHA1_SIZE, ret_digest);
}

void md5_of(struct str bytes, uint8_t ret_digest[MD5_SIZE])
{
    struct md5_ctx state;
    md5_init(&state);
    if (bytes.len)
        md5_update(&state, bytes.len, (const uint8_t *)bytes.ptr);
    md5_digest(&state, MD5_SIZE, ret_digest);
}
