/* test_spool.c - what was kept comes out again, in order, whatever the file's end looks like. */
#include "core/buf.h"
#include "core/io.h"
#include "sensor/spool.h"
#include "tests/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

static struct err e;

struct place {
    char dir[64], file[128];
};

static struct place new_place(void)
{
    struct place p = {.dir = "/tmp/hinomi-test-spool-XXXXXX"};
    assert_non_null(mkdtemp(p.dir));
    return p;
}

static void remove_place(struct place *p)
{
    DIR *d = opendir(p->dir);
    for (struct dirent *f; (f = readdir(d)) != NULL;)
        unlinkat(dirfd(d), f->d_name, 0);
    closedir(d);
    rmdir(p->dir);
}

static struct spool *open_at(const struct place *p, uint64_t limit, uint64_t segment)
{
    struct spool *s = NULL;
    struct spool_settings settings = {.dir = p->dir, .limit = limit, .segment_bytes = segment};
    if (!spool_open(&settings, &s, &e))
        fail_msg("%s", e.text);
    return s;
}

static bool put(struct spool *s, unsigned from, unsigned count)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 20);
    for (unsigned i = from; i < from + count; i++) {
        char text[32];
        int len = snprintf(text, sizeof text, "record %u", i);
        assert_true(spool_add(&out, (struct str){text, (size_t)len}));
    }
    return spool_put(s, buf_str(&out), &e);
}

/* Takes and acknowledges everything; the records must run from `from` on. How many there were. */
static unsigned drain(struct spool *s, unsigned from, size_t step)
{
    unsigned n = 0;
    for (;;) {
        AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
        struct str records[64];
        size_t got = spool_peek(s, &memory, records, step, &e);
        if (!got)
            return n;
        for (size_t i = 0; i < got; i++, n++) {
            char want[32];
            int len = snprintf(want, sizeof want, "record %u", from + n);
            if (!str_eq(records[i], (struct str){want, (size_t)len}))
                fail_msg("got " STR_FMT ", want %s", STR_ARG(records[i]), want);
        }
        assert_true(spool_acknowledge(s, got, &e));
    }
}

static void records_come_out_as_they_went_in(void **state)
{
    (void)state;
    static const struct {
        uint64_t segment;
        size_t step;
    } cases[] = {{0, 64}, {0, 1}, {60, 1}, {60, 64}, {1, 7}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct place p = new_place();
        struct spool *s = open_at(&p, 0, cases[i].segment);
        for (unsigned n = 0; n < 50; n += 5)
            assert_true(put(s, n, 5));
        CHECK_INT(spool_stats(s).waiting, 50, "waiting");
        CHECK_INT(drain(s, 0, cases[i].step), 50, "drained");
        CHECK_INT(spool_stats(s).waiting, 0, "left");
        spool_close(&s);
        remove_place(&p);
    }
}

static void what_was_not_acknowledged_comes_again_after_a_restart(void **state)
{
    (void)state;
    struct place p = new_place();
    for (unsigned round = 0; round < 6; round++) {
        struct spool *s = open_at(&p, 0, 50);
        CHECK_INT(spool_stats(s).waiting, round * 7, "found");
        assert_true(put(s, round * 10, 10));
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        struct str records[3];
        assert_int_equal(spool_peek(s, &memory, records, 3, &e), 3);
        char want[32];
        int len = snprintf(want, sizeof want, "record %u", round * 3);
        assert_true(str_eq(records[0], (struct str){want, (size_t)len}));
        assert_true(spool_acknowledge(s, 3, &e));
        spool_close(&s); /* the rest is not acknowledged */
    }
    struct spool *s = open_at(&p, 0, 50);
    CHECK_INT(drain(s, 18, 64), 42, "all in all");
    spool_close(&s);
    remove_place(&p);
}

static void first_segment(struct place *p)
{
    snprintf(p->file, sizeof p->file, "%s/0000000000000002.seg", p->dir);
    if (access(p->file, F_OK) != 0)
        snprintf(p->file, sizeof p->file, "%s/0000000000000001.seg", p->dir);
}

static void a_file_cut_anywhere_yields_its_whole_records(void **state)
{
    (void)state;
    for (size_t cut = 0; cut <= (size_t)5 * 16; cut++) { /* 5 records of 8 + 8 bytes */
        struct place p = new_place();
        struct spool *s = open_at(&p, 0, 0);
        assert_true(put(s, 0, 5));
        spool_close(&s);
        first_segment(&p);
        assert_int_equal(truncate(p.file, (off_t)cut), 0);
        s = open_at(&p, 0, 0);
        CHECK_INT(spool_stats(s).waiting, cut / 16, "whole records");
        CHECK_INT(spool_stats(s).torn_bytes, cut % 16, "torn");
        assert_true(put(s, (unsigned)(cut / 16), 2)); /* and writing goes on after it */
        CHECK_INT(drain(s, 0, 64), cut / 16 + 2, "drained");
        spool_close(&s);
        remove_place(&p);
    }
}

static void a_flipped_bit_ends_the_records_before_it(void **state)
{
    (void)state;
    for (size_t at = 0; at < (size_t)5 * 16; at++) {
        struct place p = new_place();
        struct spool *s = open_at(&p, 0, 0);
        assert_true(put(s, 0, 5));
        spool_close(&s);
        first_segment(&p);
        int fd = open(p.file, O_RDWR);
        char byte;
        assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
        byte ^= 0x10;
        assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
        close(fd);
        s = open_at(&p, 0, 0);
        CHECK_INT(drain(s, 0, 64), at / 16, "records before it");
        spool_close(&s);
        remove_place(&p);
    }
}

static void a_lost_or_mad_cursor_repeats_but_never_skips(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned least;
    } cases[] = {{"", 5},
                 {"nonsense", 5},
                 {"0000000000000002 3\n", 5},
                 {"0000000000000002 99999\n", 5},
                 {"00000000ffffffff 0\n", 5},
                 {"0000000000000001 0\n", 5}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct place p = new_place();
        struct spool *s = open_at(&p, 0, 0);
        assert_true(put(s, 0, 5));
        spool_close(&s);
        char path[128];
        snprintf(path, sizeof path, "%s/cursor", p.dir);
        assert_true(file_swap(path, (struct str){cases[i].text, strlen(cases[i].text)}, 0600, &e));
        s = open_at(&p, 0, 0);
        CHECK_INT(drain(s, 0, 64), cases[i].least, cases[i].text);
        spool_close(&s);
        remove_place(&p);
    }
}

static void a_full_spool_refuses_and_counts(void **state)
{
    (void)state;
    struct place p = new_place();
    struct spool *s = open_at(&p, 100, 0);
    assert_true(put(s, 0, 5));
    assert_false(put(s, 5, 5));
    assert_int_equal(e.code, ERR_LIMIT);
    CHECK_INT(spool_stats(s).refused, 5, "refused");
    CHECK_INT(drain(s, 0, 64), 5, "kept");
    spool_close(&s);
    remove_place(&p);
}

static void one_spool_has_one_owner(void **state)
{
    (void)state;
    struct place p = new_place();
    struct spool *s = open_at(&p, 0, 0), *other = NULL;
    assert_false(spool_open(&(struct spool_settings){.dir = p.dir}, &other, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    spool_close(&s);
    remove_place(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_out_as_they_went_in),
        cmocka_unit_test(what_was_not_acknowledged_comes_again_after_a_restart),
        cmocka_unit_test(a_file_cut_anywhere_yields_its_whole_records),
        cmocka_unit_test(a_flipped_bit_ends_the_records_before_it),
        cmocka_unit_test(a_lost_or_mad_cursor_repeats_but_never_skips),
        cmocka_unit_test(a_full_spool_refuses_and_counts),
        cmocka_unit_test(one_spool_has_one_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
