/* test_record.c - what a record may hold: the table, the audit of random records, pseudonyms, and that a
 * denied field cannot even be named. */
#include "sensor/lawful/record.h"

#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/keys.h"
#include "synth/random.h"
#include "tests/check.h"

#include <nettle/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A stand-in for the law's: HMAC under an epoch's key. */
static size_t pseudonym(const void *key, const char *field, struct str clear,
                        char out[RECORD_ID_MAX])
{
    struct hmac_sha256_ctx h;
    uint8_t mac[16];
    hmac_sha256_set_key(&h, 32, key);
    hmac_sha256_update(&h, strlen(field) + 1, (const uint8_t *)field);
    hmac_sha256_update(&h, clear.len, (const uint8_t *)clear.ptr);
    hmac_sha256_digest(&h, sizeof mac, mac);
    hex_write(out, mac, sizeof mac);
    return 2 * sizeof mac;
}

static const uint8_t epoch_1[32] = {1}, epoch_2[32] = {2};

static struct record_policy policy_of(enum record_channel c, uint64_t fields)
{
    return (struct record_policy){
        .channel = c,
        .fields = fields,
        .nonid = fields,
        .auth_id = S("00112233445566778899aabbccddeeff"),
        .policy_hash = S("ab"),
        .sensor_id = S("ed25519:x"),
        .pseudonyms = {pseudonym, epoch_1},
    };
}

static const uint8_t here[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};

/* Every field set, text fields to `marker` and the field's name: whatever comes out can be told apart. */
static struct record_source full_source(struct arena *a, const char *marker)
{
    struct record_source s = {.met = RECORD_MET_QNAME};
#define SET_TIME(name) INT64_C(1795500000000000)
#define SET_UINT(name) FIELD_##name
#define SET_IP(name) here
#define SET_TEXT(name) arena_fmt(a, "%s-%s", marker, #name)
#define SET_HEX(name) arena_fmt(a, "%.20s", marker)
#define SET_ID(name) arena_fmt(a, "%s-%s", marker, #name)
#define X_SET(name, kind) RECORD_SET(&s, name, SET_##kind(name));
#define X(name, class, kind) RECORD_HAS_OWN_##class(X_SET(name, kind))
    RECORD_FIELDS(X)
#undef X
    return s;
}

static const enum record_channel every_channel[] = {
#define X(name, text, shape) RECORD_CHANNEL_##name,
    RECORD_CHANNELS(X)
#undef X
};

static const char *class_of(enum record_field f)
{
    static const char *const names[] = {"ALLOW", "NONID", "OWN", "DENY", "FRAME"};
    return names[record_field_class(f)];
}

static void the_table_stands_in_canonical_order(void **state)
{
    (void)state;
    for (int f = 1; f < RECORD_FIELD_COUNT; f++)
        if (strcmp(record_field_name((enum record_field)(f - 1)),
                   record_field_name((enum record_field)f)) >= 0)
            fail_msg("%s stands too late", record_field_name((enum record_field)f));
}

static void a_channel_may_keep_what_the_law_allows_it(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(every_channel); c++)
        for (int f = 0; f < RECORD_FIELD_COUNT; f++) {
            enum record_class class = record_field_class((enum record_field)f);
            bool may = class == RECORD_ALLOW || class == RECORD_NONID || class == RECORD_FRAME ||
                       (class == RECORD_OWN && every_channel[c] == RECORD_CHANNEL_own);
            bool can = record_channel_fields(every_channel[c]) & UINT64_C(1) << f;
            CHECK_INT(can, may, record_field_name((enum record_field)f));
        }
}

static void names_are_read_as_they_are_written(void **state)
{
    enum record_field f;
    enum record_channel c;
    (void)state;
    for (int i = 0; i < RECORD_FIELD_COUNT; i++) {
        const char *name = record_field_name((enum record_field)i);
        assert_true(record_field_named((struct str){name, strlen(name)}, &f));
        assert_int_equal(f, i);
    }
    assert_false(record_field_named(S("mail"), &f));
    assert_true(record_channel_named(S("CH_FF"), &c));
    assert_int_equal(c, RECORD_CHANNEL_ff);
    assert_false(record_channel_named(S("CH_DD"), &c));
}

/* over random sets of fields, a record holds only what both the channel and the list allow, the
 * line is canonical, and no clear value of a NONID field is in it. */
static void random_records_hold_only_what_is_allowed(void **state)
{
    struct synth_random random = synth_random_of(19);
    uint64_t made = 0, refused = 0;
    (void)state;
    for (size_t round = 0; round < 6000; round++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        AUTO(buf_drop) struct buf line = BUF(RECORD_LINE_MAX);
        AUTO(buf_drop) struct buf again = BUF(RECORD_LINE_MAX);
        struct err e = {0};
        unsigned nonid;
        enum record_channel c = every_channel[round % COUNT(every_channel)];
        uint64_t list = synth_random_next(&random);
        struct record_policy p = policy_of(c, list);
        struct record_source s = full_source(&memory, "marker");
        s.have &= synth_random_next(&random) | FIELD_BIT(selector_id) | FIELD_BIT(t_first);
        s.met = synth_random_chance(&random, 500) ? RECORD_MET_QNAME : RECORD_MET_OTHER;
        if (record_line(&p, &s, round, &line, &nonid) != RECORD_MADE) {
            assert_int_equal(line.len, 0);
            refused++;
            continue;
        }
        made++;
        struct str text = {line.ptr, line.len - 1};
        assert_int_equal(line.ptr[line.len - 1], '\n');
        const struct json *r = json_parse(&memory, text, &e);
        if (!r || !jcs_write(r, &again, &e) || !str_eq(buf_str(&again), text))
            fail_msg("not canonical: " STR_FMT, STR_ARG(text));
        unsigned pseudonyms = 0;
        for (json_each(m, r)) {
            enum record_field f;
            if (!record_field_named(m->key, &f))
                fail_msg("a field of no name: " STR_FMT, STR_ARG(m->key));
            uint64_t bit = UINT64_C(1) << f;
            if (!(record_channel_fields(c) & bit) ||
                (record_field_class(f) != RECORD_FRAME && !(list & bit)))
                fail_msg("%s (%s) in %s", record_field_name(f), class_of(f),
                         record_channel_text(c));
            if (record_field_class(f) == RECORD_NONID) {
                assert_int_equal(m->text.len, 32);
                pseudonyms++;
            }
            if (f == FIELD_dns_qname && c != RECORD_CHANNEL_own)
                assert_int_equal(s.met, RECORD_MET_QNAME);
        }
        assert_int_equal(pseudonyms, nonid);
        assert_null(memmem(text.ptr, text.len, S("marker-mail_addr").ptr, 16));
        assert_null(memmem(text.ptr, text.len, S("marker-phone_no").ptr, 15));
        assert_null(memmem(text.ptr, text.len, S("marker-account_id").ptr, 17));
    }
    printf("%llu records made, %llu refused\n", (unsigned long long)made,
           (unsigned long long)refused);
    assert_true(made > 5000);
}

static void the_frame_is_always_there(void **state)
{
    AUTO(buf_drop) struct buf line = BUF(RECORD_LINE_MAX);
    struct record_policy p = policy_of(RECORD_CHANNEL_ff, FIELD_BIT(proto));
    struct record_source s = {.met = RECORD_MET_OTHER};
    unsigned nonid;
    (void)state;
    RECORD_SET(&s, proto, 17);
    RECORD_SET(&s, selector_id, S("s1"));
    RECORD_SET(&s, t_first, INT64_C(1795500000000000));
    assert_int_equal(record_line(&p, &s, 7, &line, &nonid), RECORD_MADE);
    buf_byte(&line, '\0');
    assert_string_equal(line.ptr, "{\"auth_id\":\"00112233445566778899aabbccddeeff\",\"n\":7,"
                                  "\"policy_hash\":\"ab\",\"proto\":17,\"selector_id\":\"s1\","
                                  "\"sensor_id\":\"ed25519:x\","
                                  "\"t_first\":\"2026-11-24T06:00:00.000000Z\"}\n");
}

static void refusals_have_their_reasons(void **state)
{
    static const struct {
        const char *label;
        enum record_channel channel;
        enum record_met met;
        uint64_t list;
        bool keyed;
        enum record_outcome outcome;
    } cases[] = {
        {"met in a path, statutory", RECORD_CHANNEL_ff, RECORD_MET_URL_PATH, ~UINT64_C(0), true,
         RECORD_REFUSED},
        {"met in a path, rehearsed", RECORD_CHANNEL_exercise, RECORD_MET_URL_PATH, ~UINT64_C(0),
         true, RECORD_REFUSED},
        {"met in a path, own", RECORD_CHANNEL_own, RECORD_MET_URL_PATH, ~UINT64_C(0), true,
         RECORD_MADE},
        {"nothing but the frame", RECORD_CHANNEL_fd, RECORD_MET_OTHER, 0, true, RECORD_REFUSED},
        {"no key", RECORD_CHANNEL_fd, RECORD_MET_OTHER, ~UINT64_C(0), false, RECORD_REFUSED},
        {"no key, none needed", RECORD_CHANNEL_fd, RECORD_MET_OTHER, FIELD_BIT(src_ip), false,
         RECORD_MADE},
        {"an own field alone, statutory", RECORD_CHANNEL_df, RECORD_MET_OTHER, FIELD_BIT(tls_sni),
         true, RECORD_REFUSED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        AUTO(buf_drop) struct buf line = BUF(RECORD_LINE_MAX);
        struct record_policy p = policy_of(cases[i].channel, cases[i].list);
        struct record_source s = full_source(&memory, "m");
        unsigned nonid;
        s.met = cases[i].met;
        if (!cases[i].keyed)
            p.pseudonyms = (struct record_pseudonyms){0};
        CHECK_INT(record_line(&p, &s, 0, &line, &nonid), cases[i].outcome, cases[i].label);
        CHECK_INT(line.len != 0, cases[i].outcome == RECORD_MADE, cases[i].label);
    }
}

static struct str pseudonym_in(struct arena *a, const struct record_policy *p, struct str mail)
{
    AUTO(buf_drop) struct buf line = BUF(RECORD_LINE_MAX);
    struct record_source s = {.met = RECORD_MET_OTHER};
    struct err e = {0};
    unsigned nonid;
    RECORD_SET(&s, mail_addr, mail);
    RECORD_SET(&s, selector_id, S("s1"));
    assert_int_equal(record_line(p, &s, 0, &line, &nonid), RECORD_MADE);
    assert_int_equal(nonid, 1);
    assert_null(memmem(line.ptr, line.len, mail.ptr, mail.len));
    const struct json *r = json_parse(a, arena_str(a, buf_str(&line)), &e);
    return json_text(r, S("mail_addr"));
}

/* */
static void equal_values_join_within_an_epoch_and_not_across(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct record_policy p = policy_of(RECORD_CHANNEL_fd, FIELD_BIT(mail_addr));
    (void)state;
    struct str a = pseudonym_in(&memory, &p, S("taro@mail.example"));
    struct str same = pseudonym_in(&memory, &p, S("taro@mail.example"));
    struct str other = pseudonym_in(&memory, &p, S("jiro@mail.example"));
    p.pseudonyms.key = epoch_2;
    struct str later = pseudonym_in(&memory, &p, S("taro@mail.example"));
    assert_true(a.len > 0 && str_eq(a, same));
    assert_false(str_eq(a, other));
    assert_false(str_eq(a, later));
}

static void text_is_cut_and_hostile_text_stays_json(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    AUTO(buf_drop) struct buf line = BUF(RECORD_LINE_MAX);
    struct record_policy p = policy_of(RECORD_CHANNEL_own, ~UINT64_C(0));
    struct record_source s = {.met = RECORD_MET_OTHER};
    struct err e = {0};
    char hostile[5000];
    unsigned nonid;
    (void)state;
    for (size_t i = 0; i < sizeof hostile; i++)
        hostile[i] = (char)(i * 7);
    RECORD_SET(&s, http_path, ((struct str){hostile, sizeof hostile}));
    assert_int_equal(record_line(&p, &s, 0, &line, &nonid), RECORD_MADE);
    if (!json_parse(&memory, buf_str(&line), &e))
        fail_msg("%s", e.text);
}

/* Each field of each channel that has no place is named once; the compiler must refuse every one, and
 * for that reason. The fields that have a place must compile. */
static void a_denied_field_cannot_be_named(void **state)
{
    const char *root = getenv("HINOMI_SOURCE_ROOT");
    char source[] = "/tmp/hinomi-denied-XXXXXX", command[4096], said[512];
    (void)state;
    if (!root || system("gcc --version >/dev/null 2>&1") != 0)
        skip_saying("wants gcc, and HINOMI_SOURCE_ROOT from meson");
    int fd = mkstemp(source);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    fputs("#include \"sensor/lawful/record.h\"\n", f);
    size_t denied = 0, refused = 0, placed = 0;
    static const char *const structs[] = {
#define X(name, text, shape) #name,
        RECORD_CHANNELS(X)
#undef X
    };
    for (size_t c = 0; c < COUNT(structs); c++)
        for (int n = 0; n < RECORD_FIELD_COUNT; n++) {
            const char *name = record_field_name((enum record_field)n);
            bool place = record_channel_fields((enum record_channel)c) & UINT64_C(1) << n;
            fprintf(f, "size_t f_%s_%s(struct record_%s *r) { return sizeof r->%s; }\n", structs[c],
                    name, structs[c], name);
            denied += !place;
            placed += place;
        }
    fclose(f);
    snprintf(command, sizeof command,
             "LC_ALL=C gcc -std=gnu2x -D_GNU_SOURCE -I'%s/src' -include '%s/src/core/banned.h' "
             "-x c -fsyntax-only %s 2>&1",
             root, root, source);
    FILE *gcc = popen(command, "r");
    assert_non_null(gcc);
    size_t others = 0;
    while (fgets(said, sizeof said, gcc)) {
        refused += strstr(said, "has no member named") != NULL;
        others += strstr(said, "error:") && !strstr(said, "has no member named");
    }
    pclose(gcc);
    unlink(source);
    printf("%zu fields have a place, %zu have none\n", placed, denied);
    CHECK_INT(refused, denied, "refused by the compiler");
    CHECK_INT(others, 0, "other errors");
    assert_true(denied > 80);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_stands_in_canonical_order),
        cmocka_unit_test(a_channel_may_keep_what_the_law_allows_it),
        cmocka_unit_test(names_are_read_as_they_are_written),
        cmocka_unit_test(random_records_hold_only_what_is_allowed),
        cmocka_unit_test(the_frame_is_always_there),
        cmocka_unit_test(refusals_have_their_reasons),
        cmocka_unit_test(equal_values_join_within_an_epoch_and_not_across),
        cmocka_unit_test(text_is_cut_and_hostile_text_stays_json),
        cmocka_unit_test(a_denied_field_cannot_be_named),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
