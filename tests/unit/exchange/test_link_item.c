/* test_link_item.c - items survive the wire, and nothing but what was signed gets through. */
#include "exchange/link_item.h"
#include "tests/check.h"

static const struct link_item sample = {
    .kind = LINK_SIGHTING,
    .origin = S_("hinomi/22222222-2222-4222-8222-222222222222"),
    .statement = S_("01890000-0000-7000-8000-000000000001"),
    .object = S_("01890000-0000-7000-8000-000000000001"),
    .version = 1,
    .from = S_("11111111-1111-4111-8111-111111111111"),
    .to = S_("33333333-3333-4333-8333-333333333333"),
    .reader_class = S_("realm=live;role=member@hinomi/1"),
    .number = 7,
    .decision = S_("44444444-4444-4444-8444-444444444444"),
    .released = 1764000000123456,
    .path = {S_("22222222-2222-4222-8222-222222222222"),
             S_("11111111-1111-4111-8111-111111111111")},
    .path_count = 2,
    .body = S_("{\"b\":1,\"a\":\"é\"}"),
};

static bool sign(void *ctx, struct str context, struct str message,
                 uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e)
{
    (void)e;
    key_sign(ctx, context, message, ret_signature);
    return true;
}

static struct key_secret make_key(void)
{
    static const uint8_t seed[KEY_SEED_SIZE] = {1};
    struct key_secret key;
    key_from_seed(seed, &key);
    return key;
}

static bool write(const struct link_item *item, struct buf *out, struct err *e)
{
    struct key_secret key = make_key();
    return link_item_write(item, &(struct link_signer){sign, &key}, out, e);
}

static void an_item_is_read_as_it_was_written(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf line = BUF(LINK_ITEM_MAX);
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct link_item item;
    struct err e = {};
    struct key_secret key = make_key();
    struct key_public public = key_public_of(&key);
    uint8_t want[SHA256_SIZE], got[SHA256_SIZE];
    struct link_item canonical = sample;

    assert_true(write(&sample, &line, &e));
    assert_true(link_item_read(&a, buf_str(&line), &item, &e));
    CHECK_INT(item.kind, LINK_SIGHTING, "kind");
    CHECK_INT(item.number, 7, "number");
    CHECK_INT(item.released, sample.released, "released");
    CHECK_INT(item.path_count, 2, "hops");
    assert_true(str_eq(item.body, S("{\"a\":\"é\",\"b\":1}"))); /* canonical */
    assert_true(link_item_signed_by(&item, &public));
    assert_true(link_item_was_at(&item, sample.from));
    assert_false(link_item_was_at(&item, sample.to));

    canonical.body = item.body;
    link_item_chain(&canonical, want);
    link_item_chain(&item, got);
    assert_memory_equal(want, got, SHA256_SIZE);
    item.to = S("55555555-5555-4555-8555-555555555555");
    link_item_chain(&item, got);
    assert_memory_equal(want, got, SHA256_SIZE); /* all readers of a class share one chain */
    item.number++;
    link_item_chain(&item, got);
    assert_memory_not_equal(want, got, SHA256_SIZE);
}

static void every_changed_byte_is_found(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf line = BUF(LINK_ITEM_MAX);
    struct err e = {};
    struct key_secret key = make_key();
    struct key_public public = key_public_of(&key);
    assert_true(write(&sample, &line, &e));

    for (size_t i = 0; i < line.len; i++) {
        struct arena a = ARENA(1 << 20);
        struct link_item item;
        char was = line.ptr[i];
        line.ptr[i] = (char)(was ^ 1);
        bool passes =
            link_item_read(&a, buf_str(&line), &item, &e) && link_item_signed_by(&item, &public);
        if (passes)
            fail_msg("byte %zu ('%c') could be changed", i, was);
        line.ptr[i] = was;
        arena_drop(&a);
    }
}

static void malformed_items_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct link_item item;
    } cases[] = {
        {"the path ends elsewhere",
         {.path = {S_("22222222-2222-4222-8222-222222222222")}, .path_count = 1}},
        {"no path", {.path_count = 0}},
        {"number zero", {.path_count = 2, .number = 0}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf line = BUF(LINK_ITEM_MAX);
        struct err e = {};
        struct link_item item = sample;
        memcpy(item.path, cases[i].item.path_count == 1 ? cases[i].item.path : sample.path,
               sizeof item.path);
        item.path_count = cases[i].item.path_count;
        if (cases[i].item.path_count == 2)
            item.number = cases[i].item.number;
        CHECK_INT(write(&item, &line, &e), false, cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
    }
}

static void an_origin_must_be_a_log_of_the_first_on_the_path(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct str origin;
        bool good;
    } cases[] = {
        {"its log", S_("hinomi/22222222-2222-4222-8222-222222222222"), true},
        {"the successor of its log", S_("hinomi/22222222-2222-4222-8222-222222222222/2"), true},
        {"another's log", S_("hinomi/33333333-3333-4333-8333-333333333333"), false},
        {"a name that only begins so", S_("hinomi/22222222-2222-4222-8222-2222222222222"), false},
        {"no log of ours", S_("22222222-2222-4222-8222-222222222222"), false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf line = BUF(LINK_ITEM_MAX);
        struct err e = {};
        struct link_item item = sample;
        item.origin = cases[i].origin;
        CHECK_INT(write(&item, &line, &e), cases[i].good, cases[i].label);
    }
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_read_as_it_was_written),
        cmocka_unit_test(every_changed_byte_is_found),
        cmocka_unit_test(malformed_items_are_refused),
        cmocka_unit_test(an_origin_must_be_a_log_of_the_first_on_the_path),
    };
    return cmocka_run_group_tests_name("link_item", tests, NULL, NULL);
}
