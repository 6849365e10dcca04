/* test_flow.c - flows are found from either side, end when they should, and on every run alike. */
#include "flow/flow.h"
#include "tests/check.h"

#define SECOND INT64_C(1000000)
#define KIND(proto, flags) ((proto) | (unsigned)(flags) << 8)
#define TCP(flags) KIND(IP_TCP, flags)

struct seen {
    unsigned started, packets[2], ended[FLOW_ENDS];
    uint64_t order; /* of all ends: numbers, reasons, counters */
    struct flow_ends last_ends;
    struct flow last;
};

static void on_start(void *context, struct flow *f, const struct packet *p)
{
    struct seen *seen = context;
    uint32_t *app = flow_app(f);
    (void)p;
    assert_int_equal(*app, 0);
    *app = 7;
    seen->started++;
}

static void on_packet(void *context, struct flow *f, const struct packet *p, enum flow_side from)
{
    struct seen *seen = context;
    (void)f;
    (void)p;
    seen->packets[from]++;
}

static void on_end(void *context, struct flow *f, enum flow_end why)
{
    struct seen *seen = context;
    uint32_t *app = flow_app(f);
    assert_int_equal(*app, 7);
    seen->ended[why]++;
    const uint64_t facts[] = {f->number, why, f->packets[0], f->bytes[1], (uint64_t)f->last_us};
    for (size_t i = 0; i < COUNT(facts); i++)
        seen->order = (seen->order ^ facts[i]) * 0x9e3779b97f4a7c15;
    seen->last = *f;
    seen->last_ends = flow_ends(f);
}

/* `kind` is the protocol, and for TCP the flags in its upper byte. */
static struct packet packet(uint32_t from, uint32_t to, uint16_t sport, uint16_t dport,
                            unsigned kind, int64_t time_us)
{
    struct packet p = {.time_us = time_us,
                       .version = 4,
                       .proto = (uint8_t)kind,
                       .sport = sport,
                       .dport = dport,
                       .tcp_flags = (uint8_t)(kind >> 8),
                       .flags = PACKET_HAS_PORTS,
                       .frames = 1,
                       .wire_bytes = 100};
    p.src[10] = p.src[11] = p.dst[10] = p.dst[11] = 0xff;
    memcpy(p.src + 12, &from, 4);
    memcpy(p.dst + 12, &to, 4);
    return p;
}

static struct flow_table *table(struct seen *seen, const struct flow_settings *s)
{
    struct flow_table *t = NULL;
    struct err e = {};
    struct flow_settings set = *s;
    set.app_size = sizeof(uint32_t);
    struct flow_user user = {seen, on_start, on_packet, on_end};
    if (!flow_table_new(&set, &user, &t, &e))
        fail_msg("%s", e.text);
    return t;
}

/* A script: direction ('>' from A, '<' from B), flags, at which second. */
struct step {
    char direction;
    uint8_t flags;
    int second;
};

static const struct {
    const char *label;
    struct step steps[8];
    enum flow_state state;
    enum flow_end end;
    bool a_is_client, midstream;
    unsigned flows;
} connections[] = {
    {"a scan", {{'>', TCP_SYN, 0}}, FLOW_NEW, FLOW_END_SHUTDOWN, true, false, 1},
    {"a refusal",
     {{'>', TCP_SYN, 0}, {'<', TCP_RST | TCP_ACK, 0}},
     FLOW_CLOSED,
     FLOW_END_CLOSED,
     true,
     false,
     1},
    {"opened",
     {{'>', TCP_SYN, 0}, {'<', TCP_SYN | TCP_ACK, 0}, {'>', TCP_ACK, 0}},
     FLOW_BOTH_WAYS,
     FLOW_END_SHUTDOWN,
     true,
     false,
     1},
    {"half open",
     {{'>', TCP_SYN, 0}, {'<', TCP_SYN | TCP_ACK, 0}},
     FLOW_ANSWERED,
     FLOW_END_SHUTDOWN,
     true,
     false,
     1},
    {"its answer came first",
     {{'<', TCP_SYN | TCP_ACK, 0}, {'>', TCP_ACK, 0}},
     FLOW_BOTH_WAYS,
     FLOW_END_SHUTDOWN,
     true,
     false,
     1},
    {"midstream, by its server",
     {{'<', TCP_ACK, 0}, {'>', TCP_ACK, 0}},
     FLOW_BOTH_WAYS,
     FLOW_END_SHUTDOWN,
     false,
     true,
     1},
    {"one FIN",
     {{'>', TCP_SYN, 0}, {'>', TCP_ACK, 0}, {'>', TCP_FIN | TCP_ACK, 0}},
     FLOW_CLOSING,
     FLOW_END_SHUTDOWN,
     true,
     false,
     1},
    {"two FINs",
     {{'>', TCP_SYN, 0},
      {'>', TCP_FIN | TCP_ACK, 0},
      {'<', TCP_FIN | TCP_ACK, 0},
      {'>', TCP_ACK, 1}},
     FLOW_CLOSED,
     FLOW_END_CLOSED,
     true,
     false,
     1},
    {"its ports taken up again",
     {{'>', TCP_SYN, 0}, {'<', TCP_RST, 0}, {'>', TCP_SYN, 1}, {'<', TCP_SYN | TCP_ACK, 1}},
     FLOW_ANSWERED,
     FLOW_END_SHUTDOWN,
     true,
     false,
     2},
    {"a SYN sent twice",
     {{'>', TCP_SYN, 0}, {'>', TCP_SYN, 3}},
     FLOW_NEW,
     FLOW_END_SHUTDOWN,
     true,
     false,
     1},
};

/* Between A and B, of which A is the lower address, or B. */
static void play_connection(size_t i, uint32_t a, uint32_t b)
{
    const char *label = connections[i].label;
    struct seen seen = {};
    AUTO(flow_table_drop) struct flow_table *t = table(&seen, &FLOW_SETTINGS);
    for (size_t n = 0; n < 8 && connections[i].steps[n].direction; n++) {
        const struct step *s = &connections[i].steps[n];
        struct packet p = packet(a, b, 4000, 443, TCP(s->flags), s->second * SECOND);
        if (s->direction == '<')
            p = packet(b, a, 443, 4000, TCP(s->flags), s->second * SECOND);
        flow_batch(t, &p, 1);
    }
    flow_table_flush(t);
    CHECK_INT(seen.started, connections[i].flows, label);
    CHECK_INT(seen.last.state, connections[i].state, label);
    CHECK_INT(seen.ended[connections[i].end], 1, label);
    CHECK_INT(seen.ended[FLOW_END_REUSED], connections[i].flows - 1, label);
    CHECK_INT(seen.last.midstream, connections[i].midstream, label);
    CHECK_INT(seen.last_ends.client_port, connections[i].a_is_client ? 4000 : 443, label);
    CHECK_INT(memcmp(seen.last_ends.client + 12, connections[i].a_is_client ? &a : &b, 4), 0,
              label);
}

static void connections_go_through_their_states(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(connections); i++) {
        play_connection(i, 5, 77);
        play_connection(i, 900, 77);
    }
}

static void a_flow_ends_when_its_time_is_over(void **state)
{
    static const struct {
        const char *label;
        uint8_t proto;
        struct step steps[4];
        int last_seen_alive, gone; /* seconds */
        enum flow_end end;
    } cases[] = {
        {"UDP", IP_UDP, {{'>', 0, 0}}, 59, 62, FLOW_END_TIMEOUT},
        {"UDP, used again", IP_UDP, {{'>', 0, 0}, {'>', 0, 50}}, 109, 112, FLOW_END_TIMEOUT},
        {"a SYN", IP_TCP, {{'>', TCP_SYN, 0}}, 29, 32, FLOW_END_TIMEOUT},
        {"established", IP_TCP, {{'>', TCP_SYN, 0}, {'>', TCP_ACK, 0}}, 299, 302, FLOW_END_TIMEOUT},
        {"closed",
         IP_TCP,
         {{'>', TCP_SYN, 0}, {'>', TCP_ACK, 1}, {'<', TCP_RST, 2}},
         11,
         14,
         FLOW_END_CLOSED},
        {"a protocol without ports", 89, {{'>', 0, 0}}, 59, 62, FLOW_END_TIMEOUT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *label = cases[i].label;
        struct seen seen = {};
        AUTO(flow_table_drop) struct flow_table *t = table(&seen, &FLOW_SETTINGS);
        for (size_t n = 0; n < 4 && cases[i].steps[n].direction; n++) {
            const struct step *s = &cases[i].steps[n];
            bool to = s->direction == '>';
            struct packet p = packet(to ? 1 : 2, to ? 2 : 1, to ? 10 : 20, to ? 20 : 10,
                                     KIND(cases[i].proto, s->flags), s->second * SECOND);
            flow_batch(t, &p, 1);
        }
        flow_table_advance(t, cases[i].last_seen_alive * (int64_t)SECOND);
        CHECK_INT(flow_table_stats(t).live, 1, label);
        flow_table_advance(t, cases[i].gone * (int64_t)SECOND);
        CHECK_INT(flow_table_stats(t).live, 0, label);
        CHECK_INT(seen.ended[cases[i].end], 1, label);
    }
}

static void time_that_jumps_does_no_harm(void **state)
{
    static const int64_t seconds[] = {1000,         1001, 940, /* out of order, a little */
                                      253402300799, 1000, 0,   253402300799, 5, 4294967295, 1002};
    struct seen seen = {};
    AUTO(flow_table_drop) struct flow_table *t = table(&seen, &FLOW_SETTINGS);
    (void)state;
    for (int round = 0; round < 1000; round++)
        for (size_t i = 0; i < COUNT(seconds); i++) {
            struct packet p = packet(1, 2, (uint16_t)(round % 7), 20, IP_UDP, seconds[i] * SECOND);
            flow_batch(t, &p, 1);
        }
    flow_table_flush(t);
    assert_int_equal(seen.packets[0], 1000 * COUNT(seconds));
    assert_int_equal(flow_table_stats(t).live, 0);
    assert_true(seen.ended[FLOW_END_TIMEOUT] > 0);
}

static uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

/* Many hosts, few of them busy, more flows than there is room for. */
static void play(struct flow_table **tables, size_t table_count, unsigned count)
{
    uint64_t seed = 1;
    struct packet batch[FLOW_BATCH];
    unsigned n = 0;
    for (unsigned i = 0; i < count; i++) {
        uint32_t x = draw(&seed), y = draw(&seed);
        uint32_t from = x % 4 ? x % 50 : x % 100000, to = y % 20;
        uint8_t proto = x & 64 ? IP_TCP : IP_UDP;
        uint8_t flags = y % 9 == 0 ? TCP_SYN : y % 11 == 0 ? TCP_RST : TCP_ACK;
        bool back = x & 128;
        batch[n++] = packet(back ? to : from, back ? from : to, back ? 53 : (uint16_t)(x % 30),
                            back ? (uint16_t)(x % 30) : 53, KIND(proto, flags), i * INT64_C(20000));
        if (n == FLOW_BATCH || i + 1 == count) {
            for (size_t k = 0; k < table_count; k++)
                flow_batch(tables[k], batch, n);
            n = 0;
        }
    }
    for (size_t k = 0; k < table_count; k++)
        flow_table_flush(tables[k]);
}

static void seeds_and_threads_change_nothing(void **state)
{
    struct flow_settings s = FLOW_SETTINGS;
    struct seen one = {}, other = {}, parts[3] = {};
    struct flow_table *t;
    (void)state;
    s.flows = 64 * 32;
    t = table(&one, &s);
    play(&t, 1, 200000);
    struct flow_stats stats = flow_table_stats(t);
    flow_table_drop(&t);
    assert_true(one.ended[FLOW_END_EVICTED] > 1000);
    assert_true(one.ended[FLOW_END_TIMEOUT] > 0);
    assert_int_equal(stats.packets, 200000);

    s.seed = 0x123456789abcdef;
    t = table(&other, &s);
    play(&t, 1, 200000);
    flow_table_drop(&t);
    assert_true(one.order == other.order);

    /* Three tables that share the shards out: the same flows end for the same reasons. */
    struct flow_table *tables[3];
    const uint64_t masks[3] = {0xffff, 0xffffffff0000, UINT64_C(0xffff) << 48};
    for (int i = 0; i < 3; i++) {
        s.shards = masks[i];
        tables[i] = table(&parts[i], &s);
    }
    play(tables, 3, 200000);
    for (int r = 0; r < FLOW_ENDS; r++)
        assert_int_equal(parts[0].ended[r] + parts[1].ended[r] + parts[2].ended[r], one.ended[r]);
    uint64_t passed_over = 0;
    for (int i = 0; i < 3; i++) {
        passed_over += flow_table_stats(tables[i]).not_ours;
        flow_table_drop(&tables[i]);
    }
    assert_int_equal(passed_over, 2 * 200000);
}

static void a_flood_pushes_itself_out(void **state)
{
    struct flow_settings s = FLOW_SETTINGS;
    struct seen seen = {};
    s.flows = 64 * 64;
    AUTO(flow_table_drop) struct flow_table *t = table(&seen, &s);
    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        struct packet p = packet(i + 1000, 5, (uint16_t)i, 80, TCP(TCP_SYN), i * INT64_C(10));
        flow_batch(t, &p, 1);
        if (i % 50 == 0) { /* among it, one hundred connections that work */
            for (uint32_t k = 0; k < 100; k++) {
                p = packet(k, 6, (uint16_t)(k + 1), 443, TCP(TCP_ACK), i * INT64_C(10));
                flow_batch(t, &p, 1);
            }
        }
    }
    flow_table_flush(t);
    assert_true(seen.ended[FLOW_END_EVICTED] > 90000);
    assert_int_equal(seen.started, 100100);
}

static void what_tells_flows_apart(void **state)
{
    static const struct {
        const char *label;
        bool vlan_in_key, icmp;
        uint16_t vlan;
        uint8_t depth, type, back_type;
        unsigned flows;
    } cases[] = {
        {"the same, answered", true, false, 0, 0, 0, 0, 1},
        {"another VLAN", true, false, 5, 0, 0, 0, 2},
        {"another VLAN, which does not count", false, false, 5, 0, 0, 0, 1},
        {"in a tunnel", true, false, 0, 1, 0, 0, 2},
        {"echo and its reply", true, true, 0, 0, 8, 0, 1},
        {"unreachable, each way", true, true, 0, 0, 3, 3, 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct seen seen = {};
        struct flow_settings s = FLOW_SETTINGS;
        s.vlan_in_key = cases[i].vlan_in_key;
        AUTO(flow_table_drop) struct flow_table *t = table(&seen, &s);
        struct packet to = packet(1, 2, 10, 20, IP_UDP, 0);
        struct packet back = packet(2, 1, 20, 10, IP_UDP, 0);
        if (cases[i].icmp) {
            to.proto = back.proto = IP_ICMP;
            to.flags = back.flags = PACKET_HAS_ICMP;
            to.sport = to.dport = back.sport = back.dport = 0;
            to.icmp_type = cases[i].type;
            back.icmp_type = cases[i].back_type;
        }
        back.vlan[0] = cases[i].vlan;
        back.vlans = cases[i].vlan != 0;
        back.tunnel_depth = cases[i].depth;
        flow_batch(t, &to, 1);
        flow_batch(t, &back, 1);
        CHECK_INT(flow_table_stats(t).flows, cases[i].flows, cases[i].label);
        flow_table_flush(t);
    }
}

static void quiet_on_start(void *context, struct flow *f, const struct packet *p)
{
    (void)context;
    (void)p;
    flow_quiet(f, false);
}

static void a_quiet_flow_is_counted_and_not_shown(void **state)
{
    struct seen seen = {};
    struct flow_table *t = NULL;
    struct err e;
    (void)state;
    struct flow_user user = {&seen, quiet_on_start, on_packet, NULL};
    assert_true(flow_table_new(&FLOW_SETTINGS, &user, &t, &e));
    struct packet p = packet(1, 2, 10, 20, IP_UDP, 0);
    flow_batch(t, &p, 1);
    assert_int_equal(seen.packets[0], 0);
    assert_int_equal(flow_table_stats(t).packets, 1);
    flow_table_drop(&t);
}

static void settings_out_of_bounds_are_refused(void **state)
{
    struct flow_settings s[4] = {FLOW_SETTINGS, FLOW_SETTINGS, FLOW_SETTINGS, FLOW_SETTINGS};
    (void)state;
    s[0].udp_s = 0;
    s[1].tcp_s = 901;
    s[2].flows = 5;
    s[3].shards = 0;
    for (size_t i = 0; i < COUNT(s); i++) {
        struct flow_table *t = NULL;
        struct err e = {};
        assert_false(flow_table_new(&s[i], &(struct flow_user){}, &t, &e));
        assert_int_equal(e.code, ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_go_through_their_states),
        cmocka_unit_test(a_flow_ends_when_its_time_is_over),
        cmocka_unit_test(time_that_jumps_does_no_harm),
        cmocka_unit_test(seeds_and_threads_change_nothing),
        cmocka_unit_test(a_flood_pushes_itself_out),
        cmocka_unit_test(what_tells_flows_apart),
        cmocka_unit_test(a_quiet_flow_is_counted_and_not_shown),
        cmocka_unit_test(settings_out_of_bounds_are_refused),
    };
    return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
