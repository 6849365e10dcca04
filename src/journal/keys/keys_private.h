/* keys_private.h - keys.db: wrapped data keys in records of one size, in a file that only the
 * signer opens.
 *
 * Why not SQLite: the key process may do nothing but read and write descriptors it already has,
 * and destroying a key must mean overwriting its bytes, not leaving them in a free page. A
 * record is written once, and once more when its key is destroyed; what identifies it stays, so
 * that a key is not drawn twice under one id.
 *
 *     file    head (128 bytes: "hinomi keys 1\n", zeros), then records
 *     record  0 state (1 live, 2 destroyed) · 4 day, int32 · 8 id, uint64 (from 1, its place) ·
 *             16 SHA-256 of the subject · 48 nonce · 72 XChaCha20-Poly1305 of the key, bound to
 *             bytes 4 to 47 · to 128 zeros; integers little-endian
 *
 * A record that is torn by a power cut lies behind the last sync, so nothing durable was sealed
 * under it: it is dropped.
 */
#pragma once

#include "journal/signer.h"

struct data_keys;

/* `path` NULL: in memory. The wrapping key is copied. */
[[nodiscard]] bool data_keys_open(const char *path, const uint8_t wrap[DATA_KEY_SIZE],
                                  struct data_keys **ret_keys, struct err *e);
void data_keys_close(struct data_keys *k);
int data_keys_fd(const struct data_keys *k);
[[nodiscard]] bool data_keys_for(struct data_keys *k, struct str subject, int32_t day,
                                 struct data_key *ret_key, struct err *e);
[[nodiscard]] bool data_keys_find(struct data_keys *k, uint64_t id, struct data_key *ret_key,
                                  struct err *e);
[[nodiscard]] bool data_keys_erase(struct data_keys *k, struct str subject, int32_t from,
                                   int32_t to, struct err *e);
[[nodiscard]] bool data_keys_sync(struct data_keys *k, struct err *e);

/* A signer of this process over two secrets: node.key signs, payload.key wraps. */
[[nodiscard]] bool signer_of(const struct key_secret *node, const struct key_secret *payload,
                             const char *keys_path, struct signer **ret_signer, struct err *e);
int signer_keys_fd(struct signer *s); /* of a signer that signer_of made */
