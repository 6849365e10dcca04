/* jsonw.c - the JSON writer, and the one place where text is quoted. See jsonw.h. */
#include "core/jsonw.h"

#include "core/json/json_private.h"
#include "core/time.h"

#include <assert.h>
#include <math.h>

static void put_escape(struct buf *out, unsigned char c)
{
    static const char letter[128] = {['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
                                     ['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't'};
    if (letter[c])
        buf_bytes(out, (const char[]){'\\', letter[c]}, 2);
    else
        buf_fmt(out, "\\u%04x", c);
}

void json_quote(struct buf *out, struct str text)
{
    const char *at = text.len ? text.ptr : "", *end = at + text.len;
    buf_byte(out, '"');
    while (at < end) {
        const char *stop = json_skip_plain(at, end);
        buf_bytes(out, at, (size_t)(stop - at));
        at = stop;
        if (at == end)
            break;
        unsigned char c = (unsigned char)*at;
        size_t n = c < 0x80 ? 1 : utf8_length((const unsigned char *)at, (size_t)(end - at));
        if (c < 0x80)
            put_escape(out, c);
        else if (n)
            buf_bytes(out, at, n);
        else
            buf_put(out, S("\xef\xbf\xbd"));
        at += n ? n : 1;
    }
    buf_byte(out, '"');
}

static void start_value(struct jsonw *w)
{
    if (w->comma)
        buf_byte(w->out, ',');
    w->comma = true;
}

static void start_children(struct jsonw *w, char open, char close)
{
    assert(w->depth < JSONW_DEPTH_MAX);
    start_value(w);
    buf_byte(w->out, open);
    w->close[w->depth++] = close;
    w->comma = false;
}

void jw_object(struct jsonw *w)
{
    start_children(w, '{', '}');
}

void jw_array(struct jsonw *w)
{
    start_children(w, '[', ']');
}

void jw_end(struct jsonw *w)
{
    assert(w->depth > 0);
    buf_byte(w->out, w->close[--w->depth]);
    w->comma = true;
}

void jw_key_str(struct jsonw *w, struct str key)
{
    assert(w->depth > 0 && w->close[w->depth - 1] == '}');
    start_value(w);
    json_quote(w->out, key);
    buf_byte(w->out, ':');
    w->comma = false;
}

void jw_key(struct jsonw *w, const char *key)
{
    jw_key_str(w, (struct str){key, strlen(key)});
}

void jw_str(struct jsonw *w, struct str text)
{
    start_value(w);
    json_quote(w->out, text);
}

void jw_int(struct jsonw *w, int64_t value)
{
    start_value(w);
    buf_fmt(w->out, "%lld", (long long)value);
}

void jw_uint(struct jsonw *w, uint64_t value)
{
    start_value(w);
    buf_fmt(w->out, "%llu", (unsigned long long)value);
}

void jw_double(struct jsonw *w, double value)
{
    start_value(w);
    if (isfinite(value))
        number_put(w->out, value);
    else
        buf_put(w->out, S("null"));
}

void jw_bool(struct jsonw *w, bool value)
{
    start_value(w);
    buf_put(w->out, value ? S("true") : S("false"));
}

void jw_null(struct jsonw *w)
{
    start_value(w);
    buf_put(w->out, S("null"));
}

void jw_raw(struct jsonw *w, struct str json)
{
    start_value(w);
    buf_put(w->out, json);
}

/* By itself, not by jw_object: what was read may nest deeper than what we write of our own. */
static void put_value(struct buf *out, const struct json *v)
{
    static const struct str words[] = {
        [JSON_NULL] = S_("null"), [JSON_FALSE] = S_("false"), [JSON_TRUE] = S_("true")};
    switch (v->kind) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE: buf_put(out, words[v->kind]); return;
    case JSON_NUMBER: buf_put(out, v->text); return;
    case JSON_STRING: json_quote(out, v->text); return;
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    bool object = v->kind == JSON_OBJECT;
    buf_byte(out, object ? '{' : '[');
    for (json_each(child, v)) {
        if (child != v->child)
            buf_byte(out, ',');
        if (object) {
            json_quote(out, child->key);
            buf_byte(out, ':');
        }
        put_value(out, child);
    }
    buf_byte(out, object ? '}' : ']');
}

void jw_value(struct jsonw *w, const struct json *v)
{
    start_value(w);
    if (v)
        put_value(w->out, v);
    else
        buf_put(w->out, S("null"));
}

void jw_time(struct jsonw *w, int64_t us)
{
    char text[TIME_TEXT_SIZE];
    jw_str(w, time_format(us, text));
}

void jw_member_str(struct jsonw *w, const char *key, struct str text)
{
    jw_key(w, key);
    jw_str(w, text);
}

void jw_member_cstr(struct jsonw *w, const char *key, const char *text)
{
    jw_member_str(w, key, text ? (struct str){text, strlen(text)} : STR_NONE);
}

void jw_member_int(struct jsonw *w, const char *key, int64_t value)
{
    jw_key(w, key);
    jw_int(w, value);
}

void jw_member_bool(struct jsonw *w, const char *key, bool value)
{
    jw_key(w, key);
    jw_bool(w, value);
}

void jw_member_time(struct jsonw *w, const char *key, int64_t us)
{
    jw_key(w, key);
    jw_time(w, us);
}
