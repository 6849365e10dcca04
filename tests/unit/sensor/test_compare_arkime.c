/* test_compare_arkime.c - protocols, names, fingerprints and certificates against the session documents of
 * Arkime's own tests, flow by flow (by community id). What a document does not speak of is not compared. */
#include "core/keys.h"
#include "tests/unit/sensor/bag.h"
#include "tests/unit/sensor/seen.h"

#include <dirent.h>

static const struct known known[] = {
    {"80211http.test", "*", "frames of a wireless link are not opened"},
    {"dns-punycode.test", "- query *", "the name as on the wire here, in Unicode there"},
    {"http-basicauth.test", "- host *", "a host name is told without its port"},
    {"http2-nghttp2.test", "- host *", "of HTTP/2 the settings are read, not the requests"},
    {"ike-cert_synthetic.test", "- certificate *", "IKE is not read"},
    {"long-session.test", "- protocol *",
     "a quarter of an hour of silence ends a flow here; what follows is too short to name"},
    {"mysql-tls.test", "*", "TLS that begins inside MySQL: MySQL is not read"},
    {"quic24-wireshark.test", "*", "Google's QUIC of before RFC 9000 is not read"},
    {"quic33-wireshark.test", "*", "the same"},
    {"socks*.test", "*", "SOCKS is not opened"},
    {"stun.test", "- protocol *",
     "without a magic cookie, or a piece of a TCP stream: not sure enough"},
    {"tls13.test", "- ja3s *", "the server's hello of a TLS 1.3 draft gets no JA3S here"},
    {"v6-http.test", "- query *<root>", "the root is written differently"},
    {0}};

/* Arkime's word for a protocol that has a row here; others it knows are not compared. */
static bool is_read(struct str protocol)
{
    static const char *const names[] = {"http", "tls",  "dns",  "smtp", "stun", "mqtt",
                                        "quic", "snmp", "dnp3", "smb",  "ldap", "krb5",
                                        "rdp",  "ftp",  "imap", "dtls", "ssh"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_eq(protocol, (struct str){names[i], strlen(names[i])}))
            return true;
    return false;
}

static void put_fact(struct arena *a, struct bag *b, const char *kind, struct str flow,
                     struct str text)
{
    if (text.len)
        bag_put(b, arena_fmt(a, "%s " STR_FMT " " STR_FMT, kind, STR_ARG(flow), STR_ARG(text)));
}

static void put_all(struct arena *a, struct bag *b, const char *kind, struct str flow,
                    const struct json *list)
{
    for (json_each(v, list))
        put_fact(a, b, kind, flow, text_of_value(v));
}

/* Of a chain the leaf alone has a line here: sessions with one certificate are compared. */
static void theirs_of(struct arena *a, const struct json *body, struct bag *out)
{
    struct str flow = text_at(body, "network.community_id");
    const struct json *certificates = json_get(body, S("cert"));
    if (!flow.len)
        return;
    for (json_each(p, json_get(body, S("protocol"))))
        if (is_read(p->text))
            put_fact(a, out, "protocol", flow, p->text);
    put_all(a, out, "ja3", flow, member(body, "tls.ja3"));
    put_all(a, out, "ja3s", flow, member(body, "tls.ja3s"));
    put_all(a, out, "ja4", flow, member(body, "tls.ja4"));
    put_all(a, out, "name", flow, member(body, "quic.host"));
    put_all(a, out, "host", flow, member(body, "http.host"));
    for (json_each(d, json_get(body, S("dns"))))
        put_fact(a, out, "query", flow, json_text(d, S("queryHost")));
    if (certificates && certificates->count == 1)
        put_fact(a, out, "certificate", flow, json_text(certificates->child, S("hash")));
}

static void ours_of(struct arena *a, const struct json *v, struct bag *out)
{
    static const char *const facts[][2] = {
        {"protocol", "app_proto"}, {"protocol", "event_type"},
        {"ja3", "tls.ja3.hash"},   {"ja3s", "tls.ja3s.hash"},
        {"ja4", "tls.ja4"},        {"name", "quic.sni"},
        {"host", "http.hostname"}, {"certificate", "tls.fingerprint"},
        {"query", "dns.rrname"},   {"host", "tls.sni"},
        {"host", "quic.sni"},      {"ja3", "quic.ja3.hash"},
        {"ja4", "quic.ja4"}};
    for (size_t i = 0; i < COUNT(facts); i++)
        put_fact(a, out, facts[i][0], text_at(v, "community_id"), text_at(v, facts[i][1]));
}

/* Sorted, each line once. */
static void bag_set(struct bag *b)
{
    size_t kept = 0;
    if (b->lines.len)
        qsort(b->lines.ptr, b->lines.len, sizeof(struct str), bag_order);
    for (size_t i = 0; i < b->lines.len; i++)
        if (!kept || !str_eq(b->lines.ptr[kept - 1], b->lines.ptr[i]))
            b->lines.ptr[kept++] = b->lines.ptr[i];
    b->lines.len = kept;
}

static bool bag_has(const struct bag *b, struct str line)
{
    return b->lines.len && bsearch(&line, b->lines.ptr, b->lines.len, sizeof line, bag_order);
}

static void compare_document(const char *folder, const char *name, bool *used, struct verdict *v)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)256 << 20);
    struct bag theirs = {0}, ours = {0};
    struct str text;
    struct err e = {0};
    char path[4096];
    int len = (int)(strlen(name) - strlen(".test"));
    snprintf(path, sizeof path, "%.3500s/%.255s", folder, name);
    assert_true(file_read(&memory, path, 64 << 20, &text, &e));
    const struct json *document = json_parse_tolerant(&memory, text, &e);
    snprintf(path, sizeof path, "%.3500s/%.*s.pcap", folder, len < 255 ? len : 255, name);
    if (!document || access(path, R_OK) != 0)
        return;
    for (json_each(s, json_get(document, S("sessions3"))))
        theirs_of(&memory, json_get(s, S("body")), &theirs);
    AUTO(seen_drop) struct seen *s = see(path, &(struct index_view){0});
    for (size_t i = 0; i < s->count; i++)
        ours_of(&memory, s->lines[i], &ours);
    bag_set(&theirs);
    bag_set(&ours);
    for (size_t i = 0; i < theirs.lines.len; i++)
        if (bag_has(&ours, theirs.lines.ptr[i]))
            v->same++;
        else
            bag_judge(v, '-', theirs.lines.ptr[i], name, known, used);
    bag_drop(&theirs);
    bag_drop(&ours);
}

static void nothing_that_arkime_saw_is_missed(void **state)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/pcaps/arkime+arkime/tests/pcap", (const char *)*state);
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    bool used[COUNT(known)] = {0};
    struct verdict v = {0};
    for (int i = 0; i < count; i++) {
        if (!fnmatch("*.test", names[i]->d_name, 0))
            compare_document(folder, names[i]->d_name, used, &v);
        free(names[i]);
    }
    free(names);
    bag_settle(&v, known, used, 100);
}

int main(void)
{
    keys_init();
    const char *top = shared_data();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(nothing_that_arkime_saw_is_missed, (void *)(uintptr_t)top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
