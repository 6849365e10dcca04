/* json.c - recursive descent over a slice, with a depth limit. One function a grammar rule. */
#include "core/json/json_private.h"

#if defined(__SSE2__)
#    include <emmintrin.h>
#endif

struct parser {
    const char *at, *end, *start;
    struct arena *memory;
    struct err *e;
    int depth;
    bool tolerant; /* a repeated name is taken */
};

/* Where `at` is, for people (line and column) and for tools (byte). Counted only on failure. */
static bool fail_at(struct parser *p, const char *at, enum err_code code, const char *what)
{
    size_t line = 1;
    const char *row = p->start;
    for (const char *s = p->start; (s = memchr(s, '\n', (size_t)(at - s))) != NULL; row = ++s)
        line++;
    return err_set(p->e, code, "%s, line %zu, column %td (byte %td)", what, line, at - row + 1,
                   at - p->start);
}

static bool fail(struct parser *p, const char *what)
{
    return fail_at(p, p->at, ERR_INVALID, what);
}

static bool no_room(struct parser *p)
{
    return err_set(p->e, ERR_LIMIT, "document needs more than %zu bytes", p->memory->limit);
}

static void skip_space(struct parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t'))
        p->at++;
}

static bool next_is(struct parser *p, char c)
{
    bool yes = p->at < p->end && *p->at == c;
    p->at += yes;
    return yes;
}

#if defined(__SSE2__)
/* Sixteen bytes a step. As signed bytes, controls and everything beyond ASCII lie below a space. */
static const char *skip_blocks(const char *at, const char *end)
{
    const __m128i space = _mm_set1_epi8(' '), quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    for (; end - at >= 16; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i stop = _mm_or_si128(_mm_cmplt_epi8(block, space),
                                    _mm_or_si128(_mm_cmpeq_epi8(block, quote),
                                                 _mm_cmpeq_epi8(block, backslash)));
        unsigned which = (unsigned)_mm_movemask_epi8(stop);
        if (which)
            return at + __builtin_ctz(which);
    }
    return at;
}
#else
static const char *skip_blocks(const char *at, const char *end)
{
    (void)end;
    return at;
}
#endif

static const bool plain[256] = {[0x20 ... 0x21] = true,
                                [0x23 ... 0x5b] = true,
                                [0x5d ... 0x7f] = true};

const char *json_skip_plain(const char *at, const char *end)
{
    at = skip_blocks(at, end);
    while (at < end && plain[(unsigned char)*at])
        at++;
    return at;
}

size_t utf8_length(const unsigned char *s, size_t left)
{
    size_t n = s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    if (n == 0 || n > left)
        return 0;
    unsigned low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

static bool read_hex4(struct parser *p, unsigned *ret_value)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++, p->at++) {
        int c = p->at < p->end ? *p->at : 0;
        int digit = c >= '0' && c <= '9'                 ? c - '0'
                    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 87
                                                         : -1;
        if (digit < 0)
            return fail(p, "bad \\u escape");
        value = value << 4 | (unsigned)digit;
    }
    *ret_value = value;
    return true;
}

static char *put_utf8(char *out, unsigned c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(lead[more] | c >> (6 * more));
    while (more--)
        *out++ = (char)(0x80 | (c >> (6 * more) & 0x3f));
    return out;
}

static bool read_escape(struct parser *p, char **out)
{
    static const char meaning[256] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                      ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    unsigned char c = p->at < p->end ? (unsigned char)*p->at++ : 0;
    if (meaning[c]) {
        *(*out)++ = meaning[c];
        return true;
    }
    unsigned high = 0, low = 0;
    if (c != 'u')
        return fail(p, "unknown escape");
    if (!read_hex4(p, &high))
        return false;
    if (high >= 0xd800 && high < 0xdc00) {
        if (!next_is(p, '\\') || !next_is(p, 'u') || !read_hex4(p, &low) || low < 0xdc00 ||
            low > 0xdfff)
            return fail(p, "half a surrogate pair");
        high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    } else if (high >= 0xdc00 && high < 0xe000) {
        return fail(p, "half a surrogate pair");
    }
    *out = put_utf8(*out, high);
    return true;
}

/* After the opening quote. Checks as it goes; copies only if there is an escape to undo. */
static bool read_string(struct parser *p, struct str *ret)
{
    const char *from = p->at;
    size_t escapes = 0;
    for (;;) {
        p->at = json_skip_plain(p->at, p->end);
        if (p->at == p->end)
            return fail(p, "string without an end");
        if (*p->at == '"')
            break;
        if (*p->at == '\\') {
            escapes++;
            p->at += p->end - p->at > 1 ? 2 : 1;
            continue;
        }
        size_t n = utf8_length((const unsigned char *)p->at, (size_t)(p->end - p->at));
        if (n == 0)
            return fail(p, "control byte or bad UTF-8 in a string");
        p->at += n;
    }
    const char *to = p->at++;
    *ret = (struct str){from, (size_t)(to - from)};
    if (!escapes)
        return true;

    char *out = arena_alloc(p->memory, ret->len, 1); /* undoing an escape only ever shortens */
    if (!out)
        return no_room(p);
    char *write = out;
    struct parser in = *p;
    for (in.at = from; in.at < to;) {
        const char *stop = memchr(in.at, '\\', (size_t)(to - in.at));
        size_t n = (size_t)((stop ? stop : to) - in.at);
        memcpy(write, in.at, n);
        write += n;
        in.at += n + 1;
        if (stop && !read_escape(&in, &write))
            return false;
    }
    *ret = (struct str){out, (size_t)(write - out)};
    return true;
}

static size_t skip_digits(struct parser *p)
{
    const char *from = p->at;
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
        p->at++;
    return (size_t)(p->at - from);
}

static bool read_number(struct parser *p, struct str *ret)
{
    const char *from = p->at;
    next_is(p, '-');
    if (!next_is(p, '0') && !skip_digits(p))
        return fail(p, "not a value");
    if (next_is(p, '.') && !skip_digits(p))
        return fail(p, "no digit after the point");
    if (next_is(p, 'e') || next_is(p, 'E')) {
        if (!next_is(p, '-'))
            next_is(p, '+');
        if (!skip_digits(p))
            return fail(p, "no digit in the exponent");
    }
    *ret = (struct str){from, (size_t)(p->at - from)};
    return true;
}

static bool read_word(struct parser *p, struct str word)
{
    if (!str_starts((struct str){p->at, (size_t)(p->end - p->at)}, word))
        return fail(p, "not a value");
    p->at += word.len;
    return true;
}

static bool read_value(struct parser *p, struct json *v);

static bool read_name(struct parser *p, struct json *v)
{
    if (!next_is(p, '"'))
        return fail(p, "a member needs a name");
    if (!read_string(p, &v->key))
        return false;
    skip_space(p);
    if (!next_is(p, ':'))
        return fail(p, "no ':' after a name");
    skip_space(p);
    return true;
}

/* A name's slice lies in the input unless an escape was undone; then the object's place must do. */
static bool names_differ(struct parser *p, const struct json *object, const char *object_at)
{
    size_t compared;
    const struct json *again = json_repeated_name(object, &compared);
    if (!again)
        return true;
    bool inside = (uintptr_t)again->key.ptr >= (uintptr_t)p->start &&
                  (uintptr_t)again->key.ptr < (uintptr_t)p->end;
    char what[96];
    snprintf(what, sizeof what, "name \"%.*s\" stands twice in one object",
             (int)(again->key.len < 40 ? again->key.len : 40), again->key.ptr);
    return fail_at(p, inside ? again->key.ptr : object_at, ERR_INVALID, what);
}

static bool read_children(struct parser *p, struct json *parent, char close)
{
    const char *from = p->at - 1;
    const struct json **tail = &parent->child;
    if (++p->depth > JSON_DEPTH_MAX)
        return fail_at(p, from, ERR_LIMIT, "nested too deep");
    skip_space(p);
    if (next_is(p, close))
        return p->depth--, true;
    do {
        struct json *v = arena_new(p->memory, struct json);
        if (!v)
            return no_room(p);
        skip_space(p);
        if (close == '}' && !read_name(p, v))
            return false;
        if (!read_value(p, v))
            return false;
        *tail = v;
        tail = &v->next;
        parent->count++;
        skip_space(p);
    } while (next_is(p, ','));
    p->depth--;
    if (!next_is(p, close))
        return fail(p, close == '}' ? "no ',' or '}'" : "no ',' or ']'");
    return close == ']' || p->tolerant || names_differ(p, parent, from);
}

static bool read_value(struct parser *p, struct json *v)
{
    switch (p->at < p->end ? *p->at : 0) {
    case '{': v->kind = JSON_OBJECT, p->at++; return read_children(p, v, '}');
    case '[': v->kind = JSON_ARRAY, p->at++; return read_children(p, v, ']');
    case '"': v->kind = JSON_STRING, p->at++; return read_string(p, &v->text);
    case 't': v->kind = JSON_TRUE; return read_word(p, S("true"));
    case 'f': v->kind = JSON_FALSE; return read_word(p, S("false"));
    case 'n': v->kind = JSON_NULL; return read_word(p, S("null"));
    default: v->kind = JSON_NUMBER; return read_number(p, &v->text);
    }
}

static const struct json *parse(struct parser *p, struct arena *a, struct str text, struct err *e)
{
    p->start = p->at = text.len ? text.ptr : ""; /* an empty slice may have no pointer */
    p->end = p->start + text.len;
    p->memory = a;
    p->e = e;
    struct json *v = arena_new(a, struct json);
    if (!v)
        return no_room(p), NULL;
    skip_space(p);
    if (!read_value(p, v))
        return NULL;
    skip_space(p);
    return v;
}

static const struct json *parse_whole(struct parser *p, struct arena *a, struct str text,
                                      struct err *e)
{
    const struct json *v = parse(p, a, text, e);
    if (v && p->at != p->end)
        return fail(p, "more text after the value"), NULL;
    return v;
}

const struct json *json_parse(struct arena *a, struct str text, struct err *e)
{
    return parse_whole(&(struct parser){.tolerant = false}, a, text, e);
}

const struct json *json_parse_tolerant(struct arena *a, struct str text, struct err *e)
{
    return parse_whole(&(struct parser){.tolerant = true}, a, text, e);
}

const struct json *json_parse_first(struct arena *a, struct str text, struct str *ret_rest,
                                    struct err *e)
{
    struct parser p = {.tolerant = false};
    const struct json *v = parse(&p, a, text, e);
    if (v)
        *ret_rest = str_skip(text, (size_t)(p.at - p.start));
    return v;
}
