/* encode.c - hex and the two alphabets of RFC 4648. See encode.h. */
#include "core/encode.h"

static const char hex_digits[] = "0123456789abcdef";

void hex_write(char *out, const void *bytes, size_t len)
{
    const uint8_t *in = bytes;
    for (size_t i = 0; i < len; i++) {
        *out++ = hex_digits[in[i] >> 4];
        *out++ = hex_digits[in[i] & 15];
    }
}

void hex_put(struct buf *out, const void *bytes, size_t len)
{
    size_t n;
    char *to = __builtin_mul_overflow(len, 2, &n) ? buf_room(out, SIZE_MAX) : buf_room(out, n);
    if (!to)
        return;
    hex_write(to, bytes, len);
    out->len += n;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 32);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool hex_read(struct str text, void *out, size_t len)
{
    if (text.len % 2 || text.len / 2 != len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (hex_value(text.ptr[i]) < 0)
            return false;
    uint8_t *to = out;
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(hex_value(text.ptr[2 * i]) * 16 + hex_value(text.ptr[2 * i + 1]));
    return true;
}

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(struct buf *out, const uint8_t *in, size_t len, const char *alphabet, bool pad)
{
    size_t tail = len % 3, groups = len / 3 + (tail != 0);
    char *to = groups > SIZE_MAX / 4 ? buf_room(out, SIZE_MAX) : buf_room(out, groups * 4);
    if (!to)
        return;
    char *start = to;
    for (size_t i = 0; i < len; i += 3) {
        uint32_t bits = (uint32_t)in[i] << 16;
        size_t have = len - i < 3 ? len - i : 3;
        if (have > 1)
            bits |= (uint32_t)in[i + 1] << 8;
        if (have > 2)
            bits |= in[i + 2];
        for (size_t k = 0; k < 4; k++)
            if (k <= have)
                *to++ = alphabet[bits >> (18 - 6 * k) & 63];
            else if (pad)
                *to++ = '=';
    }
    out->len += (size_t)(to - start);
}

void base64_put(struct buf *out, const void *bytes, size_t len)
{
    encode(out, bytes, len, standard, true);
}

void base64url_put(struct buf *out, const void *bytes, size_t len)
{
    encode(out, bytes, len, url_safe, false);
}

static int base64_value(char c, const char *alphabet)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == alphabet[62] ? 62 : c == alphabet[63] ? 63 : -1;
}

/* `text` has no padding here. A last character whose low bits carry nothing must have them zero
 * (RFC 4648 3.5), or two texts would stand for the same bytes. On failure `out` is as it was. */
static bool decode(struct str text, const char *alphabet, struct buf *out)
{
    if (text.len % 4 == 1)
        return false;
    size_t before = out->len, n = text.len / 4 * 3 + (text.len % 4 ? text.len % 4 - 1 : 0);
    char *to = buf_room(out, n);
    if (!to)
        return false;
    uint32_t bits = 0, held = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = base64_value(text.ptr[i], alphabet);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *to++ = (char)(uint8_t)(bits >> held);
            bits &= (1U << held) - 1;
        }
    }
    if (bits)
        return false;
    out->len = before + n;
    return true;
}

bool base64_read(struct str text, struct buf *out)
{
    if (text.len % 4)
        return false;
    for (int pad = 0; pad < 2 && text.len && text.ptr[text.len - 1] == '='; pad++)
        text.len--;
    return decode(text, standard, out);
}

bool base64url_read(struct str text, struct buf *out)
{
    return decode(text, url_safe, out);
}
