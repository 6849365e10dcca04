/* test_capture.c - capture files of every kind give the same frames; broken ones say where. */
#include "core/buf.h"
#include "net/pcap_write.h"
#include "tests/check.h"
#include "tests/unit/net/build.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define MOST ((size_t)1 << 20)

static void put32(struct buf *b, bool big, uint32_t v)
{
    uint8_t x[4];
    if (big)
        store_be32(x, v);
    else
        store_le32(x, v);
    buf_bytes(b, x, 4);
}

static void put16(struct buf *b, bool big, unsigned v)
{
    uint8_t x[2];
    if (big)
        store_be16(x, (uint16_t)v);
    else
        store_le16(x, (uint16_t)v);
    buf_bytes(b, x, 2);
}

/* Two frames: "first" at 1.000002 s (and 3 ns), "second frame", cut from 100 bytes, at 5 s. */
static void pcap(struct buf *b, bool big, bool nanoseconds, bool modified)
{
    put32(b, big, modified ? 0xa1b2cd34 : nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    put16(b, big, 2);
    put16(b, big, 4);
    put32(b, big, 0);
    put32(b, big, 0);
    put32(b, big, 65535);
    put32(b, big, 1);
    const struct str frames[] = {S("first"), S("second frame")};
    for (unsigned i = 0; i < 2; i++) {
        put32(b, big, i ? 5 : 1);
        put32(b, big, i ? 0 : nanoseconds ? 2003 : 2);
        put32(b, big, (uint32_t)frames[i].len);
        put32(b, big, i ? 100 : (uint32_t)frames[i].len);
        if (modified)
            buf_put(b, S("\1\0\0\0\0\0\0\0"));
        buf_put(b, frames[i]);
    }
}

static void pad(struct buf *b)
{
    while (b->len % 4)
        buf_byte(b, 0);
}

static void section(struct buf *b, bool big)
{
    put32(b, big, 0x0a0d0d0a);
    put32(b, big, 28);
    put32(b, big, 0x1a2b3c4d);
    put32(b, big, 1);
    put32(b, big, UINT32_MAX);
    put32(b, big, UINT32_MAX);
    put32(b, big, 28);
}

/* With a clock of 10^-resolution (or 2^-resolution), and one option that is none of ours. */
static void interface(struct buf *b, bool big, unsigned linktype, unsigned resolution)
{
    put32(b, big, 1);
    put32(b, big, 40);
    put16(b, big, linktype);
    put16(b, big, 0);
    put32(b, big, 0);
    put16(b, big, 2); /* its name */
    put16(b, big, 3);
    buf_put(b, S("eth\0"));
    put16(b, big, 9);
    put16(b, big, 1);
    buf_byte(b, (char)resolution);
    buf_put(b, S("\0\0\0"));
    put32(b, big, 0);
    put32(b, big, 40);
}

static void packet(struct buf *b, bool big, unsigned interface, uint64_t ticks, struct str bytes,
                   uint32_t wirelen)
{
    uint32_t length = 32 + (((uint32_t)bytes.len + 3) & ~3u);
    put32(b, big, 6);
    put32(b, big, length);
    put32(b, big, interface);
    put32(b, big, (uint32_t)(ticks >> 32));
    put32(b, big, (uint32_t)ticks);
    put32(b, big, (uint32_t)bytes.len);
    put32(b, big, wirelen);
    buf_put(b, bytes);
    pad(b);
    put32(b, big, length);
}

static void unknown_block(struct buf *b, bool big, uint32_t body)
{
    put32(b, big, 0x0bad);
    put32(b, big, 12 + body);
    for (uint32_t i = 0; i < body; i++)
        buf_byte(b, 'x');
    put32(b, big, 12 + body);
}

static void pcapng(struct buf *b, bool big, unsigned resolution, uint64_t ticks_a_second)
{
    section(b, big);
    unknown_block(b, big, 3000000); /* larger than what is held at a time */
    interface(b, big, 113, 6);
    interface(b, big, 1, resolution);
    uint64_t ns = ticks_a_second > 1000000 ? 1000002003 : 1000002000;
    packet(b, big, 1, (uint64_t)((unsigned __int128)ns * ticks_a_second / 1000000000), S("first"),
           5);
    unknown_block(b, big, 8);
    section(b, big);
    interface(b, big, 1, 0);
    packet(b, big, 0, 5, S("second frame"), 100);
}

static void check_two_frames(struct str file, const char *label, bool nanoseconds)
{
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {};
    struct frame f[8];
    if (!capture_open_bytes(file, &c, &e))
        fail_msg("%s: %s", label, e.text);
    size_t n = 0;
    for (size_t got; (got = capture_batch(c, f, COUNT(f), &e)) > 0; n += got)
        for (size_t i = 0; i < got; i++) {
            bool first = n + i == 0;
            struct str want = first ? S("first") : S("second frame");
            struct str is = {(const char *)f[i].bytes, f[i].caplen};
            CHECK_INT(str_eq(is, want), true, label);
            CHECK_INT(f[i].wirelen, first ? 5 : 100, label);
            CHECK_INT(f[i].time_us, first ? 1000002 : 5000000, label);
            CHECK_INT(f[i].time_ns, first && nanoseconds ? 3 : 0, label);
            CHECK_INT(f[i].linktype, 1, label);
        }
    if (e.code != ERR_OK)
        fail_msg("%s: %s", label, e.text);
    CHECK_INT(n, 2, label);
    CHECK_INT(capture_done(c), true, label);
    CHECK_INT(capture_stats(c).frames, 2, label);
    CHECK_INT(capture_stats(c).cut, 1, label);
    CHECK_INT(capture_stats(c).bytes, 105, label);
    CHECK_INT(capture_stats(c).broken_tail, 0, label);
}

static void every_kind_of_file_gives_the_same_frames(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        AUTO(buf_drop) struct buf micro = BUF(MOST), nano = BUF(MOST), modified = BUF(MOST);
        AUTO(buf_drop) struct buf ng6 = BUF(4 * MOST), ng9 = BUF(4 * MOST), ng2 = BUF(4 * MOST);
        pcap(&micro, big, false, false);
        pcap(&nano, big, true, false);
        pcap(&modified, big, false, true);
        pcapng(&ng6, big, 6, 1000000);
        pcapng(&ng9, big, 9, 1000000000);
        pcapng(&ng2, big, 0x80 | 40, UINT64_C(1) << 40);
        check_two_frames(buf_str(&micro), "pcap", false);
        check_two_frames(buf_str(&nano), "pcap, nanoseconds", true);
        check_two_frames(buf_str(&modified), "pcap, modified", false);
        check_two_frames(buf_str(&ng6), "pcapng, microseconds", false);
        check_two_frames(buf_str(&ng9), "pcapng, nanoseconds", true);
        AUTO(capture_drop) struct capture *c = NULL;
        struct err e;
        assert_true(capture_open_bytes(buf_str(&ng2), &c, &e));
        assert_string_equal(capture_kind(c), "pcapng");
        struct frame f[8];
        assert_in_range(capture_batch(c, f, 8, &e), 1, 2);
        assert_int_equal(f[0].time_us, 1000002); /* 2^-40 s falls short by less than a nanosecond */
    }
}

static size_t gzip(struct str plain, uint8_t *out, size_t room)
{
    z_stream z = {};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)(uintptr_t)plain.ptr;
    z.avail_in = (uInt)plain.len;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}

static void packed_files_are_unpacked(void **state)
{
    AUTO(buf_drop) struct buf plain = BUF(4 * MOST);
    static uint8_t packed[2 * MOST];
    struct err e = {};
    (void)state;
    pcapng(&plain, false, 9, 1000000000);
    size_t half = plain.len / 2;

    size_t n = gzip(buf_str(&plain), packed, sizeof packed);
    check_two_frames((struct str){(char *)packed, n}, "gzip", true);
    n = gzip((struct str){plain.ptr, half}, packed, sizeof packed);
    n += gzip((struct str){plain.ptr + half, plain.len - half}, packed + n, sizeof packed - n);
    check_two_frames((struct str){(char *)packed, n}, "gzip, two members", true);
    size_t z = ZSTD_compress(packed, sizeof packed, plain.ptr, half, 3);
    z += ZSTD_compress(packed + z, sizeof packed - z, plain.ptr + half, plain.len - half, 3);
    check_two_frames((struct str){(char *)packed, z}, "zstd, two frames", true);

    /* Ends too early: what was there is given, and the rest is missed. */
    buf_clear(&plain);
    pcap(&plain, false, false, false);
    n = gzip(buf_str(&plain), packed, sizeof packed);
    struct capture *c = NULL;
    struct frame f[4];
    assert_true(capture_open_bytes((struct str){(char *)packed, n - 9}, &c, &e));
    size_t got = 0;
    for (size_t k; (k = capture_batch(c, f, 4, &e)) > 0;)
        got += k;
    assert_int_equal(e.code, ERR_OK);
    assert_in_range(got, 1, 2);
    assert_int_equal(capture_stats(c).broken_tail, 1);
    capture_drop(&c);

    /* Damaged: refused, with the place in the plain file. */
    packed[n - 7] ^= 0x55;
    assert_true(capture_open_bytes((struct str){(char *)packed, n}, &c, &e));
    while (capture_batch(c, f, 4, &e) > 0)
        ;
    assert_int_equal(e.code, ERR_INVALID);
    assert_non_null(strstr(e.text, "byte "));
    assert_non_null(strstr(e.text, "gzip"));
    capture_drop(&c);
}

/* One byte past the room of every window lent is watched, and what was given stays as it was. */
static void check_lent_windows(struct str file, uint32_t count, const char *label)
{
    enum { STEP = 64 << 10, FRAMES = 50, WINDOWS_MOST = 200 };
    static struct frame frames[WINDOWS_MOST * FRAMES];
    static uint8_t *windows[WINDOWS_MOST];
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {};
    size_t lent = 0, n = 0, got = 1;
    assert_true(capture_open_bytes(file, &c, &e));
    while (got) {
        assert_in_range(lent, 0, WINDOWS_MOST - 1);
        uint8_t *window = windows[lent++] = malloc(capture_room(STEP) + 1);
        assert_non_null(window);
        window[capture_room(STEP)] = 0xa5;
        capture_lend(c, window, STEP);
        got = capture_batch(c, frames + n, FRAMES, &e);
        n += got;
    }
    CHECK_INT(e.code, ERR_OK, label);
    CHECK_INT(n, count, label);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < frames[i].caplen; j++)
            if (frames[i].bytes[j] != (uint8_t)i)
                fail_msg("%s: frame %zu has changed at byte %zu", label, i, j);
    while (lent--) {
        CHECK_INT(windows[lent][capture_room(STEP)], 0xa5, label);
        free(windows[lent]);
    }
}

/* The first reading of a packed file can bring more than a lent window holds. */
static void lent_windows_are_never_overrun(void **state)
{
    enum { COUNT_OF = 3000, EACH = 1000 };
    AUTO(buf_drop) struct buf plain = BUF(4 * MOST);
    static uint8_t packed[MOST];
    (void)state;
    pcap(&plain, false, false, false);
    plain.len = 24;
    for (unsigned i = 0; i < COUNT_OF; i++) {
        const uint32_t head[] = {i, 0, EACH, EACH};
        for (size_t k = 0; k < COUNT(head); k++)
            put32(&plain, false, head[k]);
        for (size_t k = 0; k < EACH; k++)
            buf_byte(&plain, (char)i);
    }
    check_lent_windows(buf_str(&plain), COUNT_OF, "plain");
    size_t n = gzip(buf_str(&plain), packed, sizeof packed);
    check_lent_windows((struct str){(char *)packed, n}, COUNT_OF, "gzip");
    n = ZSTD_compress(packed, sizeof packed, plain.ptr, plain.len, 3);
    check_lent_windows((struct str){(char *)packed, n}, COUNT_OF, "zstd");
}

static void a_broken_file_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
        const char *reason; /* part of it */
    } cases[] = {
        {"nothing", S_(""), "empty"},
        {"two bytes", S_("\xd4\xc3"), "2 bytes"},
        {"text", S_("once upon a time"), "6f6e6365"},
        {"half a header", S_("\xd4\xc3\xb2\xa1\2\0\4\0"), "at byte 8 of 24"},
        {"another version", S_("\xd4\xc3\xb2\xa1\7\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0"), "7.4"},
        {"half a section", S_("\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1a"), "12 of 28"},
        {"no byte order", S_("\n\r\r\n\x1c\0\0\0abcd\1\0\0\0........\x1c\0\0\0"),
         "block 0 at byte 0"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct capture *c = NULL;
        struct err e = {};
        CHECK_INT(capture_open_bytes(cases[i].bytes, &c, &e), false, cases[i].label);
        if (!strstr(e.text, cases[i].reason))
            fail_msg("%s: %s", cases[i].label, e.text);
    }
}

static void a_broken_record_ends_the_file_there_and_keeps_what_came_before(void **state)
{
    static const struct {
        const char *label;
        bool ng;
        size_t at; /* from the end of the file */
        uint32_t value;
        const char *reason;
    } cases[] = {
        {"a record too long", false, 20, 300000, "record 2 at byte 45: a length of 300000"},
        {"a block length of 13", true, 40, 13, "cannot be"},
        {"lengths that differ", true, 4, 48, "its two lengths differ (44 and 48)"},
        {"an interface nobody described", true, 36, 3, "interface 3, of which there are 1"},
        {"more bytes than the block", true, 24, 13, "13 bytes in a block with room for 12"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_drop) struct buf file = BUF(4 * MOST);
        AUTO(capture_drop) struct capture *c = NULL;
        struct err e = {};
        struct frame f[4];
        if (cases[i].ng)
            pcapng(&file, false, 6, 1000000);
        else
            pcap(&file, false, false, false);
        store_le32((uint8_t *)file.ptr + file.len - cases[i].at, cases[i].value);
        assert_true(capture_open_bytes(buf_str(&file), &c, &e));
        size_t n = 0;
        for (size_t got; (got = capture_batch(c, f, 4, &e)) > 0; n += got)
            CHECK_INT(e.code, ERR_OK, cases[i].label);
        CHECK_INT(n, 1, cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
        if (!strstr(e.text, cases[i].reason))
            fail_msg("%s: %s", cases[i].label, e.text);
        CHECK_INT(capture_batch(c, f, 4, &e), 0, "and stays at its end");
    }
}

static void a_file_cut_anywhere_gives_what_is_whole(void **state)
{
    (void)state;
    for (int ng = 0; ng < 2; ng++) {
        AUTO(buf_drop) struct buf file = BUF(4 * MOST);
        if (ng) {
            section(&file, true);
            interface(&file, true, 1, 6);
            packet(&file, true, 0, 1, S("first"), 5);
            unknown_block(&file, true, 400);
            packet(&file, true, 0, 1, S("second"), 6);
        } else {
            pcap(&file, true, false, false);
        }
        for (size_t cut = 28; cut <= file.len; cut++) {
            AUTO(capture_drop) struct capture *c = NULL;
            struct err e = {};
            struct frame f[4];
            uint8_t *copy = malloc(cut);
            memcpy(copy, file.ptr, cut);
            assert_true(capture_open_bytes((struct str){(char *)copy, cut}, &c, &e));
            size_t n = 0;
            for (size_t got; (got = capture_batch(c, f, 4, &e)) > 0;)
                n += got;
            assert_int_equal(e.code, ERR_OK);
            if (cut == file.len)
                assert_int_equal(n, 2);
            assert_true(n < 2 || cut == file.len);
            assert_true(n == 0 || n == 1 || capture_stats(c).broken_tail == 0);
            free(copy);
        }
    }
}

static void a_filter_keeps_what_it_selects(void **state)
{
    AUTO(buf_drop) struct buf file = BUF(MOST);
    static struct made udp, arp;
    (void)state;
    udp.len = arp.len = 0;
    add_ethernet(&udp, 0x800);
    add_ping_ipv4(&udp);
    add_ethernet(&arp, 0x806);
    add(&arp, "whatever it says", 16);
    struct frame a = frame_of(&udp, 1), b = frame_of(&arp, 1);
    pcap_put_header(&file, 1);
    pcap_put_frame(&file, &a);
    for (int i = 0; i < 40; i++)
        pcap_put_frame(&file, &b);
    pcap_put_frame(&file, &a);

    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {};
    struct frame f[8];
    assert_true(capture_open_bytes(buf_str(&file), &c, &e));
    assert_false(capture_filter(c, "port of call", &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_true(capture_filter(c, "udp port 2000", &e));
    size_t n = 0;
    for (size_t got; (got = capture_batch(c, f, 8, &e)) > 0; n += got)
        assert_int_equal(f[0].caplen, udp.len);
    assert_int_equal(n, 2);
    assert_int_equal(capture_stats(c).filtered, 40);
    assert_int_equal(capture_stats(c).frames, 2);
}

static void what_is_written_is_read_again(void **state)
{
    char path[] = "/tmp/hinomi-capture-XXXXXX";
    int fd = mkstemp(path);
    struct err e = {};
    struct pcap_writer *w = NULL;
    static uint8_t bytes[9000];
    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_true(pcap_writer_open(path, 1, &w, &e));
    for (uint32_t i = 0; i < 1000; i++) { /* 9 MB: several windows */
        memset(bytes, (int)(i & 0xff), sizeof bytes);
        struct frame f = {.bytes = bytes, .caplen = 8000 + i, .wirelen = 9000, .time_us = i};
        assert_true(pcap_writer_add(w, &f, &e));
    }
    assert_true(pcap_writer_close(w, &e));
    pcap_writer_drop(&w);

    AUTO(capture_drop) struct capture *c = NULL;
    struct frame f[32];
    assert_true(capture_open_file(path, &c, &e));
    uint32_t n = 0;
    for (size_t got; (got = capture_batch(c, f, 32, &e)) > 0;)
        for (size_t i = 0; i < got; i++, n++) {
            assert_int_equal(f[i].caplen, 8000 + n);
            assert_int_equal(f[i].time_us, n);
            assert_int_equal(f[i].bytes[0], n & 0xff);
            assert_int_equal(f[i].bytes[f[i].caplen - 1], n & 0xff);
        }
    assert_int_equal(n, 1000);
    unlink(path);
    assert_false(capture_open_file(path, &c, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_file_gives_the_same_frames),
        cmocka_unit_test(packed_files_are_unpacked),
        cmocka_unit_test(lent_windows_are_never_overrun),
        cmocka_unit_test(a_broken_file_is_refused_with_its_place),
        cmocka_unit_test(a_broken_record_ends_the_file_there_and_keeps_what_came_before),
        cmocka_unit_test(a_file_cut_anywhere_gives_what_is_whole),
        cmocka_unit_test(a_filter_keeps_what_it_selects),
        cmocka_unit_test(what_is_written_is_read_again),
    };
    return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
