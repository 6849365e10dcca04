/* test_captures.c - every capture of the shared data is read to its end, or refused with place and
 * reason; the sums add up; a second look gives the same bytes. The sanitizers watch. */
#include "core/keys.h"
#include "tests/unit/sensor/seen.h"

#include <dirent.h>

enum { AGAIN_EVERY = 32 };

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
    uint64_t held = n->decode.given_up[DECODE_FRAGMENT_HELD];
    if (n->flow.packets < n->decode.decoded || n->flow.packets > n->decode.decoded + held)
        fail_msg("%s: %llu packets of flows", path, (unsigned long long)n->flow.packets);
    CHECK_INT(ended, n->flow.flows, path);
    CHECK_INT(apps, n->flow.flows, path);
    CHECK_INT(n->flow.live, 0, path);
    CHECK_INT(n->streams.blocks, 0, path);
}

struct tally {
    size_t captures, refused;
};

static void look(const char *path, struct tally *t)
{
    struct err e = {0};
    AUTO(capture_drop) struct capture *c = NULL;
    if (!capture_open_file(path, &c, &e))
        return;
    AUTO(seen_drop) struct seen *s = see(path, &(struct index_view){0});
    t->captures++;
    if (!s->whole) {
        t->refused++;
        if (!strstr(s->why.text, "byte") && !strstr(s->why.text, "block"))
            fail_msg("%s: refused without a place: %s", path, s->why.text);
    }
    sums_add_up(s, path);
    if (t->captures % AGAIN_EVERY == 0) {
        AUTO(seen_drop) struct seen *again = see(path, &(struct index_view){0});
        if (!str_eq(s->text, again->text))
            fail_msg("%s: two runs differ", path);
    }
}

static void walk(const char *folder, struct tally *t, unsigned depth)
{
    DIR *d = opendir(folder);
    char path[4096];
    for (struct dirent *f; d && depth < 16 && (f = readdir(d)) != NULL;) {
        snprintf(path, sizeof path, "%.3800s/%.255s", folder, f->d_name);
        if (f->d_name[0] == '.')
            continue;
        if (f->d_type == DT_DIR)
            walk(path, t, depth + 1);
        else
            look(path, t);
    }
    if (d)
        closedir(d);
}

static void every_capture_is_read_or_refused(void **state)
{
    static const char *const folders[] = {"fingerprints", "suricata/verify", "community_id",
                                          "pcaps", "zeek"};
    struct tally t = {0};
    for (size_t i = 0; i < COUNT(folders); i++) {
        char path[4096];
        snprintf(path, sizeof path, "%.3800s/%s", (const char *)*state, folders[i]);
        walk(path, &t, 0);
    }
    printf("%zu captures, %zu refused at some place\n", t.captures, t.refused);
    assert_true(t.captures > 1000);
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
