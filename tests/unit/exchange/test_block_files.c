/* test_block_files.c - the written files say what the list says, and the real tools take them. */
#include "core/io.h"
#include "core/time.h"
#include "exchange/nftables.h"
#include "exchange/rpz.h"
#include "tests/check.h"

#include <sys/wait.h>
#include <unistd.h>

static const int64_t now = INT64_C(1800000000) * TIME_SECOND;

static const struct {
    struct selector selector;
    int seconds;
    const char *zone, *ruleset; /* a line that must stand in each; NULL: must not be mentioned */
} cases[] = {
    {{SELECTOR_DOMAIN, S_("one.evil.test")}, 60, "\none.evil.test 60 CNAME .\n", NULL},
    {{SELECTOR_DOMAIN_BELOW, S_("bad.test")}, 7200, "\n*.bad.test 300 CNAME .\n", NULL},
    {{SELECTOR_IPV4, S_("203.0.113.9")},
     90,
     "\n32.9.113.0.203.rpz-ip 90 CNAME .\n",
     "  203.0.113.9 timeout 90s,\n"},
    {{SELECTOR_PREFIX4, S_("198.51.100.0/24")},
     90,
     "\n24.0.100.51.198.rpz-ip 90 CNAME .\n",
     "  198.51.100.0/24 timeout 90s,\n"},
    {{SELECTOR_PREFIX4, S_("198.51.100.128/25")},
     90,
     "\n25.128.100.51.198.rpz-ip 90 CNAME .\n",
     NULL},
    {{SELECTOR_IPV6, S_("2001:db8::5")},
     90,
     "\n128.5.zz.db8.2001.rpz-ip 90 CNAME .\n",
     "  2001:db8::5 timeout 90s,\n"},
    {{SELECTOR_IPV6, S_("2001:db8:0:1:0:2:3:4")},
     90,
     "\n128.4.3.2.0.1.0.db8.2001.rpz-ip 90 CNAME .\n",
     "  2001:db8:0:1:0:2:3:4 timeout 90s,\n"},
    {{SELECTOR_PREFIX6, S_("2001:db8:77::/48")},
     90,
     "\n48.zz.77.db8.2001.rpz-ip 90 CNAME .\n",
     "  2001:db8:77::/48 timeout 90s,\n"},
};

static struct blocklist *filled(void)
{
    struct blocklist_settings settings = {.most_new_an_hour = 100};
    struct blocklist *b = blocklist_new(&settings);
    struct str why;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct block_entry entry = {S("w1"), cases[i].selector,
                                    now + cases[i].seconds * TIME_SECOND};
        assert_int_equal(blocklist_add(b, &entry, now, &why), BLOCK_TAKEN);
    }
    return b;
}

static void write_both(const struct blocklist *b, struct buf *zone, struct buf *ruleset)
{
    rpz_write(b, S("rpz.hinomi"), 7, now, zone);
    nftables_write(b, now, ruleset);
    buf_byte(zone, '\0');
    buf_byte(ruleset, '\0');
    assert_false(zone->over || ruleset->over);
}

static void each_selector_stands_where_its_equipment_looks(void **state)
{
    (void)state;
    AUTO(blocklist_drop) struct blocklist *b = filled();
    AUTO(buf_drop) struct buf zone = BUF(1 << 20), ruleset = BUF(1 << 20);
    write_both(b, &zone, &ruleset);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *name = cases[i].selector.value.ptr;
        if (!strstr(zone.ptr, cases[i].zone))
            fail_msg("%s: no such line in the zone:\n%s", name, zone.ptr);
        if (cases[i].ruleset ? !strstr(ruleset.ptr, cases[i].ruleset) : !!strstr(ruleset.ptr, name))
            fail_msg("%s: wrong in the ruleset:\n%s", name, ruleset.ptr);
    }
}

static void a_name_too_long_for_the_zone_is_left_out_and_counted(void **state)
{
    (void)state;
    struct blocklist_settings settings = {.most_new_an_hour = 9};
    AUTO(blocklist_drop) struct blocklist *b = blocklist_new(&settings);
    char name[254];
    memset(name, 'a', sizeof name);
    for (size_t i = 60; i < 250; i += 60)
        name[i] = '.';
    struct str why;
    struct block_entry entry = {S("w"), {SELECTOR_DOMAIN, {name, 250}}, now + TIME_SECOND};
    assert_int_equal(blocklist_add(b, &entry, now, &why), BLOCK_TAKEN);

    AUTO(buf_drop) struct buf zone = BUF(1 << 20);
    struct rpz_counts counts = rpz_write(b, S("rpz.hinomi"), 1, now, &zone);
    CHECK_INT(counts.records, 0, "records");
    CHECK_INT(counts.left_out, 1, "left out");
}

/* 77 is meson's word for "skipped"; the tool is in packaging/debian-packages.txt. */
static int run_tool(const char *command, const char *path)
{
    char line[512];
    snprintf(line, sizeof line, "%s %s >/dev/null 2>&1", command, path);
    int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_real_tools_take_the_files(void **state)
{
    (void)state;
    AUTO(blocklist_drop) struct blocklist *b = filled();
    AUTO(buf_drop) struct buf zone = BUF(1 << 20), ruleset = BUF(1 << 20);
    rpz_write(b, S("rpz.hinomi"), 7, now, &zone);
    nftables_write(b, now, &ruleset);

    char folder[] = "/tmp/hinomi-test-XXXXXX", zone_path[64], rules_path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(zone_path, sizeof zone_path, "%s/zone", folder);
    snprintf(rules_path, sizeof rules_path, "%s/rules", folder);
    struct err e = {0};
    assert_true(file_swap(zone_path, buf_str(&zone), 0600, &e));
    assert_true(file_swap(rules_path, buf_str(&ruleset), 0600, &e));

    int checkzone = run_tool("named-checkzone rpz.hinomi", zone_path);
    int nft = geteuid() == 0 ? run_tool("unshare -n nft -c -f", rules_path) : 127;
    int nft_works = geteuid() == 0 ? run_tool("unshare -n nft", "list tables") : 127;
    unlink(zone_path);
    unlink(rules_path);
    rmdir(folder);
    if (checkzone == 127)
        print_message("skipped: named-checkzone is not installed\n");
    else
        CHECK_INT(checkzone, 0, "named-checkzone");
    if (nft_works != 0)
        print_message("skipped: nft needs root and a network namespace\n");
    else
        CHECK_INT(nft, 0, "nft -c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_selector_stands_where_its_equipment_looks),
        cmocka_unit_test(a_name_too_long_for_the_zone_is_left_out_and_counted),
        cmocka_unit_test(the_real_tools_take_the_files),
    };
    return cmocka_run_group_tests_name("block_files", tests, NULL, NULL);
}
