/* test_netflow.c - real exporters' datagrams give the records that they held, and hostile ones do no harm. */
#include "net/capture.h"
#include "net/decode.h"
#include "net/export/netflow_udp.h"
#include "tests/check.h"
#include "tests/unit/net/build.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct sum {
    uint64_t records, bytes, packets, bytes_back;
    struct flow_record first, last;
    char sni[64];
};

static void on_record(void *context, const struct flow_record *r)
{
    struct sum *s = context;
    if (!s->records++)
        s->first = *r;
    s->last = *r;
    s->bytes += r->bytes;
    s->packets += r->packets;
    s->bytes_back += r->bytes_back;
    snprintf(s->sni, sizeof s->sni, STR_FMT, STR_ARG(r->sni));
}

static struct netflow *reader(struct sum *s, uint32_t templates)
{
    struct netflow *n = NULL;
    struct err e = {0};
    struct netflow_settings settings = NETFLOW_SETTINGS;
    settings.templates = templates;
    settings.enterprise = 424242;
    *s = (struct sum){0};
    assert_true(netflow_new(&settings, &(struct netflow_user){s, on_record}, &n, &e));
    return n;
}

static const uint8_t router[16] = {[10] = 0xff, [11] = 0xff, [12] = 192, [15] = 1};

static bool read_made(struct netflow *n, const struct made *m)
{
    return netflow_read(n, router, (struct str){(const char *)m->bytes, m->len});
}

/* ---- datagrams made here ---- */

static void add_v5_header(struct made *m, unsigned count, uint32_t sequence)
{
    add_be16(m, 5);
    add_be16(m, count);
    add_be32(m, 100000);     /* up for 100 s */
    add_be32(m, 1700000000); /* now */
    add_be32(m, 0);
    add_be32(m, sequence);
    add_be16(m, 0x0102);
    add_be16(m, 0x4000 | 100); /* one in 100 */
}

static void add_v5_record(struct made *m, uint32_t first, uint32_t last)
{
    uint8_t r[48] = {10, 0, 0, 1, 10, 0, 0, 2, [37] = 0x12, [38] = IP_TCP};
    store_be32(r + 16, 7);
    store_be32(r + 20, 700);
    store_be32(r + 24, first);
    store_be32(r + 28, last);
    store_be16(r + 32, 40000);
    store_be16(r + 34, 443);
    add(m, r, sizeof r);
}

static void v5_times_follow_the_exporters_clock(void **state)
{
    struct sum s;
    AUTO(netflow_drop) struct netflow *n = reader(&s, 16);
    struct made m = {.len = 0};
    (void)state;
    add_v5_header(&m, 2, 10);
    add_v5_record(&m, 90000, 99000);
    add_v5_record(&m, UINT32_MAX - 999, 0); /* the clock wrapped between */
    assert_true(read_made(n, &m));
    assert_int_equal(s.records, 2);
    assert_int_equal(s.first.start_us, INT64_C(1699999990000000));
    assert_int_equal(s.first.end_us, INT64_C(1699999999000000));
    assert_int_equal(s.last.end_us - s.last.start_us, 1000000);
    assert_int_equal(s.first.domain, 0x0102);
    assert_int_equal(s.first.sampling, 100);
    assert_int_equal(s.first.tcp_flags, 0x12);
    assert_int_equal(s.first.dport, 443);
}

static void gaps_in_the_sequence_are_counted(void **state)
{
    static const struct {
        const char *label;
        uint32_t sequence[4];
        uint64_t lost, restarts, late;
    } cases[] = {
        {"none", {10, 11, 12, 13}, 0, 0, 0},
        {"five flows missing", {10, 16, 17, 18}, 5, 0, 0},
        {"two datagrams swapped", {10, 12, 11, 13}, 0, 0, 1},
        {"the exporter began anew", {5000, 5001, 0, 1}, 0, 1, 0},
        {"the number wrapped", {UINT32_MAX - 1, UINT32_MAX, 0, 1}, 0, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sum s;
        AUTO(netflow_drop) struct netflow *n = reader(&s, 16);
        for (size_t k = 0; k < 4; k++) {
            struct made m = {.len = 0};
            add_v5_header(&m, 1, cases[i].sequence[k]);
            add_v5_record(&m, 90000, 99000);
            assert_true(read_made(n, &m));
        }
        CHECK_INT(netflow_stats(n).lost, cases[i].lost, cases[i].label);
        CHECK_INT(netflow_stats(n).restarts, cases[i].restarts, cases[i].label);
        CHECK_INT(netflow_stats(n).late, cases[i].late, cases[i].label);
    }
}

static void add_ipfix_header(struct made *m, uint32_t sequence)
{
    add_be16(m, 10);
    add_be16(m, 0);
    add_be32(m, 1700000000);
    add_be32(m, sequence);
    add_be32(m, 7);
}

static void set_len(struct made *m, size_t at)
{
    store_be16(m->bytes + at, (uint16_t)(m->len - at + 2));
}

static void ipfix_end(struct made *m)
{
    store_be16(m->bytes + 2, (uint16_t)m->len);
}

/* A template of `fields` pairs of element and length. */
static void add_template(struct made *m, unsigned number, const uint16_t (*fields)[2], size_t count)
{
    add_be16(m, 2);
    size_t at = m->len;
    add_be16(m, 0);
    add_be16(m, number);
    add_be16(m, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        add_be16(m, fields[i][0]);
        add_be16(m, fields[i][1]);
        if (fields[i][0] & 0x8000)
            add_be32(m, 424242);
    }
    set_len(m, at);
}

static const uint16_t with_string[][2] = {{8, 4}, {12, 4}, {0x8001, 65535}, {1, 3}};

static void variable_strings_and_short_numbers_are_read(void **state)
{
    struct sum s;
    AUTO(netflow_drop) struct netflow *n = reader(&s, 16);
    struct made m = {.len = 0};
    (void)state;
    add_ipfix_header(&m, 0);
    add_template(&m, 300, with_string, COUNT(with_string));
    add_be16(&m, 300);
    size_t at = m.len;
    add_be16(&m, 0);
    add(&m,
        "\x0a\0\0\1\x0a\0\0\2\x0a"
        "example.jp\1\0\0",
        8 + 11 + 3);
    add(&m, "\x0a\0\0\1\x0a\0\0\2\xff\0\3xyz\0\0\5", 8 + 6 + 3); /* length in three bytes */
    set_len(&m, at);
    ipfix_end(&m);
    assert_true(read_made(n, &m));
    assert_int_equal(s.records, 2);
    assert_int_equal(s.bytes, 65536 + 5);
    assert_string_equal(s.sni, "xyz");
    assert_int_equal(netflow_stats(n).cut, 0);
}

static void a_withdrawn_template_reads_no_more(void **state)
{
    struct sum s;
    AUTO(netflow_drop) struct netflow *n = reader(&s, 16);
    struct made m = {.len = 0};
    (void)state;
    add_ipfix_header(&m, 0);
    add_template(&m, 300, with_string, COUNT(with_string));
    add(&m, "\0\2\0\x08\x01\x2c\0\0", 8); /* 300, no fields */
    add(&m, "\x01\x2c\0\x10\x0a\0\0\1\x0a\0\0\2\0\0\0\5", 16);
    ipfix_end(&m);
    assert_true(read_made(n, &m));
    assert_int_equal(s.records, 0);
    assert_int_equal(netflow_stats(n).templates_withdrawn, 1);
    assert_int_equal(netflow_stats(n).sets_unknown, 1);
}

static void templates_are_bounded_and_the_oldest_goes(void **state)
{
    struct sum s;
    AUTO(netflow_drop) struct netflow *n = reader(&s, 4);
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        struct made m = {.len = 0};
        add_ipfix_header(&m, 0);
        add_template(&m, 300 + i, with_string, COUNT(with_string));
        ipfix_end(&m);
        assert_true(read_made(n, &m));
    }
    for (unsigned i = 0; i < 10; i++) {
        struct made m = {.len = 0};
        add_ipfix_header(&m, 0);
        add_be16(&m, 300 + i);
        add(&m, "\0\x10\x0a\0\0\1\x0a\0\0\2\0\0\0\5", 14);
        ipfix_end(&m);
        assert_true(read_made(n, &m));
    }
    assert_int_equal(netflow_stats(n).templates_evicted, 6);
    assert_int_equal(netflow_stats(n).sets_unknown, 6);
    assert_int_equal(s.records, 4);
}

static void templates_that_describe_nothing_are_refused(void **state)
{
    static const uint16_t empty[][2] = {{8, 0}, {12, 0}};
    static uint16_t many[NETFLOW_FIELDS + 1][2];
    struct sum s;
    AUTO(netflow_drop) struct netflow *n = reader(&s, 4);
    struct made m = {.len = 0};
    (void)state;
    for (size_t i = 0; i < COUNT(many); i++)
        many[i][0] = 210, many[i][1] = 1;
    add_ipfix_header(&m, 0);
    add_template(&m, 300, empty, COUNT(empty));
    add_template(&m, 301, (const uint16_t(*)[2])many, COUNT(many));
    add_template(&m, 255, with_string, COUNT(with_string)); /* no number of a template */
    add(&m, "\x01\x2c\0\x08\0\0\0\0\x01\x2d\0\x05\0", 13);
    ipfix_end(&m);
    assert_true(read_made(n, &m));
    assert_int_equal(netflow_stats(n).templates_refused, 3);
    assert_int_equal(netflow_stats(n).sets_unknown, 2);
}

static void what_is_no_flow_export_is_refused(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
    } cases[] = {
        {"nothing", S_("")},
        {"another version", S_("\0\7\0\1............................................")},
        {"v5 with fewer records than it says", S_("\0\5\0\2....................................")},
        {"v9 cut in its header", S_("\0\x09\0\1....")},
        {"ipfix shorter than its header", S_("\0\x0a\0\4............")},
    };
    struct sum s;
    AUTO(netflow_drop) struct netflow *n = reader(&s, 4);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(netflow_read(n, router, cases[i].bytes), false, cases[i].label);
    assert_int_equal(netflow_stats(n).refused, COUNT(cases));
}

/* ---- a socket ---- */

static void a_live_socket_reads_what_a_router_sends(void **state)
{
    struct sum s;
    struct err e = {0};
    AUTO(netflow_drop) struct netflow *n = reader(&s, 4);
    AUTO(netflow_udp_drop) struct netflow_udp *u = NULL;
    size_t got = 0;
    (void)state;
    assert_false(netflow_udp_open("router", 0, &u, &e));
    assert_true(netflow_udp_open("127.0.0.1", 0, &u, &e));
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(netflow_udp_port(u))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct made m = {.len = 0};
    add_v5_header(&m, 1, 0);
    add_v5_record(&m, 1, 2);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(sendto(fd, m.bytes, m.len, 0, (struct sockaddr *)&to, sizeof to), m.len);
    assert_true(netflow_udp_poll(u, n, 5000, &got, &e));
    close(fd);
    assert_int_equal(got, 1);
    assert_int_equal(s.records, 1);
    assert_int_equal(s.first.exporter[12], 127);
}

/* ---- real exporters ---- */

/* Records with two addresses, their octets and packets, as the dissections stored beside the captures give
 * them. Where those stop early or read less, the count says so in its comment. */
static const struct {
    const char *name;
    uint64_t records, bytes, packets;
} captures[] = {
    {"ipfix", 6, 10563, 42},
    {"ipfix_test_barracuda", 8, 388, 4},
    {"ipfix_test_juniper_mx240_junos151r6s3", 0, 0, 0},
    {"ipfix_test_mikrotik", 46, 103235, 253},
    {"ipfix_test_nokia_bras", 1, 0, 0},
    {"ipfix_test_openbsd_pflow", 26, 99323, 209},
    {"ipfix_test_procera", 8, 0, 0},
    {"ipfix_test_viptela", 1, 775, 8},
    {"ipfix_test_yaf", 2, 304, 6},        /* totals (85, 86), which have other names there */
    {"netflow5_test_invalid01", 0, 0, 0}, /* its version is 0; there it is read two bytes askew */
    {"netflow5_test_juniper_mx80", 29, 3989, 31},
    {"netflow5_test_microtik", 30, 40812, 160},
    {"netflow9_test_0length_fields", 10, 64, 2},
    {"netflow9_test_cisco_1941K9", 29, 70258, 370},
    {"netflow9_test_cisco_asa_1", 14, 888, 0}, /* the initiator's octets (231) */
    {"netflow9_test_cisco_asa_2", 19, 1131, 0},
    {"netflow9_test_cisco_asr9k", 21, 208031, 531},
    {"netflow9_test_cisco_wlc", 0, 0, 0},
    {"netflow9_test_fortigate_fortios_521", 1, 152, 3},
    {"netflow9_test_h3c", 16, 8729687,
     6113}, /* the header says 16; there the first alone is shown */
    {"netflow9_test_h3c_netstream_varstring", 1, 702, 9},
    {"netflow9_test_huawei_netstream", 1, 200, 4},
    {"netflow9_test_invalid01", 2, 194, 2}, /* more sets than its header counts; there it stops */
    {"netflow9_test_iptnetflow_reduced_size_encoding", 12, 7598, 74},
    {"netflow9_test_juniper_srx", 0, 0, 0},
    {"netflow9_test_macaddr", 29, 0, 0},
    {"netflow9_test_nprobe", 1, 200, 2},
    {"netflow9_test_nprobe_dpi", 1, 82, 1},
    {"netflow9_test_paloalto_81", 1, 363, 3},
    {"netflow9_test_paloalto_panos", 8, 617, 8},
    {"netflow9_test_softflowd", 7, 1128, 13},
    {"netflow9_test_unknown", 2, 310, 2},
    {"netflow9_test_valid01", 7, 1128, 13},
};

static void replay(struct netflow *n, const char *path)
{
    struct err e = {0};
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    struct frame frames[DECODE_BATCH];
    if (!capture_open_file(path, &c, &e))
        fail_msg("%s: %s", path, e.text);
    for (size_t got; (got = capture_batch(c, frames, COUNT(frames), &e)) > 0 || !capture_done(c);)
        for (size_t i = 0; i < got; i++) {
            struct packet p;
            if (decode_frame(&frames[i], ctx, &p))
                (void)netflow_packet(n, &p);
        }
}

static void real_exporters_are_read_as_others_read_them(void **state)
{
    const char *data = getenv("HINOMI_SHARED_DATA");
    char path[512];
    (void)state;
    for (size_t i = 0; i < COUNT(captures); i++) {
        struct sum s;
        AUTO(netflow_drop) struct netflow *n = reader(&s, 1024);
        snprintf(path, sizeof path, "%s/flow/pcap/%s.pcap", data, captures[i].name);
        replay(n, path);
        CHECK_INT(s.records, captures[i].records, captures[i].name);
        CHECK_INT(s.bytes, captures[i].bytes, captures[i].name);
        CHECK_INT(s.packets, captures[i].packets, captures[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v5_times_follow_the_exporters_clock),
        cmocka_unit_test(gaps_in_the_sequence_are_counted),
        cmocka_unit_test(variable_strings_and_short_numbers_are_read),
        cmocka_unit_test(a_withdrawn_template_reads_no_more),
        cmocka_unit_test(templates_are_bounded_and_the_oldest_goes),
        cmocka_unit_test(templates_that_describe_nothing_are_refused),
        cmocka_unit_test(what_is_no_flow_export_is_refused),
        cmocka_unit_test(a_live_socket_reads_what_a_router_sends),
    };
    const struct CMUnitTest real[] = {
        cmocka_unit_test(real_exporters_are_read_as_others_read_them),
    };
    int failed = cmocka_run_group_tests_name("netflow", tests, NULL, NULL);
    const char *data = getenv("HINOMI_SHARED_DATA");
    char path[512];
    snprintf(path, sizeof path, "%s/flow/pcap", data ? data : "");
    if (!data || access(path, R_OK) != 0) {
        print_message("skipped: no captures of exporters (HINOMI_SHARED_DATA)\n");
        return failed ? failed : 77;
    }
    return failed + cmocka_run_group_tests_name("netflow of real exporters", real, NULL, NULL);
}
