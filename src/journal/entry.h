/* entry.h - what stands in the journal: a statement somebody makes, and what the log adds to it.
 *
 *     statement {"actor":ID,"basis":"sha256:…"?,"claimed":TIME,"id":UUIDv7,"key":KEY,
 *                "kind":"org.registered","log":ORIGIN,"payload":"sha256:…","realm":"live",
 *                "subject":ID,"v":1}
 *     entry     {"logged":TIME,"seq":4711,"sig":{"class":"node","value":BASE64}?,"statement":{…}}
 *
 * Both are canonical JSON (RFC 8785): one entry has one string of bytes, whose SHA-256 after a
 * zero byte is its leaf in the Merkle tree (journal/merkle.h). Reading is strict: entry_parse
 * takes a text only when writing what it read gives the same bytes.
 *
 * ID: 1 to 128 of the letters, digits and - _ . : (random, never derived from a value). KEY: how
 * the signing key is written ("ed25519:…"). ORIGIN: the log's name, printable ASCII without
 * space, plus, quote or backslash. TIME: UTC, six digits of fraction. `seq` counts from 1 in the
 * first log of a chain; entry `seq` is leaf seq - 1 - base (base: 0, or in a successor log what
 * it begins after; journal/journal.h).
 *
 * `payload` commits to SHA-256(salt ‖ bytes): the salt (16 to 64 bytes, drawn by the author)
 * keeps a short payload from being guessed after it was erased. A signature is
 * key_sign(ENTRY_CONTEXT, JCS(statement)).
 */
#pragma once

#include "core/arena.h"
#include "core/buf.h"
#include "core/digest.h"
#include "core/keys.h"
#include "core/time.h"
#include "core/uuid.h"
#include "journal/kind.h"

#define ENTRY_CONTEXT S("hinomi/statement/v1")

enum {
    ENTRY_ID_MAX = 128,
    ENTRY_HEADER_MAX = 2048, /* no well-formed entry is longer */
    ENTRY_SALT_MIN = 16,
    ENTRY_SALT_MAX = 64,
    ENTRY_SALT_SIZE = 32, /* what the writer draws when the author did not */
};

struct statement {
    struct str actor, subject; /* ID */
    bool has_basis;
    uint8_t basis[SHA256_SIZE]; /* the case as it was shown to the signer */
    int64_t claimed;            /* the author's clock */
    struct uuid id;
    struct str key;
    struct str kind_name; /* as written; kept when the kind is unknown here */
    enum kind kind;
    struct str log;
    uint8_t payload[SHA256_SIZE];
    struct str realm; /* "live" or "exercise--<uuid>" */
};

struct entry_sig {
    enum sig_class class; /* SIG_NONE: unsigned */
    uint8_t value[KEY_SIGNATURE_SIZE];
};

struct entry {
    int64_t logged, seq;
    struct entry_sig sig;
    struct statement statement;
};

/* Is each field of the right shape, and the realm one the kind may stand in? */
[[nodiscard]] bool statement_check(const struct statement *s, struct err *e);

void statement_write(const struct statement *s, struct buf *out); /* JCS */
void entry_write(const struct entry *n, struct buf *out);         /* JCS */

/* Text of the result is a slice of `header`, or of the arena where it needed one. */
[[nodiscard]] bool entry_parse(struct arena *a, struct str header, struct entry *ret_entry,
                               struct err *e);
/* A bare statement: what a person's device signed and a node hands on. */
[[nodiscard]] bool statement_parse(struct arena *a, struct str text,
                                   struct statement *ret_statement, struct err *e);

void payload_commit(struct str salt, struct str bytes, uint8_t ret_digest[SHA256_SIZE]);

void statement_sign(const struct statement *s, const struct key_secret *key, enum sig_class class,
                    struct entry_sig *ret_sig);
/* The key is the one the statement names. */
[[nodiscard]] bool statement_verify(const struct statement *s, const struct entry_sig *sig,
                                    struct err *e);
