/* test_quic.c - QUIC Initial packets: the RFCs' own vectors, hellos in any pieces, and what is refused. */
#include "core/encode.h"
#include "dissect/dissector.h"
#include "tests/check.h"
#include "tests/unit/dissect/quic_seal.h"

#include <stdlib.h>

/* ---- RFC 9001 and RFC 9369, appendix A ---- */

#define DCID S("\x83\x94\xc8\xf0\x3e\x51\x57\x08")

static const char vector_crypto[] =
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
    "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
    "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
    "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
    "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
    "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
    "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
    "75300901100f088394c8f03e51570806048000ffff";

static const char vector_server_1[] =
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a"
    "5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3"
    "dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
    "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4"
    "2158407dd074ee";

static const char vector_server_2[] =
    "dc6b3343cf0008f067a5502a4262b50040"
    "75d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017"
    "915358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa"
    "52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda"
    "98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140";

static void put_hex_text(struct buf *out, const char *hex)
{
    char bytes[2048];
    size_t n = strlen(hex) / 2;
    assert_true(hex_read((struct str){hex, 2 * n}, bytes, n));
    buf_put(out, (struct str){bytes, n});
}

/* The state lives as long as a flow's does. */
struct talk_state {
    struct quic_state s;
    union dissect_facts facts;
};

static enum dissect_result take(struct talk_state *t, struct str datagram)
{
    return dissector_quic.parse_more(&t->s, datagram, &t->facts);
}

static void the_vectors_of_both_rfcs_are_read(void **state)
{
    static const struct {
        const char *label;
        const struct seal_version *version;
        const char *head, *tag, *server, *name;
    } cases[] = {
        {"RFC 9001", &seal_v1,
         "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b",
         "e221af44860018ab0856972e194cd934", vector_server_1, "1"},
        {"RFC 9369", &seal_v2,
         "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071",
         "a18b2faa745b6fe189cf772a9f84cbfc", vector_server_2, "2"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop)
        struct buf frames = BUF(4096), packet = BUF(4096), want = BUF(4096), server = BUF(4096);
        struct talk_state *t = calloc(1, sizeof *t);
        assert_non_null(t);
        put_hex_text(&frames, vector_crypto);
        seal_packet(
            &packet,
            &(struct seal){.version = cases[i].version, .dcid = DCID, .number = 2, .padded = 1162},
            buf_str(&frames));
        CHECK_INT(packet.len, 1200, cases[i].label);
        put_hex_text(&want, cases[i].head);
        put_hex_text(&want, cases[i].tag);
        assert_memory_equal(packet.ptr, want.ptr, want.len - 16);
        assert_memory_equal(packet.ptr + 1184, want.ptr + want.len - 16, 16);

        CHECK_INT(dissector_quic.probe(DISSECT_UDP, buf_str(&packet)), PROBE_YES, cases[i].label);
        CHECK_INT(take(t, buf_str(&packet)), DISSECT_DONE, cases[i].label);
        const struct quic_facts *f = &t->facts.quic;
        CHECK_INT(f->have, QUIC_HAS_CLIENT | QUIC_HAS_VERIFIED, cases[i].label);
        CHECK_INT(f->dcid_len, 8, cases[i].label);
        CHECK_INT(f->scid_len, 0, cases[i].label);
        assert_string_equal(quic_version_name(f->version), cases[i].name);
        assert_true(str_eq(tls_sni(&f->client), S("example.com")));
        assert_true(str_eq(tls_alpn_offered(&f->client, 0), S("alpn")));
        assert_string_equal(f->client.ja4, "q13d0211an_62ed6f6ca7ad_4d634acda6c0");

        put_hex_text(&server, cases[i].server); /* before a hello that is still to come */
        t->s.hello.front = 0;
        memset(t->s.hello.known, 0, sizeof t->s.hello.known);
        CHECK_INT(take(t, buf_str(&server)), DISSECT_NEED_MORE, cases[i].label);
        CHECK_INT(t->s.server_version, cases[i].version->number, cases[i].label);
        free(t);
    }
}

/* ---- pieces ---- */

static void put_hello(struct buf *out, struct str sni, unsigned extensions)
{
    struct hello_spec spec = {.version = 0x0303,
                              .ciphers = LIST(0x1301, 0x1302, 0x1303),
                              .versions = LIST(0x0304),
                              .sni = sni,
                              .alpn = S("h3")};
    for (unsigned i = 0; i < extensions; i++)
        spec.others.v[spec.others.n++] = (uint16_t)(0x6000 + i);
    put_client_hello(out, &spec);
}

static const struct seal plain = {.version = &seal_v1,
                                  .dcid = S_("\x01\x02\x03\x04\x05\x06\x07\x08"),
                                  .scid = S_("abcd"),
                                  .padded = 1150};

/* Every third byte first, then the rest: more holes than anybody bounds. */
static void a_hello_in_shuffled_crumbs_over_packets_is_joined(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(4096);
    struct talk_state *t = calloc(1, sizeof *t);
    (void)state;
    put_hello(&hello, S("pieces.example"), 20);
    for (size_t pass = 0; pass < 3; pass++) {
        AUTO(buf_drop) struct buf frames = BUF(4096), packet = BUF(4096);
        struct seal s = plain;
        s.number = (uint32_t)pass;
        for (size_t at = 2 - pass; at < hello.len; at += 3) {
            put_crypto(&frames, at, (struct str){hello.ptr + at, 1});
            put8(&frames, at % 2); /* PING and PADDING between */
        }
        seal_packet(&packet, &s, buf_str(&frames));
        CHECK_INT(take(t, buf_str(&packet)), pass < 2 ? DISSECT_NEED_MORE : DISSECT_DONE, "pass");
    }
    assert_true(str_eq(tls_sni(&t->facts.quic.client), S("pieces.example")));
    CHECK_INT(t->facts.quic.initials, 3, "initials");
    CHECK_INT(t->facts.quic.scid_len, 4, "scid");
    free(t);
}

static void coalesced_packets_are_walked_and_the_first_version_of_a_byte_stays(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(4096), other = BUF(4096), datagram = BUF(8192);
    struct talk_state *t = calloc(1, sizeof *t);
    (void)state;
    put_hello(&hello, S("first.example"), 3);
    put_hello(&other, S("later.example"), 3);
    struct str halves[] = {{hello.ptr + 40, hello.len - 40}, {other.ptr, other.len}};
    size_t offsets[] = {40, 0};
    for (size_t i = 0; i < 2; i++) {
        AUTO(buf_drop) struct buf frames = BUF(4096);
        struct seal s = plain;
        s.padded = 400;
        s.number = (uint32_t)i;
        put8(&frames, 2), put8(&frames, 9), put8(&frames, 0), put8(&frames, 1); /* ACK */
        put8(&frames, 1), put8(&frames, 0), put8(&frames, 2);
        put_crypto(&frames, offsets[i], halves[i]);
        seal_packet(&datagram, &s, buf_str(&frames));
    }
    CHECK_INT(take(t, buf_str(&datagram)), DISSECT_DONE, "both in one datagram");
    assert_true(str_eq(tls_sni(&t->facts.quic.client), S("first.example")));
    free(t);
}

static void after_a_retry_the_servers_choice_makes_the_keys(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(4096), frames = BUF(4096), a = BUF(4096), b = BUF(4096);
    struct talk_state *t = calloc(1, sizeof *t);
    struct seal s = plain;
    (void)state;
    put_hello(&hello, S("retry.example"), 3);
    put_crypto(&frames, 0, (struct str){hello.ptr, 60});
    seal_packet(&a, &s, buf_str(&frames));
    CHECK_INT(take(t, buf_str(&a)), DISSECT_NEED_MORE, "half a hello");
    CHECK_INT(take(t, S("\xf0\0\0\0\1\4"
                        "abcd"
                        "\x0a"
                        "serverpick"
                        "token and its tag of sixteen")),
              DISSECT_NEED_MORE, "retry");
    s.dcid = S("serverpick");
    s.token = S("token");
    s.number = 1;
    buf_clear(&frames);
    put_crypto(&frames, 0, buf_str(&hello));
    seal_packet(&b, &s, buf_str(&frames));
    CHECK_INT(take(t, buf_str(&b)), DISSECT_DONE, "the whole hello again");
    CHECK_INT(t->facts.quic.have,
              QUIC_HAS_CLIENT | QUIC_HAS_VERIFIED | QUIC_HAS_SERVER | QUIC_HAS_RETRY, "have");
    CHECK_INT(t->facts.quic.token_len, 5, "token");
    CHECK_INT(t->facts.quic.dcid_len, 8, "the first");
    assert_true(str_eq(tls_sni(&t->facts.quic.client), S("retry.example")));
    free(t);
}

/* RFC 9368: the server answers in version 2, the client goes on in it with the keys of the same id. */
static void a_client_may_go_on_in_another_version(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(4096), frames = BUF(4096), more = BUF(4096);
    AUTO(buf_drop) struct buf a = BUF(4096), b = BUF(4096), answer = BUF(4096);
    struct talk_state *t = calloc(1, sizeof *t);
    struct seal s = plain;
    (void)state;
    put_hello(&hello, S("v2.example"), 3);
    put_crypto(&frames, 0, (struct str){hello.ptr, 60});
    seal_packet(&a, &s, buf_str(&frames));
    CHECK_INT(take(t, buf_str(&a)), DISSECT_NEED_MORE, "version 1");
    struct seal servers = {.version = &seal_v2,
                           .origin = s.dcid,
                           .dcid = s.scid,
                           .scid = S("server"),
                           .server = true,
                           .padded = 100};
    seal_packet(&answer, &servers, S("\1"));
    CHECK_INT(take(t, buf_str(&answer)), DISSECT_NEED_MORE, "the server's");
    s.version = &seal_v2;
    s.origin = s.dcid;
    s.dcid = S("server");
    put_crypto(&more, 60, str_skip(buf_str(&hello), 60));
    seal_packet(&b, &s, buf_str(&more));
    CHECK_INT(take(t, buf_str(&b)), DISSECT_DONE, "version 2");
    CHECK_INT(t->facts.quic.version, seal_v2.number, "version");
    CHECK_INT(t->facts.quic.server_version, seal_v2.number, "server's version");
    assert_true(str_eq(tls_sni(&t->facts.quic.client), S("v2.example")));
    free(t);
}

/* ---- refusals and ends ---- */

static void nothing_is_believed_whose_tag_is_wrong(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(4096), frames = BUF(4096), packet = BUF(4096);
    struct talk_state *t = calloc(1, sizeof *t);
    (void)state;
    put_hello(&hello, S("forged.example"), 3);
    put_crypto(&frames, 0, buf_str(&hello));
    seal_packet(&packet, &plain, buf_str(&frames));
    packet.ptr[packet.len - 1] ^= 1;
    for (int i = 0; i < QUIC_INITIALS_MAX - 1; i++)
        CHECK_INT(take(t, buf_str(&packet)), DISSECT_NEED_MORE, "forged");
    CHECK_INT(take(t, buf_str(&packet)), DISSECT_DONE, "enough");
    CHECK_INT(t->facts.quic.have, 0, "nothing verified");
    CHECK_INT(t->facts.quic.version, 1, "but a QUIC version was spoken");
    free(t);
}

static void what_is_sure_is_told_at_the_end(void **state)
{
    AUTO(buf_drop) struct buf hello = BUF(4096), frames = BUF(4096), packet = BUF(4096);
    struct talk_state *t = calloc(1, sizeof *t);
    (void)state;
    CHECK_INT(take(t, STR_NONE), DISSECT_NOT, "nothing came");
    put_hello(&hello, S("cut.example"), 3);
    put_crypto(&frames, 0, (struct str){hello.ptr, 20});
    seal_packet(&packet, &plain, buf_str(&frames));
    CHECK_INT(take(t, buf_str(&packet)), DISSECT_NEED_MORE, "a piece");
    CHECK_INT(take(t, STR_NONE), DISSECT_DONE, "the end");
    CHECK_INT(t->facts.quic.have, QUIC_HAS_VERIFIED, "verified, no client");
    free(t);
}

static void bytes_that_are_no_initial_are_refused(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
    } cases[] = {
        {"short header", S_("\x43 abcdefghijklmnopqrstuvwxyz")},
        {"unknown version", S_("\xc3\x51\x30\x34\x36\x08"
                               "12345678\0\0\4abcd")},
        {"version negotiation", S_("\xc3\0\0\0\0\x08"
                                   "12345678\0\0\0\0\1")},
        {"a connection id of 21", S_("\xc3\0\0\0\1\x15"
                                     "123456789012345678901\0\0\4abcd")},
        {"a length past the end", S_("\xc3\0\0\0\1\x08"
                                     "12345678\0\0\x44\x9e"
                                     "abcd")},
        {"a token past the end", S_("\xc3\0\0\0\1\x08"
                                    "12345678\0\xff\xff\xff\xff\xff\xff\xff\xff")},
        {"no fixed bit", S_("\x83\0\0\0\1\x08"
                            "12345678\0\0\4abcd")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct talk_state *t = calloc(1, sizeof *t);
        CHECK_INT(dissector_quic.probe(DISSECT_UDP, cases[i].bytes), PROBE_NO, cases[i].label);
        CHECK_INT(take(t, cases[i].bytes), DISSECT_NOT, cases[i].label);
        free(t);
    }
}

static void a_hello_longer_than_is_kept_ends_the_search(void **state)
{
    static const char *const labels[] = {"stated length", "offset"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        AUTO(buf_drop) struct buf frames = BUF(4096), packet = BUF(4096);
        struct talk_state *t = calloc(1, sizeof *t);
        put_crypto(&frames, i ? GATHER_MAX - 2 : 0, S("\1\1\0\0\3\3"));
        seal_packet(&packet, &plain, buf_str(&frames));
        CHECK_INT(take(t, buf_str(&packet)), DISSECT_DONE, labels[i]);
        CHECK_INT(t->facts.quic.have, QUIC_HAS_VERIFIED, labels[i]);
        free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_both_rfcs_are_read),
        cmocka_unit_test(a_hello_in_shuffled_crumbs_over_packets_is_joined),
        cmocka_unit_test(coalesced_packets_are_walked_and_the_first_version_of_a_byte_stays),
        cmocka_unit_test(after_a_retry_the_servers_choice_makes_the_keys),
        cmocka_unit_test(a_client_may_go_on_in_another_version),
        cmocka_unit_test(nothing_is_believed_whose_tag_is_wrong),
        cmocka_unit_test(what_is_sure_is_told_at_the_end),
        cmocka_unit_test(bytes_that_are_no_initial_are_refused),
        cmocka_unit_test(a_hello_longer_than_is_kept_ends_the_search),
    };
    return cmocka_run_group_tests_name("quic", tests, NULL, NULL);
}
