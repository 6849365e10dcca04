/* note.h - signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint,
 * tlog-cosignature).
 *
 * A note is text that ends in a newline, an empty line, and lines "— name base64(key id ‖
 * signature)". A key is written "name+hex(key id)+base64(algorithm ‖ public key)"; its id is the
 * first four bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key). Algorithms: 0x01 Ed25519
 * over the text; 0x04 a witness's cosignature, Ed25519 over "cosignature/v1\ntime <seconds>\n" ‖
 * text, led by the time as eight bytes.
 *
 * A checkpoint is a note whose text is origin, decimal size, base64 root, and extension lines.
 *
 * Opening follows the standard: signatures by keys we do not hold are passed over; one by a key
 * we hold that does not verify spoils the note; a note that no key of ours signed is refused.
 */
#pragma once

#include "core/arena.h"
#include "core/buf.h"
#include "core/keys.h"
#include "journal/merkle.h"

enum { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04 };
enum { NOTE_SIZE_MAX = 64 * 1024, NOTE_SIGNATURES_MAX = 64, NOTE_NAME_MAX = 200 };

struct note_key {
    struct str name;
    uint8_t algorithm;
    uint8_t id[4];
    struct key_public key;
};

struct note {
    struct str text;       /* with its last newline: what is signed */
    struct str signatures; /* the lines after the empty one, checked for shape */
};

struct checkpoint {
    struct str origin;
    uint64_t size;
    struct merkle_hash root;
    struct str extensions; /* lines, or empty */
};

[[nodiscard]] bool note_name_ok(struct str name); /* not empty, UTF-8, no space, no plus */
struct note_key note_key(struct str name, uint8_t algorithm, const struct key_public *key);
void note_key_write(const struct note_key *k, struct buf *out);
[[nodiscard]] bool note_key_parse(struct str text, struct note_key *ret_key, struct err *e);

/* Splits and checks the shape; verifies nothing. Slices of `bytes`. */
[[nodiscard]] bool note_parse(struct str bytes, struct note *ret_note, struct err *e);
/* note_parse, then the rule above: at least one of `keys` signed it and none of their signatures
 * is bad. *ret_signers (may be NULL) has bit i set when keys[i] signed; at most 64 keys. */
[[nodiscard]] bool note_open(struct str bytes, const struct note_key *keys, size_t count,
                             struct note *ret_note, uint64_t *ret_signers, struct err *e);
/* When the cosignature of `key` was made, in seconds; ERR_NOT_FOUND when it did not sign. */
[[nodiscard]] bool note_cosigned_at(const struct note *n, const struct note_key *key,
                                    uint64_t *ret_seconds, struct err *e);

/* The bytes an Ed25519 signature is made over: the text itself, or for a cosignature with its
 * head. */
void note_cosignature_message(struct str text, uint64_t seconds, struct buf *out);
/* "— name base64\n". `seconds` is used by cosignatures alone. */
void note_signature_line(const struct note_key *key, uint64_t seconds,
                         const uint8_t signature[KEY_SIGNATURE_SIZE], struct buf *out);
/* Signs with a key held here (tests, witness command): adds one signature line. */
void note_sign(struct str text, const struct note_key *name, const struct key_secret *key,
               uint64_t seconds, struct buf *out);

void checkpoint_write(const struct checkpoint *c, struct buf *out); /* the text of the note */
[[nodiscard]] bool checkpoint_parse(struct str text, struct checkpoint *ret, struct err *e);
