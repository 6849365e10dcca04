/* test_geo.c - countries as MaxMind's own test tables give them, and tables that were made to hurt. */
#include "geo/geo.h"

#include "core/io.h"
#include "tests/check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <unistd.h>

static const char *table_path(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/geo/maxmind_testdata/%s", getenv("HINOMI_SHARED_DATA"),
             name);
    return path;
}

static void address_of(const char *text, uint8_t ret_address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    memcpy(ret_address, mapped, sizeof mapped);
    if (inet_pton(AF_INET, text, ret_address + 12) != 1)
        assert_int_equal(inet_pton(AF_INET6, text, ret_address), 1);
}

static const char country_table[] = "test-data__GeoIP2-Country-Test.mmdb";
static const char lite_table[] = "test-data__GeoLite2-Country-Test.mmdb";

static void countries_are_those_of_the_table(void **state)
{
    static const struct {
        const char *address, *country;
    } cases[] = {
        {"81.2.69.142", "GB"},   {"89.160.20.112", "SE"}, {"2001:218::1", "JP"},
        {"2001:220::1", "KR"},   {"10.0.0.1", ""},        {"fe80::1", ""},
        {"216.160.83.56", "US"}, {"255.255.255.255", ""}, {"::", ""},
    };
    struct err e = {0};
    AUTO(geo_drop) struct geo *geo = NULL;
    (void)state;
    if (!geo_open((const char *[]){table_path(country_table)}, 1, &geo, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t address[16];
        address_of(cases[i].address, address);
        struct country c = geo_country(geo, address);
        if (strcmp(c.code, cases[i].country) != 0 || c.disputed)
            fail_msg("%s: got %s", cases[i].address, c.code);
    }
}

static void two_tables_must_agree(void **state)
{
    struct err e = {0};
    AUTO(geo_drop) struct geo *same = NULL;
    AUTO(geo_drop) struct geo *other = NULL;
    uint8_t address[16];
    (void)state;
    const char *country = table_path(country_table);
    assert_true(geo_open((const char *[]){country, country}, 2, &same, &e));
    address_of("2001:218::1", address);
    struct country c = geo_country(same, address);
    assert_string_equal(c.code, "JP");

    if (!geo_open((const char *[]){country, table_path(lite_table)}, 2, &other, &e))
        fail_msg("%s", e.text);
    size_t agreed = 0, disputed = 0;
    for (unsigned i = 0; i < 256 * 256; i++) {
        char text[32];
        snprintf(text, sizeof text, "%u.%u.20.112", i >> 8, i & 255);
        address_of(text, address);
        struct country both = geo_country(other, address), one = geo_country(same, address);
        if (both.disputed)
            assert_string_equal(both.code, "");
        else
            assert_string_equal(both.code, one.code);
        agreed += both.code[0] != 0;
        disputed += both.disputed;
    }
    assert_true(agreed > 0);
    assert_true(disputed > 0);
}

static void a_table_says_what_it_is(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    AUTO(geo_drop) struct geo *geo = NULL;
    struct err e = {0};
    struct str file;
    uint8_t sha256[SHA256_SIZE];
    (void)state;
    const char *path = table_path(country_table);
    assert_true(geo_open((const char *[]){path}, 1, &geo, &e));
    assert_true(file_read(&memory, path, 32 << 20, &file, &e));
    sha256_of(file, sha256);
    assert_int_equal(geo_table_count(geo), 1);
    const struct geo_table *t = geo_table(geo, 0);
    assert_memory_equal(t->sha256, sha256, sizeof sha256);
    assert_string_equal(t->type, "GeoIP2-Country");
    assert_true(t->built > INT64_C(1600000000) * 1000000);
    assert_true(t->nodes > 0);
    assert_null(geo_table(geo, 1));
}

static void unsound_tables_are_refused_with_a_reason(void **state)
{
    static const char *const more[] = {
        "test-data__MaxMind-DB-test-broken-pointers-24.mmdb",
        "test-data__MaxMind-DB-test-broken-search-tree-24.mmdb",
        "test-data__MaxMind-DB-string-value-entries.mmdb",
        "test-data__GeoIP2-ISP-Test.mmdb", /* sound, but names no country */
    };
    char folder[512];
    size_t refused = 0;
    (void)state;
    snprintf(folder, sizeof folder, "%s/geo/maxmind_testdata", getenv("HINOMI_SHARED_DATA"));
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (strncmp(d->d_name, "bad-data__", 10) != 0)
            continue;
        struct geo *geo = NULL;
        struct err e = {0};
        if (geo_open((const char *[]){table_path(d->d_name)}, 1, &geo, &e))
            fail_msg("%s was taken", d->d_name);
        assert_true(e.code == ERR_INVALID && e.text[0]);
        refused++;
    }
    closedir(dir);
    assert_true(refused > 10);
    for (size_t i = 0; i < COUNT(more); i++) {
        struct geo *geo = NULL;
        struct err e = {0};
        if (geo_open((const char *[]){table_path(more[i])}, 1, &geo, &e))
            fail_msg("%s was taken", more[i]);
    }
}

/* Whatever bytes are changed, a table is refused or answers; under the sanitizers that says a lot. */
static void mutated_tables_never_hurt(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    struct err e = {0};
    struct str file;
    char path[] = "/tmp/hinomi-geo-XXXXXX";
    uint64_t random = 42;
    size_t taken = 0;
    (void)state;
    assert_true(file_read(&memory, table_path(country_table), 32 << 20, &file, &e));
    char *copy = arena_array(&memory, char, file.len);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (int round = 0; round < 400; round++) {
        memcpy(copy, file.ptr, file.len);
        for (int change = 0; change < 1 + round % 8; change++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            size_t span = round % 2 ? 2048 : file.len; /* half of them in records and metadata */
            copy[file.len - 1 - (random >> 33) % span] = (char)(random >> 20);
        }
        size_t len = round % 5 ? file.len : (size_t)(random >> 33) % file.len;
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, copy, len, 0), (ssize_t)len);
        AUTO(geo_drop) struct geo *geo = NULL;
        if (!geo_open((const char *[]){path}, 1, &geo, &e))
            continue;
        taken++;
        for (unsigned i = 0; i < 64; i++) {
            uint8_t address[16] = {0x20, (uint8_t)(1 + i), 2, 0x18};
            (void)geo_country(geo, address);
        }
    }
    close(fd);
    unlink(path);
    assert_true(taken > 0);
}

static void only_codes_of_the_standard_count(void **state)
{
    (void)state;
    size_t valid = 0;
    for (int a = 'A'; a <= 'Z'; a++)
        for (int b = 'A'; b <= 'Z'; b++)
            valid += country_code_valid((struct str){(char[]){(char)a, (char)b}, 2});
    assert_int_equal(valid, 250);
    assert_true(country_code_valid(S("JP")));
    static const struct str wrong[] = {S_("EU"), S_("AP"),  S_("ZZ"),  S_("jp"),
                                       S_("J"),  S_("JPN"), S_("J\0"), S_("")};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(country_code_valid(wrong[i]));
}

static void files_that_are_no_tables_say_why(void **state)
{
    struct geo *geo = NULL;
    struct err e = {0};
    (void)state;
    assert_false(geo_open((const char *[]){"/nonexistent.mmdb"}, 1, &geo, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_false(geo_open((const char *[]){"/dev/null"}, 1, &geo, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_false(geo_open(NULL, 0, &geo, &e));
    assert_int_equal(e.code, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_codes_of_the_standard_count),
        cmocka_unit_test(files_that_are_no_tables_say_why),
        cmocka_unit_test(countries_are_those_of_the_table),
        cmocka_unit_test(two_tables_must_agree),
        cmocka_unit_test(a_table_says_what_it_is),
        cmocka_unit_test(unsound_tables_are_refused_with_a_reason),
        cmocka_unit_test(mutated_tables_never_hurt),
    };
    const char *shared = getenv("HINOMI_SHARED_DATA");
    if (!shared || access(table_path(country_table), R_OK) != 0) {
        print_message("skipped: no country tables under HINOMI_SHARED_DATA\n");
        return 77;
    }
    return cmocka_run_group_tests_name("geo", tests, NULL, NULL);
}
