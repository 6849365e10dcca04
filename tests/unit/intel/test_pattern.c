/* test_pattern.c - a pattern is usable, kept or malformed, and the three are never confused. */
#include "intel/pattern.h"

#include "core/buf.h"
#include "tests/unit/core/text.h"

static const struct {
    const char *label;
    struct str pattern;
    enum pattern_verdict verdict;
    const char *want; /* "kind value" of each selector, joined by '|' */
    enum why why;
} cases[] = {
    {"an address", S_("[ipv4-addr:value = '198.51.100.1']"), PATTERN_USABLE, "ipv4 198.51.100.1",
     0},
    {"'==' too", S_("[ipv4-addr:value == '198.51.100.1']"), PATTERN_USABLE, "ipv4 198.51.100.1", 0},
    {"a network", S_("[ipv4-addr:value = '198.51.100.0/24']"), PATTERN_USABLE,
     "prefix4 198.51.100.0/24", 0},
    {"ISSUBSET", S_("[ipv6-addr:value ISSUBSET '2001:db8::/32']"), PATTERN_USABLE,
     "prefix6 2001:db8::/32", 0},
    {"IN", S_("[domain-name:value IN ('a.example', 'B.example')]"), PATTERN_USABLE,
     "domain a.example|domain b.example", 0},
    {"OR inside", S_("[domain-name:value = 'a.example' OR url:value = 'http://a.example/x']"),
     PATTERN_USABLE, "domain a.example|url a.example/x", 0},
    {"OR outside", S_("[domain-name:value = 'a.example'] OR [domain-name:value = 'b.example']"),
     PATTERN_USABLE, "domain a.example|domain b.example", 0},
    {"LIKE as below", S_("[domain-name:value LIKE '%.evil.example']"), PATTERN_USABLE,
     "domain-below evil.example", 0},
    {"below takes the name in",
     S_("[domain-name:value = 'evil.example' OR domain-name:value LIKE '%.evil.example']"),
     PATTERN_USABLE, "domain-below evil.example", 0},
    {"LIKE that cuts a label", S_("[domain-name:value LIKE '%evil.example']"), PATTERN_KEPT, "",
     WHY_PATTERN_OPERATOR},
    {"said twice", S_("[url:value = 'http://a.example/' OR url:value = 'https://a.example/']"),
     PATTERN_USABLE, "url a.example/", 0},
    {"hashes",
     S_("[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e' OR file:hashes.'SHA-1' = "
        "'da39a3ee5e6b4b0d3255bfef95601890afd80709']"),
     PATTERN_USABLE,
     "file-md5 d41d8cd98f00b204e9800998ecf8427e|file-sha1 "
     "da39a3ee5e6b4b0d3255bfef95601890afd80709",
     0},
    {"a certificate",
     S_("[x509-certificate:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']"),
     PATTERN_USABLE, "cert-sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709", 0},
    {"JA3 somewhere",
     S_("[network-traffic:extensions.'tls-ext'.ja3 = "
        "'d41d8cd98f00b204e9800998ecf8427e']"),
     PATTERN_USABLE, "ja3 d41d8cd98f00b204e9800998ecf8427e", 0},
    {"traffic", S_("[network-traffic:dst_ref.value = '198.51.100.1']"), PATTERN_USABLE,
     "ipv4 198.51.100.1", 0},
    {"a type the value implies",
     S_("[network-traffic:dst_ref.type = 'ipv4-addr' AND "
        "network-traffic:dst_ref.value = '198.51.100.1']"),
     PATTERN_USABLE, "ipv4 198.51.100.1", 0},
    {"escapes", S_("[url:value = 'http://a.example/it\\'s']"), PATTERN_USABLE, "url a.example/it's",
     0},
    {"comments and space", S_("/* a */ [ ipv4-addr : value\n=\t'198.51.100.1' ] // end"),
     PATTERN_USABLE, "ipv4 198.51.100.1", 0},
    {"partly", S_("[file:name = 'a' OR ipv4-addr:value = '198.51.100.1']"), PATTERN_USABLE,
     "ipv4 198.51.100.1", WHY_PATTERN_OBSERVABLE},
    {"AND", S_("[ipv4-addr:value = '198.51.100.1' AND network-traffic:dst_port = 443]"),
     PATTERN_KEPT, "", WHY_PATTERN_AND},
    {"AND outside", S_("[ipv4-addr:value = '198.51.100.1'] AND [ipv4-addr:value = '198.51.100.2']"),
     PATTERN_KEPT, "", WHY_PATTERN_AND},
    {"AND binds tighter",
     S_("[ipv4-addr:value = '198.51.100.1' OR file:name = 'a' AND file:size = 1]"), PATTERN_USABLE,
     "ipv4 198.51.100.1", WHY_PATTERN_AND},
    {"FOLLOWEDBY", S_("[domain-name:value = 'a.example'] FOLLOWEDBY [file:name = 'a']"),
     PATTERN_KEPT, "", WHY_PATTERN_SEQUENCE},
    {"REPEATS", S_("[domain-name:value = 'a.example'] REPEATS 5 TIMES WITHIN 1800 SECONDS"),
     PATTERN_KEPT, "", WHY_PATTERN_SEQUENCE},
    {"NOT", S_("[ipv4-addr:value NOT = '198.51.100.1']"), PATTERN_KEPT, "", WHY_PATTERN_OPERATOR},
    {"not equal", S_("[ipv4-addr:value != '198.51.100.1']"), PATTERN_KEPT, "",
     WHY_PATTERN_OPERATOR},
    {"MATCHES", S_("[domain-name:value MATCHES 'evil.*']"), PATTERN_KEPT, "", WHY_PATTERN_OPERATOR},
    {"EXISTS", S_("[EXISTS ipv4-addr:value]"), PATTERN_KEPT, "", WHY_PATTERN_OPERATOR},
    {"a file's name", S_("[file:name = 'a.exe']"), PATTERN_KEPT, "", WHY_PATTERN_OBSERVABLE},
    {"a bad address", S_("[ipv4-addr:value = 'nowhere']"), PATTERN_KEPT, "",
     WHY_PATTERN_NOT_USABLE},
    {"a short hash", S_("[file:hashes.'SHA-256' = 'f00']"), PATTERN_MALFORMED, "",
     WHY_PATTERN_MALFORMED},
    {"nothing", S_(""), PATTERN_MALFORMED, "", WHY_PATTERN_MALFORMED},
    {"no end", S_("[ipv4-addr:value = '198.51.100.1'"), PATTERN_MALFORMED, "",
     WHY_PATTERN_MALFORMED},
    {"double quotes", S_("[file:hashes.\"SHA-256\" = 'a']"), PATTERN_MALFORMED, "",
     WHY_PATTERN_MALFORMED},
    {"other escapes", S_("[file:name = 'a\\nb']"), PATTERN_MALFORMED, "", WHY_PATTERN_MALFORMED},
    {"small keyword", S_("[ipv4-addr:value = 'a' or ipv4-addr:value = 'b']"), PATTERN_MALFORMED, "",
     WHY_PATTERN_MALFORMED},
};

static struct str as_text(struct arena *a, const struct pattern *p)
{
    struct str all = S("");
    for (size_t i = 0; i < p->count; i++)
        all = arena_fmt(a, STR_FMT "%s%s " STR_FMT, STR_ARG(all), i ? "|" : "",
                        selector_kind_name(p->selectors[i].kind), STR_ARG(p->selectors[i].value));
    return all;
}

static void each_pattern_gets_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct pattern p;
        struct err e = {0};
        assert_true(pattern_read(&memory, cases[i].pattern, &p, &e));
        CHECK_INT(p.verdict, cases[i].verdict, cases[i].label);
        CHECK_STR(as_text(&memory, &p), cstr(cases[i].want), cases[i].label);
        if (p.verdict != PATTERN_USABLE || p.partly)
            CHECK_INT(p.why, cases[i].why, cases[i].label);
        CHECK_INT(p.partly, p.verdict == PATTERN_USABLE && cases[i].why, cases[i].label);
        CHECK_INT(e.text[0] != 0, p.verdict == PATTERN_MALFORMED, cases[i].label);
    }
}

static void what_we_write_we_read_back(void **state)
{
    static const struct selector all[] = {
        {SELECTOR_IPV4, S_("198.51.100.1")},
        {SELECTOR_IPV6, S_("2001:db8::1")},
        {SELECTOR_PREFIX4, S_("198.51.100.0/24")},
        {SELECTOR_PREFIX6, S_("2001:db8::/32")},
        {SELECTOR_DOMAIN, S_("evil.example")},
        {SELECTOR_DOMAIN_BELOW, S_("evil.example")},
        {SELECTOR_URL, S_("evil.example:8080/it's?x=%27")},
        {SELECTOR_JA3, S_("d41d8cd98f00b204e9800998ecf8427e")},
        {SELECTOR_JA4, S_("t13d1516h2_8daaf6152771_b0da82dd1658")},
        {SELECTOR_CERT_SHA1, S_("da39a3ee5e6b4b0d3255bfef95601890afd80709")},
        {SELECTOR_CERT_SHA256,
         S_("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")},
        {SELECTOR_FILE_MD5, S_("d41d8cd98f00b204e9800998ecf8427e")},
        {SELECTOR_FILE_SHA1, S_("da39a3ee5e6b4b0d3255bfef95601890afd80709")},
        {SELECTOR_FILE_SHA256,
         S_("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")},
    };
    (void)state;
    assert_int_equal(COUNT(all), SELECTOR_KIND_COUNT);
    for (size_t i = 0; i < COUNT(all); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        AUTO(buf_drop) struct buf text = BUF(1 << 16);
        struct pattern p;
        struct err e;
        pattern_write(&all[i], &text);
        assert_true(pattern_read(&memory, buf_str(&text), &p, &e));
        CHECK_INT(p.count, 1, all[i].value.ptr);
        assert_true(selector_eq(&p.selectors[0], &all[i]));
    }
}

static void hostile_patterns_meet_a_bound(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)256 << 20);
    AUTO(buf_drop) struct buf text = BUF(1 << 20);
    struct pattern p;
    struct err e;
    (void)state;
    for (int i = 0; i < 100000; i++)
        buf_byte(&text, '(');
    assert_true(pattern_read(&memory, buf_str(&text), &p, &e));
    assert_int_equal(p.verdict, PATTERN_MALFORMED);

    buf_clear(&text);
    buf_put(&text, S("[ipv4-addr:value = '198.51.100.1'"));
    for (int i = 0; i < 20000; i++)
        buf_fmt(&text, " OR ipv4-addr:value = '198.18.%d.%d'", i >> 8, i & 255);
    buf_byte(&text, ']');
    assert_false(text.over);
    assert_true(pattern_read(&memory, buf_str(&text), &p, &e));
    assert_int_equal(p.count, 20001);

    struct arena small = ARENA(2000);
    assert_false(pattern_read(&small, buf_str(&text), &p, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    arena_drop(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pattern_gets_its_verdict),
        cmocka_unit_test(what_we_write_we_read_back),
        cmocka_unit_test(hostile_patterns_meet_a_bound),
    };
    return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
