/* sse.c - see sse.h. The input is cut into lines; a line changes the event that is being gathered. */
#include "http/sse.h"

void sse_drop(struct sse *s)
{
    buf_drop(&s->input);
    buf_drop(&s->data);
    buf_drop(&s->event);
    buf_drop(&s->id);
    buf_drop(&s->last_id);
}

static void forget_event(struct sse *s)
{
    buf_clear(&s->data);
    buf_clear(&s->event);
    s->has_data = false;
    s->given = false;
}

void sse_restart(struct sse *s)
{
    buf_clear(&s->input);
    s->read = 0;
    s->started = s->after_cr = s->over = false;
    forget_event(s);
    buf_clear(&s->id);
    buf_put(&s->id, buf_str(&s->last_id));
}

bool sse_feed(struct sse *s, struct str bytes)
{
    if (s->read) {
        s->input.len -= s->read;
        memmove(s->input.ptr, s->input.ptr + s->read, s->input.len);
        s->read = 0;
    }
    if (!s->over && bytes.len)
        s->over = !buf_put(&s->input, bytes);
    return !s->over;
}

static struct str unread(const struct sse *s)
{
    return str_skip(buf_str(&s->input), s->read);
}

/* False: no whole line is there yet. */
static bool next_line(struct sse *s, struct str *ret_line)
{
    struct str in = unread(s);
    if (s->after_cr && in.len) {
        s->after_cr = false;
        if (in.ptr[0] == '\n')
            s->read++;
        in = unread(s);
    }
    size_t n = 0;
    while (n < in.len && in.ptr[n] != '\n' && in.ptr[n] != '\r')
        n++;
    if (n == in.len)
        return false;
    s->after_cr = in.ptr[n] == '\r';
    s->read += n + 1;
    *ret_line = (struct str){in.ptr, n};
    return true;
}

/* At the very start a BOM is skipped. False: too little has come to tell. */
static bool skip_bom(struct sse *s)
{
    static const char bom[] = "\xef\xbb\xbf";
    struct str in = unread(s);
    size_t n = in.len < 3 ? in.len : 3;
    if (s->started)
        return true;
    if (n == 0)
        return false;
    bool may_be = memcmp(in.ptr, bom, n) == 0;
    if (may_be && n < 3)
        return false;
    if (may_be)
        s->read += 3;
    s->started = true;
    return true;
}

static void set_retry(struct sse *s, struct str digits)
{
    uint64_t n = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char d = digits.ptr[i];
        if (d < '0' || d > '9' || __builtin_mul_overflow(n, 10u, &n) ||
            __builtin_add_overflow(n, (uint64_t)(d - '0'), &n))
            return;
    }
    if (digits.len)
        s->retry_ms = n;
}

static bool take_field(struct sse *s, struct str name, struct str value)
{
    if (str_eq(name, S("data"))) {
        bool fits = (!s->has_data || buf_byte(&s->data, '\n')) && buf_put(&s->data, value);
        s->has_data = true;
        return fits;
    }
    if (str_eq(name, S("event"))) {
        buf_clear(&s->event);
        return buf_put(&s->event, value);
    }
    if (str_eq(name, S("id")) && !(value.len && memchr(value.ptr, '\0', value.len))) {
        buf_clear(&s->id);
        return buf_put(&s->id, value);
    }
    if (str_eq(name, S("retry")))
        set_retry(s, value);
    return true;
}

static bool take_line(struct sse *s, struct str line)
{
    struct str value, name = str_cut(line, ':', &value);
    if (name.len == 0) /* a comment */
        return true;
    if (str_starts(value, S(" ")))
        value = str_skip(value, 1);
    return take_field(s, name, value);
}

bool sse_next(struct sse *s, struct sse_event *ret)
{
    if (s->given)
        forget_event(s);
    if (s->over || !skip_bom(s))
        return false;
    for (struct str line; next_line(s, &line);) {
        if (line.len) {
            s->over = !take_line(s, line);
            if (s->over)
                return false;
            continue;
        }
        buf_clear(&s->last_id);
        buf_put(&s->last_id, buf_str(&s->id));
        if (!s->has_data) {
            forget_event(s);
            continue;
        }
        s->given = true;
        *ret = (struct sse_event){
            .event = s->event.len ? buf_str(&s->event) : S("message"),
            .data = buf_str(&s->data),
            .id = buf_str(&s->last_id),
        };
        return true;
    }
    return false;
}
