/* cleared.h - bytes that the release gate has let through, for one reader.
 *
 * Why a type: whatever leaves a node must have passed the gate. Every way out (HTTP reply, stream,
 * link, block list, mail, document) takes a `struct cleared *`, and only release/ can make one, so a
 * way out that forgets the gate does not compile. The shape is private to release/cleared.c.
 */
#pragma once

#include "core/str.h"

struct cleared;

/* The bytes, or STR_NONE when `reader` is not the one they were cleared for. */
struct str cleared_bytes(const struct cleared *c, struct str reader);

/* Whether what was cleared for `cleared_for`, a reader or a class of readers, may go to `reader`. */
bool cleared_covers(struct str cleared_for, struct str reader);
