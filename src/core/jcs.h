/* jcs.h - canonical JSON (RFC 8785): one document, one string of bytes, so that it can be hashed.
 *
 * Members are sorted by UTF-16 code units, numbers are written as ECMAScript would, strings escape
 * only what they must. A number that no double can hold is refused (ERR_INVALID), not rounded to
 * infinity; an integer past 2^53 is written as the double it becomes, as the RFC says.
 *
 *     AUTO(buf_drop) struct buf text = BUF(1 << 20);
 *     if (!jcs_write(entry, &text, e))
 *         return false;
 *     sha256_of(buf_str(&text), digest);
 *
 * A name that stands twice is refused, whichever reader made the tree. Past the buffer's ceiling:
 * ERR_LIMIT. After a failure the buffer's content is worth nothing. Threads: no state.
 */
#pragma once

#include "core/buf.h"
#include "core/json.h"

[[nodiscard]] bool jcs_write(const struct json *v, struct buf *out, struct err *e);

/* Parses `text` strictly, then writes it canonically. */
[[nodiscard]] bool jcs_canonicalise(struct str text, struct buf *out, struct err *e);
