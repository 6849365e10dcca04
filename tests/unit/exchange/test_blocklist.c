/* test_blocklist.c - what may reach a resolver or a firewall, and what never does. */
#include "core/time.h"
#include "exchange/blocklist.h"
#include "tests/check.h"

static const int64_t now = INT64_C(1800000000) * TIME_SECOND;
static const int64_t soon = (INT64_C(1800000000) + 3600) * TIME_SECOND;

static const struct selector own[] = {
    {SELECTOR_PREFIX4, S_("192.0.2.0/25")},
    {SELECTOR_IPV6, S_("2001:db8:1::53")},
    {SELECTOR_DOMAIN_BELOW, S_("power.example")},
};

static struct blocklist *list_with(size_t most_new_an_hour)
{
    struct blocklist_settings settings = {.own = own,
                                          .own_count = COUNT(own),
                                          .most_new_an_hour = most_new_an_hour};
    return blocklist_new(&settings);
}

static enum block_verdict add(struct blocklist *b, const char *id, struct selector s, int64_t until)
{
    struct str why;
    struct block_entry entry = {{id, strlen(id)}, s, until};
    enum block_verdict v = blocklist_add(b, &entry, now, &why);
    assert_true(why.len > 0);
    return v;
}

static void an_entry_is_taken_only_past_every_guard(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct selector selector;
        int64_t ends_in; /* seconds; 0: no end */
        enum block_verdict want;
    } cases[] = {
        {"an address", {SELECTOR_IPV4, S_("198.51.100.7")}, 60, BLOCK_TAKEN},
        {"a /24", {SELECTOR_PREFIX4, S_("198.51.100.0/24")}, 60, BLOCK_TAKEN},
        {"a /23", {SELECTOR_PREFIX4, S_("198.51.100.0/23")}, 60, BLOCK_TOO_WIDE},
        {"a /48", {SELECTOR_PREFIX6, S_("2001:db8:9::/48")}, 60, BLOCK_TAKEN},
        {"a /47", {SELECTOR_PREFIX6, S_("2001:db8:8::/47")}, 60, BLOCK_TOO_WIDE},
        {"a name", {SELECTOR_DOMAIN_BELOW, S_("evil.example")}, 60, BLOCK_TAKEN},
        {"our own name", {SELECTOR_DOMAIN, S_("power.example")}, 60, BLOCK_OWN_SPACE},
        {"a host of ours", {SELECTOR_DOMAIN, S_("scada.power.example")}, 60, BLOCK_OWN_SPACE},
        {"a parent of ours", {SELECTOR_DOMAIN_BELOW, S_("example")}, 60, BLOCK_OWN_SPACE},
        {"a look-alike of ours", {SELECTOR_DOMAIN, S_("notpower.example")}, 60, BLOCK_TAKEN},
        {"our own address", {SELECTOR_IPV4, S_("192.0.2.9")}, 60, BLOCK_OWN_SPACE},
        {"beside our network", {SELECTOR_IPV4, S_("192.0.2.200")}, 60, BLOCK_TAKEN},
        {"a network around ours", {SELECTOR_PREFIX4, S_("192.0.2.0/24")}, 60, BLOCK_OWN_SPACE},
        {"our resolver", {SELECTOR_PREFIX6, S_("2001:db8:1::/48")}, 60, BLOCK_OWN_SPACE},
        {"a file's hash",
         {SELECTOR_FILE_MD5, S_("d41d8cd98f00b204e9800998ecf8427e")},
         60,
         BLOCK_NO_USE},
        {"without an end", {SELECTOR_IPV4, S_("198.51.100.8")}, 0, BLOCK_ENDED},
        {"ended already", {SELECTOR_IPV4, S_("198.51.100.9")}, -1, BLOCK_ENDED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(blocklist_drop) struct blocklist *b = list_with(100);
        int64_t until = cases[i].ends_in ? now + cases[i].ends_in * TIME_SECOND : INT64_MAX;
        CHECK_INT(add(b, "w1", cases[i].selector, until), cases[i].want, cases[i].label);
        CHECK_INT(blocklist_count(b), cases[i].want == BLOCK_TAKEN, cases[i].label);
    }
}

static void a_flood_of_entries_meets_the_hourly_allowance(void **state)
{
    (void)state;
    AUTO(blocklist_drop) struct blocklist *b = list_with(3);
    static const struct str names[] = {S_("a.test"), S_("b.test"), S_("c.test"), S_("d.test")};
    for (size_t i = 0; i < 4; i++)
        CHECK_INT(add(b, "w", (struct selector){SELECTOR_DOMAIN, names[i]}, soon),
                  i < 3 ? BLOCK_TAKEN : BLOCK_TOO_FAST, names[i].ptr);
    /* The same warning again only moves its end: it is not new. */
    CHECK_INT(add(b, "w", (struct selector){SELECTOR_DOMAIN, names[0]}, soon + 5), BLOCK_TAKEN,
              "again");

    struct str why;
    struct block_entry later = {S("w"), {SELECTOR_DOMAIN, S("d.test")}, soon * 2};
    CHECK_INT(blocklist_add(b, &later, now + 3600 * TIME_SECOND, &why), BLOCK_TAKEN, "an hour on");
}

static void a_withdrawal_takes_its_entries_and_no_others(void **state)
{
    (void)state;
    AUTO(blocklist_drop) struct blocklist *b = list_with(100);
    struct selector shared = {SELECTOR_DOMAIN, S("shared.test")};
    add(b, "w1", shared, soon);
    add(b, "w2", shared, soon + 1);
    add(b, "w1", (struct selector){SELECTOR_IPV4, S("198.51.100.7")}, soon);

    CHECK_INT(blocklist_withdraw(b, S("w1")), 2, "both of w1");
    CHECK_INT(blocklist_withdraw(b, S("w1")), 0, "a second time");
    CHECK_INT(blocklist_withdraw(b, S("")), 0, "nobody's");
    size_t at = 0;
    struct block_entry left;
    assert_true(blocklist_each(b, &at, &left));
    assert_true(selector_eq(&left.selector, &shared));
    assert_false(blocklist_each(b, &at, &left));
}

static void a_selector_of_two_warnings_is_listed_once_until_the_later_end(void **state)
{
    (void)state;
    AUTO(blocklist_drop) struct blocklist *b = list_with(100);
    struct selector shared = {SELECTOR_DOMAIN, S("shared.test")};
    add(b, "w1", shared, soon);
    add(b, "w2", shared, soon + 7);
    CHECK_INT(blocklist_next_end(b), soon, "the first end");

    size_t at = 0;
    struct block_entry entry;
    assert_true(blocklist_each(b, &at, &entry));
    CHECK_INT(entry.until, soon + 7, "the later end");
    assert_false(blocklist_each(b, &at, &entry));
    CHECK_INT(blocklist_expire(b, soon), 1, "w1 ends");
    CHECK_INT(blocklist_expire(b, soon + 7), 1, "w2 ends");
    CHECK_INT(blocklist_next_end(b), INT64_MAX, "empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_taken_only_past_every_guard),
        cmocka_unit_test(a_flood_of_entries_meets_the_hourly_allowance),
        cmocka_unit_test(a_withdrawal_takes_its_entries_and_no_others),
        cmocka_unit_test(a_selector_of_two_warnings_is_listed_once_until_the_later_end),
    };
    return cmocka_run_group_tests_name("blocklist", tests, NULL, NULL);
}
