/* ascii.h - what kind of character a byte is, in ASCII and nothing else.
 *
 * Why not <ctype.h>: its answers follow the locale of whoever started the program, and its argument
 * must not be a negative char. Formats and protocols mean ASCII.
 */
#pragma once

#include "core/base.h"

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline char ascii_lower(char c)
{
    static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
    if (c >= 'A' && c <= 'Z')
        return lower[c - 'A'];
    return c;
}

static inline char ascii_upper(char c)
{
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (c >= 'a' && c <= 'z')
        return upper[c - 'a'];
    return c;
}

static inline bool ascii_is_letter(char c)
{
    c = ascii_lower(c);
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_alnum(char c)
{
    return ascii_is_digit(c) || ascii_is_letter(c);
}

/* Space, tab, line feed, vertical tab, form feed, carriage return. */
static inline bool ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* 0 to 15, or -1. */
static inline int ascii_hex_value(char c)
{
    if (ascii_is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
