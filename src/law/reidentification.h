/* reidentification.h - the record of an act: somebody asked which value a pseudonym stands for.
 *
 * One canonical JSON line, written and on the disk before any answer is given. It names the pseudonym and whether it
 * was confirmed, never the value:
 *     {"candidates":N,"case":ID,"confirmed":BOOL,"kind":FIELD,"prev":HASH,"pseudonym":P,"purpose":CODE,
 *      "schema":"hinomi-reidentification-1","signatures":[{"key":K,"sig":S},…],"time":T}
 * `prev` is the SHA-256 of the line before it in its file, 64 zeros for the first. Each signature is over
 * "hinomi reidentification v1\n" and the canonical line without `signatures`.
 *
 * Threads: no state.
 */
#pragma once

#include "core/buf.h"
#include "core/json.h"
#include "core/keys.h"

enum { REIDENTIFICATION_MAX = 1 << 16, REIDENTIFICATION_HASH = 64 };

struct reidentification {
    int64_t time, candidates; /* candidates: values that were tried */
    bool confirmed;
    struct str pseudonym, kind, purpose, case_id, prev;
};

/* Appends the line, without a newline. At least one key. */
[[nodiscard]] bool reidentification_sign(const struct reidentification *r,
                                         const struct key_secret *keys, size_t count,
                                         struct buf *out, struct err *e);
/* Reads a line: its shape, its order, and each of its signatures; no key signs twice. Texts lie in the arena. */
[[nodiscard]] bool reidentification_read(struct arena *a, struct str line,
                                         struct reidentification *ret, struct err *e);
