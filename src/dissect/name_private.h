/* name_private.h - host names off the wire, written so that they can be matched and shown.
 *
 * One rule for DNS, SNI and Host: ASCII letters in lower case, bytes outside 0x21..0x7e as \DDD (RFC 1035
 * 5.1). What comes out is always printable ASCII, so no name can move a cursor or break a log line.
 */
#pragma once

#include "core/str.h"

enum { NAME_ESCAPED = 4 }; /* the most characters one byte can become */

static inline bool name_is_plain(uint8_t c)
{
    return c > 0x20 && c < 0x7f && c != '\\';
}

static inline char name_lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Writes one byte at `out`, which has room for NAME_ESCAPED; how many characters were written. */
static inline size_t name_put(char *out, uint8_t c)
{
    if (name_is_plain(c)) {
        *out = name_lower(c);
        return 1;
    }
    out[0] = '\\';
    if (c == '\\') {
        out[1] = '\\';
        return 2;
    }
    out[1] = (char)('0' + c / 100);
    out[2] = (char)('0' + c / 10 % 10);
    out[3] = (char)('0' + c % 10);
    return NAME_ESCAPED;
}

/* As much of `raw` as fits into `most` characters; false when it was cut. Never cuts an escape. The
 * dot that ends an absolute name is dropped: "bad.example." and "bad.example" are one name. */
static inline bool name_write(struct str raw, char *out, size_t most, uint16_t *ret_len)
{
    size_t n = 0, i = 0;
    for (; i < raw.len && n + NAME_ESCAPED <= most; i++)
        n += name_put(out + n, (uint8_t)raw.ptr[i]);
    for (; i < raw.len && n < most && name_is_plain((uint8_t)raw.ptr[i]); i++)
        out[n++] = name_lower((uint8_t)raw.ptr[i]);
    if (i == raw.len && n > 1 && out[n - 1] == '.')
        n--;
    *ret_len = (uint16_t)n;
    return i == raw.len;
}
