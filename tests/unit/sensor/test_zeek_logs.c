/* test_zeek_logs.c - Zeek's logs of whole captures: the same bytes whatever the number of threads. */
#include "sensor/crew.h"
#include "synth/scenario.h"
#include "tests/unit/sensor/zeek_folder.h"

static void *writer_new(void *context, struct outbox *into)
{
    (void)context;
    return zeek_new_into(&into->texts[1], CAPTURE);
}

static void writer_drop(void *writer)
{
    struct zeek *z = writer;
    zeek_drop(&z);
}

static void write_event(void *writer, const struct sensor_event *ev)
{
    zeek_event(writer, ev);
}

static void on_text(void *context, unsigned which, struct str lines)
{
    assert_int_equal(which, 1);
    zeek_logs_put(context, lines);
}

static void run(const char *path, const struct folder *f, unsigned threads)
{
    struct zeek_logs *logs = NULL;
    struct err e = {0};
    AUTO(capture_drop) struct capture *c = NULL;
    struct pipeline_counts n = {0};
    assert_true(zeek_logs_open(f->path, &logs, &e));
    struct crew_settings s = {.pipeline = PIPELINE_SETTINGS,
                              .threads = threads,
                              .user = {.context = logs,
                                       .writer_new = writer_new,
                                       .write = write_event,
                                       .writer_drop = writer_drop,
                                       .text = on_text}};
    s.pipeline.metadata = true;
    s.pipeline.flows = 8192;
    assert_true(capture_open_file(path, &c, &e));
    assert_true(crew_run(&s, c, &n, &e));
    assert_int_equal(zeek_logs_lines(logs, "conn"), n.flow.flows);
    assert_true(zeek_logs_close(&logs, &e));
}

static void any_number_of_threads_writes_the_same_logs(void **state)
{
    (void)state;
    static const char *const scenarios[] = {"mix", "control_room"};
    static const char *const logs[] = {"conn.log", "dns.log",    "ssl.log",  "http.log",
                                       "quic.log", "modbus.log", "dnp3.log", "intel.log"};
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        char path[] = "/tmp/hinomi-zeek-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        struct synth_order order = {.scenario = scenarios[i],
                                    .seed = 5,
                                    .scale = 0.02,
                                    .start_us = SYNTH_EPOCH};
        AUTO(synth_result_drop) struct synth_result made = {0};
        struct err e = {0};
        assert_true(synth_write(&order, path, &made, &e));
        struct folder one = folder_new(), three = folder_new();
        run(path, &one, 1);
        run(path, &three, 3);
        for (size_t k = 0; k < COUNT(logs); k++)
            if (!str_eq(folder_read(&one, logs[k]), folder_read(&three, logs[k])))
                fail_msg("%s of %s differs with three threads", logs[k], scenarios[i]);
        size_t files = folder_drop(&one);
        assert_true(files >= 2);
        assert_int_equal(folder_drop(&three), files);
        unlink(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_writes_the_same_logs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
