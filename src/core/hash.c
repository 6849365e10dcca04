/* hash.c - the seeds. Their own file so that a test can fix them. */
#include "core/hash.h"

#include <sodium/crypto_shorthash.h>
#include <sys/random.h>

uint64_t hash_seed;
uint8_t hash_key[HASH_KEY_SIZE];

_Static_assert(HASH_KEY_SIZE == crypto_shorthash_KEYBYTES, "SipHash-2-4's key");

__attribute__((constructor)) static void draw_seeds(void)
{
    if (getrandom(&hash_seed, sizeof hash_seed, 0) != sizeof hash_seed ||
        getrandom(hash_key, sizeof hash_key, 0) != sizeof hash_key)
        abort();
}

uint64_t hash_sip(struct str s)
{
    uint64_t h;
    crypto_shorthash((unsigned char *)&h, (const unsigned char *)s.ptr, s.len, hash_key);
    return h;
}
