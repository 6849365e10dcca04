/* test_eve_control.c - the control-room lines: field by field, with the intent, and without any value. */
#include "dissect/dissector.h"
#include "sensor/eve/eve_private.h"
#include "tests/check.h"

#include <stdlib.h>

static const struct dissector *row_of(enum app app)
{
    const struct dissector *d;
    for (size_t i = 0; (d = dissector_at(i)) && d->app != app; i++)
        ;
    assert_non_null(d);
    return d;
}

/* What the row of `app` writes of a request and a response, either of them empty for none. */
static struct str body_of(enum app app, struct str request, struct str response, char *out,
                          size_t room)
{
    static union dissect_facts asked, answered;
    struct buf buf = BUF(EVE_HELD + EVE_LINE_MAX);
    size_t used = 0;
    const struct dissector *d = row_of(app);
    enum dissect_transport t = d->transports & DISSECT_TCP ? DISSECT_TCP : DISSECT_UDP;
    if (request.len)
        assert_int_equal(d->parse(t, request, &asked, &used), DISSECT_DONE);
    if (response.len)
        assert_int_equal(d->parse(t, response, &answered, &used), DISSECT_DONE);
    assert_true(buf_room(&buf, EVE_LINE_MAX));
    struct eve *e = eve_new_into(&buf, 0);
    eve_row_of(app)->body(e, request.len ? &asked : NULL, response.len ? &answered : NULL);
    struct str made = buf_str(&buf);
    assert_true(made.len > 1 && made.len < room && made.ptr[0] == ',');
    memcpy(out, made.ptr + 1, made.len - 1);
    out[made.len - 1] = 0;
    size_t len = made.len - 1;
    eve_drop(&e);
    buf_drop(&buf);
    return (struct str){out, len};
}

static const struct {
    const char *label;
    enum app app;
    struct str request, response;
    const char *line;
} lines[] = {
    {"modbus, a read and its response", APP_MODBUS, S_("\0\1\0\0\0\6\1\3\0\x10\0\2"),
     S_("\0\1\0\0\0\7\1\3\4\xde\xad\xbe\xef"),
     "\"modbus\":{\"request\":{\"transaction_id\":1,\"protocol_id\":0,\"unit_id\":1,"
     "\"function_raw\":3,\"function_code\":\"RdHoldRegs\",\"access_type\":\"READ | HOLDING\","
     "\"category\":\"PUBLIC_ASSIGNED\",\"error_flags\":\"NONE\","
     "\"read\":{\"address\":16,\"quantity\":2}},"
     "\"response\":{\"transaction_id\":1,\"protocol_id\":0,\"unit_id\":1,\"function_raw\":3,"
     "\"function_code\":\"RdHoldRegs\",\"access_type\":\"READ | HOLDING\","
     "\"category\":\"PUBLIC_ASSIGNED\",\"error_flags\":\"NONE\"},\"intent\":\"read\"}"},
    {"modbus, a write refused", APP_MODBUS, S_("\0\1\0\0\0\x0b\1\x10\0\1\0\2\4\0\1\0\2"),
     S_("\0\1\0\0\0\3\1\x90\2"),
     "\"modbus\":{\"request\":{\"transaction_id\":1,\"protocol_id\":0,\"unit_id\":1,"
     "\"function_raw\":16,\"function_code\":\"WrMultRegs\","
     "\"access_type\":\"WRITE | HOLDING | MULTIPLE\",\"category\":\"PUBLIC_ASSIGNED\","
     "\"error_flags\":\"NONE\",\"write\":{\"address\":1,\"quantity\":2}},"
     "\"response\":{\"transaction_id\":1,\"protocol_id\":0,\"unit_id\":1,\"function_raw\":144,"
     "\"function_code\":\"WrMultRegs\",\"access_type\":\"WRITE | HOLDING | MULTIPLE\","
     "\"category\":\"PUBLIC_ASSIGNED\",\"error_flags\":\"NONE\","
     "\"exception\":{\"raw\":2,\"code\":\"IllegalDataAddr\"}},\"intent\":\"write\"}"},
    {"dnp3, a link frame", APP_DNP3, S_("\5\x64\5\x49\x64\0\1\0\x7e\x5f"), S_(""),
     "\"dnp3\":{\"type\":\"link\",\"control\":{\"dir\":false,\"pri\":true,\"fcb\":false,"
     "\"fcv\":false,\"function_code\":9},\"src\":1,\"dst\":100,\"intent\":\"none\"}"},
    {"iec104, a command", APP_IEC104, S_("\x68\x0e\4\0\x0e\0\x2d\1\6\1\x0d\x91\x1a\x27\0\x81"),
     S_(""),
     "\"iec104\":{\"type\":\"request\",\"apci\":{\"format\":\"I\",\"send_sequence\":2,"
     "\"receive_sequence\":7},\"asdu\":{\"type_id\":45,\"type\":\"C_SC_NA_1\",\"cause_id\":6,"
     "\"cause\":\"act\",\"negative\":false,\"test\":false,\"sequence\":false,\"objects\":1,"
     "\"originator_address\":1,\"common_address\":37133,\"object_address\":10010,"
     "\"select\":true},\"intent\":\"control\"}"},
    {"iec104, a test", APP_IEC104, S_(""), S_("\x68\4\x83\0\0\0"),
     "\"iec104\":{\"type\":\"response\",\"apci\":{\"format\":\"U\",\"function\":\"TESTFR con\"},"
     "\"intent\":\"none\"}"},
    {"s7, a stop", APP_S7COMM,
     S_("\3\0\0\x21\2\xf0\x80\x32\1\0\0\2\0\0\x10\0\0\x29\0\0\0\0\0\x09P_PROGRAM"), S_(""),
     "\"s7comm\":{\"protocol\":\"s7comm\",\"rosctr\":\"Job-Request\",\"pdu_reference\":512,"
     "\"function_code\":41,\"function\":\"PLC Stop\",\"intent\":\"control\"}"},
    {"s7, a block is loaded", APP_S7COMM,
     S_("\3\0\0\x31\2\xf0\x80\x32\1\0\0\x0e\0\0\x20\0\0\x1a\0\1\0\0\0\0\0\x09_0A00001P\x0d"
        "1000500000400"),
     S_(""),
     "\"s7comm\":{\"protocol\":\"s7comm\",\"rosctr\":\"Job-Request\",\"pdu_reference\":3584,"
     "\"function_code\":26,\"function\":\"Request download\",\"block_type\":\"DB\","
     "\"block_number\":1,\"intent\":\"program\"}"},
    {"enip, an attribute and its answer", APP_ENIP,
     S_("\x6f\0\x18\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\x08\0\x0e\3\x20\1\x24\1\x30\7"),
     S_("\x6f\0\x14\0\1\0\0\0\0\0\0\0........\0\0\0\0"
        "\0\0\0\0\0\0\2\0\0\0\0\0\xb2\0\4\0\x8e\0\x08\0"),
     "\"enip\":{\"request\":{\"command\":\"send_rr_data\",\"status\":\"success\",\"session\":1,"
     "\"cip\":{\"service\":\"Get Attribute Single\",\"path\":["
     "{\"segment_type\":\"class\",\"value\":1},{\"segment_type\":\"instance\",\"value\":1},"
     "{\"segment_type\":\"attribute_id\",\"value\":7}],\"class_name\":\"Identity\"}},"
     "\"response\":{\"command\":\"send_rr_data\",\"status\":\"success\",\"session\":1,"
     "\"cip\":{\"service\":\"Get Attribute Single\",\"status\":\"Service not supported\"}},"
     "\"intent\":\"read\"}"},
    {"bacnet, a property is written", APP_BACNET,
     S_("\x81\x0a\0\x18\1\4\0\5\1\x0f\x0c\0\x40\0\1\x19\x55\x3e\x44\0\0\0\0\x3f"), S_(""),
     "\"bacnet\":{\"bvlc_function\":\"Original-Unicast-NPDU\","
     "\"pdu_type\":\"Confirmed-Request\",\"invoke_id\":1,\"pdu_service\":\"writeProperty\","
     "\"object_type\":1,\"object_instance\":1,\"property\":85,\"intent\":\"write\"}"},
    {"opcua, a channel without security", APP_OPCUA,
     S_("OPNF\x53\0\0\0\1\0\0\0\x2f\0\0\0http://opcfoundation.org/UA/SecurityPolicy#None"
        "\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0\0\2\0\0\0\1\0\xbe\1\0"),
     S_(""),
     "\"opcua\":{\"msg_type\":\"OPN\",\"is_final\":\"F\",\"msg_size\":83,\"sec_channel_id\":1,"
     "\"seq_number\":1,\"request_id\":2,\"security_policy\":\"None\",\"secure\":false,"
     "\"identifier\":446,\"identifier_str\":\"OpenSecureChannelRequest\",\"intent\":\"none\"}"},
};

static void lines_say_what_was_asked_and_no_value(void **state)
{
    static char made[64 * 1024];
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        (void)body_of(lines[i].app, lines[i].request, lines[i].response, made, sizeof made);
        if (strcmp(made, lines[i].line) != 0)
            fail_msg("%s:\n%s\nnot\n%s", lines[i].label, made, lines[i].line);
    }
}

/* A fragment as Suricata 7 tells it (suricata-verify, dnp3-del-measure and dnp3-file-read). */
static void dnp3_lines_carry_suricatas_fields(void **state)
{
    static const uint8_t head[] = {5, 0x64, 12, 0x44, 3, 0, 4, 0};
    static const uint8_t data[] = {0xc0, 0xce, 129, 0x10, 0, 52, 2};
    static char made[4096];
    uint8_t bytes[64];
    (void)state;
    memcpy(bytes, head, sizeof head);
    uint16_t crc = dnp3_crc(bytes, sizeof head);
    bytes[8] = (uint8_t)crc, bytes[9] = (uint8_t)(crc >> 8);
    memcpy(bytes + 10, data, sizeof data);
    crc = dnp3_crc(bytes + 10, sizeof data);
    bytes[17] = (uint8_t)crc, bytes[18] = (uint8_t)(crc >> 8);
    (void)body_of(APP_DNP3, STR_NONE, (struct str){(const char *)bytes, 19}, made, sizeof made);
    assert_string_equal(
        made, "\"dnp3\":{\"type\":\"response\",\"control\":{\"dir\":false,\"pri\":true,"
              "\"fcb\":false,\"fcv\":false,\"function_code\":4},\"src\":4,\"dst\":3,"
              "\"application\":{\"control\":{\"fir\":true,\"fin\":true,\"con\":false,"
              "\"uns\":false,\"sequence\":14},\"function_code\":129,\"objects\":[],"
              "\"complete\":false},\"iin\":{\"indicators\":[\"need_time\"]},\"intent\":\"none\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_say_what_was_asked_and_no_value),
        cmocka_unit_test(dnp3_lines_carry_suricatas_fields),
    };
    return cmocka_run_group_tests_name("eve_control", tests, NULL, NULL);
}
