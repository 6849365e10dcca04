/* addr.c - see addr.h. The IPv6 grammar is read group by group, as RFC 4291 2.2 words it. */
#include "core/addr.h"

#include "core/ascii.h"

#include <stdio.h>

/* A decimal number of at most `max`, without leading zeros, that ends where `text` does. */
static bool read_decimal(struct str text, unsigned max, unsigned *ret)
{
    unsigned value = 0;
    if (text.len == 0 || text.len > 3 || (text.len > 1 && text.ptr[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!ascii_is_digit(text.ptr[i]))
            return false;
        value = value * 10 + (unsigned)(text.ptr[i] - '0');
    }
    *ret = value;
    return value <= max;
}

static bool read_v4(struct str text, uint8_t out[4])
{
    for (int i = 0; i < 4; i++) {
        unsigned value;
        struct str rest;
        struct str part = str_cut(text, '.', &rest);
        bool last = part.len == text.len;
        if (last != (i == 3) || !read_decimal(part, 255, &value))
            return false;
        out[i] = (uint8_t)value;
        text = rest;
    }
    return true;
}

/* One group of up to four hex digits. */
static bool read_group(struct str part, uint8_t out[2])
{
    unsigned value = 0;
    if (part.len == 0 || part.len > 4)
        return false;
    for (size_t i = 0; i < part.len; i++) {
        int digit = ascii_hex_value(part.ptr[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return true;
}

/* Groups with ':' between, perhaps an IPv4 address at the end. Returns bytes read, -1 when bad. */
static int read_groups(struct str text, uint8_t out[16], bool may_end_v4)
{
    int n = 0;
    while (text.len) {
        struct str rest;
        struct str part = str_cut(text, ':', &rest);
        bool last = part.len == text.len;
        if (last && may_end_v4 && memchr(part.ptr, '.', part.len))
            return n <= 12 && read_v4(part, out + n) ? n + 4 : -1;
        if (n > 14 || !read_group(part, out + n) || (!last && rest.len == 0))
            return -1;
        n += 2;
        text = rest;
    }
    return n;
}

static bool read_v6(struct str text, uint8_t out[16])
{
    const char *gap = text.len ? memmem(text.ptr, text.len, "::", 2) : NULL;
    memset(out, 0, 16);
    if (!gap)
        return read_groups(text, out, true) == 16;

    uint8_t tail[16] = {0};
    size_t at = (size_t)(gap - text.ptr);
    int head_len = read_groups((struct str){text.ptr, at}, out, false);
    int tail_len = read_groups(str_skip(text, at + 2), tail, true);
    if (head_len < 0 || tail_len < 0 || head_len + tail_len > 14)
        return false;
    memcpy(out + 16 - tail_len, tail, (size_t)tail_len);
    return true;
}

struct addr addr_of_v4(const uint8_t bytes[4])
{
    struct addr a = {.bits = 32};
    memcpy(a.bytes, bytes, 4);
    return a;
}

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

struct addr addr_of_v6(const uint8_t bytes[16])
{
    if (memcmp(bytes, mapped, sizeof mapped) == 0)
        return addr_of_v4(bytes + sizeof mapped);
    struct addr a = {.bits = 128, .v6 = true};
    memcpy(a.bytes, bytes, 16);
    return a;
}

/* As written: a mapped address is still IPv6 here, because a prefix length counts from there. */
static bool read_any(struct str text, uint8_t bytes[16], bool *ret_v6)
{
    *ret_v6 = text.len && memchr(text.ptr, ':', text.len);
    return *ret_v6 ? read_v6(text, bytes) : read_v4(text, bytes);
}

bool addr_parse(struct str text, struct addr *ret_addr, struct err *e)
{
    uint8_t bytes[16];
    bool v6;
    if (!read_any(text, bytes, &v6))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is not an address", STR_ARG(text));
    *ret_addr = v6 ? addr_of_v6(bytes) : addr_of_v4(bytes);
    return true;
}

/* True when a bit past the first `bits` of `size` bytes is set. */
static bool has_host_bits(const uint8_t *bytes, size_t size, unsigned bits)
{
    for (size_t i = bits / 8; i < size; i++) {
        unsigned host = i == bits / 8 ? 0xffU >> bits % 8 : 0xffU;
        if (bytes[i] & host)
            return true;
    }
    return false;
}

bool prefix_parse(struct str text, struct addr *ret_addr, struct err *e)
{
    struct str length;
    struct str network = str_cut(text, '/', &length);
    if (network.len == text.len)
        return addr_parse(text, ret_addr, e);

    uint8_t bytes[16];
    bool v6;
    unsigned bits;
    if (!read_any(network, bytes, &v6) || !read_decimal(length, v6 ? 128 : 32, &bits))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is not a network", STR_ARG(text));
    if (has_host_bits(bytes, v6 ? 16 : 4, bits))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' has bits set past its prefix", STR_ARG(text));

    struct addr a = v6 && bits >= 96 ? addr_of_v6(bytes) : (struct addr){.v6 = v6};
    if (v6 && a.v6)
        memcpy(a.bytes, bytes, 16);
    else if (!v6)
        memcpy(a.bytes, bytes, 4);
    a.bits = (uint8_t)(v6 && !a.v6 ? bits - 96 : bits);
    *ret_addr = a;
    return true;
}

static unsigned group_at(const uint8_t bytes[16], int i)
{
    size_t at = 2 * (size_t)i;
    return (unsigned)bytes[at] << 8 | bytes[at + 1];
}

/* Where the longest run of two or more zero groups begins (RFC 5952 4.2.3: the first, if equal). */
static int longest_gap(const uint8_t bytes[16], int *ret_len)
{
    int best = -1, best_len = 1;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && group_at(bytes, i + n) == 0)
            n++;
        if (n > best_len) {
            best = i;
            best_len = n;
        }
        i += n;
    }
    *ret_len = best_len;
    return best;
}

static size_t put_group(char *out, unsigned group)
{
    size_t n = 0;
    for (int shift = 12; shift >= 0; shift -= 4)
        if (n || group >> shift || shift == 0)
            out[n++] = "0123456789abcdef"[group >> shift & 0xf];
    return n;
}

static size_t put_v6(const uint8_t bytes[16], char *out)
{
    int gap_len;
    int gap = longest_gap(bytes, &gap_len);
    size_t n = 0;
    for (int i = 0; i < 8; i++) {
        bool in_gap = i == gap;
        if (in_gap || (i > 0 && (gap < 0 || i != gap + gap_len)))
            out[n++] = ':';
        if (in_gap) {
            out[n++] = ':';
            i += gap_len - 1;
            continue;
        }
        n += put_group(out + n, group_at(bytes, i));
    }
    out[n] = '\0';
    return n;
}

/* By hand: a sensor writes millions of addresses, and printf costs ten times as much. */
static size_t put_byte(char *out, uint8_t b)
{
    size_t n = 0;
    if (b >= 100)
        out[n++] = (char)('0' + b / 100);
    if (b >= 10)
        out[n++] = (char)('0' + b / 10 % 10);
    out[n++] = (char)('0' + b % 10);
    return n;
}

static size_t put_v4(const uint8_t *bytes, char *out)
{
    size_t n = 0;
    for (int i = 0; i < 4; i++) {
        n += put_byte(out + n, bytes[i]);
        out[n++] = '.';
    }
    out[--n] = '\0';
    return n;
}

struct str addr_format(const struct addr *a, char out[ADDR_TEXT_SIZE])
{
    size_t n = a->v6 ? put_v6(a->bytes, out) : put_v4(a->bytes, out);
    if (!addr_is_whole(a))
        n += (size_t)snprintf(out + n, ADDR_TEXT_SIZE - n, "/%u", a->bits);
    return (struct str){out, n};
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
    return addr_compare(a, b) == 0;
}

bool addr_contains(const struct addr *outer, const struct addr *inner)
{
    if (outer->v6 != inner->v6 || outer->bits > inner->bits)
        return false;
    size_t whole = outer->bits / 8;
    if (memcmp(outer->bytes, inner->bytes, whole) != 0)
        return false;
    uint8_t mask = (uint8_t)(0xff00 >> outer->bits % 8);
    return outer->bits % 8 == 0 || ((outer->bytes[whole] ^ inner->bytes[whole]) & mask) == 0;
}

int addr_compare(const struct addr *a, const struct addr *b)
{
    if (a->v6 != b->v6)
        return a->v6 ? 1 : -1;
    int order = memcmp(a->bytes, b->bytes, sizeof a->bytes);
    return order ? order : (int)a->bits - (int)b->bits;
}
