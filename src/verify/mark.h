/* mark.h - checkpoints as the verifier reads them: C2SP signed notes with cosignatures.
 *
 *     text: origin, size, base64 root, extension lines; an empty line;
 *     "— name base64(key id ‖ signature)", one a line
 *
 * Keys: "name+hex id+base64(algorithm ‖ key)"; algorithm 1 signs the text, 4 is a witness, who signs
 * "cosignature/v1\ntime <seconds>\n" and the text, and writes the seconds before the signature. "ed25519:…" is
 * taken too: the log's own key, under the checkpoint's origin.
 *
 *     struct mark m;
 *     if (mark_read(bytes, &m, e) && mark_signed(&m, &key) == MARK_SIGNED) ...
 *
 * Slices of `bytes`. Written apart from journal/note.h on purpose.
 */
#pragma once

#include "core/err.h"
#include "core/keys.h"
#include "verify/tree.h"

enum { MARK_MOST = 64 * 1024, MARK_LOG = 1, MARK_WITNESS = 4 };

struct mark {
    struct str text, signatures; /* what is signed; the lines below it */
    struct str origin;
    uint64_t size;
    struct tree_hash root;
};

struct mark_key {
    struct str name; /* empty: the checkpoint's origin */
    int algorithm;
    struct key_public key;
};

enum mark_answer { MARK_ABSENT, MARK_SIGNED, MARK_BAD };

[[nodiscard]] bool mark_read(struct str bytes, struct mark *ret, struct err *e);
[[nodiscard]] bool mark_key_read(struct str text, struct mark_key *ret, struct err *e);
/* BAD: a line claims to be by that key and does not verify. */
enum mark_answer mark_signed(const struct mark *m, const struct mark_key *key);
