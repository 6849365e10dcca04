/* test_compare_fingerprints.c - JA4, JA3, JA3S, HASSH and SNI against three other programs. */
#include "core/keys.h"
#include "core/selector.h"
#include "tests/unit/sensor/bag.h"
#include "tests/unit/sensor/seen.h"

#include <dirent.h>

/* ---- JA4: FoxIO's own Python; JA3 and JA3S: tshark 4.0.17 ---- */

static const struct known ja_known[] = {
    {"https-connect*", "+ ja4 *",
     "a hello inside an HTTP CONNECT, which the reference does not open"},
    {"socks-https-example*", "- *", "SOCKS is not opened yet"},
    {"tls-non-ascii-alpn*", "? ja4 *",
     "an ALPN of non-ASCII bytes: the method's text wants the hex of the "
     "first and last, the reference writes 99"},
    {"*", "+ ja4 * q13*", "QUIC, of which the reference gives no JA4"},
    {"*quic*.ja3.json", "- ja3s *", "a ServerHello inside QUIC is not read"},
    {"ssh2*.ja3.json", "- ja3s *", "the same"},
    {"tls-sni*", "- *",
     "the second hello after a HelloRetryRequest, which names the same: one event a "
     "connection here"},
    {0}};

static struct str whole_file(struct arena *a, const char *path)
{
    struct str text = STR_NONE;
    struct err e = {0};
    if (!file_read(a, path, 256 << 20, &text, &e))
        fail_msg("%s: %s", path, e.text);
    return text;
}

static void theirs_ja4(struct arena *a, const struct json *list, struct bag *out)
{
    for (json_each(o, list))
        for (json_each(m, o))
            if (str_eq(m->key, S("JA4")) || str_starts(m->key, S("JA4.")))
                bag_put(out, arena_fmt(a, "ja4 " STR_FMT " " STR_FMT,
                                       STR_ARG(json_text(o, S("domain"))), STR_ARG(m->text)));
}

static void theirs_ja3(struct arena *a, const struct json *list, struct bag *out)
{
    static const char *const names[][2] = {{"tls.handshake.ja3", "ja3"},
                                           {"tls.handshake.ja3s", "ja3s"},
                                           {"ssh.kex.hassh", "hassh"},
                                           {"ssh.kex.hasshserver", "hasshserver"}};
    for (json_each(o, list)) {
        const struct json *layers = member(o, "_source.layers");
        for (size_t i = 0; i < COUNT(names); i++)
            for (json_each(h, json_get(layers, (struct str){names[i][0], strlen(names[i][0])})))
                bag_put(out, arena_fmt(a, "%s " STR_FMT, names[i][1], STR_ARG(h->text)));
    }
}

/* A line has a TLS or a QUIC member, never both. */
static struct str either(const struct json *v, const char *tls, const char *quic)
{
    struct str text = text_at(v, tls);
    return text.len ? text : text_at(v, quic);
}

static void ours(struct arena *a, const struct seen *s, bool ja4, struct bag *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct json *v = s->lines[i];
        struct str sni = either(v, "tls.sni", "quic.sni");
        struct str four = either(v, "tls.ja4", "quic.ja4");
        const struct {
            const char *name;
            struct str text;
        } hashes[] = {{"ja3", either(v, "tls.ja3.hash", "quic.ja3.hash")},
                      {"ja3s", text_at(v, "tls.ja3s.hash")},
                      {"hassh", text_at(v, "ssh.client.hassh.hash")},
                      {"hasshserver", text_at(v, "ssh.server.hassh.hash")}};
        if (ja4 && four.len)
            bag_put(out, arena_fmt(a, "ja4 " STR_FMT " " STR_FMT, STR_ARG(sni), STR_ARG(four)));
        for (size_t k = 0; !ja4 && k < COUNT(hashes); k++)
            if (hashes[k].text.len)
                bag_put(out, arena_fmt(a, "%s " STR_FMT, hashes[k].name, STR_ARG(hashes[k].text)));
    }
}

struct source {
    const char *folder, *end; /* what a result's name has after the capture's */
    bool ja4;
};

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

/* A result speaks of one kind of fingerprint alone. */
static void keep_kinds(struct bag *b, const char *pattern)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->lines.len; i++) {
        char text[256];
        snprintf(text, sizeof text, STR_FMT, STR_ARG(b->lines.ptr[i]));
        if (!fnmatch(pattern, text, 0))
            b->lines.ptr[kept++] = b->lines.ptr[i];
    }
    b->lines.len = kept;
}

static void compare_file(const char *top, const struct source *from, const char *name, bool *used,
                         struct verdict *v)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)1 << 30);
    char path[4096];
    struct err e = {0};
    size_t len = strlen(name) - strlen(from->end);
    snprintf(path, sizeof path, "%s/fingerprints/pcap/%.*s", top, (int)len, name);
    if (access(path, R_OK) != 0)
        return;
    AUTO(seen_drop) struct seen *s = see(path, &(struct index_view){0});
    snprintf(path, sizeof path, "%s/fingerprints/%s/%s", top, from->folder, name);
    const struct json *list = json_parse(&memory, whole_file(&memory, path), &e);
    if (!list)
        fail_msg("%s: %s", path, e.text);
    struct bag a = {0}, b = {0};
    if (from->ja4)
        theirs_ja4(&memory, list, &a);
    else
        theirs_ja3(&memory, list, &a);
    ours(&memory, s, from->ja4, &b);
    keep_kinds(&b, ends_with(name, ".hassh.json") ? "hassh*" : "ja*");
    bag_compare(&a, &b, name, ja_known, used, v);
    bag_drop(&a);
    bag_drop(&b);
}

static void the_same_fingerprints_as_foxio_and_tshark(void **state)
{
    static const struct source sources[] = {{"ja4_expected_python", ".json", true},
                                            {"ja3_hassh_expected_tshark4.0.17", ".ja3.json", false},
                                            {"ja3_hassh_expected_tshark4.0.17", ".hassh.json",
                                             false}};
    bool used[COUNT(ja_known)] = {0};
    struct verdict v = {0};
    for (size_t i = 0; i < COUNT(sources); i++) {
        char folder[4096];
        snprintf(folder, sizeof folder, "%s/fingerprints/%s", (const char *)*state,
                 sources[i].folder);
        struct dirent **names = NULL;
        int count = scandir(folder, &names, NULL, alphasort);
        for (int k = 0; k < count; k++) {
            if (ends_with(names[k]->d_name, sources[i].end))
                compare_file(*state, &sources[i], names[k]->d_name, used, &v);
            free(names[k]);
        }
        free(names);
    }
    bag_settle(&v, ja_known, used, 150);
}

/* ---- nDPI's listings: SNI and JA3S of TLS, DTLS and QUIC; of JA4 the two hashes ---- */

static const struct known ndpi_known[] = {
    {"capwap_data*", "- *", "CAPWAP is not opened"},
    {"smtp-starttls.pcap", "- sni * mx.google.com",
     "the hello names nobody: nDPI shows whom the server greets as"},
    {"tls_invalid_reads.pcap", "- *",
     "a hello whose end the frame does not hold; nDPI reads what there is"},
    {"tls_multiple_synack_different_seq*", "- ja3s *",
     "three SYN-ACKs with different numbers: the "
     "first is believed, the data follow the last"},
    {"*", "- ja4 *_e3b0c44298fc", "nDPI hashes the empty text where the method wants zeros"},
    {0}};

/* What stands after `name` in "[name: text]". */
static struct str labelled(struct str line, const char *name)
{
    const char *at = memmem(line.ptr, line.len, name, strlen(name));
    if (!at)
        return STR_NONE;
    struct str rest = str_skip(line, (size_t)(at - line.ptr) + strlen(name));
    size_t end = 0;
    while (end < rest.len && rest.ptr[end] != ']' && rest.ptr[end] != ' ')
        end++;
    return (struct str){rest.ptr, end};
}

/* "[2001:db8::1:0:2]:5" as RFC 5952 has it: nDPI shortens a single zero group too. */
static struct str same_end(struct arena *a, struct str text)
{
    struct str rest, inside = str_cut(str_skip(text, 1), ']', &rest);
    struct addr addr;
    struct err no = {0};
    char out[ADDR_TEXT_SIZE];
    if (!text.len || text.ptr[0] != '[' || !addr_parse(inside, &addr, &no))
        return text;
    return arena_fmt(a, "[" STR_FMT "]" STR_FMT, STR_ARG(addr_format(&addr, out)), STR_ARG(rest));
}

/* "1.2.3.4:5" or "[::1]:5", smaller first: nDPI turns flows round when it missed their beginning. */
static struct str both_ends(struct arena *a, struct str x, struct str y)
{
    x = same_end(a, x);
    y = same_end(a, y);
    bool turned = bag_order(&x, &y) > 0;
    return arena_fmt(a, STR_FMT " " STR_FMT, STR_ARG(turned ? y : x), STR_ARG(turned ? x : y));
}

static struct str next_word(struct str *rest)
{
    while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = str_skip(*rest, 1);
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != ' ' && rest->ptr[end] != '\t')
        end++;
    struct str word = {rest->ptr, end};
    *rest = str_skip(*rest, end);
    return word;
}

/* The part of a JA4 that nDPI gets right: its prefix errs in SNI and ALPN (nDPI issues 2916, 2914). */
static struct str ja4_hashes(struct str ja4)
{
    struct str rest;
    str_cut(ja4, '_', &rest);
    return rest;
}

static void theirs_ndpi(struct arena *a, struct str text, struct bag *out)
{
    for (struct str rest = text; rest.len;) {
        struct str line = str_cut(rest, '\n', &rest), words = line;
        next_word(&words); /* its number */
        struct str transport = next_word(&words);
        if (!str_eq(transport, S("TCP")) && !str_eq(transport, S("UDP")))
            continue;
        struct str from = next_word(&words);
        next_word(&words);
        struct str ends = both_ends(a, from, next_word(&words));
        struct str ja4 = labelled(line, "[JA4: "), ja3s = labelled(line, "[JA3S: ");
        struct str sni = labelled(line, "[Hostname/SNI: ");
        if (ja4.len)
            bag_put(out, arena_fmt(a, "ja4 " STR_FMT " " STR_FMT, STR_ARG(ends),
                                   STR_ARG(ja4_hashes(ja4))));
        if (ja3s.len)
            bag_put(out, arena_fmt(a, "ja3s " STR_FMT " " STR_FMT, STR_ARG(ends), STR_ARG(ja3s)));
        if (ja4.len && sni.len)
            bag_put(out, arena_fmt(a, "sni " STR_FMT " " STR_FMT, STR_ARG(ends), STR_ARG(sni)));
    }
}

static struct str end_of(struct arena *a, const struct json *v, const char *ip, const char *port)
{
    struct str address = text_at(v, ip);
    bool v6 = address.len && memchr(address.ptr, ':', address.len);
    return arena_fmt(a, v6 ? "[" STR_FMT "]:" STR_FMT : STR_FMT ":" STR_FMT, STR_ARG(address),
                     STR_ARG(text_at(v, port)));
}

static bool bag_has(const struct bag *b, struct str line)
{
    return b->lines.len && bsearch(&line, b->lines.ptr, b->lines.len, sizeof line, bag_order);
}

/* Ours, as far as they speak of it: nDPI stops looking into a flow early, and leaves much out. */
static void ours_ndpi(struct arena *a, const struct seen *s, const struct bag *theirs,
                      struct bag *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct json *v = s->lines[i];
        struct str ends =
            both_ends(a, end_of(a, v, "src_ip", "src_port"), end_of(a, v, "dest_ip", "dest_port"));
        const struct {
            const char *name;
            struct str text;
        } facts[] = {{"ja4", ja4_hashes(either(v, "tls.ja4", "quic.ja4"))},
                     {"ja3s", text_at(v, "tls.ja3s.hash")},
                     {"sni", either(v, "tls.sni", "quic.sni")}};
        for (size_t k = 0; k < COUNT(facts); k++) {
            struct str line = arena_fmt(a, "%s " STR_FMT " " STR_FMT, facts[k].name, STR_ARG(ends),
                                        STR_ARG(facts[k].text));
            if (facts[k].text.len && bag_has(theirs, line) && !bag_has(out, line))
                bag_put(out, line);
        }
    }
}

static void compare_ndpi(const char *top, const char *name, bool *used, struct verdict *v)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)1 << 30);
    char path[4096];
    size_t len = strlen(name) - strlen(".out");
    snprintf(path, sizeof path, "%s/pcap/%.*s", top, (int)len, name);
    if (access(path, R_OK) != 0)
        return;
    snprintf(path, sizeof path, "%s/result/%s", top, name);
    struct bag a = {0}, b = {0};
    theirs_ndpi(&memory, whole_file(&memory, path), &a);
    if (a.lines.len) {
        snprintf(path, sizeof path, "%s/pcap/%.*s", top, (int)len, name);
        AUTO(seen_drop) struct seen *s = see(path, &(struct index_view){0});
        qsort(a.lines.ptr, a.lines.len, sizeof(struct str), bag_order);
        ours_ndpi(&memory, s, &a, &b);
        char capture[512];
        snprintf(capture, sizeof capture, "%.*s", (int)len, name);
        bag_compare(&a, &b, capture, ndpi_known, used, v);
    }
    bag_drop(&a);
    bag_drop(&b);
}

static void nothing_that_ndpi_saw_is_missed(void **state)
{
    char top[2048], folder[4096];
    snprintf(top, sizeof top, "%s/pcaps/ntop+nDPI/tests/cfgs/default", (const char *)*state);
    snprintf(folder, sizeof folder, "%s/result", top);
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    bool used[COUNT(ndpi_known)] = {0};
    struct verdict v = {0};
    for (int i = 0; i < count; i++) {
        if (ends_with(names[i]->d_name, ".out"))
            compare_ndpi(top, names[i]->d_name, used, &v);
        free(names[i]);
    }
    free(names);
    bag_settle(&v, ndpi_known, used, 600);
}

int main(void)
{
    keys_init();
    const char *top = shared_data();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_same_fingerprints_as_foxio_and_tshark,
                                  (void *)(uintptr_t)top),
        cmocka_unit_test_prestate(nothing_that_ndpi_saw_is_missed, (void *)(uintptr_t)top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
