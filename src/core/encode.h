/* encode.h - bytes as text and back: hex (lower case), base64 and base64url (RFC 4648).
 * Decoding is strict: whole groups, right padding, no stray characters, zero spare bits. */
#pragma once

#include "core/buf.h"

void hex_put(struct buf *out, const void *bytes, size_t len);
void hex_write(char *out, const void *bytes, size_t len); /* 2*len characters, no NUL */
[[nodiscard]] bool hex_read(struct str text, void *out,
                            size_t len); /* exactly len bytes, any case */

void base64_put(struct buf *out, const void *bytes, size_t len);
void base64url_put(struct buf *out, const void *bytes, size_t len); /* without padding */
[[nodiscard]] bool base64_read(struct str text, struct buf *out);
[[nodiscard]] bool base64url_read(struct str text, struct buf *out); /* padding refused */
