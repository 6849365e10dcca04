/* test_selector.c - canonical text of addresses, names and URLs: one meaning, one spelling. */
#include "core/selector.h"

#include "tests/unit/core/text.h"

static void addresses_are_read_as_written_and_nothing_else(void **state)
{
    static const struct {
        const char *label;
        struct str in;
        const char *want; /* NULL: refused */
    } cases[] = {
        {"plain", S_("192.0.2.7"), "192.0.2.7"},
        {"edges", S_("255.0.255.0"), "255.0.255.0"},
        {"octal look", S_("192.0.02.7"), NULL},
        {"too large", S_("192.0.2.256"), NULL},
        {"three parts", S_("192.0.2"), NULL},
        {"five parts", S_("1.2.3.4.5"), NULL},
        {"trailing dot", S_("1.2.3.4."), NULL},
        {"space", S_("1.2.3.4 "), NULL},
        {"hexadecimal", S_("0x7f.0.0.1"), NULL},
        {"v6 in full", S_("2001:0DB8:0:0:0:0:0:1"), "2001:db8::1"},
        {"v6 gap first", S_("::1"), "::1"},
        {"v6 gap last", S_("fe80::"), "fe80::"},
        {"v6 all zero", S_("::"), "::"},
        {"v6 one zero group stays", S_("1:0:2:3:4:5:6:7"), "1:0:2:3:4:5:6:7"},
        {"v6 first of two equal gaps", S_("1:0:0:2:3:0:0:4"), "1::2:3:0:0:4"},
        {"v6 longest gap", S_("1:0:0:2:0:0:0:4"), "1:0:0:2::4"},
        {"mapped", S_("::ffff:192.0.2.7"), "192.0.2.7"},
        {"mapped in hex", S_("::ffff:c000:207"), "192.0.2.7"},
        {"v4 at the end", S_("64:ff9b::192.0.2.7"), "64:ff9b::c000:207"},
        {"two gaps", S_("1::2::3"), NULL},
        {"nine groups", S_("1:2:3:4:5:6:7:8:9"), NULL},
        {"seven groups", S_("1:2:3:4:5:6:7"), NULL},
        {"gap for nothing", S_("1:2:3:4:5:6:7::8"), NULL},
        {"five digits", S_("12345::"), NULL},
        {"single colon", S_(":"), NULL},
        {"ends in a colon", S_("1:2:3:4:5:6:7:"), NULL},
        {"zone", S_("fe80::1%eth0"), NULL},
        {"v4 in the middle", S_("1:192.0.2.7::"), NULL},
        {"empty", S_(""), NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct addr a;
        struct err e = {0};
        char text[ADDR_TEXT_SIZE];
        CHECK_INT(addr_parse(cases[i].in, &a, &e), cases[i].want != NULL, cases[i].label);
        if (cases[i].want)
            CHECK_STR(addr_format(&a, text), cstr(cases[i].want), cases[i].label);
        else
            assert_true(e.code == ERR_INVALID && e.text[0]);
    }
}

static void networks_keep_no_bit_past_their_prefix(void **state)
{
    static const struct {
        const char *label;
        struct str in;
        const char *want;
        enum selector_kind kind;
    } cases[] = {
        {"a network", S_("192.0.2.0/24"), "192.0.2.0/24", SELECTOR_PREFIX4},
        {"everything", S_("0.0.0.0/0"), "0.0.0.0/0", SELECTOR_PREFIX4},
        {"a whole address", S_("192.0.2.7/32"), "192.0.2.7", SELECTOR_IPV4},
        {"v6", S_("2001:db8::/32"), "2001:db8::/32", SELECTOR_PREFIX6},
        {"v6 whole", S_("2001:db8::1/128"), "2001:db8::1", SELECTOR_IPV6},
        {"mapped", S_("::ffff:192.0.2.0/120"), "192.0.2.0/24", SELECTOR_PREFIX4},
        {"wider than mapped", S_("::/64"), "::/64", SELECTOR_PREFIX6},
        {"host bits", S_("192.0.2.7/24"), NULL, 0},
        {"host bits in v6", S_("2001:db8::1/64"), NULL, 0},
        {"too long", S_("192.0.2.0/33"), NULL, 0},
        {"no length", S_("192.0.2.0/"), NULL, 0},
        {"leading zero", S_("192.0.2.0/024"), NULL, 0},
        {"negative", S_("192.0.2.0/-1"), NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct addr a;
        struct err e = {0};
        char text[ADDR_TEXT_SIZE];
        CHECK_INT(prefix_parse(cases[i].in, &a, &e), cases[i].want != NULL, cases[i].label);
        if (!cases[i].want)
            continue;
        struct selector s = selector_of_addr(&a, text);
        CHECK_STR(s.value, cstr(cases[i].want), cases[i].label);
        CHECK_INT(s.kind, cases[i].kind, cases[i].label);
        assert_true(selector_check(&s, &e));
    }
}

static void a_network_contains_what_shares_its_bits(void **state)
{
    static const struct {
        struct str outer, inner;
        bool want;
    } cases[] = {
        {S_("10.0.0.0/8"), S_("10.255.0.1"), true},  {S_("10.0.0.0/8"), S_("11.0.0.1"), false},
        {S_("10.0.0.0/9"), S_("10.128.0.0"), false}, {S_("10.0.0.0/8"), S_("10.0.0.0/8"), true},
        {S_("10.0.0.0/9"), S_("10.0.0.0/8"), false}, {S_("0.0.0.0/0"), S_("2001:db8::1"), false},
        {S_("::/0"), S_("2001:db8::1"), true},       {S_("192.0.2.1"), S_("192.0.2.1"), true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct addr outer, inner;
        struct err e;
        assert_true(prefix_parse(cases[i].outer, &outer, &e));
        assert_true(prefix_parse(cases[i].inner, &inner, &e));
        CHECK_INT(addr_contains(&outer, &inner), cases[i].want, cases[i].outer.ptr);
    }
}

static void names_lose_case_and_the_last_dot(void **state)
{
    static const struct {
        struct str in;
        const char *want;
    } cases[] = {
        {S_("Evil.EXAMPLE."), "evil.example"},
        {S_("_dmarc.a-b.example"), "_dmarc.a-b.example"},
        {S_("localhost"), "localhost"},
        {S_("a..b"), NULL},
        {S_("."), NULL},
        {S_(""), NULL},
        {S_(".a"), NULL},
        {S_("1.2.3.400"), NULL},
        {S_("a b.example"), NULL},
        {S_("b\xc3\xbc"
            "cher.example"),
         NULL},
        {S_("xn--bcher-kva.example"), "xn--bcher-kva.example"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[SELECTOR_DOMAIN_MAX + 1];
        struct str name;
        CHECK_INT(domain_canonical(cases[i].in, out, &name), cases[i].want != NULL,
                  cases[i].in.ptr);
        if (cases[i].want)
            CHECK_STR(name, cstr(cases[i].want), cases[i].in.ptr);
    }
    char out[SELECTOR_DOMAIN_MAX + 1], label[66];
    struct str name;
    memset(label, 'a', sizeof label);
    assert_true(domain_canonical((struct str){label, 63}, out, &name));
    assert_false(domain_canonical((struct str){label, 64}, out, &name));
    assert_true(domain_is_below(S("a.evil.example"), S("evil.example")));
    assert_true(domain_is_below(S("evil.example"), S("evil.example")));
    assert_false(domain_is_below(S("notevil.example"), S("evil.example")));
    assert_false(domain_is_below(S("example"), S("evil.example")));
}

static void a_url_has_one_spelling(void **state)
{
    static const struct {
        const char *label;
        struct str host;
        uint16_t port;
        struct str target;
        const char *want;
    } cases[] = {
        {"empty path", S_("evil.example"), 0, S_(""), "evil.example/"},
        {"web ports", S_("evil.example"), 443, S_("/"), "evil.example/"},
        {"odd port", S_("evil.example"), 8080, S_("/a"), "evil.example:8080/a"},
        {"unreserved escapes", S_("e.example"), 80, S_("/%7Eb%6f%62"), "e.example/~bob"},
        {"case of escapes", S_("e.example"), 0, S_("/%c3%A9"), "e.example/%C3%A9"},
        {"slash stays escaped", S_("e.example"), 0, S_("/a%2fb"), "e.example/a%2Fb"},
        {"raw bytes", S_("e.example"), 0, S_("/a b\xc3\xa9\"<"), "e.example/a%20b%C3%A9%22%3C"},
        {"stray percent", S_("e.example"), 0, S_("/100%"), "e.example/100%25"},
        {"dots", S_("e.example"), 0, S_("/a/./b/../c"), "e.example/a/c"},
        {"dots above", S_("e.example"), 0, S_("/../../a"), "e.example/a"},
        {"dots last", S_("e.example"), 0, S_("/a/b/.."), "e.example/a/"},
        {"one dot last", S_("e.example"), 0, S_("/a/."), "e.example/a/"},
        {"escaped dots", S_("e.example"), 0, S_("/a/%2e%2E/b"), "e.example/b"},
        {"three dots are a name", S_("e.example"), 0, S_("/.../a"), "e.example/.../a"},
        {"query", S_("e.example"), 0, S_("/a?x=%7e/../y"), "e.example/a?x=~/../y"},
        {"empty query", S_("e.example"), 0, S_("/a?"), "e.example/a"},
        {"fragment", S_("e.example"), 0, S_("/a#b?c"), "e.example/a"},
        {"v6", S_("2001:db8::1"), 81, S_("/"), "[2001:db8::1]:81/"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char out[SELECTOR_URL_MAX + 1];
        struct str url;
        assert_true(url_canonical(cases[i].host, cases[i].port, cases[i].target, out, &url));
        CHECK_STR(url, cstr(cases[i].want), cases[i].label);
        CHECK_INT(url_is_canonical(url), true, cases[i].label);
        CHECK_STR(url_host(url), cases[i].host, cases[i].label);
    }
    char out[SELECTOR_URL_MAX + 1], target[SELECTOR_URL_MAX + 1];
    struct str url;
    memset(target, '/', sizeof target);
    assert_false(url_canonical(S("e.example"), 0, (struct str){target, sizeof target}, out, &url));
    assert_false(url_is_canonical(S("Evil.example/")));
    assert_false(url_is_canonical(S("evil.example")));
    assert_false(url_is_canonical(S("evil.example:80/")));
}

static void only_canonical_values_pass_the_check(void **state)
{
    static const struct {
        struct selector s;
        bool want;
    } cases[] = {
        {{SELECTOR_IPV4, S_("192.0.2.1")}, true},
        {{SELECTOR_IPV4, S_("192.0.2.0/24")}, false},
        {{SELECTOR_IPV4, S_("::ffff:192.0.2.1")}, false},
        {{SELECTOR_IPV6, S_("2001:DB8::1")}, false},
        {{SELECTOR_PREFIX4, S_("192.0.2.0/24")}, true},
        {{SELECTOR_PREFIX4, S_("192.0.2.0/32")}, false},
        {{SELECTOR_DOMAIN, S_("evil.example")}, true},
        {{SELECTOR_DOMAIN, S_("Evil.example")}, false},
        {{SELECTOR_DOMAIN_BELOW, S_("*.evil.example")}, false},
        {{SELECTOR_URL, S_("evil.example/a")}, true},
        {{SELECTOR_URL, S_("http://evil.example/a")}, false},
        {{SELECTOR_JA3, S_("e7d705a3286e19ea42f587b344ee6865")}, true},
        {{SELECTOR_JA3, S_("E7D705a3286e19ea42f587b344ee6865")}, false},
        {{SELECTOR_JA4, S_("t13d1516h2_8daaf6152771_b0da82dd1658")}, true},
        {{SELECTOR_JA4, S_("t13d1516h2_8daaf6152771_b0da82dd165")}, false},
        {{SELECTOR_FILE_SHA1, S_("da39a3ee5e6b4b0d3255bfef95601890afd80709")}, true},
        {{SELECTOR_FILE_SHA256, S_("da39a3ee5e6b4b0d3255bfef95601890afd80709")}, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        CHECK_INT(selector_check(&cases[i].s, &e), cases[i].want, cases[i].s.value.ptr);
    }
    for (int k = 0; k < SELECTOR_KIND_COUNT; k++) {
        enum selector_kind back;
        assert_true(selector_kind_parse(cstr(selector_kind_name((enum selector_kind)k)), &back));
        assert_int_equal(back, k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_as_written_and_nothing_else),
        cmocka_unit_test(networks_keep_no_bit_past_their_prefix),
        cmocka_unit_test(a_network_contains_what_shares_its_bits),
        cmocka_unit_test(names_lose_case_and_the_last_dot),
        cmocka_unit_test(a_url_has_one_spelling),
        cmocka_unit_test(only_canonical_values_pass_the_check),
    };
    return cmocka_run_group_tests_name("selector", tests, NULL, NULL);
}
