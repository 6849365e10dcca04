/* test_settings.c - thresholds and mutes as files: strict, explained, and read back as written. */
#include "world.h"

static const struct {
    const char *label, *text, *error; /* NULL: it is taken */
} files[] = {
    {"nothing", "{}", NULL},
    {"all kinds",
     "memory_mib: 32\nagain_hours: 1.5\nmost_per_hour: 50\noff: [tor]\n"
     "thresholds:\n  beacon: {beats: 20, jitter_share: 0.2}\n  exfil:\n    bytes: 1000000\n"
     "mutes:\n  - {detector: beacon, host: 10.0.0.0/8, name: telemetry.example, reason: contract, "
     "until: \"2027-01-01T00:00:00Z\"}\n  - {peer: 2001:db8::/32, reason: ours, until: "
     "\"2027-01-01T00:00:00Z\"}\n",
     NULL},
    {"JSON", "{\"thresholds\":{\"flood\":{\"syn_rate\":500}}}", NULL},
    {"unknown name", "memory: 5", "'memory' is not known (but memory_mib"},
    {"unknown detector", "thresholds: {beacons: {beats: 9}}", "no detector is called 'beacons'"},
    {"unknown threshold", "thresholds: {flood: {rate: 9}}",
     "flood has no threshold 'rate' (but syn_rate"},
    {"text for a number", "thresholds: {flood: {syn_rate: many}}", "a number is wanted"},
    {"out of range", "thresholds: {beacon: {beats: 2}}", "2 is not within 6 and 32"},
    {"a mute without an end",
     "thresholds: {flood: {syn_rate: 9}}\nmutes: [{detector: beacon, reason: x}]",
     "it needs a reason and an end"},
    {"a mute without a reason", "mutes: [{until: \"2027-01-01T00:00:00Z\"}]", "it needs a reason"},
    {"a mute with a typo", "mutes: [{hosts: 10.0.0.1}]",
     "'hosts' is not known (but detector, host"},
    {"a mute of no network", "mutes: [{host: 10.0.0.1/8}]", "mute 1"},
    {"off what is not", "off: [beacon, nothing]", "no detector is called 'nothing'"},
    {"not a table", "[1, 2]", "names and values are wanted"},
};

static void settings_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct detect_settings s;
        struct err e = {0};
        detect_settings_init(&s);
        double before = *detect_threshold(&s, "flood", "syn_rate");
        bool good = detect_settings_read(&s, named(files[i].text), &e);
        if (good != !files[i].error)
            fail_msg("%s: %s", files[i].label, good ? "was taken" : e.text);
        if (!good && files[i].error && !strstr(e.text, files[i].error))
            fail_msg("%s: %s", files[i].label, e.text);
        if (!good && (s.mute_count || *detect_threshold(&s, "flood", "syn_rate") != before))
            fail_msg("%s: something was taken", files[i].label);
    }
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    for (int japanese = 0; japanese < 2; japanese++) {
        struct detect_settings s, again;
        struct err e = {0};
        AUTO(buf_drop) struct buf one = BUF(1 << 20);
        AUTO(buf_drop) struct buf two = BUF(1 << 20);
        detect_settings_init(&s);
        detect_settings_init(&again);
        if (!detect_settings_read(&s, named(files[1].text), &e))
            fail_msg("%s", e.text);
        assert_true(*detect_threshold(&s, "beacon", "beats") == 20);
        detect_settings_put(&s, japanese, &one);
        if (!detect_settings_read(&again, buf_str(&one), &e))
            fail_msg("%s in\n" STR_FMT, e.text, STR_ARG(buf_str(&one)));
        detect_settings_put(&again, japanese, &two);
        assert_true(!one.over && str_eq(buf_str(&one), buf_str(&two)));
    }
}

static void every_row_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; detector_at(i); i++) {
        const struct detector *row = detector_at(i);
        assert_true(row->title_en && row->title_ja && row->sentence_en && row->sentence_ja);
        assert_true(row->technique[0] == 'T' && row->technique_name && row->share && row->kinds);
        size_t n = 0;
        for (; row->thresholds[n].name; n++) {
            const struct detect_threshold *t = &row->thresholds[n];
            if (!(t->least <= t->normal && t->normal <= t->most) || !t->en || !t->ja)
                fail_msg("%s.%s", row->name, t->name);
        }
        assert_in_range(n, 1, DETECT_THRESHOLDS_MOST);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(row->name, detector_at(k)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read_strictly),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(every_row_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
