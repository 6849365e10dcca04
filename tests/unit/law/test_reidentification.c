/* test_reidentification.c - the record of an act is signed, canonical, and holds nothing but its members. */
#include "law/reidentification.h"
#include "tests/check.h"

#include <string.h>

static const struct reidentification act = {
    .time = INT64_C(1795000000000000),
    .candidates = 12,
    .confirmed = true,
    .pseudonym = {"p1:2027-4:0123456789abcdef0123456789abcdef", 42},
    .kind = {"mail_addr", 9},
    .purpose = {"DAMAGE_PREVENTION", 17},
    .case_id = {"C-17", 4},
    .prev = {"0000000000000000000000000000000000000000000000000000000000000000", 64},
};

static void made(struct buf *out, size_t signers)
{
    struct key_secret keys[2];
    struct err e = {0};
    for (size_t i = 0; i < 2; i++)
        key_generate(&keys[i]);
    assert_true(reidentification_sign(&act, keys, signers, out, &e));
}

static void what_is_signed_is_read_again(void **state)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct reidentification got;
    struct err e = {0};
    (void)state;
    for (size_t signers = 1; signers <= 2; signers++) {
        AUTO(buf_drop) struct buf line = BUF(REIDENTIFICATION_MAX);
        made(&line, signers);
        if (!reidentification_read(&a, buf_str(&line), &got, &e))
            fail_msg("%s", e.text);
        assert_true(str_eq(got.pseudonym, act.pseudonym) && str_eq(got.case_id, act.case_id));
        assert_int_equal(got.time, act.time);
        assert_int_equal(got.candidates, 12);
        assert_true(got.confirmed);
    }
    AUTO(buf_drop) struct buf none = BUF(REIDENTIFICATION_MAX);
    assert_false(reidentification_sign(&act, NULL, 0, &none, &e));
}

/* No byte of it may change, go, or come in. */
static void every_change_is_refused(void **state)
{
    AUTO(buf_drop) struct buf line = BUF(REIDENTIFICATION_MAX);
    AUTO(buf_drop) struct buf other = BUF(REIDENTIFICATION_MAX);
    static const char letters[] = "xy ";
    (void)state;
    made(&line, 1);
    for (size_t i = 0; i < line.len; i++)
        for (int how = 0; how < 3; how++) {
            AUTO(arena_drop) struct arena a = ARENA(1 << 20);
            struct reidentification got;
            struct err e = {0};
            buf_clear(&other);
            buf_bytes(&other, line.ptr, i);
            if (how != 1)
                buf_byte(&other, letters[how ? 2 : line.ptr[i] == 'x']);
            size_t rest = how == 2 ? i : i + 1;
            buf_bytes(&other, line.ptr + rest, line.len - rest);
            if (reidentification_read(&a, buf_str(&other), &got, &e))
                fail_msg("accepted: byte %zu %s: %.*s", i, how == 1 ? "left out" : "changed",
                         (int)other.len, other.ptr);
        }
}

static void nothing_hides_in_it_and_nobody_signs_twice(void **state)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    AUTO(buf_drop) struct buf line = BUF(REIDENTIFICATION_MAX);
    AUTO(buf_drop) struct buf twice = BUF(REIDENTIFICATION_MAX);
    struct reidentification got;
    struct err e = {0};
    (void)state;
    made(&line, 1);
    buf_put(&twice, S("{\"a_value\":\"taro@example.jp\","));
    buf_bytes(&twice, line.ptr + 1, line.len - 1);
    assert_false(reidentification_read(&a, buf_str(&twice), &got, &e));
    assert_non_null(strstr(e.text, "canonical"));

    struct key_secret keys[2];
    key_generate(&keys[0]);
    keys[1] = keys[0];
    buf_clear(&twice);
    assert_true(reidentification_sign(&act, keys, 2, &twice, &e));
    assert_false(reidentification_read(&a, buf_str(&twice), &got, &e));
    assert_int_equal(e.code, ERR_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_signed_is_read_again),
        cmocka_unit_test(every_change_is_refused),
        cmocka_unit_test(nothing_hides_in_it_and_nobody_signs_twice),
    };
    keys_init();
    return cmocka_run_group_tests_name("reidentification", tests, NULL, NULL);
}
