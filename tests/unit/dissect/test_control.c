/* test_control.c - what the messages of control rooms ask of a controller, protocol by protocol, byte by byte. */
#include "dissect/control/control.h"
#include "tests/check.h"

#include <stdlib.h>

struct expected {
    const char *label;
    const struct dissector *row;
    enum dissect_transport transport;
    struct str bytes;
    unsigned function;
    enum dissect_intent intent;
    bool response;
};

#define T DISSECT_TCP
#define U DISSECT_UDP
static const struct expected messages[] = {
    /* Modbus: transaction, protocol, length, unit, function */
    {"modbus, registers are read", &dissector_modbus, T, S_("\0\1\0\0\0\6\1\3\0\x10\0\2"), 3,
     INTENT_READ, false},
    {"modbus, a coil is written", &dissector_modbus, T, S_("\0\1\0\0\0\6\1\5\0\x10\xff\0"), 5,
     INTENT_WRITE, false},
    {"modbus, many registers are written", &dissector_modbus, T,
     S_("\0\1\0\0\0\x0b\1\x10\0\1\0\2\4\0\1\0\2"), 16, INTENT_WRITE, false},
    {"modbus, an exception", &dissector_modbus, T, S_("\0\1\0\0\0\3\1\x83\2"), 3, INTENT_READ,
     false},
    {"modbus, restart of communications", &dissector_modbus, T, S_("\0\1\0\0\0\6\1\x08\0\1\0\0"), 8,
     INTENT_CONTROL, false},
    {"modbus, a controller is programmed", &dissector_modbus, T, S_("\0\1\0\0\0\4\1\x0d\0\0"), 13,
     INTENT_PROGRAM, false},
    {"modbus, a function of nobody we know", &dissector_modbus, T, S_("\0\1\0\0\0\4\1\x5b\0\2"),
     0x5b, INTENT_NONE, false},
    {"umas, an identity is read", &dissector_modbus, T, S_("\0\1\0\0\0\4\1\x5a\0\2"), 0x5a,
     INTENT_READ, false},
    {"umas, a program's block is loaded", &dissector_modbus, T,
     S_("\0\1\0\0\0\x08\1\x5a\x33\x34\0\1\2\3"), 0x5a, INTENT_PROGRAM, false},
    {"umas, a controller is stopped", &dissector_modbus, T, S_("\0\1\0\0\0\6\1\x5a\x33\x41\xff\0"),
     0x5a, INTENT_CONTROL, false},
    {"umas, a variable is written", &dissector_modbus, T, S_("\0\1\0\0\0\5\1\x5a\x33\x23\1"), 0x5a,
     INTENT_WRITE, false},
    {"umas, done", &dissector_modbus, T, S_("\0\1\0\0\0\4\1\x5a\x33\xfe"), 0x5a, INTENT_NONE,
     false},
    {"umas, cut short", &dissector_modbus, T, S_("\0\1\0\0\0\3\1\x5a\x33"), 0x5a, INTENT_NONE,
     false},
    /* IEC 104 */
    {"iec104, transfer begins", &dissector_iec104, T, S_("\x68\4\7\0\0\0"), 0, INTENT_NONE, false},
    {"iec104, transfer has begun", &dissector_iec104, T, S_("\x68\4\x0b\0\0\0"), 0, INTENT_NONE,
     true},
    {"iec104, a breaker is thrown", &dissector_iec104, T,
     S_("\x68\x0e\4\0\x0e\0\x2d\1\6\1\x0d\x91\x1a\x27\0\1"), 45, INTENT_CONTROL, false},
    {"iec104, it was", &dissector_iec104, T, S_("\x68\x0e\x0e\0\6\0\x2d\1\7\1\x0d\x91\x1a\x27\0\1"),
     45, INTENT_CONTROL, true},
    {"iec104, a set point", &dissector_iec104, T,
     S_("\x68\x10\4\0\x0e\0\x30\1\6\1\x0d\x91\x1a\x27\0\1\2\0"), 48, INTENT_WRITE, false},
    {"iec104, general interrogation", &dissector_iec104, T,
     S_("\x68\x0e\0\0\2\0\x64\1\6\0\x0d\x91\0\0\0\x14"), 100, INTENT_READ, false},
    {"iec104, a process is reset", &dissector_iec104, T,
     S_("\x68\x0e\0\0\2\0\x69\1\6\0\x0d\x91\0\0\0\1"), 105, INTENT_CONTROL, false},
    {"iec104, a value comes by itself", &dissector_iec104, T,
     S_("\x68\x0e\0\0\2\0\1\1\3\0\x0d\x91\0\0\0\1"), 1, INTENT_NONE, true},
    /* S7 behind TPKT and COTP */
    {"s7, set-up", &dissector_s7comm, T,
     S_("\3\0\0\x19\2\xf0\x80\x32\1\0\0\2\0\0\x08\0\0\xf0\0\0\1\0\1\1\xe0"), 0xf0, INTENT_NONE,
     false},
    {"s7, stop", &dissector_s7comm, T,
     S_("\3\0\0\x21\2\xf0\x80\x32\1\0\0\2\0\0\x10\0\0\x29\0\0\0\0\0\x09P_PROGRAM"), 0x29,
     INTENT_CONTROL, false},
    {"s7, start", &dissector_s7comm, T,
     S_("\3\0\0\x25\2\xf0\x80\x32\1\0\0\2\0\0\x14\0\0\x28\0\0\0\0\0\0\xfd\0\0\x09P_PROGRAM"), 0x28,
     INTENT_CONTROL, false},
    {"s7, a block is put to work", &dissector_s7comm, T,
     S_("\3\0\0\x21\2\xf0\x80\x32\1\0\0\2\0\0\x10\0\0\x28\0\0\0\0\0\0\xfd\0\0\5_INSE"), 0x28,
     INTENT_PROGRAM, false},
    {"s7, a block is loaded", &dissector_s7comm, T,
     S_("\3\0\0\x31\2\xf0\x80\x32\1\0\0\x0e\0\0\x20\0\0\x1a\0\1\0\0\0\0\0\x09_0A00001P\x0d"
        "1000500000400"),
     0x1a, INTENT_PROGRAM, false},
    {"s7, a variable is written", &dissector_s7comm, T,
     S_("\3\0\0\x24\2\xf0\x80\x32\1\0\0\2\0\0\x0e\0\5\5\1\x12\x0a\x10\2\0\1\0\7\x84\0\0\x50\0\4\0"
        "\x08\1"),
     5, INTENT_WRITE, false},
    {"s7, a clock is set", &dissector_s7comm, T,
     S_("\3\0\0\x1d\2\xf0\x80\x32\7\0\0\2\0\0\x08\0\4\0\1\x12\4\x11\x47\2\0\x0a\0\0\0"), 0x0702,
     INTENT_WRITE, false},
    {"s7 plus, a variable is set", &dissector_s7comm, T,
     S_("\3\0\0\x20\2\xf0\x80\x72\2\0\x11\x31\0\0\4\xf2\0\0\0\3\0\0\1\2\x34\0\0\0\x35\0\x72\2"),
     0x04f2, INTENT_WRITE, false},
    {"s7 plus, the processor's state is set", &dissector_s7comm, T,
     S_("\3\0\0\x20\2\xf0\x80\x72\2\0\x11\x31\0\0\4\xf2\0\0\0\3\0\0\1\2\x34\0\0\0\x34\0\x72\2"),
     0x04f2, INTENT_CONTROL, false},
    /* EtherNet/IP */
    {"enip, a session", &dissector_enip, T,
     S_("\x65\0\4\0\0\0\0\0\0\0\0\0........\0\0\0\0\1\0\0\0"), 0, INTENT_NONE, false},
    {"cip, an attribute is read", &dissector_enip, T,
     S_("\x6f\0\x18\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\x08\0\x0e\3\x20\1\x24\1\x30\7"),
     0x0e, INTENT_READ, false},
    {"cip, a device is reset", &dissector_enip, T,
     S_("\x6f\0\x16\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\6\0\5\2\x20\1\x24\1"),
     5, INTENT_CONTROL, false},
    {"cip, a tag is written inside another message", &dissector_enip, T,
     S_("\x6f\0\x28\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\x18\0\x52\2\x20\6\x24\1\7\xf9\x0a\0"
        "\x4d\2\x91\2ab\xc3\0\1\0\1\0\1\0"),
     0x4d, INTENT_WRITE, false},
    {"cip, the gravest of several", &dissector_enip, T,
     S_("\x6f\0\x28\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\x18\0\x0a\2\x20\2\x24\1\2\0\6\0\x0c\0"
        "\1\2\x20\1\x24\1\7\2\x20\1\x24\1"),
     0x0a, INTENT_CONTROL, false},
    {"cip, a PCCC write", &dissector_enip, T,
     S_("\x6f\0\x22\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\x12\0\x4b\2\x20\x67\x24\1\7\x4d\0\1\2\3\4\x0f\0\1\0\xaa"),
     0x4b, INTENT_WRITE, false},
    {"cip, an answer", &dissector_enip, T,
     S_("\x6f\0\x14\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\4\0\x8e\0\x08\0"),
     0x0e, INTENT_NONE, true},
    {"enip, who is there", &dissector_enip, U, S_("\x63\0\0\0\0\0\0\0\0\0\0\0........\0\0\0\0"), 0,
     INTENT_NONE, false},
    /* BACnet */
    {"bacnet, a property is read", &dissector_bacnet, U,
     S_("\x81\x0a\0\x11\1\4\0\5\1\x0c\x0c\0\x40\0\1\x19\x55"), 12, INTENT_READ, false},
    {"bacnet, a property is written", &dissector_bacnet, U,
     S_("\x81\x0a\0\x18\1\4\0\5\1\x0f\x0c\0\x40\0\1\x19\x55\x3e\x44\0\0\0\0\x3f"), 15, INTENT_WRITE,
     false},
    {"bacnet, a device restarts", &dissector_bacnet, U, S_("\x81\x0a\0\x0c\1\4\0\5\1\x14\x09\0"),
     20, INTENT_CONTROL, false},
    {"bacnet, a file is written, through a router", &dissector_bacnet, U,
     S_("\x81\x0a\0\x0f\1\x24\0\1\1\x0a\xff\0\5\1\7"), 7, INTENT_PROGRAM, false},
    {"bacnet, who is there", &dissector_bacnet, U, S_("\x81\x0b\0\x08\1\0\x10\x08"), 256 + 8,
     INTENT_READ, false},
    {"bacnet, an error", &dissector_bacnet, U, S_("\x81\x0a\0\x0d\1\0\x50\1\x0f\x91\2\x91\x1f"), 15,
     INTENT_WRITE, true},
    /* OPC UA */
    {"opcua, hello", &dissector_opcua, T,
     S_("HELF\x20\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0"), 0, INTENT_NONE, false},
    {"opcua, a value is written", &dissector_opcua, T,
     S_("MSGF\x24\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\1\0\xa1\2\0\0\0\0\0\0\0\0"), 673,
     INTENT_WRITE, false},
    {"opcua, a method is called", &dissector_opcua, T,
     S_("MSGF\x24\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\1\0\xc8\2\0\0\0\0\0\0\0\0"), 712,
     INTENT_CONTROL, false},
    {"opcua, an encrypted message", &dissector_opcua, T,
     S_("MSGF\x24\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\x91\x42\xc8\2\xab\0\0\0\0\0\0\0"), 0,
     INTENT_NONE, false},
};

static void every_message_is_told_for_what_it_wants(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        const struct expected *m = &messages[i];
        union dissect_facts facts;
        size_t used = 0;
        CHECK_INT(m->row->parse(m->transport, m->bytes, &facts, &used), DISSECT_DONE, m->label);
        CHECK_INT(used, m->bytes.len, m->label);
        CHECK_INT(control_function(m->row->app, &facts), m->function, m->label);
        CHECK_INT(m->row->intent(&facts), m->intent, m->label);
        if (m->row->response)
            CHECK_INT(m->row->response(&facts), m->response, m->label);
        CHECK_INT(m->row->probe(m->transport, m->bytes) != PROBE_NO, true, m->label);
    }
}

/* In memory of just that length: ASan sees a byte read too many. */
static enum dissect_result parse_piece(const struct expected *m, size_t n)
{
    union dissect_facts facts;
    size_t used = 0;
    char *piece = malloc(n ? n : 1);
    assert_non_null(piece);
    memcpy(piece, m->bytes.ptr, n);
    enum dissect_result r = m->row->parse(m->transport, (struct str){piece, n}, &facts, &used);
    free(piece);
    return r;
}

static void a_message_in_pieces_waits_for_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        const struct expected *m = &messages[i];
        enum dissect_result short_of =
            m->transport == DISSECT_UDP ? DISSECT_NOT : DISSECT_NEED_MORE;
        for (size_t n = 0; n < m->bytes.len; n++)
            CHECK_INT(parse_piece(m, n), short_of, m->label);
    }
}

static void two_messages_in_a_segment_are_two(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        const struct expected *m = &messages[i];
        char twice[512];
        union dissect_facts facts;
        size_t used = 0;
        if (m->transport != DISSECT_TCP)
            continue;
        assert_true(2 * m->bytes.len <= sizeof twice);
        memcpy(twice, m->bytes.ptr, m->bytes.len);
        memcpy(twice + m->bytes.len, m->bytes.ptr, m->bytes.len);
        struct str both = {twice, 2 * m->bytes.len};
        CHECK_INT(m->row->parse(DISSECT_TCP, both, &facts, &used), DISSECT_DONE, m->label);
        CHECK_INT(used, m->bytes.len, m->label);
    }
}

static void other_protocols_are_not_taken_for_these(void **state)
{
    static const struct {
        const char *label;
        enum dissect_transport transport;
        uint16_t port;
        struct str bytes;
    } cases[] = {
        {"http on modbus's port", T, 502, S_("GET / HTTP/1.1\r\nHost: a\r\n\r\n")},
        {"tls on opc ua's port", T, 4840, S_("\x16\3\1\2\0\1\0\1\xfc\3\3")},
        {"remote desktop: TPKT, but not S7", T, 3389,
         S_("\3\0\0\x13\x0e\xe0\0\0\0\0\0\1\0\x08\0\3\0\0\0")},
        {"MMS behind the same connection request", T, 102,
         S_("\3\0\0\x16\x11\xe0\0\0\0\1\0\xc0\1\x0a\xc1\2\0\1\xc2\2\0\1"
            "\3\0\0\x0c\2\xf0\x80\x0d\x03\x05\x06\x13")},
        {"zeros on EtherNet/IP's other port", U, 2222, S_("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
        {"a datagram that begins like BACnet", U, 47808, S_("\x81\x0a\0\xff\1\4\0\5\1\x0c")},
        {"DNP3's start with a wrong checksum", T, 20000, S_("\5\x64\5\xc0\1\0\0\1\0\0")},
        {"synchrophasors (C37.118)", T, 4712, S_("\xaa\x41\0\x12\0\1\0\0\0\0\0\0\0\0\0\2\0\0")},
        {"text on IEC 104's port", T, 2404, S_("hello, telecontrol")},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct dissector *d =
            dissector_guess(cases[i].transport, 40000, cases[i].port, cases[i].bytes);
        union dissect_facts facts;
        size_t used = 0;
        bool claimed = d && control_is(d->app) &&
                       d->parse(cases[i].transport, cases[i].bytes, &facts, &used) == DISSECT_DONE;
        CHECK_INT(claimed, false, cases[i].label);
    }
}

static void modbus_tells_addresses_and_faults(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
        bool can_ask, can_answer;
        unsigned faults;
        struct modbus_span read, write;
    } cases[] = {
        {"read", S_("\0\1\0\0\0\6\1\3\0\x10\0\2"), true, false, 0, {true, 16, 2}, {0}},
        {"a response", S_("\0\1\0\0\0\7\1\3\4\0\1\0\2"), false, true, 0, {0}, {0}},
        {"either, for coils", S_("\0\1\0\0\0\6\1\1\3\0\0\1"), true, true, 0, {true, 768, 1}, {0}},
        {"too many",
         S_("\0\1\0\0\0\6\1\3\0\x10\0\x7e"),
         true,
         false,
         MODBUS_FAULT_DATA_VALUE,
         {true, 16, 126},
         {0}},
        {"cut short",
         S_("\0\1\0\0\0\4\1\3\0\x10"),
         false,
         false,
         MODBUS_FAULT_DATA_LENGTH,
         {0},
         {0}},
        {"read and write",
         S_("\0\1\0\0\0\x0d\1\x17\0\1\0\2\0\3\0\1\2\0\7"),
         true,
         false,
         0,
         {true, 1, 2},
         {true, 3, 1}},
        {"a coil that is neither on nor off",
         S_("\0\1\0\0\0\6\1\5\0\x10\1\1"),
         true,
         true,
         MODBUS_FAULT_DATA_VALUE,
         {0},
         {true, 16, 1}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        union dissect_facts f;
        size_t used = 0;
        const char *label = cases[i].label;
        CHECK_INT(dissector_modbus.parse(T, cases[i].bytes, &f, &used), DISSECT_DONE, label);
        CHECK_INT(f.modbus.can_ask, cases[i].can_ask, label);
        CHECK_INT(f.modbus.can_answer, cases[i].can_answer, label);
        CHECK_INT(f.modbus.faults, cases[i].faults, label);
        CHECK_INT(f.modbus.read.address, cases[i].read.address, label);
        CHECK_INT(f.modbus.read.quantity, cases[i].read.quantity, label);
        CHECK_INT(f.modbus.write.address, cases[i].write.address, label);
        CHECK_INT(f.modbus.write.quantity, cases[i].write.quantity, label);
    }
}

/* ---- DNP3: frames with their checksums are made here ---- */

struct stream_made {
    uint8_t bytes[8192];
    size_t len;
};

static void put_crc(struct stream_made *m, size_t from)
{
    uint16_t crc = dnp3_crc(m->bytes + from, m->len - from);
    m->bytes[m->len++] = (uint8_t)crc;
    m->bytes[m->len++] = (uint8_t)(crc >> 8);
}

static void put_frame(struct stream_made *m, uint8_t control, const uint8_t *data, size_t len)
{
    uint8_t head[] = {5, 0x64, (uint8_t)(5 + len), control, 4, 0, 3, 0};
    size_t at = m->len;
    memcpy(m->bytes + m->len, head, sizeof head);
    m->len += sizeof head;
    put_crc(m, at);
    for (size_t done = 0; done < len; done += 16) {
        size_t n = len - done < 16 ? len - done : 16;
        at = m->len;
        memcpy(m->bytes + m->len, data + done, n);
        m->len += n;
        put_crc(m, at);
    }
}

static enum dissect_result dnp3_read(const struct stream_made *m, union dissect_facts *f,
                                     size_t *ret_used)
{
    return dissector_dnp3.parse(T, (struct str){(const char *)m->bytes, m->len}, f, ret_used);
}

static void a_checksum_is_as_the_standard_has_it(void **state)
{
    static const uint8_t link[] = {0x05, 0x64, 0x05, 0x49, 0x64, 0x00, 0x01, 0x00};
    (void)state;
    assert_int_equal(dnp3_crc(link, sizeof link), 0x5f7e);
}

static void a_fragment_over_frames_is_one_message(void **state)
{
    uint8_t first[250] = {0x40, 0xc1, 0x02, 110, 240, 0x07, 2}, last[241] = {0x81};
    struct stream_made m = {.len = 0};
    union dissect_facts f;
    size_t used = 0;
    (void)state;
    put_frame(&m, 0xc4, first, sizeof first);
    size_t whole = m.len;
    assert_int_equal(dnp3_read(&m, &f, &used), DISSECT_NEED_MORE);
    put_frame(&m, 0xc4, last, 1 + 480 - (sizeof first - 7));
    assert_true(m.len > whole);
    assert_int_equal(dnp3_read(&m, &f, &used), DISSECT_DONE);
    assert_int_equal(used, m.len);
    assert_int_equal(f.dnp3.frames, 2);
    assert_int_equal(f.dnp3.function, 2);
    assert_int_equal(f.dnp3.n_objects, 1);
    assert_int_equal(f.dnp3.objects[0].count, 2); /* two strings of 240 bytes */
    assert_true(f.dnp3.complete);
    assert_int_equal(dissector_dnp3.intent(&f), INTENT_WRITE);
    m.bytes[whole + 12] ^= 1;
    assert_int_equal(dnp3_read(&m, &f, &used), DISSECT_DONE); /* what came before the bad frame */
    assert_int_equal(used, whole);
    assert_false(f.dnp3.complete);
}

static void objects_are_walked_by_their_sizes(void **state)
{
    static const struct {
        const char *label;
        struct str fragment;
        unsigned objects, count;
        bool complete;
        enum dissect_intent intent;
    } cases[] = {
        {"classes are read", S_("\xc4\1\x3c\2\6\x3c\3\6\x3c\4\6"), 3, 0, true, INTENT_READ},
        {"a breaker is operated", S_("\xc4\4\x0c\1\x28\1\0\7\0\3\1\x64\0\0\0\x64\0\0\0\0"), 1, 1,
         true, INTENT_CONTROL},
        {"packed bits", S_("\xc4\2\x50\1\0\7\7\0"), 1, 1, true, INTENT_WRITE},
        {"a file is opened to be written",
         S_("\xc4\x19\x46\3\x5b\1\x1b\0\x1a\0\1\0\0\0\0\0\0\0\xff\1\0\0\0\0\0\0\0\0\2\0\0\4\6\0x"),
         1, 1, true, INTENT_PROGRAM},
        {"a file is opened to be read",
         S_("\xc4\x19\x46\3\x5b\1\x1b\0\x1a\0\1\0\0\0\0\0\0\0\xff\1\0\0\0\0\0\0\0\0\1\0\0\4\6\0x"),
         1, 1, true, INTENT_READ},
        {"a restart", S_("\xc4\x0d"), 0, 0, true, INTENT_CONTROL},
        {"an object nobody knows", S_("\xc4\2\xfe\1\7\1\0"), 1, 1, false, INTENT_WRITE},
        {"more points than bytes", S_("\xc4\2\x1e\1\x09\xff\xff\xff\xff"), 1, 0xffffffff, false,
         INTENT_WRITE},
        {"a range that runs backwards", S_("\xc4\1\1\2\0\7\3"), 0, 0, false, INTENT_READ},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stream_made m = {.len = 0};
        union dissect_facts f;
        size_t used = 0;
        const char *label = cases[i].label;
        uint8_t data[250] = {0xc0};
        memcpy(data + 1, cases[i].fragment.ptr, cases[i].fragment.len);
        put_frame(&m, 0xc4, data, 1 + cases[i].fragment.len);
        CHECK_INT(dnp3_read(&m, &f, &used), DISSECT_DONE, label);
        CHECK_INT(f.dnp3.n_objects, cases[i].objects, label);
        if (cases[i].objects)
            CHECK_INT(f.dnp3.objects[0].count, cases[i].count, label);
        CHECK_INT(f.dnp3.complete, cases[i].complete, label);
        CHECK_INT(dissector_dnp3.intent(&f), cases[i].intent, label);
        CHECK_INT(dissector_dnp3.probe(T, (struct str){(const char *)m.bytes, m.len}), PROBE_YES,
                  label);
    }
}

static void s7_tells_blocks_variables_and_rack(void **state)
{
    static const struct str connected =
        S_("\3\0\0\x16\x11\xe0\0\0\0\1\0\xc0\1\x0a\xc1\2\1\0\xc2\2\1\2"
           "\3\0\0\x07\2\xf0\0"
           "\3\0\0\x31\2\xf0\x80\x32\1\0\0\x0e\0\0\x20\0\0\x1a\0\1\0\0\0\0\0\x09_0A00017P\x0d"
           "1000500000400");
    union dissect_facts f;
    size_t used = 0;
    (void)state;
    assert_int_equal(dissector_s7comm.parse(T, connected, &f, &used), DISSECT_DONE);
    assert_true(f.s7comm.tsaps && f.s7comm.has_block);
    assert_int_equal(f.s7comm.tsap_called, 0x0102);
    assert_int_equal(f.s7comm.block_number, 17);
    assert_string_equal(s7comm_block_type_name(f.s7comm.block_type), "DB");
    static const struct str read =
        S_("\3\0\0\x1f\2\xf0\x80\x32\1\0\0\2\0\0\x0e\0\0\4\1\x12\x0a\x10\2\0\1\0\7\x84\0\0\x51");
    assert_int_equal(dissector_s7comm.parse(T, read, &f, &used), DISSECT_DONE);
    assert_true(f.s7comm.has_address);
    assert_int_equal(f.s7comm.block, 7);
    assert_int_equal(f.s7comm.address, 10 << 3 | 1);
}

static void opc_ua_tells_the_policy(void **state)
{
    static const struct {
        const char *label;
        struct str bytes;
        bool secure;
        struct str policy;
        unsigned service;
    } cases[] = {
        {"none",
         S_("OPNF\x53\0\0\0\1\0\0\0\x2f\0\0\0http://opcfoundation.org/UA/SecurityPolicy#None"
            "\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0\0\2\0\0\0\1\0\xbe\1\0"),
         false, S_("None"), 446},
        {"encrypted",
         S_("OPNF\x5d\0\0\0\1\0\0\0\x39\0\0\0http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha"
            "256\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0\0\2\0\0\0\1\0\xbe\1\0"),
         true, S_("Basic256Sha256"), 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        union dissect_facts f;
        size_t used = 0;
        CHECK_INT(dissector_opcua.parse(T, cases[i].bytes, &f, &used), DISSECT_DONE,
                  cases[i].label);
        CHECK_INT(f.opcua.secure, cases[i].secure, cases[i].label);
        CHECK_INT(str_eq((struct str){f.opcua.policy, f.opcua.policy_len}, cases[i].policy), true,
                  cases[i].label);
        CHECK_INT(f.opcua.service, cases[i].service, cases[i].label);
        CHECK_INT(dissector_opcua.probe(T, cases[i].bytes), PROBE_YES, cases[i].label);
    }
}

static void facts_that_wait_for_a_response_are_short(void **state)
{
    (void)state;
    assert_true(sizeof(struct modbus_facts) <= DISSECT_PAIR_MOST);
    assert_true(sizeof(struct enip_facts) <= DISSECT_PAIR_MOST);
    assert_true(sizeof(struct dnp3_facts) <= DISSECT_PAIR_MOST);
    assert_true(sizeof(struct s7comm_facts) <= DISSECT_PAIR_MOST);
    assert_true(sizeof(struct opcua_facts) <= DISSECT_PAIR_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_told_for_what_it_wants),
        cmocka_unit_test(a_message_in_pieces_waits_for_its_end),
        cmocka_unit_test(two_messages_in_a_segment_are_two),
        cmocka_unit_test(other_protocols_are_not_taken_for_these),
        cmocka_unit_test(modbus_tells_addresses_and_faults),
        cmocka_unit_test(a_checksum_is_as_the_standard_has_it),
        cmocka_unit_test(a_fragment_over_frames_is_one_message),
        cmocka_unit_test(objects_are_walked_by_their_sizes),
        cmocka_unit_test(s7_tells_blocks_variables_and_rack),
        cmocka_unit_test(opc_ua_tells_the_policy),
        cmocka_unit_test(facts_that_wait_for_a_response_are_short),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
