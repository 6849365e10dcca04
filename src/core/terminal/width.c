/* width.c - how many columns a terminal gives a text. Without the locale, which a daemon lacks.
 *
 * Two for what Unicode's EastAsianWidth (UAX #11) calls wide or full-width, none for marks that are
 * drawn over the character before, one for all else.
 */
#include "core/table.h"

struct range {
    uint32_t first, last;
};

static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26a1, 0x26a1},
    {0x26d4, 0x26d4},   {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2e80, 0x303e},   {0x3041, 0x3098},   {0x309b, 0xa4cf},
    {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
};

static const struct range zero[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20f0},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};

static bool within(const struct range *ranges, size_t count, uint32_t c)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= ranges[low].first;
}

/* A byte that begins no character counts as one character of its own. */
size_t text_step(struct str utf8, size_t *ret_columns)
{
    unsigned char lead = (unsigned char)utf8.ptr[0];
    size_t n = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    uint32_t c = n == 1 ? lead : lead & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if (i >= utf8.len || ((unsigned char)utf8.ptr[i] & 0xc0) != 0x80) {
            *ret_columns = 1;
            return 1;
        }
        c = c << 6 | ((unsigned char)utf8.ptr[i] & 0x3f);
    }
    *ret_columns = n == 1 ? 1 : within(zero, COUNT(zero), c) ? 0 : 1 + within(wide, COUNT(wide), c);
    return n;
}

size_t text_width(struct str utf8)
{
    size_t columns = 0, one;
    for (; utf8.len; columns += one)
        utf8 = str_skip(utf8, text_step(utf8, &one));
    return columns;
}
