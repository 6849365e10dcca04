/* test_corpus.c - every real capture at hand is read to its end, or refused with a reason, and the
 * sums hold: frames = decoded + given up, packets of the flows = packets decoded. */
#include "flow/flow.h"
#include "flow/reassembly.h"
#include "net/decode.h"
#include "tests/check.h"

#include <ftw.h>
#include <stdlib.h>

struct app {
    struct stream streams[2];
    uint64_t packets;
};

struct sums {
    struct reassembly *reassembly;
    uint64_t packets, started, ended;
};

static void on_start(void *context, struct flow *f, const struct packet *p)
{
    struct sums *sums = context;
    const struct app *app = flow_app(f);
    (void)p;
    assert_int_equal(app->packets, 0);
    sums->started++;
}

/* The hungriest of dissectors: it keeps all but a third, so that buffers fill and move. */
static void on_packet(void *context, struct flow *f, const struct packet *p, enum flow_side from)
{
    struct sums *sums = context;
    struct app *app = flow_app(f);
    app->packets += p->frames;
    if (p->proto != IP_TCP)
        return;
    struct stream *s = &app->streams[from];
    s->resync = f->number & 1;
    struct str bytes = reassembly_push(sums->reassembly, s, f->shard, p);
    uint8_t sum = 0;
    for (size_t i = 0; i < bytes.len; i++)
        sum = (uint8_t)(sum + (uint8_t)bytes.ptr[i]);
    if (bytes.len && sum != 1)
        reassembly_keep(sums->reassembly, s, bytes, bytes.len / 3);
}

static void on_end(void *context, struct flow *f, enum flow_end why)
{
    struct sums *sums = context;
    struct app *app = flow_app(f);
    (void)why;
    assert_int_equal(app->packets, f->packets[0] + f->packets[1]);
    sums->packets += app->packets;
    sums->ended++;
    for (int i = 0; i < 2; i++)
        reassembly_done(sums->reassembly, &app->streams[i]);
}

static struct { /* of the walk: nftw has no context */
    struct decode_ctx *ctx;
    struct flow_table *table;
    struct sums sums;
    unsigned files, refused, broken;
    uint64_t frames, decoded_frames;
} walk;

static void begin(void)
{
    struct err e = {};
    struct flow_settings set = FLOW_SETTINGS;
    set.flows = 64 * 16; /* few, so that eviction is at work too */
    set.app_size = sizeof(struct app);
    struct flow_user user = {&walk.sums, on_start, on_packet, on_end};
    walk.ctx = decode_new(NULL);
    assert_true(flow_table_new(&set, &user, &walk.table, &e));
    assert_true(reassembly_new(8 << 20, &walk.sums.reassembly, &e));
}

static void end(void)
{
    decode_drop(&walk.ctx);
    flow_table_drop(&walk.table);
    reassembly_drop(&walk.sums.reassembly);
}

/* After each file, over all of them so far. */
static void check_sums(const char *path)
{
    const struct decode_stats *d = decode_stats(walk.ctx);
    uint64_t sum = d->decoded;
    for (int i = 0; i < DECODE_REASONS; i++)
        sum += d->given_up[i];
    CHECK_INT(sum, d->frames, path);
    CHECK_INT(walk.frames, d->frames, path);
    CHECK_INT(walk.sums.packets, walk.decoded_frames, path);
    CHECK_INT(walk.sums.started, walk.sums.ended, path);
    CHECK_INT(flow_table_stats(walk.table).live, 0, path);
    CHECK_INT(reassembly_stats(walk.sums.reassembly).blocks, 0, path);
}

static void read_all(const char *path, struct capture *c)
{
    struct err e = {};
    struct frame frames[DECODE_BATCH];
    struct packet packets[DECODE_BATCH];
    for (size_t n; (n = capture_batch(c, frames, DECODE_BATCH, &e)) > 0;) {
        size_t m = decode_batch(frames, n, walk.ctx, packets);
        for (size_t i = 0; i < m; i++)
            walk.decoded_frames += packets[i].frames;
        flow_batch(walk.table, packets, m);
    }
    assert_true(capture_done(c));
    assert_true(e.code == ERR_OK || e.text[0] != '\0');
    walk.refused += e.code != ERR_OK;
    walk.broken += capture_stats(c).broken_tail > 0;
    walk.frames += capture_stats(c).frames;
    flow_table_flush(walk.table);
    check_sums(path);
}

static int visit(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)where;
    if (kind != FTW_F)
        return 0;
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {};
    walk.files++;
    if (capture_open_file(path, &c, &e)) {
        read_all(path, c);
        return 0;
    }
    assert_true(e.code != ERR_OK && e.text[0] != '\0');
    walk.refused++;
    return 0;
}

static void every_capture_is_read_or_refused_and_the_sums_hold(void **state)
{
    static const char *const folders[] = {"pcaps", "fingerprints", "suricata", "zeek",
                                          "community_id"};
    const char *data = getenv("HINOMI_SHARED_DATA");
    (void)state;
    begin();
    for (size_t i = 0; i < COUNT(folders); i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", data, folders[i]);
        assert_int_equal(nftw(path, visit, 32, FTW_PHYS), 0);
    }
    const struct decode_stats *d = decode_stats(walk.ctx);
    print_message("%u files, %u refused, %u with a broken tail; %llu frames, %llu decoded\n",
                  walk.files, walk.refused, walk.broken, (unsigned long long)d->frames,
                  (unsigned long long)d->decoded);
    for (int i = 0; i < DECODE_REASONS; i++)
        print_message("  %10llu %s\n", (unsigned long long)d->given_up[i],
                      decode_reason_text((enum decode_reason)i));
    assert_true(walk.files > walk.refused);
    end();
}

int main(void)
{
    const char *data = getenv("HINOMI_SHARED_DATA");
    struct stat st;
    if (!data || stat(data, &st) != 0) {
        print_message("skipped: no folder of test data (HINOMI_SHARED_DATA)\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_capture_is_read_or_refused_and_the_sums_hold),
    };
    return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
