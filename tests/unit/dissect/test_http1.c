/* test_http1.c - whom a request is for, whichever way it says so, and heads nobody may trust. */
#include "dissect/dissector.h"
#include "tests/check.h"

static enum dissect_result parse(struct str bytes, struct http_facts *ret, size_t *ret_used)
{
    union dissect_facts facts;
    enum dissect_result got = dissector_http.parse(DISSECT_TCP, bytes, &facts, ret_used);
    *ret = facts.http;
    return got;
}

static void requests_say_whom_they_are_for(void **state)
{
    static const struct {
        const char *label;
        struct str head, host, path;
        unsigned port;
        bool missing, differs;
    } cases[] = {
        {"origin form", S_("GET /a?b=1 HTTP/1.1\r\nHost: WWW.Example.com\r\n\r\n"),
         S_("www.example.com"), S_("/a?b=1"), 0, false, false},
        {"a port", S_("GET / HTTP/1.1\r\nHost:example.com:8080\r\n\r\n"), S_("example.com"),
         S_("/"), 8080, false, false},
        {"an IPv6 literal", S_("GET / HTTP/1.1\r\nhost: [2001:DB8::1]:81\r\n\r\n"),
         S_("2001:db8::1"), S_("/"), 81, false, false},
        {"absolute form wins", S_("GET http://u@proxy.example/x HTTP/1.1\r\nHost: other\r\n\r\n"),
         S_("proxy.example"), S_("/x"), 0, false, true},
        {"absolute form without a path", S_("GET http://h.example HTTP/1.0\r\n\r\n"),
         S_("h.example"), S_("/"), 0, false, false},
        {"a tunnel", S_("CONNECT c2.example:443 HTTP/1.1\r\nHost: c2.example:443\r\n\r\n"),
         S_("c2.example"), S_(""), 443, false, false},
        {"asterisk form", S_("OPTIONS * HTTP/1.1\nHost: h\n\n"), S_("h"), S_("*"), 0, false, false},
        {"no host at all", S_("GET / HTTP/1.0\r\n\r\n"), S_(""), S_("/"), 0, true, false},
        {"two hosts", S_("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), S_("a"), S_("/"), 0,
         false, true},
        {"the dot of an absolute name", S_("GET / HTTP/1.1\r\nHost: bad.example.\r\n\r\n"),
         S_("bad.example"), S_("/"), 0, false, false},
        {"odd bytes are shown, not sent on", S_("GET /\x1b\xff HTTP/1.1\r\nHost: a\x1b\r\n\r\n"),
         S_("a\\027"), S_("/%1B%FF"), 0, false, false},
        {"a port that is none", S_("GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n"), S_("a"), S_("/"), 0,
         false, false},
        {"empty lines before it", S_("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), S_("a"), S_("/"),
         0, false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_facts h;
        size_t used = 0;
        const char *label = cases[i].label;
        for (size_t n = 0; n < cases[i].head.len; n++)
            CHECK_INT(parse((struct str){cases[i].head.ptr, n}, &h, &used), DISSECT_NEED_MORE,
                      label);
        CHECK_INT(parse(cases[i].head, &h, &used), DISSECT_DONE, label);
        CHECK_INT(str_eq(http_host(&h), cases[i].host), true, label);
        CHECK_INT(str_eq(http_path(&h), cases[i].path), true, label);
        CHECK_INT(h.port, cases[i].port, label);
        CHECK_INT(h.host_missing, cases[i].missing, label);
        CHECK_INT(h.host_differs, cases[i].differs, label);
        CHECK_INT(used, cases[i].head.len, label);
    }
}

static void doubtful_heads_are_refused(void **state)
{
    static const struct {
        const char *label;
        struct str head;
    } cases[] = {
        {"a folded field", S_("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n")},
        {"a space before the colon", S_("GET / HTTP/1.1\r\nHost : a\r\n\r\n")},
        {"a field without a colon", S_("GET / HTTP/1.1\r\nHost\r\n\r\n")},
        {"a NUL", S_("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n")},
        {"a bare CR", S_("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n")},
        {"HTTP/2's preface", S_("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
        {"no version", S_("GET /\r\n\r\n")},
        {"a method in small letters", S_("get / HTTP/1.1\r\n\r\n")},
        {"a status of two digits", S_("HTTP/1.1 20 OK\r\n\r\n")},
        {"another protocol", S_("SSH-2.0-OpenSSH_9.2\r\n")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_facts h;
        size_t used = 0;
        CHECK_INT(parse(cases[i].head, &h, &used), DISSECT_NOT, cases[i].label);
    }
}

static void pipelined_requests_are_found_behind_bodies(void **state)
{
    static const struct str stream =
        S_("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
           "GET /2 HTTP/1.1\r\nHost: b\r\nUser-Agent: curl/8\x1b\r\n\r\n");
    struct http_facts h;
    size_t used = 0;
    (void)state;
    assert_int_equal(parse(stream, &h, &used), DISSECT_DONE);
    assert_int_equal(h.body_len, 4);
    assert_int_equal(parse(str_skip(stream, used), &h, &used), DISSECT_DONE);
    assert_true(str_eq(http_path(&h), S("/2")) && str_eq(http_host(&h), S("b")));
    assert_true(str_eq(http_agent(&h), S("curl/8?")));
}

static void where_the_next_message_starts(void **state)
{
    static const struct {
        const char *label;
        struct str head;
        size_t after_head; /* past the head; SIZE_MAX: reading stops */
        unsigned status;
    } cases[] = {
        {"a length", S_("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), 10, 200},
        {"no length", S_("HTTP/1.0 404 Not Found\r\n\r\n"), SIZE_MAX, 404},
        {"no reason", S_("HTTP/1.1 204\r\n\r\n"), 0, 204},
        {"continue", S_("HTTP/1.1 100 Continue\r\n\r\n"), 0, 100},
        {"another protocol follows", S_("HTTP/1.1 101 X\r\n\r\n"), SIZE_MAX, 101},
        {"chunked", S_("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), SIZE_MAX, 200},
        {"lengths that disagree",
         S_("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), SIZE_MAX, 200},
        {"a length that overflows",
         S_("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"), SIZE_MAX, 200},
        {"a length near the top",
         S_("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"), SIZE_MAX, 200},
        {"a negative length", S_("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), SIZE_MAX, 200},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_facts h;
        size_t used = 0;
        CHECK_INT(parse(cases[i].head, &h, &used), DISSECT_DONE, cases[i].label);
        CHECK_INT(h.status, cases[i].status, cases[i].label);
        CHECK_INT(used,
                  cases[i].after_head == SIZE_MAX ? SIZE_MAX
                                                  : cases[i].head.len + cases[i].after_head,
                  cases[i].label);
    }
}

static void a_head_without_end_still_shows_its_host(void **state)
{
    static char head[HTTP_HEAD_MAX];
    struct http_facts h;
    size_t used = 0;
    (void)state;
    int n = snprintf(head, sizeof head, "GET / HTTP/1.1\r\nHost: slow.example\r\nCookie: ");
    memset(head + n, 'x', sizeof head - (size_t)n);
    assert_int_equal(parse((struct str){head, sizeof head}, &h, &used), DISSECT_DONE);
    assert_true(h.head_cut);
    assert_true(str_eq(http_host(&h), S("slow.example")));
}

static void long_paths_are_cut_and_say_so(void **state)
{
    char head[HTTP_PATH_MAX + 200] = "GET /";
    struct http_facts h;
    size_t used = 0;
    (void)state;
    memset(head + 5, 'a', HTTP_PATH_MAX + 50);
    size_t n = 5 + HTTP_PATH_MAX + 50;
    n += (size_t)snprintf(head + n, sizeof head - n, " HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(parse((struct str){head, n}, &h, &used), DISSECT_DONE);
    assert_true(h.path_cut);
    assert_true(h.path_len <= HTTP_PATH_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_say_whom_they_are_for),
        cmocka_unit_test(doubtful_heads_are_refused),
        cmocka_unit_test(pipelined_requests_are_found_behind_bodies),
        cmocka_unit_test(where_the_next_message_starts),
        cmocka_unit_test(a_head_without_end_still_shows_its_host),
        cmocka_unit_test(long_paths_are_cut_and_say_so),
    };
    return cmocka_run_group_tests_name("http1", tests, NULL, NULL);
}
