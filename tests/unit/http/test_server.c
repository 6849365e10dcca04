/* test_server.c - what callers get: answers, refusals, parked answers, and 503 when there is no room. */
#include "core/json.h"
#include "http/client.h"
#include "tests/unit/http/serve.h"

#include <pthread.h>
#include <semaphore.h>

struct gate_of_test { /* lets a test hold workers, and finish parked calls */
    sem_t entered, leave;
    pthread_mutex_t lock;
    struct http_call *parked[64];
    size_t count;
    _Atomic int accesses, last_status;
};

static bool hello(struct http_call *c, struct err *e)
{
    c->etag = S("\"v1\"");
    return serve_say(c,
                     arena_fmt(c->memory, "{\"id\":\"" STR_FMT "\",\"q\":\"" STR_FMT "\"}",
                               STR_ARG(http_arg(c, "id")), STR_ARG(http_query(c, "q"))),
                     e);
}

static bool echo(struct http_call *c, struct err *e)
{
    c->status = 201;
    c->location = S("/v1/things/1");
    return serve_say(c,
                     arena_fmt(c->memory, "%zu:" STR_FMT, c->body.len,
                               (int)(c->body.len < 20 ? c->body.len : 20), c->body.ptr),
                     e);
}

static bool nothing(struct http_call *c, struct err *e)
{
    (void)c;
    (void)e;
    return true;
}

static bool fails(struct http_call *c, struct err *e)
{
    int64_t n = 0;
    return http_query_int(c, "code", (const int64_t[]){1, ERR_COUNT - 1}, 0, &n, e) &&
           err_set(e, (enum err_code)n, "secret of the machine");
}

static bool of_another(struct http_call *c, struct err *e)
{
    struct world *w = c->context;
    struct release to = {&serve_policy, &w->readers[1], GATE_ANSWER};
    return gate_own(c->memory, &to, S("jrw"), S("jrw's own"), &c->reply, e);
}

static bool holds(struct http_call *c, struct err *e)
{
    struct gate_of_test *g = ((struct world *)c->context)->extra;
    sem_post(&g->entered);
    sem_wait(&g->leave);
    return serve_say(c, S("\"held\""), e);
}

static bool parks(struct http_call *c, struct err *e)
{
    (void)e;
    struct gate_of_test *g = ((struct world *)c->context)->extra;
    http_park(c);
    pthread_mutex_lock(&g->lock);
    g->parked[g->count++] = c;
    pthread_mutex_unlock(&g->lock);
    sem_post(&g->entered);
    return true;
}

static bool parks_and_is_finished(struct http_call *c, struct err *e)
{
    http_park(c);
    bool worked = serve_say(c, S("\"at once\""), e);
    http_finish(c, worked ? NULL : e);
    return true;
}

static const struct http_route rows[] = {
    {HTTP_GET, "/v1/things/{id}", 1, hello, "one"},
    {HTTP_POST, "/v1/things", 1, echo, "add"},
    {HTTP_POST, "/v1/import", 1, echo, "many", .flags = HTTP_LARGE},
    {HTTP_DELETE, "/v1/things/{id}", 99, nothing, "gone"},
    {HTTP_GET, "/v1/fails", 1, fails, "never"},
    {HTTP_GET, "/v1/theirs", 1, of_another, "never"},
    {HTTP_GET, "/v1/holds", 1, holds, "later"},
    {HTTP_POST, "/v1/parks", 1, parks, "when durable"},
    {HTTP_GET, "/v1/parks", 1, parks_and_is_finished, "parked and finished at once"},
    {HTTP_GET, "/open", 0, nothing, "for all", .flags = HTTP_OPEN},
};

static const struct http_asset assets[] = {
    {"/openapi.json", "application/json", S_("{\"openapi\":\"3.1.0\"}"), S_("\"a\"")},
};

static void accessed(void *hook, const struct http_access *a)
{
    struct gate_of_test *g = ((struct world *)hook)->extra;
    g->accesses++;
    g->last_status = a->status;
}

static void start(struct world *w, struct gate_of_test *g)
{
    sem_init(&g->entered, 0, 0);
    sem_init(&g->leave, 0, 0);
    pthread_mutex_init(&g->lock, NULL);
    serve_prepare(w, rows, COUNT(rows));
    w->extra = g;
    w->options.accessed = accessed;
    w->options.assets = assets;
    w->options.asset_count = COUNT(assets);
    w->options.anonymous = S("realm=live");
    w->options.body_limit = 1000;
    w->options.large_body_limit = 300000;
}

static const struct {
    const char *label, *request;
    int status;
    const char *contains;
} requests[] = {
    {"a thing",
     "GET /v1/things/a%20b?q=x+y HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\n\r\n",
     200, "{\"id\":\"a b\",\"q\":\"x y\"}"},
    {"the scheme in any case",
     "GET /v1/things/1 HTTP/1.1\r\nHost: h\r\nauthorization: bearer "
     "kepco\r\n\r\n",
     200, "\"id\":\"1\""},
    {"known already",
     "GET /v1/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\nIf-None-Match: \"v0\", \"v1\"\r\n\r\n",
     304, "ETag: \"v1\""},
    {"HEAD", "HEAD /v1/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n\r\n", 200,
     "Content-Length: 17"},
    {"a body",
     "POST /v1/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\nContent-Length: 5\r\n\r\nhello",
     201, "5:hello"},
    {"a chunked body",
     "POST /v1/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n"
     "\r\n",
     201, "Location: /v1/things/1"},
    {"an empty body",
     "POST /v1/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\nContent-Length: 0\r\n\r\n",
     201, "0:"},
    {"no reply",
     "DELETE /v1/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\n\r\n",
     204, ""},
    {"no key", "GET /v1/things/1 HTTP/1.1\r\nHost: h\r\n\r\n", 401, "WWW-Authenticate: Bearer"},
    {"a wrong key", "GET /v1/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n\r\n", 401,
     "not-authenticated"},
    {"another scheme",
     "GET /v1/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Basic "
     "kepco\r\n\r\n",
     401, "application/problem+json"},
    {"not permitted",
     "DELETE /v1/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "jrw\r\n\r\n",
     403, "urn:hinomi:problem:denied"},
    {"no such path", "GET /nope HTTP/1.1\r\nHost: h\r\n\r\n", 404, "no such object"},
    {"another method", "PUT /v1/things HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 405,
     "Allow: OPTIONS, POST"},
    {"what it takes", "OPTIONS /v1/things/1 HTTP/1.1\r\nHost: h\r\n\r\n", 204,
     "Allow: OPTIONS, HEAD, GET, DELETE"},
    {"a bad number",
     "GET /v1/fails?code=x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\n\r\n",
     400, "parameter code"},
    {"a conflict",
     "GET /v1/fails?code=4 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\n\r\n",
     409, "secret of the machine"},
    {"an inner failure",
     "GET /v1/fails?code=6 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\n\r\n",
     500, "the log has it"},
    {"another reader's bytes",
     "GET /v1/theirs HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\n\r\n",
     500, "urn:hinomi:problem:internal"},
    {"one's own bytes by the same row",
     "GET /v1/theirs HTTP/1.1\r\nHost: h\r\nAuthorization: "
     "Bearer jrw\r\n\r\n",
     200, "jrw's own"},
    {"parked and finished",
     "GET /v1/parks HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
     "kepco\r\n\r\n",
     200, "at once"},
    {"open to all", "GET /open HTTP/1.1\r\nHost: h\r\n\r\n", 204, ""},
    {"health", "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n", 200, "\"ok\""},
    {"health is not written", "POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 405,
     "Allow: OPTIONS, HEAD, GET"},
    {"an asset", "GET /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n", 200, "3.1.0"},
    {"an asset known already",
     "GET /openapi.json HTTP/1.1\r\nHost: h\r\nIf-None-Match: "
     "W/\"a\"\r\n\r\n",
     304, ""},
    {"no sniffing", "GET /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n", 200, "nosniff"},
};

static void each_request_has_its_answer(void **state)
{
    (void)state;
    struct gate_of_test g = {0};
    struct world w;
    start(&w, &g);
    serve_start(&w);
    for (size_t i = 0; i < COUNT(requests); i++) {
        char out[4096];
        say_and_hear(&w, text_of(requests[i].request), out, sizeof out);
        CHECK_INT(status_of(out), requests[i].status, requests[i].label);
        if (!strstr(out, requests[i].contains))
            fail_msg("%s: '%s' is not in:\n%s", requests[i].label, requests[i].contains, out);
        if (status_of(out) >= 500 && strstr(out, "secret"))
            fail_msg("%s: what failed inside was told", requests[i].label);
    }
    serve_stop(&w);
    assert_int_equal(g.accesses, COUNT(requests));
}

static void a_body_that_is_too_large_is_refused_before_it_is_read(void **state)
{
    (void)state;
    struct gate_of_test g = {0};
    struct world w;
    char out[4096];
    start(&w, &g);
    serve_start(&w);

    int fd = dial(&w); /* only the length is sent */
    tell(fd, S("POST /v1/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
               "kepco\r\nContent-Length: 1001\r\n\r\n"));
    listen_until(fd, out, sizeof out, "\r\n\r\n");
    assert_int_equal(status_of(out), 413);
    close(fd);

    fd = dial(&w); /* a stranger's body is not waited for */
    tell(fd, S("POST /v1/things HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n"));
    listen_until(fd, out, sizeof out, "\r\n\r\n");
    assert_int_equal(status_of(out), 401);
    close(fd);

    char body[3000]; /* chunks do not announce their sum */
    int n = snprintf(body, sizeof body,
                     "POST /v1/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n4b0\r\n%01200d\r\n0\r\n\r\n",
                     7);
    say_and_hear(&w, (struct str){body, (size_t)n}, out, sizeof out);
    assert_int_equal(status_of(out), 413);

    fd = dial(&w); /* and may go on for ever, but not with us */
    tell(fd, S("POST /v1/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n"
               "Transfer-Encoding: chunked\r\n\r\n"));
    bool open = true;
    for (int i = 0; open && i < 20000; i++) {
        open =
            tell(fd, S("64\r\n0123456789012345678901234567890123456789012345678901234567890123456"
                       "789012345678901234567890123456789\r\n"));
    }
    assert_false(open);
    close(fd);
    assert_true(http_server_stats(w.server).refused_size >= 2);
    serve_stop(&w);
}

static void a_large_body_is_taken_where_a_row_allows_it(void **state)
{
    (void)state;
    struct gate_of_test g = {0};
    struct world w;
    start(&w, &g);
    serve_start(&w);
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct err e = {0};
    char url[64], *body = malloc(300000);
    memset(body, 'x', 300000);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", http_server_port(w.server));
    struct http_client *c = NULL;
    assert_true(http_client_new(&(struct http_peer){.url = url, .bearer = "kepco"}, &c, &e));
    struct http_reply r = {0};
    struct http_question q = {.method = HTTP_POST, .path = "/v1/import", .body = {body, 300000}};
    if (!http_ask(c, &q, &memory, &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r.status, 201);
    assert_true(str_starts(r.body, S("300000:xxx")));
    assert_true(str_eq(r.location, S("/v1/things/1")));

    q.path = "/v1/things";
    if (http_ask(c, &q, &memory, &r, &e))
        assert_int_equal(r.status, 413);
    q = (struct http_question){.path = "/v1/fails?code=1"};
    assert_true(http_ask(c, &q, &memory, &r, &e));
    assert_false(http_reply_ok(&r, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_non_null(strstr(e.text, "secret of the machine"));
    http_client_free(c);
    free(body);
    serve_stop(&w);
}

static void when_no_worker_is_free_and_the_queue_is_full_the_caller_hears_503(void **state)
{
    (void)state;
    struct gate_of_test g = {0};
    struct world w;
    char out[4096];
    start(&w, &g);
    w.options.workers = 2;
    w.options.queue = 1;
    serve_start(&w);
    static const struct str ask =
        S_("GET /v1/holds HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n\r\n");
    int fds[3];
    for (int i = 0; i < 2; i++) {
        fds[i] = dial(&w);
        tell(fds[i], ask);
        sem_wait(&g.entered);
    }
    fds[2] = dial(&w); /* waits in the queue */
    tell(fds[2], ask);
    while (http_server_stats(w.server).requests < 3)
        usleep(1000);
    usleep(20000);

    say_and_hear(&w, ask, out, sizeof out);
    assert_int_equal(status_of(out), 503);
    assert_non_null(strstr(out, "Retry-After: 1"));
    say_and_hear(&w, S("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"), out, sizeof out);
    assert_int_equal(status_of(out), 200); /* health needs no worker */

    for (int i = 0; i < 3; i++)
        sem_post(&g.leave);
    for (int i = 0; i < 3; i++) {
        listen_until(fds[i], out, sizeof out, "held");
        assert_int_equal(status_of(out), 200);
        close(fds[i]);
    }
    assert_int_equal(http_server_stats(w.server).refused_full, 1);
    serve_stop(&w);
}

static void parked_calls_hold_no_worker_and_are_answered_together(void **state)
{
    enum { MANY = 50 };
    (void)state;
    struct gate_of_test g = {0};
    struct world w;
    char out[4096];
    int fds[MANY];
    start(&w, &g);
    w.options.workers = 1;
    serve_start(&w);
    for (int i = 0; i < MANY; i++) {
        fds[i] = dial(&w);
        tell(fds[i], S("POST /v1/parks HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                       "kepco\r\nContent-Length: 2\r\n\r\n{}"));
    }
    for (int i = 0; i < MANY; i++)
        sem_wait(&g.entered);
    close(fds[0]); /* one caller has gone; its call is finished all the same */

    for (size_t i = 0; i < MANY; i++) {
        struct err e = {0};
        struct http_call *c = g.parked[i];
        bool worked = serve_say(c, S("\"durable\""), &e);
        if (i % 2)
            http_finish(c, worked ? NULL : &e);
        else
            err_set(&e, ERR_CONFLICT, "came second"), http_finish(c, &e);
    }
    int conflicts = 0;
    for (int i = 1; i < MANY; i++) {
        listen_until(fds[i], out, sizeof out, i ? "\"" : NULL);
        int status = status_of(out);
        assert_true(status == 200 || status == 409);
        conflicts += status == 409;
        close(fds[i]);
    }
    assert_in_range(conflicts, MANY / 2 - 1, MANY / 2);
    serve_stop(&w);
}

static void *finish_later(void *argument)
{
    struct gate_of_test *g = argument;
    usleep(100000);
    struct err e = {0};
    err_set(&e, ERR_UNAVAILABLE, "stopping");
    http_finish(g->parked[0], &e);
    return NULL;
}

static void stopping_waits_for_parked_calls(void **state)
{
    (void)state;
    struct gate_of_test g = {0};
    struct world w;
    char out[4096];
    start(&w, &g);
    serve_start(&w);
    int fd = dial(&w);
    tell(fd, S("POST /v1/parks HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
               "kepco\r\nContent-Length: 2\r\n\r\n{}"));
    sem_wait(&g.entered);
    pthread_t t;
    pthread_create(&t, NULL, finish_later, &g);
    serve_stop(&w);
    pthread_join(t, NULL);
    listen_until(fd, out, sizeof out, NULL);
    assert_true(status_of(out) == 503 || status_of(out) == 0);
    close(fd);
}

static void what_cannot_be_started_says_why(void **state)
{
    (void)state;
    struct gate_of_test g = {0};
    struct world w;
    struct err e = {0};
    start(&w, &g);
    serve_start(&w);
    struct http_options again = w.options;
    struct http_server *other = NULL;
    again.port = http_server_port(w.server);
    assert_false(http_server_start(&again, &other, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    again.address = "nowhere";
    assert_false(http_server_start(&again, &other, &e));
    assert_int_equal(e.code, ERR_INVALID);
    again.address = NULL;
    again.port = 0;
    again.cert_pem = again.key_pem = S("not a certificate");
    assert_false(http_server_start(&again, &other, &e));
    assert_null(other);
    serve_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_has_its_answer),
        cmocka_unit_test(a_body_that_is_too_large_is_refused_before_it_is_read),
        cmocka_unit_test(a_large_body_is_taken_where_a_row_allows_it),
        cmocka_unit_test(when_no_worker_is_free_and_the_queue_is_full_the_caller_hears_503),
        cmocka_unit_test(parked_calls_hold_no_worker_and_are_answered_together),
        cmocka_unit_test(stopping_waits_for_parked_calls),
        cmocka_unit_test(what_cannot_be_started_says_why),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
