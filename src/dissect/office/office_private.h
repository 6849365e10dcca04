/* office_private.h - what the dissectors of the office share: numbers, BER, words of text, tables of codes. */
#pragma once

#include "core/rd.h"
#include "dissect/dissector.h"
#include "dissect/name_private.h"

#include <strings.h>

struct office_code {
    uint32_t code;
    const char *name;
};

static inline const char *office_code_name(const struct office_code *table, size_t count,
                                           uint32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].code == code)
            return table[i].name;
    return NULL;
}

/* ---- numbers ---- */

static inline struct rd rd_over(struct str s)
{
    return rd_of(s.ptr, s.len);
}

static inline void rd_pass(struct rd *r, size_t n)
{
    (void)rd_str(r, n);
}

static inline uint32_t rd_be32(struct rd *r)
{
    const uint8_t *p = rd_take(r, 4);
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint16_t rd_le16(struct rd *r)
{
    const uint8_t *p = rd_take(r, 2);
    return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t rd_le32(struct rd *r)
{
    const uint8_t *p = rd_take(r, 4);
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t rd_le64(struct rd *r)
{
    uint64_t low = rd_le32(r);
    return (uint64_t)rd_le32(r) << 32 | low;
}

/* ---- BER (X.690 8.1), as far as LDAP, SNMP and Kerberos use it: one-byte tags, definite lengths ---- */

enum {
    BER_INTEGER = 0x02,
    BER_OCTETS = 0x04,
    BER_ENUMERATED = 0x0a,
    BER_SEQUENCE = 0x30,
    BER_APPLICATION = 0x60, /* constructed; plus the number */
    BER_CONTEXT = 0xa0,     /* constructed; plus the number */
    BER_CONTEXT_PLAIN = 0x80,
};

/* Tag and length; `bad` for what is no such head. The value may end past what is there. */
static inline uint8_t ber_head(struct rd *r, size_t *ret_len)
{
    uint8_t tag = rd_u8(r), first = rd_u8(r);
    size_t len = first;
    if ((tag & 0x1f) == 0x1f)
        r->bad = true;
    if (first & 0x80) {
        unsigned bytes = first & 0x7fu;
        if (bytes == 0 || bytes > 4)
            r->bad = true;
        len = 0;
        for (unsigned i = 0; i < bytes && !r->bad; i++)
            len = len << 8 | rd_u8(r);
    }
    *ret_len = r->bad ? 0 : len;
    return r->bad ? 0 : tag;
}

/* The next value, whole. Its tag, or 0 with `bad` set. */
static inline uint8_t ber_next(struct rd *r, struct rd *ret_value)
{
    size_t len = 0;
    uint8_t tag = ber_head(r, &len);
    struct str value = rd_str(r, len);
    *ret_value = rd_over(value);
    return r->bad ? 0 : tag;
}

/* The next value, if it is a `tag` and whole; else nothing is taken. */
static inline bool ber_take(struct rd *r, uint8_t tag, struct rd *ret_value)
{
    struct rd ahead = *r;
    if (rd_left(r) == 0 || ber_next(&ahead, ret_value) != tag)
        return false;
    *r = ahead;
    return true;
}

/* A whole number of at most eight bytes, signed as BER has it. */
static inline int64_t ber_number(struct rd value)
{
    size_t len = rd_left(&value);
    if (len == 0 || len > 8)
        return 0;
    uint64_t n = *value.at & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < len; i++)
        n = n << 8 | rd_u8(&value);
    return (int64_t)n;
}

static inline bool ber_take_number(struct rd *r, uint8_t tag, int64_t *ret_number)
{
    struct rd value;
    if (!ber_take(r, tag, &value))
        return false;
    *ret_number = ber_number(value);
    return true;
}

static inline struct str rd_all(const struct rd *r)
{
    return (struct str){(const char *)r->at, rd_left(r)};
}

/* ---- text ---- */

/* As much as fits; what is not printable ASCII becomes '?'. */
static inline size_t text_keep(char *out, size_t most, struct str s)
{
    size_t n = s.len < most ? s.len : most;
    for (size_t i = 0; i < n; i++) {
        out[i] = '?';
        if (s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f)
            out[i] = s.ptr[i];
    }
    return n;
}

static inline bool text_same(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool text_begins(struct str s, struct str prefix)
{
    return s.len >= prefix.len && text_same((struct str){s.ptr, prefix.len}, prefix);
}

static inline bool text_has(struct str s, struct str part)
{
    for (size_t i = 0; i + part.len <= s.len; i++)
        if (text_begins(str_skip(s, i), part))
            return true;
    return false;
}

static inline bool is_one_of(char c, struct str set)
{
    for (size_t i = 0; i < set.len; i++)
        if (set.ptr[i] == c)
            return true;
    return false;
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The next line without its CR LF or LF; false when its end is not there. */
static inline bool line_take(struct str *rest, struct str *ret_line)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    if (!end)
        return false;
    struct str line = {rest->ptr, (size_t)(end - rest->ptr)};
    *rest = (struct str){end + 1, rest->len - line.len - 1};
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    *ret_line = line;
    return true;
}

/* A mechanism of SASL, or TLS, as it is written in its registry; STR_NONE for all other words. At most 18 characters. */
struct str sasl_name(struct str word);
