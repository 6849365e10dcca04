/* test_stream.c - every reader of a class gets every event once, in order, however often it comes back. */
#include "http/client.h"
#include "http/stream.h"
#include "tests/unit/http/serve.h"

#include <poll.h>
#include <pthread.h>

enum { STORE_MAX = 30000 };

struct store { /* the release log of one class */
    pthread_mutex_t lock;
    uint64_t last;
    size_t pad; /* bytes that each event carries beside its number */
    bool broken;
    _Atomic int fetches;
};

static struct world *the_world(struct http_call *c)
{
    return c->context;
}

static bool follow(struct http_call *c, struct err *e)
{
    (void)e;
    const struct reader *r = c->who->account;
    http_follow(c, the_world(c)->hub, reader_text(r, READER_ORG),
                str_eq(http_query(c, "from"), S("start")));
    return true;
}

static bool follow_others(struct http_call *c, struct err *e)
{
    (void)e;
    struct world *w = the_world(c);
    http_follow(c, w->hub, reader_text(&w->readers[1], READER_ORG), true);
    return true;
}

static const struct http_route rows[] = {
    {HTTP_GET, "/v1/stream", 1, follow, "events", .flags = HTTP_STREAMS},
    {HTTP_GET, "/v1/theirs", 1, follow_others, "events of others", .flags = HTTP_STREAMS},
};

static const struct cleared *event_bytes(struct arena *a, const struct reader *r, uint64_t number,
                                         size_t pad)
{
    struct release to = {&serve_policy, r, GATE_STREAM};
    struct str text =
        arena_fmt(a, "{\"n\":%llu,\"pad\":\"%0*d\"}", (unsigned long long)number, (int)pad, 0);
    const struct cleared *c = NULL;
    struct err e = {0};
    assert_true(gate_own(a, &to, r->org, text, &c, &e));
    return c;
}

static bool fetch(void *argument, struct str class, uint64_t after, struct stream_sink *sink,
                  struct err *e)
{
    struct world *w = argument;
    struct store *s = w->extra;
    s->fetches++;
    if (s->broken)
        return err_set(e, ERR_UNAVAILABLE, "the store is away");
    const struct reader *r = &w->readers[str_eq(class, reader_text(&w->readers[1], READER_ORG))];
    pthread_mutex_lock(&s->lock);
    uint64_t last = s->last;
    pthread_mutex_unlock(&s->lock);
    bool more = true;
    for (uint64_t n = after + 1; more && n <= last; n++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        more = stream_old(sink, n, "item", event_bytes(&memory, r, n, s->pad));
    }
    return true;
}

/* As a node does: into the store first, then to those who listen. */
static void publish(struct world *w, uint64_t count)
{
    struct store *s = w->extra;
    for (uint64_t i = 0; i < count; i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct err e = {0};
        pthread_mutex_lock(&s->lock);
        uint64_t n = ++s->last;
        pthread_mutex_unlock(&s->lock);
        const struct cleared *c = event_bytes(&memory, &w->readers[0], n, s->pad);
        if (!stream_publish(w->hub, reader_text(&w->readers[0], READER_ORG), n, "item", c, &e))
            fail_msg("%s", e.text);
    }
}

static void start(struct world *w, struct store *s, struct stream_options *o)
{
    serve_prepare(w, rows, COUNT(rows));
    pthread_mutex_init(&s->lock, NULL);
    s->pad = s->pad ? s->pad : 1;
    w->extra = s;
    o->fetch = fetch;
    o->store = w;
    o->secret = S("the same at each start");
    w->hub = stream_hub_new(o);
    serve_start(w);
}

static void stop(struct world *w)
{
    http_server_stop(w->server);
    stream_hub_free(w->hub);
    arena_drop(&w->memory);
}

static struct http_stream *open_stream(const struct world *w, const char *path, const char *last)
{
    char url[64];
    struct err e = {0};
    struct http_stream *s = NULL;
    snprintf(url, sizeof url, "http://127.0.0.1:%u", http_server_port(w->server));
    struct http_peer peer = {.url = url, .bearer = "kepco"};
    if (!http_stream_open(&peer, path, text_of(last), &s, &e))
        fail_msg("%s", e.text);
    return s;
}

static uint64_t number_of(struct str data)
{
    return data.len > 5 && str_starts(data, S("{\"n\":")) ? strtoull(data.ptr + 5, NULL, 10) : 0;
}

/* The next event's number; 0: none came in ten seconds. */
static uint64_t next_number(struct http_stream *s, struct http_event *ev)
{
    struct err e = {0};
    for (int i = 0; i < 100; i++)
        if (http_stream_next(s, 100, ev, &e) == HTTP_STREAM_EVENT)
            return number_of(ev->data);
    return 0;
}

static void wait_for_readers(struct world *w, uint64_t count)
{
    for (int i = 0; i < 1000 && stream_hub_stats(w->hub).readers != count; i++)
        usleep(10000);
    assert_int_equal(stream_hub_stats(w->hub).readers, count);
}

static void a_reader_gets_the_past_and_then_the_present(void **state)
{
    (void)state;
    struct store store = {0};
    struct world w;
    start(&w, &store, &(struct stream_options){.ring_events = 64});
    publish(&w, 1000); /* nobody listens: the hub keeps nothing */
    struct http_stream *s = open_stream(&w, "/v1/stream?from=start", "");
    struct http_event ev;
    for (uint64_t n = 1; n <= 1000; n++)
        assert_int_equal(next_number(s, &ev), n);
    publish(&w, 10);
    for (uint64_t n = 1001; n <= 1010; n++)
        assert_int_equal(next_number(s, &ev), n);
    assert_true(str_eq(ev.event, S("item")));
    assert_true(ev.id.len > 17);

    char last[64];
    snprintf(last, sizeof last, STR_FMT, STR_ARG(ev.id));
    struct http_stream *again = open_stream(&w, "/v1/stream?from=start", last);
    struct http_stream *fresh = open_stream(&w, "/v1/stream", "");
    struct err e = {0};
    assert_int_equal(http_stream_next(again, 300, &ev, &e), HTTP_STREAM_QUIET);
    assert_int_equal(http_stream_next(fresh, 300, &ev, &e), HTTP_STREAM_QUIET);
    publish(&w, 1);
    assert_int_equal(next_number(again, &ev), 1011);
    assert_int_equal(next_number(fresh, &ev), 1011);
    assert_int_equal(next_number(s, &ev), 1011);
    http_stream_free(fresh);
    http_stream_free(again);
    http_stream_free(s);
    stop(&w);
}

static void publishing_while_readers_catch_up_loses_and_repeats_nothing(void **state)
{
    enum { READERS = 8, EVENTS = 5000 };
    (void)state;
    struct store store = {.pad = 100};
    struct world w;
    start(&w, &store,
          &(struct stream_options){.ring_events = 2 * EVENTS, .ring_bytes = (size_t)16 << 20});
    publish(&w, EVENTS / 2);
    struct http_stream *s[READERS];
    uint64_t seen[READERS] = {0};
    struct http_event ev;
    for (int i = 0; i < READERS; i++)
        s[i] = open_stream(&w, "/v1/stream?from=start", "");
    for (uint64_t round = 0; round < EVENTS / 2; round++) {
        publish(&w, 1);
        for (int i = 0; i < READERS; i++)
            if (round % (uint64_t)(i + 1) == 0) {
                seen[i]++;
                assert_int_equal(next_number(s[i], &ev), seen[i]);
            }
    }
    for (int i = 0; i < READERS; i++) {
        while (seen[i] < EVENTS) {
            seen[i]++;
            assert_int_equal(next_number(s[i], &ev), seen[i]);
        }
        http_stream_free(s[i]);
    }
    stop(&w);
}

static void an_id_of_another_class_means_to_start_anew(void **state)
{
    (void)state;
    struct store store = {0};
    struct world w;
    start(&w, &store, &(struct stream_options){0});
    publish(&w, 3);
    static const char *const strange[] = {"0123456789abcdef-2", "17", "nonsense", "-"};
    for (size_t i = 0; i < COUNT(strange); i++) {
        struct http_stream *s = open_stream(&w, "/v1/stream", strange[i]);
        struct http_event ev;
        struct err e = {0};
        enum http_stream_result r = HTTP_STREAM_QUIET;
        for (int k = 0; k < 100 && r == HTTP_STREAM_QUIET; k++)
            r = http_stream_next(s, 100, &ev, &e);
        assert_int_equal(r, HTTP_STREAM_EVENT);
        assert_true(str_eq(ev.event, S("reset")));
        assert_int_equal(next_number(s, &ev), 1);
        http_stream_free(s);
    }
    stop(&w);
}

static void nobody_hears_what_was_cleared_for_others(void **state)
{
    (void)state;
    struct store store = {0};
    struct world w;
    char out[1024];
    start(&w, &store, &(struct stream_options){0});
    say_and_hear(&w, S("GET /v1/theirs HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n\r\n"),
                 out, sizeof out);
    assert_int_equal(status_of(out), 500);

    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct err e = {0};
    const struct cleared *c = event_bytes(&memory, &w.readers[0], 1, 1);
    assert_false(stream_publish(w.hub, reader_text(&w.readers[1], READER_ORG), 1, "item", c, &e));
    assert_int_equal(e.code, ERR_DENIED);
    assert_false(stream_publish(w.hub, reader_text(&w.readers[0], READER_CLASS), 1, "item", c, &e));
    struct str org = reader_text(&w.readers[0], READER_ORG);
    assert_false(stream_publish(w.hub, org, 1, "two words", c, &e));
    assert_false(stream_publish(w.hub, org, 1, "line\nend", c, &e));
    assert_true(stream_publish(w.hub, org, 5, "item", c, &e));
    assert_false(stream_publish(w.hub, org, 5, "item", c, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    stop(&w);
}

static void hundreds_of_readers_share_an_event(void **state)
{
    enum { READERS = 400, EVENTS = 20 };
    (void)state;
    struct store store = {0};
    struct world w;
    static char out[READERS][8192];
    static size_t len[READERS];
    start(&w, &store, &(struct stream_options){0});
    int fds[READERS];
    for (int i = 0; i < READERS; i++) {
        fds[i] = dial(&w);
        tell(fds[i], S("GET /v1/stream HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                       "kepco\r\n\r\n"));
    }
    wait_for_readers(&w, READERS);
    for (int i = 0; i < EVENTS; i++) {
        publish(&w, 1);
        usleep(5000);
    }
    for (int i = 0; i < READERS; i++)
        len[i] = listen_until(fds[i], out[i], sizeof out[i], "{\"n\":20,");
    for (int i = 0; i < READERS; i++) {
        const char *at = out[i];
        for (int n = 1; n <= EVENTS; n++) {
            char want[32];
            snprintf(want, sizeof want, "{\"n\":%d,", n);
            at = strstr(at, want);
            if (!at)
                fail_msg("reader %d lacks event %d of %zu bytes", i, n, len[i]);
        }
        close(fds[i]);
    }
    assert_true(stream_hub_stats(w.hub).delivered >= (uint64_t)READERS * EVENTS);
    for (int i = 0; i < 3; i++) { /* wakes those whose reader has gone; the second write fails */
        publish(&w, 1);
        usleep(200000);
    }
    wait_for_readers(&w, 0);
    stop(&w);
}

static void a_slow_reader_is_cut_off_and_others_are_not(void **state)
{
    enum { EVENTS = 3000 };
    (void)state;
    struct store store = {.pad = 4000};
    struct world w;
    start(&w, &store, &(struct stream_options){.ring_events = 256});
    int slow = dial(&w); /* never reads */
    tell(slow, S("GET /v1/stream HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n\r\n"));
    struct http_stream *quick = open_stream(&w, "/v1/stream?from=start", "");
    struct http_event ev;
    wait_for_readers(&w, 1);
    publish(&w, 1);
    assert_int_equal(next_number(quick, &ev), 1);
    for (uint64_t n = 2; n <= EVENTS; n++) {
        publish(&w, 1);
        assert_int_equal(next_number(quick, &ev), n);
    }
    /* The slow one has fallen out of the ring: it is told so as soon as it reads on. */
    char *out = malloc(4 << 20);
    listen_until(slow, out, 4 << 20, "\r\n0\r\n\r\n");
    assert_int_equal(stream_hub_stats(w.hub).cut_slow, 1);
    assert_null(strstr(out, "{\"n\":3000,"));
    wait_for_readers(&w, 1);
    free(out);
    close(slow);
    http_stream_free(quick);
    stop(&w);
}

static void a_reader_that_does_not_read_at_all_is_cut_off_in_time(void **state)
{
    (void)state;
    struct store store = {.pad = 4000};
    struct world w;
    serve_prepare(&w, rows, COUNT(rows));
    pthread_mutex_init(&store.lock, NULL);
    w.extra = &store;
    w.options.request_ms = 500;
    w.hub = stream_hub_new(&(struct stream_options){.fetch = fetch, .store = &w});
    serve_start(&w);
    int fd = dial(&w);
    tell(fd, S("GET /v1/stream HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n\r\n"));
    wait_for_readers(&w, 1);
    publish(&w, 3000); /* twelve megabytes: more than the kernel holds for it */
    wait_for_readers(&w, 0);
    /* By the server's clock, or because it fell out of the ring: whichever comes first. */
    assert_int_equal(http_server_stats(w.server).cut_slow + stream_hub_stats(w.hub).cut_slow, 1);
    close(fd);
    stop(&w);
}

static void a_quiet_stream_beats(void **state)
{
    (void)state;
    struct store store = {0};
    struct world w;
    char out[4096];
    start(&w, &store, &(struct stream_options){.heartbeat_ms = 40});
    int fd = dial(&w);
    tell(fd, S("GET /v1/stream HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer kepco\r\n\r\n"));
    listen_until(fd, out, sizeof out, ":\n\n\r\n3\r\n:\n\n\r\n3\r\n:\n\n");
    assert_non_null(strstr(out, "Content-Type: text/event-stream"));
    assert_non_null(strstr(out, ":\n\n\r\n3\r\n:\n\n"));
    close(fd);
    wait_for_readers(&w, 0); /* a beat that nobody takes ends the stream */
    stop(&w);
}

static void a_client_comes_back_by_itself_and_misses_nothing(void **state)
{
    (void)state;
    struct store store = {0};
    struct world w;
    start(&w, &store, &(struct stream_options){0});
    w.options.port = http_server_port(w.server);
    publish(&w, 5);
    struct http_stream *s = open_stream(&w, "/v1/stream?from=start", "");
    struct http_event ev;
    for (uint64_t n = 1; n <= 5; n++)
        assert_int_equal(next_number(s, &ev), n);
    assert_true(http_stream_connected(s));

    http_server_stop(w.server);
    publish(&w, 5);
    struct err e = {0};
    assert_int_equal(http_stream_next(s, 50, &ev, &e), HTTP_STREAM_QUIET);
    assert_false(http_stream_connected(s));
    serve_start(&w);
    for (uint64_t n = 6; n <= 10; n++)
        assert_int_equal(next_number(s, &ev), n);

    http_stream_stop(s);
    assert_int_equal(http_stream_next(s, 50, &ev, &e), HTTP_STREAM_STOPPED);
    http_stream_free(s);
    stop(&w);
}

static void a_refused_client_is_told_so(void **state)
{
    (void)state;
    struct store store = {0};
    struct world w;
    start(&w, &store, &(struct stream_options){0});
    char url[64];
    struct err e = {0};
    struct http_event ev;
    struct http_stream *s = NULL;
    snprintf(url, sizeof url, "http://127.0.0.1:%u", http_server_port(w.server));
    struct http_peer peer = {.url = url, .bearer = "nobody"};
    assert_true(http_stream_open(&peer, "/v1/stream", STR_NONE, &s, &e));
    enum http_stream_result r = HTTP_STREAM_QUIET;
    for (int i = 0; i < 50 && r == HTTP_STREAM_QUIET; i++)
        r = http_stream_next(s, 100, &ev, &e);
    assert_int_equal(r, HTTP_STREAM_REFUSED);
    assert_non_null(strstr(e.text, "401"));
    assert_int_equal(http_stream_next(s, 50, &ev, &e), HTTP_STREAM_QUIET); /* it waits now */
    http_stream_free(s);
    stop(&w);
}

static void a_store_that_fails_ends_the_stream_and_not_the_server(void **state)
{
    (void)state;
    struct store store = {.broken = true};
    struct world w;
    start(&w, &store, &(struct stream_options){0});
    struct http_stream *s = open_stream(&w, "/v1/stream?from=start", "");
    struct http_event ev;
    struct err e = {0};
    for (int i = 0; i < 100 && store.fetches == 0; i++)
        (void)http_stream_next(s, 50, &ev, &e);
    store.broken = false;
    publish(&w, 2);
    assert_int_equal(next_number(s, &ev), 1);
    assert_int_equal(next_number(s, &ev), 2);
    http_stream_free(s);
    stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_gets_the_past_and_then_the_present),
        cmocka_unit_test(publishing_while_readers_catch_up_loses_and_repeats_nothing),
        cmocka_unit_test(an_id_of_another_class_means_to_start_anew),
        cmocka_unit_test(nobody_hears_what_was_cleared_for_others),
        cmocka_unit_test(hundreds_of_readers_share_an_event),
        cmocka_unit_test(a_slow_reader_is_cut_off_and_others_are_not),
        cmocka_unit_test(a_reader_that_does_not_read_at_all_is_cut_off_in_time),
        cmocka_unit_test(a_quiet_stream_beats),
        cmocka_unit_test(a_client_comes_back_by_itself_and_misses_nothing),
        cmocka_unit_test(a_refused_client_is_told_so),
        cmocka_unit_test(a_store_that_fails_ends_the_stream_and_not_the_server),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
