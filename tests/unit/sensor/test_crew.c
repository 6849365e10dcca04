/* test_crew.c - one thread or many: the same bytes, the same sums, whatever the seed. */
#include "core/io.h"
#include "sensor/crew.h"
#include "sensor/eve.h"
#include "synth/scenario.h"
#include "tests/check.h"

#include <dirent.h>
#include <unistd.h>

enum { TEXT_MOST = 512 << 20 };

struct said { /* all that a crew told, in order */
    struct buf text;
    uint64_t matches, observations, begins;
    struct fate_counts fate;
    struct pipeline_counts counts;
    bool whole;
};

static void *writer_new(void *context, struct outbox *into)
{
    (void)context;
    return eve_new_into(&into->texts[0], 1);
}

static void writer_drop(void *writer)
{
    struct eve *eve = writer;
    eve_drop(&eve);
}

static void write_event(void *writer, const struct sensor_event *ev)
{
    eve_event(writer, ev);
}

static void on_text(void *context, unsigned which, struct str lines)
{
    struct said *s = context;
    assert_int_equal(which, 0);
    assert_true(buf_put(&s->text, lines));
}

/* What is not text is written down too, so that its place among the lines is compared as well. */
static void on_match(void *context, const struct sensor_event *ev)
{
    struct said *s = context;
    s->matches++;
    buf_fmt(&s->text, "match %d " STR_FMT " " STR_FMT "\n", (int)ev->match->where,
            STR_ARG(ev->match->seen), STR_ARG(ev->match->name));
}

static void on_observation(void *context, const struct observation *o)
{
    struct said *s = context;
    s->observations++;
    buf_fmt(&s->text, "observation %u %llu " STR_FMT "\n", o->kind, (unsigned long long)o->time_us,
            STR_ARG(o->name));
}

static bool on_begin(void *context, int64_t time_us)
{
    struct said *s = context;
    (void)time_us;
    s->begins++;
    return true;
}

static bool on_fates(void *context, const struct fate_counts *so_far)
{
    struct said *s = context;
    s->fate = *so_far;
    assert_int_equal(fate_sum(so_far), so_far->in);
    return true;
}

static struct said run(const char *path, unsigned threads, uint64_t seed,
                       const struct index_view *view)
{
    struct said s = {.text = BUF(TEXT_MOST)};
    struct crew_settings settings = {
        .pipeline = PIPELINE_SETTINGS,
        .threads = threads,
        .user = {&s, writer_new, write_event, writer_drop, on_text, on_match, on_observation,
                 on_begin, on_fates},
    };
    settings.pipeline.metadata = true;
    settings.pipeline.keeps = true;
    settings.pipeline.seed = seed;
    settings.pipeline.flows = 8192; /* few: eviction has to be the same too */
    settings.pipeline.stream_bytes = 2 << 20;
    if (view)
        settings.pipeline.view = *view;
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {0};
    assert_true(capture_open_file(path, &c, &e));
    s.whole = crew_run(&settings, c, &s.counts, &e);
    return s;
}

static void assert_same(const char *path, const struct said *one, const struct said *other,
                        unsigned threads)
{
    if (one->text.len != other->text.len ||
        (one->text.len && memcmp(one->text.ptr, other->text.ptr, one->text.len) != 0))
        fail_msg("%s: %u threads do not say what one says", path, threads);
    assert_int_equal(one->whole, other->whole);
    assert_memory_equal(&one->fate, &other->fate, sizeof one->fate);
    assert_int_equal(one->counts.flow.flows, other->counts.flow.flows);
    assert_int_equal(one->counts.decode.frames, other->counts.decode.frames);
    assert_int_equal(one->counts.decode.decoded, other->counts.decode.decoded);
    assert_memory_equal(one->counts.decode.notes, other->counts.decode.notes,
                        sizeof one->counts.decode.notes);
    assert_memory_equal(one->counts.flow.ended, other->counts.flow.ended,
                        sizeof one->counts.flow.ended);
}

static void compare(const char *path)
{
    struct said one = run(path, 1, 1, NULL);
    assert_int_equal(one.fate.pending, 0); /* all flows have ended */
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        struct said other = run(path, threads, 77 + threads, NULL);
        assert_same(path, &one, &other, threads);
        buf_drop(&other.text);
    }
    buf_drop(&one.text);
}

static void any_number_of_threads_says_the_same(void **state)
{
    (void)state;
    static const char *const scenarios[] = {"mix", "office", "control_room", "intruder"};
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        char path[] = "/tmp/hinomi-crew-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        struct synth_order order = {.scenario = scenarios[i],
                                    .seed = 5,
                                    .scale = 0.03,
                                    .start_us = SYNTH_EPOCH};
        AUTO(synth_result_drop) struct synth_result made = {0};
        struct err e = {0};
        assert_true(synth_write(&order, path, &made, &e));
        compare(path);
        unlink(path);
    }
}

static void fragments_and_odd_captures_say_the_same_too(void **state)
{
    (void)state;
    static const char *const folders[] = {"zeek/traces", "suricata/verify", "fingerprints/pcap",
                                          "pcaps/the-tcpdump-group+tcpdump"};
    const char *shared = getenv("HINOMI_SHARED_DATA");
    size_t compared = 0;
    for (size_t i = 0; shared && i < COUNT(folders); i++) {
        char folder[1024];
        snprintf(folder, sizeof folder, "%s/%s", shared, folders[i]);
        DIR *d = opendir(folder);
        struct dirent *n;
        while (d && (n = readdir(d))) {
            char path[2048];
            snprintf(path, sizeof path, "%s/%s", folder, n->d_name);
            AUTO(capture_drop) struct capture *c = NULL;
            struct err e = {0};
            if (n->d_name[0] == '.' || !capture_open_file(path, &c, &e))
                continue;
            if (compared++ % 8 == 0)
                compare(path);
        }
        if (d)
            closedir(d);
    }
    if (!compared) {
        skip_saying("no captures under HINOMI_SHARED_DATA");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_says_the_same),
        cmocka_unit_test(fragments_and_odd_captures_say_the_same_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
