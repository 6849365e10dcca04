/* test_community_id.c - the published vectors, both ways round, and through packets and flows. */
#include "core/addr.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/json.h"
#include "flow/flow.h"
#include "net/decode.h"
#include "tests/check.h"

#include <unistd.h>

static void map_address(struct str text, uint8_t out[16], uint8_t *ret_version)
{
    struct addr a;
    struct err e;
    assert_true(addr_parse(text, &a, &e));
    *ret_version = a.v6 ? 6 : 4;
    memset(out, 0, 16);
    if (a.v6) {
        memcpy(out, a.bytes, 16);
    } else {
        out[10] = out[11] = 0xff;
        memcpy(out + 12, a.bytes, 4);
    }
}

static void id_of(const struct json *row, uint16_t seed, bool as_hex, struct buf *out)
{
    uint8_t src[16], dst[16];
    struct community_tuple t = {.src = src, .dst = dst};
    int64_t proto, sport = 0, dport = 0;
    map_address(json_text(row, S("saddr")), src, &t.version);
    map_address(json_text(row, S("daddr")), dst, &t.version);
    assert_true(json_int(row, S("proto"), &proto));
    t.proto = (uint8_t)proto;
    t.has_ports = json_int(row, S("sport"), &sport) && json_int(row, S("dport"), &dport);
    t.sport = (uint16_t)sport;
    t.dport = (uint16_t)dport;
    if (proto == IP_ICMP || proto == IP_ICMP6)
        t.one_way = community_icmp(t.version, (uint8_t)sport, (uint8_t)dport, &t.sport, &t.dport);
    buf_clear(out);
    if (as_hex) {
        uint8_t digest[COMMUNITY_DIGEST_SIZE];
        community_digest(&t, seed, digest);
        buf_put(out, S("1:"));
        hex_put(out, digest, sizeof digest);
    } else {
        char text[COMMUNITY_ID_SIZE];
        buf_put(out, community_id(&t, seed, text));
    }
}

static void the_published_vectors_hold(void **state)
{
    static const struct {
        const char *file;
        uint16_t seed;
        bool as_hex;
    } cases[] = {{"baseline_deflt.json", 0, false},
                 {"baseline_seed1.json", 1, false},
                 {"baseline_nob64.json", 0, true}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
        AUTO(buf_drop) struct buf got = BUF(128);
        struct err e = {};
        struct str text;
        char path[4096];
        snprintf(path, sizeof path, "%s/community_id/%s", getenv("HINOMI_SHARED_DATA"),
                 cases[i].file);
        assert_true(file_read(&memory, path, 1 << 20, &text, &e));
        const struct json *rows = json_parse(&memory, text, &e);
        assert_non_null(rows);
        size_t n = 0;
        for (json_each(row, rows)) {
            id_of(row, cases[i].seed, cases[i].as_hex, &got);
            if (!str_eq(buf_str(&got), json_text(row, S("communityid"))))
                fail_msg("%s, row %zu: " STR_FMT, cases[i].file, n, STR_ARG(buf_str(&got)));
            n++;
        }
        assert_true(n >= 10);
    }
}

struct ids {
    char text[256][COMMUNITY_ID_SIZE];
    size_t count;
};

static void note_id(void *context, struct flow *f, const struct packet *p)
{
    struct ids *ids = context;
    (void)p;
    assert_true(ids->count < COUNT(ids->text));
    flow_community_id(f, 0, ids->text[ids->count++]);
}

static void read_pcap(const char *name, struct ids *ids)
{
    AUTO(capture_drop) struct capture *c = NULL;
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    AUTO(flow_table_drop) struct flow_table *t = NULL;
    struct err e = {};
    char path[4096];
    snprintf(path, sizeof path, "%s/community_id/pcaps/%s", getenv("HINOMI_SHARED_DATA"), name);
    assert_true(
        flow_table_new(&FLOW_SETTINGS, &(struct flow_user){ids, note_id, NULL, NULL}, &t, &e));
    if (!capture_open_file(path, &c, &e))
        fail_msg("%s: %s", path, e.text);
    struct frame frames[DECODE_BATCH];
    struct packet packets[DECODE_BATCH];
    for (size_t n; (n = capture_batch(c, frames, DECODE_BATCH, &e)) > 0;)
        flow_batch(t, packets, decode_batch(frames, n, ctx, packets));
    assert_int_equal(e.code, ERR_OK);
}

static void the_flows_of_the_published_captures_have_the_published_ids(void **state)
{
    static const char *const names[] = {"icmp.pcap", "icmp6.pcap", "ipv6.pcap", "rsvp.pcap",
                                        "sctp.pcap", "tcp.pcap",   "udp.pcap"};
    static struct ids ids;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct err e = {};
    struct str text;
    char path[4096];
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        read_pcap(names[i], &ids);
    snprintf(path, sizeof path, "%s/community_id/baseline_deflt.json",
             getenv("HINOMI_SHARED_DATA"));
    assert_true(file_read(&memory, path, 1 << 20, &text, &e));
    const struct json *rows = json_parse(&memory, text, &e);
    assert_non_null(rows);
    for (json_each(row, rows)) {
        struct str want = json_text(row, S("communityid"));
        bool found = false;
        for (size_t i = 0; i < ids.count; i++)
            found |= str_eq(want, (struct str){ids.text[i], COMMUNITY_ID_SIZE - 1});
        if (!found)
            fail_msg("no flow with the id " STR_FMT, STR_ARG(want));
    }
}

static void both_directions_share_an_id_but_where_nobody_answers(void **state)
{
    static const struct {
        const char *label;
        uint8_t proto, type, code, back_type;
        bool same;
    } cases[] = {
        {"echo", 1, 8, 0, 0, true},
        {"unreachable, each way", 1, 3, 1, 3, false},
        {"timestamp", 1, 13, 0, 14, true},
        {"TCP", 6, 0, 0, 0, true},
    };
    static const uint8_t a[16] = {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 9},
                         b[16] = {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 7};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct community_tuple to = {a, b, 4, cases[i].proto, 1000, 80, true, false};
        struct community_tuple back = {b, a, 4, cases[i].proto, 80, 1000, true, false};
        if (cases[i].proto == 1) {
            to.one_way = community_icmp(4, cases[i].type, cases[i].code, &to.sport, &to.dport);
            back.one_way =
                community_icmp(4, cases[i].back_type, cases[i].code, &back.sport, &back.dport);
        }
        char x[COMMUNITY_ID_SIZE], y[COMMUNITY_ID_SIZE];
        CHECK_INT(str_eq(community_id(&to, 0, x), community_id(&back, 0, y)), cases[i].same,
                  cases[i].label);
    }
}

int main(void)
{
    char path[4096];
    const char *data = getenv("HINOMI_SHARED_DATA");
    snprintf(path, sizeof path, "%s/community_id", data ? data : "");
    if (access(path, R_OK) != 0) {
        print_message("skipped: no published vectors (HINOMI_SHARED_DATA)\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors_hold),
        cmocka_unit_test(the_flows_of_the_published_captures_have_the_published_ids),
        cmocka_unit_test(both_directions_share_an_id_but_where_nobody_answers),
    };
    return cmocka_run_group_tests_name("community_id", tests, NULL, NULL);
}
