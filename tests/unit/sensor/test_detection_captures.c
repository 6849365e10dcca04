/* test_detection_captures.c - what the behaviour detectors say of real captures: those that hold such behaviour, by
 * file, and those of everyday programs, in which any finding is one too many.
 *
 * The captures are short, most of them a single program for a minute or two, so that what needs hours
 * to be learned is not shown here; test_detection.c has that.
 */
#include "tests/unit/sensor/eye.h"

enum { PATH_MOST = 512, SKIP = 77 };
#define NDPI "pcaps/ntop+nDPI/tests/cfgs/default/pcap/"
#define WRONG_MOST 20.0 /* in 10,000 flows */

static const struct {
    const char *file, *detector;
} holds[] = {
    {NDPI "dns-tunnel-iodine.pcap", "dns_tunnel"},
    {NDPI "bad-dns-traffic.pcap", "dns_tunnel"},
    {"suricata/verify/dns/bug-1158/input.pcap", "dns_tunnel"},
    {NDPI "anydesk.pcapng", "remote_tool"},
    {NDPI "teamviewer.pcap", "remote_tool"},
    {NDPI "tailscale.pcap", "remote_tool"},
    {NDPI "tor.pcap", "tor"},
    {NDPI "ssl-cert-name-mismatch.pcap", "cert_name"},
    {NDPI "ftp.pcap", "cleartext"},
    {NDPI "telnet.pcap", "cleartext"},
    {NDPI "imap.pcap", "cleartext"},
    {NDPI "mqtt.pcap", "cleartext"},
    {"zeek/traces/smtp.pcap", "cleartext"},
    {"zeek/traces/ldap__ldap_invalid_credentials.pcap", "guessing"},
    {"zeek/traces/dnp3__dnp3.pcap", "control_write"},
    {"pcaps/cisco+mercury/unit_tests/pcaps/dnp3.pcap", "control_write"},
    {"suricata/verify/tls/tls-glupteba/input.pcap", "certificate"},
    {"suricata/verify/tls/tls-random-6989/input.pcap", "certificate"},
};

static const char *const everyday[] = {
    "pcaps/ITI+ICS-Security-Tools/pcaps/MELSEC/melsoft_UDP_clean_1.pcap",
    "pcaps/ITI+ICS-Security-Tools/pcaps/MELSEC/melsoft_UDP_clean_2.pcap",
    "pcaps/ITI+ICS-Security-Tools/pcaps/MELSEC/melsoft_129_clean.pcap",
    "pcaps/ITI+ICS-Security-Tools/pcaps/IEC61850/Sample_File_MMS_and_GOOSE.pcap",
    "fingerprints/pcap/tls-sni.pcapng",
    "fingerprints/pcap/http1.pcapng",
    "fingerprints/pcap/ssh2.pcapng",
    "fingerprints/pcap/latest.pcapng",
    "pcaps/cisco+mercury/test/data/top_100_fingerprints.pcap",
    "zeek/traces/krb__kinit.pcap",
    "zeek/traces/http__bro.org.pcap",
    "zeek/traces/snmp__leak_test.pcapng",
    "zeek/traces/dce-rpc__mapi.pcap",
    "zeek/traces/quic__firefox-102.13.0esr-blog-cloudflare-com.pcap",
    "suricata/verify/smb2-09-trunc-file-logging/input.pcap",
    NDPI "dnscrypt-v1-and-resolver-pings.pcap",
    NDPI "avast_securedns.pcapng",
    NDPI "teamspeak3.pcap",
    NDPI "wechat.pcap",
    NDPI "whatsapp.pcap",
    NDPI "whatsapp_login_call.pcap",
    NDPI "wa_voice.pcap",
    NDPI "wa_video.pcap",
    NDPI "viber.pcap",
    NDPI "KakaoTalk_chat.pcap",
    NDPI "KakaoTalk_talk.pcap",
    NDPI "android.pcap",
    NDPI "iphone.pcap",
    NDPI "webex.pcap",
    NDPI "discord.pcap",
    NDPI "google_meet.pcapng",
    NDPI "google_chat.pcapng",
    NDPI "snapchat.pcap",
    NDPI "instagram.pcap",
    NDPI "tumblr.pcap",
    NDPI "vk.pcapng",
    NDPI "dropbox.pcap",
    NDPI "steam.pcapng",
    NDPI "starcraft_battle.pcap",
    NDPI "toca-boca.pcap",
    NDPI "EAQ.pcap",
    NDPI "agora-sd-rtn.pcap",
    NDPI "zabbix.pcap",
    NDPI "syncthing.pcap",
    NDPI "check_mk_new.pcap",
    NDPI "windowsupdate_over_http.pcap",
    NDPI "http2.pcapng",
    NDPI "quic-29.pcap",
    NDPI "imaps.pcap",
    NDPI "stun.pcap",
    NDPI "ookla.pcap",
    NDPI "pluralsight.pcap",
    NDPI "bittorrent.pcap",
    NDPI "gnutella.pcap",
};

/* Flows, or -1 where the file is not there. */
static long look(const char *file, struct eye *eye)
{
    char path[PATH_MOST];
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {0};
    long flows = 0;
    snprintf(path, sizeof path, "%s/%s", getenv("HINOMI_SHARED_DATA"), file);
    if (!capture_open_file(path, &c, &e))
        return -1;
    eye_open(eye, NULL);
    if (!pipeline_run(eye->pipeline, c, &e))
        print_message("%s: %s\n", file, e.text);
    detect_finish(eye->detect);
    struct pipeline_counts n = pipeline_counts(eye->pipeline);
    for (size_t i = 0; i < APP_COUNT; i++)
        flows += (long)n.apps[i];
    return flows;
}

static void captures_that_hold_such_behaviour_are_named(void **state)
{
    unsigned seen = 0, found = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(holds); i++) {
        struct eye eye = {0};
        if (look(holds[i].file, &eye) < 0)
            continue;
        bool named = false;
        for (size_t j = 0; j < eye.told.len; j++)
            named |= strcmp(eye.told.ptr[j].detector, holds[i].detector) == 0;
        print_message("| %s | %s | %s |\n", holds[i].file, holds[i].detector,
                      named ? "found" : "missed");
        seen++;
        found += named;
        eye_close(&eye);
    }
    if (!seen)
        skip_saying("no captures under HINOMI_SHARED_DATA");
    print_message("of %u real captures with such behaviour, %u are named\n", seen, found);
    assert_true(found >= seen * 95 / 100);
}

static void everyday_captures_are_quiet(void **state)
{
    long flows = 0;
    unsigned seen = 0, wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(everyday); i++) {
        struct eye eye = {0};
        long n = look(everyday[i], &eye);
        if (n < 0)
            continue;
        for (size_t j = 0; j < eye.told.len; j++)
            print_message("%s: %s\n", everyday[i], eye.told.ptr[j].detector);
        seen++;
        flows += n;
        wrong += (unsigned)eye.told.len;
        eye_close(&eye);
    }
    if (!seen)
        skip_saying("no captures under HINOMI_SHARED_DATA");
    print_message("%u everyday captures: %u findings in %ld flows, %.1f in 10,000\n", seen, wrong,
                  flows, 1e4 * wrong / (double)flows);
    assert_true(1e4 * wrong / (double)flows <= WRONG_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captures_that_hold_such_behaviour_are_named),
        cmocka_unit_test(everyday_captures_are_quiet),
    };
    if (!getenv("HINOMI_SHARED_DATA")) {
        printf("no captures: HINOMI_SHARED_DATA is not set\n");
        return SKIP;
    }
    return cmocka_run_group_tests_name("detection_captures", tests, NULL, NULL);
}
