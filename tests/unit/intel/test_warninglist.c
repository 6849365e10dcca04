/* test_warninglist.c - what a poisoned feed asks to block, and the reason it is refused. */
#include "intel/warninglist.h"

#include "tests/unit/core/text.h"

static struct warninglist *standard(struct arena *memory)
{
    struct err e;
    struct warninglist *w = warninglist_new(memory);
    assert_non_null(w);
    assert_true(warninglist_add_builtin(w, &e));
    assert_true(warninglist_add(w,
                                S("# ours\n198.18.0.0/24\nown.example # here\n*.plant.example\n"),
                                S("own space"), &e));
    assert_true(warninglist_add(
        w,
        S("{\"name\":\"Exact\",\"type\":\"string\",\"list\":[\"alone.example\",\"203.0.113.9\"]}"),
        S("exact.json"), &e));
    warninglist_ready(w);
    return w;
}

static void protected_things_are_refused_in_both_directions(void **state)
{
    static const struct {
        struct selector s;
        const char *why; /* NULL: may be blocked */
    } cases[] = {
        {{SELECTOR_IPV4, S_("8.8.8.8")}, "big public resolvers"},
        {{SELECTOR_PREFIX4, S_("8.8.8.0/24")}, "big public resolvers"},
        {{SELECTOR_PREFIX4, S_("0.0.0.0/0")}, "this network"},
        {{SELECTOR_IPV6, S_("2001:4860:4860::8888")}, "big public resolvers"},
        {{SELECTOR_IPV4, S_("198.41.0.4")}, "DNS root and registry servers"},
        {{SELECTOR_DOMAIN, S_("m.root-servers.net")}, "DNS root and registry servers"},
        {{SELECTOR_IPV4, S_("10.1.2.3")}, "private use"},
        {{SELECTOR_IPV4, S_("224.0.0.1")}, "multicast"},
        {{SELECTOR_IPV4, S_("255.255.255.255")}, "reserved"},
        {{SELECTOR_IPV6, S_("fe80::1")}, "link local"},
        {{SELECTOR_IPV4, S_("198.18.0.7")}, "own space"},
        {{SELECTOR_IPV4, S_("198.19.0.7")}, "benchmarking"},
        {{SELECTOR_IPV4, S_("203.0.113.9")}, "Exact (exact.json)"},
        {{SELECTOR_IPV4, S_("203.0.113.10")}, NULL},
        {{SELECTOR_IPV4, S_("8.8.8.9")}, NULL},
        {{SELECTOR_PREFIX4, S_("8.8.9.0/24")}, NULL},
        {{SELECTOR_DOMAIN, S_("google.com")}, "top sites"},
        {{SELECTOR_DOMAIN, S_("mail.google.com")}, "top sites"},
        {{SELECTOR_DOMAIN, S_("google.com.evil.example")}, NULL},
        {{SELECTOR_DOMAIN, S_("notgoogle.com")}, NULL},
        {{SELECTOR_DOMAIN_BELOW, S_("github.io")}, "public suffix"},
        {{SELECTOR_DOMAIN, S_("evil.github.io")}, NULL},
        {{SELECTOR_DOMAIN, S_("co.jp")}, "public suffix"},
        {{SELECTOR_DOMAIN_BELOW, S_("go.jp")}, "public suffix"},
        {{SELECTOR_DOMAIN, S_("x.own.example")}, "own space"},
        {{SELECTOR_DOMAIN, S_("x.plant.example")}, "own space"},
        {{SELECTOR_DOMAIN, S_("alone.example")}, "Exact (exact.json)"},
        {{SELECTOR_DOMAIN, S_("x.alone.example")}, NULL},
        {{SELECTOR_DOMAIN_BELOW, S_("alone.example")}, "Exact (exact.json)"},
        {{SELECTOR_DOMAIN_BELOW, S_("or.jp")}, "public suffix"},
        {{SELECTOR_DOMAIN_BELOW, S_("nict.jp")},
         "updates, certificates, time and warning services"},
        {{SELECTOR_DOMAIN, S_("nict.jp")}, NULL},
        {{SELECTOR_URL, S_("google.com/")}, "top sites"},
        {{SELECTOR_URL, S_("google.com/evil")}, NULL},
        {{SELECTOR_URL, S_("8.8.8.8/")}, "big public resolvers"},
        {{SELECTOR_FILE_MD5, S_("d41d8cd98f00b204e9800998ecf8427e")}, "hashes of an empty file"},
        {{SELECTOR_FILE_MD5, S_("d41d8cd98f00b204e9800998ecf8427f")}, NULL},
    };
    AUTO(arena_drop) struct arena memory = ARENA((size_t)16 << 20);
    const struct warninglist *w = standard(&memory);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str why = S("");
        CHECK_INT(warninglist_check(w, &cases[i].s, &why), cases[i].why != NULL,
                  cases[i].s.value.ptr);
        CHECK_STR(why, cstr(cases[i].why ? cases[i].why : ""), cases[i].s.value.ptr);
    }
}

static void a_broken_list_is_refused(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct arena small = ARENA(4000);
    struct warninglist *w = warninglist_new(&memory), *tight = warninglist_new(&small);
    struct err e = {0};
    (void)state;
    assert_false(warninglist_add(w, S("{\"list\": "), S("x"), &e));
    assert_false(warninglist_add(w, S("{\"a\": 1}"), S("x"), &e));
    assert_true(warninglist_add(w, S("not a name\n"), S("x"), &e));
    assert_int_equal(warninglist_skipped(w), 1);
    assert_false(warninglist_add_builtin(tight, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    arena_drop(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protected_things_are_refused_in_both_directions),
        cmocka_unit_test(a_broken_list_is_refused),
    };
    return cmocka_run_group_tests_name("warninglist", tests, NULL, NULL);
}
