/* test_link_rule.c - what a node takes from another, rule by rule. */
#include "exchange/link_rule.h"
#include "tests/check.h"

#define CENTRE S_("11111111-1111-4111-8111-111111111111")
#define POWER S_("22222222-2222-4222-8222-222222222222")
#define RAIL S_("33333333-3333-4333-8333-333333333333")

static const uint8_t chain_of_six[SHA256_SIZE] = {6};

/* The railway follows the centre and has taken six items of its class. */
static struct link_view railway(void)
{
    struct link_view v = {.own = RAIL,
                          .peer = CENTRE,
                          .peer_relays = true,
                          .class_known = S_("class@log"),
                          .number = 6};
    memcpy(v.chain, chain_of_six, sizeof v.chain);
    return v;
}

/* The seventh item: the centre passes on what the power company said. */
static struct link_item seventh(void)
{
    struct link_item item = {
        .kind = LINK_WARNING,
        .object = S_("w-1"),
        .version = 1,
        .from = CENTRE,
        .to = RAIL,
        .reader_class = S_("class@log"),
        .number = 7,
        .path = {POWER, CENTRE},
        .path_count = 2,
    };
    memcpy(item.previous, chain_of_six, sizeof item.previous);
    return item;
}

static void check_verdict(const struct link_item *item, const struct link_view *view,
                          enum link_verdict want, const char *label)
{
    CHECK_INT(link_judge(item, view), want, label);
}

static void the_next_item_of_a_relaying_peer_is_taken(void **state)
{
    (void)state;
    struct link_item item = seventh();
    struct link_view view = railway();
    check_verdict(&item, &view, LINK_TAKE, "the next item");
}

static void a_key_that_speaks_for_another_is_refused(void **state)
{
    (void)state;
    struct link_item item = seventh();
    struct link_view view = railway();

    view.peer = (struct str)POWER;
    check_verdict(&item, &view, LINK_FORGED, "signed by one, sent by another");
    view = railway();
    view.peer_relays = false;
    check_verdict(&item, &view, LINK_FORGED, "a member may not pass on what others said");
    item.path[0] = (struct str)CENTRE;
    item.path_count = 1;
    check_verdict(&item, &view, LINK_TAKE, "it may say what is its own");
    item.to = (struct str)POWER;
    check_verdict(&item, &view, LINK_FORGED, "an item for somebody else, played again");
}

static void what_has_been_here_does_not_come_back(void **state)
{
    (void)state;
    struct link_item item = seventh();
    struct link_view view = railway();
    item.path[0] = (struct str)RAIL;
    check_verdict(&item, &view, LINK_LOOP, "back to its origin");
}

static void gaps_show_by_number_and_by_chain(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        int64_t number;
        uint8_t chain;
        enum link_verdict want;
    } cases[] = {
        {"the next", 7, 6, LINK_TAKE},      {"one is missing", 8, 6, LINK_GAP},
        {"another past", 7, 5, LINK_GAP},   {"played again", 6, 6, LINK_DUPLICATE},
        {"long ago", 1, 0, LINK_DUPLICATE},
    };
    struct link_view view = railway();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct link_item item = seventh();
        item.number = cases[i].number;
        item.previous[0] = cases[i].chain;
        check_verdict(&item, &view, cases[i].want, cases[i].label);
    }
}

static void another_class_begins_anew(void **state)
{
    (void)state;
    struct link_item item = seventh();
    struct link_view view = railway();
    item.reader_class = S("class@log/2");
    check_verdict(&item, &view, LINK_GAP, "in the middle of another class");
    item.number = 1;
    memset(item.previous, 0, sizeof item.previous);
    check_verdict(&item, &view, LINK_TAKE, "its first item");
}

static void a_revocation_wins_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        bool revoked, revoked_before;
        int64_t version, seen;
        enum link_verdict want;
    } cases[] = {
        {"a new version", false, false, 2, 1, LINK_TAKE},
        {"the same version by another way", false, false, 1, 1, LINK_DUPLICATE},
        {"an older version", false, false, 1, 2, LINK_DUPLICATE},
        {"a revocation", true, false, 2, 1, LINK_TAKE},
        {"a revocation before what it revokes", true, false, 2, 0, LINK_TAKE},
        {"a revocation of an older version still counts", true, false, 1, 3, LINK_TAKE},
        {"what was revoked before it came", false, true, 1, 0, LINK_DEAD},
        {"a newer version of what was revoked", false, true, 9, 2, LINK_DEAD},
        {"revoked twice", true, true, 2, 2, LINK_DUPLICATE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct link_item item = seventh();
        struct link_view view = railway();
        item.revoked = cases[i].revoked;
        item.version = cases[i].version;
        view.revoked_before = cases[i].revoked_before;
        view.seen_version = cases[i].seen;
        check_verdict(&item, &view, cases[i].want, cases[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_item_of_a_relaying_peer_is_taken),
        cmocka_unit_test(a_key_that_speaks_for_another_is_refused),
        cmocka_unit_test(what_has_been_here_does_not_come_back),
        cmocka_unit_test(gaps_show_by_number_and_by_chain),
        cmocka_unit_test(another_class_begins_anew),
        cmocka_unit_test(a_revocation_wins_in_any_order),
    };
    return cmocka_run_group_tests_name("link_rule", tests, NULL, NULL);
}
