/* test_problem.c - a refusal says what it may, in the shape of RFC 9457; the OpenAPI document is JSON. */
#include "core/json.h"
#include "http/backoff.h"
#include "http/openapi.h"
#include "http/problem.h"
#include "tests/check.h"

static const struct json *written(struct arena *a, const struct problem *p, struct buf *out)
{
    problem_write(p, out);
    struct err e = {0};
    const struct json *v = json_parse(a, buf_str(out), &e);
    assert_non_null(v);
    return v;
}

static void every_error_has_a_problem_of_its_status(void **state)
{
    (void)state;
    for (unsigned code = ERR_INVALID; code < ERR_COUNT; code++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        AUTO(buf_drop) struct buf out = BUF(4096);
        struct err e = {0};
        err_set(&e, code, "the words of %s \"quoted\"", err_name(code));
        struct problem p = problem_of(&e);
        p.instance = S("urn:hinomi:request:1");
        const struct json *v = written(&memory, &p, &out);
        int64_t status = 0;
        assert_true(json_int(v, S("status"), &status));
        CHECK_INT(status, err_http_status(code), err_name(code));
        assert_true(str_starts(json_text(v, S("type")), S("urn:hinomi:problem:")));
        assert_true(json_text(v, S("title")).len > 0);
        CHECK_INT(json_text(v, S("detail")).len > 0, status < 500, err_name(code));
        assert_true(str_eq(json_text(v, S("instance")), S("urn:hinomi:request:1")));
    }
}

static void what_failed_inside_is_not_told(void **state)
{
    (void)state;
    struct err e = {0};
    err_set(&e, ERR_IO, "opening /var/lib/hinomi/keys.db: denied");
    struct problem p = problem_of(&e);
    assert_int_equal(p.status, 500);
    assert_int_equal(p.detail.len, 0);
    struct err none = {0}; /* a handler that failed without saying why */
    assert_int_equal(problem_of(&none).status, 500);
    assert_int_equal(problem_status(499).status, 500);
}

static bool run(struct http_call *c, struct err *e)
{
    (void)c;
    (void)e;
    return true;
}

static const struct http_param page[] = {{"limit", "how many", false}, {NULL}};
static const struct http_route rows[] = {
    {HTTP_POST, "/v1/b", 1, run, "add b", .request = "B"},
    {HTTP_GET, "/v1/b", 1, run, "all b", .query = page},
    {HTTP_GET, "/v1/a/{id}", 1, run, "one a", .response = "B"},
    {HTTP_GET, "/v1/stream", 1, run, "events", .flags = HTTP_STREAMS},
    {HTTP_GET, "/log/tile/{path*}", 0, run, "a tile", .flags = HTTP_OPEN},
};

static void the_document_lists_every_row(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    struct http_route_table table = {rows, COUNT(rows)};
    struct http_schema schema = {"B", "{\"type\":\"object\"}"};
    struct openapi d = {.title = "t",
                        .version = "1",
                        .routes = &table,
                        .route_tables = 1,
                        .schemas = &schema,
                        .schema_count = 1};
    struct err e = {0};
    assert_true(openapi_write(&d, &out, &e));
    const struct json *v = json_parse(&memory, buf_str(&out), &e);
    assert_non_null(v);
    assert_true(str_eq(json_text(v, S("openapi")), S("3.1.0")));
    const struct json *paths = json_get(v, S("paths"));
    assert_int_equal(paths->count, 4);
    assert_non_null(json_get(json_get(paths, S("/v1/b")), S("post")));
    assert_non_null(json_get(json_get(paths, S("/v1/b")), S("get")));
    const struct json *tile = json_get(json_get(paths, S("/log/tile/{path}")), S("get"));
    assert_int_equal(json_get(tile, S("security"))->count, 0);
    const struct json *one = json_get(json_get(paths, S("/v1/a/{id}")), S("get"));
    assert_true(str_eq(json_text(json_get(one, S("parameters"))->child, S("name")), S("id")));

    d.schema_count = 0;
    assert_false(openapi_write(&d, &out, &e)); /* a row names a schema that is not there */
    schema.json = "{";
    d.schema_count = 1;
    assert_false(openapi_write(&d, &out, &e));
}

static void waits_grow_and_are_never_in_step(void **state)
{
    (void)state;
    struct backoff b = BACKOFF(100, 1000);
    static const unsigned spans[] = {100, 200, 400, 800, 1000, 1000};
    for (size_t i = 0; i < COUNT(spans); i++) {
        unsigned ms = backoff_next(&b);
        assert_in_range(ms, spans[i] / 2, spans[i]);
    }
    backoff_reset(&b);
    assert_in_range(backoff_next(&b), 50, 100);

    unsigned first = 0;
    bool differ = false;
    for (int i = 0; i < 50; i++) {
        struct backoff other = BACKOFF(100000, 100000);
        unsigned ms = backoff_next(&other);
        differ = differ || (first && ms != first);
        first = ms;
    }
    assert_true(differ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_problem_of_its_status),
        cmocka_unit_test(what_failed_inside_is_not_told),
        cmocka_unit_test(the_document_lists_every_row),
        cmocka_unit_test(waits_grow_and_are_never_in_step),
    };
    return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
