/* test_router.c - which row a target finds, and which targets are refused before any row is asked. */
#include "http/client.h"
#include "http/router_private.h"
#include "tests/check.h"

static bool run(struct http_call *c, struct err *e)
{
    (void)c;
    (void)e;
    return true;
}

static const struct http_route rows[] = {
    {HTTP_GET, "/v1/indicators/{id}", 1, run, "one"},
    {HTTP_DELETE, "/v1/indicators/{id}", 1, run, "gone"},
    {HTTP_GET, "/v1/indicators/new", 1, run, "the newest"},
    {HTTP_GET, "/v1/indicators", 1, run, "all"},
    {HTTP_POST, "/v1/indicators", 1, run, "add"},
    {HTTP_GET, "/taxii2/", 1, run, "discovery"},
    {HTTP_GET, "/log/tile/{path*}", 1, run, "a tile"},
    {HTTP_GET, "/v1/{kind}/{id}/history", 1, run, "history"},
};
static const struct http_route_table table = {rows, COUNT(rows)};
static const struct route_tables tables = {&table, 1};

static void a_target_finds_its_row_and_its_arguments(void **state)
{
    static const struct {
        const char *label;
        struct str method, target;
        enum route_outcome outcome;
        int row;
        struct str arg;
    } cases[] = {
        {"an id", S_("GET"), S_("/v1/indicators/17"), ROUTE_FOUND, 0, S_("17")},
        {"a literal is preferred", S_("GET"), S_("/v1/indicators/new"), ROUTE_FOUND, 2, S_("")},
        {"HEAD is GET", S_("HEAD"), S_("/v1/indicators"), ROUTE_FOUND, 3, S_("")},
        {"by method", S_("DELETE"), S_("/v1/indicators/17"), ROUTE_FOUND, 1, S_("17")},
        {"decoded once", S_("GET"), S_("/v1/indicators/a%2520b"), ROUTE_FOUND, 0, S_("a%20b")},
        {"UTF-8", S_("GET"), S_("/v1/indicators/%E7%81%AB"), ROUTE_FOUND, 0, S_("\xe7\x81\xab")},
        {"plus is a plus in a path", S_("GET"), S_("/v1/indicators/a+b"), ROUTE_FOUND, 0,
         S_("a+b")},
        {"a slash at the end counts", S_("GET"), S_("/taxii2/"), ROUTE_FOUND, 5, S_("")},
        {"and its lack too", S_("GET"), S_("/taxii2"), ROUTE_NONE, 0, S_("")},
        {"the rest of a path", S_("GET"), S_("/log/tile/0/x001/067"), ROUTE_FOUND, 6,
         S_("0/x001/067")},
        {"a rest is never nothing", S_("GET"), S_("/log/tile/"), ROUTE_NONE, 0, S_("")},
        {"an argument is never nothing", S_("GET"), S_("/v1/indicators/"), ROUTE_NONE, 0, S_("")},
        {"too long", S_("GET"), S_("/v1/indicators/17/18"), ROUTE_NONE, 0, S_("")},
        {"too short", S_("GET"), S_("/v1"), ROUTE_NONE, 0, S_("")},
        {"two names", S_("GET"), S_("/v1/indicators/17/history"), ROUTE_FOUND, 7, S_("indicators")},
        {"another method", S_("PUT"), S_("/v1/indicators"), ROUTE_METHOD, 0, S_("")},
        {"a method nobody knows", S_("BREW"), S_("/v1/indicators"), ROUTE_METHOD, 0, S_("")},
        {"no such path", S_("GET"), S_("/"), ROUTE_NONE, 0, S_("")},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct err e = {0};
        struct uri u;
        struct route_match m;
        CHECK_INT(uri_parse(&memory, cases[i].target, &u, &e), true, cases[i].label);
        CHECK_INT(route_find(&tables, &memory, cases[i].method, &u, &m), cases[i].outcome,
                  cases[i].label);
        if (cases[i].outcome != ROUTE_FOUND)
            continue;
        CHECK_INT(m.route - rows, cases[i].row, cases[i].label);
        if (m.arg_count && !str_eq(m.args[0].value, cases[i].arg))
            fail_msg("%s: argument '" STR_FMT "'", cases[i].label, STR_ARG(m.args[0].value));
    }
}

static void ambiguous_targets_are_refused_not_repaired(void **state)
{
    static const struct {
        const char *label;
        struct str target;
    } cases[] = {
        {"up", S_("/v1/../etc/passwd")},
        {"up, hidden", S_("/v1/%2e%2E/etc")},
        {"here", S_("/v1/./x")},
        {"a hidden slash", S_("/v1/a%2Fb")},
        {"a hidden backslash", S_("/v1/a%5cb")},
        {"a backslash", S_("/v1/a\\b")},
        {"NUL", S_("/v1/a%00b")},
        {"a line end", S_("/v1/a%0d%0aX: y")},
        {"DEL", S_("/v1/%7f")},
        {"half a percent sign", S_("/v1/a%2")},
        {"a bare percent sign", S_("/v1/%")},
        {"not hex", S_("/v1/%zz")},
        {"half a character", S_("/v1/%E7%81")},
        {"an overlong slash", S_("/v1/%c0%af")},
        {"a surrogate", S_("/v1/%ed%a0%80")},
        {"past Unicode", S_("/v1/%f5%80%80%80")},
        {"no slash", S_("v1")},
        {"nothing", S_("")},
        {"a whole URL", S_("http://other/v1")},
        {"a parameter twice", S_("/v1?a=1&b=2&a=3")},
        {"a broken parameter", S_("/v1?a=%f")},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
        struct err e = {0};
        struct uri u;
        CHECK_INT(uri_parse(&memory, cases[i].target, &u, &e), false, cases[i].label);
        CHECK_INT(e.text[0] != '\0', true, cases[i].label);
    }
}

static void bounds_of_a_target_are_kept(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct err e = {0};
    struct uri u;
    char text[URI_LENGTH_MAX + 2];
    memset(text, 'a', sizeof text);
    text[0] = '/';
    assert_true(uri_parse(&memory, (struct str){text, URI_LENGTH_MAX}, &u, &e));
    assert_false(uri_parse(&memory, (struct str){text, URI_LENGTH_MAX + 1}, &u, &e));
    for (size_t i = 0; i <= 2 * (size_t)URI_SEGMENTS_MAX; i += 2)
        text[i] = '/';
    assert_true(uri_parse(&memory, (struct str){text, 2 * (size_t)URI_SEGMENTS_MAX}, &u, &e));
    assert_false(uri_parse(&memory, (struct str){text, 2 * (size_t)URI_SEGMENTS_MAX + 2}, &u, &e));
}

static void parameters_are_decoded_once(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {0};
    struct uri u;
    assert_true(uri_parse(&memory, S("/x?q=a+b%2Bc&&empty=&bare&match%5Btype%5D=x%26y"), &u, &e));
    assert_int_equal(u.param_count, 4);
    assert_true(str_eq(u.params[0].value, S("a b+c")));
    assert_true(str_eq(u.params[1].name, S("empty")));
    assert_true(str_eq(u.params[2].name, S("bare")));
    assert_true(str_eq(u.params[3].name, S("match[type]")));
    assert_true(str_eq(u.params[3].value, S("x&y")));
}

static void a_table_that_cannot_be_served_is_refused_at_start(void **state)
{
    static const struct http_route twice[] = {
        {HTTP_GET, "/a/{x}", 1, run, "one"},
        {HTTP_GET, "/a/{y}", 1, run, "the same"},
    };
    static const struct http_route goes_on[] = {{HTTP_GET, "/a/{x*}/b", 1, run, "no"}};
    static const struct http_route empty[] = {{HTTP_GET, "/a", 1, NULL, "no"}};
    static const struct http_route_table bad[] = {{twice, 2}, {goes_on, 1}, {empty, 1}};
    (void)state;
    struct err e = {0};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(route_tables_check(&(struct route_tables){&bad[i], 1}, &e));
    assert_true(route_tables_check(&tables, &e));
    const struct http_route_table both[] = {table, {&rows[3], 1}};
    assert_false(route_tables_check(&(struct route_tables){both, 2}, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
}

static void what_is_escaped_comes_back_whole(void **state)
{
    (void)state;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct err e = {0};
    struct uri u;
    struct str hard = S("a b%?#&=+\xe7\x81\xab.x");
    struct str path = arena_fmt(&memory, "/" STR_FMT, STR_ARG(http_path_escape(&memory, hard)));
    assert_true(uri_parse(&memory, path, &u, &e));
    assert_true(str_eq(u.segments[0], hard));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_finds_its_row_and_its_arguments),
        cmocka_unit_test(ambiguous_targets_are_refused_not_repaired),
        cmocka_unit_test(bounds_of_a_target_are_kept),
        cmocka_unit_test(parameters_are_decoded_once),
        cmocka_unit_test(a_table_that_cannot_be_served_is_refused_at_start),
        cmocka_unit_test(what_is_escaped_comes_back_whole),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
