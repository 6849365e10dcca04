/* test_ipfix.c - what is written as IPFIX is read back, by our reader and by others' where they are installed. */
#include "net/export/ipfix.h"
#include "net/export/netflow.h"
#include "net/packet.h"
#include "tests/check.h"

#include <stdlib.h>
#include <unistd.h>

enum { FLOWS = 300, OURS = 424242 };

struct back {
    struct netflow *reader;
    size_t records, messages, longest;
    uint64_t bytes, packets;
    bool wrong;
    FILE *copy; /* of the messages, in a capture */
};

static void flow_make(unsigned i, struct flow_record *r)
{
    *r = (struct flow_record){
        .version = i % 3 ? 4 : 6,
        .proto = i % 5 ? IP_TCP : IP_ICMP,
        .sport = (uint16_t)(1000 + i),
        .dport = 443,
        .start_us = INT64_C(1700000000000000) + i * INT64_C(1000000),
        .end_us = INT64_C(1700000005000000) + i * INT64_C(1000000),
        .packets = 10 + i,
        .bytes = UINT64_C(5000000000) + i,
        .packets_back = 5,
        .bytes_back = 500 + i,
        .tcp_flags = 0x1b,
        .tcp_flags_back = 0x12,
        .end = FLOW_RECORD_FINISHED,
        .vlan = 12,
        .sni = i % 2 ? S("www.example.jp") : STR_NONE,
        .ja4 = S("t13d1516h2_8daaf6152771_02713d6af862"),
        .name = i % 7 ? STR_NONE : S("name.example"),
    };
    if (r->proto == IP_ICMP)
        r->has_icmp = true, r->icmp_type = 8, r->icmp_code = 0, r->sport = 0, r->dport = 0x800;
    if (r->version == 4) {
        r->src[10] = r->src[11] = r->dst[10] = r->dst[11] = 0xff;
        r->src[12] = r->dst[12] = 10;
    } else {
        r->src[0] = r->dst[0] = 0x20;
    }
    r->src[15] = (uint8_t)i;
    r->dst[15] = 200;
}

static bool same(const struct flow_record *a, const struct flow_record *b)
{
    return a->start_us == b->start_us && a->end_us == b->end_us && a->version == b->version &&
           a->proto == b->proto && a->sport == b->sport && a->dport == b->dport &&
           a->packets == b->packets && a->bytes == b->bytes && a->end == b->end &&
           a->packets_back == b->packets_back && a->bytes_back == b->bytes_back &&
           a->tcp_flags == b->tcp_flags && a->tcp_flags_back == b->tcp_flags_back &&
           a->vlan == b->vlan && a->has_icmp == b->has_icmp && a->icmp_type == b->icmp_type &&
           memcmp(a->src, b->src, 16) == 0 && memcmp(a->dst, b->dst, 16) == 0 &&
           str_eq(a->sni, b->sni) && str_eq(a->ja4, b->ja4) && str_eq(a->name, b->name);
}

static void on_record(void *context, const struct flow_record *r)
{
    struct back *b = context;
    struct flow_record made;
    flow_make((unsigned)b->records++, &made);
    b->wrong |= !same(&made, r) || r->domain != 7;
    b->bytes += r->bytes;
    b->packets += r->packets;
}

static void word(FILE *f, unsigned v)
{
    fputc((int)(v >> 8), f);
    fputc((int)(v & 0xff), f);
}

/* One more packet of a capture of raw IP: UDP to port 4739. */
static void copy_message(FILE *f, struct str m)
{
    uint32_t head[4] = {1700000000, 0, (uint32_t)m.len + 28, (uint32_t)m.len + 28};
    fwrite(head, sizeof head, 1, f);
    fwrite("\x45\0", 2, 1, f);
    word(f, (unsigned)m.len + 28);
    fwrite("\0\0\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2\x12\x83\x12\x83", 20, 1, f);
    word(f, (unsigned)m.len + 8);
    word(f, 0);
    fwrite(m.ptr, m.len, 1, f);
}

static void put(void *context, struct str message)
{
    static const uint8_t here[16] = {[15] = 1};
    struct back *b = context;
    b->messages++;
    b->longest = message.len > b->longest ? message.len : b->longest;
    if (b->reader)
        b->wrong |= !netflow_read(b->reader, here, message);
    if (b->copy)
        copy_message(b->copy, message);
}

static void write_all(struct back *b, struct ipfix_settings s)
{
    struct err e = {0};
    AUTO(ipfix_drop) struct ipfix *x = NULL;
    s.put = put;
    s.context = b;
    s.domain = 7;
    assert_true(ipfix_new(&s, &x, &e));
    for (unsigned i = 0; i < FLOWS; i++) {
        struct flow_record r;
        flow_make(i, &r);
        ipfix_write(x, &r, r.end_us);
    }
    ipfix_flush(x, INT64_C(1700001000000000));
    ipfix_flush(x, INT64_C(1700001000000000)); /* nothing is left: no message */
    assert_int_equal(ipfix_stats(x).messages, b->messages);
    assert_int_equal(ipfix_stats(x).records, FLOWS);
}

static void what_is_written_is_read_back(void **state)
{
    static const struct {
        const char *label;
        uint32_t message_most;
        int64_t every;
    } cases[] = {
        {"datagrams of a common size", 1400, 60000000},
        {"the smallest", IPFIX_MESSAGE_MIN, 60000000},
        {"the largest", IPFIX_MESSAGE_MOST, 60000000},
        {"templates in each", 1400, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct back b = {0};
        struct err e = {0};
        struct netflow_settings in = NETFLOW_SETTINGS;
        in.enterprise = OURS;
        assert_true(netflow_new(&in, &(struct netflow_user){&b, on_record}, &b.reader, &e));
        struct ipfix_settings out = IPFIX_SETTINGS;
        out.enterprise = OURS;
        out.message_most = cases[i].message_most;
        out.templates_every_us = cases[i].every;
        write_all(&b, out);
        struct netflow_stats n = netflow_stats(b.reader);
        netflow_drop(&b.reader);
        CHECK_INT(b.records, FLOWS, cases[i].label);
        CHECK_INT(b.wrong, false, cases[i].label);
        CHECK_INT(n.lost + n.restarts + n.late + n.cut, 0, cases[i].label);
        CHECK_INT(b.longest <= cases[i].message_most, true, cases[i].label);
        CHECK_INT(cases[i].every || n.templates == 2 * b.messages, true, cases[i].label);
    }
}

static void no_enterprise_number_means_no_strings(void **state)
{
    struct back b = {0};
    struct err e = {0};
    struct netflow_settings in = NETFLOW_SETTINGS;
    (void)state;
    assert_true(netflow_new(&in, &(struct netflow_user){&b, on_record}, &b.reader, &e));
    write_all(&b, IPFIX_SETTINGS);
    netflow_drop(&b.reader);
    assert_int_equal(b.records, FLOWS);
    assert_true(b.wrong); /* the strings are missing */
}

static void long_strings_are_cut_and_counted(void **state)
{
    static char name[400];
    struct back b = {0};
    struct err e = {0};
    AUTO(ipfix_drop) struct ipfix *x = NULL;
    struct ipfix_settings s = IPFIX_SETTINGS;
    (void)state;
    memset(name, 'a', sizeof name);
    s.put = put, s.context = &b, s.enterprise = OURS, s.message_most = IPFIX_MESSAGE_MIN;
    assert_true(ipfix_new(&s, &x, &e));
    for (int i = 0; i < 10; i++)
        ipfix_write(x,
                    &(struct flow_record){.version = 6,
                                          .sni = {name, sizeof name},
                                          .ja4 = {name, sizeof name},
                                          .name = {name, sizeof name}},
                    1);
    ipfix_flush(x, 1);
    assert_int_equal(ipfix_stats(x).strings_cut, 30);
    assert_true(b.longest <= IPFIX_MESSAGE_MIN);
}

static void bad_settings_are_refused(void **state)
{
    struct err e = {0};
    struct ipfix *x = NULL;
    struct ipfix_settings s = IPFIX_SETTINGS;
    (void)state;
    assert_false(ipfix_new(&s, &x, &e)); /* nobody to give messages to */
    s.put = put;
    s.message_most = IPFIX_MESSAGE_MIN - 1;
    assert_false(ipfix_new(&s, &x, &e));
    s.message_most = IPFIX_MESSAGE_MOST + 1;
    assert_false(ipfix_new(&s, &x, &e));
}

/* Numbers in the lines of a command, added up; -1 when it cannot be run. */
static long long sum_of(const char *command)
{
    char line[4096];
    long long sum = 0;
    FILE *f = popen(command, "r");
    if (!f)
        return -1;
    while (fgets(line, sizeof line, f))
        for (char *at = line; *at && *at != '\n';) {
            char *end = at;
            sum += strtoll(at, &end, 10);
            at = end == at ? at + 1 : end;
        }
    return pclose(f) == 0 ? sum : -1;
}

static void wireshark_reads_the_same_counts(void **state)
{
    static const uint32_t head[6] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101};
    char path[] = "/tmp/hinomi-ipfix-XXXXXX", command[256];
    (void)state;
    if (system("command -v tshark >/dev/null 2>&1") != 0) {
        print_message("skipped: tshark is not installed\n");
        return;
    }
    int fd = mkstemp(path);
    struct back b = {.copy = fdopen(fd, "wb")};
    assert_non_null(b.copy);
    fwrite(head, sizeof head, 1, b.copy);
    struct ipfix_settings out = IPFIX_SETTINGS;
    out.enterprise = OURS;
    write_all(&b, out);
    fclose(b.copy);
    long long packets = 0;
    for (unsigned i = 0; i < FLOWS; i++)
        packets += 10 + i + 5;
    snprintf(command, sizeof command,
             "tshark -r %s -d udp.port==4739,cflow -T fields -e cflow.packets 2>/dev/null", path);
    long long seen = sum_of(command);
    unlink(path);
    CHECK_INT(seen, packets, "packets both ways, as tshark adds them up");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(no_enterprise_number_means_no_strings),
        cmocka_unit_test(long_strings_are_cut_and_counted),
        cmocka_unit_test(bad_settings_are_refused),
        cmocka_unit_test(wireshark_reads_the_same_counts),
    };
    return cmocka_run_group_tests_name("ipfix", tests, NULL, NULL);
}
