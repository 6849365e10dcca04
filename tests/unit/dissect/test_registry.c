/* test_registry.c - the bytes decide what a flow speaks; the port is only asked when they cannot. */
#include "dissect/dissector.h"
#include "tests/check.h"

#define DNS_QUERY "\x12\x34\x01\x00\0\1\0\0\0\0\0\0\1a\2jp\0\0\1\0\1"

static void bytes_decide_and_ports_only_help(void **state)
{
    static const struct {
        const char *label;
        enum dissect_transport transport;
        uint16_t port;
        struct str bytes;
        enum app app;
    } cases[] = {
        {"dns on 53", DISSECT_UDP, 53, S_(DNS_QUERY), APP_DNS},
        {"dns on 443", DISSECT_UDP, 443, S_(DNS_QUERY), APP_DNS},
        {"mdns is told by its port", DISSECT_UDP, 5353, S_(DNS_QUERY), APP_MDNS},
        {"llmnr too", DISSECT_UDP, 5355, S_(DNS_QUERY), APP_LLMNR},
        {"dns over tcp on a port of its own", DISSECT_TCP, 5300, S_("\0\x16" DNS_QUERY), APP_DNS},
        {"text on 53 is not dns", DISSECT_UDP, 53, S_("hello, this is no name server"),
         APP_UNKNOWN},
        {"tls on 8080", DISSECT_TCP, 8080, S_("\x16\3\1\2\0\1\0\1\xfc\3\3"), APP_TLS},
        {"http on 443", DISSECT_TCP, 443, S_("GET / HTTP/1.1\r\n"), APP_HTTP},
        {"half a request line needs the port", DISSECT_TCP, 80, S_("GET /ind"), APP_HTTP},
        {"half a request line elsewhere", DISSECT_TCP, 4444, S_("GET /ind"), APP_UNKNOWN},
        {"ssh on 443 is ssh", DISSECT_TCP, 443, S_("SSH-2.0-OpenSSH_9.2\r\n"), APP_SSH},
        {"a quic packet is nobody's yet", DISSECT_UDP, 443,
         S_("\xc3\0\0\0\1\x08"
            "12345678"),
         APP_UNKNOWN},
        {"nothing", DISSECT_TCP, 443, S_(""), APP_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct dissector *d =
            dissector_guess(cases[i].transport, 40000, cases[i].port, cases[i].bytes);
        CHECK_INT(d ? d->app : APP_UNKNOWN, cases[i].app, cases[i].label);
    }
}

static void every_row_is_whole(void **state)
{
    size_t rows = 0;
    (void)state;
    for (const struct dissector *d; (d = dissector_at(rows)); rows++) {
        assert_true(d->name && d->probe && d->parse && d->most && d->transports);
        assert_string_equal(d->name, app_name(d->app));
        for (size_t n = 0; n < 3; n++) { /* any row takes any few bytes */
            union dissect_facts facts;
            size_t used;
            struct str few = {"\xff\xff\xff", n};
            (void)d->probe(DISSECT_TCP, few);
            (void)d->parse(DISSECT_TCP, few, &facts, &used);
        }
    }
    for (enum app app = APP_UNKNOWN + 1; app < APP_COUNT; app++) {
        bool known = false;
        for (size_t i = 0; i < rows; i++)
            known |= dissector_at(i)->app == app;
        if (!known)
            fail_msg("no row dissects %s", app_name(app));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_decide_and_ports_only_help),
        cmocka_unit_test(every_row_is_whole),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
