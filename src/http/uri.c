/* uri.c - see uri_private.h for what is refused and why. */
#include "http/uri_private.h"

#include "http/client.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Bytes of the character that starts at `s`, 0 when it is none (RFC 3629: shortest form, no halves). */
static size_t utf8_length(struct str s)
{
    const uint8_t *p = (const uint8_t *)s.ptr;
    if (p[0] < 0x80)
        return 1;
    size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || s.len < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool wrong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
                 (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f);
    return wrong ? 0 : n;
}

static bool is_plain_text(struct str s)
{
    for (size_t n; s.len; s = str_skip(s, n)) {
        n = utf8_length(s);
        unsigned char c = (unsigned char)s.ptr[0];
        if (n == 0 || c < 0x20 || c == 0x7f)
            return false;
    }
    return true;
}

static bool decode(struct arena *a, struct str in, bool is_query, struct str *ret, struct err *e)
{
    char *out = arena_alloc(a, in.len + 1, 1);
    if (!out)
        return err_set(e, ERR_LIMIT, "request target too long");

    size_t n = 0;
    for (size_t i = 0; i < in.len; i++) {
        char c = in.ptr[i];
        if (c == '%') {
            bool whole = in.len - i > 2;
            int high = whole ? hex_digit(in.ptr[i + 1]) : -1;
            int low = whole ? hex_digit(in.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return err_set(e, ERR_INVALID, "bad percent sign in '" STR_FMT "'", STR_ARG(in));
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && is_query) {
            c = ' ';
        }
        out[n++] = c;
    }
    *ret = (struct str){out, n};
    if (!is_plain_text(*ret))
        return err_set(e, ERR_INVALID, "control bytes or broken UTF-8 in '" STR_FMT "'",
                       STR_ARG(in));
    return true;
}

static bool segment_is_safe(struct str s)
{
    return !str_eq(s, S(".")) && !str_eq(s, S("..")) &&
           !(s.len && (memchr(s.ptr, '/', s.len) || memchr(s.ptr, '\\', s.len)));
}

static bool parse_path(struct arena *a, struct uri *u, struct err *e)
{
    if (!str_starts(u->path, S("/")))
        return err_set(e, ERR_INVALID, "the target of a request starts with '/'");

    struct str rest = str_skip(u->path, 1);
    for (bool more = true; more;) {
        if (u->segment_count == URI_SEGMENTS_MAX)
            return err_set(e, ERR_LIMIT, "more than %d path segments", URI_SEGMENTS_MAX);
        struct str *segment = &u->segments[u->segment_count++], left;
        struct str raw = str_cut(rest, '/', &left);
        more = raw.len < rest.len;
        if (!decode(a, raw, false, segment, e))
            return false;
        if (!segment_is_safe(*segment))
            return err_set(e, ERR_INVALID, "path segment '" STR_FMT "' is refused", STR_ARG(raw));
        rest = left;
    }
    return true;
}

static bool add_param(struct arena *a, struct uri *u, struct str pair, struct err *e)
{
    if (u->param_count == URI_PARAMS_MAX)
        return err_set(e, ERR_LIMIT, "more than %d parameters", URI_PARAMS_MAX);
    struct uri_param *p = &u->params[u->param_count];
    struct str value, name = str_cut(pair, '=', &value);
    if (!decode(a, name, true, &p->name, e) || !decode(a, value, true, &p->value, e))
        return false;
    for (size_t i = 0; i < u->param_count; i++)
        if (str_eq(u->params[i].name, p->name))
            return err_set(e, ERR_INVALID, "parameter '" STR_FMT "' stands twice",
                           STR_ARG(p->name));
    u->param_count++;
    return true;
}

bool uri_parse(struct arena *a, struct str target, struct uri *ret, struct err *e)
{
    if (target.len > URI_LENGTH_MAX)
        return err_set(e, ERR_LIMIT, "request target longer than %d bytes", URI_LENGTH_MAX);

    struct uri u = {0};
    u.path = str_cut(target, '?', &u.query);
    if (!parse_path(a, &u, e))
        return false;
    for (struct str rest = u.query; rest.len;) {
        struct str pair = str_cut(rest, '&', &rest);
        if (pair.len && !add_param(a, &u, pair, e))
            return false;
    }
    *ret = u;
    return true;
}

struct str http_path_escape(struct arena *a, struct str segment)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, segment.len + 1, 3);
    if (!out)
        return STR_NONE;
    size_t n = 0;
    for (size_t i = 0; i < segment.len; i++) {
        unsigned char c = (unsigned char)segment.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out[n++] = (char)c;
        } else {
            out[n++] = '%';
            out[n++] = digits[c >> 4];
            out[n++] = digits[c & 15];
        }
    }
    return (struct str){out, n};
}
