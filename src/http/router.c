/* router.c - match a path against the rows, segment by segment; the most literal row wins.
 *
 * A walk over some hundred rows costs less than the JSON of the smallest answer, so there is no tree.
 */
#include "http/router_private.h"

static const char *const method_names[] = {
    [HTTP_GET] = "GET",     [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
};
_Static_assert(COUNT(method_names) == HTTP_METHOD_COUNT, "every method has its name");

const char *http_method_name(enum http_method m)
{
    return method_names[m];
}

static struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

void route_allow_text(unsigned allow, char out[ROUTE_ALLOW_SIZE])
{
    int n = snprintf(out, ROUTE_ALLOW_SIZE, "OPTIONS%s", allow & 1u << HTTP_GET ? ", HEAD" : "");
    for (unsigned m = 0; m < HTTP_METHOD_COUNT && n > 0 && n < ROUTE_ALLOW_SIZE; m++)
        if (allow & 1u << m)
            n += snprintf(out + n, ROUTE_ALLOW_SIZE - (size_t)n, ", %s", method_names[m]);
}

/* "{name}" or "{name*}": its name; otherwise STR_NONE. */
static struct str named(struct str segment, bool *ret_rest)
{
    bool is_named = segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
    if (!is_named)
        return STR_NONE;
    struct str name = {segment.ptr + 1, segment.len - 2};
    *ret_rest = name.ptr[name.len - 1] == '*';
    if (*ret_rest)
        name.len--;
    return name;
}

static struct str join(struct arena *a, const struct str *segments, size_t count)
{
    size_t len = count - 1;
    for (size_t i = 0; i < count; i++)
        len += segments[i].len;
    char *out = arena_alloc(a, len + 1, 1), *at = out;
    for (size_t i = 0; out && i < count; i++) {
        if (i)
            *at++ = '/';
        if (segments[i].len)
            memcpy(at, segments[i].ptr, segments[i].len);
        at += segments[i].len;
    }
    return out ? (struct str){out, len} : STR_NONE;
}

/* How literal the match is: a bit for each segment, the first one heaviest; -1: no match. */
static int64_t match_path(const char *pattern, struct arena *a, const struct uri *u,
                          struct route_match *m)
{
    struct str rest = str_skip(str_of(pattern), 1);
    int64_t literal = 1;
    m->arg_count = 0;
    for (size_t i = 0; i < u->segment_count; i++) {
        struct str left, segment = str_cut(rest, '/', &left);
        bool last = segment.len == rest.len, takes_rest = false;
        struct str name = named(segment, &takes_rest);
        struct str value = u->segments[i];
        if (takes_rest)
            value = join(a, u->segments + i, u->segment_count - i);

        literal = literal << 1 | (name.len == 0);
        if (name.len ? value.len == 0 : !str_eq(segment, value))
            return -1;
        if (name.len)
            m->args[m->arg_count++] = (struct uri_param){name, value};
        if (takes_rest)
            return literal << (u->segment_count - i - 1);
        if (last)
            return i + 1 == u->segment_count ? literal : -1;
        rest = left;
    }
    return -1;
}

enum route_outcome route_find(const struct route_tables *t, struct arena *a, struct str method,
                              const struct uri *u, struct route_match *ret)
{
    int64_t best = -1;
    unsigned allow = 0;
    struct str wanted = str_eq(method, S("HEAD")) ? S("GET") : method;

    *ret = (struct route_match){0};
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = 0; k < t->tables[i].count; k++) {
            const struct http_route *row = &t->tables[i].rows[k];
            struct route_match m = {.route = row};
            int64_t literal = match_path(row->path, a, u, &m);
            if (literal < 0)
                continue;
            allow |= 1u << row->method;
            if (literal > best && str_eq(wanted, str_of(method_names[row->method]))) {
                best = literal;
                *ret = m;
            }
        }
    }
    ret->allow = allow;
    return ret->route ? ROUTE_FOUND : allow ? ROUTE_METHOD : ROUTE_NONE;
}

static bool check_row(const struct http_route *row, struct err *e)
{
    if (!row->path || row->path[0] != '/' || !row->run || !row->summary ||
        row->method >= HTTP_METHOD_COUNT)
        return err_set(e, ERR_INVALID, "route %s lacks something", row->path ? row->path : "?");

    size_t args = 0, segments = 0;
    struct str rest = str_of(row->path + 1);
    for (bool more = true; more; segments++) {
        struct str left, segment = str_cut(rest, '/', &left);
        more = segment.len < rest.len;
        bool takes_rest = false;
        args += named(segment, &takes_rest).len > 0;
        if (takes_rest && more)
            return err_set(e, ERR_INVALID, "route %s goes on after '*'", row->path);
        rest = left;
    }
    if (args > ROUTE_ARGS_MAX || segments > URI_SEGMENTS_MAX)
        return err_set(e, ERR_INVALID, "route %s is too deep", row->path);
    return true;
}

/* The same path but for the names in it: both rows would answer the same requests. */
static bool same_requests(const struct http_route *x, const struct http_route *y)
{
    struct str p = str_of(x->path), q = str_of(y->path);
    if (x->method != y->method)
        return false;
    while (p.len || q.len) {
        bool p_rest = false, q_rest = false;
        struct str a = str_cut(p, '/', &p), b = str_cut(q, '/', &q);
        bool p_named = named(a, &p_rest).len > 0, q_named = named(b, &q_rest).len > 0;
        if (p_named != q_named || p_rest != q_rest || (!p_named && !str_eq(a, b)))
            return false;
    }
    return true;
}

bool route_tables_check(const struct route_tables *t, struct err *e)
{
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = 0; k < t->tables[i].count; k++) {
            const struct http_route *row = &t->tables[i].rows[k];
            struct route_tables before = {t->tables, i + 1};
            if (!check_row(row, e))
                return false;
            for (size_t x = 0; x < before.count; x++)
                for (size_t y = 0; y < (x == i ? k : t->tables[x].count); y++)
                    if (same_requests(row, &t->tables[x].rows[y]))
                        return err_set(e, ERR_CONFLICT, "two routes for %s %s",
                                       method_names[row->method], row->path);
        }
    }
    return true;
}
