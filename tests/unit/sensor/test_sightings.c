/* test_sightings.c - the first match goes out at once, its repeats as a count, and the counts add up. */
#include "core/json.h"
#include "core/keys.h"
#include "sensor/sightings.h"
#include "tests/check.h"

#include <dirent.h>
#include <unistd.h>

static struct err e;

enum { LIST_MAX = 4096 };

struct bench {
    char dir[64];
    struct spool *spool;
    struct sightings *sightings;
    struct arena memory;
    const struct json *records[LIST_MAX];
    size_t count;
};

static void bench_open(struct bench *b, const struct uuid *sensor)
{
    *b = (struct bench){.dir = "/tmp/hinomi-test-sightings-XXXXXX", .memory = ARENA(256 << 20)};
    assert_non_null(mkdtemp(b->dir));
    assert_true(spool_open(&(struct spool_settings){.dir = b->dir}, &b->spool, &e));
    struct keeper keeper = spool_keeper(b->spool);
    assert_true(sightings_new(&keeper, sensor, &b->sightings, &e));
}

static void bench_close(struct bench *b)
{
    sightings_drop(&b->sightings);
    spool_close(&b->spool);
    DIR *d = opendir(b->dir);
    for (struct dirent *f; (f = readdir(d)) != NULL;)
        unlinkat(dirfd(d), f->d_name, 0);
    closedir(d);
    rmdir(b->dir);
    arena_drop(&b->memory);
}

static void see_match(struct bench *b, const char *name, uint8_t host, int64_t time_us)
{
    static const uint8_t server[16] = {[10] = 0xff, 0xff, 203, 0, 113, 66};
    uint8_t client[16] = {[10] = 0xff, 0xff, 10, 0, 0, host};
    struct flow flow = {.key = {.proto = 17, .low_port = 40000, .high_port = 53}};
    struct flow_ends ends = {.client = client,
                             .server = server,
                             .client_port = 40000,
                             .server_port = 53,
                             .version = 4,
                             .proto = 17};
    memcpy(flow.key.low, client, 16);
    memcpy(flow.key.high, server, 16);
    flow.key.version_and_depth = 4;
    struct sensor_match match = {.where = SENSOR_AT_DNS_QUERY,
                                 .hit = {.kind = SELECTOR_DOMAIN, .key = {name, strlen(name)}}};
    sightings_add(b->sightings, &(struct sensor_event){.kind = SENSOR_MATCH,
                                                       .time_us = time_us,
                                                       .flow = &flow,
                                                       .ends = &ends,
                                                       .match = &match});
}

static void collect(struct bench *b)
{
    struct str records[LIST_MAX];
    sightings_flush(b->sightings);
    b->count = spool_peek(b->spool, &b->memory, records, LIST_MAX, &e);
    for (size_t i = 0; i < b->count; i++) {
        b->records[i] = json_parse(&b->memory, records[i], &e);
        assert_non_null(b->records[i]);
    }
}

static int64_t count_of(const struct bench *b, size_t i)
{
    int64_t n = -1;
    assert_true(json_int(b->records[i], S("count"), &n));
    return n;
}

static const struct uuid sensor = {.bytes = {1, 2, 3}};

static void repeats_within_ten_seconds_are_one_record_more(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, &sensor);
    for (int64_t s = 0; s < 10; s++)
        see_match(&b, "evil.example", 1, (1000 + s) * 1000000);
    see_match(&b, "evil.example", 1, 1010 * INT64_C(1000000)); /* the next window */
    collect(&b);
    CHECK_INT(b.count, 3, "records");
    CHECK_INT(count_of(&b, 0), 1, "the first, at once");
    CHECK_INT(count_of(&b, 1), 9, "its repeats");
    CHECK_INT(count_of(&b, 2), 1, "a new window");
    assert_true(str_eq(json_text(b.records[1], S("time")), S("1970-01-01T00:16:49.000000Z")));
    bench_close(&b);
}

static void hosts_and_selectors_are_counted_apart(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, &sensor);
    for (int i = 0; i < 3; i++) {
        see_match(&b, "evil.example", 1, 1000000);
        see_match(&b, "evil.example", 2, 1000000);
        see_match(&b, "other.example", 1, 1000000);
    }
    collect(&b);
    CHECK_INT(b.count, 6, "records");
    int64_t sum = 0;
    for (size_t i = 0; i < b.count; i++)
        sum += count_of(&b, i);
    CHECK_INT(sum, 9, "matches");
    bench_close(&b);
}

static void more_windows_than_there_are_close_early_and_lose_nothing(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, &sensor);
    enum { NAMES = SIGHTING_WINDOWS + 100 };
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < NAMES; i++) {
            char name[32];
            snprintf(name, sizeof name, "n%d.example", i);
            see_match(&b, name, 1, 1000000);
        }
    sightings_flush(b.sightings);
    struct sightings_stats stats = sightings_stats(b.sightings);
    CHECK_INT(stats.matches, 2 * NAMES, "matches");
    CHECK_INT(stats.dropped + stats.unkept, 0, "lost");
    assert_true(stats.early >= 100);
    CHECK_INT(spool_stats(b.spool).kept, stats.records, "kept");
    bench_close(&b);
}

static void the_same_packets_give_the_same_ids(void **state)
{
    (void)state;
    struct bench b[3];
    static const struct uuid other = {.bytes = {9}};
    for (size_t i = 0; i < COUNT(b); i++) {
        bench_open(&b[i], i == 2 ? &other : &sensor);
        for (int64_t s = 0; s < 30; s += 3)
            see_match(&b[i], "evil.example", 1, s * 1000000);
        collect(&b[i]);
    }
    CHECK_INT(b[0].count, b[1].count, "records");
    for (size_t i = 0; i < b[0].count; i++) {
        struct str id = json_text(b[0].records[i], S("id"));
        assert_true(str_eq(id, json_text(b[1].records[i], S("id"))));
        assert_false(str_eq(id, json_text(b[2].records[i], S("id"))));
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(id, json_text(b[0].records[k], S("id"))));
    }
    for (size_t i = 0; i < COUNT(b); i++)
        bench_close(&b[i]);
}

static void a_record_says_what_where_and_between_whom(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, &sensor);
    see_match(&b, "evil.example", 7, 5000000);
    collect(&b);
    const struct json *r = b.records[0], *flow = json_get(r, S("flow"));
    assert_true(str_eq(json_text(json_get(r, S("selector")), S("kind")), S("domain")));
    assert_true(str_eq(json_text(json_get(r, S("selector")), S("value")), S("evil.example")));
    assert_true(str_eq(json_text(r, S("where")), S("dns.query")));
    assert_true(str_eq(json_text(flow, S("src_ip")), S("10.0.0.7")));
    assert_true(str_eq(json_text(flow, S("dest_ip")), S("203.0.113.66")));
    assert_true(str_starts(json_text(r, S("community_id")), S("1:")));
    bench_close(&b);
}

static void a_sensor_keeps_its_id(void **state)
{
    (void)state;
    struct bench b;
    struct uuid first, again;
    bench_open(&b, &sensor);
    assert_true(sensor_id_of(b.dir, &first, &e));
    assert_true(sensor_id_of(b.dir, &again, &e));
    assert_memory_equal(first.bytes, again.bytes, sizeof first.bytes);
    bench_close(&b);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_within_ten_seconds_are_one_record_more),
        cmocka_unit_test(hosts_and_selectors_are_counted_apart),
        cmocka_unit_test(more_windows_than_there_are_close_early_and_lose_nothing),
        cmocka_unit_test(the_same_packets_give_the_same_ids),
        cmocka_unit_test(a_record_says_what_where_and_between_whom),
        cmocka_unit_test(a_sensor_keeps_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
