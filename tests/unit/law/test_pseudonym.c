/* test_pseudonym.c - pseudonyms and their two halves: joined within an epoch, not across; one half alone is nothing. */
#include "core/encode.h"
#include "core/io.h"
#include "core/keys.h"
#include "law/pseudonym.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY (INT64_C(86400) * TIME_SECOND)
#define START (INT64_C(21000) * DAY)

struct desk {
    struct arena memory;
    const struct law *law;
    char dir[64], nco[80], commission[80], other[80];
};

/* A half from START on. */
static bool half(struct desk *d, const char *path, const char *epoch, const char *custodian,
                 int64_t length, struct err *e)
{
    struct pseudonym_terms terms = {.epoch = {epoch, strlen(epoch)},
                                    .custodian = {custodian, strlen(custodian)},
                                    .from = START,
                                    .to = START + length};
    return pseudonym_half_new(d->law, path, &terms, e);
}

static int opened(void **state)
{
    static struct desk d;
    struct err e = {0};
    keys_init();
    d.memory = ARENA(LAW_MEMORY);
    assert_true(law_open(&d.memory, NULL, &d.law, &e));
    snprintf(d.dir, sizeof d.dir, "/tmp/pseudonym.XXXXXX");
    assert_non_null(mkdtemp(d.dir));
    snprintf(d.nco, sizeof d.nco, "%s/a", d.dir);
    snprintf(d.commission, sizeof d.commission, "%s/b", d.dir);
    snprintf(d.other, sizeof d.other, "%s/c", d.dir);
    assert_true(half(&d, d.nco, "2027-4", "NCO", 90 * DAY, &e));
    assert_true(half(&d, d.commission, "2027-4", "COMMISSION", 90 * DAY, &e));
    *state = &d;
    return 0;
}

static int closed(void **state)
{
    struct desk *d = *state;
    unlink(d->nco);
    unlink(d->commission);
    unlink(d->other);
    rmdir(d->dir);
    arena_drop(&d->memory);
    return 0;
}

static struct pseudonym_key *joined(struct desk *d, const char *a, const char *b,
                                    struct clock *clock)
{
    struct pseudonym_key *k = NULL;
    struct err e = {0};
    if (!pseudonym_join(d->law, (const char *const[]){a, b}, clock, &k, &e))
        fail_msg("%s", e.text);
    return k;
}

static void refused(struct desk *d, const char *a, const char *b, const char *says)
{
    struct pseudonym_key *k = NULL;
    struct err e = {0};
    assert_false(pseudonym_join(d->law, (const char *const[]){a, b}, NULL, &k, &e));
    if (!strstr(e.text, says))
        fail_msg("it says: %s, not: %s", e.text, says);
}

static void equal_values_of_an_epoch_have_equal_pseudonyms_r_022(void **state)
{
    struct desk *d = *state;
    AUTO(pseudonym_key_drop) struct pseudonym_key *k = joined(d, d->nco, d->commission, NULL);
    AUTO(pseudonym_key_drop) struct pseudonym_key *same = joined(d, d->commission, d->nco, NULL);
    char one[PSEUDONYM_SIZE], two[PSEUDONYM_SIZE];
    struct str epoch = STR_NONE;
    size_t len = pseudonym_make(k, "mail_addr", S(" Taro@Example.JP "), one);
    assert_true(len && pseudonym_is((struct str){one, len}, &epoch));
    assert_true(str_eq(epoch, S("2027-4")));
    assert_null(strstr(one, "aro"));
    assert_true(pseudonym_make(same, "mail_addr", S("taro@example.jp"), two));
    assert_string_equal(one, two);
    assert_true(pseudonym_make(k, "account_id", S("taro@example.jp"), two));
    assert_string_not_equal(one, two); /* another kind of value */
    assert_true(pseudonym_make(k, "mail_addr", S("hanako@example.jp"), two));
    assert_string_not_equal(one, two);
    assert_true(pseudonym_make(k, "phone_no", S("(090) 1234-5678"), one));
    assert_true(pseudonym_make(k, "phone_no", S("09012345678"), two));
    assert_string_equal(one, two);
    CHECK_INT(pseudonym_make(k, "phone_no", S(" - "), one), 0, "nothing left");
}

static void across_epochs_nothing_joins_r_022(void **state)
{
    struct desk *d = *state;
    struct err e = {0};
    char next_a[90], next_b[90], one[PSEUDONYM_SIZE], two[PSEUDONYM_SIZE];
    snprintf(next_a, sizeof next_a, "%s/na", d->dir);
    snprintf(next_b, sizeof next_b, "%s/nb", d->dir);
    assert_true(half(d, next_a, "2028-1", "NCO", DAY, &e));
    assert_true(half(d, next_b, "2028-1", "COMMISSION", DAY, &e));
    AUTO(pseudonym_key_drop) struct pseudonym_key *k = joined(d, d->nco, d->commission, NULL);
    AUTO(pseudonym_key_drop) struct pseudonym_key *next = joined(d, next_a, next_b, NULL);
    assert_true(pseudonym_make(k, "mail_addr", S("taro@example.jp"), one));
    assert_true(pseudonym_make(next, "mail_addr", S("taro@example.jp"), two));
    assert_string_not_equal(strrchr(one, ':'), strrchr(two, ':'));
    refused(d, d->nco, next_b, "two epochs");
    unlink(next_a);
    unlink(next_b);
}

static void one_half_alone_is_nothing_r_023(void **state)
{
    struct desk *d = *state;
    struct err e = {0};
    refused(d, d->nco, d->nco, "the other custodian's is needed");
    refused(d, d->commission, d->commission, "the other custodian's is needed");
    refused(d, d->nco, "/nonexistent", "nonexistent");
    assert_int_equal(chmod(d->nco, 0640), 0);
    refused(d, d->nco, d->commission, "open to others");
    assert_int_equal(chmod(d->nco, 0600), 0);
    /* another half by the right custodian gives another key, not an answer */
    assert_true(half(d, d->other, "2027-4", "COMMISSION", 90 * DAY, &e));
    AUTO(pseudonym_key_drop) struct pseudonym_key *k = joined(d, d->nco, d->commission, NULL);
    AUTO(pseudonym_key_drop) struct pseudonym_key *wrong = joined(d, d->nco, d->other, NULL);
    char one[PSEUDONYM_SIZE], two[PSEUDONYM_SIZE];
    assert_true(pseudonym_make(k, "mail_addr", S("taro@example.jp"), one));
    assert_true(pseudonym_make(wrong, "mail_addr", S("taro@example.jp"), two));
    assert_string_not_equal(one, two);
}

static void outside_its_epoch_a_key_makes_nothing(void **state)
{
    struct desk *d = *state;
    struct clock_set c;
    char out[PSEUDONYM_SIZE];
    clock_set_init(&c, START - 1);
    AUTO(pseudonym_key_drop) struct pseudonym_key *k = joined(d, d->nco, d->commission, &c.clock);
    CHECK_INT(pseudonym_make(k, "mail_addr", S("a@b"), out), 0, "before");
    c.at = START;
    assert_true(pseudonym_make(k, "mail_addr", S("a@b"), out));
    c.at = START + 90 * DAY;
    CHECK_INT(pseudonym_make(k, "mail_addr", S("a@b"), out), 0, "after");
}

static void an_epoch_is_no_longer_than_the_law_tables_say(void **state)
{
    struct desk *d = *state;
    struct err e = {0};
    char path[90];
    snprintf(path, sizeof path, "%s/long", d->dir);
    assert_false(half(d, path, "x", "NCO", 90 * DAY + 1, &e));
    assert_false(half(d, path, "x", "NCO", 0, &e));
    assert_false(half(d, path, "x y", "NCO", DAY, &e));
    assert_false(half(d, path, "x", "MOD", DAY, &e));
    assert_false(half(d, d->nco, "x", "NCO", DAY, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
}

static void the_form_of_a_pseudonym_is_told(void **state)
{
    static const struct {
        const char *text;
        bool is;
    } cases[] = {
        {"p1:2027-4:00112233445566778899aabbccddeeff", true},
        {"p1:2027-4:00112233445566778899AABBCCDDEEFF", false},
        {"p1:2027-4:00112233445566778899aabbccddee", false},
        {"p1::00112233445566778899aabbccddeeff", false},
        {"p2:2027-4:00112233445566778899aabbccddeeff", false},
        {"p1:2027 4:00112233445566778899aabbccddeeff", false},
        {"taro@example.jp", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(pseudonym_is((struct str){cases[i].text, strlen(cases[i].text)}, NULL),
                  cases[i].is, cases[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_values_of_an_epoch_have_equal_pseudonyms_r_022),
        cmocka_unit_test(across_epochs_nothing_joins_r_022),
        cmocka_unit_test(one_half_alone_is_nothing_r_023),
        cmocka_unit_test(outside_its_epoch_a_key_makes_nothing),
        cmocka_unit_test(an_epoch_is_no_longer_than_the_law_tables_say),
        cmocka_unit_test(the_form_of_a_pseudonym_is_told),
    };
    return cmocka_run_group_tests(tests, opened, closed);
}
