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

struct str unwrap(struct str s, bool exact)
{
    size_t n;
    bool wrapped = !exact;
    while ((n = wrapping_at_start(s)) != 0) {
        wrapped = wrapped || !ascii_is_space(s.ptr[0]);
        s = str_skip(s, n);
    }
    while ((n = wrapping_at_end(s)) != 0 && (wrapped || ascii_is_space(s.ptr[s.len - 1])))
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

/* Length of a broken scheme's name in front of its ':' ("hxxp", "hXXps[:]//"), 0 when there is none:
 * a host may be called hxxp-tools.example. */
static size_t broken_scheme(struct str s, struct str *ret_plain)
{
    static const struct {
        struct str broken, plain;
    } schemes[] = {{S_("hxxp"), S_("http")}, {S_("h**p"), S_("http")}, {S_("fxp"), S_("ftp")}};
    for (size_t i = 0; i < COUNT(schemes); i++) {
        if (!starts_loosely(s, schemes[i].broken))
            continue;
        struct str rest = str_skip(s, schemes[i].broken.len);
        if (rest.len && ascii_lower(rest.ptr[0]) == 's')
            rest = str_skip(rest, 1);
        *ret_plain = schemes[i].plain;
        bool colon = rest.len && (rest.ptr[0] == ':' || starts_loosely(rest, S("[:")) ||
                                  starts_loosely(rest, S("(:")));
        return colon ? schemes[i].broken.len : 0;
    }
    return 0;
}

/* Where a URL's path or query begins; s.len when there is none. "scheme://" may be defanged. */
static size_t path_start(struct str s)
{
    size_t i = 0;
    while (i < s.len && s.ptr[i] != '/' && s.ptr[i] != '?')
        i++;
    struct str before = {s.ptr, i};
    bool colon = i > 0 && s.ptr[i - 1] == ':';
    bool defanged = i > 2 && (str_eq(str_skip(before, i - 3), S("[:]")) ||
                              str_eq(str_skip(before, i - 3), S("(:)")));
    if (i + 1 < s.len && s.ptr[i + 1] == '/' && (colon || defanged))
        for (i += 2; i < s.len && s.ptr[i] != '/' && s.ptr[i] != '?'; i++) {
        }
    return i;
}

/* The row of the fang that begins at `at`; COUNT(fangs) when none does. Parentheses may stand in a
 * path as they are (RFC 3986 3.3), so there they are no fangs. */
static size_t fang_at(struct str s, size_t at, size_t path)
{
    char c = s.ptr[at];
    bool dot = c == '.'; /* begins ".]" alone, and every name has some */
    if (!may_be_fang(c) || (c == '(' && at >= path) ||
        (dot && (at + 1 == s.len || s.ptr[at + 1] != ']')))
        return COUNT(fangs);
    size_t f = 0;
    while (f < COUNT(fangs) && !starts_loosely(str_skip(s, at), fangs[f].fang))
        f++;
    return f;
}

bool has_fangs(struct str s)
{
    struct str plain;
    if (broken_scheme(s, &plain))
        return true;
    size_t path = path_start(s);
    for (size_t i = 0; i < s.len; i++)
        if (fang_at(s, i, path) < COUNT(fangs))
            return true;
    return false;
}

static size_t put(char *out, struct str s)
{
    memcpy(out, s.ptr, s.len);
    return s.len;
}

struct str pull_fangs(struct str s, char out[REFANG_MAX])
{
    struct str plain;
    size_t n = 0, at = broken_scheme(s, &plain), path = path_start(s);
    if (s.len > REFANG_MAX)
        return STR_NONE;
    if (at)
        n = put(out, plain);
    while (at < s.len) {
        size_t f = fang_at(s, at, path);
        if (f == COUNT(fangs)) {
            out[n++] = s.ptr[at++];
            continue;
        }
        n += put(out + n, fangs[f].plain); /* never longer than the fang */
        at += fangs[f].fang.len;
    }
    return (struct str){out, n};
}

struct str refang(struct str text, char out[REFANG_MAX])
{
    return pull_fangs(unwrap(text, false), out);
}
