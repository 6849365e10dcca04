/* test_flows.c - flow records as flows: matched, observed, exported and read back. */
#include "core/io.h"
#include "index/image.h"
#include "sensor/eve.h"
#include "sensor/flows/export.h"
#include "sensor/flows/flows.h"
#include "tests/check.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

enum { OURS = 424242, SEEN_MOST = 64 };
#define AT INT64_C(1700000000000000)

struct seen {
    size_t events[SENSOR_FLOW + 1], observations;
    struct observation last;
    char name[64], met[SEEN_MOST][64];
    size_t met_count;
    enum sensor_where where[SEEN_MOST];
    struct sensor_event event;
    struct flow_ends ends;
    uint8_t client[16], server[16];
    char id[COMMUNITY_ID_SIZE];
    struct flow_export *export;
    struct eve *eve;
};

static void on_event(void *context, const struct sensor_event *ev)
{
    struct seen *s = context;
    s->events[ev->kind]++;
    s->event = *ev;
    s->ends = *ev->ends;
    memcpy(s->client, ev->ends->client, 16);
    memcpy(s->server, ev->ends->server, 16);
    flow_community_id(ev->flow, 0, s->id);
    if (s->eve)
        eve_event(s->eve, ev);
    if (ev->kind != SENSOR_MATCH || s->met_count == SEEN_MOST)
        return;
    snprintf(s->met[s->met_count], sizeof s->met[0], STR_FMT, STR_ARG(ev->match->seen));
    s->where[s->met_count++] = ev->match->where;
}

static void on_observation(void *context, const struct observation *o)
{
    struct seen *s = context;
    s->observations++;
    s->last = *o;
    snprintf(s->name, sizeof s->name, STR_FMT, STR_ARG(o->name));
    if (s->export)
        flow_export_observe(s->export, o);
}

static struct flow_record record(uint16_t sport, uint16_t dport)
{
    struct flow_record r = {.version = 4,
                            .proto = IP_TCP,
                            .sport = sport,
                            .dport = dport,
                            .start_us = AT,
                            .end_us = AT + 5000000,
                            .packets = 10,
                            .bytes = 5000,
                            .tcp_flags = TCP_SYN | TCP_ACK | TCP_FIN,
                            .src = {[10] = 0xff, 0xff, 192, 0, 2, 1},
                            .dst = {[10] = 0xff, 0xff, 203, 0, 113, 66}};
    return r;
}

static struct index_image *image_of(enum selector_kind kind, const char *value)
{
    struct err e = {0};
    struct index_image *image = NULL;
    struct index_entry entry = {.selector = {kind, {value, strlen(value)}},
                                .action = INDEX_ALERT,
                                .confidence = 80,
                                .source = S("feed")};
    AUTO(index_builder_drop) struct index_builder *b = index_builder_new(&(struct index_build){0});
    assert_true(index_builder_add(b, &entry, &e));
    assert_true(index_builder_finish(&b, &image, &e));
    return image;
}

static struct flow_feed *feed_new(struct seen *s, const struct index_image *image,
                                  const struct addr *own)
{
    struct flow_feed *f = NULL;
    struct err e = {0};
    struct flow_feed_settings settings = {.view = {.base = image},
                                          .own = own,
                                          .own_count = own ? 1 : 0,
                                          .enterprise = OURS,
                                          .metadata = true,
                                          .context = s,
                                          .on_event = on_event,
                                          .on_observation = on_observation};
    assert_true(flow_feed_new(&settings, &f, &e));
    return f;
}

static void an_end_that_a_selector_covers_is_met(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of(SELECTOR_PREFIX4, "203.0.113.0/24");
    struct seen s = {0};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, image, NULL);
    struct flow_record r = record(40000, 443);
    flow_feed_record(f, &r);
    assert_int_equal(s.met_count, 1);
    assert_string_equal(s.met[0], "203.0.113.66");
    assert_int_equal(s.where[0], SENSOR_AT_SERVER);
    assert_int_equal(s.events[SENSOR_FLOW], 1);
    assert_true(s.event.alerted);
    assert_int_equal(s.observations, 1);
    struct flow_feed_counts n = flow_feed_counts(f);
    assert_int_equal(n.matched[SENSOR_AT_SERVER], 1);
    assert_int_equal(n.fate.matched, 1);
    assert_int_equal(fate_sum(&n.fate), n.fate.in);
}

static void names_of_our_own_export_are_met(void **state)
{
    (void)state;
    AUTO(index_image_drop)
    struct index_image *image = image_of(SELECTOR_DOMAIN_BELOW, "evil.example");
    struct seen s = {0};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, image, NULL);
    struct flow_record r = record(40000, 443);
    r.sni = S("cdn.evil.example");
    flow_feed_record(f, &r);
    assert_int_equal(s.met_count, 1);
    assert_int_equal(s.where[0], SENSOR_AT_TLS_SNI);
    assert_string_equal(s.name, "cdn.evil.example");
}

static void an_answer_alone_is_turned_round(void **state)
{
    (void)state;
    struct seen s = {0};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, NULL, NULL);
    struct flow_record there = record(40000, 443), back = record(443, 40000);
    memcpy(back.src, there.dst, 16);
    memcpy(back.dst, there.src, 16);
    flow_feed_record(f, &there);
    char id[COMMUNITY_ID_SIZE];
    memcpy(id, s.id, sizeof id);
    assert_false(s.event.reversed);
    assert_int_equal(s.last.ended.packets[FLOW_CLIENT], 10);
    flow_feed_record(f, &back);
    assert_true(s.event.reversed);
    assert_int_equal(s.ends.client_port, 40000);
    assert_memory_equal(s.client, there.src, 16);
    assert_memory_equal(s.last.server, there.dst, 16);
    assert_int_equal(s.last.ended.packets[FLOW_CLIENT], 0);
    assert_int_equal(s.last.ended.packets[FLOW_SERVER], 10);
    assert_string_equal(s.id, id);
}

static void what_both_sides_told_is_not_turned_round(void **state)
{
    (void)state;
    struct seen s = {0};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, NULL, NULL);
    struct flow_record r = record(443, 40000);
    r.packets_back = 3;
    flow_feed_record(f, &r);
    assert_false(s.event.reversed);
    assert_int_equal(s.last.ended.packets[FLOW_SERVER], 3);
}

static void flows_of_strangers_are_counted_alone(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = image_of(SELECTOR_IPV4, "203.0.113.66");
    struct addr own;
    struct err e = {0};
    assert_true(prefix_parse(S("10.0.0.0/8"), &own, &e));
    struct seen s = {0};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, image, &own);
    struct flow_record r = record(40000, 443);
    flow_feed_record(f, &r);
    struct flow_feed_counts n = flow_feed_counts(f);
    assert_int_equal(n.records, 1);
    assert_int_equal(n.flows_foreign, 1);
    assert_int_equal(n.addresses_asked + s.met_count + s.observations, 0);
    assert_int_equal(fate_sum(&n.fate), n.fate.in);
}

static void a_record_is_a_flow_line_of_eve(void **state)
{
    (void)state;
    AUTO(buf_drop) struct buf text = BUF(4 << 20);
    struct seen s = {.eve = eve_new_into(&text, 1)};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, NULL, NULL);
    struct flow_record r = record(40000, 443);
    r.packets_back = 8;
    r.bytes_back = 9000;
    r.tcp_flags_back = TCP_SYN | TCP_ACK | TCP_FIN;
    flow_feed_record(f, &r);
    static const char *const parts[] = {
        "\"event_type\":\"flow\"", "\"src_ip\":\"192.0.2.1\"",
        "\"dest_port\":443",       "\"pkts_toserver\":10",
        "\"bytes_toclient\":9000", "\"age\":5",
        "\"tcp_flags_ts\":\"13\"", "\"state\":\"closed\"",
        "\"community_id\":\"1:",   "\"start\":\"2023-11-14T22:13:20.000000+0000\"",
    };
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!memmem(text.ptr, text.len, parts[i], strlen(parts[i])))
            fail_msg("no %s in " STR_FMT, parts[i], STR_ARG(buf_str(&text)));
    eve_drop(&s.eve);
}

/* ---- out and in again ---- */

static struct observation observed(uint64_t flow, uint8_t proto, uint16_t sport, uint16_t dport)
{
    return (
        struct observation){.kind = OBSERVED_FLOW,
                            .app = APP_TLS,
                            .proto = proto,
                            .client_port = sport,
                            .server_port = dport,
                            .time_us = AT + 7000000,
                            .flow = flow,
                            .client = {[10] = 0xff, 0xff, 192, 0, 2, 1},
                            .server = {[10] = 0xff, 0xff, 203, 0, 113, 66},
                            .name = S("www.example.jp"),
                            .ended = {.start_us = AT,
                                      .packets = {10, 8},
                                      .bytes = {1000, 9000},
                                      .tcp_flags = {TCP_SYN | TCP_ACK, TCP_SYN | TCP_ACK | TCP_RST},
                                      .state = FLOW_CLOSED,
                                      .end = FLOW_END_CLOSED}};
}

static void what_is_exported_is_read_back(void **state)
{
    (void)state;
    char path[] = "/tmp/hinomi-flows-XXXXXX";
    int fd = mkstemp(path);
    struct err e = {0};
    struct flow_export *x = NULL;
    assert_true(flow_export_new(fd, OURS, &x, &e));
    struct observation hello = observed(64, IP_TCP, 40000, 443);
    hello.kind = OBSERVED_TLS;
    hello.tls = (struct observed_tls){.ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1"};
    flow_export_observe(x, &hello);
    for (uint64_t i = 1; i <= 200; i++) {
        struct observation o = observed(i, IP_TCP, 40000, 443);
        flow_export_observe(x, &o);
    }
    struct observation echo = observed(201, IP_ICMP, 8, 0);
    flow_export_observe(x, &echo);
    assert_int_equal(flow_export_stats(x).ja4_lost, 0);
    assert_true(flow_export_close(&x, &e));
    close(fd);

    AUTO(index_image_drop)
    struct index_image *image = image_of(SELECTOR_JA4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    struct seen s = {0};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, image, NULL);
    assert_true(flow_feed_file(f, path, NULL, NULL, &e));
    struct flow_feed_counts n = flow_feed_counts(f);
    assert_int_equal(n.records, 201);
    assert_int_equal(n.reader.lost, 0);
    assert_int_equal(n.matched[SENSOR_AT_TLS_JA4], 1);
    assert_int_equal(n.bytes, 201 * 10000);
    assert_int_equal(s.observations, 201);
    assert_int_equal(s.last.proto, IP_ICMP);
    assert_int_equal(s.last.client_port, 8);
    assert_int_equal(s.last.ended.start_us, AT);
    assert_int_equal(s.last.time_us, AT + 7000000);
    assert_int_equal(s.last.ended.end, FLOW_END_CLOSED);
    assert_int_equal(s.last.ended.bytes[FLOW_SERVER], 9000);
    unlink(path);
}

static void a_file_that_breaks_off_is_told_after_what_came_before(void **state)
{
    (void)state;
    char path[] = "/tmp/hinomi-flows-XXXXXX";
    int fd = mkstemp(path);
    struct err e = {0};
    struct flow_export *x = NULL;
    assert_true(flow_export_new(fd, 0, &x, &e));
    for (uint64_t i = 1; i <= 100; i++) {
        struct observation o = observed(i, IP_TCP, 40000, 443);
        flow_export_observe(x, &o);
    }
    assert_true(flow_export_close(&x, &e));
    assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_CUR) - 3), 0);
    close(fd);
    struct seen s = {0};
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, NULL, NULL);
    assert_false(flow_feed_file(f, path, NULL, NULL, &e));
    assert_int_equal(e.code, ERR_INVALID);
    struct flow_feed_counts n = flow_feed_counts(f);
    assert_true(n.records > 50 && n.records < 100);
    assert_int_equal(n.broken, 1);
    unlink(path);
}

static bool three_steps(void *context, int64_t time_us)
{
    size_t *left = context;
    assert_true(time_us > 0);
    return --*left > 0;
}

static void a_step_can_stop_it(void **state)
{
    (void)state;
    char path[] = "/tmp/hinomi-flows-XXXXXX";
    int fd = mkstemp(path);
    struct err e = {0};
    struct flow_export *x = NULL;
    assert_true(flow_export_new(fd, 0, &x, &e));
    for (uint64_t i = 1; i <= 200; i++) {
        struct observation o = observed(i, IP_TCP, 40000, 443);
        flow_export_observe(x, &o);
    }
    assert_true(flow_export_close(&x, &e));
    close(fd);
    struct seen s = {0};
    size_t left = 3;
    AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, NULL, NULL);
    assert_true(flow_feed_file(f, path, three_steps, &left, &e));
    assert_int_equal(flow_feed_counts(f).reader.ipfix, 3);
    unlink(path);
}

static void captures_of_real_routers_are_read(void **state)
{
    (void)state;
    const char *shared = getenv("HINOMI_SHARED_DATA");
    char folder[1024], path[2048];
    snprintf(folder, sizeof folder, "%s/flow/pcap", shared ? shared : "");
    DIR *d = shared ? opendir(folder) : NULL;
    if (!d)
        skip_saying("no flow/pcap under HINOMI_SHARED_DATA");
    struct dirent *n;
    size_t files = 0, records = 0;
    while ((n = readdir(d))) {
        if (n->d_name[0] == '.')
            continue;
        struct seen s = {0};
        struct err e = {0};
        AUTO(flow_feed_drop) struct flow_feed *f = feed_new(&s, NULL, NULL);
        snprintf(path, sizeof path, "%s/%s", folder, n->d_name);
        if (!flow_feed_file(f, path, NULL, NULL, &e))
            fail_msg("%s: %s", n->d_name, e.text);
        struct flow_feed_counts counts = flow_feed_counts(f);
        CHECK_INT(counts.records, counts.reader.records, n->d_name);
        CHECK_INT(s.observations, counts.records, n->d_name);
        CHECK_INT(s.events[SENSOR_FLOW], counts.records, n->d_name);
        files++;
        records += counts.records;
    }
    closedir(d);
    print_message("%zu captures, %zu records\n", files, records);
    assert_true(files > 20 && records > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_that_a_selector_covers_is_met),
        cmocka_unit_test(names_of_our_own_export_are_met),
        cmocka_unit_test(an_answer_alone_is_turned_round),
        cmocka_unit_test(what_both_sides_told_is_not_turned_round),
        cmocka_unit_test(flows_of_strangers_are_counted_alone),
        cmocka_unit_test(a_record_is_a_flow_line_of_eve),
        cmocka_unit_test(what_is_exported_is_read_back),
        cmocka_unit_test(a_file_that_breaks_off_is_told_after_what_came_before),
        cmocka_unit_test(a_step_can_stop_it),
        cmocka_unit_test(captures_of_real_routers_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
