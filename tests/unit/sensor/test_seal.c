/* test_seal.c - the books of a sensor: chain, identities, the turn of the minute, restarts, torn tails, and
 * folders that must be refused. The seals are read here with code of this test alone. */
#include "sensor/lawful/seal.h"

#include "core/encode.h"
#include "core/io.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/log.h"
#include "core/time.h"
#include "tests/check.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MINUTE = 60 };
#define NOON INT64_C(1795500000000000)

struct desk { /* a folder, and what the sensor runs under */
    char dir[64];
    struct key_secret key;
    struct seal_settings settings;
    struct arena memory;
};

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static struct desk *desk_new(void)
{
    struct desk *d = calloc(1, sizeof *d);
    static const uint8_t seed[KEY_SEED_SIZE] = {7};
    snprintf(d->dir, sizeof d->dir, "/tmp/hinomi-seal-XXXXXX");
    assert_non_null(mkdtemp(d->dir));
    key_from_seed(seed, &d->key);
    d->memory = ARENA(64 << 20);
    d->settings = (struct seal_settings){
        .dir = d->dir,
        .authorisation = S("{\"auth_id\":\"aa\"}"),
        .policy = {.channel = RECORD_CHANNEL_fd,
                   .fields = ~UINT64_C(0),
                   .auth_id = S("aa"),
                   .policy_hash = S("bb"),
                   .sensor_id = S("ed25519:me")},
        .key = &d->key,
    };
    return d;
}

static void desk_drop(struct desk **d)
{
    nftw((*d)->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_drop(&(*d)->memory);
    free(*d);
    *d = NULL;
}

static struct seal_log *open_log(struct desk *d)
{
    struct seal_log *log = NULL;
    struct err e = {0};
    if (!seal_log_open(&d->settings, &log, &e))
        fail_msg("%s", e.text);
    return log;
}

static void record(struct seal_log *log, const char *selector, int64_t at)
{
    struct record_source s = {.met = RECORD_MET_OTHER};
    RECORD_SET(&s, selector_id, ((struct str){selector, strlen(selector)}));
    RECORD_SET(&s, t_first, at);
    RECORD_SET(&s, proto, 6);
    assert_int_equal(seal_log_record(log, &s), RECORD_MADE);
}

static void refused_record(struct seal_log *log, const char *selector)
{
    struct record_source s = {.met = RECORD_MET_URL_PATH};
    RECORD_SET(&s, selector_id, ((struct str){selector, strlen(selector)}));
    RECORD_SET(&s, proto, 6);
    assert_int_equal(seal_log_record(log, &s), RECORD_REFUSED);
}

static void advance(struct seal_log *log, int64_t at)
{
    struct err e = {0};
    if (!seal_log_advance(log, at, SEAL_BALANCE, &e))
        fail_msg("%s", e.text);
}

static void close_log(struct seal_log **log)
{
    struct err e = {0};
    if (!seal_log_close(*log, &e))
        fail_msg("%s", e.text);
    seal_log_drop(log);
}

static struct str file_of(struct desk *d, const char *name)
{
    char path[128];
    struct str text;
    struct err e = {0};
    snprintf(path, sizeof path, "%s/%s", d->dir, name);
    if (!file_read(&d->memory, path, 64 << 20, &text, &e))
        fail_msg("%s", e.text);
    return text;
}

/* --- an auditor's reading --- */

static int64_t number(const struct json *seal, const char *name)
{
    int64_t v;
    if (!json_int(seal, (struct str){name, strlen(name)}, &v))
        fail_msg("no %s", name);
    return v;
}

static bool has_event(const struct json *seal, const char *event)
{
    for (json_each(v, json_get(seal, S("events"))))
        if (str_eq(v->text, (struct str){event, strlen(event)}))
            return true;
    return false;
}

static void check_signature(struct desk *d, const struct json *seal)
{
    AUTO(buf_drop) struct buf plain = BUF(1 << 20);
    AUTO(buf_drop) struct buf message = BUF(1 << 20);
    AUTO(buf_drop) struct buf sig = BUF(128);
    struct jsonw w = JSONW(&plain);
    struct err e = {0};
    struct key_public public = key_public_of(&d->key);
    jw_object(&w);
    for (json_each(m, seal))
        if (!str_eq(m->key, S("sig")))
            jw_key_str(&w, m->key), jw_value(&w, m);
    jw_end(&w);
    buf_put(&message, S("hinomi seal v1\n"));
    assert_true(jcs_canonicalise(buf_str(&plain), &message, &e));
    assert_true(base64_read(json_text(seal, S("sig")), &sig));
    assert_true(key_verify_raw(&public, buf_str(&message), (const uint8_t *)sig.ptr));
}

static void check_sums(const struct json *seal)
{
    int64_t came = number(seal, "n_carried_in") + number(seal, "n_in");
    int64_t went = number(seal, "n_matched") + number(seal, "n_discarded") +
                   number(seal, "n_dir_unknown") + number(seal, "n_over_cap") +
                   number(seal, "n_lost_on_restart") + number(seal, "n_carried_out");
    int64_t selected = 0, v;
    CHECK_INT(came, went, "packets");
    CHECK_INT(number(seal, "selected"),
              number(seal, "n_recorded") + number(seal, "n_refused_by_field_policy"), "selected");
    for (json_each(m, json_get(seal, S("matched")))) {
        assert_true(json_value_int(m, &v));
        selected += v;
    }
    CHECK_INT(selected, number(seal, "selected"), "by selector");
    CHECK_INT(number(seal, "n_recorded"),
              number(seal, "records_last") - number(seal, "records_first") + 1, "numbers");
}

/* Takes the minute's record lines off *records and checks their hash. */
static void check_records(const struct json *seal, struct str *records)
{
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1] = {0};
    struct str start = *records;
    for (int64_t n = 0; n < number(seal, "n_recorded"); n++)
        (void)str_cut(*records, '\n', records);
    start.len -= records->len;
    sha256_of(start, digest);
    hex_write(hex, digest, sizeof digest);
    assert_true(str_eq(json_text(seal, S("records_hash")), (struct str){hex, strlen(hex)}));
}

/* All of the folder; the seals are returned. */
static const struct json **audit(struct desk *d, size_t *ret_count)
{
    struct str seals = file_of(d, "seals.jsonl"), records = file_of(d, "records.jsonl"), line;
    const struct json **all = arena_array(&d->memory, const struct json *, 1000);
    char prev[2 * SHA256_SIZE + 1];
    struct err e = {0};
    size_t n = 0;
    memset(prev, '0', sizeof prev);
    for (int64_t carried = 0; seals.len; carried = number(all[n++], "n_carried_out")) {
        AUTO(buf_drop) struct buf again = BUF(1 << 20);
        uint8_t digest[SHA256_SIZE];
        line = str_cut(seals, '\n', &seals);
        all[n] = json_parse(&d->memory, line, &e);
        if (!all[n] || !jcs_write(all[n], &again, &e))
            fail_msg("%s", e.text);
        assert_true(str_eq(buf_str(&again), line));
        check_signature(d, all[n]);
        check_sums(all[n]);
        check_records(all[n], &records);
        CHECK_INT(number(all[n], "seq"), n, "seq");
        CHECK_INT(number(all[n], "n_carried_in"), carried, "carried in");
        assert_true(str_eq(json_text(all[n], S("prev")), (struct str){prev, sizeof prev - 1}));
        sha256_of(line, digest);
        hex_write(prev, digest, sizeof digest);
    }
    CHECK_INT(records.len, 0, "records that no seal covers");
    *ret_count = n;
    return all;
}

/* --- the tests --- */

static void seals_add_up_and_chain(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    size_t count;
    (void)state;
    advance(log, NOON);
    seal_log_count(log, &(struct seal_counts){.n_in = 10, .bytes_in = 1000, .n_discarded = 3});
    record(log, "s1", NOON);
    record(log, "s2", NOON);
    advance(log, NOON + 61 * TIME_SECOND);
    seal_log_count(log, &(struct seal_counts){.n_in = 5, .n_matched = 9, .n_dir_unknown = 1});
    refused_record(log, "s1");
    record(log, "s1", NOON + 62 * TIME_SECOND);
    advance(log, NOON + 125 * TIME_SECOND);
    seal_log_count(log, &(struct seal_counts){.n_over_cap = 2});
    close_log(&log);

    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 3, "seals");
    CHECK_INT(number(seals[0], "n_carried_out"), 7, "in flight over the first minute");
    CHECK_INT(number(seals[1], "n_carried_out"), 2, "in flight over the second");
    CHECK_INT(number(seals[2], "n_carried_out"), 0, "drained");
    CHECK_INT(number(seals[1], "n_refused_by_field_policy"), 1, "refused");
    assert_true(has_event(seals[0], "policy_load") && !has_event(seals[0], "drained"));
    assert_true(has_event(seals[2], "policy_unload") && has_event(seals[2], "drained"));
    assert_true(str_eq(json_text(seals[1], S("minute")), S("2026-11-24T06:01:00.000000Z")));
}

static void quiet_minutes_are_sealed_live_and_left_out_of_files(void **state)
{
    (void)state;
    for (int live = 0; live < 2; live++) {
        AUTO(desk_drop) struct desk *d = desk_new();
        d->settings.every_minute = live;
        AUTO(seal_log_drop) struct seal_log *log = open_log(d);
        size_t count;
        advance(log, NOON);
        seal_log_count(log, &(struct seal_counts){.n_in = 1});
        advance(log, NOON + (int64_t)10 * MINUTE * TIME_SECOND);
        seal_log_count(log, &(struct seal_counts){.n_matched = 1});
        close_log(&log);
        (void)audit(d, &count);
        CHECK_INT(count, live ? 11 : 2, live ? "live" : "file");
    }
}

static void time_that_goes_back_stays_in_its_minute(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    size_t count;
    (void)state;
    advance(log, NOON + 61 * TIME_SECOND);
    record(log, "s1", NOON);
    advance(log, NOON);
    record(log, "s1", NOON);
    close_log(&log);
    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 1, "seals");
    CHECK_INT(number(seals[0], "n_recorded"), 2, "records");
}

static void books_that_do_not_add_up_are_not_signed(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    struct err e = {0};
    (void)state;
    advance(log, NOON);
    seal_log_count(log, &(struct seal_counts){.n_in = 3, .n_matched = 4});
    assert_false(seal_log_advance(log, NOON + 70 * TIME_SECOND, SEAL_BALANCE, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    seal_log_count(log, &(struct seal_counts){.n_in = 3});
    assert_false(seal_log_advance(log, NOON + 70 * TIME_SECOND, 1, &e)); /* it is 2 */
    assert_true(seal_log_advance(log, NOON + 70 * TIME_SECOND, 2, &e));
    assert_false(seal_log_close(log, &e)); /* 2 are in flight */
    assert_int_equal(file_of(d, "seals.jsonl").len > 0, 1);
}

static void counts_of_threads_add_up(void **state)
{
    struct seal_counts sum = {0}, a = {.n_in = 5, .n_matched = 2, .bytes_in = 50},
                       b = {.n_in = 7, .n_over_cap = 1, .kernel_drops = 3, .not_zeroised = true};
    (void)state;
    seal_counts_residency(&a, NOON, NOON + 40);
    seal_counts_residency(&a, NOON, NOON + 10);
    seal_counts_residency(&b, NOON, NOON + 90);
    seal_counts_add(&sum, &a);
    seal_counts_add(&sum, &b);
    seal_counts_add(&sum, &(struct seal_counts){0});
    CHECK_INT(sum.n_in, 12, "in");
    CHECK_INT(seal_counts_in_flight(&sum), 9, "in flight");
    CHECK_INT(sum.residency_min_us, 10, "least");
    CHECK_INT(sum.residency_max_us, 90, "most");
    assert_true(sum.not_zeroised);
}

static void a_run_after_an_orderly_one_goes_on(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    size_t count;
    (void)state;
    for (int run = 0; run < 3; run++) {
        AUTO(seal_log_drop) struct seal_log *log = open_log(d);
        CHECK_INT(seal_log_totals(log).next_n, run, "next number");
        advance(log, NOON + (int64_t)run * 90 * TIME_SECOND);
        record(log, "s1", NOON);
        close_log(&log);
    }
    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 3, "seals");
    for (size_t i = 0; i < count; i++)
        CHECK_INT(number(seals[i], "restarts"), 0, "restarts");
}

/* a sensor that was killed in a minute: records on the disk, packets in flight. */
static void after_a_crash_what_was_left_is_sealed_and_the_lost_are_counted(void **state)
{
    AUTO(desk_drop) struct desk *d = desk_new();
    size_t count;
    (void)state;
    struct seal_log *log = open_log(d);
    advance(log, NOON);
    seal_log_count(log, &(struct seal_counts){.n_in = 10, .n_matched = 4});
    record(log, "s1", NOON);
    advance(log, NOON + 61 * TIME_SECOND); /* sealed; 6 in flight */
    for (int i = 0; i < 3000; i++)         /* more than is kept back before it is written */
        record(log, i % 3 ? "s1" : "s2", NOON + 61 * TIME_SECOND);
    seal_log_drop(&log); /* killed */

    log = open_log(d);
    struct seal_totals t = seal_log_totals(log);
    assert_true(t.recovered > 0 && t.recovered < 3000);
    CHECK_INT(t.next_n, t.recovered + 1, "next number");
    advance(log, NOON + 200 * TIME_SECOND);
    record(log, "s1", NOON + 200 * TIME_SECOND);
    close_log(&log);
    const struct json **seals = audit(d, &count);
    CHECK_INT(count, 3, "seals");
    assert_true(has_event(seals[1], "restart"));
    CHECK_INT(number(seals[1], "restarts"), 1, "restarts");
    CHECK_INT(number(seals[1], "n_lost_on_restart"), 6, "lost");
    CHECK_INT(number(seals[1], "n_carried_out"), 0, "nothing is carried over a crash");
    CHECK_INT(number(seals[1], "n_recorded"), t.recovered, "recovered");
    assert_true(has_event(seals[2], "policy_load"));
}

static void append(struct desk *d, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", d->dir, name);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void cut(struct desk *d, const char *name, size_t by)
{
    char path[128];
    struct str whole = file_of(d, name);
    snprintf(path, sizeof path, "%s/%s", d->dir, name);
    assert_int_equal(truncate(path, (off_t)(whole.len - by)), 0);
}

static void one_minute_with_a_record(struct desk *d)
{
    AUTO(seal_log_drop) struct seal_log *log = open_log(d);
    advance(log, NOON);
    record(log, "s1", NOON);
    close_log(&log);
}

static void a_torn_last_line_is_cut_and_counted(void **state)
{
    static const struct {
        const char *label, *file, *tail;
        size_t records, seals;
    } cases[] = {
        {"half a record", "records.jsonl", "{\"auth_id\":\"aa\",\"n\":1,\"pro", 1, 0},
        {"zeros and a newline", "records.jsonl", "{\"auth_id\n", 1, 0},
        {"half a seal", "seals.jsonl", "{\"auth_id\":\"aa\",\"buffer_zer", 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(desk_drop) struct desk *d = desk_new();
        size_t count;
        one_minute_with_a_record(d);
        append(d, cases[i].file, cases[i].tail);
        struct seal_log *log = open_log(d);
        CHECK_INT(seal_log_totals(log).torn_records, cases[i].records, cases[i].label);
        CHECK_INT(seal_log_totals(log).torn_seals, cases[i].seals, cases[i].label);
        close_log(&log);
        const struct json **seals = audit(d, &count);
        CHECK_INT(count, 3, cases[i].label);
        assert_true(has_event(seals[1], "torn_tail") && has_event(seals[1], "restart"));
    }
}

/* Wherever a crash cuts the files: what is there afterwards adds up, and no number comes twice. */
static void cut_anywhere_the_folder_recovers(void **state)
{
    (void)state;
    for (size_t by = 1; by < 2000; by += 37) {
        AUTO(desk_drop) struct desk *d = desk_new();
        size_t count;
        struct seal_log *log = open_log(d);
        advance(log, NOON);
        record(log, "s1", NOON);
        advance(log, NOON + 61 * TIME_SECOND);
        record(log, "s2", NOON);
        record(log, "s1", NOON);
        close_log(&log);
        struct str seals = file_of(d, "seals.jsonl");
        cut(d, "seals.jsonl", by < seals.len ? by : seals.len);
        log = open_log(d);
        CHECK_INT(seal_log_totals(log).next_n, 3, "next number");
        record(log, "s1", NOON);
        close_log(&log);
        (void)audit(d, &count);
    }
}

static bool opens(struct desk *d, struct err *e)
{
    AUTO(seal_log_drop) struct seal_log *log = NULL;
    return seal_log_open(&d->settings, &log, e);
}

static void folders_that_are_not_ours_are_refused(void **state)
{
    struct err e = {0};
    (void)state;
    {
        AUTO(desk_drop) struct desk *d = desk_new();
        static const uint8_t other[KEY_SEED_SIZE] = {8};
        one_minute_with_a_record(d);
        key_from_seed(other, &d->key);
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop) struct desk *d = desk_new();
        one_minute_with_a_record(d);
        d->settings.authorisation = S("{\"auth_id\":\"cc\"}");
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop) struct desk *d = desk_new(); /* a sealed record was taken away */
        one_minute_with_a_record(d);
        cut(d, "records.jsonl", file_of(d, "records.jsonl").len);
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop) struct desk *d = desk_new(); /* two sensors on one folder */
        AUTO(seal_log_drop) struct seal_log *log = open_log(d);
        assert_non_null(log);
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
    {
        AUTO(desk_drop)
        struct desk *d = desk_new(); /* the last seal was written by somebody else */
        one_minute_with_a_record(d);
        append(d, "seals.jsonl", "{\"seq\":1}\n");
        assert_false(opens(d, &e));
        assert_int_equal(e.code, ERR_CONFLICT);
    }
}

static void the_same_run_gives_the_same_bytes(void **state)
{
    struct str first[2] = {STR_NONE, STR_NONE};
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    (void)state;
    for (int run = 0; run < 2; run++) {
        AUTO(desk_drop) struct desk *d = desk_new();
        one_minute_with_a_record(d);
        struct str both[2] = {file_of(d, "seals.jsonl"), file_of(d, "records.jsonl")};
        for (size_t i = 0; i < 2; i++)
            if (run == 0)
                first[i] = arena_str(&memory, both[i]);
            else
                assert_true(str_eq(first[i], both[i]));
    }
}

int main(void)
{
    keys_init();
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seals_add_up_and_chain),
        cmocka_unit_test(quiet_minutes_are_sealed_live_and_left_out_of_files),
        cmocka_unit_test(time_that_goes_back_stays_in_its_minute),
        cmocka_unit_test(books_that_do_not_add_up_are_not_signed),
        cmocka_unit_test(counts_of_threads_add_up),
        cmocka_unit_test(a_run_after_an_orderly_one_goes_on),
        cmocka_unit_test(after_a_crash_what_was_left_is_sealed_and_the_lost_are_counted),
        cmocka_unit_test(a_torn_last_line_is_cut_and_counted),
        cmocka_unit_test(cut_anywhere_the_folder_recovers),
        cmocka_unit_test(folders_that_are_not_ours_are_refused),
        cmocka_unit_test(the_same_run_gives_the_same_bytes),
    };
    return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
