/* test_detection.c - how much the behaviour detectors find, and how often they are wrong.
 *
 * Days are made by synth/, whose code knows nothing of the detectors', and go through the whole sensor:
 * frames, flows, dissectors, observations, detectors. Each day holds all behaviours at once, every one on a
 * host of its own; the rows below vary their settings. A row that is `clear` has to be found; the others show where
 * the edge is. Wrong is what is told about a host that did nothing. docs/detection.md keeps what this prints.
 */
#include "synth/scenario.h"
#include "tests/check.h"
#include "tests/unit/sensor/eye.h"

#include <stdlib.h>

/* A sanitizer makes a day ten times as long: a sample has to do then. */
#ifdef __SANITIZE_ADDRESS__
enum { SEEDS = 1, RUNS_MOST = 2, WEEK_SETTINGS = 3 };
#else
enum { SEEDS = 2, RUNS_MOST = 100, WEEK_SETTINGS = 2 };
#endif
enum { SETTINGS_MOST = 96, LATE_HOURS = 2 };
#define RECALL_LEAST 0.95
#define PRECISION_LEAST 0.9
#define WRONG_OFFICE_MOST 2.0 /* in 10,000 flows */
#define HOUR (3600 * INT64_C(1000000))

static const struct row {
    const char *behaviour, *detector;
    bool clear;
    const char *settings; /* of the behaviour, a blank between them */
} rows[] = {
    {"beacon", "beacon", true, "interval=300 jitter=0"},
    {"beacon", "beacon", true, "interval=60 jitter=10 minutes=60"},
    {"beacon", "beacon", true, "interval=300 jitter=20"},
    {"beacon", "beacon", true, "interval=600 jitter=10 named=0"},
    {"beacon", "beacon", true, "interval=300 jitter=10 missed=15"},
    {"beacon", "beacon", true, "interval=120 jitter=30 size=4000"},
    {"beacon", "beacon", false, "interval=300 jitter=50"},
    {"beacon", "beacon", false, "interval=300 jitter=10 missed=40"},
    {"beacon", "beacon", false, "interval=300 jitter=100"},
    {"beacon", "beacon", false, "interval=1800 jitter=10 minutes=400"},
    {"dga", "dga", true, "family=1"},
    {"dga", "dga", true, "family=2"},
    {"dga", "dga", true, "family=3"},
    {"dga", "dga", true, "family=2 rate=4 minutes=30"},
    {"dga", "dga", true, "family=1 nx=50"},
    {"dga", "dga", true, "family=5 rate=60"},
    {"dga", "dga", false, "family=4"},
    {"dga", "dga", false, "family=1 rate=1 minutes=30"},
    {"dga", "dga", false, "family=1 nx=0 rate=2"},
    {"dga", "dga", false, "family=5 rate=3"},
    {"tunnel", "dns_tunnel", true, "qtype=txt"},
    {"tunnel", "dns_tunnel", true, "qtype=null label=150"},
    {"tunnel", "dns_tunnel", true, "qtype=cname label=50"},
    {"tunnel", "dns_tunnel", true, "qtype=a label=60 rate=20"},
    {"tunnel", "dns_tunnel", false, "qtype=a label=20 rate=20"},
    {"tunnel", "dns_tunnel", false, "qtype=a label=40 rate=1"},
    {"hscan", "scan_hosts", true, "rate=5"},
    {"hscan", "scan_hosts", true, "rate=0.1 hosts=100"},
    {"hscan", "scan_hosts", true, "rate=1 port=3389 hosts=60"},
    {"hscan", "scan_hosts", true, "rate=20 answered=20"},
    {"hscan", "scan_hosts", false, "rate=1 hosts=20"},
    {"hscan", "scan_hosts", false, "rate=5 answered=60"},
    {"vscan", "scan_ports", true, "rate=5"},
    {"vscan", "scan_ports", true, "rate=0.05 ports=100"},
    {"vscan", "scan_ports", true, "rate=50 ports=1000"},
    {"vscan", "scan_ports", false, "rate=1 ports=15"},
    {"guess", "guessing", true, "proto=ssh rate=30 each=1"},
    {"guess", "guessing", true, "proto=smb"},
    {"guess", "guessing", true, "proto=ftp"},
    {"guess", "guessing", true, "proto=pop3"},
    {"guess", "guessing", true, "proto=imap"},
    {"guess", "guessing", true, "proto=rdp rate=20"},
    {"guess", "guessing", true, "proto=ssh"},
    {"guess", "guessing", false, "proto=ftp rate=0.5 tries=60"},
    {"guess", "guessing", false, "proto=ssh rate=2"},
    {"guess", "guessing", false, "proto=telnet"},
    {"flood", "flood", true, "kind=syn rate=400"},
    {"flood", "flood", true, "kind=syn rate=1000 sources=5000"},
    {"flood", "flood", true, "kind=udp rate=2000"},
    {"flood", "flood", false, "kind=syn rate=90"},
    {"flood", "flood", false, "kind=udp rate=400"},
    {"reflection", "reflection", true, "service=dns"},
    {"reflection", "reflection", true, "service=ntp"},
    {"reflection", "reflection", true, "service=memcached"},
    {"reflection", "reflection", true, "service=ssdp"},
    {"reflection", "reflection", false, "service=dns rate=20"},
    {"exfil", "exfil", true, "volume=400"},
    {"exfil", "exfil", true, "volume=2000 minutes=40"},
    {"exfil", "exfil", true, "volume=100"},
    {"exfil", "exfil", false, "volume=30"},
    {"exfil", "exfil", false, "volume=10"},
    {"lateral", "lateral", true, "proto=smb"},
    {"lateral", "lateral", true, "proto=rdp hosts=6"},
    {"lateral", "lateral", true, "proto=ssh hosts=6 minutes=20"},
    {"lateral", "lateral", false, "proto=smb hosts=3"},
    {"lateral", "lateral", false, "proto=smb hosts=6 minutes=240"},
    {"service", "new_service", true, "port=8443"},
    {"service", "new_service", true, "port=31337 visits=1"},
    {"remote", "remote_tool", true, "tool=anydesk"},
    {"remote", "remote_tool", true, "tool=teamviewer"},
    {"remote", "remote_tool", true, "tool=rustdesk"},
    {"remote", "remote_tool", true, "tool=screenconnect"},
    {"remote", "remote_tool", true, "tool=ngrok"},
    {"cleartext", "cleartext", true, "proto=ftp"},
    {"cleartext", "cleartext", true, "proto=pop3"},
    {"cleartext", "cleartext", true, "proto=imap"},
    {"cleartext", "cleartext", false, "proto=http"},
    {"cleartext", "cleartext", false, "proto=telnet"},
    {"certificate", "certificate", true, "fault=selfsigned"},
    {"certificate", "certificate", true, "fault=expired"},
    {"certificate", "cert_name", true, "fault=mismatch"},
    {"fronting", "fronting", true, "interval=400"},
    {"fronting", "fronting", true, "interval=3000"},
    {"fronting", "fronting", false, "front=1"},
    {"fronting", "fronting", false, "browser=1"},
    {"plant", "control_write", true, "proto=modbus order=write"},
    {"plant", "control_write", false, "proto=modbus order=program"},
    {"plant", "control_write", true, "proto=s7comm order=write"},
    {"plant", "control_write", true, "proto=s7comm order=program"},
};

/* What a detector has to have heard first; the days are 9 hours long. */
static const char *const always[] = {"behaviour=all", "clients=20", "exfil.start=400",
                                     "service.start=400"};

static bool to_pipeline(void *context, const struct frame *f, struct err *e)
{
    (void)e;
    pipeline_frames(((struct eye *)context)->pipeline, f, 1);
    return true;
}

static void watch(struct eye *eye, const struct synth_order *order, struct synth_result *ret_made)
{
    struct err e = {0};
    struct addr own;
    assert_true(prefix_parse(S("10.0.0.0/8"), &own, &e));
    eye_open(eye, &own);
    if (!synth_run(order, &(struct synth_sink){to_pipeline, eye}, ret_made, &e))
        fail_msg("%s", e.text);
    pipeline_finish(eye->pipeline);
    detect_finish(eye->detect);
}

static bool same(const uint8_t a[16], const uint8_t b[16])
{
    static const uint8_t nobody[16];
    return memcmp(a, b, 16) == 0 && memcmp(a, nobody, 16) != 0;
}

/* Is it about one of the deed's ends, at its time or not long after? */
static bool is_about(const struct told *t, const struct synth_deed *d)
{
    return (same(t->host, d->host) || same(t->peer, d->host) || same(t->host, d->peer) ||
            same(t->peer, d->peer)) &&
           t->time_us >= d->from_us && t->time_us <= d->to_us + LATE_HOURS * HOUR;
}

struct tally {
    unsigned done[COUNT(rows)], found[COUNT(rows)];
    unsigned right, wrong, beside; /* beside: about a guilty host, by another detector */
    uint64_t flows, runs;
};

static size_t rows_of(const char *behaviour, size_t *ret_first)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(rows[i].behaviour, behaviour) == 0) {
            *ret_first = n ? *ret_first : i;
            n++;
        }
    return n;
}

/* The row that run number `run` plays of a behaviour. */
static size_t row_at(const char *behaviour, size_t run)
{
    size_t first = 0, n = rows_of(behaviour, &first);
    return first + run % n;
}

struct sheet {
    char text[SETTINGS_MOST][96];
    const char *pointers[SETTINGS_MOST];
    size_t count;
};

static void sheet_add(struct sheet *s, const char *behaviour, struct str setting)
{
    assert_true(s->count < SETTINGS_MOST);
    snprintf(s->text[s->count], sizeof s->text[0], "%s%s" STR_FMT, behaviour, *behaviour ? "." : "",
             STR_ARG(setting));
    s->pointers[s->count] = s->text[s->count];
    s->count++;
}

static struct str text_of(const char *s)
{
    return (struct str){s, strlen(s)};
}

static void sheet_fill(struct sheet *s, size_t run)
{
    const struct synth_behaviour *b;
    for (size_t i = 0; i < COUNT(always); i++)
        sheet_add(s, "", text_of(always[i]));
    for (size_t i = 0; (b = synth_behaviour_at(i)); i++)
        for (struct str rest = text_of(rows[row_at(b->name, run)].settings); rest.len;)
            sheet_add(s, b->name, str_cut(rest, ' ', &rest));
}

static void score(const struct eye *eye, const struct synth_result *made, size_t run,
                  struct tally *t)
{
    for (size_t i = 0; i < made->deed_count; i++) {
        size_t row = row_at(made->deeds[i].behaviour, run);
        bool found = false;
        for (size_t j = 0; j < eye->told.len; j++)
            found |= strcmp(eye->told.ptr[j].detector, rows[row].detector) == 0 &&
                     is_about(&eye->told.ptr[j], &made->deeds[i]);
        t->done[row]++;
        t->found[row] += found;
    }
    for (size_t j = 0; j < eye->told.len; j++) {
        bool about = false, right = false;
        for (size_t i = 0; i < made->deed_count; i++) {
            size_t row = row_at(made->deeds[i].behaviour, run);
            bool this = is_about(&eye->told.ptr[j], &made->deeds[i]);
            about |= this;
            right |= this && strcmp(eye->told.ptr[j].detector, rows[row].detector) == 0;
        }
        t->right += right;
        t->beside += about && !right;
        t->wrong += !about;
        if (!about)
            print_message("wrong: %s (run %zu)\n", eye->told.ptr[j].detector, run);
    }
    t->flows += made->flows;
    t->runs++;
}

static void day_watch(size_t run, uint64_t seed, struct tally *t)
{
    AUTO(synth_result_drop) struct synth_result made = {0};
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct eye eye = {0};
    assert_non_null(sheet);
    sheet_fill(sheet, run);
    struct synth_order order = {.scenario = "day",
                                .seed = seed,
                                .scale = 1,
                                .start_us = SYNTH_EPOCH,
                                .settings = sheet->pointers,
                                .setting_count = sheet->count};
    watch(&eye, &order, &made);
    score(&eye, &made, run, t);
    eye_close(&eye);
    free(sheet);
}

static size_t runs_needed(void)
{
    size_t most = 0, first = 0;
    const struct synth_behaviour *b;
    for (size_t i = 0; (b = synth_behaviour_at(i)); i++) {
        size_t n = rows_of(b->name, &first);
        assert_true(n > 0);
        most = n > most ? n : most;
    }
    return most < RUNS_MOST ? most : RUNS_MOST;
}

static void clear_behaviour_is_found_and_little_else(void **state)
{
    struct tally t = {0};
    unsigned clear = 0, found = 0;
    (void)state;
    for (size_t run = 0; run < runs_needed(); run++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            day_watch(run, seed * 100 + run, &t);
    print_message(
        "\n| behaviour | settings | detector | found | of | |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("| %s | %s | %s | %u | %u | %s |\n", rows[i].behaviour, rows[i].settings,
                      rows[i].detector, t.found[i], t.done[i], rows[i].clear ? "clear" : "edge");
        clear += rows[i].clear ? t.done[i] : 0;
        found += rows[i].clear ? t.found[i] : 0;
    }
    double recall = (double)found / clear, precision = (double)t.right / (t.right + t.wrong);
    print_message("\nclear ones found: %u of %u (%.3f); findings right %u, beside %u, wrong %u: "
                  "precision %.3f; "
                  "wrong in 10,000 flows: %.2f (%llu days, %llu flows)\n",
                  found, clear, recall, t.right, t.beside, t.wrong, precision,
                  1e4 * t.wrong / (double)t.flows, (unsigned long long)t.runs,
                  (unsigned long long)t.flows);
    assert_true(recall >= RECALL_LEAST);
    assert_true(precision >= PRECISION_LEAST);
}

static void counts_print(const struct eye *eye)
{
    const struct detector *d;
    for (size_t i = 0; (d = detector_at(i)); i++) {
        unsigned n = 0;
        for (size_t j = 0; j < eye->told.len; j++)
            n += strcmp(eye->told.ptr[j].detector, d->name) == 0;
        if (n)
            print_message("  %s: %u\n", d->name, n);
    }
}

static void an_office_week_is_quiet(void **state)
{
    AUTO(synth_result_drop) struct synth_result made = {0};
    static const char *const settings[] = {"behaviour=none", "clients=24", "days=1"};
    struct eye eye = {0};
    struct synth_order order = {.scenario = "week",
                                .seed = 5,
                                .scale = 1,
                                .start_us = SYNTH_EPOCH,
                                .settings = settings,
                                .setting_count = WEEK_SETTINGS};
    (void)state;
    watch(&eye, &order, &made);
    double wrong = 1e4 * (double)eye.told.len / (double)made.flows;
    print_message("office week: %zu findings in %llu flows, %.2f in 10,000\n", eye.told.len,
                  (unsigned long long)made.flows, wrong);
    counts_print(&eye);
    eye_close(&eye);
    assert_true(wrong <= WRONG_OFFICE_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clear_behaviour_is_found_and_little_else),
        cmocka_unit_test(an_office_week_is_quiet),
    };
    return cmocka_run_group_tests_name("detection", tests, NULL, NULL);
}
