/* test_office.c - messages of an office, told as EVE: what is kept of each, and what it says of a login.
 *
 * The messages are the seeds of the fuzzers' corpus, made by hand from the standards. */
#include "tests/unit/dissect/office.h"

static const struct {
    const struct dissector *row;
    enum dissect_transport transport;
    const char *seed, *text;
} cases[] = {
    {&dissector_ssh, DISSECT_TCP, "ssh/lines_before",
     "{\"client\":{\"proto_version\":\"1.99\",\"software_version\":\"Old\",\"hassh"
     "\":{\"hash\":\"4d4233d29ee9add4ae70ac4fc7743ba9\",\"string\":\"curve25519-sh"
     "a256,kex-strict-c-v00@openssh.com;aes128-ctr;hmac-sha2-256;none\"},\"strict_"
     "kex\":true}}\n"},
    {&dissector_ssh, DISSECT_TCP, "ssh/one",
     "{\"client\":{\"proto_version\":\"1.5\",\"software_version\":\"1.2.26\"}}\n"},
    {&dissector_ssh, DISSECT_TCP, "ssh/version_and_kexinit",
     "{\"client\":{\"proto_version\":\"2.0\",\"software_version\":\"Example_1.0\","
     "\"hassh\":{\"hash\":\"4d4233d29ee9add4ae70ac4fc7743ba9\",\"string\":\"curve2"
     "5519-sha256,kex-strict-c-v00@openssh.com;aes128-ctr;hmac-sha2-256;none\"},\""
     "strict_kex\":true}}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/chain",
     "{\"dialect\":\"unknown\",\"command\":\"SMB2_COMMAND_CREATE\",\"status\":\"ST"
     "ATUS_SUCCESS\",\"status_code\":\"0x0\",\"session_id\":5,\"tree_id\":1,\"sign"
     "ed\":false,\"chained\":[{\"command\":\"SMB2_COMMAND_CLOSE\",\"status\":\"STA"
     "TUS_OBJECT_NAME_NOT_FOUND\",\"status_code\":\"0xc0000034\"}]}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/hidden", "{\"encrypted\":true,\"session_id\":0}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/one_answer",
     "{\"dialect\":\"unknown\",\"command\":\"SMB1_COMMAND_NEGOTIATE_PROTOCOL\",\"s"
     "tatus\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\",\"session_id\":3,\"tree_i"
     "d\":1,\"signed\":false}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/one_negotiate",
     "{\"dialect\":\"unknown\",\"command\":\"SMB1_COMMAND_NEGOTIATE_PROTOCOL\",\"s"
     "ession_id\":3,\"tree_id\":1,\"signed\":false,\"client_dialects\":[\"NT LM 0."
     "12\",\"SMB 2.???\"]}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/one_setup",
     "tried {\"dialect\":\"unknown\",\"command\":\"SMB1_COMMAND_SESSION_SETUP_ANDX"
     "\",\"session_id\":3,\"tree_id\":1,\"signed\":false}\n"
     "failed {\"dialect\":\"unknown\",\"command\":\"SMB1_COMMAND_SESSION_SETUP_AND"
     "X\",\"status\":\"STATUS_LOGON_FAILURE\",\"status_code\":\"0xc000006d\",\"ses"
     "sion_id\":3,\"tree_id\":1,\"signed\":false}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/two_answer",
     "{\"dialect\":\"3.11\",\"command\":\"SMB2_COMMAND_NEGOTIATE_PROTOCOL\",\"stat"
     "us\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\",\"session_id\":0,\"tree_id\""
     ":0,\"signed\":false}\n"
     "failed {\"dialect\":\"unknown\",\"command\":\"SMB2_COMMAND_SESSION_SETUP\","
     "\"status\":\"STATUS_LOGON_FAILURE\",\"status_code\":\"0xc000006d\",\"session"
     "_id\":70368744177681,\"tree_id\":0,\"signed\":false}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/two_negotiate",
     "{\"dialect\":\"unknown\",\"command\":\"SMB2_COMMAND_NEGOTIATE_PROTOCOL\",\"s"
     "ession_id\":0,\"tree_id\":0,\"signed\":false,\"client_dialects\":[\"2.02\","
     "\"2.10\",\"3.00\",\"3.02\",\"3.11\"]}\n"},
    {&dissector_smb, DISSECT_TCP, "smb/two_setup",
     "tried {\"dialect\":\"unknown\",\"command\":\"SMB2_COMMAND_SESSION_SETUP\",\""
     "session_id\":0,\"tree_id\":0,\"signed\":false}\n"},
    {&dissector_rdp, DISSECT_TCP, "rdp/confirm",
     "{\"event_type\":\"initial_response\",\"protocol\":\"hybrid\"}\n"},
    {&dissector_rdp, DISSECT_TCP, "rdp/connect",
     "{\"event_type\":\"connect_request\",\"client\":{\"version\":\"v5\",\"desktop"
     "_width\":1024,\"desktop_height\":768,\"keyboard_layout\":1041,\"build\":2600"
     "}}\n"},
    {&dissector_rdp, DISSECT_TCP, "rdp/connected",
     "{\"event_type\":\"connect_response\",\"result\":0}\n"},
    {&dissector_rdp, DISSECT_TCP, "rdp/refusal",
     "{\"event_type\":\"initial_response\",\"error_code\":5,\"reason\":\"HYBRID_RE"
     "QUIRED_BY_SERVER\"}\n"},
    {&dissector_rdp, DISSECT_TCP, "rdp/request",
     "tried {\"event_type\":\"initial_request\",\"cookie_present\":true,\"requeste"
     "d_protocols\":[\"ssl\",\"hybrid\",\"hybrid_ex\"]}\n"},
    {&dissector_krb5, DISSECT_UDP, "krb5/as_req",
     "tried {\"msg_type\":\"KRB_AS_REQ\",\"realm\":\"EXAMPLE.TEST\",\"sname\":\"kr"
     "btgt\",\"requested_encryption\":[\"aes256-cts-hmac-sha1-96\",\"aes128-cts-hm"
     "ac-sha1-96\",\"rc4-hmac\",\"-133\"],\"preauth\":true}\n"},
    {&dissector_krb5, DISSECT_UDP, "krb5/error",
     "failed {\"msg_type\":\"KRB_ERROR\",\"error_code\":\"KDC_ERR_PREAUTH_FAILED\""
     ",\"realm\":\"EXAMPLE.TEST\",\"sname\":\"krbtgt\"}\n"},
    {&dissector_krb5, DISSECT_TCP, "krb5/tcp",
     "tried {\"msg_type\":\"KRB_AS_REQ\",\"realm\":\"EXAMPLE.TEST\",\"sname\":\"kr"
     "btgt\",\"requested_encryption\":[\"aes256-cts-hmac-sha1-96\",\"aes128-cts-hm"
     "ac-sha1-96\",\"rc4-hmac\",\"-133\"],\"preauth\":true}\n"
     "failed {\"msg_type\":\"KRB_ERROR\",\"error_code\":\"KDC_ERR_PREAUTH_FAILED\""
     ",\"realm\":\"EXAMPLE.TEST\",\"sname\":\"krbtgt\"}\n"},
    {&dissector_krb5, DISSECT_UDP, "krb5/tgs_rep",
     "{\"msg_type\":\"KRB_TGS_REP\",\"realm\":\"EXAMPLE.TEST\",\"sname\":\"cifs\","
     "\"encryption\":\"aes256-cts-hmac-sha1-96\",\"weak_encryption\":false,\"ticke"
     "t_encryption\":\"rc4-hmac\",\"ticket_weak_encryption\":true}\n"},
    {&dissector_ldap, DISSECT_TCP, "ldap/answers",
     "failed {\"responses\":[{\"operation\":\"bind_response\",\"message_id\":1,\"b"
     "ind_response\":{\"result_code\":\"invalid_credentials\"}}]}\n"
     "{\"responses\":[{\"operation\":\"search_result_done\",\"message_id\":2,\"sea"
     "rch_result_done\":{\"result_code\":\"success\"}}]}\n"},
    {&dissector_ldap, DISSECT_TCP, "ldap/bind",
     "tried {\"request\":{\"operation\":\"bind_request\",\"message_id\":1,\"bind_r"
     "equest\":{\"version\":3,\"authentication\":\"simple\"}}}\n"
     "tried {\"request\":{\"operation\":\"bind_request\",\"message_id\":2,\"bind_r"
     "equest\":{\"version\":3,\"authentication\":\"sasl\",\"sasl\":{\"mechanism\":"
     "\"GSS-SPNEGO\"}}}}\n"},
    {&dissector_ldap, DISSECT_TCP, "ldap/tls",
     "{\"request\":{\"operation\":\"extended_request\",\"message_id\":3,\"extended"
     "_request\":{\"name\":\"1.3.6.1.4.1.1466.20037\"}}}\n"
     "{\"request\":{\"operation\":\"search_request\",\"message_id\":4,\"search_req"
     "uest\":{\"scope\":\"whole_subtree\"}}}\n"
     "{\"request\":{\"operation\":\"unbind_request\",\"message_id\":5}}\n"},
    {&dissector_ntp, DISSECT_UDP, "ntp/client",
     "{\"version\":4,\"mode\":3,\"stratum\":0,\"reference_id\":\"00:00:00:00\"}\n"},
    {&dissector_ntp, DISSECT_UDP, "ntp/control", "{\"version\":2,\"mode\":6,\"opcode\":2}\n"},
    {&dissector_ntp, DISSECT_UDP, "ntp/monlist",
     "{\"version\":2,\"mode\":7,\"opcode\":42,\"monlist\":true}\n"},
    {&dissector_ntp, DISSECT_UDP, "ntp/server",
     "{\"version\":4,\"mode\":4,\"stratum\":2,\"reference_id\":\"4c:4f:43:4c\"}\n"},
    {&dissector_snmp, DISSECT_UDP, "snmp/bulk",
     "{\"version\":2,\"pdu_type\":\"get_bulk_request\",\"max_repetitions\":50,\"va"
     "riables\":1}\n"},
    {&dissector_snmp, DISSECT_UDP, "snmp/get",
     "{\"version\":2,\"pdu_type\":\"get_request\",\"community\":\"public\",\"varia"
     "bles\":2}\n"},
    {&dissector_snmp, DISSECT_UDP, "snmp/sealed",
     "{\"version\":3,\"pdu_type\":\"encrypted\",\"authenticated\":true}\n"},
    {&dissector_snmp, DISSECT_UDP, "snmp/three",
     "{\"version\":3,\"pdu_type\":\"get_request\",\"authenticated\":false,\"variab"
     "les\":0}\n"},
    {&dissector_snmp, DISSECT_UDP, "snmp/trap",
     "{\"version\":1,\"pdu_type\":\"trap_v1\",\"community\":\"private\",\"trap_typ"
     "e\":6,\"variables\":1}\n"},
    {&dissector_dhcp, DISSECT_UDP, "dhcp/ack",
     "{\"type\":\"reply\",\"id\":305419896,\"client_mac\":\"02:00:00:01:02:03\",\""
     "assigned_ip\":\"192.0.2.9\",\"client_ip\":\"0.0.0.0\",\"relay_ip\":\"0.0.0.0"
     "\",\"next_server_ip\":\"0.0.0.0\",\"dhcp_type\":\"ack\",\"lease_time\":3600,"
     "\"renewal_time\":1800,\"rebinding_time\":3072,\"subnet_mask\":\"255.255.255."
     "0\",\"routers\":[\"192.0.2.1\"],\"dns_servers\":[\"192.0.2.1\",\"192.0.2.2\""
     "]}\n"},
    {&dissector_dhcp, DISSECT_UDP, "dhcp/overload",
     "{\"type\":\"request\",\"id\":305419896,\"client_mac\":\"02:00:00:01:02:03\","
     "\"assigned_ip\":\"192.0.2.9\",\"client_ip\":\"0.0.0.0\"}\n"},
    {&dissector_dhcp, DISSECT_UDP, "dhcp/request",
     "{\"type\":\"request\",\"id\":305419896,\"client_mac\":\"02:00:00:01:02:03\","
     "\"assigned_ip\":\"192.0.2.9\",\"client_ip\":\"0.0.0.0\",\"dhcp_type\":\"requ"
     "est\",\"requested_ip\":\"192.0.2.9\",\"hostname\":\"host\",\"vendor_class_id"
     "entifier\":\"MSFT 5.0\",\"params\":[\"subnet_mask\",\"domain\",\"router\",\""
     "dns_server\"],\"params_list\":\"1,15,3,6\",\"params_hash\":\"181be29e0dc8e72"
     "cc88c0e2c16dcaa25\"}\n"},
    {&dissector_nbns, DISSECT_UDP, "nbns/answer",
     "{\"type\":\"response\",\"id\":7,\"opcode\":\"query\",\"rrname\":\"files\",\""
     "suffix\":32,\"rrtype\":\"NB\",\"broadcast\":false,\"rcode\":0,\"address\":\""
     "192.0.2.5\"}\n"},
    {&dissector_nbns, DISSECT_UDP, "nbns/query",
     "{\"type\":\"request\",\"id\":7,\"opcode\":\"query\",\"rrname\":\"files\",\"s"
     "uffix\":32,\"rrtype\":\"NB\",\"broadcast\":true}\n"},
    {&dissector_nbns, DISSECT_UDP, "nbns/register",
     "{\"type\":\"request\",\"id\":7,\"opcode\":\"registration\",\"rrname\":\"file"
     "s\",\"suffix\":0,\"rrtype\":\"NB\",\"broadcast\":true,\"address\":\"192.0.2."
     "5\"}\n"},
    {&dissector_sip, DISSECT_UDP, "sip/answer",
     "{\"version\":\"SIP/2.0\",\"code\":\"401\",\"cseq_method\":\"REGISTER\",\"use"
     "r_agent\":\"pbx\"}\n"},
    {&dissector_sip, DISSECT_UDP, "sip/invite",
     "{\"method\":\"INVITE\",\"version\":\"SIP/2.0\",\"user_agent\":\"phone/1\",\""
     "has_sdp\":true}\n"},
    {&dissector_mqtt, DISSECT_TCP, "mqtt/broker",
     "failed {\"connack\":{\"qos\":0,\"retain\":false,\"dup\":false,\"session_pres"
     "ent\":false,\"return_code\":5}}\n"
     "{\"suback\":{\"qos\":0,\"retain\":false,\"dup\":false,\"message_id\":1}}\n"
     "{\"pingresp\":{\"qos\":0,\"retain\":false,\"dup\":false}}\n"
     "{\"puback\":{\"qos\":0,\"retain\":false,\"dup\":false,\"message_id\":4}}\n"},
    {&dissector_mqtt, DISSECT_TCP, "mqtt/connect",
     "tried {\"connect\":{\"qos\":0,\"retain\":false,\"dup\":false,\"protocol_stri"
     "ng\":\"MQTT\",\"protocol_version\":4,\"flags\":{\"username\":true,\"password"
     "\":true,\"will_retain\":false,\"will\":false,\"clean_session\":true},\"keepa"
     "live\":60,\"client_id_length\":1}}\n"},
    {&dissector_mqtt, DISSECT_TCP, "mqtt/five",
     "{\"connect\":{\"qos\":0,\"retain\":false,\"dup\":false,\"protocol_string\":"
     "\"MQTT\",\"protocol_version\":5,\"flags\":{\"username\":false,\"password\":f"
     "alse,\"will_retain\":false,\"will\":false,\"clean_session\":true},\"keepaliv"
     "e\":60,\"client_id_length\":1}}\n"},
    {&dissector_mqtt, DISSECT_TCP, "mqtt/talk",
     "{\"subscribe\":{\"qos\":1,\"retain\":false,\"dup\":false,\"message_id\":1}}\n"
     "{\"publish\":{\"qos\":1,\"retain\":false,\"dup\":false,\"message_id\":2}}\n"
     "{\"pingreq\":{\"qos\":0,\"retain\":false,\"dup\":false}}\n"
     "{\"disconnect\":{\"qos\":0,\"retain\":false,\"dup\":false,\"reason_code\":0}}\n"},
};

static void tell(size_t i, struct str bytes, struct office_talk *t)
{
    if (cases[i].transport == DISSECT_TCP)
        office_stream(t, cases[i].row, bytes, false);
    else
        office_datagram(t, cases[i].row, bytes);
}

static void every_message_says_what_may_be_kept_of_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        static struct office_talk t;
        char room[4096];
        tell(i, office_seed(cases[i].seed, room, sizeof room), &t);
        CHECK_TEXT(t.text, cases[i].text, cases[i].seed);
        CHECK_INT(t.last, DISSECT_DONE, cases[i].seed);
        CHECK_INT(t.left, 0, cases[i].seed);
    }
}

/* The first n bytes, in a room of just that size, so that a read past it is seen. */
static void tell_cut(size_t i, struct str bytes, size_t n, struct office_talk *t)
{
    char *copy = malloc(n);
    if (!copy)
        abort();
    memcpy(copy, bytes.ptr, n);
    tell(i, (struct str){copy, n}, t);
    free(copy);
}

static void check_cuts(size_t i, struct str bytes)
{
    static struct office_talk whole, part;
    bool stream = cases[i].transport == DISSECT_TCP;
    tell(i, bytes, &whole);
    for (size_t n = 1; n < bytes.len; n++) {
        tell_cut(i, bytes, n, &part);
        CHECK_INT(part.last == (stream ? DISSECT_NOT : DISSECT_NEED_MORE), false, cases[i].seed);
        CHECK_INT(stream && strncmp(part.text, whole.text, part.len) != 0, false, cases[i].seed);
    }
}

/* Of a stream what was told stays, nothing is told early, and more is asked for; a datagram is refused, or says less. */
static void messages_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char room[4096];
        check_cuts(i, office_seed(cases[i].seed, room, sizeof room));
    }
}

/* The registry gives each its own row where the port agrees, and no other protocol's row takes it. */
static void a_message_is_known_on_its_port(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char room[4096];
        struct str bytes = office_seed(cases[i].seed, room, sizeof room);
        const struct dissector *d =
            dissector_guess(cases[i].transport, 50000, cases[i].row->ports[0], bytes);
        if (strcmp(cases[i].seed, "ssh/lines_before") ==
            0) /* read where SSH is expected, no proof */
            continue;
        CHECK_INT(d == cases[i].row, true, cases[i].seed);
    }
}

static void proof_needs_no_port(void **state)
{
    static const struct {
        const char *seed;
        enum dissect_transport transport;
        enum app app;
    } proofs[] = {
        {"ssh/version_and_kexinit", DISSECT_TCP, APP_SSH},
        {"smb/two_negotiate", DISSECT_TCP, APP_SMB},
        {"smb/one_negotiate", DISSECT_TCP, APP_SMB},
        {"rdp/request", DISSECT_TCP, APP_RDP},
        {"krb5/as_req", DISSECT_UDP, APP_KRB5},
        {"krb5/tcp", DISSECT_TCP, APP_KRB5},
        {"smtp/server", DISSECT_TCP, APP_SMTP},
        {"smtp/client", DISSECT_TCP, APP_SMTP},
        {"ftp/talk", DISSECT_TCP, APP_FTP},
        {"imap/server", DISSECT_TCP, APP_IMAP},
        {"pop3/server", DISSECT_TCP, APP_POP3},
        {"ldap/bind", DISSECT_TCP, APP_LDAP},
        {"dhcp/request", DISSECT_UDP, APP_DHCP},
        {"nbns/query", DISSECT_UDP, APP_NBNS},
        {"sip/invite", DISSECT_UDP, APP_SIP},
        {"sip/answer", DISSECT_TCP, APP_SIP},
        {"mqtt/connect", DISSECT_TCP, APP_MQTT},
        {"snmp/get", DISSECT_UDP, APP_UNKNOWN},
        {"ntp/client", DISSECT_UDP, APP_UNKNOWN},
        {"pop3/client", DISSECT_TCP, APP_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(proofs); i++) {
        char room[4096];
        struct str bytes = office_seed(proofs[i].seed, room, sizeof room);
        const struct dissector *d = dissector_guess(proofs[i].transport, 50000, 50001, bytes);
        CHECK_INT(d ? d->app : APP_UNKNOWN, proofs[i].app, proofs[i].seed);
    }
}

/* NetBIOS's names look like DNS's. */
static void port_137_is_no_dns(void **state)
{
    char room[4096];
    (void)state;
    struct str bytes = office_seed("nbns/answer", room, sizeof room);
    assert_ptr_equal(dissector_guess(DISSECT_UDP, 137, 137, bytes), &dissector_nbns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_says_what_may_be_kept_of_it),
        cmocka_unit_test(messages_may_be_cut_anywhere),
        cmocka_unit_test(a_message_is_known_on_its_port),
        cmocka_unit_test(proof_needs_no_port),
        cmocka_unit_test(port_137_is_no_dns),
    };
    return cmocka_run_group_tests_name("office", tests, NULL, NULL);
}
