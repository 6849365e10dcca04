/* test_fingerprints.c - JA3, JA3S and JA4 by the rules, and against what others computed from captures.
 *
 * The captures are searched for records that hold a whole ClientHello, so that this test needs no packet
 * reader: whatever is found must carry a fingerprint that the expected file lists.
 */
#include "core/io.h"
#include "core/json.h"
#include "dissect/dissector.h"
#include "dissect/fingerprint.h"
#include "tests/check.h"
#include "tests/unit/dissect/hello.h"

static void client_of(const struct hello_spec *s, struct tls_client_hello *ret_hello)
{
    AUTO(buf_drop) struct buf message = BUF(1 << 16);
    put_client_hello(&message, s);
    assert_true(tls_read_client_hello(str_skip(buf_str(&message), 4), false, ret_hello));
}

static void grease_is_dropped_and_order_is_kept_by_ja3(void **state)
{
    static const struct {
        const char *label;
        struct hello_spec spec;
        struct str text;
    } cases[] = {
        {"no extensions", {.version = 0x0301, .ciphers = LIST(5, 4)}, S_("769,5-4,,,")},
        {"grease everywhere",
         {.version = 0x0303,
          .ciphers = LIST(0xfafa, 0x1301, 0x0a0a, 0x002f),
          .groups = LIST(0x4a4a, 29, 23),
          .others = LIST(0x7a7a, 23)},
         S_("771,4865-47,10-11-23,29-23,0")},
        {"only grease", {.version = 0x0303, .ciphers = LIST(0x1a1a)}, S_("771,,,,")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tls_client_hello h;
        char out[JA3_TEXT_MAX];
        client_of(&cases[i].spec, &h);
        struct str text = ja3_text(&h, out);
        if (!str_eq(text, cases[i].text))
            fail_msg("%s: got " STR_FMT, cases[i].label, STR_ARG(text));
    }
}

static void the_first_part_of_ja4_follows_its_rules(void **state)
{
    static const struct {
        const char *label;
        struct hello_spec spec;
        const char *first;
    } cases[] = {
        {"nothing offered", {.version = 0x0303, .ciphers = LIST(5)}, "t12i010000_"},
        {"the newest version that is no grease",
         {.version = 0x0303, .ciphers = LIST(5), .versions = LIST(0xfafa, 0x0303, 0x0304)},
         "t13i010100_"},
        {"ssl 3", {.version = 0x0300, .ciphers = LIST(5)}, "ts3i010000_"},
        {"an unknown version", {.version = 0x0399, .ciphers = LIST(5)}, "t00i010000_"},
        {"sni", {.version = 0x0303, .ciphers = LIST(5), .sni = S_("a.jp")}, "t12d010100_"},
        {"first and last character",
         {.version = 0x0303, .ciphers = LIST(5), .alpn = S_("http/1.1")},
         "t12i0101h1_"},
        {"one character twice",
         {.version = 0x0303, .ciphers = LIST(5), .alpn = S_("x")},
         "t12i0101xx_"},
        {"hex where one is no letter or digit",
         {.version = 0x0303, .ciphers = LIST(5), .alpn = S_("\xab\x78\xcd")},
         "t12i0101ad_"},
        {"hex for one byte",
         {.version = 0x0303, .ciphers = LIST(5), .alpn = S_("_")},
         "t12i01015f_"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tls_client_hello h;
        char ja4[JA4_SIZE];
        client_of(&cases[i].spec, &h);
        ja4_of(&h, 't', ja4);
        if (strncmp(ja4, cases[i].first, 11) != 0 || strlen(ja4) != 36)
            fail_msg("%s: got %s", cases[i].label, ja4);
    }
}

/* Chrome 152 sends GREASE among its signature algorithms (FoxIO issues 305, 318). */
static void grease_in_signature_algorithms_changes_nothing(void **state)
{
    struct hello_spec plain = {.version = 0x0303,
                               .ciphers = LIST(0x1301),
                               .sigalgs = LIST(0x0403, 0x0804)};
    struct hello_spec greased = plain;
    struct tls_client_hello h;
    char a[JA4_SIZE], b[JA4_SIZE];
    (void)state;
    greased.sigalgs = (struct list16)LIST(0xbaba, 0x0403, 0x0804);
    client_of(&plain, &h);
    ja4_of(&h, 't', a);
    client_of(&greased, &h);
    ja4_of(&h, 't', b);
    assert_string_equal(a, b);
}

static void empty_lists_hash_to_zeros(void **state)
{
    struct hello_spec bare = {.version = 0x0301, .ciphers = LIST(0x0a0a), .sni = S_("a.jp")};
    struct tls_client_hello h;
    char ja4[JA4_SIZE];
    (void)state;
    client_of(&bare, &h);
    ja4_of(&h, 'q', ja4);
    assert_string_equal(ja4, "q10d000100_000000000000_000000000000");
}

static void ja3s_has_no_groups(void **state)
{
    AUTO(buf_drop) struct buf message = BUF(4096);
    struct tls_server_hello h;
    char out[JA3_TEXT_MAX];
    (void)state;
    put_server_hello(&message, 0x0303, 0x1301, S("\0\x33\0\0\0\x2b\0\2\3\4"));
    assert_true(tls_read_server_hello(str_skip(buf_str(&message), 4), &h));
    assert_true(str_eq(ja3s_text(&h, out), S("771,4865,51-43")));
}

/* FoxIO's Python writes "99" where the specification asks for hex (its issue 326). */
static const struct {
    const char *ours, *theirs;
} known_difference = {"t13d1516bd_8daaf6152771_e5627efa2ab1",
                      "t13d151699_8daaf6152771_e5627efa2ab1"};

static bool listed(struct str expected, const char *fingerprint)
{
    char quoted[JA4_SIZE + 2];
    int n = snprintf(quoted, sizeof quoted, "\"%s\"", fingerprint);
    return memmem(expected.ptr, expected.len, quoted, (size_t)n) != NULL;
}

/* Hellos that lie whole in one frame, each checked against the file of expected fingerprints. */
static size_t check_capture(struct str capture, struct str expected, bool ja4, const char *label)
{
    size_t found = 0;
    for (; capture.len > 11; capture = str_skip(capture, 1)) {
        const uint8_t *p = (const uint8_t *)capture.ptr;
        size_t record = (size_t)(p[3] << 8 | p[4]), message = (size_t)(p[7] << 8 | p[8]);
        union dissect_facts facts;
        size_t used;
        if (p[0] != 22 || p[1] != 3 || p[5] != 1 || p[6] != 0 || message + 4 != record ||
            record < 45 || record > 1400 || p[9] != 3 ||
            dissector_tls.parse(DISSECT_TCP, capture, &facts, &used) != DISSECT_DONE)
            continue;
        const char *got = ja4 ? facts.tls.client.ja4 : facts.tls.client.ja3;
        if (ja4 && strcmp(got, known_difference.ours) == 0)
            got = known_difference.theirs;
        if (!listed(expected, got))
            fail_msg("%s: %s is not expected", label, got);
        found++;
    }
    return found;
}

static void check_folder(const char *expected_dir, const char *suffix, bool ja4, size_t least)
{
    static const char *const captures[] = {
        "http2-with-cookies.pcapng",
        "https3-301-get.pcap",
        "ipv6.pcapng",
        "latest.pcapng",
        "socks-https-example.pcap",
        "tls-alpn-h2.pcap",
        "tls-non-ascii-alpn.pcapng",
        "tls-sni.pcapng",
        "tls12.pcap",
        "https-connect.pcap", /* inside a tunnel that the JA4 program does not look into */
    };
    const char *shared = getenv("HINOMI_SHARED_DATA");
    size_t found = 0;
    for (size_t i = 0; i < COUNT(captures) - ja4; i++) {
        AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
        struct str capture, expected;
        struct err e = {0};
        char path[512];
        snprintf(path, sizeof path, "%s/fingerprints/pcap/%s", shared, captures[i]);
        if (!file_read(&memory, path, 32 << 20, &capture, &e))
            fail_msg("%s", e.text);
        snprintf(path, sizeof path, "%s/fingerprints/%s/%s%s", shared, expected_dir, captures[i],
                 suffix);
        if (!file_read(&memory, path, 32 << 20, &expected, &e))
            fail_msg("%s", e.text);
        found += check_capture(capture, expected, ja4, captures[i]);
    }
    if (found < least)
        fail_msg("only %zu hellos found", found);
}

static void fingerprints_agree_with_other_programs(void **state)
{
    (void)state;
    if (!getenv("HINOMI_SHARED_DATA")) {
        skip_saying("HINOMI_SHARED_DATA is not set");
    }
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct str text;
    struct err e = {0};
    char path[512];
    snprintf(path, sizeof path, "%s/fingerprints/ja4_expected_python/tls12.pcap.json",
             getenv("HINOMI_SHARED_DATA"));
    if (!file_read(&memory, path, 1 << 20, &text, &e)) {
        skip_saying("%s", e.text);
    }
    check_folder("ja4_expected_python", ".json", true, 10);
    check_folder("ja3_hassh_expected_tshark4.0.17", ".ja3.json", false, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grease_is_dropped_and_order_is_kept_by_ja3),
        cmocka_unit_test(the_first_part_of_ja4_follows_its_rules),
        cmocka_unit_test(grease_in_signature_algorithms_changes_nothing),
        cmocka_unit_test(empty_lists_hash_to_zeros),
        cmocka_unit_test(ja3s_has_no_groups),
        cmocka_unit_test(fingerprints_agree_with_other_programs),
    };
    return cmocka_run_group_tests_name("fingerprints", tests, NULL, NULL);
}
