/* url.c - see url.h. Three passes over a bounded copy: escapes, dot segments, assembly. */
#include "core/url.h"

#include "core/ascii.h"

#include <stdio.h>

/* RFC 3986 2.3: these mean the same escaped or not. */
static bool is_unreserved(char c)
{
    return ascii_is_alnum(c) || (c && strchr("-._~", c));
}

/* What may stand in a path or query unescaped: unreserved, sub-delims, ":", "@", "/", "?". */
static bool is_allowed(char c)
{
    return is_unreserved(c) || (c && strchr("!$&'()*+,;=:@/?", c));
}

struct url_out {
    char *ptr;
    size_t len, size;
    bool over;
};

static void put(struct url_out *o, char c)
{
    if (o->len < o->size)
        o->ptr[o->len++] = c;
    else
        o->over = true;
}

static void put_escaped(struct url_out *o, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    put(o, '%');
    put(o, digits[c >> 4]);
    put(o, digits[c & 15]);
}

/* RFC 3986 6.2.2.1 and 6.2.2.2. A '%' that begins no escape is itself escaped. */
static void put_normal(struct url_out *o, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int high = c == '%' && i + 2 < text.len ? ascii_hex_value(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex_value(text.ptr[i + 2]) : -1;
        if (low >= 0) {
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (low >= 0 ? is_unreserved(c) : is_allowed(c))
            put(o, c);
        else
            put_escaped(o, (unsigned char)c);
    }
}

/* RFC 3986 5.2.4 in place, over a path that begins with '/'. Returns the new length. */
static size_t remove_dots(char *path, size_t len)
{
    size_t out = 0;
    for (size_t at = 0; at < len;) {
        size_t end = at + 1; /* a segment is "/name" */
        while (end < len && path[end] != '/')
            end++;
        struct str segment = {path + at, end - at};
        bool last = end == len;
        if (str_eq(segment, S("/.")) || str_eq(segment, S("/.."))) {
            if (segment.len == 3)
                while (out > 0 && path[--out] != '/') {
                }
            if (last)
                path[out++] = '/';
        } else {
            memmove(path + out, segment.ptr, segment.len);
            out += segment.len;
        }
        at = end;
    }
    return out;
}

bool url_canonical(struct str host, uint16_t port, struct str target,
                   char out[SELECTOR_URL_MAX + 1], struct str *ret_url)
{
    struct str ignored, query;
    struct url_out o = {.ptr = out, .size = SELECTOR_URL_MAX};
    target = str_cut(target, '#', &ignored);
    struct str path = str_cut(target, '?', &query);
    bool v6 = host.len && memchr(host.ptr, ':', host.len);

    if (v6)
        put(&o, '[');
    for (size_t i = 0; i < host.len; i++)
        put(&o, host.ptr[i]);
    if (v6)
        put(&o, ']');
    if (port && port != 80 && port != 443) {
        char text[8];
        int n = snprintf(text, sizeof text, ":%u", port);
        for (int i = 0; i < n; i++)
            put(&o, text[i]);
    }
    size_t from = o.len;
    if (path.len == 0 || path.ptr[0] != '/')
        put(&o, '/');
    put_normal(&o, path);
    o.len = from + remove_dots(out + from, o.len - from);
    if (query.len) {
        put(&o, '?');
        put_normal(&o, query);
    }
    if (o.over)
        return false;
    out[o.len] = '\0';
    *ret_url = (struct str){out, o.len};
    return true;
}

/* Splits host, port and target. False when the port is not one. */
static bool split(struct str url, struct str *ret_host, uint16_t *ret_port, struct str *ret_target)
{
    const char *slash = url.len ? memchr(url.ptr, '/', url.len) : NULL;
    struct str place = {url.ptr, slash ? (size_t)(slash - url.ptr) : url.len};
    struct str port, bracket;
    *ret_target = str_skip(url, place.len);
    if (place.len && place.ptr[0] == '[') {
        *ret_host = str_cut(str_skip(place, 1), ']', &bracket);
        port = str_skip(bracket, 1);
    } else {
        *ret_host = str_cut(place, ':', &port);
    }
    unsigned value = 0;
    for (size_t i = 0; i < port.len; i++) {
        if (i == 5 || port.ptr[i] < '0' || port.ptr[i] > '9')
            return false;
        value = value * 10 + (unsigned)(port.ptr[i] - '0');
    }
    *ret_port = (uint16_t)value;
    return value <= UINT16_MAX;
}

struct str url_host(struct str url)
{
    struct str host, target;
    uint16_t port;
    return split(url, &host, &port, &target) ? host : STR_NONE;
}

static bool is_host(struct str host)
{
    struct addr a;
    struct err e;
    char text[ADDR_TEXT_SIZE];
    if (addr_parse(host, &a, &e))
        return str_eq(addr_format(&a, text), host);
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        if (!ascii_is_alnum(c) && !(c && strchr("-._", c)))
            return false;
        if (c >= 'A' && c <= 'Z')
            return false;
    }
    return host.len > 0 && host.len <= 253;
}

bool url_is_canonical(struct str url)
{
    struct str host, target, again;
    uint16_t port;
    char text[SELECTOR_URL_MAX + 1];
    return split(url, &host, &port, &target) && is_host(host) &&
           url_canonical(host, port, target, text, &again) && str_eq(again, url);
}
