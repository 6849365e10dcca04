/* encode.h - bytes as text and back: hex (lower case), base64 and base64url (RFC 4648).
 *
 * Decoding is strict: whole groups, right padding, no stray characters, zero spare bits (RFC 4648
 * 3.5), since two texts for the same bytes would be two hashes, two keys, two ids for one thing. A
 * refused text leaves the buffer's content as it was; one too long for it sets `over`.
 */
#pragma once

#include "core/buf.h"

void hex_put(struct buf *out, const void *bytes, size_t len);
void hex_write(char *out, const void *bytes, size_t len); /* 2*len characters, no NUL */
/* Exactly len bytes, in any case. */
[[nodiscard]] bool hex_read(struct str text, void *out, size_t len);

void base64_put(struct buf *out, const void *bytes, size_t len);
void base64url_put(struct buf *out, const void *bytes, size_t len); /* without padding */
[[nodiscard]] bool base64_read(struct str text, struct buf *out);
[[nodiscard]] bool base64url_read(struct str text, struct buf *out); /* padding refused */
