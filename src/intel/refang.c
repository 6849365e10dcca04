/* refang.c - undo what keeps an indicator in a report from being clicked, and unwrap it. */
#include "intel/normalise.h"

#include "core/ascii.h"
#include "intel/refang_private.h"

/* Spaces and quotes that stand around values copied out of documents. Longer than a byte: UTF-8. */
static const struct str wrappings[] = {
    S_("\""),
    S_("'"),
    S_("`"),
    S_("\xc2\xa0"),
    S_("\xe3\x80\x80"),
    S_("\xe2\x80\x8b"),
    S_("\xe2\x80\x8e"),
    S_("\xe2\x80\x9c"),
    S_("\xe2\x80\x9d"),
    S_("\xe2\x80\x98"),
    S_("\xe2\x80\x99"),
    S_("\xef\xbb\xbf"),
};

static size_t wrapping_at_start(struct str s)
{
    if (s.len == 0)
        return 0;
    if (ascii_is_space(s.ptr[0]) || s.ptr[0] == '<')
        return 1;
    for (size_t i = 0; i < COUNT(wrappings); i++)
        if (str_starts(s, wrappings[i]))
            return wrappings[i].len;
    return 0;
}

static size_t wrapping_at_end(struct str s)
{
    if (s.len == 0)
        return 0;
    char c = s.ptr[s.len - 1];
    if (ascii_is_space(c) || c == '>' || c == ',' || c == ';')
        return 1;
    for (size_t i = 0; i < COUNT(wrappings); i++)
        if (s.len >= wrappings[i].len &&
            str_eq(str_skip(s, s.len - wrappings[i].len), wrappings[i]))
            return wrappings[i].len;
    return 0;
}

struct str unwrap(struct str s)
{
    size_t n;
    while ((n = wrapping_at_start(s)) != 0)
        s = str_skip(s, n);
    while ((n = wrapping_at_end(s)) != 0)
        s.len -= n;
    return s;
}

/* Longer forms first where one begins another. Compared without regard to ASCII case. */
static const struct {
    struct str fang, plain;
} fangs[] = {
    {S_("[://]"), S_("://")},      {S_("[dot]"), S_(".")},        {S_("(dot)"), S_(".")},
    {S_("{dot}"), S_(".")},        {S_("[at]"), S_("@")},         {S_("(at)"), S_("@")},
    {S_("[.]"), S_(".")},          {S_("(.)"), S_(".")},          {S_("{.}"), S_(".")},
    {S_("[:]"), S_(":")},          {S_("(:)"), S_(":")},          {S_("[/]"), S_("/")},
    {S_("[@]"), S_("@")},          {S_("\\."), S_(".")},          {S_("[."), S_(".")},
    {S_(".]"), S_(".")},           {S_("\xe3\x80\x82"), S_(".")}, /* 。 */
    {S_("\xef\xbc\x8e"), S_(".")},                                /* ． */
    {S_("\xef\xbd\xa1"), S_(".")},                                /* ｡ */
    {S_("\xef\xbc\x9a"), S_(":")},                                /* ： */
};

static bool starts_loosely(struct str s, struct str prefix)
{
    if (s.len < prefix.len)
        return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (ascii_lower(s.ptr[i]) != prefix.ptr[i])
            return false;
    return true;
}

/* Every fang begins with one of these. */
static bool may_be_fang(char c)
{
    return c == '[' || c == '(' || c == '{' || c == '\\' || c == '.' || (c & 0x80);
}

bool has_fangs(struct str s)
{
    if (starts_loosely(s, S("hxxp")) || starts_loosely(s, S("h**p")) || starts_loosely(s, S("fxp")))
        return true;
    for (size_t i = 0; i < s.len; i++) {
        bool dot = s.ptr[i] == '.'; /* begins ".]" alone, and every name has some */
        if (!may_be_fang(s.ptr[i]) || (dot && (i + 1 == s.len || s.ptr[i + 1] != ']')))
            continue;
        for (size_t f = 0; f < COUNT(fangs); f++)
            if (starts_loosely(str_skip(s, i), fangs[f].fang))
                return true;
    }
    return false;
}

static size_t put(char *out, struct str s)
{
    memcpy(out, s.ptr, s.len);
    return s.len;
}

struct str refang(struct str text, char out[REFANG_MAX])
{
    struct str s = unwrap(text);
    size_t n = 0;
    if (s.len > REFANG_MAX)
        return STR_NONE;
    if (starts_loosely(s, S("hxxp")) || starts_loosely(s, S("h**p"))) {
        n = put(out, S("http"));
        s = str_skip(s, n);
    } else if (starts_loosely(s, S("fxp"))) {
        n = put(out, S("ftp"));
        s = str_skip(s, n);
    }
    while (s.len) {
        size_t f = 0;
        if (may_be_fang(s.ptr[0]))
            while (f < COUNT(fangs) && !starts_loosely(s, fangs[f].fang))
                f++;
        else
            f = COUNT(fangs);
        if (f == COUNT(fangs)) {
            out[n++] = s.ptr[0];
            s = str_skip(s, 1);
            continue;
        }
        n += put(out + n, fangs[f].plain); /* never longer than the fang */
        s = str_skip(s, fangs[f].fang.len);
    }
    return (struct str){out, n};
}
