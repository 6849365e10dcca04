/* test_reassembly.c - a direction's first bytes come in order, whatever the network did to them. */
#include "flow/flow.h"
#include "flow/reassembly.h"
#include "tests/check.h"

enum { ROOM = FLOW_SHARDS * 2 * 17000 }; /* two blocks a shard */

static struct packet segment(uint32_t seq, struct str bytes, uint8_t flags)
{
    return (struct packet){.proto = IP_TCP,
                           .tcp_seq = seq,
                           .tcp_flags = flags,
                           .payload = bytes,
                           .payload_wire = (uint32_t)bytes.len};
}

static struct str text_of(const char *s)
{
    return (struct str){s, strlen(s)};
}

struct part {
    int at; /* from the first byte */
    const char *bytes;
};

static const struct {
    const char *label;
    struct part parts[12];
    const char *whole;
    unsigned conflicts;
    bool lost;
} stories[] = {
    {"one", {{0, "hello"}}, "hello", 0, false},
    {"in order", {{0, "he"}, {2, "llo"}, {5, " world"}}, "hello world", 0, false},
    {"late", {{2, "llo"}, {0, "he"}}, "hello", 0, false},
    {"from the back", {{8, "ld"}, {5, "wor"}, {2, "llo"}, {0, "he"}}, "helloworld", 0, false},
    {"twice", {{0, "he"}, {0, "he"}, {2, "llo"}}, "hello", 0, false},
    {"overlapping, alike", {{0, "hell"}, {2, "llo"}}, "hello", 0, false},
    {"overlapping, another story", {{0, "hell"}, {2, "LLo"}}, "hello", 1, false},
    {"a lie that waits", {{4, "o!"}, {2, "lXo?"}, {0, "heXX"}}, "helXo!", 2, false},
    {"over two islands", {{2, "l"}, {4, "o"}, {0, "heXlX"}}, "hello", 1, false},
    {"a gap", {{0, "he"}, {3, "lo"}}, "he", 0, false},
    {"eight islands",
     {{2, "c"},
      {4, "e"},
      {6, "g"},
      {8, "i"},
      {10, "k"},
      {12, "m"},
      {14, "o"},
      {16, "q"},
      {0, "abcdefghijklmnop"}},
     "abcdefghijklmnopq",
     0,
     false},
    {"ten islands",
     {{2, "c"},
      {4, "e"},
      {6, "g"},
      {8, "i"},
      {10, "k"},
      {12, "m"},
      {14, "o"},
      {16, "q"},
      {18, "s"},
      {20, "u"}},
     "",
     0,
     true},
};

/* Each part is pushed; what is returned is kept whole, and is the longest start known. The number of
 * the first byte is so high that it wraps. Without a SYN before it, the first part is the start. */
static void tell_story(size_t i, bool syn)
{
    const char *label = stories[i].label;
    struct reassembly *r = NULL;
    struct err e;
    struct stream s = {};
    char whole[64];
    size_t len = 0;
    uint32_t first = UINT32_MAX - 2;
    struct packet p = segment(first - 1, STR_NONE, TCP_SYN);
    assert_true(reassembly_new(ROOM, &r, &e));
    if (syn)
        assert_int_equal(reassembly_push(r, &s, 3, &p).len, 0);
    for (const struct part *part = stories[i].parts; part->bytes; part++) {
        p = segment(first + (uint32_t)part->at, text_of(part->bytes), TCP_ACK);
        struct str got = reassembly_push(r, &s, 3, &p);
        if (!got.len)
            continue;
        memcpy(whole, got.ptr, got.len);
        len = got.len;
        assert_true(reassembly_keep(r, &s, got, 0));
    }
    CHECK_INT(str_eq((struct str){whole, len}, text_of(stories[i].whole)), true, label);
    CHECK_INT(reassembly_stats(r).conflicts, stories[i].conflicts, label);
    CHECK_INT(s.lost, stories[i].lost, label);
    CHECK_INT(s.midstream, !syn, label);
    reassembly_done(r, &s);
    CHECK_INT(reassembly_stats(r).blocks, 0, label);
    reassembly_drop(&r);
}

static void segments_are_put_in_order_and_the_first_byte_wins(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(stories); i++) {
        tell_story(i, true);
        if (stories[i].parts[0].at == 0)
            tell_story(i, false);
    }
}

static struct str push(struct reassembly *r, struct stream *s, uint32_t seq, struct str bytes)
{
    struct packet p = segment(seq, bytes, TCP_ACK);
    return reassembly_push(r, s, 0, &p);
}

static void what_was_used_is_let_go(void **state)
{
    struct reassembly *r = NULL;
    struct err e;
    struct stream s = {};
    (void)state;
    assert_true(reassembly_new(ROOM, &r, &e));
    struct str hello = S("hello");
    struct str got = push(r, &s, 100, hello);
    assert_ptr_equal(got.ptr, hello.ptr); /* as it lies in the frame */
    assert_int_equal(reassembly_stats(r).blocks, 0);

    got = push(r, &s, 105, S("abcdef")); /* hello was not kept */
    assert_true(str_eq(got, S("abcdef")));
    assert_true(reassembly_keep(r, &s, got, 4));
    assert_int_equal(reassembly_stats(r).blocks, 1);
    got = push(r, &s, 111, S("gh"));
    assert_true(str_eq(got, S("efgh")));
    assert_true(reassembly_keep(r, &s, got, 4));
    assert_int_equal(reassembly_stats(r).blocks, 0);

    got = push(r, &s, 113, S("12345678"));
    assert_true(reassembly_keep(r, &s, got, 20)); /* twelve more than there are yet */
    assert_int_equal(push(r, &s, 121, S("abcdefgh")).len, 0);
    assert_true(str_eq(push(r, &s, 129, S("ijklNEXT")), S("NEXT")));

    got = push(r, &s, 137, S("more"));
    assert_true(reassembly_keep(r, &s, got, 1));
    reassembly_done(r, &s);
    reassembly_done(r, &s);
    assert_int_equal(push(r, &s, 141, S("deaf")).len, 0);
    assert_int_equal(reassembly_stats(r).blocks, 0);
    reassembly_drop(&r);
}

/* content is in memory no longer than it is needed. */
static void a_block_is_wiped_when_it_is_let_go(void **state)
{
    AUTO(reassembly_drop) struct reassembly *r = NULL;
    struct err e;
    struct stream s = {0};
    (void)state;
    assert_true(reassembly_new(ROOM, &r, &e));
    struct packet first = segment(1000, text_of("secret"), TCP_ACK);
    struct packet far = segment(1020, text_of("far off"), TCP_ACK);
    struct packet next = segment(1006, text_of(" words"), TCP_ACK);
    struct str bytes = reassembly_push(r, &s, 0, &first);
    assert_true(reassembly_keep(r, &s, bytes, 0));
    (void)reassembly_push(r, &s, 0, &far);
    bytes = reassembly_push(r, &s, 0, &next);
    assert_true(str_eq(bytes, S("secret words")));
    assert_true(
        reassembly_keep(r, &s, bytes, 3)); /* what moves down leaves nothing behind either */
    reassembly_done(r, &s);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(bytes.ptr[i], 0);
}

static void a_message_without_an_end_fills_one_block_and_no_more(void **state)
{
    struct reassembly *r = NULL;
    struct err e;
    struct stream s = {};
    static char bytes[1000];
    (void)state;
    assert_true(reassembly_new(ROOM, &r, &e));
    struct str got = STR_NONE;
    bool kept = true;
    for (uint32_t i = 0; i < 40 && kept; i++) {
        got = push(r, &s, i * 1000, (struct str){bytes, sizeof bytes});
        kept = reassembly_keep(r, &s, got, 0);
    }
    assert_int_equal(got.len, STREAM_MOST);
    assert_true(s.full);
    assert_int_equal(s.state, STREAM_DONE);
    assert_int_equal(reassembly_stats(r).filled, 1);
    assert_int_equal(reassembly_stats(r).blocks, 0);
    reassembly_drop(&r);
}

static void a_gap_is_stepped_over_where_that_is_wanted(void **state)
{
    struct reassembly *r = NULL;
    struct err e;
    struct stream s = {.resync = true}, strict = {};
    (void)state;
    assert_true(reassembly_new(ROOM, &r, &e));
    assert_int_equal(push(r, &s, 0, S("start")).len, 5);
    assert_int_equal(push(r, &strict, 0, S("start")).len, 5);
    struct str got = STR_NONE;
    for (uint32_t i = 0; i < STREAM_AHEAD; i++) {
        assert_int_equal(got.len, 0);
        got = push(r, &s, 50000 + 4 * i, S("more"));
        assert_int_equal(push(r, &strict, 50000 + 4 * i, S("more")).len, 0);
    }
    assert_true(str_eq(got, S("more")));
    assert_true(s.gap);
    assert_true(strict.lost);
    assert_true(str_eq(push(r, &s, 50000 + 4 * STREAM_AHEAD, S("on")), S("on")));
    assert_false(s.gap);
    reassembly_drop(&r);
}

static void the_oldest_gives_way_when_a_shard_is_full(void **state)
{
    struct reassembly *r = NULL;
    struct err e;
    struct stream s[4] = {};
    (void)state;
    assert_false(reassembly_new(1000, &r, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    assert_true(reassembly_new(ROOM, &r, &e));
    for (int i = 0; i < 4; i++) {
        struct str got = push(r, &s[i], 0, S("half a"));
        assert_true(reassembly_keep(r, &s[i], got, 0));
    }
    assert_true(s[0].evicted && s[1].evicted && !s[2].evicted && !s[3].evicted);
    assert_int_equal(reassembly_stats(r).evicted, 2);
    assert_int_equal(reassembly_stats(r).blocks, 2);
    assert_true(str_eq(push(r, &s[2], 6, S(" message")), S("half a message")));
    assert_int_equal(push(r, &s[0], 6, S(" message")).len, 0);
    reassembly_drop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_put_in_order_and_the_first_byte_wins),
        cmocka_unit_test(what_was_used_is_let_go),
        cmocka_unit_test(a_block_is_wiped_when_it_is_let_go),
        cmocka_unit_test(a_message_without_an_end_fills_one_block_and_no_more),
        cmocka_unit_test(a_gap_is_stepped_over_where_that_is_wanted),
        cmocka_unit_test(the_oldest_gives_way_when_a_shard_is_full),
    };
    return cmocka_run_group_tests_name("reassembly", tests, NULL, NULL);
}
