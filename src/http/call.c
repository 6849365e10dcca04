/* call.c - what a handler may ask of its call (route.h). */
#include "http/exchange_private.h"

static const struct str *find(const struct uri_param *params, size_t count, const char *name)
{
    struct str wanted = {name, strlen(name)};
    for (size_t i = 0; i < count; i++)
        if (str_eq(params[i].name, wanted))
            return &params[i].value;
    return NULL;
}

struct str http_arg(const struct http_call *c, const char *name)
{
    const struct route_match *m = &c->exchange->match;
    const struct str *value = find(m->args, m->arg_count, name);
    return value ? *value : STR_NONE;
}

struct str http_query(const struct http_call *c, const char *name)
{
    const struct uri *u = &c->exchange->uri;
    const struct str *value = find(u->params, u->param_count, name);
    return value ? *value : STR_NONE;
}

bool http_has_query(const struct http_call *c, const char *name)
{
    const struct uri *u = &c->exchange->uri;
    return find(u->params, u->param_count, name) != NULL;
}

bool http_query_int(const struct http_call *c, const char *name, const int64_t bounds[2],
                    int64_t otherwise, int64_t *ret_value, struct err *e)
{
    int64_t n = 0;
    struct str text = http_query(c, name), digits = text;
    if (!http_has_query(c, name)) {
        *ret_value = otherwise;
        return true;
    }
    bool minus = str_starts(text, S("-")), good;
    if (minus)
        digits = str_skip(text, 1);
    good = digits.len > 0;
    for (size_t i = 0; good && i < digits.len; i++) {
        char d = digits.ptr[i];
        good = d >= '0' && d <= '9' && !__builtin_mul_overflow(n, INT64_C(10), &n) &&
               !__builtin_sub_overflow(n, (int64_t)(d - '0'), &n);
    }
    if (good && !minus) /* counted downwards, where there is room for one more */
        good = !__builtin_sub_overflow(INT64_C(0), n, &n);
    if (!good || n < bounds[0] || n > bounds[1])
        return err_set(e, ERR_INVALID, "parameter %s: '" STR_FMT "' is no number from %lld to %lld",
                       name, STR_ARG(text), (long long)bounds[0], (long long)bounds[1]);
    *ret_value = n;
    return true;
}

struct str http_header(const struct http_call *c, enum http_header name)
{
    return c->exchange->headers[name];
}

void http_follow(struct http_call *c, struct stream_hub *hub, struct str class, bool from_start)
{
    c->exchange->hub = hub;
    c->exchange->stream_class = class;
    c->exchange->from_start = from_start;
}
