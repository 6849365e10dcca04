/* test_live.c - what an event of the node does to the set that is in force. */
#include "core/keys.h"
#include "sensor/live.h"
#include "tests/check.h"

static struct err e;

static bool apply(struct index_set *set, const char *json)
{
    uint64_t changes = 0;
    e = (struct err){0};
    return live_apply(set, (struct str){json, strlen(json)}, &changes, &e);
}

static bool knows(struct index_set *set, const char *name, struct index_hit *ret)
{
    struct index_reader *r = index_reader_join(set);
    struct index_view v = index_reader_view(r);
    bool found = index_find_name(&v, (struct str){name, strlen(name)}, 2000000000, ret);
    index_reader_leave(&r);
    return found;
}

static void additions_and_withdrawals_are_in_force(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_hit hit;
    assert_true(apply(set, "{\"generation\":1,\"add\":[{\"kind\":\"domain-below\",\"value\":"
                           "\"evil.example\",\"action\":\"block\",\"confidence\":90,\"threat\":"
                           "\"Emotet\",\"source\":\"centre\"}],\"withdraw\":[]}"));
    assert_true(knows(set, "a.evil.example", &hit));
    assert_int_equal(hit.action, INDEX_BLOCK);
    assert_int_equal(hit.confidence, 90);
    assert_true(str_eq(hit.threat, S("Emotet")));
    assert_true(apply(set, "{\"generation\":2,\"withdraw\":[{\"kind\":\"domain-below\",\"value\":"
                           "\"evil.example\"}]}"));
    assert_false(knows(set, "a.evil.example", &hit));
    assert_int_equal(index_set_state(set).generation, 2);
}

static void an_end_is_kept(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_hit hit;
    assert_true(apply(set, "{\"generation\":1,\"add\":["
                           "{\"kind\":\"domain\",\"value\":\"gone.example\",\"valid_until\":"
                           "\"2020-01-01T00:00:00Z\"},"
                           "{\"kind\":\"domain\",\"value\":\"stays.example\",\"valid_until\":"
                           "\"2090-01-01T00:00:00Z\"}]}"));
    assert_false(knows(set, "gone.example", &hit));
    assert_true(knows(set, "stays.example", &hit));
}

static void what_the_image_had_is_passed_over(void **state)
{
    (void)state;
    AUTO(index_set_drop) struct index_set *set = index_set_new();
    struct index_hit hit;
    assert_true(apply(set, "{\"generation\":1,\"add\":[]}"));
    assert_true(
        apply(set,
              "{\"generation\":1,\"add\":[{\"kind\":\"domain\",\"value\":\"late.example\"}]}"));
    assert_false(knows(set, "late.example", &hit));
}

static void what_cannot_be_applied_says_whether_the_image_helps(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum err_code code;
    } cases[] = {
        {"{\"generation\":3,\"add\":[]}", ERR_CONFLICT},                /* a gap */
        {"{\"generation\":1,\"image\":true,\"add\":[]}", ERR_CONFLICT}, /* made anew */
        {"{\"add\":[]}", ERR_INVALID},
        {"{\"generation\":-1}", ERR_INVALID},
        {"{\"generation\":1", ERR_INVALID},
        {"{\"generation\":1,\"add\":[{\"kind\":\"moon\",\"value\":\"x\"}]}", ERR_INVALID},
        {"{\"generation\":1,\"add\":[{\"kind\":\"domain\",\"value\":\"UPPER.example\"}]}",
         ERR_INVALID},
        {"{\"generation\":1,\"add\":[{\"kind\":\"domain\"}]}", ERR_INVALID},
        {"{\"generation\":1,\"add\":[{\"kind\":\"domain\",\"value\":\"a.example\",\"action\":"
         "\"explode\"}]}",
         ERR_INVALID},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(index_set_drop) struct index_set *set = index_set_new();
        if (apply(set, cases[i].json))
            fail_msg("%s was taken", cases[i].json);
        CHECK_INT(e.code, cases[i].code, cases[i].json);
        CHECK_INT(index_set_state(set).generation, 0, cases[i].json);
        CHECK_INT(index_set_state(set).changes, 0, cases[i].json);
    }
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(additions_and_withdrawals_are_in_force),
        cmocka_unit_test(an_end_is_kept),
        cmocka_unit_test(what_the_image_had_is_passed_over),
        cmocka_unit_test(what_cannot_be_applied_says_whether_the_image_helps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
