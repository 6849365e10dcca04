/* test_tls.c - hellos however they are cut up, and what is said of the server's answer. */
#include "dissect/dissector.h"
#include "tests/check.h"
#include "tests/unit/dissect/hello.h"

static const struct hello_spec plain = {
    .version = 0x0303,
    .ciphers = LIST(0x0a0a, 0x1301, 0xc02f),
    .groups = LIST(0x1a1a, 29, 23),
    .sigalgs = LIST(0x0403, 0x0804),
    .versions = LIST(0x2a2a, 0x0304, 0x0303),
    .others = LIST(0x3a3a, 23, 0xfe0d),
    .sni = S_("Login.Example.NET"),
    .alpn = S_("h2"),
};

static enum dissect_result parse(struct str bytes, union dissect_facts *facts)
{
    size_t used = 0;
    return dissector_tls.parse(DISSECT_TCP, bytes, facts, &used);
}

static void a_hello_is_read_however_it_is_split_over_records(void **state)
{
    static const size_t splits[] = {1, 2, 3, 4, 5, 40, 100, 16384};
    (void)state;
    for (size_t i = 0; i < COUNT(splits); i++) {
        AUTO(buf_drop) struct buf message = BUF(4096), flight = BUF(65536);
        union dissect_facts facts;
        char label[32];
        snprintf(label, sizeof label, "records of %zu", splits[i]);
        put_client_hello(&message, &plain);
        put_records(&flight, buf_str(&message), splits[i]);
        for (size_t n = 0; n < flight.len; n++)
            CHECK_INT(parse((struct str){flight.ptr, n}, &facts), DISSECT_NEED_MORE, label);
        CHECK_INT(parse(buf_str(&flight), &facts), DISSECT_DONE, label);
        const struct tls_client_hello *h = &facts.tls.client;
        CHECK_INT(facts.tls.have, TLS_HAS_CLIENT, label);
        CHECK_INT(str_eq(tls_sni(h), S("login.example.net")), true, label);
        CHECK_INT(str_eq(tls_alpn_offered(h, 0), S("h2")), true, label);
        CHECK_INT(tls_alpn_offered(h, 1).len, 0, label);
        CHECK_INT(tls_version_offered(h), 0x0304, label);
        CHECK_INT(h->n_ciphers, 3, label);
        CHECK_INT(h->has_ech, true, label);
        CHECK_INT(strlen(h->ja3), 32, label);
        CHECK_INT(strncmp(h->ja4, "t13d0208h2_", 11), 0, label);
    }
}

static void what_is_no_hello_is_refused(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
    } cases[] = {
        {"another protocol", S_("GET / HTTP/1.1\r\n\r\n")},
        {"application data", S_("\x17\3\3\0\1a")},
        {"a record of version 2", S_("\x16\2\1\0\4\1\0\0\0")},
        {"a record too long", S_("\x16\3\1\xff\xff\1\0\0\0")},
        {"an empty hello", S_("\x16\3\1\0\4\1\0\0\0")},
        {"some other message first", S_("\x16\3\1\0\4\x0e\0\0\0")},
        {"an SSL 2 hello whose lengths disagree",
         S_("\x80\x20\1\3\1\0\3\0\0\0\x10\0\0\2aaaaaaaaaaaaaaaa")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        union dissect_facts facts;
        CHECK_INT(parse(cases[i].bytes, &facts), DISSECT_NOT, cases[i].label);
    }
}

static void an_ssl2_compatible_hello_is_counted_without_a_fingerprint(void **state)
{
    static const struct str hello = S_("\x80\x1f\1\3\1\0\6\0\0\0\x10\0\0\x2f\1\0\x80"
                                       "0123456789abcdef");
    union dissect_facts facts;
    (void)state;
    assert_int_equal(parse(hello, &facts), DISSECT_DONE);
    assert_true(facts.tls.client.ssl2);
    assert_int_equal(facts.tls.client.version, 0x0301);
    assert_int_equal(facts.tls.client.n_ciphers, 1);
    assert_int_equal(facts.tls.client.ciphers[0], 0x002f);
    assert_string_equal(facts.tls.client.ja3, "");
    assert_string_equal(facts.tls.client.ja4, "");
}

static void the_first_certificate_is_hashed_where_it_is_in_the_clear(void **state)
{
    static const struct {
        const char *label;
        size_t record;
    } cases[] = {{"one record", 16384}, {"records of 50", 50}, {"records of 7", 7}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf messages = BUF(4096), flight = BUF(16384);
        union dissect_facts facts;
        uint8_t want[SHA256_SIZE];
        const char *label = cases[i].label;
        put_server_hello(&messages, 0x0303, 0xc02f, S("\0\x10\0\5\0\3\2h2\xff\1\0\1\0"));
        size_t hello_len = messages.len;
        put8(&messages, 11), put24(&messages, 19), put24(&messages, 16);
        put24(&messages, 7), buf_put(&messages, S("der-one"));
        put24(&messages, 3), buf_put(&messages, S("two"));
        put_records(&flight, buf_str(&messages), cases[i].record);
        sha256_of(S("der-one"), want);

        CHECK_INT(parse(buf_str(&flight), &facts), DISSECT_DONE, label);
        CHECK_INT(facts.tls.have, TLS_HAS_SERVER | TLS_HAS_CERTIFICATE, label);
        CHECK_INT(memcmp(facts.tls.cert_sha256, want, sizeof want), 0, label);
        CHECK_INT(facts.tls.server.version, 0x0303, label);
        CHECK_INT(facts.tls.server.cipher, 0xc02f, label);
        CHECK_INT(facts.tls.server.alpn_len, 2, label);
        CHECK_INT(facts.tls.certificate_hidden, false, label);

        /* A stream that ends after the ServerHello still says what was chosen. */
        AUTO(buf_drop) struct buf cut = BUF(4096);
        put_records(&cut, (struct str){messages.ptr, hello_len}, cases[i].record);
        CHECK_INT(parse(buf_str(&cut), &facts), DISSECT_NEED_MORE, label);
        CHECK_INT(facts.tls.have, TLS_HAS_SERVER, label);
    }
}

static void tls13_certificates_are_said_to_be_hidden(void **state)
{
    AUTO(buf_drop) struct buf message = BUF(4096), flight = BUF(4096);
    union dissect_facts facts;
    (void)state;
    put_server_hello(&message, 0x0303, 0x1301, S("\0\x2b\0\2\3\4\0\x33\0\0"));
    put_records(&flight, buf_str(&message), 16384);
    assert_int_equal(parse(buf_str(&flight), &facts), DISSECT_DONE);
    assert_int_equal(facts.tls.have, TLS_HAS_SERVER);
    assert_true(facts.tls.certificate_hidden);
    assert_int_equal(facts.tls.server.version, 0x0304);
    assert_int_equal(facts.tls.server.legacy_version, 0x0303);
}

static void a_resumed_session_and_an_alert_end_the_wait(void **state)
{
    AUTO(buf_drop) struct buf message = BUF(4096), flight = BUF(4096);
    union dissect_facts facts;
    (void)state;
    put_server_hello(&message, 0x0303, 0xc02f, STR_NONE);
    put_records(&flight, buf_str(&message), 16384);
    buf_put(&flight, S("\x14\3\3\0\1\1"));
    assert_int_equal(parse(buf_str(&flight), &facts), DISSECT_DONE);
    assert_int_equal(facts.tls.have, TLS_HAS_SERVER);

    assert_int_equal(parse(S("\x15\3\1\0\2\2\x28"), &facts), DISSECT_DONE);
    assert_int_equal(facts.tls.have, TLS_HAS_ALERT);
    assert_int_equal(facts.tls.alert, 40);
}

static void a_list_past_its_bound_has_no_fingerprint(void **state)
{
    AUTO(buf_drop) struct buf body = BUF(8192), message = BUF(8192), flight = BUF(16384);
    union dissect_facts facts;
    (void)state;
    put16(&body, 0x0303);
    for (int i = 0; i < 32; i++)
        put8(&body, 1);
    put8(&body, 0), put16(&body, 2 * (TLS_CIPHERS_MAX + 1));
    for (unsigned i = 0; i <= TLS_CIPHERS_MAX; i++)
        put16(&body, i);
    put8(&body, 1), put8(&body, 0);
    put8(&message, 1), put24(&message, (unsigned)body.len), buf_put(&message, buf_str(&body));
    put_records(&flight, buf_str(&message), 16384);
    assert_int_equal(parse(buf_str(&flight), &facts), DISSECT_DONE);
    assert_true(facts.tls.client.overlong);
    assert_string_equal(facts.tls.client.ja3, "");
    assert_string_equal(facts.tls.client.ja4, "");
}

static void a_flight_without_end_is_given_up(void **state)
{
    static char endless[TLS_FLIGHT_MAX] = "\x16\3\1\x40\0\1\0\xff\xff";
    union dissect_facts facts;
    (void)state;
    assert_int_equal(parse((struct str){endless, sizeof endless - 1}, &facts), DISSECT_NEED_MORE);
    assert_int_equal(parse((struct str){endless, sizeof endless}, &facts), DISSECT_NOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_is_read_however_it_is_split_over_records),
        cmocka_unit_test(what_is_no_hello_is_refused),
        cmocka_unit_test(an_ssl2_compatible_hello_is_counted_without_a_fingerprint),
        cmocka_unit_test(the_first_certificate_is_hashed_where_it_is_in_the_clear),
        cmocka_unit_test(tls13_certificates_are_said_to_be_hidden),
        cmocka_unit_test(a_resumed_session_and_an_alert_end_the_wait),
        cmocka_unit_test(a_list_past_its_bound_has_no_fingerprint),
        cmocka_unit_test(a_flight_without_end_is_given_up),
    };
    return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}
