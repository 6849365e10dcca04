/* test_compare_suricata.c - names, fingerprints, requests and community ids against what Suricata 7
 * wrote of the same captures, and against the checks of suricata-verify. */
#include "core/keys.h"
#include "core/selector.h"
#include "core/yaml.h"
#include "tests/unit/sensor/bag.h"
#include "tests/unit/sensor/seen.h"

#include <dirent.h>

/* ---- EVE of Suricata 7.0.10 ---- */

static const struct known eve_known[] = {
    {"cid_icmp6*", "? cid *",
     "Suricata hashes 0 for the code of an ICMP message that nobody answers; "
     "the reference (pycommunityid) hashes the code"},
    {"ja4_sshv1*", "? cid *",
     "the same, and Suricata turns one-way ICMP round, which the reference "
     "does not; neighbour solicitations a minute apart are two flows here"},
    {"cid_icmp.*", "+ cid *",
     "Suricata makes no flow of an ICMP error about a packet it never saw"},
    {"cid_rsvp*", "+ cid *", "Suricata makes no flow of RSVP"},
    {"ja4_gre-sample*", "+ cid *", "the same for an IP protocol it does not decode"},
    {"ja4_latest*", "+ cid *", "the same"},
    {"ja4_tcpdump-geneve*", "- cid *",
     "Suricata lists the tunnel's own flow beside the one in it; here "
     "the innermost packet is the flow"},
    {"ja4_tls-sni*", "+ tls *",
     "a ClientHello that no ServerHello followed: Suricata logs finished "
     "handshakes alone"},
    {"ja4_tls12*", "+ tls *", "the same"},
    {"sv_tls-extra-alert*", "+ tls *", "the same"},
    {0}};

/* fe80:0000:… and fe80::… are one address. */
static struct str same_address(struct arena *a, struct str text)
{
    struct addr addr;
    struct err no = {0};
    char out[ADDR_TEXT_SIZE];
    if (!memchr(text.ptr ? text.ptr : "", ':', text.len) || !addr_parse(text, &addr, &no))
        return text;
    return arena_str(a, addr_format(&addr, out));
}

static struct str lower(struct arena *a, struct str text)
{
    char *copy = arena_cstr(a, text);
    assert_non_null(copy);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = (char)tolower((unsigned char)copy[i]);
    return (struct str){copy, text.len};
}

static struct str rdata_of(struct arena *a, const struct json *dns)
{
    struct bag list = {0};
    for (json_each(r, json_get(dns, S("answers")))) {
        struct str type = json_text(r, S("rrtype"));
        if (str_eq(type, S("A")) || str_eq(type, S("AAAA")) || str_eq(type, S("CNAME")))
            bag_put(&list, lower(a, same_address(a, json_text(r, S("rdata")))));
    }
    if (list.lines.len)
        qsort(list.lines.ptr, list.lines.len, sizeof(struct str), bag_order);
    struct str all = S("");
    for (size_t i = 0; i < list.lines.len; i++)
        all = arena_fmt(a, STR_FMT " " STR_FMT, STR_ARG(all), STR_ARG(list.lines.ptr[i]));
    bag_drop(&list);
    return all;
}

static struct str line_of(struct arena *a, const struct json *v)
{
    struct str type = json_text(v, S("event_type"));
    if (str_eq(type, S("dns"))) {
        const struct json *dns = json_get(v, S("dns"));
        struct str kind = json_text(dns, S("type")), name = json_text(dns, S("rrname"));
        name = lower(a, name);
        bool answer = str_eq(kind, S("answer"));
        return arena_fmt(a, "dns " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT STR_FMT,
                         STR_ARG(kind), STR_ARG(name), STR_ARG(json_text(dns, S("rrtype"))),
                         STR_ARG(answer ? json_text(dns, S("rcode")) : STR_NONE),
                         STR_ARG(answer ? rdata_of(a, dns) : STR_NONE));
    }
    if (str_eq(type, S("tls")))
        return arena_fmt(a, "tls " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT,
                         STR_ARG(text_at(v, "tls.sni")), STR_ARG(text_at(v, "tls.ja3.hash")),
                         STR_ARG(text_at(v, "tls.ja3s.hash")), STR_ARG(text_at(v, "tls.version")),
                         STR_ARG(text_at(v, "tls.fingerprint")));
    if (str_eq(type, S("http")))
        return arena_fmt(a, "http " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT,
                         STR_ARG(text_at(v, "http.hostname")),
                         STR_ARG(http_path_alone(text_at(v, "http.url"))),
                         STR_ARG(text_at(v, "http.http_method")),
                         STR_ARG(text_at(v, "http.status")));
    if (str_eq(type, S("flow")))
        return arena_fmt(a, "cid " STR_FMT, STR_ARG(text_at(v, "community_id")));
    return STR_NONE;
}

/* cid_X: community_id/pcaps/X; ja4_X: fingerprints/pcap/X; sv_TEST_X: suricata/verify/TEST/X. */
static bool capture_of(struct arena *a, const char *top, const char *eve, char out[4096])
{
    static const char end[] = ".eve.jsonl";
    size_t len = strlen(eve);
    if (len < sizeof end || strcmp(eve + len - (sizeof end - 1), end) != 0)
        return false;
    struct str name = {eve, len - (sizeof end - 1)};
    if (str_starts(name, S("cid_")))
        snprintf(out, 4096, "%s/community_id/pcaps/" STR_FMT, top, STR_ARG(str_skip(name, 4)));
    else if (str_starts(name, S("ja4_")))
        snprintf(out, 4096, "%s/fingerprints/pcap/" STR_FMT, top, STR_ARG(str_skip(name, 4)));
    else
        for (size_t i = 3; i < name.len; i++) {
            struct str folder = arena_str(a, (struct str){name.ptr + 3, i - 3});
            snprintf(out, 4096, "%s/suricata/verify/" STR_FMT "/" STR_FMT, top, STR_ARG(folder),
                     STR_ARG(str_skip(name, i + 1)));
            if (name.ptr[i] == '_' && access(out, R_OK) == 0)
                return true;
        }
    return access(out, R_OK) == 0;
}

static void compare_eve(const char *folder, const char *name, const char *capture, bool *used,
                        struct verdict *v)
{
    AUTO(arena_drop) struct arena memory = ARENA(256 << 20);
    AUTO(seen_drop) struct seen *s = see(capture, &(struct index_view){0});
    struct bag theirs = {0}, ours = {0};
    struct str text, rest;
    struct err e = {0};
    char path[4096];
    snprintf(path, sizeof path, "%.2000s/%.255s", folder, name);
    assert_true(file_read(&memory, path, 64 << 20, &text, &e));
    for (rest = text; rest.len;) {
        const struct json *line = json_parse(&memory, str_cut(rest, '\n', &rest), &e);
        struct str one = line ? line_of(&memory, line) : STR_NONE;
        if (one.len)
            bag_put(&theirs, one);
    }
    for (size_t i = 0; i < s->count; i++) {
        struct str one = line_of(&memory, s->lines[i]);
        if (one.len)
            bag_put(&ours, one);
    }
    bag_compare(&theirs, &ours, name, eve_known, used, v);
    bag_drop(&theirs);
    bag_drop(&ours);
}

static void the_same_events_as_suricata(void **state)
{
    AUTO(arena_drop) struct arena memory = ARENA(16 << 20);
    const char *top = *state;
    char folder[4096], capture[4096];
    snprintf(folder, sizeof folder, "%s/suricata/eve_jsonl_7.0.10", top);
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    bool used[COUNT(eve_known)] = {0};
    struct verdict v = {0};
    for (int i = 0; i < count; i++) {
        if (capture_of(&memory, top, names[i]->d_name, capture))
            compare_eve(folder, names[i]->d_name, capture, used, &v);
        free(names[i]);
    }
    free(names);
    bag_settle(&v, eve_known, used, 250);
}

/* ---- suricata-verify: "so many events have these members" ---- */

static const struct known verify_known[] = {
    {"community-id-ipv?", "*",
     "made with a community id seed of 7; the seed here is 0, as everywhere "
     "else"},
    {"vxlan-decoder-0?", "*",
     "Suricata lists the tunnel's own flow beside the one in it; NTP is not "
     "read yet"},
    {"vxlan-non-zero-reserved-fields", "*", "the same"},
    {"ftp-epsv", "*dynamic_port*", "the port of a data connection is not told"},
    {"http2-long-frame", "*http.url*", "of HTTP/2 the settings are read, not the requests"},
    {"krb5-request-frag-log", "*krb5.sname*",
     "of a service's name the first part alone is told: the second may be a person's machine"},
    {"mqtt-limit-2", "*skipped_length*", "the length of a payload is not told"},
    {"mqtt-limit-2", "*",
     "a payload longer than is kept ends the reading of its connection's side; Suricata skips it"},
    {"mqtt-*", "*mqtt.disconnect*",
     "a DISCONNECT of version 5 without a code means 0, which Suricata writes; here what was sent"},
    {"mqtt5-*", "*mqtt.disconnect*", "the same"},
    {"sip-body-frames", "+ *",
     "more events than the check counts: one a message here; not traced one by one"},
    {"smb1-01", "*",
     "chained commands are one event with a list of them; Suricata has an event a command"},
    {"smb1-02", "*", "transaction numbers, GUIDs and the systems' names are not told"},
    {"smb2-01", "+ *",
     "more events than the check counts, ends of files among them; not traced one by one"},
    {"smb2-0[456]", "+ *of event_type=smb",
     "more events than the check counts: one a command here; not traced one by one"},
    {"smb2-0[456]", "*smb.dcerpc*", "DCE/RPC inside SMB is not read"},
    {"smb2-05", "*COMMAND_FIND*",
     "chained finds are one event with a list of them; Suricata has an event a command"},
    {"smb2-0[456]", "*smb.disposition*",
     "how a file is opened, its times and its size are not told"},
    {"smb2-delete", "*smb.access*", "the same"},
    {"smb3-0?-midstream", "*named_pipe*", "the name of a share or pipe is not told"},
    {"smb3-03-midstream", "*app_proto=smb*", "joined in its middle, and not named from there"},
    {"tcp-fastopen-10-syn-data-ignore", "*",
     "a connection that begins anew on the same ports is one "
     "flow here when its first was never closed"},
    {0}};

/* Of these kinds every member that begins with the kind's own name is compared. */
static const char *const whole_kinds[] = {"quic", "ssh",  "smb",  "modbus", "dnp3", "krb5", "snmp",
                                          "rdp",  "mqtt", "dhcp", "ldap",   "ftp",  "sip"};

static bool is_whole_kind(struct str type)
{
    for (size_t i = 0; i < COUNT(whole_kinds); i++)
        if (str_eq(type, (struct str){whole_kinds[i], strlen(whole_kinds[i])}))
            return true;
    return false;
}

static bool is_compared(struct str type, struct str member)
{
    static const char *const members[] = {"event_type",       "src_ip",        "dest_ip",
                                          "src_port",         "dest_port",     "proto",
                                          "community_id",     "dns.type",      "dns.rrname",
                                          "dns.rcode",        "dns.rrtype",    "tls.sni",
                                          "tls.version",      "tls.ja3.hash",  "tls.ja4",
                                          "tls.subject",      "tls.issuerdn",  "tls.serial",
                                          "tls.notbefore",    "tls.notafter",  "tls.fingerprint",
                                          "http.url",         "http.hostname", "app_proto",
                                          "http.http_method", "http.status"};
    for (size_t i = 0; i < COUNT(members); i++)
        if (str_eq(member, (struct str){members[i], strlen(members[i])}))
            return true;
    return is_whole_kind(type) && str_starts(member, type) && member.ptr[type.len] == '.';
}

static bool may_compare(const struct json *match)
{
    struct str type = json_text(match, S("event_type"));
    if (!str_eq(type, S("dns")) && !str_eq(type, S("tls")) && !str_eq(type, S("http")) &&
        !str_eq(type, S("flow")) && !is_whole_kind(type))
        return false;
    for (json_each(m, match))
        if (!is_compared(type, m->key))
            return false;
    return true;
}

/* What a line never tells here, whatever Suricata tells: whose mail, name, file or words it was. Such a
 * member of a check is left aside and the others must still be found, once or more. */
static bool is_withheld(struct str member)
{
    static const char *const patterns[] = {"krb5.cname",
                                           "mqtt.*.topic",
                                           "mqtt.*.topics*",
                                           "mqtt.*.message",
                                           "mqtt.connect.client_id",
                                           "mqtt.connect.username",
                                           "mqtt.connect.password",
                                           "mqtt.connect.will.*",
                                           "mqtt.*.properties.*",
                                           "sip.uri",
                                           "sip.request_line",
                                           "smb.filename",
                                           "smb.fuid",
                                           "smb.share",
                                           "smb.request.native_*",
                                           "smb.response.native_*"};
    char text[256];
    snprintf(text, sizeof text, STR_FMT, STR_ARG(member));
    for (size_t i = 0; i < COUNT(patterns); i++)
        if (!fnmatch(patterns[i], text, 0))
            return true;
    return false;
}

static bool any_withheld(const struct json *match)
{
    for (json_each(m, match))
        if (is_withheld(m->key))
            return true;
    return false;
}

static bool has_all(struct arena *a, const struct json *line, const struct json *match)
{
    for (json_each(m, match)) {
        if (is_withheld(m->key))
            continue;
        const char *path = arena_cstr(a, m->key);
        struct str got = text_at(line, path), want = text_of_value(m);
        if (!str_eq(lower(a, same_address(a, got)), lower(a, same_address(a, want))))
            return false;
    }
    return true;
}

/* " ssh.client.proto_version=2.0 ..." */
static struct str wanted(struct arena *a, const struct json *match)
{
    struct str all = S("");
    for (json_each(m, match))
        all = arena_fmt(a, STR_FMT " " STR_FMT "=" STR_FMT, STR_ARG(all), STR_ARG(m->key),
                        STR_ARG(text_of_value(m)));
    return all;
}

/* For Suricata 7? A check may be for 8 alone. */
static bool is_for_seven(const struct json *filter)
{
    struct str least = text_at(filter, "requires.min-version");
    return !least.len || least.ptr[0] < '8';
}

static void judge_check(const struct seen *s, const char *name, const struct json *filter,
                        bool *used, struct verdict *v)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    const struct json *match = json_get(filter, S("match"));
    int64_t want = 0, got = 0;
    if (!match || !json_int(filter, S("count"), &want) || !may_compare(match) ||
        !is_for_seven(filter))
        return;
    for (size_t i = 0; i < s->count; i++)
        got += has_all(&memory, s->lines[i], match);
    if (got == want || (any_withheld(match) && want && got > want))
        v->same++;
    else
        bag_judge(v, got < want ? '-' : '+',
                  arena_fmt(&memory, "want %lld, got %lld of" STR_FMT, (long long)want,
                            (long long)got, STR_ARG(wanted(&memory, match))),
                  name, verify_known, used);
}

/* The one capture of a folder; false when there is none, or more. */
static bool only_capture(const char *folder, char out[4096])
{
    DIR *d = opendir(folder);
    size_t found = 0;
    for (struct dirent *f; d && (f = readdir(d)) != NULL;)
        if (strstr(f->d_name, ".pcap")) {
            snprintf(out, 4096, "%s/%s", folder, f->d_name);
            found++;
        }
    if (d)
        closedir(d);
    return found == 1;
}

static void verify_folder(const char *top, const char *name, bool *used, struct verdict *v)
{
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    char folder[2048], path[4096];
    struct err e = {0};
    snprintf(folder, sizeof folder, "%s/suricata/verify/%.200s", top, name);
    snprintf(path, sizeof path, "%s/test.yaml", folder);
    const struct json *test = yaml_load(&memory, path, &e);
    if (!test || !only_capture(folder, path))
        return;
    struct seen *s = NULL;
    for (json_each(check, json_get(test, S("checks")))) {
        const struct json *filter = json_get(check, S("filter"));
        if (filter && !s)
            s = see(path, &(struct index_view){0});
        if (filter)
            judge_check(s, name, filter, used, v);
    }
    if (s)
        seen_drop(&s);
}

static void the_checks_of_suricata_verify_hold(void **state)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/suricata/verify", (const char *)*state);
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    bool used[COUNT(verify_known)] = {0};
    struct verdict v = {0};
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.')
            verify_folder(*state, names[i]->d_name, used, &v);
        free(names[i]);
    }
    free(names);
    bag_settle(&v, verify_known, used, 20);
}

int main(void)
{
    keys_init();
    const char *top = shared_data();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_same_events_as_suricata, (void *)(uintptr_t)top),
        cmocka_unit_test_prestate(the_checks_of_suricata_verify_hold, (void *)(uintptr_t)top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
