/* keyproc.h - the node's own keys, in a child process that can do nothing but use them.
 *
 * Why: the node parses what strangers send; a hole in it must not give away the key in whose
 * name the whole journal is signed, nor the wrapping key of what was promised to be erasable.
 * The child is forked before there is any thread, opens node.key, payload.key and keys.db in
 * `dir`, then shuts itself in: no new privileges, no core dump, every other descriptor closed, a
 * seccomp filter that leaves reading, writing and memory. It speaks over one socket pair and
 * dies with its parent.
 *
 *     node.key     signs statements of class "node" and checkpoints
 *     payload.key  wraps data keys
 *     keys.db      wrapped data keys; fixed records, never copied by ordinary backup
 *
 * keyproc_create makes the two key files, once (`hinomi admin init`). An exercise of the whole:
 *
 *     struct signer *keys = NULL;
 *     if (!keyproc_start(dir, &keys, e)) // first thing in main: forks
 *         return false;
 *     const struct journal_options o = {.dir = dir, .signer = keys, .clock = clock_real()};
 *     journal_open(&o, …);
 *
 * The thread that calls keyproc_start must live as long as the process: the kernel ties the
 * child's death to it.
 */
#pragma once

#include "journal/signer.h"

/* ERR_CONFLICT when they stand already. */
[[nodiscard]] bool keyproc_create(const char *dir, struct key_public *ret_public, struct err *e);
[[nodiscard]] bool keyproc_start(const char *dir, struct signer **ret_signer, struct err *e);
