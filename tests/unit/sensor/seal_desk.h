/* seal_desk.h - a folder of books, what a sensor runs under in it, and a reader of seals with code of the tests
 * alone. */
#pragma once
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

static inline int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static inline struct desk *desk_new(void)
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

static inline void desk_drop(struct desk **d)
{
    nftw((*d)->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_drop(&(*d)->memory);
    free(*d);
    *d = NULL;
}

static inline struct seal_log *open_log(struct desk *d)
{
    struct seal_log *log = NULL;
    struct err e = {0};
    if (!seal_log_open(&d->settings, &log, &e))
        fail_msg("%s", e.text);
    return log;
}

static inline void record(struct seal_log *log, const char *selector, int64_t at)
{
    struct record_source s = {.met = RECORD_MET_OTHER};
    RECORD_SET(&s, selector_id, ((struct str){selector, strlen(selector)}));
    RECORD_SET(&s, t_first, at);
    RECORD_SET(&s, proto, 6);
    assert_int_equal(seal_log_record(log, &s), RECORD_MADE);
}

static inline void refused_record(struct seal_log *log, const char *selector)
{
    struct record_source s = {.met = RECORD_MET_URL_PATH};
    RECORD_SET(&s, selector_id, ((struct str){selector, strlen(selector)}));
    RECORD_SET(&s, proto, 6);
    assert_int_equal(seal_log_record(log, &s), RECORD_REFUSED);
}

static inline void advance(struct seal_log *log, int64_t at)
{
    struct err e = {0};
    if (!seal_log_advance(log, at, SEAL_BALANCE, &e))
        fail_msg("%s", e.text);
}

static inline void close_log(struct seal_log **log)
{
    struct err e = {0};
    if (!seal_log_close(*log, &e))
        fail_msg("%s", e.text);
    seal_log_drop(log);
}

static inline struct str file_of(struct desk *d, const char *name)
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

static inline int64_t number(const struct json *seal, const char *name)
{
    int64_t v;
    if (!json_int(seal, (struct str){name, strlen(name)}, &v))
        fail_msg("no %s", name);
    return v;
}

static inline bool has_event(const struct json *seal, const char *event)
{
    for (json_each(v, json_get(seal, S("events"))))
        if (str_eq(v->text, (struct str){event, strlen(event)}))
            return true;
    return false;
}

static inline void check_signature(struct desk *d, const struct json *seal)
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

static inline void check_sums(const struct json *seal)
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
static inline void check_records(const struct json *seal, struct str *records)
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
static inline const struct json **audit(struct desk *d, size_t *ret_count)
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
