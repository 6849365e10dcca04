/* test_find.c - what covers what, edge by edge, over one image and over an image with an overlay. */
#include "core/keys.h"
#include "index/overlay.h"
#include "tests/check.h"

static struct err e;

static struct index_entry entry_of(const char *kind, const char *value)
{
    struct index_entry entry = {.action = INDEX_ALERT,
                                .confidence = 80,
                                .source = S("feed"),
                                .threat = {value, strlen(value)}};
    assert_true(selector_kind_parse((struct str){kind, strlen(kind)}, &entry.selector.kind));
    entry.selector.value = (struct str){value, strlen(value)};
    return entry;
}

static const char *const listed[][2] = {
    {"ipv4", "192.0.2.1"},
    {"ipv4", "255.255.255.255"},
    {"ipv4", "0.0.0.0"},
    {"ipv6", "2001:db8::1"},
    {"prefix4", "198.51.100.0/24"},
    {"prefix4", "198.51.100.64/26"},
    {"prefix4", "203.0.113.4/31"},
    {"prefix6", "2001:db8:1::/48"},
    {"prefix6", "2001:db8:1:2::/64"},
    {"prefix6", "2001:db8:ff::2/127"},
    {"domain", "exact.example"},
    {"domain-below", "evil.example"},
    {"domain", "www.evil.example"},
    {"domain-below", "deep.sub.evil.example"},
    {"domain-below", "test"},
    {"url", "host.example/a/kit/"},
    {"url", "host.example/a/file.exe"},
    {"url", "host.example/q?id=1"},
    {"url", "front.example/"},
    {"url", "host.example:8080/"},
    {"ja3", "e7d705a3286e19ea42f587b344ee6865"},
    {"file-md5", "0123456789abcdef0123456789abcdef"},
    {"ja4", "t13d1516h2_8daaf6152771_e5627efa2ab1"},
    {"cert-sha1", "0123456789abcdef0123456789abcdef01234567"},
    {"cert-sha256", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"},
};

static struct index_image *image_of_list(void)
{
    struct index_builder *b = index_builder_new(&(struct index_build){.built = 1});
    for (size_t i = 0; i < COUNT(listed); i++) {
        struct index_entry entry = entry_of(listed[i][0], listed[i][1]);
        if (!index_builder_add(b, &entry, &e))
            fail_msg("%s: %s", listed[i][1], e.text);
    }
    struct index_image *image = NULL;
    assert_true(index_builder_finish(&b, &image, &e));
    return image;
}

/* The threat of each entry is its own value, so the hit says which entry answered. */
static bool ask(const struct index_view *v, const char *what, const char *value, uint32_t now,
                struct index_hit *hit)
{
    struct str s = {value, strlen(value)};
    struct addr addr;
    if (!strcmp(what, "address")) {
        assert_true(addr_parse(s, &addr, &e));
        return addr.v6 ? index_find_ipv6(v, addr.bytes, now, hit)
                       : index_find_ipv4(v, addr.bytes, now, hit);
    }
    if (!strcmp(what, "name"))
        return index_find_name(v, s, now, hit);
    if (!strcmp(what, "url"))
        return index_find_url(v, s, now, hit);
    return index_find_key(v, SELECTOR_JA4, s, now, hit);
}

static const struct {
    const char *what, *value, *answer; /* NULL: no hit */
} questions[] = {
    {"address", "192.0.2.1", "192.0.2.1"},
    {"address", "192.0.2.0", NULL},
    {"address", "0.0.0.0", "0.0.0.0"},
    {"address", "255.255.255.255", "255.255.255.255"},
    {"address", "198.51.100.0", "198.51.100.0/24"},
    {"address", "198.51.100.63", "198.51.100.0/24"},
    {"address", "198.51.100.64", "198.51.100.64/26"},
    {"address", "198.51.100.127", "198.51.100.64/26"},
    {"address", "198.51.100.128", "198.51.100.0/24"},
    {"address", "198.51.99.255", NULL},
    {"address", "198.51.101.0", NULL},
    {"address", "203.0.113.3", NULL},
    {"address", "203.0.113.4", "203.0.113.4/31"},
    {"address", "203.0.113.5", "203.0.113.4/31"},
    {"address", "203.0.113.6", NULL},
    {"address", "2001:db8::1", "2001:db8::1"},
    {"address", "2001:db8::2", NULL},
    {"address", "2001:db8:1::", "2001:db8:1::/48"},
    {"address", "2001:db8:1:2::9", "2001:db8:1:2::/64"},
    {"address", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", "2001:db8:1::/48"},
    {"address", "2001:db8:2::", NULL},
    {"address", "2001:db8:ff::3", "2001:db8:ff::2/127"},
    {"address", "2001:db8:ff::4", NULL},
    {"name", "exact.example", "exact.example"},
    {"name", "www.exact.example", NULL},
    {"name", "example", NULL},
    {"name", "evil.example", "evil.example"},
    {"name", "notevil.example", NULL},
    {"name", "a.evil.example", "evil.example"},
    {"name", "www.evil.example", "www.evil.example"},
    {"name", "a.www.evil.example", "evil.example"},
    {"name", "a.b.deep.sub.evil.example", "deep.sub.evil.example"},
    {"name", "sub.evil.example", "evil.example"},
    {"name", "anything.test", "test"},
    {"name", "test", "test"},
    {"name", "", NULL},
    {"name", ".", NULL},
    {"name", "..evil.example", "evil.example"},
    {"url", "host.example/a/file.exe", "host.example/a/file.exe"},
    {"url", "host.example/a/file.exe?x=1", "host.example/a/file.exe"},
    {"url", "host.example", NULL},
    {"url", "/a", NULL},
    {"url", "host.example/a/file.exe/more", NULL},
    {"url", "host.example/a/kit/", "host.example/a/kit/"},
    {"url", "host.example/a/kit/login.php?u=1", "host.example/a/kit/"},
    {"url", "host.example/a/kit/b/c/d", "host.example/a/kit/"},
    {"url", "host.example/a/kit", NULL},
    {"url", "host.example/q?id=1", "host.example/q?id=1"},
    {"url", "host.example/q?id=2", NULL},
    {"url", "host.example/q", NULL},
    {"url", "front.example/", "front.example/"},
    {"url", "front.example/?utm=1", "front.example/"},
    {"url", "front.example/page", NULL},
    {"url", "host.example:8080/", "host.example:8080/"},
    {"url", "host.example/", NULL},
    {"ja4", "t13d1516h2_8daaf6152771_e5627efa2ab1", "t13d1516h2_8daaf6152771_e5627efa2ab1"},
    {"ja4", "t13d1516h2_8daaf6152771_e5627efa2ab2", NULL},
};

static void check_all(const struct index_view *v)
{
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct index_hit hit = {0};
        bool found = ask(v, questions[i].what, questions[i].value, 1, &hit);
        if (found != (questions[i].answer != NULL))
            fail_msg("%s: %s", questions[i].value, found ? "found" : "not found");
        const char *answer = questions[i].answer ? questions[i].answer : "";
        struct str want = {answer, strlen(answer)};
        char text[ADDR_TEXT_SIZE + 64];
        if (found &&
            (!str_eq(hit.threat, want) || !str_eq(index_hit_selector(&hit, text).value, want)))
            fail_msg("%s: answered by " STR_FMT, questions[i].value, STR_ARG(hit.threat));
    }
}

static void the_most_specific_selector_answers(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of_list();
    check_all(&(struct index_view){.base = image});
}

static void an_overlay_alone_answers_as_an_image_does(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of_list();
    check_all(&(struct index_view){.overlay = image});
}

static void an_image_moved_to_other_memory_answers_the_same(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of_list();
    AUTO(index_image_drop) struct index_image *copy = NULL;
    assert_true(index_image_copy(index_image_bytes(image), &copy, &e));
    check_all(&(struct index_view){.base = copy});
    assert_int_equal(index_image_count(copy), COUNT(listed));
}

static void a_mapped_address_is_asked_for_as_ipv4(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of_list();
    struct index_view v = {.base = image};
    struct index_hit hit;
    const uint8_t mapped[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};
    assert_true(index_find_ipv6(&v, mapped, 0, &hit));
    assert_int_equal(hit.kind, SELECTOR_IPV4);
}

static void hashes_of_one_length_and_two_kinds_are_not_mixed_up(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of_list();
    struct index_view v = {.base = image};
    struct index_hit hit;
    static const uint8_t md5[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                    0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    struct str bytes = {(const char *)md5, sizeof md5};
    assert_true(index_find_key(&v, SELECTOR_FILE_MD5, bytes, 0, &hit));
    assert_false(index_find_key(&v, SELECTOR_JA3, bytes, 0, &hit));
}

static void an_entry_ends_at_its_second(void **state)
{
    (void)state;
    struct index_builder *b = index_builder_new(&(struct index_build){0});
    struct index_entry entry = entry_of("domain-below", "evil.example");
    entry.expires = 100;
    assert_true(index_builder_add(b, &entry, &e));
    AUTO(index_image_drop) struct index_image *image = NULL;
    assert_true(index_builder_finish(&b, &image, &e));
    struct index_view v = {.base = image};
    struct index_hit hit;
    assert_true(index_find_name(&v, S("a.evil.example"), 99, &hit));
    assert_false(index_find_name(&v, S("a.evil.example"), 100, &hit));
}

static void of_two_that_say_the_same_the_surer_one_speaks(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        struct index_entry weak = entry_of("ipv4", "192.0.2.9"), strong = weak;
        weak.confidence = 10;
        strong.threat = S("surer");
        struct index_builder *b = index_builder_new(&(struct index_build){0});
        assert_true(index_builder_add(b, turned ? &strong : &weak, &e));
        assert_true(index_builder_add(b, turned ? &weak : &strong, &e));
        AUTO(index_image_drop) struct index_image *image = NULL;
        assert_true(index_builder_finish(&b, &image, &e));
        assert_int_equal(index_image_count(image), 1);
        assert_int_equal(index_image_duplicates(image), 1);
        assert_int_equal(index_image_kind_count(image, SELECTOR_IPV4), 1);
        struct index_hit hit;
        assert_true(index_find_ipv4(&(struct index_view){.base = image},
                                    (const uint8_t[]){192, 0, 2, 9}, 0, &hit));
        assert_true(str_eq(hit.threat, S("surer")));
    }
}

static void what_is_not_canonical_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"domain", "Evil.example"}, {"domain", ""}, {"ipv4", "192.0.2.01"},
        {"prefix4", "10.0.0.1/8"},  {"ja3", "00"},  {"prefix4", "192.0.2.1/32"}};
    AUTO(index_builder_drop) struct index_builder *b = index_builder_new(&(struct index_build){0});
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct index_entry entry = entry_of(bad[i][0], bad[i][1]);
        struct err why = {0};
        if (index_builder_add(b, &entry, &why) || why.code != ERR_INVALID || !why.text[0])
            fail_msg("%s was taken", bad[i][1]);
    }
}

static struct index_image *overlay_of(const struct index_image *base,
                                      const struct index_change *changes, size_t count)
{
    struct index_changes *c = index_changes_new();
    for (size_t i = 0; i < count; i++)
        assert_true(index_changes_add(c, &changes[i], &e));
    struct index_image *overlay = NULL;
    assert_true(index_changes_compile(c, index_image_seed(base), &overlay, &e));
    index_changes_drop(&c);
    return overlay;
}

static void a_withdrawal_hides_its_selector_and_nothing_wider(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *base = image_of_list();
    struct index_change changes[] = {
        {.withdraw = true, .entry = entry_of("domain-below", "deep.sub.evil.example")},
        {.withdraw = true, .entry = entry_of("prefix4", "198.51.100.64/26")},
        {.withdraw = true, .entry = entry_of("ipv4", "192.0.2.1")},
        {.entry = entry_of("domain", "new.example")},
    };
    AUTO(index_image_drop) struct index_image *overlay = overlay_of(base, changes, COUNT(changes));
    struct index_view v = {base, overlay};
    struct index_hit hit;
    assert_true(ask(&v, "name", "x.deep.sub.evil.example", 0, &hit));
    assert_true(str_eq(hit.threat, S("evil.example")));
    assert_true(ask(&v, "address", "198.51.100.65", 0, &hit));
    assert_true(str_eq(hit.threat, S("198.51.100.0/24")));
    assert_false(ask(&v, "address", "192.0.2.1", 0, &hit));
    assert_true(ask(&v, "name", "new.example", 0, &hit));
    assert_true(hit.overlay);
}

static void an_exception_stops_the_search(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *base = image_of_list();
    struct index_change changes[] = {{.entry = entry_of("domain-below", "good.evil.example")},
                                     {.entry = entry_of("ipv4", "198.51.100.70")},
                                     {.entry = entry_of("url", "host.example/a/kit/ok.html")}};
    for (size_t i = 0; i < COUNT(changes); i++)
        changes[i].entry.action = INDEX_EXCEPT;
    AUTO(index_image_drop) struct index_image *overlay = overlay_of(base, changes, COUNT(changes));
    struct index_view v = {base, overlay};
    struct index_hit hit;
    assert_false(ask(&v, "name", "a.good.evil.example", 0, &hit));
    assert_true(ask(&v, "name", "bad.evil.example", 0, &hit));
    assert_false(ask(&v, "address", "198.51.100.70", 0, &hit));
    assert_true(ask(&v, "address", "198.51.100.71", 0, &hit));
    assert_false(ask(&v, "url", "host.example/a/kit/ok.html", 0, &hit));
    assert_true(ask(&v, "url", "host.example/a/kit/no.html", 0, &hit));
}

static void the_last_change_to_a_selector_wins(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *base = image_of_list();
    struct index_change changes[] = {{.entry = entry_of("domain", "x.example")},
                                     {.withdraw = true, .entry = entry_of("domain", "x.example")},
                                     {.withdraw = true, .entry = entry_of("domain", "y.example")},
                                     {.entry = entry_of("domain", "y.example")}};
    AUTO(index_image_drop) struct index_image *overlay = overlay_of(base, changes, COUNT(changes));
    struct index_view v = {base, overlay};
    struct index_hit hit;
    assert_false(ask(&v, "name", "x.example", 0, &hit));
    assert_true(ask(&v, "name", "y.example", 0, &hit));
}

static void a_walk_gives_back_what_went_in(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of_list();
    struct index_entry entry;
    char text[ADDR_TEXT_SIZE + 64];
    size_t at = 0, n = 0;
    for (; index_image_next(image, &at, &entry, text); n++) {
        assert_true(str_eq(entry.selector.value, (struct str){listed[n][1], strlen(listed[n][1])}));
        assert_string_equal(selector_kind_name(entry.selector.kind), listed[n][0]);
        assert_true(str_eq(entry.source, S("feed")));
    }
    assert_int_equal(n, COUNT(listed));
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_specific_selector_answers),
        cmocka_unit_test(an_overlay_alone_answers_as_an_image_does),
        cmocka_unit_test(an_image_moved_to_other_memory_answers_the_same),
        cmocka_unit_test(a_mapped_address_is_asked_for_as_ipv4),
        cmocka_unit_test(hashes_of_one_length_and_two_kinds_are_not_mixed_up),
        cmocka_unit_test(an_entry_ends_at_its_second),
        cmocka_unit_test(of_two_that_say_the_same_the_surer_one_speaks),
        cmocka_unit_test(what_is_not_canonical_is_refused_with_a_reason),
        cmocka_unit_test(a_withdrawal_hides_its_selector_and_nothing_wider),
        cmocka_unit_test(an_exception_stops_the_search),
        cmocka_unit_test(the_last_change_to_a_selector_wins),
        cmocka_unit_test(a_walk_gives_back_what_went_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
