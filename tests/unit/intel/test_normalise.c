/* test_normalise.c - the hundred ways people write an indicator, and the one it becomes. */
#include "intel/normalise.h"

#include "tests/unit/core/text.h"

static const struct {
    const char *label;
    enum claim claim;
    struct str in;
    enum selector_kind kind;
    const char *want; /* NULL: refused, and then why */
    enum why why;
} cases[] = {
    {"address", CLAIM_ANY, S_("198.51.100.7"), SELECTOR_IPV4, "198.51.100.7", 0},
    {"defanged address", CLAIM_ANY, S_("198[.]51[.]100[.]7"), SELECTOR_IPV4, "198.51.100.7", 0},
    {"address and port", CLAIM_ANY, S_("198.51.100.7:443"), SELECTOR_IPV4, "198.51.100.7", 0},
    {"v6 and port", CLAIM_ANY, S_("[2001:db8::1]:443"), SELECTOR_IPV6, "2001:db8::1", 0},
    {"mapped", CLAIM_ANY, S_("::FFFF:198.51.100.7"), SELECTOR_IPV4, "198.51.100.7", 0},
    {"defanged v6", CLAIM_ANY, S_("2001[:]db8::1"), SELECTOR_IPV6, "2001:db8::1", 0},
    {"network", CLAIM_ANY, S_("198.51.100.0/24"), SELECTOR_PREFIX4, "198.51.100.0/24", 0},
    {"host bits", CLAIM_ANY, S_("198.51.100.7/24"), 0, NULL, WHY_HOST_BITS},
    {"bad address", CLAIM_ANY, S_("198.51.100.700"), 0, NULL, WHY_BAD_ADDRESS},
    {"leading zero", CLAIM_ANY, S_("198.051.100.7"), 0, NULL, WHY_BAD_ADDRESS},
    {"network too long", CLAIM_ADDRESS, S_("198.51.100.0/40"), 0, NULL, WHY_BAD_ADDRESS},
    {"name", CLAIM_ANY, S_("Evil.Example."), SELECTOR_DOMAIN, "evil.example", 0},
    {"[.]", CLAIM_ANY, S_("evil[.]example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"(.)", CLAIM_ANY, S_("evil(.)example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"{.}", CLAIM_ANY, S_("evil{.}example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"[dot]", CLAIM_ANY, S_("evil[DOT]example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"(dot)", CLAIM_ANY, S_("evil(dot)example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"half a bracket", CLAIM_ANY, S_("evil[.example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"backslash", CLAIM_ANY, S_("evil\\.example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"full-width dot", CLAIM_ANY, S_("evil。example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"quotes", CLAIM_ANY, S_(" \"evil.example\", "), SELECTOR_DOMAIN, "evil.example", 0},
    {"wide spaces", CLAIM_ANY, S_("　evil.example\xc2\xa0"), SELECTOR_DOMAIN, "evil.example", 0},
    {"star", CLAIM_ANY, S_("*.evil.example"), SELECTOR_DOMAIN_BELOW, "evil.example", 0},
    {"leading dot", CLAIM_ANY, S_(".evil.example"), SELECTOR_DOMAIN_BELOW, "evil.example", 0},
    {"below", CLAIM_BELOW, S_("evil.example"), SELECTOR_DOMAIN_BELOW, "evil.example", 0},
    {"IDN", CLAIM_ANY, S_("bücher.example"), SELECTOR_DOMAIN, "xn--bcher-kva.example", 0},
    {"sharp s", CLAIM_ANY, S_("straße.example"), SELECTOR_DOMAIN, "xn--strae-oqa.example", 0},
    {"Japanese", CLAIM_ANY, S_("例え.jp"), SELECTOR_DOMAIN, "xn--r8jz45g.jp", 0},
    {"full-width letters", CLAIM_ANY, S_("ＥＶＩＬ.example"), SELECTOR_DOMAIN, "evil.example", 0},
    {"A-label", CLAIM_ANY, S_("XN--R8JZ45G.jp"), SELECTOR_DOMAIN, "xn--r8jz45g.jp", 0},
    {"name and port", CLAIM_ANY, S_("evil.example:8080"), SELECTOR_DOMAIN, "evil.example", 0},
    {"single label", CLAIM_ANY, S_("localhost"), 0, NULL, WHY_SINGLE_LABEL},
    {"no name", CLAIM_ANY, S_("evil..example"), 0, NULL, WHY_BAD_NAME},
    {"words", CLAIM_ANY, S_("see below"), 0, NULL, WHY_UNRECOGNISED},
    {"mail", CLAIM_ANY, S_("a@evil.example"), 0, NULL, WHY_TYPE_UNUSED},
    {"URL", CLAIM_ANY, S_("http://evil.example/a"), SELECTOR_URL, "evil.example/a", 0},
    {"hxxps", CLAIM_ANY, S_("hXXps://evil[.]example/"), SELECTOR_URL, "evil.example/", 0},
    {"[://]", CLAIM_ANY, S_("hxxp[://]evil.example/a"), SELECTOR_URL, "evil.example/a", 0},
    {"hxxps[:]//", CLAIM_ANY, S_("hxxps[:]//evil(.)example/a"), SELECTOR_URL, "evil.example/a", 0},
    {"a name like a broken scheme", CLAIM_ANY, S_("hxxp-tools.example"), SELECTOR_DOMAIN,
     "hxxp-tools.example", 0},
    {"another", CLAIM_ANY, S_("fxpro.example"), SELECTOR_DOMAIN, "fxpro.example", 0},
    {"fangs in a path", CLAIM_ANY, S_("http://evil.example/a[.]php"), SELECTOR_URL,
     "evil.example/a.php", 0},
    {"parentheses in a path", CLAIM_URL, S_("http://evil.example/a(.)b"), SELECTOR_URL,
     "evil.example/a(.)b", 0},
    {"a claimed URL may end in a quote", CLAIM_URL, S_(" http://evil.example/it' "), SELECTOR_URL,
     "evil.example/it'", 0},
    {"unless it is wrapped in quotes", CLAIM_URL, S_("'http://evil.example/it'"), SELECTOR_URL,
     "evil.example/it", 0},
    {"user", CLAIM_ANY, S_("http://bank.example@evil.example/"), SELECTOR_URL, "evil.example/", 0},
    {"port", CLAIM_ANY, S_("https://evil.example:8443"), SELECTOR_URL, "evil.example:8443/", 0},
    {"web port", CLAIM_ANY, S_("https://evil.example:443/"), SELECTOR_URL, "evil.example/", 0},
    {"ftp port", CLAIM_ANY, S_("ftp://evil.example:21/a"), SELECTOR_URL, "evil.example/a", 0},
    {"no scheme", CLAIM_ANY, S_("evil.example/a?b"), SELECTOR_URL, "evil.example/a?b", 0},
    {"address URL", CLAIM_ANY, S_("http://198.51.100.7/x"), SELECTOR_URL, "198.51.100.7/x", 0},
    {"v6 URL", CLAIM_ANY, S_("http://[2001:DB8::1]/x"), SELECTOR_URL, "[2001:db8::1]/x", 0},
    {"IDN URL", CLAIM_ANY, S_("http://例え.jp/é"), SELECTOR_URL, "xn--r8jz45g.jp/%C3%A9", 0},
    {"claimed URL", CLAIM_URL, S_("evil.example"), SELECTOR_URL, "evil.example/", 0},
    {"cut short", CLAIM_ANY, S_("http://evil.example/lon…"), 0, NULL, WHY_CUT_SHORT},
    {"URL without host", CLAIM_ANY, S_("http:///a"), 0, NULL, WHY_BAD_URL},
    {"URL with bad port", CLAIM_ANY, S_("http://evil.example:70000/"), 0, NULL, WHY_BAD_URL},
    {"URL of this machine", CLAIM_ANY, S_("http://localhost/"), 0, NULL, WHY_SINGLE_LABEL},
    {"MD5", CLAIM_ANY, S_("D41D8CD98F00B204E9800998ECF8427E"), SELECTOR_FILE_MD5,
     "d41d8cd98f00b204e9800998ecf8427e", 0},
    {"JA3", CLAIM_JA3, S_("D41D8CD98F00B204E9800998ECF8427E"), SELECTOR_JA3,
     "d41d8cd98f00b204e9800998ecf8427e", 0},
    {"JA4", CLAIM_ANY, S_("t13d1516h2_8daaf6152771_b0da82dd1658"), SELECTOR_JA4,
     "t13d1516h2_8daaf6152771_b0da82dd1658", 0},
    {"SHA-1 by length", CLAIM_FILE_HASH, S_("da39a3ee5e6b4b0d3255bfef95601890afd80709"),
     SELECTOR_FILE_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709", 0},
    {"certificate with colons", CLAIM_CERT_HASH,
     S_("DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09"), SELECTOR_CERT_SHA1,
     "da39a3ee5e6b4b0d3255bfef95601890afd80709", 0},
    {"hash of another length", CLAIM_FILE_MD5, S_("d41d8c"), 0, NULL, WHY_BAD_HASH},
    {"empty", CLAIM_ANY, S_("  \"\" "), 0, NULL, WHY_EMPTY},
    {"control byte", CLAIM_ANY, S_("evil\1.example"), 0, NULL, WHY_BAD_BYTES},
};

static void check_taken(size_t i, const struct normal *n)
{
    struct err e = {0};
    CHECK_STR(n->selector.value, cstr(cases[i].want), cases[i].label);
    CHECK_INT(n->selector.kind, cases[i].kind, cases[i].label);
    CHECK_INT(selector_check(&n->selector, &e), true, cases[i].label);
}

static void every_spelling_becomes_its_one_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct normal n;
        enum why why = WHY_COUNT;
        bool good = normalise(cases[i].claim, cases[i].in, &n, &why);
        CHECK_INT(good, cases[i].want != NULL, cases[i].label);
        if (good)
            check_taken(i, &n);
        else
            CHECK_INT(why, cases[i].why, cases[i].label);
    }
}

static void what_is_used_with_care_is_warned_of(void **state)
{
    static const struct {
        struct str in;
        unsigned want;
    } warned[] = {
        {S_("10.1.2.3"), 1u << WHY_SPECIAL_ADDRESS},
        {S_("224.0.0.251"), 1u << WHY_SPECIAL_ADDRESS},
        {S_("fe80::1"), 1u << WHY_SPECIAL_ADDRESS},
        {S_("http://192.168.1.1/admin"), 1u << WHY_SPECIAL_ADDRESS},
        {S_("8.0.0.0/8"), 1u << WHY_WIDE_PREFIX},
        {S_("2600::/12"), 1u << WHY_WIDE_PREFIX},
        {S_("co.jp"), 1u << WHY_PUBLIC_SUFFIX},
        {S_("*.co.uk"), 1u << WHY_PUBLIC_SUFFIX},
        {S_("evil.co.jp"), 0},
        {S_("8.8.8.8"), 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(warned); i++) {
        struct normal n;
        enum why why;
        assert_true(normalise(CLAIM_ANY, warned[i].in, &n, &why));
        CHECK_INT(n.warnings, warned[i].want, warned[i].in.ptr);
    }
}

static void a_text_longer_than_any_indicator_is_refused(void **state)
{
    static char text[REFANG_MAX + 2];
    struct normal n;
    enum why why;
    (void)state;
    memset(text, '[', sizeof text);
    assert_false(normalise(CLAIM_ANY, (struct str){text, sizeof text}, &n, &why));
    assert_int_equal(why, WHY_TOO_LONG);
    assert_false(normalise(CLAIM_ANY, (struct str){text, REFANG_MAX}, &n, &why));
    memset(text, '/', sizeof text);
    for (size_t i = 0; i < sizeof "http://e.example/" - 1; i++)
        text[i] = "http://e.example/"[i];
    assert_false(normalise(CLAIM_URL, (struct str){text, REFANG_MAX}, &n, &why));
    assert_int_equal(why, WHY_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_becomes_its_one_text),
        cmocka_unit_test(what_is_used_with_care_is_warned_of),
        cmocka_unit_test(a_text_longer_than_any_indicator_is_refused),
    };
    return cmocka_run_group_tests_name("normalise", tests, NULL, NULL);
}
