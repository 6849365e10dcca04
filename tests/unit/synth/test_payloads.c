/* test_payloads.c - what the made-up hosts say is read by the sensor's own dissectors as what it is meant to be. */
#include "dissect/dissector.h"
#include "synth/payload.h"
#include "tests/check.h"

enum { ROOM = 1 << 14 };

static const struct dissector *guess(enum dissect_transport transport, uint16_t port,
                                     struct str bytes)
{
    const struct dissector *d = dissector_guess(transport, 40000, port, bytes);
    if (!d)
        fail_msg("nobody takes it");
    return d;
}

static void a_quic_hello_is_opened_and_names_its_server(void **state)
{
    AUTO(buf_drop) struct buf out = BUF(ROOM);
    struct synth_random r = synth_random_of(3);
    static const uint8_t id[SYNTH_QUIC_ID] = {1, 2, 3, 4, 5, 6, 7, 8};
    static union dissect_facts facts;
    static char flow[DISSECT_STATE_MOST];
    (void)state;
    memset(flow, 0, sizeof flow);
    synth_quic_hello(&out, id, S("www.popular0001.example"), &r);
    assert_int_equal(out.len, 1200);
    const struct dissector *d = guess(DISSECT_UDP, 443, buf_str(&out));
    assert_int_equal(d->app, APP_QUIC);
    assert_int_equal(d->parse_more(flow, buf_str(&out), &facts), DISSECT_DONE);
    assert_true(facts.quic.have & QUIC_HAS_VERIFIED);
    struct str sni = tls_sni(&facts.quic.client);
    assert_true(str_eq(sni, S("www.popular0001.example")));
}

static void a_flight_with_a_certificate_is_read(void **state)
{
    AUTO(buf_drop) struct buf out = BUF(ROOM);
    struct synth_random r = synth_random_of(4);
    static union dissect_facts facts;
    size_t used = 0;
    (void)state;
    synth_server_flight(&out, false, S("mail.office.example"), &r);
    assert_int_equal(dissector_tls.parse(DISSECT_TCP, buf_str(&out), &facts, &used), DISSECT_DONE);
}

static void sessions_are_told_by_their_first_bytes(void **state)
{
    AUTO(buf_drop) struct buf smb = BUF(ROOM), modbus = BUF(ROOM);
    struct synth_random r = synth_random_of(5);
    (void)state;
    synth_smb_put(&smb, &(struct synth_smb){.command = SYNTH_SMB_NEGOTIATE}, &r);
    assert_int_equal(guess(DISSECT_TCP, 445, buf_str(&smb))->app, APP_SMB);
    assert_int_equal(guess(DISSECT_TCP, 22, synth_ssh_line(SYNTH_SSH_OPENSSH))->app, APP_SSH);
    synth_modbus_read(&modbus, 1, 0, 10);
    assert_int_equal(guess(DISSECT_TCP, 502, buf_str(&modbus))->app, APP_MODBUS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quic_hello_is_opened_and_names_its_server),
        cmocka_unit_test(a_flight_with_a_certificate_is_read),
        cmocka_unit_test(sessions_are_told_by_their_first_bytes),
    };
    return cmocka_run_group_tests_name("payloads", tests, NULL, NULL);
}
