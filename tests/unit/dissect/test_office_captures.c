/* test_office_captures.c - real traffic: HASSH as tshark computes it, and as many messages as others count.
 *
 * HASSH: tshark 4.0.17 on the same files. The counts of messages are a baseline: each file was looked through once, and
 * a change must not pass unnoticed. Where Suricata's test.yaml counts (NTP, SNMP, SSH), it counts the same. */
#include "core/io.h"
#include "core/json.h"
#include "tests/unit/dissect/office.h"
#include "tests/unit/dissect/talk.h"

#include <dirent.h>
#include <unistd.h>

enum { SEEN = 64 };

struct seen {
    enum app app; /* that is counted */
    unsigned messages, logins[LOGIN_DONE + 1];
    size_t n_hassh;
    struct {
        bool server;
        char hash[HASSH_SIZE];
    } hassh[SEEN];
};

static void note(void *context, const struct talk_message *m)
{
    struct seen *s = context;
    const struct dissector *d = m->dissector;
    bool server = m->from == FLOW_SERVER;
    if (d->app != s->app)
        return;
    s->messages++;
    s->logins[d->login ? d->login(m->facts) : LOGIN_NONE]++;
    if (d->app != APP_SSH || !m->facts->ssh.has_kexinit || s->n_hassh == SEEN)
        return;
    s->hassh[s->n_hassh].server = server;
    memcpy(s->hassh[s->n_hassh++].hash,
           server ? m->facts->ssh.hassh_server : m->facts->ssh.hassh_client, HASSH_SIZE);
}

static void replay(const char *path, enum app app, struct seen *s)
{
    char full[512];
    struct talk t = {.told = note, .context = s};
    *s = (struct seen){.app = app};
    (void)snprintf(full, sizeof full, "%s/%s", getenv("HINOMI_SHARED_DATA"), path);
    if (!talk_replay(&t, full))
        fail_msg("%s cannot be read", full);
}

static bool has_hassh(const struct seen *s, bool server, struct str hash)
{
    for (size_t i = 0; i < s->n_hassh; i++)
        if (s->hassh[i].server == server && str_eq(hash, (struct str){s->hassh[i].hash, 32}))
            return true;
    return false;
}

static const struct json *first_of(const struct json *layers, struct str name)
{
    const struct json *list = json_get(layers, name);
    return list ? list->child : NULL;
}

/* How many hashes the file expects; every one of them was seen. */
static unsigned compare(const char *expected, const struct seen *s, const char *label)
{
    struct err e;
    unsigned n = 0;
    AUTO(arena_drop) struct arena memory = ARENA(32 << 20);
    struct str text;
    if (!file_read(&memory, expected, 16 << 20, &text, &e))
        fail_msg("%s cannot be read", expected);
    const struct json *root = json_parse_tolerant(&memory, text, &e);
    assert_non_null(root);
    for (const struct json *packet = root->child; packet; packet = packet->next) {
        const struct json *layers = json_get(json_get(packet, S("_source")), S("layers"));
        const struct json *client = first_of(layers, S("ssh.kex.hassh"));
        const struct json *server = first_of(layers, S("ssh.kex.hasshserver"));
        if (client)
            CHECK_INT(has_hassh(s, false, client->text), true, label);
        if (server)
            CHECK_INT(has_hassh(s, true, server->text), true, label);
        n += client ? 1 : 0;
        n += server ? 1 : 0;
    }
    return n;
}

static void hassh_agrees_with_tshark(void **state)
{
    static const char suffix[] = ".hassh.json";
    char folder[512];
    unsigned n = 0;
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/fingerprints/ja3_hassh_expected_tshark4.0.17",
                   getenv("HINOMI_SHARED_DATA"));
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (const struct dirent *f; (f = readdir(d));) {
        char expected[1024], capture[512];
        struct seen s;
        size_t len = strlen(f->d_name);
        if (len <= sizeof suffix || strcmp(f->d_name + len - (sizeof suffix - 1), suffix) != 0)
            continue;
        (void)snprintf(expected, sizeof expected, "%s/%s", folder, f->d_name);
        (void)snprintf(capture, sizeof capture, "fingerprints/pcap/%.*s",
                       (int)(len - (sizeof suffix - 1)), f->d_name);
        replay(capture, APP_SSH, &s);
        n += compare(expected, &s, f->d_name);
    }
    (void)closedir(d);
    assert_int_equal(n, 8);
}

static void messages_and_logins_are_counted_by_file(void **state)
{
    static const struct {
        const char *path;
        enum app app;
        unsigned messages, tried, failed, done;
    } cases[] = {
        {"suricata/verify/ssh-hassh/input.pcap", APP_SSH, 2, 0, 0, 0},
        {"suricata/verify/ssh-hassh-reassembled/input.pcap", APP_SSH, 2, 0, 0, 0},
        {"suricata/verify/ssh-hassh-incomplete/input.pcap", APP_SSH, 1, 0, 0, 0},
        {"zeek/traces/ssh__ssh-on-port-80.pcap", APP_SSH, 2, 0, 0, 0},
        {"fingerprints/pcap/sshv1.pcap", APP_SSH, 2, 0, 0, 0},
        {"suricata/verify/smb-version-keyword/input.pcap", APP_SMB, 17, 1, 0, 1},
        {"suricata/verify/smb2-05/20171220_smb_mimikatz_copy_to_host.pcap", APP_SMB, 56, 1, 0, 1},
        {"pcaps/ITI+ICS-Security-Tools/pcaps/IEC61850/Sample_File_MMS_and_GOOSE.pcap", APP_SMB, 24,
         4, 4, 0},
        {"zeek/traces/smb__smb3.pcap", APP_SMB, 54, 1, 0, 1},
        {"zeek/traces/krb__smb2_krb.pcap", APP_SMB, 59, 1, 0, 1},
        {"zeek/traces/rdp__rdp-x509.pcap", APP_RDP, 4, 1, 0, 0},
        {"pcaps/ntop+nDPI/tests/cfgs/default/pcap/rdp3.pcap", APP_RDP, 4, 1, 0, 0},
        {"suricata/verify/krb5-request-frag-log/krb5-frag.pcap", APP_KRB5, 6, 1, 0, 1},
        {"zeek/traces/krb__kinit.pcap", APP_KRB5, 188, 8, 23, 51},
        {"pcaps/ntop+nDPI/tests/cfgs/default/pcap/ftp_failed.pcap", APP_FTP, 7, 0, 1, 0},
        {"suricata/verify/ftp-epsv/input.pcap", APP_FTP, 53, 1, 0, 1},
        {"zeek/traces/ftp__ftp-password-pass-command.pcap", APP_FTP, 5, 1, 1, 0},
        {"zeek/traces/smtp.pcap", APP_SMTP, 29, 1, 0, 1},
        {"pcaps/arkime+arkime/tests/pcap/smtp-data-521.pcap", APP_SMTP, 15, 1, 0, 1},
        {"pcaps/ntop+nDPI/tests/cfgs/default/pcap/smtp-starttls.pcap", APP_SMTP, 10, 0, 0, 0},
        {"pcaps/ntop+nDPI/tests/cfgs/default/pcap/imap.pcap", APP_IMAP, 6, 1, 0, 1},
        {"zeek/traces/ldap__ldap_invalid_credentials.pcap", APP_LDAP, 49, 12, 12, 0},
        {"zeek/traces/ldap__simpleauth.pcap", APP_LDAP, 6, 2, 0, 2},
        {"zeek/traces/ldap__sasl-scram-sha-512.pcap", APP_LDAP, 7, 1, 0, 1},
        {"suricata/verify/ntp-keywords/input.pcap", APP_NTP, 4, 0, 0, 0},
        {"zeek/traces/ntp__ntpmode67.pcap", APP_NTP, 9, 0, 0, 0},
        {"suricata/verify/snmp-v3-encrypted/SNMPv3.pcap", APP_SNMP, 8, 0, 0, 0},
        {"zeek/traces/snmp__snmpv2_get_bulk.pcap", APP_SNMP, 2, 0, 0, 0},
        {"zeek/traces/dhcp__dhcp.pcap", APP_DHCP, 9, 0, 0, 0},
        {"suricata/verify/sip-body-frames/public-cloudshark-sip-s0.pcap", APP_SIP, 10, 0, 0, 1},
        {"suricata/verify/sip-tcp-method/sip-tcp.pcap", APP_SIP, 2, 0, 0, 1},
        {"suricata/verify/mqtt5-unsub-userpass/input.pcap", APP_MQTT, 9, 1, 0, 1},
        {"suricata/verify/mqtt-connect-rules-2/mqtt5_pub_jpeg_connack134.pcap", APP_MQTT, 3, 1, 1,
         0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct seen s;
        replay(cases[i].path, cases[i].app, &s);
        CHECK_INT(s.messages, cases[i].messages, cases[i].path);
        CHECK_INT(s.logins[LOGIN_TRIED], cases[i].tried, cases[i].path);
        CHECK_INT(s.logins[LOGIN_FAILED], cases[i].failed, cases[i].path);
        CHECK_INT(s.logins[LOGIN_DONE], cases[i].done, cases[i].path);
    }
}

int main(void)
{
    const char *data = getenv("HINOMI_SHARED_DATA");
    if (!data || access(data, R_OK) != 0) {
        printf("skipped: no captures (HINOMI_SHARED_DATA)\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hassh_agrees_with_tshark),
        cmocka_unit_test(messages_and_logins_are_counted_by_file),
    };
    return cmocka_run_group_tests_name("office_captures", tests, NULL, NULL);
}
