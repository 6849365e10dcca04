/* test_captures.c - every capture of the shared data is read to its end, or refused with place and
 * reason; the sums add up; a second look gives the same bytes. The sanitizers watch. */
#include "core/keys.h"
#include "tests/unit/sensor/seen.h"

#include <ftw.h>

enum { AGAIN_EVERY = 16 };

static void sums_add_up(const struct seen *s, const char *path)
{
    const struct pipeline_counts *n = &s->counts;
    uint64_t given_up = 0, ended = 0, apps = 0;
    for (size_t i = 0; i < DECODE_REASONS; i++)
        given_up += n->decode.given_up[i];
    for (size_t i = 0; i < FLOW_ENDS; i++)
        ended += n->flow.ended[i];
    for (size_t i = 0; i < APP_COUNT; i++)
        apps += n->apps[i];
    CHECK_INT(n->decode.frames, s->stats.frames, path);
    CHECK_INT(n->decode.decoded + given_up, n->decode.frames, path);
    CHECK_INT(n->flow.packets, n->decode.decoded, path);
    CHECK_INT(ended, n->flow.flows, path);
    CHECK_INT(apps, n->flow.flows, path);
    CHECK_INT(n->flow.live, 0, path);
    CHECK_INT(n->streams.blocks, 0, path);
}

static size_t captures, refused;

static int look(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    struct err e = {0};
    AUTO(capture_drop) struct capture *c = NULL;
    if (kind != FTW_F || !capture_open_file(path, &c, &e))
        return 0;
    AUTO(seen_drop) struct seen *s = see(path, &(struct index_view){0});
    captures++;
    if (!s->whole) {
        refused++;
        if (!s->why.text[0] || (!strstr(s->why.text, "byte") && !strstr(s->why.text, "block")))
            fail_msg("%s: refused without a place: %s", path, s->why.text);
    }
    sums_add_up(s, path);
    if (captures % AGAIN_EVERY == 0) {
        AUTO(seen_drop) struct seen *again = see(path, &(struct index_view){0});
        if (!str_eq(s->text, again->text))
            fail_msg("%s: two runs differ", path);
    }
    return 0;
}

static void every_capture_is_read_or_refused(void **state)
{
    static const char *const folders[] = {"fingerprints", "suricata/verify", "community_id",
                                          "pcaps", "zeek"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", (const char *)*state, folders[i]);
        nftw(path, look, 16, FTW_PHYS);
    }
    printf("%zu captures, %zu refused at some place\n", captures, refused);
    assert_true(captures > 1000);
}

int main(void)
{
    keys_init();
    const char *top = shared_data();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_capture_is_read_or_refused, (void *)(uintptr_t)top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
