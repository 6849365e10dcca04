/* test_dtls.c - hellos over datagrams: whole, in fragments, out of order, and the server's certificate. */
#include "dissect/dissector.h"
#include "tests/check.h"
#include "tests/unit/dissect/der.h"

#include <stdlib.h>

/* One record with one fragment of a message (header of 4, then its body). */
static void put_fragment(struct buf *out, struct str message, unsigned sequence, size_t offset,
                         size_t len)
{
    put8(out, 22), put16(out, 0xfefd), put16(out, 0);
    put16(out, 0), put16(out, 0), put16(out, sequence);
    put16(out, (unsigned)len + 12);
    buf_put(out, (struct str){message.ptr, 4});
    put16(out, sequence), put24(out, (unsigned)offset), put24(out, (unsigned)len);
    buf_put(out, (struct str){message.ptr + 4 + offset, len});
}

static void put_whole(struct buf *out, struct str message, unsigned sequence)
{
    put_fragment(out, message, sequence, 0, message.len - 4);
}

/* hello.h writes TLS's: DTLS has a cookie after the session id (RFC 6347 4.2.1). */
static void put_dtls_hello(struct buf *out, const struct hello_spec *spec, struct str cookie)
{
    AUTO(buf_drop) struct buf tls = BUF(8192);
    put_client_hello(&tls, spec);
    put8(out, 1), put24(out, (unsigned)(tls.len - 4 + 1 + cookie.len));
    buf_put(out, (struct str){tls.ptr + 4, 35});
    put8(out, (unsigned)cookie.len), buf_put(out, cookie);
    buf_put(out, str_skip(buf_str(&tls), 39));
}

static const struct hello_spec usual = {.version = 0xfefd,
                                        .ciphers = LIST(0xc02b, 0xc02f),
                                        .groups = LIST(29, 23),
                                        .sigalgs = LIST(0x0403),
                                        .sni = S_("call.example")};

struct talk_state {
    struct dtls_state s;
    union dissect_facts facts;
};

static enum dissect_result take(struct talk_state *t, struct str datagram)
{
    enum dissect_result r = dissector_dtls.parse_more(&t->s, datagram, &t->facts);
    if (r == DISSECT_DONE)
        memset(&t->s, 0, sizeof t->s);
    return r;
}

static void a_hello_is_read_whatever_its_version(void **state)
{
    static const struct {
        const char *label;
        uint16_t legacy;
        struct list16 versions;
        const char *ja4;
    } cases[] = {
        {"1.0", 0xfeff, {.n = 0}, "dd1d0204"},
        {"1.2", 0xfefd, {.n = 0}, "dd2d0204"},
        {"1.3 among others", 0xfefd, LIST(0xfefd, 0xfefc, 0xfeff), "dd3d0205"},
        {"1.2 with grease", 0xfefd, LIST(0x1a1a, 0xfeff, 0xfefd), "dd2d0205"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf hello = BUF(8192), datagram = BUF(8192);
        struct talk_state *t = calloc(1, sizeof *t);
        struct hello_spec spec = usual;
        spec.version = cases[i].legacy;
        spec.versions = cases[i].versions;
        put_dtls_hello(&hello, &spec, i % 2 ? S("cookie") : STR_NONE);
        put_whole(&datagram, buf_str(&hello), 0);
        CHECK_INT(dissector_dtls.probe(DISSECT_UDP, buf_str(&datagram)), PROBE_YES, cases[i].label);
        CHECK_INT(take(t, buf_str(&datagram)), DISSECT_DONE, cases[i].label);
        CHECK_INT(t->facts.tls.have, TLS_HAS_CLIENT, cases[i].label);
        if (strncmp(t->facts.tls.client.ja4, cases[i].ja4, 8) != 0)
            fail_msg("%s: got %s", cases[i].label, t->facts.tls.client.ja4);
        assert_true(str_eq(tls_sni(&t->facts.tls.client), S("call.example")));
        free(t);
    }
}

static void fragments_are_joined_within_and_over_datagrams(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(8192), a = BUF(8192), b = BUF(8192);
    struct talk_state *t = calloc(1, sizeof *t);
    (void)state;
    put_dtls_hello(&hello, &usual, STR_NONE);
    size_t body = hello.len - 4;
    put_fragment(&a, buf_str(&hello), 0, 70, body - 70);
    put_fragment(&a, buf_str(&hello), 0, 10, 30);
    put_fragment(&b, buf_str(&hello), 0, 0, 20); /* overlaps */
    put_fragment(&b, buf_str(&hello), 0, 35, 35);
    CHECK_INT(take(t, buf_str(&a)), DISSECT_NEED_MORE, "holes");
    CHECK_INT(take(t, buf_str(&b)), DISSECT_DONE, "whole");
    assert_true(str_eq(tls_sni(&t->facts.tls.client), S("call.example")));

    buf_clear(&a); /* another message takes the place of one that never ends */
    buf_clear(&b);
    put_fragment(&a, buf_str(&hello), 0, 0, 20);
    put_whole(&b, buf_str(&hello), 1);
    CHECK_INT(take(t, buf_str(&a)), DISSECT_NEED_MORE, "never ends");
    CHECK_INT(take(t, buf_str(&b)), DISSECT_DONE, "the next one");
    free(t);
}

static void put_servers(struct buf *hello, struct buf *certificate)
{
    AUTO(buf_drop) struct buf der = BUF(16384);
    static const struct certificate_spec spec = {
        .issuer = {{OID_CN, 0x0c, S_("WebRTC")}},
        .subject = {{OID_CN, 0x0c, S_("WebRTC")}},
        .serial = S_("\x11"),
        .not_before = S_("260101000000Z"),
        .not_after = S_("270101000000Z"),
        .time_tag = 0x17,
    };
    put_server_hello(hello, 0xfefd, 0xc02b, STR_NONE);
    put_certificate(&der, &spec);
    put_certificate_message(certificate, buf_str(&der));
}

static void a_server_is_told_with_its_certificate(void **state)
{
    AUTO(buf_drop)
    struct buf hello = BUF(8192), certificate = BUF(16384), a = BUF(16384), b = BUF(16384);
    struct talk_state *t = calloc(1, sizeof *t);
    (void)state;
    put_servers(&hello, &certificate);
    size_t body = certificate.len - 4;
    put_whole(&a, buf_str(&hello), 1);
    put_fragment(&a, buf_str(&certificate), 2, 0, 50);
    put_fragment(&b, buf_str(&certificate), 2, 50, body - 50);
    CHECK_INT(take(t, buf_str(&a)), DISSECT_NEED_MORE, "certificate to come");
    CHECK_INT(take(t, buf_str(&b)), DISSECT_DONE, "all");
    const struct tls_facts *f = &t->facts.tls;
    CHECK_INT(f->have, TLS_HAS_SERVER | TLS_HAS_CERTIFICATE, "have");
    CHECK_INT(f->server.version, 0xfefd, "version");
    assert_int_equal(strlen(f->server.ja3s), 32);
    assert_true(f->certificate.read && f->certificate.self_signed);
    assert_true(str_eq(x509_subject(&f->certificate), S("CN=WebRTC")));

    CHECK_INT(take(t, buf_str(&a)), DISSECT_NEED_MORE, "again");
    CHECK_INT(take(t, STR_NONE), DISSECT_DONE, "the end of the flow");
    CHECK_INT(t->facts.tls.have, TLS_HAS_SERVER, "without the certificate");
    CHECK_INT(take(t, STR_NONE), DISSECT_NOT, "nothing more");
    free(t);
}

static void a_server_of_1_3_has_its_certificate_hidden(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(8192), a = BUF(8192);
    struct talk_state *t = calloc(1, sizeof *t);
    (void)state;
    put_server_hello(&hello, 0xfefd, 0x1301, S("\0\x2b\0\2\xfe\xfc"));
    put_whole(&a, buf_str(&hello), 1);
    CHECK_INT(take(t, buf_str(&a)), DISSECT_DONE, "at once");
    CHECK_INT(t->facts.tls.server.version, 0xfefc, "version");
    assert_true(t->facts.tls.certificate_hidden);
    free(t);
}

static void what_is_no_handshake_in_the_clear_is_passed(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
    } cases[] = {
        {"application data", S_("\x17\xfe\xfd\0\1\0\0\0\0\0\1\0\4abcd")},
        {"a finished of epoch 1", S_("\x16\xfe\xfd\0\1\0\0\0\0\0\1\0\x0c\1\0\0\0\0\0\0\0\0\0\0\0")},
        {"another version", S_("\x16\3\3\0\0\0\0\0\0\0\1\0\x0c\1\0\0\0\0\0\0\0\0\0\0\0")},
        {"a fragment past its message",
         S_("\x16\xfe\xfd\0\0\0\0\0\0\0\1\0\x0e\1\0\0\1\0\0\0\0\0\0\0\2ab")},
        {"a fragment past its record",
         S_("\x16\xfe\xfd\0\0\0\0\0\0\0\1\0\x0d\1\0\0\2\0\0\0\0\0\0\0\2a")},
        {"a record past the datagram", S_("\x16\xfe\xfd\0\0\0\0\0\0\0\1\0\x0e\1\0\0\2")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct talk_state *t = calloc(1, sizeof *t);
        CHECK_INT(take(t, cases[i].bytes), DISSECT_NOT, cases[i].label);
        CHECK_INT(dissector_dtls.probe(DISSECT_UDP, cases[i].bytes), PROBE_NO, cases[i].label);
        free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_is_read_whatever_its_version),
        cmocka_unit_test(fragments_are_joined_within_and_over_datagrams),
        cmocka_unit_test(a_server_is_told_with_its_certificate),
        cmocka_unit_test(a_server_of_1_3_has_its_certificate_hidden),
        cmocka_unit_test(what_is_no_handshake_in_the_clear_is_passed),
    };
    return cmocka_run_group_tests_name("dtls", tests, NULL, NULL);
}
