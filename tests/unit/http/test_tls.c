/* test_tls.c - the pinned peer is spoken to, any other is not, and old versions are refused. */
#include "http/client.h"
#include "http/tls_self.h"
#include "tests/unit/http/serve.h"

#include <gnutls/gnutls.h>

static bool hello(struct http_call *c, struct err *e)
{
    return serve_say(c, S("\"hello\""), e);
}

static const struct http_route rows[] = {{HTTP_GET, "/v1/hello", 1, hello, "one"}};

static bool by_certificate(void *hook, struct arena *memory, const struct http_credentials *shown,
                           struct http_identity *ret, struct err *e)
{
    struct world *w = hook;
    const struct tls_self *known = w->extra;
    if (!str_eq(shown->certificate, text_of(known->fingerprint)))
        return serve_authenticate(hook, memory, shown, ret, e);
    const struct reader *r = &w->readers[0];
    *ret = (struct http_identity){.actor = r->org, .org = r->org, .reader = r->text, .account = r};
    return true;
}

struct secure {
    struct world w;
    struct arena memory;
    struct tls_self server, machine, other;
    char url[64];
};

static void start(struct secure *s)
{
    struct err e = {0};
    s->memory = ARENA(1 << 20);
    keys_init();
    if (!tls_self_make(&s->memory, clock_real(), NULL, 0, &s->server, &e) ||
        !tls_self_make(&s->memory, clock_real(), (const char *const[]){"sensor-1"}, 1, &s->machine,
                       &e) ||
        !tls_self_make(&s->memory, clock_real(), NULL, 0, &s->other, &e))
        fail_msg("%s", e.text);
    serve_prepare(&s->w, rows, COUNT(rows));
    s->w.options.cert_pem = s->server.cert_pem;
    s->w.options.key_pem = s->server.key_pem;
    s->w.options.ask_certificate = true;
    s->w.options.authenticate = by_certificate;
    s->w.extra = &s->machine;
    serve_start(&s->w);
    snprintf(s->url, sizeof s->url, "https://127.0.0.1:%u", http_server_port(s->w.server));
}

static void stop(struct secure *s)
{
    serve_stop(&s->w);
    arena_drop(&s->memory);
}

/* The status, or 0 with `e`. */
static int ask(struct secure *s, const struct http_peer *peer, struct err *e)
{
    struct http_client *c = NULL;
    struct http_reply r = {0};
    if (!http_client_new(peer, &c, e))
        return 0;
    bool came = http_ask(c, &(struct http_question){.path = "/v1/hello"}, &s->memory, &r, e);
    http_client_free(c);
    return came ? r.status : 0;
}

static void only_the_pinned_peer_is_spoken_to(void **state)
{
    (void)state;
    struct secure s;
    struct err e = {0};
    start(&s);
    struct http_peer peer = {.url = s.url, .bearer = "kepco", .pin = s.server.pin};
    assert_int_equal(ask(&s, &peer, &e), 200);
    peer.pin = s.other.pin;
    assert_int_equal(ask(&s, &peer, &e), 0);
    assert_int_equal(e.code, ERR_DENIED);
    peer.pin = NULL; /* nobody the system knows vouches for it */
    assert_int_equal(ask(&s, &peer, &e), 0);
    assert_int_equal(e.code, ERR_DENIED);
    assert_int_equal(http_server_stats(s.w.server).requests, 1); /* the key was told to no other */

    peer.pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    struct http_stream *stream = NULL;
    struct http_event ev;
    assert_true(http_stream_open(&peer, "/v1/hello", STR_NONE, &stream, &e));
    enum http_stream_result r = HTTP_STREAM_QUIET;
    for (int i = 0; i < 50 && r == HTTP_STREAM_QUIET; i++)
        r = http_stream_next(stream, 100, &ev, &e);
    assert_int_equal(r, HTTP_STREAM_REFUSED);
    assert_int_equal(e.code, ERR_DENIED);
    http_stream_free(stream);
    stop(&s);
}

/* A file of its own; unlinked by whoever asked for it. */
static void put_file(char *path, size_t size, struct str text)
{
    snprintf(path, size, "/tmp/hinomi-test-pem-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.ptr, text.len), text.len);
    close(fd);
}

static void an_authority_in_a_file_is_trusted_for_the_name(void **state)
{
    (void)state;
    struct secure s;
    struct err e = {0};
    start(&s);
    char path[40];
    put_file(path, sizeof path, s.server.cert_pem);
    struct http_peer peer = {.url = s.url, .bearer = "kepco", .ca_file = path};
    assert_int_equal(ask(&s, &peer, &e), 200);
    unlink(path);
    assert_int_equal(ask(&s, &peer, &e), 0);
    stop(&s);
}

static void a_machine_is_known_by_its_certificate(void **state)
{
    enum { MACHINE_CERT, MACHINE_KEY, OTHER_CERT, OTHER_KEY, FILES };
    (void)state;
    struct secure s;
    struct err e = {0};
    char files[FILES][40];
    start(&s);
    put_file(files[MACHINE_CERT], sizeof files[0], s.machine.cert_pem);
    put_file(files[MACHINE_KEY], sizeof files[0], s.machine.key_pem);
    put_file(files[OTHER_CERT], sizeof files[0], s.other.cert_pem);
    put_file(files[OTHER_KEY], sizeof files[0], s.other.key_pem);
    struct http_peer peer = {.url = s.url,
                             .pin = s.server.pin,
                             .cert_file = files[MACHINE_CERT],
                             .key_file = files[MACHINE_KEY]};
    assert_int_equal(ask(&s, &peer, &e), 200);
    peer.cert_file = files[OTHER_CERT];
    peer.key_file = files[OTHER_KEY];
    assert_int_equal(ask(&s, &peer, &e), 401);
    peer.cert_file = files[MACHINE_CERT]; /* another's certificate, without its key */
    assert_int_not_equal(ask(&s, &peer, &e), 200);
    peer.cert_file = peer.key_file = NULL;
    assert_int_equal(ask(&s, &peer, &e), 401);
    for (int i = 0; i < FILES; i++)
        unlink(files[i]);
    stop(&s);
}

static int shake_hands(const struct secure *s, const char *priorities)
{
    gnutls_session_t session;
    gnutls_certificate_credentials_t none;
    gnutls_certificate_allocate_credentials(&none);
    gnutls_init(&session, GNUTLS_CLIENT);
    assert_int_equal(gnutls_priority_set_direct(session, priorities, NULL), 0);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, none);
    int fd = dial(&s->w);
    gnutls_transport_set_int(session, fd);
    gnutls_handshake_set_timeout(session, 5000);
    int code;
    do {
        code = gnutls_handshake(session);
    } while (code < 0 && !gnutls_error_is_fatal(code));
    close(fd);
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(none);
    return code;
}

static void versions_before_1_2_are_refused(void **state)
{
    (void)state;
    struct secure s;
    start(&s);
    assert_int_equal(shake_hands(&s, "NORMAL"), 0);
    assert_int_equal(shake_hands(&s, "NORMAL:-VERS-ALL:+VERS-TLS1.2"), 0);
    assert_true(shake_hands(&s, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT:+SHA1:+SIGN-RSA-SHA1:"
                                "+SIGN-ECDSA-SHA1") < 0);
    char out[256];
    say_and_hear(&s.w, S("GET /v1/hello HTTP/1.1\r\nHost: h\r\n\r\n"), out, sizeof out);
    assert_int_equal(status_of(out), 0); /* plain HTTP is not answered */
    stop(&s);
}

static void a_certificate_is_identified_by_what_was_made(void **state)
{
    (void)state;
    struct secure s;
    struct err e = {0};
    start(&s);
    char fingerprint[TLS_FINGERPRINT_SIZE], pin[TLS_PIN_SIZE];
    assert_true(tls_identify(s.server.cert_pem, fingerprint, pin, &e));
    assert_string_equal(fingerprint, s.server.fingerprint);
    assert_string_equal(pin, s.server.pin);
    assert_string_not_equal(pin, s.other.pin);
    assert_int_equal(strlen(pin), 52);
    assert_false(tls_identify(S("nonsense"), fingerprint, pin, &e));
    assert_int_equal(e.code, ERR_INVALID);
    stop(&s);
}

static void a_peer_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct err e = {0};
    struct http_client *c = NULL;
    static const struct http_peer bad[] = {
        {.url = NULL},
        {.url = "ftp://host"},
        {.url = "http://host", .pin = "sha256//x"},
        {.url = "https://host", .pin = "md5//x"},
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(http_client_new(&bad[i], &c, &e));
    assert_true(http_client_new(&(struct http_peer){.url = "http://127.0.0.1:1"}, &c, &e));
    AUTO(arena_drop) struct arena memory = ARENA(1 << 16);
    struct http_reply r;
    assert_false(http_ask(c, &(struct http_question){.path = "/x"}, &memory, &r, &e));
    assert_int_equal(e.code, ERR_UNAVAILABLE);
    assert_false(http_ask(c, &(struct http_question){.path = "x"}, &memory, &r, &e));
    assert_int_equal(e.code, ERR_INVALID);
    struct http_question q = {.path = "/x", .if_match = S("a\r\nX: y")};
    assert_false(http_ask(c, &q, &memory, &r, &e));
    assert_int_equal(e.code, ERR_INVALID);
    http_client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_pinned_peer_is_spoken_to),
        cmocka_unit_test(an_authority_in_a_file_is_trusted_for_the_name),
        cmocka_unit_test(a_machine_is_known_by_its_certificate),
        cmocka_unit_test(versions_before_1_2_are_refused),
        cmocka_unit_test(a_certificate_is_identified_by_what_was_made),
        cmocka_unit_test(a_peer_that_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}
