/* test_zeek.c - Zeek's lines, field by field; question and answer in one. */
#include "tests/unit/sensor/zeek_folder.h"

#define AT INT64_C(1700000000123456)

/* ---- made-up events ---- */

struct made {
    struct flow flow;
    struct flow_ends ends;
    struct sensor_event event;
};

static void make(struct made *m, enum sensor_event_kind kind, uint8_t proto, uint16_t sport,
                 uint16_t dport)
{
    static const uint8_t client[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};
    static const uint8_t server[16] = {[10] = 0xff, 0xff, 198, 51, 100, 2};
    *m = (struct made){0};
    m->flow.number = 640;
    m->flow.start_us = AT;
    m->flow.last_us = AT + 2500000;
    m->flow.packets[FLOW_CLIENT] = 5;
    m->flow.packets[FLOW_SERVER] = 4;
    m->flow.bytes[FLOW_CLIENT] = 600;
    m->flow.bytes[FLOW_SERVER] = 4000;
    memcpy(m->flow.key.low, client, sizeof client);
    memcpy(m->flow.key.high, server, sizeof server);
    m->flow.key.low_port = sport;
    m->flow.key.high_port = dport;
    m->flow.key.proto = proto;
    m->flow.key.version_and_depth = 4 << 4;
    m->ends = flow_ends(&m->flow);
    m->event =
        (struct sensor_event){.kind = kind, .time_us = AT, .flow = &m->flow, .ends = &m->ends};
}

/* One event's line in its log. */
static struct str line_of(struct folder *f, const struct sensor_event *ev, const char *log)
{
    AUTO(buf_drop) struct buf lines = BUF(TEXT_MOST);
    struct zeek_logs *logs = NULL;
    struct err e = {0};
    AUTO(zeek_drop) struct zeek *z = zeek_new_into(&lines, CAPTURE);
    zeek_event(z, ev);
    assert_true(zeek_logs_open(f->path, &logs, &e));
    zeek_logs_put(logs, buf_str(&lines));
    assert_true(zeek_logs_close(&logs, &e));
    struct str text = folder_read(f, log);
    if (!text.len)
        fail_msg("no line in %s", log);
    return text;
}

static void expect(const struct sensor_event *ev, const char *log, const char *rest)
{
    struct folder f = folder_new();
    char uid[ZEEK_UID_SIZE], want[2048];
    zeek_uid(CAPTURE, ev->flow->number, uid);
    snprintf(
        want, sizeof want,
        "{\"ts\":1700000000.123456,\"uid\":\"%s\",\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":%u,"
        "\"id.resp_h\":\"198.51.100.2\",\"id.resp_p\":%u%s}\n",
        uid, ev->ends->client_port, ev->ends->server_port, rest);
    struct str got = line_of(&f, ev, log);
    if (!str_eq(got, (struct str){want, strlen(want)}))
        fail_msg("%s: got\n" STR_FMT "want\n%s", log, STR_ARG(got), want);
    assert_int_equal(folder_drop(&f), 1);
}

static void a_connection_has_zeeks_fields(void **state)
{
    (void)state;
    struct made m;
    make(&m, SENSOR_FLOW, IP_TCP, 40000, 443);
    m.flow.tcp_flags[FLOW_CLIENT] = TCP_SYN | TCP_ACK | TCP_PSH | TCP_FIN;
    m.flow.tcp_flags[FLOW_SERVER] = TCP_SYN | TCP_ACK | TCP_PSH | TCP_FIN;
    m.event.app = APP_TLS;
    m.event.client_own = true;
    char id[COMMUNITY_ID_SIZE], rest[512];
    flow_community_id(&m.flow, 0, id);
    snprintf(rest, sizeof rest,
             ",\"proto\":\"tcp\",\"service\":\"ssl\",\"duration\":2.500000,\"conn_state\":\"SF\","
             "\"local_orig\":true,\"local_resp\":false,\"history\":\"ShADadFf\",\"orig_pkts\":5,"
             "\"orig_ip_bytes\":600,\"resp_pkts\":4,\"resp_ip_bytes\":4000,\"community_id\":\"%s\"",
             id);
    expect(&m.event, "conn.log", rest);
}

static void a_connection_ends_in_zeeks_terms(void **state)
{
    (void)state;
    enum { S = TCP_SYN, A = TCP_ACK, F = TCP_FIN, R = TCP_RST };
    static const struct {
        uint8_t client, server;
        const char *state;
    } cases[] = {
        {S, 0, "S0"},
        {S | A, S | A, "S1"},
        {S | A | F, S | A | F, "SF"},
        {S, R | A, "REJ"},
        {S | A | F, S | A, "S2"},
        {S | A, S | A | F, "S3"},
        {S | A | R, S | A, "RSTO"},
        {S | A, S | A | R, "RSTR"},
        {S | R, 0, "RSTOS0"},
        {0, S | A | R, "RSTRH"},
        {S | F, 0, "SH"},
        {0, S | A | F, "SHR"},
        {A, A, "OTH"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct made m;
        char want[64];
        make(&m, SENSOR_FLOW, IP_TCP, 40000, 443);
        m.flow.tcp_flags[FLOW_CLIENT] = cases[i].client;
        m.flow.tcp_flags[FLOW_SERVER] = cases[i].server;
        m.flow.packets[FLOW_CLIENT] = cases[i].client != 0;
        m.flow.packets[FLOW_SERVER] = cases[i].server != 0;
        struct folder f = folder_new();
        struct str got = line_of(&f, &m.event, "conn.log");
        snprintf(want, sizeof want, "\"conn_state\":\"%s\"", cases[i].state);
        if (!got.len || !memmem(got.ptr, got.len, want, strlen(want)))
            fail_msg("flags %#x and %#x: " STR_FMT, cases[i].client, cases[i].server, STR_ARG(got));
        folder_drop(&f);
    }
}

static void hellos_have_zeeks_fields(void **state)
{
    (void)state;
    static struct sensor_tls t = {.have = TLS_HAS_CLIENT | TLS_HAS_SERVER,
                                  .version = 0x0304,
                                  .sni = "www.example.jp",
                                  .sni_len = 14,
                                  .alpn = "h2",
                                  .alpn_len = 2,
                                  .ja3 = "0123456789abcdef0123456789abcdef",
                                  .ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1"};
    struct made m;
    make(&m, SENSOR_TLS, IP_TCP, 40000, 443);
    m.event.tls = &t;
    expect(&m.event, "ssl.log",
           ",\"version\":\"TLSv13\",\"server_name\":\"www.example.jp\",\"next_protocol\":\"h2\","
           "\"established\":true,\"ja3\":\"0123456789abcdef0123456789abcdef\","
           "\"ja4\":\"t13d1516h2_8daaf6152771_e5627efa2ab1\"");
}

static void requests_have_zeeks_fields(void **state)
{
    (void)state;
    static struct sensor_http h = {.asked = true,
                                   .status = 404,
                                   .length = 12,
                                   .minor = 1,
                                   .method = "GET",
                                   .method_len = 3,
                                   .host = "www.example.jp",
                                   .host_len = 14,
                                   .path = "/a?b",
                                   .path_len = 4,
                                   .agent = "curl/8",
                                   .agent_len = 6};
    struct made m;
    make(&m, SENSOR_HTTP, IP_TCP, 40000, 80);
    m.event.http = &h;
    expect(&m.event, "http.log",
           ",\"trans_depth\":1,\"method\":\"GET\",\"host\":\"www.example.jp\",\"uri\":\"/a?b\","
           "\"version\":\"1.1\",\"user_agent\":\"curl/8\",\"response_body_len\":12,"
           "\"status_code\":404");
}

static void a_match_is_a_line_of_intel(void **state)
{
    (void)state;
    struct sensor_match match = {.where = SENSOR_AT_DNS_QUERY,
                                 .seen = S("a.evil.example"),
                                 .hit = {.kind = SELECTOR_DOMAIN_BELOW,
                                         .key = S("evil.example"),
                                         .source = S("feed-7"),
                                         .threat = S("Kasumi"),
                                         .confidence = 80}};
    struct made m;
    make(&m, SENSOR_MATCH, IP_UDP, 40000, 53);
    m.event.match = &match;
    expect(
        &m.event, "intel.log",
        ",\"seen.indicator\":\"a.evil.example\",\"seen.indicator_type\":\"Intel::DOMAIN\","
        "\"seen.where\":\"DNS::IN_REQUEST\",\"seen.node\":\"hinomi\","
        "\"matched\":[\"Intel::DOMAIN\"],\"sources\":[\"feed-7\"],\"indicator\":\"evil.example\","
        "\"threat\":\"Kasumi\",\"confidence\":80");
}

static void a_modbus_pair_is_two_lines(void **state)
{
    (void)state;
    static union dissect_facts asked = {.modbus = {.transaction = 9, .unit = 1, .function = 16}};
    static union dissect_facts told = {
        .modbus = {.transaction = 9, .unit = 1, .function = 16 | MODBUS_EXCEPTION, .exception = 2}};
    struct made m;
    make(&m, SENSOR_APP, IP_TCP, 40000, 502);
    m.event.app = APP_MODBUS;
    m.event.request = &asked;
    expect(&m.event, "modbus.log",
           ",\"tid\":9,\"unit\":1,\"func\":\"WRITE_MULTIPLE_REGISTERS\",\"pdu_type\":\"REQ\"");
    m.event.request = NULL;
    m.event.response = &told;
    expect(&m.event, "modbus.log",
           ",\"tid\":9,\"unit\":1,\"func\":\"WRITE_MULTIPLE_REGISTERS_EXCEPTION\","
           "\"pdu_type\":\"RESP\",\"exception\":\"ILLEGAL_DATA_ADDRESS\"");
}

static void ssh_has_both_sides(void **state)
{
    (void)state;
    static union dissect_facts asked = {
        .ssh = {.version_len = 3,
                .version = "2.0",
                .software_len = 13,
                .software = "OpenSSH_9.2p1",
                .hassh_client = "0123456789abcdef0123456789abcdef"}};
    static union dissect_facts told = {
        .ssh = {.version_len = 4, .version = "1.99", .software_len = 5, .software = "Cisco"}};
    struct made m;
    make(&m, SENSOR_APP, IP_TCP, 40000, 22);
    m.event.app = APP_SSH;
    m.event.request = &asked;
    m.event.response = &told;
    expect(&m.event, "ssh.log",
           ",\"version\":2,\"client\":\"SSH-2.0-OpenSSH_9.2p1\",\"server\":\"SSH-1.99-Cisco\","
           "\"hassh\":\"0123456789abcdef0123456789abcdef\"");
}

/* ---- names ---- */

static struct dns_message message(uint16_t id, bool response)
{
    struct dns_message m = {.id = id,
                            .flags = response ? 0x8180 : 0x0100,
                            .response = response,
                            .recursion_desired = true,
                            .recursion_available = response,
                            .n_questions = 1,
                            .counts = {1, response, 0, 0},
                            .text = "www.example.jp",
                            .text_len = 14};
    m.questions[0] = (struct dns_question){{0, 14}, DNS_A, 1};
    if (response) {
        m.n_answers = 1;
        m.answers[0] = (struct dns_record){.name = {0, 14},
                                           .ttl = 300,
                                           .type = DNS_A,
                                           .class = 1,
                                           .address_len = 4,
                                           .address = {[10] = 0xff, 0xff, 203, 0, 113, 9}};
    }
    return m;
}

static void say(struct zeek *z, uint16_t id, bool response, int64_t time_us)
{
    struct made m;
    struct dns_message text = message(id, response);
    make(&m, SENSOR_DNS, IP_UDP, 40000, 53);
    m.event.dns = &text;
    m.event.time_us = time_us;
    zeek_event(z, &m.event);
}

static void a_question_and_its_answer_are_one_line(void **state)
{
    (void)state;
    struct folder f = folder_new();
    AUTO(buf_drop) struct buf lines = BUF(TEXT_MOST);
    struct zeek_logs *logs = NULL;
    struct err e = {0};
    char uid[ZEEK_UID_SIZE], want[2048];
    AUTO(zeek_drop) struct zeek *z = zeek_new_into(&lines, CAPTURE);
    say(z, 7, false, AT);
    say(z, 8, false, AT + 10);
    say(z, 7, true, AT + 20044);
    assert_true(zeek_logs_open(f.path, &logs, &e));
    zeek_logs_put(logs, buf_str(&lines));
    assert_int_equal(zeek_logs_lines(logs, "dns"), 1);
    assert_true(zeek_logs_close(&logs, &e));
    zeek_uid(CAPTURE, 640, uid);
    snprintf(
        want, sizeof want,
        "{\"ts\":1700000000.123456,\"rtt\":0.020044,\"uid\":\"%s\",\"id.orig_h\":\"192.0.2.1\","
        "\"id.orig_p\":40000,\"id.resp_h\":\"198.51.100.2\",\"id.resp_p\":53,\"proto\":\"udp\","
        "\"trans_id\":7,\"query\":\"www.example.jp\",\"qclass\":1,\"qclass_name\":\"C_INTERNET\","
        "\"qtype\":1,\"qtype_name\":\"A\",\"rcode\":0,\"rcode_name\":\"NOERROR\",\"AA\":false,"
        "\"TC\":false,\"RD\":true,\"RA\":true,\"Z\":0,\"answers\":[\"203.0.113.9\"],"
        "\"TTLs\":[300.0],\"rejected\":false}\n"
        "{\"ts\":1700000000.123466,\"uid\":\"%s\",\"id.orig_h\":\"192.0.2.1\","
        "\"id.orig_p\":40000,\"id.resp_h\":\"198.51.100.2\",\"id.resp_p\":53,\"proto\":\"udp\","
        "\"trans_id\":8,\"query\":\"www.example.jp\",\"qclass\":1,\"qclass_name\":\"C_INTERNET\","
        "\"qtype\":1,\"qtype_name\":\"A\",\"AA\":false,\"TC\":false,\"RD\":true,\"RA\":false,"
        "\"Z\":0,\"rejected\":false}\n",
        uid, uid);
    struct str got = folder_read(&f, "dns.log");
    if (!str_eq(got, (struct str){want, strlen(want)}))
        fail_msg("got\n" STR_FMT "want\n%s", STR_ARG(got), want);
    folder_drop(&f);
}

static void questions_wait_for_a_time_and_in_a_number(void **state)
{
    (void)state;
    struct folder f = folder_new();
    AUTO(buf_drop) struct buf lines = BUF(TEXT_MOST);
    struct zeek_logs *logs = NULL;
    struct err e = {0};
    AUTO(zeek_drop) struct zeek *z = zeek_new_into(&lines, CAPTURE);
    assert_true(zeek_logs_open(f.path, &logs, &e));
    for (unsigned i = 0; i < ZEEK_DNS_WAITING + 5; i++)
        say(z, (uint16_t)i, false, AT);
    zeek_logs_put(logs, buf_str(&lines));
    assert_int_equal(zeek_logs_lines(logs, "dns"), 5);
    buf_clear(&lines);
    say(z, 3, true, AT + 1);  /* its question has gone: a line of its own */
    say(z, 10, true, AT + 1); /* its question has not */
    zeek_logs_put(logs, buf_str(&lines));
    assert_int_equal(zeek_logs_lines(logs, "dns"), 7);
    buf_clear(&lines);
    say(z, 60000, false, AT + ZEEK_DNS_WAIT_US);
    zeek_logs_put(logs, buf_str(&lines));
    assert_int_equal(zeek_logs_lines(logs, "dns"), ZEEK_DNS_WAITING + 5 + 1);
    assert_true(zeek_logs_close(&logs, &e));
    folder_drop(&f);
}

static void no_two_flows_share_a_uid(void **state)
{
    (void)state;
    enum { N = 3000 };
    static char uids[N][ZEEK_UID_SIZE];
    for (uint64_t i = 0; i < N; i++) {
        struct str uid = zeek_uid(i % 3, i / 3 * 64 + i % 2, uids[i]);
        assert_int_equal(uid.len, 18);
        assert_int_equal(uid.ptr[0], 'C');
        for (size_t k = 1; k < uid.len; k++)
            assert_true((uid.ptr[k] >= '0' && uid.ptr[k] <= '9') ||
                        ((uid.ptr[k] | 32) >= 'a' && (uid.ptr[k] | 32) <= 'z'));
    }
    for (size_t i = 0; i < N; i++)
        for (size_t k = i + 1; k < N; k++)
            if (memcmp(uids[i], uids[k], ZEEK_UID_SIZE) == 0)
                fail_msg("%zu and %zu are both %s", i, k, uids[i]);
}

static void a_log_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct folder f = folder_new();
    AUTO(buf_drop) struct buf lines = BUF(TEXT_MOST);
    struct zeek_logs *logs = NULL;
    struct err e = {0};
    char path[512];
    snprintf(path, sizeof path, "%s/dns.log", f.path);
    assert_int_equal(symlink("/dev/full", path), 0);
    AUTO(zeek_drop) struct zeek *z = zeek_new_into(&lines, CAPTURE);
    say(z, 7, false, AT);
    assert_true(zeek_logs_open(f.path, &logs, &e));
    zeek_logs_put(logs, buf_str(&lines));
    assert_false(zeek_logs_close(&logs, &e));
    assert_non_null(strstr(e.text, "dns.log"));
    folder_drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_has_zeeks_fields),
        cmocka_unit_test(a_connection_ends_in_zeeks_terms),
        cmocka_unit_test(hellos_have_zeeks_fields),
        cmocka_unit_test(requests_have_zeeks_fields),
        cmocka_unit_test(a_match_is_a_line_of_intel),
        cmocka_unit_test(a_modbus_pair_is_two_lines),
        cmocka_unit_test(ssh_has_both_sides),
        cmocka_unit_test(a_question_and_its_answer_are_one_line),
        cmocka_unit_test(questions_wait_for_a_time_and_in_a_number),
        cmocka_unit_test(no_two_flows_share_a_uid),
        cmocka_unit_test(a_log_that_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
