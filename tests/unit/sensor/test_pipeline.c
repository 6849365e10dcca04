/* test_pipeline.c - from frames to matches: each thing that was planted is found once, where it was, and
 * nothing else is; content never comes out. */
#include "core/keys.h"
#include "net/pcap_write.h"
#include "sensor/findings.h"
#include "synth/frame.h"
#include "synth/payload.h"
#include "synth/scenario.h"
#include "tests/unit/sensor/seen.h"

static struct err e;

/* ---- an image of what was planted, and a capture in a file ---- */

static void add(struct index_builder *b, const char *kind, struct str value)
{
    struct index_entry entry = {.action = INDEX_ALERT,
                                .confidence = 80,
                                .selector.value = value,
                                .source = S("test"),
                                .threat = S("planted")};
    assert_true(selector_kind_parse((struct str){kind, strlen(kind)}, &entry.selector.kind));
    if (!index_builder_add(b, &entry, &e))
        fail_msg("%s", e.text);
}

static struct index_image *image_of(const struct synth_result *made)
{
    struct index_builder *b = index_builder_new(&(struct index_build){0});
    for (size_t i = 0; i < made->label_count; i++) {
        const struct synth_label *l = &made->labels[i];
        add(b, synth_label_text(l->kind), (struct str){l->value, strlen(l->value)});
    }
    struct index_image *image = NULL;
    assert_true(index_builder_finish(&b, &image, &e));
    return image;
}

struct played {
    char path[64];
    struct synth_result made;
    struct index_image *image;
    struct seen *seen;
};

static struct played play(const char *scenario, double scale)
{
    struct played p = {.path = "/tmp/hinomi-test-pipeline-XXXXXX"};
    int fd = mkstemp(p.path);
    assert_true(fd >= 0);
    close(fd);
    struct synth_order order = {.scenario = scenario,
                                .seed = 3,
                                .scale = scale,
                                .start_us = SYNTH_EPOCH};
    assert_true(synth_write(&order, p.path, &p.made, &e));
    p.image = image_of(&p.made);
    p.seen = see(p.path, &(struct index_view){.base = p.image});
    assert_true(p.seen->whole);
    return p;
}

static void played_drop(struct played *p)
{
    unlink(p->path);
    index_image_drop(&p->image);
    seen_drop(&p->seen);
    synth_result_drop(&p->made);
}

static bool is_alert_of(const struct json *v, const struct synth_label *l)
{
    const char *kind = synth_label_text(l->kind);
    return str_eq(json_text(v, S("event_type")), S("alert")) &&
           str_eq(member(v, "alert.metadata.selector")->child->text,
                  (struct str){l->value, strlen(l->value)}) &&
           str_eq(member(v, "alert.metadata.selector_kind")->child->text,
                  (struct str){kind, strlen(kind)});
}

static size_t alerts(const struct seen *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++)
        n += str_eq(json_text(s->lines[i], S("event_type")), S("alert"));
    return n;
}

/* ---- tests ---- */

static void every_planted_hit_is_found_once_and_nothing_else(void **state)
{
    (void)state;
    AUTO(played_drop) struct played p = play("mix", 0.02);
    assert_true(p.made.label_count >= 500);
    for (size_t i = 0; i < p.made.label_count; i++) {
        size_t found = 0;
        for (size_t k = 0; k < p.seen->count; k++)
            found += is_alert_of(p.seen->lines[k], &p.made.labels[i]);
        CHECK_INT(found, 1, p.made.labels[i].value);
    }
    CHECK_INT(alerts(p.seen), p.made.label_count, "alerts");
    CHECK_INT(pipeline_matches(&p.seen->counts), p.made.label_count, "matches");
    CHECK_INT(p.seen->counts.tls_clients, p.made.tls_hellos, "hellos");
    CHECK_INT(p.seen->counts.http_requests, p.made.http_requests, "requests");
    CHECK_INT(p.seen->counts.dns_queries + p.seen->counts.dns_responses, p.made.dns_messages,
              "dns");
}

static void an_intruder_is_seen_by_name_address_url_and_fingerprint(void **state)
{
    (void)state;
    AUTO(played_drop) struct played p = play("intruder", 0.2);
    for (size_t i = 0; i < p.made.label_count; i++) {
        size_t found = 0;
        for (size_t k = 0; k < p.seen->count; k++)
            found += is_alert_of(p.seen->lines[k], &p.made.labels[i]);
        if (!found)
            fail_msg("%s was not found", p.made.labels[i].value);
    }
    static const enum sensor_where places[] = {SENSOR_AT_DNS_QUERY, SENSOR_AT_TLS_SNI,
                                               SENSOR_AT_TLS_JA3,   SENSOR_AT_TLS_JA4,
                                               SENSOR_AT_HTTP_URL,  SENSOR_AT_SERVER};
    for (size_t i = 0; i < COUNT(places); i++)
        if (!p.seen->counts.matched[places[i]])
            fail_msg("nothing in %s", sensor_where_text(places[i]));
}

static void an_office_without_an_intruder_gives_no_alert(void **state)
{
    (void)state;
    AUTO(played_drop) struct played intruder = play("intruder", 0.1);
    AUTO(played_drop) struct played office = play("office", 0.1);
    AUTO(seen_drop)
    struct seen *s = see(office.path, &(struct index_view){.base = intruder.image});
    CHECK_INT(alerts(s), 0, "alerts");
}

static void no_content_is_written(void **state)
{
    (void)state;
    static const char *const scenarios[] = {"office", "control_room", "intruder", "mix"};
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        AUTO(played_drop) struct played p = play(scenarios[i], 0.02);
        if (memmem(p.seen->text.ptr, p.seen->text.len, SYNTH_CANARY, strlen(SYNTH_CANARY)))
            fail_msg("%s: content in an EVE line", scenarios[i]);
    }
}

static void two_runs_give_the_same_bytes(void **state)
{
    (void)state;
    AUTO(played_drop) struct played p = play("mix", 0.01);
    AUTO(seen_drop) struct seen *again = see(p.path, &(struct index_view){.base = p.image});
    assert_true(str_eq(p.seen->text, again->text));
}

/* ---- single packets ---- */

struct script {
    struct buf frames;
    int64_t at;
};

static void put_frame(struct script *s, const uint8_t *bytes, size_t len)
{
    s->at += 1000;
    struct frame f = {.bytes = bytes,
                      .caplen = (uint32_t)len,
                      .wirelen = (uint32_t)len,
                      .time_us = s->at,
                      .linktype = LINK_ETHERNET};
    pcap_put_frame(&s->frames, &f);
}

static void put_udp(struct script *s, struct synth_end from, struct synth_end to,
                    const struct buf *payload)
{
    uint8_t frame[SYNTH_FRAME_MAX];
    put_frame(s, frame, synth_frame_udp(frame, &from, &to, buf_str(payload)));
}

static void collect(void *context, const struct sensor_event *ev)
{
    if (ev->kind == SENSOR_MATCH)
        findings_add(context, ev);
}

static void put_dns(struct script *s, uint32_t client, const char *name, const char *address)
{
    AUTO(buf_drop) struct buf query = BUF(4096);
    AUTO(buf_drop) struct buf answer = BUF(4096);
    struct synth_end c = synth_end_v4(client, 40000), server = synth_end_v4(0x0a000035, 53);
    struct str text = {name, strlen(name)};
    struct addr a;
    synth_dns_query(&query, 7, text, 1);
    put_udp(s, c, server, &query);
    if (!address)
        return;
    assert_true(addr_parse((struct str){address, strlen(address)}, &a, &e));
    struct synth_end mapped = synth_end_v4((uint32_t)a.bytes[0] << 24 | (uint32_t)a.bytes[1] << 16 |
                                               (uint32_t)a.bytes[2] << 8 | a.bytes[3],
                                           0);
    synth_dns_answer(&answer, &(struct synth_dns_reply){.id = 7,
                                                        .type = 1,
                                                        .name = text,
                                                        .alias = S("alias.example"),
                                                        .address = mapped.address,
                                                        .ttl = 60});
    put_udp(s, server, c, &answer);
}

struct outcome {
    struct arena memory;
    const struct finding *list;
    size_t count;
    struct pipeline_counts counts;
};

static struct outcome run(const struct script *s, const struct index_view *view,
                          const struct addr *own, size_t own_count)
{
    struct outcome o = {.memory = ARENA(16 << 20)};
    struct findings *f = findings_new(&o.memory);
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(pipeline_drop) struct pipeline *p = NULL;
    struct pipeline_settings settings = PIPELINE_SETTINGS;
    settings.flows = 4096;
    settings.view = *view;
    settings.own = own;
    settings.own_count = own_count;
    settings.context = f;
    settings.on_event = collect;
    assert_true(capture_open_bytes(buf_str(&s->frames), &c, &e));
    assert_true(pipeline_new(&settings, &p, &e));
    assert_true(pipeline_run(p, c, &e));
    o.counts = pipeline_counts(p);
    o.list = findings_sorted(f, &o.count);
    return o;
}

static struct script new_script(void)
{
    struct script s = {.frames = BUF(1 << 20), .at = SYNTH_EPOCH};
    pcap_put_header(&s.frames, LINK_ETHERNET);
    return s;
}

static struct index_image *image_with(const char *const (*list)[2], size_t count)
{
    struct index_builder *b = index_builder_new(&(struct index_build){0});
    for (size_t i = 0; i < count; i++)
        add(b, list[i][0], (struct str){list[i][1], strlen(list[i][1])});
    struct index_image *image = NULL;
    assert_true(index_builder_finish(&b, &image, &e));
    return image;
}

static void an_answer_is_matched_by_its_names_and_addresses(void **state)
{
    (void)state;
    static const char *const list[][2] = {{"domain", "alias.example"},
                                          {"prefix4", "203.0.113.0/24"}};
    AUTO(index_image_drop) struct index_image *image = image_with(list, COUNT(list));
    struct script s = new_script();
    put_dns(&s, 0x0a000001, "www.example", "203.0.113.9");
    struct outcome o = run(&s, &(struct index_view){.base = image}, NULL, 0);
    CHECK_INT(o.count, 2, "findings");
    for (size_t i = 0; i < o.count; i++) {
        char text[ADDR_TEXT_SIZE];
        CHECK_INT(o.list[i].where, 1 << SENSOR_AT_DNS_ANSWER, "where");
        CHECK_INT(o.list[i].times, 1, "times");
        assert_true(str_eq(addr_format(&o.list[i].hosts[0], text), S("10.0.0.1")));
    }
    arena_drop(&o.memory);
    buf_drop(&s.frames);
}

static void traffic_of_others_is_counted_and_let_be(void **state)
{
    (void)state;
    static const char *const list[][2] = {{"domain", "www.example"}};
    AUTO(index_image_drop) struct index_image *image = image_with(list, COUNT(list));
    struct script s = new_script();
    put_dns(&s, 0x0a000001, "www.example", NULL);
    put_dns(&s, 0xc0a80001, "www.example", NULL);
    struct addr own;
    assert_true(prefix_parse(S("192.168.0.0/16"), &own, &e));
    struct outcome o = run(&s, &(struct index_view){.base = image}, &own, 1);
    CHECK_INT(o.count, 1, "findings");
    CHECK_INT(o.list[0].times, 1, "times");
    CHECK_INT(o.counts.flows_foreign, 1, "foreign");
    CHECK_INT(o.counts.dns_queries, 1, "dissected");
    arena_drop(&o.memory);
    buf_drop(&s.frames);
}

static void a_host_that_answers_first_in_a_capture_is_still_the_server(void **state)
{
    (void)state;
    static const char *const list[][2] = {{"domain", "www.example"}};
    AUTO(index_image_drop) struct index_image *image = image_with(list, COUNT(list));
    struct script s = new_script();
    AUTO(buf_drop) struct buf answer = BUF(4096);
    synth_dns_answer(&answer,
                     &(struct synth_dns_reply){.id = 7, .type = 1, .name = S("www.example")});
    put_udp(&s, synth_end_v4(0x0a000035, 53), synth_end_v4(0x0a000001, 40000), &answer);
    struct outcome o = run(&s, &(struct index_view){.base = image}, NULL, 0);
    CHECK_INT(o.count, 1, "findings");
    CHECK_INT(o.list[0].where, 1 << SENSOR_AT_DNS_QUERY, "the question was not seen: asked now");
    char text[ADDR_TEXT_SIZE];
    assert_true(str_eq(addr_format(&o.list[0].hosts[0], text), S("10.0.0.1")));
    arena_drop(&o.memory);
    buf_drop(&s.frames);
}

static void a_hello_in_two_segments_is_matched_as_one(void **state)
{
    (void)state;
    static const char *const list[][2] = {{"domain-below", "evil.example"}};
    AUTO(index_image_drop) struct index_image *image = image_with(list, COUNT(list));
    struct script s = new_script();
    AUTO(buf_drop) struct buf hello = BUF(16384);
    struct synth_random r = synth_random_of(1);
    synth_client_hello(&hello, SYNTH_CHROME_PQ, S("www.evil.example"), &r);
    struct synth_end c = synth_end_v4(0x0a000001, 40000), server = synth_end_v4(0xcb007101, 8443);
    uint8_t frame[SYNTH_FRAME_MAX];
    size_t cut = 700;
    struct synth_segment syn = {.seq = 99, .flags = TCP_SYN},
                         first = {.seq = 100, .flags = TCP_ACK},
                         rest = {.seq = 100 + (uint32_t)cut, .flags = TCP_ACK | TCP_PSH};
    put_frame(&s, frame, synth_frame_tcp(frame, &c, &server, &syn, STR_NONE));
    put_frame(&s, frame,
              synth_frame_tcp(frame, &c, &server, &rest, str_skip(buf_str(&hello), cut)));
    put_frame(&s, frame, synth_frame_tcp(frame, &c, &server, &first, (struct str){hello.ptr, cut}));
    struct outcome o = run(&s, &(struct index_view){.base = image}, NULL, 0);
    CHECK_INT(o.count, 1, "findings");
    CHECK_INT(o.list[0].where, 1 << SENSOR_AT_TLS_SNI, "where");
    assert_true(str_eq(o.list[0].seen, S("www.evil.example")));
    arena_drop(&o.memory);
    buf_drop(&s.frames);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_planted_hit_is_found_once_and_nothing_else),
        cmocka_unit_test(an_intruder_is_seen_by_name_address_url_and_fingerprint),
        cmocka_unit_test(an_office_without_an_intruder_gives_no_alert),
        cmocka_unit_test(no_content_is_written),
        cmocka_unit_test(two_runs_give_the_same_bytes),
        cmocka_unit_test(an_answer_is_matched_by_its_names_and_addresses),
        cmocka_unit_test(traffic_of_others_is_counted_and_let_be),
        cmocka_unit_test(a_host_that_answers_first_in_a_capture_is_still_the_server),
        cmocka_unit_test(a_hello_in_two_segments_is_matched_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
