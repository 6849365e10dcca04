/* test_dns.c - names as people and indicators write them, and messages that want to hurt. */
#include "dissect/dissector.h"
#include "tests/check.h"

#define QUERY_HEAD "\x12\x34\x01\x00\0\1\0\0\0\0\0\0"
#define QNAME_WWW "\3WWW\7example\3com\0"

static void names_are_lower_case_and_escaped(void **state)
{
    static const struct {
        const char *label;
        struct str wire, name;
    } cases[] = {
        {"case is folded", S_(QUERY_HEAD QNAME_WWW "\0\1\0\1"), S_("www.example.com")},
        {"the root is a dot", S_(QUERY_HEAD "\0\0\2\0\1"), S_(".")},
        {"a dot inside a label", S_(QUERY_HEAD "\3a.b\1c\0\0\1\0\1"), S_("a\\.b.c")},
        {"a backslash", S_(QUERY_HEAD "\3a\\b\0\0\1\0\1"), S_("a\\\\b")},
        {"control, space and high bytes", S_(QUERY_HEAD "\4\x1b \xc3\xa4\0\0\1\0\1"),
         S_("\\027\\032\\195\\164")},
        {"NUL is a byte like others", S_(QUERY_HEAD "\3a\0b\0\0\1\0\1"), S_("a\\000b")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dns_message m;
        CHECK_INT(dns_parse(cases[i].wire, &m), true, cases[i].label);
        if (!str_eq(dns_qname(&m), cases[i].name))
            fail_msg("%s: got " STR_FMT, cases[i].label, STR_ARG(dns_qname(&m)));
        CHECK_INT(m.malformed, false, cases[i].label);
    }
}

static void what_is_no_message_is_refused(void **state)
{
    static const struct {
        const char *label;
        struct str wire;
    } cases[] = {
        {"nothing", S_("")},
        {"half a header", S_("\x12\x34\x01\x00\0\1")},
        {"a question that is not there", S_(QUERY_HEAD)},
        {"a label past the end", S_(QUERY_HEAD "\77abc")},
        {"a reserved label type", S_(QUERY_HEAD "\x80"
                                                "ab\0\0\1\0\1")},
        {"a pointer to itself", S_(QUERY_HEAD "\xc0\x0c\0\1\0\1")},
        {"a pointer forward", S_(QUERY_HEAD "\xc0\x12\0\1\0\1\1a\0")},
        {"a pointer into the header", S_(QUERY_HEAD "\xc0\x02\0\1\0\1")},
        {"two pointers chasing each other", S_(QUERY_HEAD "\1a\xc0\x0c\0\1\0\1")},
        {"more questions than bytes", S_("\1\2\1\0\xff\xff\0\0\0\0\0\0" QNAME_WWW "\0\1\0\1")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dns_message m;
        CHECK_INT(dns_parse(cases[i].wire, &m), false, cases[i].label);
    }
}

static void answers_carry_types_targets_and_addresses(void **state)
{
    static const struct str wire =
        S_("\x12\x34\x81\x80\0\1\0\6\0\0\0\1" QNAME_WWW "\0\1\0\1"
           "\xc0\x0c\0\5\0\1\0\0\1\x2c\0\6\3cdn\xc0\x10" /* CNAME cdn.example.com */
           "\xc0\x2d\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"    /* A 192.0.2.1 */
           "\xc0\x2d\0\x1c\0\1\0\0\0\x3c\0\x10\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
           "\xc0\x10\0\xf\0\1\0\0\0\x3c\0\7\0\12\2mx\xc0\x10"             /* MX 10 mx.example.com */
           "\xc0\x10\0\x21\0\1\0\0\0\x3c\0\12\0\1\0\2\x1f\x90\1s\xc0\x10" /* SRV */
           "\xc0\x10\0\x10\0\1\0\0\0\x3c\0\7\6secret"                     /* TXT */
           "\0\0\x29\4\xd0\1\0\x80\0\0\0"); /* OPT: 1232, rcode 16, DO */
    static const struct {
        const char *label, *name, *target;
        unsigned type, ttl, address_len, rank, port, data_len;
    } want[] = {
        {"cname", "www.example.com", "cdn.example.com", DNS_CNAME, 300, 0, 0, 0, 6},
        {"a", "cdn.example.com", "", DNS_A, 60, 4, 0, 0, 4},
        {"aaaa", "cdn.example.com", "", DNS_AAAA, 60, 16, 0, 0, 16},
        {"mx", "example.com", "mx.example.com", DNS_MX, 60, 0, 10, 0, 7},
        {"srv", "example.com", "s.example.com", DNS_SRV, 60, 0, 1, 8080, 10},
        {"txt", "example.com", "", DNS_TXT, 60, 0, 0, 0, 7},
    };
    struct dns_message m;
    (void)state;
    assert_true(dns_parse(wire, &m));
    assert_false(m.malformed);
    assert_true(m.response && m.edns && m.dnssec_ok);
    assert_int_equal(m.edns_size, 1232);
    assert_int_equal(m.rcode, 16);
    assert_int_equal(m.n_answers, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        const struct dns_record *a = &m.answers[i];
        struct str name = {want[i].name, strlen(want[i].name)};
        struct str target = {want[i].target, strlen(want[i].target)};
        CHECK_INT(str_eq(dns_text(&m, a->name), name), true, want[i].label);
        CHECK_INT(str_eq(dns_text(&m, a->target), target), true, want[i].label);
        CHECK_INT(a->type, want[i].type, want[i].label);
        CHECK_INT(a->ttl, want[i].ttl, want[i].label);
        CHECK_INT(a->address_len, want[i].address_len, want[i].label);
        CHECK_INT(a->rank, want[i].rank, want[i].label);
        CHECK_INT(a->port, want[i].port, want[i].label);
        CHECK_INT(a->data_len, want[i].data_len, want[i].label);
    }
    assert_memory_equal(m.answers[1].address, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1", 16);
    assert_null(memmem(&m, sizeof m, "secret", 6)); /* TXT may hold content */
}

static void a_broken_answer_does_not_hide_the_question(void **state)
{
    static const struct {
        const char *label;
        struct str wire;
        unsigned kept, left_out;
    } cases[] = {
        {"cut inside a record",
         S_("\1\2\x81\x80\0\1\0\2\0\0\0\0" QNAME_WWW "\0\1\0\1"
            "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1\xc0\x0c\0\1\0"),
         1, 1},
        {"an address of five bytes",
         S_("\1\2\x81\x80\0\1\0\1\0\0\0\0" QNAME_WWW "\0\1\0\1"
            "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\5\xc0\0\2\1\1"),
         0, 1},
        {"a target that loops",
         S_("\1\2\x81\x80\0\1\0\1\0\0\0\0" QNAME_WWW "\0\1\0\1"
            "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2\xc0\x2d"),
         0, 1},
        {"a target longer than its data",
         S_("\1\2\x81\x80\0\1\0\1\0\0\0\0" QNAME_WWW "\0\1\0\1"
            "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2\7example\0"),
         0, 1},
        {"bytes after the end", S_(QUERY_HEAD QNAME_WWW "\0\1\0\1more"), 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dns_message m;
        CHECK_INT(dns_parse(cases[i].wire, &m), true, cases[i].label);
        CHECK_INT(m.malformed, true, cases[i].label);
        CHECK_INT(str_eq(dns_qname(&m), S("www.example.com")), true, cases[i].label);
        CHECK_INT(m.n_answers, cases[i].kept, cases[i].label);
        CHECK_INT(m.n_left_out, cases[i].left_out, cases[i].label);
    }
}

static void what_does_not_fit_is_counted(void **state)
{
    uint8_t wire[12 + 300 * 16 + 32] = "\1\2\x81\x80\0\1\1\x2c\0\0\0\0\1a\0\0\1\0\1";
    static const struct str record = S_("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1");
    size_t at = 12 + 7;
    struct dns_message m;
    (void)state;
    for (int i = 0; i < 300; i++, at += 16)
        memcpy(wire + at, record.ptr, record.len);
    assert_true(dns_parse((struct str){(char *)wire, at}, &m));
    assert_int_equal(m.n_answers, DNS_ANSWERS_MAX);
    assert_int_equal(m.n_left_out, 300 - DNS_ANSWERS_MAX);
    assert_false(m.malformed);
}

static void the_longest_name_fits_and_one_byte_more_does_not(void **state)
{
    static const struct str end = S_("\0\0\1\0\1");
    uint8_t wire[12 + 260 + 4] = QUERY_HEAD;
    struct dns_message m;
    (void)state;
    size_t at = 12;
    for (int i = 0; i < 3; i++, at += 64) {
        wire[at] = 63;
        memset(wire + at + 1, 0xff, 63);
    }
    wire[at] = 61; /* 3 * 64 + 62 + 1 = 255 */
    memset(wire + at + 1, 0xff, 61);
    memcpy(wire + at + 62, end.ptr, end.len);
    assert_true(dns_parse((struct str){(char *)wire, at + 67}, &m));
    assert_int_equal(dns_qname(&m).len, (63 * 3 + 61) * 4 + 3);

    wire[at] = 62;
    wire[at + 62] = 0xff;
    memcpy(wire + at + 63, end.ptr, end.len);
    assert_false(dns_parse((struct str){(char *)wire, at + 68}, &m));
}

static void a_stream_holds_message_after_message(void **state)
{
    static const char query[] = "\0\x21" QUERY_HEAD QNAME_WWW "\0\1\0\1";
    char stream[2 * (sizeof query - 1)];
    union dissect_facts facts;
    size_t used = 0, at = 0;
    int messages = 0;
    (void)state;
    memcpy(stream, query, sizeof query - 1);
    memcpy(stream + sizeof query - 1, query, sizeof query - 1);
    for (size_t n = 0; n < sizeof query - 1; n++)
        assert_int_equal(dissector_dns.parse(DISSECT_TCP, (struct str){stream, n}, &facts, &used),
                         DISSECT_NEED_MORE);
    while (at < sizeof stream) {
        struct str rest = {stream + at, sizeof stream - at};
        assert_int_equal(dissector_dns.parse(DISSECT_TCP, rest, &facts, &used), DISSECT_DONE);
        at += used;
        messages++;
    }
    assert_int_equal(messages, 2);
    assert_int_equal(at, sizeof stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_lower_case_and_escaped),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(answers_carry_types_targets_and_addresses),
        cmocka_unit_test(a_broken_answer_does_not_hide_the_question),
        cmocka_unit_test(what_does_not_fit_is_counted),
        cmocka_unit_test(the_longest_name_fits_and_one_byte_more_does_not),
        cmocka_unit_test(a_stream_holds_message_after_message),
    };
    return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
