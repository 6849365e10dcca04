/* test_direction.c - each rule over every pair of places; a million packets from home to home; what no
 * table may answer for; and that the cache says what the gate says and holds no address. */
#include "sensor/lawful/direction.h"

#include "core/keys.h"
#include "synth/random.h"
#include "tests/check.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static void address_of(const char *text, uint8_t ret_address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    memcpy(ret_address, mapped, sizeof mapped);
    if (inet_pton(AF_INET, text, ret_address + 12) != 1)
        assert_int_equal(inet_pton(AF_INET6, text, ret_address), 1);
}

static struct addr prefix_of(const char *text)
{
    struct addr a;
    struct err e;
    if (!prefix_parse((struct str){text, strlen(text)}, &a, &e))
        fail_msg("%s: %s", text, e.text);
    return a;
}

static const char *const home_hosts[] = {"192.0.2.9", "2001:db8:1::9"};
static const char *const abroad_hosts[] = {"198.51.100.9", "2001:db8:2::9"};
static const char *const unknown_hosts[] = {"10.1.2.3", "2001:db8:3::9", "224.0.0.1", "8.8.8.8"};

static struct direction_gate *gate_of(enum direction_rule rule)
{
    struct addr domestic[] = {prefix_of("192.0.2.0/24"), prefix_of("2001:db8:1::/48")};
    struct addr foreign[] = {prefix_of("198.51.100.0/24"), prefix_of("2001:db8:2::/48"),
                             prefix_of("192.0.2.128/25")};
    struct addr own[] = {prefix_of("192.0.2.8/29"), prefix_of("2001:db8:1::/64")};
    struct direction_settings s = {.rule = rule,
                                   .home = "JP",
                                   .domestic = {domestic, COUNT(domestic)},
                                   .foreign = {foreign, COUNT(foreign)},
                                   .own = {own, COUNT(own)}};
    struct direction_gate *g = NULL;
    struct err e = {0};
    if (!direction_gate_new(&s, &g, &e))
        fail_msg("%s", e.text);
    return g;
}

static void check_pairs(enum direction_rule rule, const char *label, const char *const hosts[3],
                        const char verdicts[9])
{
    static const char letters[] = {
        [DIRECTION_KEEP] = 'k', [DIRECTION_DISCARD] = 'd', [DIRECTION_UNKNOWN] = 'u'};
    AUTO(direction_gate_drop) struct direction_gate *g = gate_of(rule);
    AUTO(direction_cache_drop) struct direction_cache *c = direction_cache_new(g);
    for (size_t i = 0; i < 9; i++) {
        uint8_t src[16], dst[16];
        char what[128];
        address_of(hosts[i / 3], src);
        address_of(hosts[i % 3], dst);
        snprintf(what, sizeof what, "%s: %s to %s", label, hosts[i / 3], hosts[i % 3]);
        CHECK_INT(letters[direction_judge(g, src, dst)], verdicts[i], what);
        CHECK_INT(letters[direction_of(c, src, dst)], verdicts[i], what);
        CHECK_INT(letters[direction_of(c, src, dst)], verdicts[i], what);
    }
}

/* Rows: sender at home, abroad, unknown; columns: receiver likewise. k keep, d discard, u unknown. */
static void each_rule_keeps_its_one_direction(void **state)
{
    static const struct {
        enum direction_rule rule;
        const char *label, *verdicts;
    } cases[] = {
        {DIRECTION_RULE_FOREIGN_TO_FOREIGN, "foreign to foreign", "ddudkuuuu"},
        {DIRECTION_RULE_FOREIGN_TO_DOMESTIC, "foreign to domestic", "ddukduuuu"},
        {DIRECTION_RULE_DOMESTIC_TO_FOREIGN, "domestic to foreign", "dkudduuuu"},
        {DIRECTION_RULE_PARTY, "party", "ddukduuuu"},
        {DIRECTION_RULE_OWN, "own", "kkkkddkdd"},
        {DIRECTION_RULE_LOCAL, "local", "kkkkkkkkk"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t v6 = 0; v6 < 2; v6++)
            for (size_t u = 0; u < COUNT(unknown_hosts); u++)
                check_pairs(cases[i].rule, cases[i].label,
                            (const char *const[]){home_hosts[v6], abroad_hosts[v6],
                                                  unknown_hosts[u]},
                            cases[i].verdicts);
}

static void a_flow_of_somebody_who_is_not_the_party_is_discarded(void **state)
{
    AUTO(direction_gate_drop) struct direction_gate *g = gate_of(DIRECTION_RULE_PARTY);
    uint8_t abroad[16], party[16], other[16];
    (void)state;
    address_of("198.51.100.1", abroad);
    address_of("192.0.2.9", party);
    address_of("192.0.2.17", other); /* at home, beside the party's 192.0.2.8/29 */
    assert_int_equal(direction_judge(g, abroad, party), DIRECTION_KEEP);
    assert_int_equal(direction_judge(g, abroad, other), DIRECTION_DISCARD);
}

static void the_longest_listed_prefix_decides(void **state)
{
    AUTO(direction_gate_drop) struct direction_gate *g = gate_of(DIRECTION_RULE_FOREIGN_TO_FOREIGN);
    uint8_t a[16];
    (void)state;
    address_of("192.0.2.127", a);
    assert_int_equal(direction_place_of(g, a), PLACE_HOME);
    address_of("192.0.2.128", a); /* listed as foreign inside a domestic network */
    assert_int_equal(direction_place_of(g, a), PLACE_FOREIGN);
}

static void settings_that_cannot_be_meant_are_refused(void **state)
{
    struct addr one = prefix_of("192.0.2.0/24");
    struct direction_gate *g = NULL;
    struct err e = {0};
    (void)state;
    struct direction_settings both = {.rule = DIRECTION_RULE_FOREIGN_TO_FOREIGN,
                                      .home = "JP",
                                      .domestic = {&one, 1},
                                      .foreign = {&one, 1}};
    assert_false(direction_gate_new(&both, &g, &e));
    struct direction_settings nobody = {.rule = DIRECTION_RULE_OWN};
    assert_false(direction_gate_new(&nobody, &g, &e));
    struct direction_settings nowhere = {.rule = DIRECTION_RULE_FOREIGN_TO_FOREIGN, .home = "zz"};
    assert_false(direction_gate_new(&nowhere, &g, &e));
    assert_null(g);
}

/* Random hosts at home, IPv4 and IPv6, under each statutory rule. */
static void a_million_packets_from_home_to_home_are_never_kept(void **state)
{
    static const enum direction_rule rules[] = {DIRECTION_RULE_FOREIGN_TO_FOREIGN,
                                                DIRECTION_RULE_FOREIGN_TO_DOMESTIC,
                                                DIRECTION_RULE_DOMESTIC_TO_FOREIGN,
                                                DIRECTION_RULE_PARTY};
    struct synth_random random = synth_random_of(11);
    struct addr home[] = {prefix_of("101.0.0.0/8"), prefix_of("2001:db8:1::/48")};
    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct direction_settings s = {.rule = rules[i],
                                       .home = "JP",
                                       .domestic = {home, 2},
                                       .own = {home, 2}};
        struct err e = {0};
        AUTO(direction_gate_drop) struct direction_gate *g = NULL;
        assert_true(direction_gate_new(&s, &g, &e));
        AUTO(direction_cache_drop) struct direction_cache *c = direction_cache_new(g);
        uint64_t verdicts[3] = {0};
        uint8_t ends[2][16];
        address_of("101.0.0.0", ends[0]);
        address_of("2001:db8:1::", ends[1]);
        for (size_t n = 0; n < 1000000; n++) {
            uint64_t bits = synth_random_next(&random);
            uint8_t src[16], dst[16];
            memcpy(src, ends[bits & 1], sizeof src);
            memcpy(dst, ends[bits >> 1 & 1], sizeof dst);
            memcpy(src + 13, &bits, 3);
            memcpy(dst + 13, (const uint8_t *)&bits + 4, 3);
            verdicts[direction_of(c, src, dst)]++;
        }
        CHECK_INT(verdicts[DIRECTION_KEEP], 0, "kept");
        CHECK_INT(verdicts[DIRECTION_DISCARD], 1000000, "discarded");
    }
}

/* */
static void no_table_answers_for_special_ranges(void **state)
{
    static const struct {
        const char *address;
        bool special;
    } cases[] = {
        {"0.0.0.0", true},
        {"10.255.255.255", true},
        {"11.0.0.0", false},
        {"100.63.255.255", false},
        {"100.64.0.0", true},
        {"100.127.255.255", true},
        {"100.128.0.0", false},
        {"127.0.0.1", true},
        {"169.254.1.1", true},
        {"172.15.255.255", false},
        {"172.16.0.0", true},
        {"172.31.255.255", true},
        {"172.32.0.0", false},
        {"192.0.0.8", true},
        {"192.0.1.1", false},
        {"192.0.2.1", true},
        {"192.88.99.1", true},
        {"192.168.0.1", true},
        {"192.169.0.1", false},
        {"198.17.255.255", false},
        {"198.18.0.0", true},
        {"198.19.255.255", true},
        {"198.20.0.0", false},
        {"198.51.100.1", true},
        {"203.0.113.1", true},
        {"203.0.114.1", false},
        {"223.255.255.255", false},
        {"224.0.0.1", true},
        {"239.1.1.1", true},
        {"240.0.0.1", true},
        {"255.255.255.255", true},
        {"::1", true},
        {"fe80::1", true},
        {"fc00::1", true},
        {"ff02::1", true},
        {"2001:db8::1", true},
        {"2001:0:1::1", true},
        {"2001:1ff::1", true},
        {"2001:200::1", false},
        {"2002:c000:201::1", true},
        {"64:ff9b::192.0.2.1", true},
        {"2400::1", false},
        {"3fff::1", true},
        {"3fff:1000::1", false},
        {"4000::1", true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t a[16];
        address_of(cases[i].address, a);
        CHECK_INT(direction_is_special(a), cases[i].special, cases[i].address);
    }
}

static void without_a_table_what_is_not_listed_is_unknown(void **state)
{
    AUTO(direction_gate_drop) struct direction_gate *g = gate_of(DIRECTION_RULE_FOREIGN_TO_FOREIGN);
    AUTO(direction_cache_drop) struct direction_cache *c = direction_cache_new(g);
    struct synth_random random = synth_random_of(5);
    uint64_t unknown = 0;
    (void)state;
    for (size_t n = 0; n < 100000; n++) {
        uint64_t bits = synth_random_next(&random);
        uint8_t src[16], dst[16];
        address_of("60.0.0.0", src);
        address_of("198.51.100.1", dst);
        memcpy(src + 13, &bits, 3);
        unknown += direction_of(c, src, dst) == DIRECTION_UNKNOWN;
    }
    CHECK_INT(unknown, 100000, "unknown");
}

static const char *table_path(char out[512], const char *name)
{
    snprintf(out, 512, "%s/geo/maxmind_testdata/%s", getenv("HINOMI_SHARED_DATA"), name);
    return out;
}

static void tables_say_where_an_address_lies_and_must_agree(void **state)
{
    static const struct {
        const char *src, *dst;
        enum direction_verdict agreed;
    } cases[] = {
        {"81.2.69.142", "2001:218::1", DIRECTION_KEEP},    /* GB to JP */
        {"2001:218::1", "81.2.69.142", DIRECTION_DISCARD}, /* JP to GB */
        {"2001:218::1", "2001:218::2", DIRECTION_DISCARD}, /* JP to JP */
        {"81.2.69.142", "2001:220::1", DIRECTION_DISCARD}, /* GB to KR */
        {"10.0.0.1", "2001:218::1", DIRECTION_UNKNOWN},
    };
    char a[512], b[512];
    struct err e = {0};
    AUTO(geo_drop) struct geo *geo = NULL;
    AUTO(direction_gate_drop) struct direction_gate *g = NULL;
    (void)state;
    table_path(a, "test-data__GeoIP2-Country-Test.mmdb");
    table_path(b, "test-data__GeoIP2-Country-Test.mmdb");
    if (!getenv("HINOMI_SHARED_DATA") || !geo_open((const char *[]){a, b}, 2, &geo, &e))
        skip_saying("no country tables under HINOMI_SHARED_DATA");
    struct direction_settings s = {.rule = DIRECTION_RULE_FOREIGN_TO_DOMESTIC,
                                   .geo = geo,
                                   .home = "JP"};
    assert_true(direction_gate_new(&s, &g, &e));
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t src[16], dst[16];
        address_of(cases[i].src, src);
        address_of(cases[i].dst, dst);
        CHECK_INT(direction_judge(g, src, dst), cases[i].agreed, cases[i].src);
    }
}

static void the_cache_says_what_the_gate_says(void **state)
{
    AUTO(direction_gate_drop) struct direction_gate *g = gate_of(DIRECTION_RULE_PARTY);
    AUTO(direction_cache_drop) struct direction_cache *c = direction_cache_new(g);
    struct synth_random random = synth_random_of(3);
    (void)state;
    for (size_t n = 0; n < 300000; n++) {
        static const char *const nets[] = {"192.0.2.0", "198.51.100.0", "192.0.3.0",
                                           "2001:db8:1::"};
        uint64_t bits = synth_random_next(&random);
        uint8_t src[16], dst[16];
        address_of(nets[bits & 3], src);
        address_of(nets[bits >> 2 & 3], dst);
        src[15] = (uint8_t)(bits >> 8);
        dst[15] = (uint8_t)(bits >> 16);
        src[14] ^= (uint8_t)(bits >> 24 & 1);
        assert_int_equal(direction_of(c, src, dst), direction_judge(g, src, dst));
    }
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_keeps_its_one_direction),
        cmocka_unit_test(a_flow_of_somebody_who_is_not_the_party_is_discarded),
        cmocka_unit_test(the_longest_listed_prefix_decides),
        cmocka_unit_test(settings_that_cannot_be_meant_are_refused),
        cmocka_unit_test(a_million_packets_from_home_to_home_are_never_kept),
        cmocka_unit_test(no_table_answers_for_special_ranges),
        cmocka_unit_test(without_a_table_what_is_not_listed_is_unknown),
        cmocka_unit_test(tables_say_where_an_address_lies_and_must_agree),
        cmocka_unit_test(the_cache_says_what_the_gate_says),
    };
    return cmocka_run_group_tests_name("direction", tests, NULL, NULL);
}
