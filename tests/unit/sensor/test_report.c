/* test_report.c - a detection becomes a STIX bundle that the node reads back as the same finding. */
#include "core/json.h"
#include "core/keys.h"
#include "node/finding_private.h"
#include "sensor/report.h"
#include "tests/check.h"

#include <math.h>

static struct err e;
static const struct uuid sensor = {.bytes = {0x11, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10}};

enum { FIRST = 1000 };

static const struct detector *row_of(const char *name)
{
    const struct detector *row = NULL;
    for (size_t i = 0; (row = detector_at(i)) != NULL; i++)
        if (strcmp(row->name, name) == 0)
            return row;
    fail_msg("no detector %s", name);
    return NULL;
}

static void v4(uint8_t out[16], uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    const uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff, a, b, c, d};
    memcpy(out, mapped, sizeof mapped);
}

static struct detection sample(const char *detector)
{
    struct detection d = {.row = row_of(detector),
                          .first_us = FIRST * TIME_SECOND,
                          .last_us = (FIRST + 600) * TIME_SECOND + 123456,
                          .flow = 7,
                          .peer_port = 443,
                          .proto = 6,
                          .name = S_("calls.example"),
                          .score = 0.87654,
                          .feature_count = 2,
                          .features = {{"period_s", 300.00049, 0}, {"beats", 24, 12}},
                          .count = 24};
    v4(d.host, 10, 0, 0, 7);
    v4(d.peer, 203, 0, 113, 66);
    return d;
}

struct written {
    struct arena memory;
    struct buf text;
    const struct json *bundle, *objects;
};

static void write_bundle(struct written *w, const struct detection *d)
{
    *w = (struct written){.memory = ARENA(1 << 20), .text = BUF(REPORT_RECORD_MAX)};
    report_bundle(d, &sensor, &w->text);
    assert_false(w->text.over);
    w->bundle = json_parse(&w->memory, buf_str(&w->text), &e);
    if (!w->bundle)
        fail_msg("%s", e.text);
    w->objects = json_get(w->bundle, S("objects"));
}

static void drop(struct written *w)
{
    arena_drop(&w->memory);
    buf_drop(&w->text);
}

static const struct json *object(const struct written *w, struct str type)
{
    for (json_each(o, w->objects))
        if (str_eq(json_text(o, S("type")), type))
            return o;
    return NULL;
}

static void check_text(const struct json *v, const char *key, const char *want)
{
    struct str got = json_text(v, (struct str){key, strlen(key)});
    if (!str_eq(got, (struct str){want, strlen(want)}))
        fail_msg("%s: got %.*s, want %s", key, (int)got.len, got.ptr, want);
}

/* The ids that STIX 2.1 2.9 makes of these observables: worked out apart from this program. */
static void an_address_and_a_name_have_the_ids_that_everybody_gives_them(void **state)
{
    (void)state;
    struct written w;
    struct detection d = sample("beacon");
    write_bundle(&w, &d);
    check_text(object(&w, S("ipv4-addr")), "id", "ipv4-addr--fa32103b-4f54-55f5-9649-a135ed962131");
    check_text(object(&w, S("domain-name")), "id",
               "domain-name--097705d4-36fe-55a2-a99f-78d6dc0df5a8");
    check_text(object(&w, S("network-traffic")), "id",
               "network-traffic--db11b8eb-de12-5ead-b174-fe851bd885e0");
    drop(&w);
}

static void check_reference(const struct written *w, const struct json *from, struct str id)
{
    bool known = str_starts(id, S("marking-definition--"));
    for (json_each(other, w->objects))
        known = known || str_eq(json_text(other, S("id")), id);
    if (!known)
        fail_msg("%.*s points nowhere", (int)from->key.len, from->key.ptr);
}

/* Of a member named x_ref or x_refs. */
static void check_references(const struct written *w, const struct json *m)
{
    size_t n = m->key.len;
    if (n > 4 && str_eq(str_skip(m->key, n - 4), S("_ref")))
        check_reference(w, m, m->text);
    if (n > 5 && str_eq(str_skip(m->key, n - 5), S("_refs")))
        for (json_each(r, m))
            check_reference(w, m, r->text);
}

static void every_reference_stands_in_the_bundle(void **state)
{
    (void)state;
    struct written w;
    struct detection d = sample("beacon");
    write_bundle(&w, &d);
    CHECK_INT(w.objects->count, 8, "objects");
    for (json_each(o, w.objects)) {
        struct str type = json_text(o, S("type"));
        check_text(o, "spec_version", "2.1");
        assert_true(str_starts(json_text(o, S("id")), type));
        for (json_each(m, o))
            check_references(&w, m);
    }
    drop(&w);
}

static void the_node_reads_what_was_found(void **state)
{
    (void)state;
    struct written w;
    struct finding_row row;
    struct detection d = sample("beacon");
    write_bundle(&w, &d);
    if (!finding_read(&w.memory, w.bundle, &row, &e))
        fail_msg("%s", e.text);
    assert_true(str_eq(row.sensor, S("11020304-0506-4708-890a-000000000000")));
    assert_true(str_eq(row.detector, S("beacon")));
    assert_true(str_eq(row.technique, S("T1071")));
    assert_true(str_eq(row.host, S("10.0.0.7")));
    assert_true(str_eq(row.peer, S("203.0.113.66")));
    assert_true(str_eq(row.name, S("calls.example")));
    CHECK_INT(row.score, 877, "score in thousandths");
    CHECK_INT(row.count, 24, "count");
    CHECK_INT(row.first, d.first_us, "first");
    CHECK_INT(row.last, d.last_us, "last");
    assert_true(str_eq(row.features, S("[{\"name\":\"period_s\",\"threshold\":0,\"value\":300},"
                                       "{\"name\":\"beats\",\"threshold\":12,\"value\":24}]")));
    assert_true(str_starts(row.sentence_en, S("10.0.0.7 calls calls.example")));
    assert_true(str_starts(row.sentence_ja, S("10.0.0.7 が calls.example")));
    drop(&w);
}

static void traffic_runs_from_who_called_to_who_was_called(void **state)
{
    (void)state;
    static const struct {
        const char *detector;
        bool host_first;
        const char *port;
    } cases[] = {{"beacon", true, "dst_port"},
                 {"new_service", false, "dst_port"},
                 {"flood", false, "dst_port"},
                 {"reflection", false, "src_port"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct written w;
        int64_t port = 0;
        struct detection d = sample(cases[i].detector);
        write_bundle(&w, &d);
        const struct json *t = object(&w, S("network-traffic")), *host = object(&w, S("ipv4-addr"));
        bool first = str_eq(json_text(t, S("src_ref")), json_text(host, S("id")));
        CHECK_INT(first, cases[i].host_first, cases[i].detector);
        assert_true(json_int(t, (struct str){cases[i].port, 8}, &port));
        CHECK_INT(port, 443, cases[i].detector);
        drop(&w);
    }
}

static void several_peers_and_a_tool_are_no_observables(void **state)
{
    (void)state;
    static const struct str names[] = {S_(""),         S_("ssh"), S_("Some Tool"),
                                       S_("10.0.0.9"), S_("x."),  S_(".y")};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct written w;
        struct finding_row row;
        struct detection d = sample("scan_hosts");
        memset(d.peer, 0, sizeof d.peer);
        d.name = names[i];
        write_bundle(&w, &d);
        CHECK_INT(w.objects->count, 5, "identity, technique, host, observed, sighting");
        assert_true(finding_read(&w.memory, w.bundle, &row, &e));
        CHECK_INT(row.peer.len, 0, "no peer");
        CHECK_INT(row.name.len, names[i].len, "its name is told");
        drop(&w);
    }
}

static void the_same_packets_give_the_same_bytes(void **state)
{
    (void)state;
    struct written w[2], other;
    struct detection d = sample("beacon"), later = sample("beacon");
    write_bundle(&w[0], &d);
    write_bundle(&w[1], &d);
    assert_true(str_eq(buf_str(&w[0].text), buf_str(&w[1].text)));
    later.flow++;
    write_bundle(&other, &later);
    assert_false(str_eq(json_text(object(&other, S("sighting")), S("id")),
                        json_text(object(&w[0], S("sighting")), S("id"))));
    assert_true(str_eq(json_text(object(&other, S("attack-pattern")), S("id")),
                       json_text(object(&w[0], S("attack-pattern")), S("id"))));
    drop(&w[0]);
    drop(&w[1]);
    drop(&other);
}

static void what_came_from_the_wire_is_cleaned_and_fits(void **state)
{
    (void)state;
    struct written w;
    struct finding_row row;
    char name[DETECT_NAME_MOST];
    struct detection d = sample("beacon");
    memset(name, '\x1b', sizeof name);
    d.name = (struct str){name, sizeof name};
    d.count = UINT64_MAX;
    d.feature_count = DETECT_FEATURES_MOST;
    for (size_t i = 0; i < DETECT_FEATURES_MOST; i++)
        d.features[i] =
            (struct detection_feature){"a_long_name_of_a_feature_share", INFINITY, -1e300};
    write_bundle(&w, &d);
    if (!finding_read(&w.memory, w.bundle, &row, &e))
        fail_msg("%s", e.text);
    CHECK_INT(row.name.ptr[0], '?', "no escape");
    CHECK_INT(row.count, 999999999, "STIX's most");
    drop(&w);
}

static void a_bundle_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *label, *from, *to;
    } cases[] = {
        {"no bundle", "\"type\":\"bundle\"", "\"type\":\"bungle\""},
        {"two sightings", "\"type\":\"observed-data\"", "\"type\":\"sighting\""},
        {"an id that is none", "\"id\":\"sighting--", "\"id\":\"sighting-x"},
        {"no sensor", "\"where_sighted_refs\":[\"identity", "\"where_sighted_refs\":[\"identify"},
        {"another source", "\"source_name\":\"mitre-attack\"", "\"source_name\":\"mitre-attach\""},
        {"another extension", "x_hinomi_detection", "x_hinomi_detectiom"},
        {"a score past 1", "\"score\":0.877", "\"score\":8.877"},
        {"a host that is not there", "\"host_ref\":\"ipv4-addr--", "\"host_ref\":\"ipv4-addr-a"},
        {"an address that is none", "\"value\":\"10.0.0.7\"", "\"value\":\"10.0.0.x\""},
        {"times the wrong way", "\"first_seen\":\"1970", "\"first_seen\":\"1990"},
        {"no times seen", "\"count\":24", "\"count\":-4"},
        {"a feature without value", "\"value\":300", "\"volue\":300"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct written w;
        struct finding_row row;
        struct detection d = sample("beacon");
        write_bundle(&w, &d);
        AUTO(buf_drop) struct buf text = BUF((size_t)2 * REPORT_RECORD_MAX);
        const char *at = memmem(w.text.ptr, w.text.len, cases[i].from, strlen(cases[i].from));
        if (!at)
            fail_msg("%s: the case does not fit", cases[i].label);
        size_t before = (size_t)(at - w.text.ptr);
        buf_bytes(&text, w.text.ptr, before);
        buf_bytes(&text, cases[i].to, strlen(cases[i].to));
        buf_put(&text, str_skip(buf_str(&w.text), before + strlen(cases[i].from)));
        const struct json *changed = json_parse(&w.memory, buf_str(&text), &e);
        assert_non_null(changed);
        e.code = ERR_OK;
        CHECK_INT(finding_read(&w.memory, changed, &row, &e), false, cases[i].label);
        CHECK_INT(e.code, ERR_INVALID, cases[i].label);
        drop(&w);
    }
}

struct kept {
    struct buf records;
    size_t calls;
    bool refuses;
};

static bool keep(void *context, struct str records, struct err *why)
{
    struct kept *k = context;
    k->calls++;
    if (k->refuses)
        return err_set(why, ERR_IO, "the disk is full");
    return buf_put(&k->records, records);
}

static void records_are_kept_or_counted(void **state)
{
    (void)state;
    struct kept k = {.records = BUF(4 << 20)};
    struct keeper keeper = {&k, keep};
    struct report *r = NULL;
    assert_true(report_new(&keeper, &sensor, &r, &e));
    struct detection d = sample("beacon");
    for (int i = 0; i < 50; i++) {
        d.flow++;
        report_add(r, &d);
    }
    report_flush(r);
    struct report_stats s = report_stats(r);
    CHECK_INT(s.records, 50, "made");
    CHECK_INT(s.dropped + s.unkept, 0, "lost");
    assert_true(
        str_starts(str_skip(buf_str(&k.records), 4), S("{\"finding\":{\"type\":\"bundle\"")));
    k.refuses = true;
    report_add(r, &d);
    report_flush(r);
    CHECK_INT(report_stats(r).unkept, 1, "refused");
    report_drop(&r);
    buf_drop(&k.records);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_and_a_name_have_the_ids_that_everybody_gives_them),
        cmocka_unit_test(every_reference_stands_in_the_bundle),
        cmocka_unit_test(the_node_reads_what_was_found),
        cmocka_unit_test(traffic_runs_from_who_called_to_who_was_called),
        cmocka_unit_test(several_peers_and_a_tool_are_no_observables),
        cmocka_unit_test(the_same_packets_give_the_same_bytes),
        cmocka_unit_test(what_came_from_the_wire_is_cleaned_and_fits),
        cmocka_unit_test(a_bundle_that_is_not_whole_is_refused),
        cmocka_unit_test(records_are_kept_or_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
