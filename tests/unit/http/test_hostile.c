/* test_hostile.c - bytes no honest client sends: each is refused, and the server serves the next one. */
#include "tests/unit/http/serve.h"

#include <errno.h>
#include <pthread.h>

static bool hello(struct http_call *c, struct err *e)
{
    return serve_say(c, S("\"hello\""), e);
}

static const struct http_route rows[] = {
    {HTTP_GET, "/v1/hello", 1, hello, "one"},
    {HTTP_POST, "/v1/hello", 1, hello, "one"},
};

#define KEY "Host: h\r\nAuthorization: Bearer kepco\r\n"

static void assert_still_serves(const struct world *w)
{
    char out[4096];
    say_and_hear(w, S("GET /v1/hello HTTP/1.1\r\n" KEY "\r\n"), out, sizeof out);
    assert_int_equal(status_of(out), 200);
}

static void broken_requests_get_no_answer_or_a_refusal(void **state)
{
    static const struct {
        const char *label;
        struct str request;
    } cases[] = {
        {"nothing", S_("")},
        {"noise", S_("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")},
        {"only a line end", S_("\r\n\r\n\r\n")},
        {"no version", S_("GET /v1/hello\r\n\r\n")},
        {"a version to come", S_("GET /v1/hello HTTP/9.9\r\n" KEY "\r\n")},
        {"no host", S_("GET /v1/hello HTTP/1.1\r\nAuthorization: Bearer kepco\r\n\r\n")},
        {"up", S_("GET /v1/../v1/hello HTTP/1.1\r\n" KEY "\r\n")},
        {"up, hidden", S_("GET /v1/%2e%2e/v1/hello HTTP/1.1\r\n" KEY "\r\n")},
        {"NUL in the path", S_("GET /v1/hello\0x HTTP/1.1\r\n" KEY "\r\n")},
        {"a URL as the target", S_("GET http://h/v1/hello HTTP/1.1\r\n" KEY "\r\n")},
        {"a bad percent sign", S_("GET /v1/hello?x=%zz HTTP/1.1\r\n" KEY "\r\n")},
        {"two keys", S_("GET /v1/hello HTTP/1.1\r\n" KEY "Authorization: Bearer jrw\r\n\r\n")},
        {"two lengths",
         S_("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx")},
        {"a length and chunks", S_("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: 3\r\n"
                                   "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
        {"a negative length", S_("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: -1\r\n\r\n")},
        {"a length past all",
         S_("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: 99999999999999999999999\r\n\r\n")},
        {"a length in words", S_("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: one\r\n\r\n")},
        {"a chunk that lies", S_("POST /v1/hello HTTP/1.1\r\n" KEY
                                 "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx")},
        {"a chunk in words", S_("POST /v1/hello HTTP/1.1\r\n" KEY
                                "Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n")},
        {"half a body", S_("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: 100\r\n\r\nhalf")},
        {"a method nobody knows", S_("BREW /v1/hello HTTP/1.1\r\n" KEY "\r\n")},
        {"a tunnel", S_("CONNECT other:443 HTTP/1.1\r\n" KEY "\r\n")},
        {"an echo", S_("TRACE /v1/hello HTTP/1.1\r\n" KEY "\r\n")},
    };
    (void)state;
    struct world w;
    serve_prepare(&w, rows, COUNT(rows));
    w.options.request_ms = 300; /* for those that never end */
    serve_start(&w);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[4096];
        say_and_hear(&w, cases[i].request, out, sizeof out);
        int status = status_of(out);
        if (strstr(out, "hello\"") || (status && status < 400))
            fail_msg("%s: served: %s", cases[i].label, out);
    }
    assert_still_serves(&w);
    serve_stop(&w);
}

static void headers_without_end_are_cut_off(void **state)
{
    (void)state;
    struct world w;
    char out[4096], line[512];
    serve_prepare(&w, rows, COUNT(rows));
    serve_start(&w);

    int fd = dial(&w);
    tell(fd, S("GET /v1/hello HTTP/1.1\r\n" KEY));
    bool open = true;
    for (int i = 0; open && i < 2000; i++) {
        int n = snprintf(line, sizeof line, "X-%d: %0400d\r\n", i, i);
        open = tell(fd, (struct str){line, (size_t)n});
    }
    assert_false(open);
    close(fd);

    AUTO(buf_drop) struct buf request = BUF(1 << 20);
    buf_put(&request, S("GET /v1/hello?"));
    for (int i = 0; i < 20000; i++)
        buf_put(&request, S("aaaaaaaaaa"));
    buf_put(&request, S(" HTTP/1.1\r\n" KEY "\r\n"));
    say_and_hear(&w, buf_str(&request), out, sizeof out);
    assert_true(status_of(out) == 0 || status_of(out) >= 400);
    assert_still_serves(&w);
    serve_stop(&w);
}

static void pipelined_requests_are_answered_in_their_order(void **state)
{
    enum { MANY = 200 };
    (void)state;
    struct world w;
    serve_prepare(&w, rows, COUNT(rows));
    serve_start(&w);
    AUTO(buf_drop) struct buf request = BUF(1 << 20);
    for (int i = 0; i < MANY; i++) {
        buf_put(&request,
                i % 3 ? S("GET /v1/hello HTTP/1.1\r\n" KEY "\r\n")
                      : S("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: 4\r\n\r\nbody"));
    }
    buf_put(&request, S("GET /nope HTTP/1.1\r\n" KEY "Connection: close\r\n\r\n"));

    int fd = dial(&w);
    tell(fd, buf_str(&request));
    enum { ROOM = 1 << 18 };
    char *out = malloc(ROOM);
    listen_until(fd, out, ROOM, NULL);
    int served = 0;
    char *last = out;
    for (char *at = out; (at = strstr(at, "HTTP/1.1 ")) != NULL; at++) {
        served += strncmp(at, "HTTP/1.1 200", 12) == 0;
        last = at;
    }
    assert_int_equal(served, MANY);
    assert_int_equal(status_of(last), 404);
    free(out);
    close(fd);
    serve_stop(&w);
}

static void whoever_drips_is_cut_off(void **state)
{
    static const struct {
        const char *label;
        struct str start, drop;
    } cases[] = {
        {"before the request", S_("G"), S_("")},
        {"in the headers", S_("GET /v1/hello HTTP/1.1\r\nHost: h\r\n"), S_("X: y\r\n")},
        {"in the body", S_("POST /v1/hello HTTP/1.1\r\n" KEY "Content-Length: 1000\r\n\r\n"),
         S_("x")},
    };
    (void)state;
    struct world w;
    serve_prepare(&w, rows, COUNT(rows));
    w.options.request_ms = 400;
    serve_start(&w);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int fd = dial(&w);
        tell(fd, cases[i].start);
        char c;
        bool open = true;
        for (int k = 0; open && k < 200; k++) { /* never idle for long, and never done */
            usleep(50000);
            if (cases[i].drop.len)
                tell(fd, cases[i].drop);
            ssize_t n = recv(fd, &c, 1, MSG_DONTWAIT);
            open = n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
        }
        CHECK_INT(open, false, cases[i].label);
        close(fd);
    }
    assert_true(http_server_stats(w.server).cut_slow >= COUNT(cases));
    assert_still_serves(&w);
    serve_stop(&w);
}

static void one_address_may_have_only_so_many_connections(void **state)
{
    (void)state;
    struct world w;
    char out[256];
    serve_prepare(&w, rows, COUNT(rows));
    w.options.per_address = 5;
    w.options.threads = 1;
    serve_start(&w);
    int fds[20], served = 0;
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(&w);
        tell(fds[i], S("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"));
        listen_until(fds[i], out, sizeof out, "\r\n\r\n");
        served += status_of(out) == 200;
    }
    assert_int_equal(served, 5);
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    serve_stop(&w);
}

static void *shout(void *argument)
{
    const struct world *w = argument;
    unsigned seed = 1;
    for (int i = 0; i < 100; i++) {
        char request[400], out[2048];
        int n = snprintf(request, sizeof request,
                         "POST /v1/hello?x=%d HTTP/1.1\r\n" KEY "Content-Length: 10\r\n\r\n%010d",
                         i, i);
        request[(unsigned)rand_r(&seed) % (unsigned)n] =
            (char)rand_r(&seed); /* one byte is wrong */
        say_and_hear(w, (struct str){request, (size_t)n}, out, sizeof out);
    }
    return NULL;
}

static void mutated_requests_from_many_threads_leave_it_standing(void **state)
{
    (void)state;
    struct world w;
    pthread_t threads[4];
    serve_prepare(&w, rows, COUNT(rows));
    w.options.request_ms = 100;
    serve_start(&w);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_create(&threads[i], NULL, shout, &w);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    assert_still_serves(&w);
    serve_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_requests_get_no_answer_or_a_refusal),
        cmocka_unit_test(headers_without_end_are_cut_off),
        cmocka_unit_test(pipelined_requests_are_answered_in_their_order),
        cmocka_unit_test(whoever_drips_is_cut_off),
        cmocka_unit_test(one_address_may_have_only_so_many_connections),
        cmocka_unit_test(mutated_requests_from_many_threads_leave_it_standing),
    };
    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
