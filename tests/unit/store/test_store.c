/* test_store.c - the contract of the read model's tables: what is written is what is read. */
#include "store/change.h"
#include "store/directory.h"
#include "store/peer.h"
#include "store/release_log.h"
#include "store/schema.h"
#include "store/sighting.h"
#include "store/warning.h"
#include "tests/check.h"

#include <unistd.h>

struct bench {
    char path[64];
    struct db *db;
    struct arena memory;
    struct err e;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->memory = ARENA(16 << 20);
    snprintf(b->path, sizeof b->path, "/tmp/hinomi-store-XXXXXX");
    int fd = mkstemp(b->path);
    close(fd);
    *state = b;
    return db_open(b->path, &(struct db_options){.create = true}, &b->db, &b->e) &&
                   store_create(b->db, &b->e)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    char beside[80];
    db_close(b->db);
    arena_drop(&b->memory);
    unlink(b->path);
    snprintf(beside, sizeof beside, "%s-wal", b->path);
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", b->path);
    unlink(beside);
    free(b);
    return 0;
}

static void an_organisation_keeps_its_latest_ranges(void **state)
{
    struct bench *b = *state;
    const struct org_row org = {.id = S_("o1"),
                                .name = S_("Power"),
                                .sector = S_("energy"),
                                .country = S_("JP"),
                                .role = S_("operator"),
                                .key = S_(""),
                                .added = 5};
    const struct constituency_row first[] = {{S_("prefix"), S_("192.0.2.0/24")},
                                             {S_("domain"), S_("p.example")}};
    const struct constituency_row second[] = {{S_("prefix"), S_("198.51.100.0/24")}};
    struct constituency_row *ranges;
    struct org_row got;
    size_t count;

    assert_true(store_org_put(b->db, &org, first, COUNT(first), &b->e));
    assert_true(store_org_put(b->db, &org, second, COUNT(second), &b->e));
    assert_true(store_constituency(b->db, &b->memory, S("o1"), &ranges, &count, &b->e));
    CHECK_INT(count, 1, "ranges");
    assert_true(str_eq(ranges[0].value, second[0].value));
    assert_true(store_org_find(b->db, &b->memory, S("o1"), &got, &b->e));
    CHECK_INT(got.version, 2, "version rises");
    assert_false(store_org_find(b->db, &b->memory, S("o2"), &got, &b->e));
    CHECK_INT(b->e.code, ERR_NOT_FOUND, "an unknown one");
}

static void an_observable_stands_once_and_each_source_speaks_once(void **state)
{
    struct bench *b = *state;
    const struct selector s = {SELECTOR_DOMAIN, S_("evil.example")};
    const struct selector other = {SELECTOR_DOMAIN_BELOW, S_("evil.example")};
    struct source_row feed = {.name = S_("feed"), .grade = S_("B2"), .org = S_("o")};
    struct source_row rumour = {.name = S_("rumour"), .grade = S_("E5"), .org = S_("o")};
    int64_t label, id, again, id_other;
    bool fresh;
    struct claim_view *claims;
    size_t count;

    assert_true(store_source_put(b->db, &feed, &b->e) && store_source_put(b->db, &rumour, &b->e));
    assert_true(store_label_put(b->db, S("C2"), &label, &b->e));
    assert_true(store_observable_put(b->db, &s, &id, &fresh, &b->e) && fresh);
    assert_true(store_observable_put(b->db, &s, &again, &fresh, &b->e) && !fresh);
    assert_true(store_observable_put(b->db, &other, &id_other, &fresh, &b->e) && fresh);
    CHECK_INT(id, again, "the same observable");
    assert_true(id != id_other);

    struct claim_row claim = {.source = rumour.id, .threat = label, .confidence = 10};
    assert_true(store_claim_put(b->db, id, &claim, &b->e));
    claim.source = feed.id;
    claim.confidence = 60;
    assert_true(store_claim_put(b->db, id, &claim, &b->e));
    claim.confidence = 70;
    assert_true(store_claim_put(b->db, id, &claim, &b->e));
    assert_true(store_claims(b->db, &b->memory, &s, &claims, &count, &b->e));
    CHECK_INT(count, 2, "claims");
    assert_true(str_eq(claims[0].source, S("feed"))); /* best grade first */
    CHECK_INT(claims[0].claim.confidence, 70, "a source's later word replaces its first");

    assert_true(store_claim_drop(b->db, id, feed.id, &b->e));
    assert_true(store_claims(b->db, &b->memory, &s, &claims, &count, &b->e));
    CHECK_INT(count, 1, "one source's word taken back");
}

static void a_sighting_counts_once(void **state)
{
    struct bench *b = *state;
    struct sighting_row row = {.id = S_("s1"),
                               .org = S_("o1"),
                               .seq = 3,
                               .selector = {SELECTOR_IPV4, S_("192.0.2.7")},
                               .at = 100,
                               .received = 200,
                               .count = 2};
    struct sighting_rate rate;
    bool fresh;
    assert_true(store_sighting_put(b->db, &row, &fresh, &b->e) && fresh);
    assert_true(store_sighting_put(b->db, &row, &fresh, &b->e) && !fresh);
    row.id = S("s2");
    row.org = S("o2");
    row.received = 300;
    assert_true(store_sighting_put(b->db, &row, &fresh, &b->e) && fresh);
    assert_true(store_sighting_rate(b->db, &row.selector, 0, &rate, &b->e));
    CHECK_INT(rate.sightings, 4, "sightings");
    CHECK_INT(rate.organisations, 2, "organisations");
    assert_true(store_sighting_rate(b->db, &row.selector, 250, &rate, &b->e));
    CHECK_INT(rate.organisations, 1, "in the window");
}

/* What one class sees of three releases, the second of which went to another. */
static void a_class_sees_no_gap(void **state)
{
    struct bench *b = *state;
    struct release_class power, rail;
    struct release_row row = {.kind = S_("warning"),
                              .object = S_("w"),
                              .origin = S_("hinomi/c"),
                              .statement = S_("st"),
                              .version = 1,
                              .path = S_("[]"),
                              .body = S_("{}")};
    struct release_list got;
    assert_true(store_release_class(b->db, &b->memory, S("class power"), S("o1"), &power, &b->e));
    assert_true(store_release_class(b->db, &b->memory, S("class rail"), S("o2"), &rail, &b->e));
    for (int i = 0; i < 3; i++) {
        struct release_step step = {.decision = S("d"), .chain = {(uint8_t)(i + 1)}};
        assert_true(store_release_keep(b->db, &row, &step.bytes, &b->e));
        assert_true(store_release_append(b->db, &power, &step, &b->e));
        if (i != 1)
            assert_true(store_release_append(b->db, &rail, &step, &b->e));
    }
    assert_true(store_release_read(b->db, &b->memory, &rail, 0, &got, &b->e));
    CHECK_INT(got.count, 2, "two items");
    CHECK_INT(got.rows[0].number, 1, "the first");
    CHECK_INT(got.rows[1].number, 2, "the next, though one between went elsewhere");
    CHECK_INT(got.rows[1].previous[0], 1, "chained to what this class saw before");
    assert_true(store_release_read(b->db, &b->memory, &power, 2, &got, &b->e));
    CHECK_INT(got.count, 1, "after a number");
    assert_true(store_release_class_find(b->db, &b->memory, S("class rail"), &rail, &b->e));
    CHECK_INT(rail.number, 2, "the class remembers its last number");
    CHECK_INT(rail.chain[0], 3, "and its chain");
}

static void a_revocation_is_never_forgotten(void **state)
{
    struct bench *b = *state;
    struct seen_row seen;
    assert_true(store_seen(b->db, S("log"), S("w"), &seen, &b->e));
    CHECK_INT(seen.version, 0, "never seen");
    assert_true(store_seen_put(b->db, S("log"), S("w"), &(struct seen_row){2, true}, &b->e));
    assert_true(store_seen_put(b->db, S("log"), S("w"), &(struct seen_row){1, false}, &b->e));
    assert_true(store_seen(b->db, S("log"), S("w"), &seen, &b->e));
    CHECK_INT(seen.version, 2, "the higher version");
    CHECK_INT(seen.revoked, true, "revoked");
}

static void a_warning_is_live_until_it_ends_or_is_withdrawn(void **state)
{
    struct bench *b = *state;
    struct warning_row w = {.id = S_("w1"),
                            .seq = 9,
                            .version = 1,
                            .origin = S_("hinomi/c"),
                            .issuer = S_("c"),
                            .selector = {SELECTOR_DOMAIN, S_("evil.example")},
                            .valid_until = 1000,
                            .path = S_("[]")};
    struct warning_row got;
    assert_true(store_warning_put(b->db, &w, &b->e));
    assert_true(store_warning_live(b->db, &b->memory, &w.selector, 999, &got, &b->e));
    assert_true(str_eq(got.id, w.id));
    assert_true(store_warning_live(b->db, &b->memory, &w.selector, 1000, &got, &b->e));
    CHECK_INT(got.id.len, 0, "ended");
    assert_true(store_warning_withdraw(b->db, S("w1"), 500, S("mistake"), &b->e));
    assert_true(store_warning_live(b->db, &b->memory, &w.selector, 600, &got, &b->e));
    CHECK_INT(got.id.len, 0, "withdrawn");
    assert_true(store_warning_find(b->db, &b->memory, S("w1"), &got, &b->e));
    CHECK_INT(got.version, 2, "a withdrawal is a new version");
    assert_true(store_warning_withdraw(b->db, S("w1"), 700, S("again"), &b->e));
    assert_true(store_warning_find(b->db, &b->memory, S("w1"), &got, &b->e));
    CHECK_INT(got.withdrawn, 500, "the first withdrawal stands");
}

static void changes_come_by_generation(void **state)
{
    struct bench *b = *state;
    int64_t first, second;
    struct change_list got;
    assert_true(store_generation_next(b->db, &first, &b->e));
    assert_true(store_change_put(b->db,
                                 &(struct change_row){.generation = first,
                                                      .item = 1,
                                                      .selector = {SELECTOR_IPV4, S_("192.0.2.1")}},
                                 &b->e));
    assert_true(store_generation_next(b->db, &second, &b->e));
    assert_true(store_change_put(b->db,
                                 &(struct change_row){.generation = second,
                                                      .item = 1,
                                                      .withdraw = 1,
                                                      .selector = {SELECTOR_IPV4, S_("192.0.2.1")}},
                                 &b->e));
    CHECK_INT(second, first + 1, "dense");
    assert_true(store_changes(b->db, &b->memory, first, 10, &got, &b->e));
    CHECK_INT(got.count, 1, "after the first");
    CHECK_INT(got.rows[0].withdraw, 1, "the withdrawal");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(an_organisation_keeps_its_latest_ranges),
        CASE(an_observable_stands_once_and_each_source_speaks_once),
        CASE(a_sighting_counts_once),
        CASE(a_class_sees_no_gap),
        CASE(a_revocation_is_never_forgotten),
        CASE(a_warning_is_live_until_it_ends_or_is_withdrawn),
        CASE(changes_come_by_generation),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
