/* test_lists.c - the formats of lines: told apart by their content, every line accounted for. */
#include "tests/unit/intel/feed.h"

#include <unistd.h>

static const struct {
    const char *label;
    struct str text;
    const char *found, *report;
} cases[] = {
    {"plain",
     S_("# list\n198.51.100.1\n\nevil[.]example ; seen today\r\n// end\n*.bad.example\t7\n"),
     "ipv4 198.51.100.1|domain evil.example|domain-below bad.example",
     "plain 3/3/0/0 SPECIAL_ADDRESS=1"},
    {"plain with trouble", S_("198.51.100.300\nlocalhost\nx@evil.example\nco.jp\n"), "domain co.jp",
     "plain 4/1/1/2 PUBLIC_SUFFIX=1 TYPE_UNUSED=1 BAD_ADDRESS=1 SINGLE_LABEL=1"},
    {"no newline at the end", S_("evil.example"), "domain evil.example", "plain 1/1/0/0"},
    {"nothing but comments", S_("# a\n# b\n"), "", "plain 0/0/0/0"},
    {"empty", S_(""), "", "plain 0/0/0/0"},
    {"byte order mark",
     S_("\xef\xbb\xbf"
        "evil.example\n"),
     "domain evil.example", "plain 1/1/0/0"},
    {"a bracketed address is no JSON", S_("[2001:4860::1]:443\n"), "ipv6 2001:4860::1",
     "plain 1/1/0/0"},
    {"hosts",
     S_("127.0.0.1 localhost\n::1 localhost ip6-localhost\n0.0.0.0 a.example b.example # x\n"
        "0.0.0.0 c.example\n"),
     "domain a.example|domain b.example|domain c.example", "hosts 3/3/0/0"},
    {"hosts with a real address",
     S_("0.0.0.0 a.example\n0.0.0.0 b.example\n10.0.0.1 nas.example\n"),
     "domain a.example|domain b.example", "hosts 3/2/0/1 UNRECOGNISED=1"},
    {"ad-block",
     S_("[Adblock Plus 2.0]\n! "
        "title\n||evil.example^\n||ads.example^$third-party\n@@||good.example^\n"
        "news.example##.banner\n||198.51.100.9^$important\n||cdn.example/ads/*\n"),
     "domain-below evil.example|ipv4 198.51.100.9",
     "adblock 6/2/4/0 SPECIAL_ADDRESS=1 PATTERN_OPERATOR=2 EXCEPTION=2"},
    {"zeek",
     S_("#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n"
        "198.51.100.1\tIntel::ADDR\tcert\t-\nevil.example\tIntel::DOMAIN\tcert\tC2\n"
        "evil.example/"
        "x\tIntel::URL\tcert\t-\nd41d8cd98f00b204e9800998ecf8427e\tIntel::FILE_HASH\tc\t-\n"
        "bob\tIntel::USER_NAME\tcert\t-\nx\tIntel::ODD\tcert\t-\n"),
     "ipv4 198.51.100.1|domain evil.example|url evil.example/x|file-md5 "
     "d41d8cd98f00b204e9800998ecf8427e",
     "zeek 6/4/1/1 SPECIAL_ADDRESS=1 TYPE_UNUSED=1 TYPE_MISSING=1"},
    {"csv with a head",
     S_("Type,Indicator,Confidence,TLP,Comment\nIPv4,198.51.100.1,80,TLP:GREEN,\"a, "
        "\"\"b\"\"\"\nFileHash-MD5,d41d8cd98f00b204e9800998ecf8427e,,,\n"),
     "ipv4 198.51.100.1|file-md5 d41d8cd98f00b204e9800998ecf8427e",
     "csv 2/2/0/0 SPECIAL_ADDRESS=1"},
    {"csv with semicolons", S_("domain;first_seen\nevil.example;2024-01-02\n"),
     "domain evil.example", "csv 1/1/0/0"},
    {"csv with tabs", S_("ioc\ttype\nevil.example\tdomain\n"), "domain evil.example",
     "csv 1/1/0/0"},
    {"csv whose head is a comment",
     S_("####\n# \"first_seen_utc\",\"ioc_value\",\"ioc_type\"\n\"2024-01-02 03:04:05\", "
        "\"198.51.100.1:443\", \"ip:port\"\n"),
     "ipv4 198.51.100.1", "csv 1/1/0/0 SPECIAL_ADDRESS=1"},
    {"csv without a head", S_("1,evil.example,a\n2,bad.example,b\n"),
     "domain evil.example|domain bad.example", "csv 2/2/0/0"},
    {"csv with a record over two lines",
     S_("value,comment\nevil.example,\"one\ntwo\"\nbad.example,\n"),
     "domain evil.example|domain bad.example", "csv 2/2/0/0"},
    {"csv of two kinds in a row", S_("domain,ip\nevil.example,198.51.100.1\n,\n"),
     "domain evil.example|ipv4 198.51.100.1", "csv 3/2/0/1 SPECIAL_ADDRESS=1 EMPTY=1"},
    {"csv that never closes its quote", S_("value,comment\nevil.example,\"one\ntwo\n"),
     "domain evil.example", "csv 1/1/0/0"},
    {"csv with MISP's pairs",
     S_("type,value\ndomain|ip,evil.example|198.51.100.1\nfilename|md5,a.exe|"
        "d41d8cd98f00b204e9800998ecf8427e\nfilename,a.exe\n"),
     "domain evil.example|ipv4 198.51.100.1|file-md5 d41d8cd98f00b204e9800998ecf8427e",
     "csv 3/2/1/0 SPECIAL_ADDRESS=1 TYPE_UNUSED=1"},
    {"csv with an end that is no time", S_("value,valid_until\nevil.example,tomorrow\n"), "",
     "csv 1/0/0/1 BAD_TIME=1"},
};

static void each_format_is_told_by_its_content(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA((size_t)16 << 20);
        struct caught c = {.memory = &memory};
        struct intel_report r;
        struct err e = {0};
        bool good = intel_read(cases[i].text, &(struct intel_options){0},
                               &(struct intel_sink){catch_one, &c}, &r, &e);
        if (!good)
            fail_msg("%s: %s", cases[i].label, e.text);
        CHECK_STR(caught_text(&c), cstr(cases[i].found), cases[i].label);
        CHECK_STR(report_text(&memory, &r), cstr(cases[i].report), cases[i].label);
        CHECK_INT(r.read, r.usable + r.kept + r.refused, cases[i].label);
        vec_drop(&c.all);
    }
}

static void what_is_no_text_is_refused_with_advice(void **state)
{
    static const struct {
        struct str text;
        const char *part;
    } bad[] = {
        {S_("\xff\xfe"
            "e\0v\0"),
         "UTF-16"},
        {S_("e\0v\0i\0l\0"), "binary"},
        {S_("\x1f\x8b\x08"), "compressed"},
        {S_("{\"a\": 1}"), "neither"},
        {S_("{\"type\": \"string\", \"list\": [\"a.example\"]}"), "warning list"},
        {S_("{\"a\": "), "byte"},
        {S_("[]"), "neither"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct intel_report r;
        struct err e = {0};
        CHECK_INT(intel_read(bad[i].text, &(struct intel_options){0}, &(struct intel_sink){0}, &r,
                             &e),
                  false, bad[i].part);
        CHECK_INT(e.code, ERR_INVALID, bad[i].part);
        if (!strstr(e.text, bad[i].part))
            fail_msg("'%s' does not say '%s'", e.text, bad[i].part);
    }
}

static void what_a_row_says_comes_along(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct caught c = {.memory = &memory};
    struct intel_report r;
    struct err e;
    int64_t now;
    (void)state;
    assert_true(time_parse(S("2025-01-01T00:00:00Z"), &now, &e));
    assert_true(intel_read(
        S("value,confidence,tlp,valid_from,valid_until,threat,tags,id,source\n"
          "evil.example,high,amber+strict,2024-01-02 03:04:05,2024-06-01,Emotet,\"a,b\",7,us\n"
          "bad.example,55,PINK,1700000000,,,,,\n"),
        &(struct intel_options){.now = now}, &(struct intel_sink){catch_one, &c}, &r, &e));
    assert_int_equal(c.all.len, 2);
    const struct indicator *i = &c.all.ptr[0];
    assert_int_equal(i->confidence, 85);
    assert_int_equal(i->tlp, TLP_AMBER_STRICT);
    assert_int_equal(i->label_count, 2);
    CHECK_STR(i->threat, S("Emotet"), "threat");
    CHECK_STR(i->id, S("7"), "id");
    CHECK_STR(i->source, S("us"), "source");
    char text[TIME_TEXT_SIZE];
    CHECK_STR(time_format(i->valid_from, text), S("2024-01-02T03:04:05.000000Z"), "from");
    CHECK_STR(time_format(i->valid_until, text), S("2024-06-01T00:00:00.000000Z"), "until");
    CHECK_STR(time_format(c.all.ptr[1].valid_from, text), S("2023-11-14T22:13:20.000000Z"),
              "epoch");
    CHECK_STR(report_text(&memory, &r), S("csv 2/2/0/0 EXPIRED=1 BAD_MARKING=1"), "report");
    vec_drop(&c.all);
}

static void a_stream_is_read_like_a_slice(void **state)
{
    enum { LINES = 40000 };
    int ends[2];
    AUTO(buf_drop) struct buf text = BUF((size_t)4 << 20);
    struct intel_report slice, stream;
    struct err e;
    char path[] = "/tmp/hinomi-lists-XXXXXX";
    (void)state;
    for (int i = 0; i < LINES; i++)
        buf_fmt(&text, "%s%d%s\n", i % 1000 ? "n" : "", i, i % 1000 ? ".evil.example" : "\r");
    for (int i = 0; i < INTEL_LINE_MAX + 5; i++)
        buf_byte(&text, 'x');
    buf_put(&text, S("\nlast.example"));
    assert_true(intel_read(buf_str(&text), &(struct intel_options){0}, &(struct intel_sink){0},
                           &slice, &e));
    ends[0] = mkstemp(path);
    assert_true(fd_write_all(ends[0], buf_str(&text), &e));
    close(ends[0]);
    assert_true(
        intel_read_file(path, &(struct intel_options){0}, &(struct intel_sink){0}, &stream, &e));
    unlink(path);
    assert_int_equal(slice.read, LINES + 2);
    assert_int_equal(slice.by_reason[WHY_TOO_LONG], 1);
    assert_int_equal(stream.read, slice.read);
    assert_int_equal(stream.usable, slice.usable);
    assert_int_equal(stream.refused, slice.refused);
    assert_int_equal(stream.note_count, slice.note_count);
}

static void notes_name_the_line_and_are_bounded(void **state)
{
    AUTO(buf_drop) struct buf text = BUF(1 << 20);
    struct intel_report r;
    struct err e;
    (void)state;
    buf_put(&text, S("evil.example\n\nbad\1.example\n"));
    for (int i = 0; i < 200; i++)
        buf_put(&text, S("localhost\n"));
    assert_true(
        intel_read(buf_str(&text), &(struct intel_options){0}, &(struct intel_sink){0}, &r, &e));
    assert_int_equal(r.note_count, INTEL_NOTES_MAX);
    assert_int_equal(r.notes[0].place, 3);
    assert_string_equal(r.notes[0].quote, "bad?.example");
    assert_int_equal(r.by_reason[WHY_SINGLE_LABEL], 200);
}

static void a_sink_may_stop_the_read(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct caught c = {.memory = &memory, .stop_after = 2};
    struct intel_report r;
    struct err e;
    (void)state;
    assert_false(intel_read(S("a.example\nb.example\nc.example\n"), &(struct intel_options){0},
                            &(struct intel_sink){catch_one, &c}, &r, &e));
    assert_int_equal(e.code, ERR_UNAVAILABLE);
    assert_int_equal(c.all.len, 2);
    vec_drop(&c.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_is_told_by_its_content),
        cmocka_unit_test(what_is_no_text_is_refused_with_advice),
        cmocka_unit_test(what_a_row_says_comes_along),
        cmocka_unit_test(a_stream_is_read_like_a_slice),
        cmocka_unit_test(notes_name_the_line_and_are_bounded),
        cmocka_unit_test(a_sink_may_stop_the_read),
    };
    return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}
