/* openapi.c - the rows, sorted and written as OpenAPI 3.1. */
#include "http/openapi.h"

#include "core/jsonw.h"
#include "http/router_private.h"

struct row {
    const struct http_route *route;
};

static int by_path(const void *a, const void *b)
{
    const struct http_route *x = ((const struct row *)a)->route;
    const struct http_route *y = ((const struct row *)b)->route;
    int order = strcmp(x->path, y->path);
    return order ? order : (int)x->method - (int)y->method;
}

/* `{name*}` is written `{name}`: the standard has no word for the rest of a path. */
static void put_path_key(struct jsonw *w, const char *path)
{
    char text[512];
    size_t n = 0;
    for (const char *c = path; *c && n + 1 < sizeof text; c++)
        if (!(*c == '*' && c[1] == '}'))
            text[n++] = *c;
    jw_key_str(w, (struct str){text, n});
}

static void put_type(struct jsonw *w)
{
    jw_key(w, "schema");
    jw_object(w);
    jw_member_cstr(w, "type", "string");
    jw_end(w);
}

static void put_parameter(struct jsonw *w, struct str name, const char *in, const char *what,
                          bool required)
{
    jw_object(w);
    jw_member_str(w, "name", name);
    jw_member_cstr(w, "in", in);
    if (what)
        jw_member_cstr(w, "description", what);
    jw_member_bool(w, "required", required);
    put_type(w);
    jw_end(w);
}

static void put_parameters(struct jsonw *w, const struct http_route *r)
{
    jw_key(w, "parameters");
    jw_array(w);
    for (const char *open = strchr(r->path, '{'); open; open = strchr(open + 1, '{')) {
        size_t n = strcspn(open + 1, "*}");
        put_parameter(w, (struct str){open + 1, n}, "path", NULL, true);
    }
    for (const struct http_param *p = r->query; p && p->name; p++)
        put_parameter(w, (struct str){p->name, strlen(p->name)}, "query", p->what, p->required);
    if (r->flags & HTTP_STREAMS)
        put_parameter(w, S("Last-Event-ID"), "header", "the last event that was seen", false);
    jw_end(w);
}

static void put_content(struct jsonw *w, const char *type, const char *schema)
{
    jw_key(w, "content");
    jw_object(w);
    jw_key(w, type);
    jw_object(w);
    if (schema) {
        char ref[160];
        int n = snprintf(ref, sizeof ref, "#/components/schemas/%s", schema);
        jw_key(w, "schema");
        jw_object(w);
        jw_member_str(w, "$ref", (struct str){ref, (size_t)n});
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

static void put_responses(struct jsonw *w, const struct http_route *r)
{
    jw_key(w, "responses");
    jw_object(w);
    jw_key(w, "2XX");
    jw_object(w);
    jw_member_cstr(w, "description", "done");
    if (r->flags & HTTP_STREAMS)
        put_content(w, "text/event-stream", NULL);
    else
        put_content(w, "application/json", r->response);
    jw_end(w);
    jw_key(w, "default");
    jw_object(w);
    jw_member_cstr(w, "description", "a problem (RFC 9457)");
    put_content(w, "application/problem+json", "Problem");
    jw_end(w);
    jw_end(w);
}

static void put_operation(struct jsonw *w, const struct http_route *r)
{
    static const char *const keys[] = {"get", "post", "put", "patch", "delete"};
    jw_key(w, keys[r->method]);
    jw_object(w);
    jw_member_cstr(w, "summary", r->summary);
    put_parameters(w, r);
    if (r->request || r->method == HTTP_POST || r->method == HTTP_PUT || r->method == HTTP_PATCH) {
        jw_key(w, "requestBody");
        jw_object(w);
        put_content(w, "application/json", r->request);
        jw_end(w);
    }
    put_responses(w, r);
    if (r->flags & HTTP_OPEN) {
        jw_key(w, "security");
        jw_array(w);
        jw_end(w);
    }
    jw_end(w);
}

static void put_paths(struct jsonw *w, const struct row *rows, size_t count)
{
    jw_key(w, "paths");
    jw_object(w);
    for (size_t i = 0; i < count; i++) {
        bool opens = i == 0 || strcmp(rows[i].route->path, rows[i - 1].route->path) != 0;
        bool closes = i + 1 == count || strcmp(rows[i].route->path, rows[i + 1].route->path) != 0;
        if (opens) {
            put_path_key(w, rows[i].route->path);
            jw_object(w);
        }
        put_operation(w, rows[i].route);
        if (closes)
            jw_end(w);
    }
    jw_end(w);
}

static void put_components(struct jsonw *w, const struct openapi *d)
{
    static const char problem[] =
        "{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\"],\"properties\":{"
        "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
        "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
        "\"instance\":{\"type\":\"string\"}}}";
    jw_key(w, "components");
    jw_object(w);
    jw_key(w, "schemas");
    jw_object(w);
    jw_key(w, "Problem");
    jw_raw(w, (struct str){problem, sizeof problem - 1});
    for (size_t i = 0; i < d->schema_count; i++) {
        jw_key(w, d->schemas[i].name);
        jw_raw(w, (struct str){d->schemas[i].json, strlen(d->schemas[i].json)});
    }
    jw_end(w);
    jw_key(w, "securitySchemes");
    jw_object(w);
    jw_key(w, "key");
    jw_raw(w, S("{\"type\":\"http\",\"scheme\":\"bearer\"}"));
    jw_key(w, "certificate");
    jw_raw(w, S("{\"type\":\"mutualTLS\"}"));
    jw_end(w);
    jw_end(w);
}

/* Every schema a row names must be there, and be JSON. */
static bool check_schemas(const struct openapi *d, const struct http_route *r, struct err *e)
{
    const char *names[] = {r->request, r->response};
    for (size_t n = 0; n < COUNT(names); n++) {
        bool found = !names[n];
        for (size_t i = 0; !found && i < d->schema_count; i++)
            found = strcmp(names[n], d->schemas[i].name) == 0;
        if (!found)
            return err_set(e, ERR_INVALID, "%s %s: no schema is called '%s'",
                           http_method_name(r->method), r->path, names[n]);
    }
    return true;
}

static bool parse_schemas(const struct openapi *d, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)16 << 20);
    for (size_t i = 0; i < d->schema_count; i++) {
        struct str text = {d->schemas[i].json, strlen(d->schemas[i].json)};
        if (!json_parse(&memory, text, e))
            return err_wrap(e, "schema %s", d->schemas[i].name);
    }
    return true;
}

/* In the arena, sorted. */
static const struct row *sort_rows(const struct openapi *d, struct arena *a, size_t *ret_count)
{
    size_t count = 0, n = 0;
    for (size_t i = 0; i < d->route_tables; i++)
        count += d->routes[i].count;
    struct row *rows = arena_array(a, struct row, count);
    for (size_t i = 0; rows && i < d->route_tables; i++)
        for (size_t k = 0; k < d->routes[i].count; k++)
            rows[n++].route = &d->routes[i].rows[k];
    if (n)
        qsort(rows, n, sizeof *rows, by_path);
    *ret_count = n;
    return rows;
}

bool openapi_write(const struct openapi *d, struct buf *out, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)16 << 20);
    size_t count = 0;
    const struct row *rows = sort_rows(d, &memory, &count);
    if (!rows)
        return err_set(e, ERR_LIMIT, "too many routes");
    for (size_t i = 0; i < count; i++)
        if (!check_schemas(d, rows[i].route, e))
            return false;
    if (!parse_schemas(d, e))
        return false;

    struct jsonw w = JSONW(out);
    jw_object(&w);
    jw_member_cstr(&w, "openapi", "3.1.0");
    jw_key(&w, "info");
    jw_object(&w);
    jw_member_cstr(&w, "title", d->title);
    jw_member_cstr(&w, "version", d->version);
    if (d->description)
        jw_member_cstr(&w, "description", d->description);
    jw_end(&w);
    jw_key(&w, "security");
    jw_raw(&w, S("[{\"key\":[]},{\"certificate\":[]}]"));
    put_paths(&w, rows, count);
    put_components(&w, d);
    jw_end(&w);
    return !out->over || err_set(e, ERR_LIMIT, "the document is larger than %zu bytes", out->limit);
}
