/* test_country_tables.c - the two tables that tools/install-geo fetches: sound, and of one mind on what is well known. */
#include "core/addr.h"
#include "geo/geo.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct geo *opened(void)
{
    static char paths[2][600];
    const char *folder = getenv("HINOMI_GEO"), *root = getenv("HINOMI_SOURCE_ROOT");
    static const char *const names[] = {"geo-whois-asn-country", "iptoasn-country"};
    for (size_t i = 0; i < 2; i++) {
        if (folder)
            snprintf(paths[i], sizeof paths[i], "%s/%s.mmdb", folder, names[i]);
        else
            snprintf(paths[i], sizeof paths[i], "%s/build/geo/%s.mmdb", root ? root : ".",
                     names[i]);
        if (access(paths[i], R_OK) != 0) {
            print_message("skipped: no %s: run tools/install-geo\n", paths[i]);
            exit(77);
        }
    }
    struct geo *g = NULL;
    struct err e = {0};
    if (!geo_open((const char *const[]){paths[0], paths[1]}, 2, &g, &e))
        fail_msg("%s", e.text);
    return g;
}

static void well_known_addresses_are_where_both_say(void **state)
{
    static const struct {
        const char *address, *country;
    } cases[] = {
        {"133.11.0.1", "JP"},           {"202.12.27.33", "JP"}, {"8.8.8.8", "US"},
        {"192.0.32.7", "US"},           {"193.0.6.139", "NL"},  {"2001:240::1", "JP"},
        {"2001:4860:4860::8888", "US"}, {"10.0.0.1", ""},       {"203.0.113.1", ""},
    };
    AUTO(geo_drop) struct geo *g = opened();
    (void)state;
    CHECK_INT(geo_table_count(g), 2, "tables");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct addr a;
        struct err e = {0};
        uint8_t bytes[16] = {[10] = 0xff, [11] = 0xff};
        assert_true(addr_parse((struct str){cases[i].address, strlen(cases[i].address)}, &a, &e));
        memcpy(a.v6 ? bytes : bytes + 12, a.bytes, a.v6 ? 16 : 4);
        struct country c = geo_country(g, bytes);
        if (strcmp(c.code, cases[i].country) != 0)
            fail_msg("%s: \"%s\"%s, want \"%s\"", cases[i].address, c.code,
                     c.disputed ? " (they disagree)" : "", cases[i].country);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(well_known_addresses_are_where_both_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
