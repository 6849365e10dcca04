/* sealed.c - 256 bytes before an image that say who made it, and their signature. */
#include "index/sealed.h"

#include "core/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIGNED = 96, AT_DIGEST = 32, AT_KEY = 64 };
static const char magic[8] = {'H', 'N', 'M', 'S', 'E', 'A', 'L', '1'};
#define CONTEXT S("hinomi selector set v1")

static void put64(uint8_t *out, uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get64(const uint8_t *at)
{
    uint64_t value = 0;
    for (size_t i = 8; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

void index_seal_make(const struct index_image *image, uint64_t generation, int64_t made,
                     const struct key_secret *key, uint8_t ret_seal[INDEX_SEAL_SIZE])
{
    struct str bytes = index_image_bytes(image);
    struct key_public public = key_public_of(key);
    memset(ret_seal, 0, INDEX_SEAL_SIZE);
    memcpy(ret_seal, magic, sizeof magic);
    put64(ret_seal + 8, generation);
    put64(ret_seal + 16, (uint64_t)made);
    put64(ret_seal + 24, bytes.len);
    sha256_of(bytes, ret_seal + AT_DIGEST);
    memcpy(ret_seal + AT_KEY, public.bytes, KEY_PUBLIC_SIZE);
    key_sign(key, CONTEXT, (struct str){(const char *)ret_seal, SIGNED}, ret_seal + SIGNED);
}

bool index_seal_check(struct str whole, const struct key_public *key, uint64_t least,
                      struct index_seal *ret_seal, struct err *e)
{
    const uint8_t *at = (const uint8_t *)whole.ptr;
    if (whole.len < INDEX_SEAL_SIZE || memcmp(at, magic, sizeof magic) != 0)
        return err_set(e, ERR_INVALID, "not a sealed selector set");
    struct index_seal seal = {.generation = get64(at + 8),
                              .made = (int64_t)get64(at + 16),
                              .size = get64(at + 24)};
    memcpy(seal.key.bytes, at + AT_KEY, KEY_PUBLIC_SIZE);
    struct str image = str_skip(whole, INDEX_SEAL_SIZE);
    if (seal.size != image.len)
        return err_set(e, ERR_INVALID, "selector set: %zu bytes, its seal says %llu", image.len,
                       (unsigned long long)seal.size);
    if (!key_public_eq(&seal.key, key) ||
        !key_verify(key, CONTEXT, (struct str){whole.ptr, SIGNED}, at + SIGNED))
        return err_set(e, ERR_DENIED, "selector set: not signed by the key that is trusted");
    if (seal.generation < least)
        return err_set(e, ERR_CONFLICT, "selector set: generation %llu, %llu is held already",
                       (unsigned long long)seal.generation, (unsigned long long)least);
    static const uint8_t zeros[INDEX_SEAL_SIZE - SIGNED - KEY_SIGNATURE_SIZE];
    uint8_t digest[SHA256_SIZE];
    sha256_of(image, digest);
    if (memcmp(digest, at + AT_DIGEST, SHA256_SIZE) != 0 ||
        memcmp(at + SIGNED + KEY_SIGNATURE_SIZE, zeros, sizeof zeros) != 0)
        return err_set(e, ERR_DENIED, "selector set: its bytes are not those that were signed");
    *ret_seal = seal;
    return true;
}

bool index_seal_key(struct str whole, struct key_public *ret_key)
{
    if (whole.len < INDEX_SEAL_SIZE || memcmp(whole.ptr, magic, sizeof magic) != 0)
        return false;
    memcpy(ret_key->bytes, whole.ptr + AT_KEY, KEY_PUBLIC_SIZE);
    return true;
}

static void *map_file(const char *path, size_t *ret_size, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path, strerror(errno));
        return NULL;
    }
    struct stat st = {0};
    void *bytes = MAP_FAILED;
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        *ret_size = (size_t)st.st_size;
        bytes = mmap(NULL, *ret_size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);
    if (bytes == MAP_FAILED)
        err_set(e, ERR_IO, "%s cannot be mapped", path);
    return bytes == MAP_FAILED ? NULL : bytes;
}

bool index_seal_open(const char *path, const struct key_public *key, uint64_t least,
                     struct index_seal *ret_seal, struct index_image **ret_image, struct err *e)
{
    size_t size = 0;
    void *bytes = map_file(path, &size, e);
    if (!bytes)
        return false;
    if (index_seal_check((struct str){bytes, size}, key, least, ret_seal, e) &&
        index_image_adopt(bytes, size, INDEX_SEAL_SIZE, ret_image, e))
        return true;
    munmap(bytes, size);
    return err_wrap(e, "%s", path);
}
