/* test_tunnels.c - STUN, WireGuard, OpenVPN and HTTP/2's preface: known by their shape, and only by it. */
#include "dissect/dissector.h"
#include "tests/check.h"
#include "tests/unit/dissect/hello.h"

#define TRANSACTION "abcdefghijkl"
#define COOKIE "\x21\x12\xa4\x42"

/* ---- STUN ---- */

static void stun_messages_say_class_and_method(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
        uint8_t class;
        const char *method;
        uint8_t attributes;
        uint16_t error;
        enum dissect_probe probe;
    } cases[] = {
        {"binding request", S_("\0\1\0\0" COOKIE TRANSACTION), STUN_REQUEST, "binding", 0, 0,
         PROBE_YES},
        {"success with an address",
         S_("\1\1\0\x0c" COOKIE TRANSACTION "\0\x20\0\x08\0\1\xab\xcd\1\2\3\4"), STUN_SUCCESS,
         "binding", STUN_HAS_MAPPED, 0, PROBE_YES},
        {"allocate refused", S_("\1\x13\0\x10" COOKIE TRANSACTION "\0\x09\0\x0a\0\0\4\1realms\0\0"),
         STUN_ERROR, "allocate", 0, 401, PROBE_YES},
        {"send indication", S_("\0\x16\0\0" COOKIE TRANSACTION), STUN_INDICATION, "send", 0, 0,
         PROBE_YES},
        {"ice check", S_("\0\1\0\x10" COOKIE TRANSACTION "\0\6\0\3a:b\0\0\x24\0\4\0\0\0\1"),
         STUN_REQUEST, "binding", STUN_HAS_USERNAME | STUN_HAS_ICE, 0, PROBE_YES},
        {"classic, without cookie", S_("\0\1\0\0mnop" TRANSACTION), STUN_REQUEST, "binding", 0, 0,
         PROBE_MAYBE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        union dissect_facts facts;
        size_t used = 0;
        CHECK_INT(dissector_stun.probe(DISSECT_UDP, cases[i].bytes), cases[i].probe,
                  cases[i].label);
        CHECK_INT(dissector_stun.parse(DISSECT_UDP, cases[i].bytes, &facts, &used), DISSECT_DONE,
                  cases[i].label);
        CHECK_INT(used, cases[i].bytes.len, cases[i].label);
        CHECK_INT(facts.stun.class, cases[i].class, cases[i].label);
        CHECK_INT(facts.stun.attributes, cases[i].attributes, cases[i].label);
        CHECK_INT(facts.stun.error, cases[i].error, cases[i].label);
        assert_string_equal(stun_method_name(facts.stun.method), cases[i].method);
        CHECK_INT(dissector_stun.response(&facts), cases[i].class >= STUN_SUCCESS, cases[i].label);
    }
}

static void what_is_nearly_stun_is_not(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
    } cases[] = {
        {"rtp", S_("\x80\1\0\0" COOKIE TRANSACTION)},
        {"a byte too many", S_("\0\1\0\0" COOKIE TRANSACTION "x")},
        {"a length of no words", S_("\0\1\0\3" COOKIE TRANSACTION "abc")},
        {"an attribute past the end", S_("\0\1\0\4" COOKIE TRANSACTION "\0\6\0\5")},
        {"classic, other method", S_("\0\5\0\0mnop" TRANSACTION)},
        {"half a head", S_("\0\1\0\0" COOKIE)},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(dissector_stun.probe(DISSECT_UDP, cases[i].bytes), PROBE_NO, cases[i].label);
}

static void stun_over_tcp_is_message_after_message(void **state)
{
    const struct str bytes = S("\0\3\0\4" COOKIE TRANSACTION "\0\x19\0\0"
                               "\0\1\0\0" COOKIE TRANSACTION);
    union dissect_facts facts;
    size_t used = 0;
    (void)state;
    CHECK_INT(dissector_stun.parse(DISSECT_TCP, (struct str){bytes.ptr, 22}, &facts, &used),
              DISSECT_NEED_MORE, "part");
    CHECK_INT(dissector_stun.parse(DISSECT_TCP, bytes, &facts, &used), DISSECT_DONE, "first");
    CHECK_INT(used, 24, "first");
    CHECK_INT(dissector_stun.parse(DISSECT_TCP, str_skip(bytes, used), &facts, &used), DISSECT_DONE,
              "second");
    CHECK_INT(facts.stun.method, 1, "second");
}

/* ---- WireGuard ---- */

static void put_random(struct buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put8(out, (unsigned)(i * 151 + 37) & 255);
}

static void wireguard_is_known_by_length_and_keys(void **state)
{
    static const struct {
        const char *label;
        uint8_t type, reserved;
        size_t len, zeros; /* at the end */
        bool constant;
        enum dissect_probe probe;
    } cases[] = {
        {"initiation", 1, 0, 148, 16, false, PROBE_YES},
        {"initiation under load", 1, 0, 148, 0, false, PROBE_MAYBE},
        {"reserved bytes", 1, 7, 148, 16, false, PROBE_MAYBE},
        {"response", 2, 0, 92, 16, false, PROBE_YES},
        {"cookie", 3, 0, 64, 0, false, PROBE_MAYBE},
        {"data", 4, 0, 96, 0, false, PROBE_MAYBE},
        {"keep-alive", 4, 0, 32, 0, false, PROBE_MAYBE},
        {"a length too long", 1, 0, 149, 16, false, PROBE_NO},
        {"data of no blocks", 4, 0, 97, 0, false, PROBE_NO},
        {"a key of one byte", 1, 0, 148, 16, true, PROBE_NO},
        {"type 5", 5, 0, 148, 16, false, PROBE_NO},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf b = BUF(256);
        put8(&b, cases[i].type), put16(&b, 0), put8(&b, cases[i].reserved);
        if (cases[i].constant)
            while (b.len < cases[i].len)
                put8(&b, 'x');
        else
            put_random(&b, cases[i].len - 4);
        memset(b.ptr + b.len - cases[i].zeros, 0, cases[i].zeros);
        CHECK_INT(dissector_wireguard.probe(DISSECT_UDP, buf_str(&b)), cases[i].probe,
                  cases[i].label);
    }
}

/* ---- OpenVPN ---- */

static void put_reset(struct buf *out, unsigned opcode, size_t hmac, uint32_t replay, uint32_t time)
{
    put8(out, opcode << 3);
    buf_put(out, S("session!"));
    put_random(out, hmac);
    if (replay) {
        put16(out, replay >> 16), put16(out, replay & 0xffff);
        put16(out, time >> 16), put16(out, time & 0xffff);
    }
}

static void openvpn_resets_are_told_by_their_whole_shape(void **state)
{
    static const struct {
        const char *label;
        unsigned opcode;
        size_t hmac;
        uint32_t replay, time;
        struct str end;
        int wrap; /* -1: no OpenVPN */
    } cases[] = {
        {"plain", 7, 0, 0, 0, S_("\0\0\0\0\0"), OPENVPN_PLAIN},
        {"the server's", 8, 0, 0, 0, S_("\1\0\0\0\0remotes!\0\0\0\0"), OPENVPN_PLAIN},
        {"sha-1", 7, 20, 1, 0x6a000000, S_("\0\0\0\0\0"), OPENVPN_TLS_AUTH},
        {"sha-512, sent again", 7, 64, 3, 0x6a000000, S_("\0\0\0\0\0"), OPENVPN_TLS_AUTH},
        {"tls-crypt", 7, 0, 1, 0x6a000000, S_("0123456789abcdef0123456789ABCDEFxxxxx"),
         OPENVPN_TLS_CRYPT},
        {"tls-crypt version 2", 10, 0, 1, 0x6a000000,
         S_("0123456789abcdef0123456789ABCDEFxxxxx and the wrapped key of the client"),
         OPENVPN_TLS_CRYPT},
        {"a client that acknowledges", 7, 0, 0, 0, S_("\1\0\0\0\0remotes!\0\0\0\0"), -1},
        {"not the first packet", 7, 0, 0, 0, S_("\0\0\0\0\1"), -1},
        {"a time that is none", 7, 20, 1, 5, S_("\0\0\0\0\0"), -1},
        {"data", 6, 0, 0, 0, S_("\0\0\0\0\0"), -1},
        {"a byte more", 7, 0, 0, 0, S_("\0\0\0\0\0\0"), -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int tcp = 0; tcp < 2; tcp++) {
            AUTO(buf_drop) struct buf packet = BUF(512), bytes = BUF(512);
            enum dissect_transport over = tcp ? DISSECT_TCP : DISSECT_UDP;
            union dissect_facts facts;
            size_t used = 0;
            put_reset(&packet, cases[i].opcode, cases[i].hmac, cases[i].replay, cases[i].time);
            buf_put(&packet, cases[i].end);
            if (tcp)
                put16(&bytes, (unsigned)packet.len);
            buf_put(&bytes, buf_str(&packet));
            bool good = cases[i].wrap >= 0;
            CHECK_INT(dissector_openvpn.probe(over, buf_str(&bytes)), good ? PROBE_YES : PROBE_NO,
                      cases[i].label);
            CHECK_INT(dissector_openvpn.parse(over, buf_str(&bytes), &facts, &used),
                      good ? DISSECT_DONE : DISSECT_NOT, cases[i].label);
            if (!good)
                continue;
            CHECK_INT(facts.openvpn.opcode, cases[i].opcode, cases[i].label);
            CHECK_INT(facts.openvpn.wrap, cases[i].wrap, cases[i].label);
            CHECK_INT(facts.openvpn.hmac_size, cases[i].hmac, cases[i].label);
        }
}

/* ---- HTTP/2 ---- */

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define SETTINGS "\0\0\x0c\4\0\0\0\0\0\0\3\0\0\0\x64\0\4\0\0\xff\xff"

static void check_both_settings(const struct http2_facts *f, const char *label)
{
    CHECK_INT(f->settings[0].value, 100, label);
    assert_string_equal(http2_setting_name(f->settings[1].id), "SETTINGSINITIALWINDOWSIZE");
}

static void a_preface_and_its_settings_are_read(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
        enum dissect_probe probe;
        enum dissect_result result;
        int settings;
    } cases[] = {
        {"client", S_(PREFACE SETTINGS), PROBE_YES, DISSECT_DONE, 2},
        {"server", S_(SETTINGS), PROBE_YES, DISSECT_DONE, 2},
        {"server with the defaults", S_("\0\0\0\4\0\0\0\0\0"), PROBE_MAYBE, DISSECT_DONE, 0},
        {"half a preface", S_("PRI * HTTP/2.0\r\n"), PROBE_YES, DISSECT_NEED_MORE, 0},
        {"half of the settings", S_(PREFACE "\0\0\x0c\4\0\0\0\0\0\0\3"), PROBE_YES,
         DISSECT_NEED_MORE, 0},
        {"a preface and other frames", S_(PREFACE "\0\0\4\x08\0\0\0\0\0\0\0\0\1"), PROBE_YES,
         DISSECT_DONE, 0},
        {"an acknowledgement", S_("\0\0\0\4\1\0\0\0\0"), PROBE_NO, DISSECT_NOT, 0},
        {"a setting that is none", S_("\0\0\6\4\0\0\0\0\0\1\3\0\0\0\x64"), PROBE_NO, DISSECT_DONE,
         1},
        {"http/1", S_("GET / HTTP/1.1\r\n\r\n12345"), PROBE_NO, DISSECT_NOT, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        union dissect_facts facts;
        size_t used = 0;
        CHECK_INT(dissector_http2.probe(DISSECT_TCP, cases[i].bytes), cases[i].probe,
                  cases[i].label);
        CHECK_INT(dissector_http2.parse(DISSECT_TCP, cases[i].bytes, &facts, &used),
                  cases[i].result, cases[i].label);
        if (cases[i].result != DISSECT_DONE)
            continue;
        CHECK_INT(facts.http2.n_settings, cases[i].settings, cases[i].label);
        if (cases[i].settings == 2)
            check_both_settings(&facts.http2, cases[i].label);
    }
    const struct dissector *d = dissector_guess(DISSECT_TCP, 40000, 80, S(PREFACE SETTINGS));
    assert_ptr_equal(d, &dissector_http2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stun_messages_say_class_and_method),
        cmocka_unit_test(what_is_nearly_stun_is_not),
        cmocka_unit_test(stun_over_tcp_is_message_after_message),
        cmocka_unit_test(wireguard_is_known_by_length_and_keys),
        cmocka_unit_test(openvpn_resets_are_told_by_their_whole_shape),
        cmocka_unit_test(a_preface_and_its_settings_are_read),
    };
    return cmocka_run_group_tests_name("tunnels", tests, NULL, NULL);
}
