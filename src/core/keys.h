/* keys.h - Ed25519 keys (RFC 8032, by libsodium), and how they are written down.
 *
 * A signature is over a context string, a zero byte and the message, so that a signature made for
 * one purpose says nothing in another. key_sign_raw is for formats that fix the bytes
 * themselves (C2SP signed notes).
 *
 * A key file holds one line, "hinomi-secret-ed25519:<base64 of the 32-byte seed>", mode 0600; a
 * file others may read is refused. Public keys are written "ed25519:<base64 of 32 bytes>".
 *
 *     AUTO(key_wipe) struct key_secret key;
 *     if (!key_load(path, &key, e))
 *         return false;
 *     key_sign(&key, S("hinomi/checkpoint/1"), text, signature);
 *
 * A signature is 64 bytes: whoever reads one from text checks its length first. Verification refuses
 * what RFC 8032 5.1.7 refuses and keys of small order. Any thread may call, once keys_init returned.
 */
#pragma once

#include "core/buf.h"
#include "core/err.h"

enum {
    KEY_PUBLIC_SIZE = 32,
    KEY_SEED_SIZE = 32,
    KEY_SECRET_SIZE = 64,
    KEY_SIGNATURE_SIZE = 64,
    KEY_TEXT_SIZE = 64
};

struct key_public {
    uint8_t bytes[KEY_PUBLIC_SIZE];
};

struct key_secret {
    uint8_t bytes[KEY_SECRET_SIZE]; /* libsodium's form: seed, then public key */
};

void keys_init(void); /* once at start; aborts when libsodium will not start */
void random_bytes(void *out, size_t len);

void key_generate(struct key_secret *ret_key);
void key_from_seed(const uint8_t seed[KEY_SEED_SIZE], struct key_secret *ret_key);
struct key_public key_public_of(const struct key_secret *key);
void key_wipe(struct key_secret *key); /* for AUTO(key_wipe) */
bool key_public_eq(const struct key_public *a, const struct key_public *b);

void key_sign(const struct key_secret *key, struct str context, struct str message,
              uint8_t ret_signature[KEY_SIGNATURE_SIZE]);
[[nodiscard]] bool key_verify(const struct key_public *key, struct str context, struct str message,
                              const uint8_t signature[KEY_SIGNATURE_SIZE]);
void key_sign_raw(const struct key_secret *key, struct str message,
                  uint8_t ret_signature[KEY_SIGNATURE_SIZE]);
[[nodiscard]] bool key_verify_raw(const struct key_public *key, struct str message,
                                  const uint8_t signature[KEY_SIGNATURE_SIZE]);

struct str key_public_format(const struct key_public *key, char out[KEY_TEXT_SIZE]);
[[nodiscard]] bool key_public_parse(struct str text, struct key_public *ret_key, struct err *e);

/* Creates the file (never overwrites: ERR_CONFLICT) or reads it. */
[[nodiscard]] bool key_save(const char *path, const struct key_secret *key, struct err *e);
[[nodiscard]] bool key_load(const char *path, struct key_secret *ret_key, struct err *e);
