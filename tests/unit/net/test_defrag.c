/* test_defrag.c - a datagram comes whole whatever the order; a trick changes nothing but a counter. */
#include "net/defrag.h"
#include "tests/check.h"

#define SECOND INT64_C(1000000)

/* "offset:bytes", a '+' behind it when more follow. */
static enum defrag_result give(struct defrag *d, const char *piece, uint32_t id, int64_t time_us,
                               struct defrag_whole *ret)
{
    unsigned long offset = strtoul(piece, NULL, 10);
    struct str text = {strchr(piece, ':') + 1, strlen(strchr(piece, ':') + 1)};
    bool more = text.len && text.ptr[text.len - 1] == '+';
    text.len -= more;
    struct fragment f = {.version = 4,
                         .proto = 17,
                         .id = id,
                         .more = more,
                         .offset = (uint32_t)offset,
                         .bytes = text,
                         .wire_bytes = (uint32_t)text.len + 20,
                         .frames = 1,
                         .time_us = time_us};
    return defrag_add(d, &f, ret);
}

static const struct {
    const char *label;
    const char *pieces[6];
    const char *whole; /* after the last piece; NULL: still held */
    unsigned overlaps, bad;
} tricks[] = {
    {"in order", {"0:aaaaaaaabbbbbbbb+", "16:cccc"}, "aaaaaaaabbbbbbbbcccc", 0, 0},
    {"last first", {"16:cccc", "8:bbbbbbbb+", "0:aaaaaaaa+"}, "aaaaaaaabbbbbbbbcccc", 0, 0},
    {"a hole", {"0:aaaaaaaa+", "16:cccc"}, NULL, 0, 0},
    {"twice the same", {"0:aaaaaaaa+", "0:aaaaaaaa+", "8:b"}, "aaaaaaaab", 1, 0},
    {"other bytes over the first",
     {"0:aaaaaaaa+", "0:xxxxxxxxbbbbbbbb+", "16:c"},
     "aaaaaaaabbbbbbbbc",
     1,
     0},
    {"teardrop: inside what is there", {"0:aaaaaaaabbbbbbbb+", "8:x"}, NULL, 0, 1},
    {"past the end", {"8:bb", "8:xxxxxxxx+", "0:aaaaaaaa+"}, "aaaaaaaabb", 0, 1},
    {"two ends", {"8:bb", "8:bbb", "0:aaaaaaaa+"}, "aaaaaaaabb", 0, 1},
    {"middle of no whole units", {"0:aaaa+", "0:aaaaaaaa+", "8:b"}, "aaaaaaaab", 0, 1},
    {"empty", {"0:+", "0:aaaaaaaa+", "8:b"}, "aaaaaaaab", 0, 1},
    {"past 65,535", {"65528:bbbbbbbb"}, NULL, 0, 1},
};

static void try_trick(size_t i)
{
    const char *label = tricks[i].label, *want = tricks[i].whole;
    struct defrag *d = defrag_new(&DEFRAG_SETTINGS);
    struct defrag_whole whole = {};
    enum defrag_result last = DEFRAG_HELD;
    unsigned bad = 0, n = 0;
    for (; n < COUNT(tricks[i].pieces) && tricks[i].pieces[n]; n++) {
        last = give(d, tricks[i].pieces[n], 7, 0, &whole);
        bad += last == DEFRAG_BAD;
    }
    CHECK_INT(bad, tricks[i].bad, label);
    CHECK_INT(defrag_stats(d)->overlaps, tricks[i].overlaps, label);
    CHECK_INT(last == DEFRAG_WHOLE, want != NULL, label);
    if (want) {
        CHECK_INT(str_eq(whole.bytes, (struct str){want, strlen(want)}), true, label);
        CHECK_INT(whole.proto, 17, label);
        CHECK_INT(whole.frames, n - bad, label);
    }
    defrag_drop(&d);
}

static void fragments_join_in_any_order_and_the_first_byte_wins(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(tricks); i++)
        try_trick(i);
}

static void the_oldest_goes_when_there_is_no_room(void **state)
{
    struct defrag_settings s = {.datagrams = 4, .page_count = 4, .timeout_us = 30 * SECOND};
    struct defrag *d = defrag_new(&s);
    struct defrag_whole whole;
    (void)state;
    for (uint32_t id = 0; id < 5; id++)
        assert_int_equal(give(d, "0:aaaaaaaa+", id, 0, &whole), DEFRAG_HELD);
    assert_int_equal(defrag_stats(d)->evicted, 1);
    assert_int_equal(give(d, "8:b", 0, 0, &whole), DEFRAG_HELD); /* its beginning is gone */
    assert_int_equal(give(d, "8:b", 4, 0, &whole), DEFRAG_WHOLE);

    /* One datagram that needs more pages than there are takes them all, and is then given up. */
    static char big[5 * 2048 + 16];
    memset(big, 'x', sizeof big);
    memcpy(big, "0:", 2);
    memcpy(big + sizeof big - 2, "+", 2);
    big[2 + 5 * 2048] = '+';
    big[2 + 5 * 2048 + 1] = '\0';
    assert_int_equal(give(d, big, 9, 0, &whole), DEFRAG_BAD);
    assert_int_equal(give(d, "0:aaaaaaaa+", 10, 0, &whole), DEFRAG_HELD);
    assert_int_equal(give(d, "8:b", 10, 0, &whole), DEFRAG_WHOLE);
    defrag_drop(&d);
}

static void what_is_never_completed_goes_after_the_timeout(void **state)
{
    struct defrag *d = defrag_new(&DEFRAG_SETTINGS);
    struct defrag_whole whole;
    (void)state;
    assert_int_equal(give(d, "0:aaaaaaaa+", 1, 0, &whole), DEFRAG_HELD);
    assert_int_equal(give(d, "8:b", 1, 31 * SECOND, &whole), DEFRAG_HELD);
    assert_int_equal(defrag_stats(d)->timeouts, 1);
    defrag_drop(&d);
}

static void the_greatest_datagram_fits(void **state)
{
    struct defrag *d = defrag_new(&DEFRAG_SETTINGS);
    struct defrag_whole whole;
    static char bytes[65535];
    (void)state;
    memset(bytes, 'z', sizeof bytes);
    enum defrag_result r = DEFRAG_HELD;
    for (uint32_t at = 0; at < sizeof bytes; at += 1480) {
        uint32_t left = (uint32_t)sizeof bytes - at, n = left < 1480 ? left : 1480;
        struct fragment f = {.version = 6,
                             .proto = 17,
                             .more = n < left,
                             .offset = at,
                             .bytes = {bytes + at, n},
                             .frames = 1};
        r = defrag_add(d, &f, &whole);
    }
    assert_int_equal(r, DEFRAG_WHOLE);
    assert_true(str_eq(whole.bytes, (struct str){bytes, sizeof bytes}));
    assert_int_equal(whole.frames, 45);
    defrag_drop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_join_in_any_order_and_the_first_byte_wins),
        cmocka_unit_test(the_oldest_goes_when_there_is_no_room),
        cmocka_unit_test(what_is_never_completed_goes_after_the_timeout),
        cmocka_unit_test(the_greatest_datagram_fits),
    };
    return cmocka_run_group_tests_name("defrag", tests, NULL, NULL);
}
