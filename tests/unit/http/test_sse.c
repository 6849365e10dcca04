/* test_sse.c - events come out whole, however the bytes were cut on their way. */
#include "http/sse.h"
#include "tests/check.h"

/* All events of `text`, fed `step` bytes at a time, as "event|data|id;". */
static void read_all(struct str text, size_t step, struct buf *out)
{
    AUTO(sse_drop) struct sse in = SSE(1 << 16);
    for (size_t at = 0; at < text.len; at += step) {
        size_t n = text.len - at < step ? text.len - at : step;
        assert_true(sse_feed(&in, (struct str){text.ptr + at, n}));
        for (struct sse_event ev; sse_next(&in, &ev);) {
            buf_put(out, ev.event);
            buf_byte(out, '|');
            buf_put(out, ev.data);
            buf_byte(out, '|');
            buf_put(out, ev.id);
            buf_byte(out, ';');
        }
    }
}

static void events_are_read_as_the_standard_says(void **state)
{
    static const struct {
        const char *label;
        struct str in, out;
    } cases[] = {
        {"a plain one", S_("data: x\n\n"), S_("message|x|;")},
        {"all fields", S_("id: 7\nevent: add\ndata: x\n\n"), S_("add|x|7;")},
        {"two lines of data", S_("data: a\ndata: b\n\n"), S_("message|a\nb|;")},
        {"CRLF", S_("data: a\r\ndata: b\r\n\r\n"), S_("message|a\nb|;")},
        {"CR alone", S_("data: a\rdata: b\r\r"), S_("message|a\nb|;")},
        {"mixed ends", S_("data: a\r\n\rdata: b\n\r\n"), S_("message|a|;message|b|;")},
        {"no space", S_("data:a\n\n"), S_("message|a|;")},
        {"two spaces", S_("data:  a\n\n"), S_("message| a|;")},
        {"no colon", S_("data\n\n"), S_("message||;")},
        {"comments", S_(": hello\n\n:\ndata: a\n: x\n\n"), S_("message|a|;")},
        {"the id stays", S_("id: 1\ndata: a\n\ndata: b\n\n"), S_("message|a|1;message|b|1;")},
        {"an empty id clears it", S_("id: 1\ndata: a\n\nid\ndata: b\n\n"),
         S_("message|a|1;message|b|;")},
        {"an id without data counts", S_("id: 9\n\ndata: b\n\n"), S_("message|b|9;")},
        {"an id with NUL does not", S_("id: 1\0002\ndata: b\n\n"), S_("message|b|;")},
        {"a BOM",
         S_("\xef\xbb\xbf"
            "data: a\n\n"),
         S_("message|a|;")},
        {"a second BOM is no field",
         S_("\xef\xbb\xbf\xef\xbb\xbf"
            "data: a\n\ndata: b\n\n"),
         S_("message|b|;")},
        {"an unfinished event is dropped", S_("data: a\n\ndata: b\n"), S_("message|a|;")},
        {"unknown fields", S_("foo: bar\nretry: 100\ndata: a\n\n"), S_("message|a|;")},
        {"the name is of one event", S_("event: x\ndata: a\n\ndata: b\n\n"),
         S_("x|a|;message|b|;")},
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t step = 1; step <= cases[i].in.len; step++) {
            AUTO(buf_drop) struct buf out = BUF(4096);
            read_all(cases[i].in, step, &out);
            if (!str_eq(buf_str(&out), cases[i].out))
                fail_msg("%s, %zu at a time: " STR_FMT, cases[i].label, step,
                         STR_ARG(buf_str(&out)));
        }
    }
}

static void a_half_read_event_does_not_move_the_place_to_come_back_to(void **state)
{
    (void)state;
    AUTO(sse_drop) struct sse in = SSE(1 << 10);
    struct sse_event ev;
    assert_true(sse_feed(&in, S("id: 1\ndata: a\n\nid: 2\nda")));
    assert_true(sse_next(&in, &ev));
    assert_false(sse_next(&in, &ev));
    assert_true(str_eq(buf_str(&in.last_id), S("1")));
    sse_restart(&in);
    assert_true(sse_feed(&in, S("data: again\n\n")));
    assert_true(sse_next(&in, &ev));
    assert_true(str_eq(ev.id, S("1")));
    assert_true(str_eq(ev.data, S("again")));
}

static void what_is_too_large_is_said_to_be(void **state)
{
    (void)state;
    AUTO(sse_drop) struct sse in = SSE(100);
    struct sse_event ev;
    char line[64];
    memset(line, 'x', sizeof line);
    for (int i = 0; i < 6; i++)
        line[i] = "data: "[i];
    line[63] = '\n';
    assert_true(sse_feed(&in, (struct str){line, sizeof line}));
    assert_false(sse_next(&in, &ev));
    assert_true(sse_feed(&in, (struct str){line, sizeof line}));
    assert_false(sse_next(&in, &ev));
    assert_true(in.over);
    assert_false(sse_feed(&in, S("\n\n")));
    assert_false(sse_next(&in, &ev));

    sse_restart(&in);
    memset(line, 'x', sizeof line);
    assert_true(sse_feed(&in, (struct str){line, sizeof line}));
    assert_false(sse_feed(&in, (struct str){line, sizeof line})); /* a line without an end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_read_as_the_standard_says),
        cmocka_unit_test(a_half_read_event_does_not_move_the_place_to_come_back_to),
        cmocka_unit_test(what_is_too_large_is_said_to_be),
    };
    return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
