/* keys.c - libsodium's Ed25519 with a context, and keys as text and files. See keys.h. */
#include "core/keys.h"

#include "core/encode.h"
#include "core/io.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(KEY_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES, "libsodium's public key");
_Static_assert(KEY_SECRET_SIZE == crypto_sign_SECRETKEYBYTES, "libsodium's secret key");
_Static_assert(KEY_SEED_SIZE == crypto_sign_SEEDBYTES, "libsodium's seed");
_Static_assert(KEY_SIGNATURE_SIZE == crypto_sign_BYTES, "libsodium's signature");

enum { BASE64_OF_32 = 44, SECRET_FILE_MAX = 256 };

void keys_init(void)
{
    if (sodium_init() < 0)
        abort();
}

void random_bytes(void *out, size_t len)
{
    randombytes_buf(out, len);
}

void key_generate(struct key_secret *ret_key)
{
    uint8_t seed[KEY_SEED_SIZE];
    random_bytes(seed, sizeof seed);
    key_from_seed(seed, ret_key);
    sodium_memzero(seed, sizeof seed);
}

void key_from_seed(const uint8_t seed[KEY_SEED_SIZE], struct key_secret *ret_key)
{
    uint8_t public[KEY_PUBLIC_SIZE];
    crypto_sign_seed_keypair(public, ret_key->bytes, seed);
}

struct key_public key_public_of(const struct key_secret *key)
{
    struct key_public public;
    memcpy(public.bytes, key->bytes + KEY_SEED_SIZE, sizeof public.bytes);
    return public;
}

void key_wipe(struct key_secret *key)
{
    sodium_memzero(key->bytes, sizeof key->bytes);
}

bool key_public_eq(const struct key_public *a, const struct key_public *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* What is really signed: context, zero, message. A context with a zero byte could borrow from the
 * message of another, so it is a programmer's mistake. */
static struct str with_context(struct buf *joined, struct str context, struct str message)
{
    assert(context.len && !memchr(context.ptr, '\0', context.len));
    buf_put(joined, context);
    buf_byte(joined, '\0');
    buf_put(joined, message);
    return buf_str(joined);
}

void key_sign(const struct key_secret *key, struct str context, struct str message,
              uint8_t ret_signature[KEY_SIGNATURE_SIZE])
{
    AUTO(buf_drop) struct buf joined = BUF(context.len + 1 + message.len);
    key_sign_raw(key, with_context(&joined, context, message), ret_signature);
}

bool key_verify(const struct key_public *key, struct str context, struct str message,
                const uint8_t signature[KEY_SIGNATURE_SIZE])
{
    AUTO(buf_drop) struct buf joined = BUF(context.len + 1 + message.len);
    return key_verify_raw(key, with_context(&joined, context, message), signature);
}

void key_sign_raw(const struct key_secret *key, struct str message,
                  uint8_t ret_signature[KEY_SIGNATURE_SIZE])
{
    crypto_sign_detached(ret_signature, NULL, (const unsigned char *)message.ptr, message.len,
                         key->bytes);
}

bool key_verify_raw(const struct key_public *key, struct str message,
                    const uint8_t signature[KEY_SIGNATURE_SIZE])
{
    return crypto_sign_verify_detached(signature, (const unsigned char *)message.ptr, message.len,
                                       key->bytes) == 0;
}

#define PUBLIC_PREFIX "ed25519:"
#define SECRET_PREFIX "hinomi-secret-ed25519:"

_Static_assert(sizeof PUBLIC_PREFIX + BASE64_OF_32 <= KEY_TEXT_SIZE, "text and its NUL fit");

struct str key_public_format(const struct key_public *key, char out[KEY_TEXT_SIZE])
{
    AUTO(buf_drop) struct buf text = BUF(KEY_TEXT_SIZE);
    buf_put(&text, S(PUBLIC_PREFIX));
    base64_put(&text, key->bytes, sizeof key->bytes);
    memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
    return (struct str){out, text.len};
}

/* The 32 bytes that base64 stands for after `prefix`. The buffer is wiped: it may hold a seed. */
static bool read_32(struct str text, struct str prefix, uint8_t out[32])
{
    if (!str_starts(text, prefix) || text.len != prefix.len + BASE64_OF_32)
        return false;
    AUTO(buf_drop) struct buf bytes = BUF(33);
    bool whole = base64_read(str_skip(text, prefix.len), &bytes) && bytes.len == 32;
    if (whole)
        memcpy(out, bytes.ptr, 32);
    if (bytes.ptr)
        sodium_memzero(bytes.ptr, bytes.cap);
    return whole;
}

bool key_public_parse(struct str text, struct key_public *ret_key, struct err *e)
{
    uint8_t bytes[KEY_PUBLIC_SIZE];
    if (!read_32(text, S(PUBLIC_PREFIX), bytes))
        return err_set(e, ERR_INVALID,
                       "a public key is \"" PUBLIC_PREFIX "\" and base64 of 32 bytes");
    memcpy(ret_key->bytes, bytes, sizeof bytes);
    return true;
}

bool key_save(const char *path, const struct key_secret *key, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EEXIST)
        return err_set(e, ERR_CONFLICT, "%s exists already", path);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));

    AUTO(buf_drop) struct buf line = BUF(SECRET_FILE_MAX);
    buf_put(&line, S(SECRET_PREFIX));
    base64_put(&line, key->bytes, KEY_SEED_SIZE);
    buf_byte(&line, '\n');
    bool saved = fd_write_all(fd, buf_str(&line), e);
    sodium_memzero(line.ptr, line.cap);
    if (saved && fsync(fd) != 0)
        saved = err_set(e, ERR_IO, "fsync: %s", strerror(errno));
    close(fd);
    if (!saved) {
        unlink(path);
        return err_wrap(e, "%s", path);
    }
    return true;
}

static bool read_secret(int fd, const char *path, struct key_secret *ret_key, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(e, ERR_INVALID, "%s is not a file", path);
    if (st.st_mode & (S_IRWXG | S_IRWXO))
        return err_set(e, ERR_DENIED, "%s is open to others (mode %o, want 600)", path,
                       (unsigned)st.st_mode & 07777);
    char text[SECRET_FILE_MAX];
    ssize_t n = read(fd, text, sizeof text);
    struct str line = {text, n > 0 ? (size_t)n : 0}, rest;
    line = str_cut(line, '\n', &rest);
    uint8_t seed[KEY_SEED_SIZE];
    bool good = rest.len == 0 && read_32(line, S(SECRET_PREFIX), seed);
    if (good)
        key_from_seed(seed, ret_key);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(text, sizeof text);
    return good || err_set(e, ERR_INVALID, "%s does not hold a secret key", path);
}

bool key_load(const char *path, struct key_secret *ret_key, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    bool good = read_secret(fd, path, ret_key, e);
    close(fd);
    return good;
}
