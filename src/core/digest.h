/* digest.h - SHA-256 for what must hold; SHA-1 and MD5 only where a standard names them
 * (community id, JA3, certificate fingerprints). By nettle, which uses the CPU's SHA instructions.
 *
 *     uint8_t leaf[SHA256_SIZE];
 *     sha256_of(buf_str(&entry), leaf);
 *
 * Or piece by piece: sha256_start, sha256_add as often as needed, sha256_end. FIPS 180-4, RFC 1321.
 * Threads: no state but the caller's.
 */
#pragma once

#include "core/str.h"

#include <nettle/sha2.h>

enum { SHA256_SIZE = 32, SHA1_SIZE = 20, MD5_SIZE = 16 };

struct sha256 {
    struct sha256_ctx state;
};

void sha256_start(struct sha256 *h);
void sha256_add(struct sha256 *h, struct str bytes);
void sha256_end(struct sha256 *h, uint8_t ret_digest[SHA256_SIZE]);

void sha256_of(struct str bytes, uint8_t ret_digest[SHA256_SIZE]);
void sha1_of(struct str bytes, uint8_t ret_digest[SHA1_SIZE]);
void md5_of(struct str bytes, uint8_t ret_digest[MD5_SIZE]);
