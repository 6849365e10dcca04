/* test_datagram_captures.c - QUIC and DTLS of real captures: JA4 hashes and names as nDPI lists them, and which
 * protocols the rows for datagrams see where nDPI sees them. */
#include "core/io.h"
#include "tests/check.h"
#include "tests/unit/dissect/datagrams.h"

#include <dirent.h>

enum { TEXTS = 512, TEXT_SIZE = 128 };

struct texts { /* a set, sorted at the end */
    char of[TEXTS][TEXT_SIZE];
    size_t count;
};

static void texts_put(struct texts *t, const char *format, struct str value)
{
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "%s %.*s", format, STR_ARG(value));
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->of[i], text) == 0)
            return;
    assert_true(t->count < TEXTS);
    memcpy(t->of[t->count++], text, sizeof text);
}

static bool texts_have(const struct texts *t, const char *text)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->of[i], text) == 0)
            return true;
    return false;
}

/* nDPI hashes the empty text where the method wants zeros, and its first part errs (issues 2914, 2916). */
static void hashes_put(struct texts *t, const char *ja4)
{
    char two[26] = {0};
    if (strlen(ja4) != 36)
        return;
    memcpy(two, ja4 + 11, 25);
    if (strcmp(two + 13, "e3b0c44298fc") == 0)
        memset(two + 13, '0', 12);
    texts_put(t, "ja4", (struct str){two, 25});
}

static void ours(void *context, const struct flow *flow, enum app app,
                 const union dissect_facts *facts)
{
    struct texts *t = context;
    (void)flow;
    const struct tls_client_hello *h = NULL;
    if (app == APP_QUIC && facts->quic.have & QUIC_HAS_CLIENT)
        h = &facts->quic.client;
    if (app == APP_DTLS && facts->tls.have & TLS_HAS_CLIENT)
        h = &facts->tls.client;
    if (h) {
        hashes_put(t, h->ja4);
        if (h->sni_len)
            texts_put(t, "sni", tls_sni(h));
    }
    if (app == APP_WIREGUARD || app == APP_OPENVPN)
        texts_put(t, "app", (struct str){app_name(app), strlen(app_name(app))});
}

static struct str labelled(struct str line, const char *name)
{
    const char *at = memmem(line.ptr, line.len, name, strlen(name));
    struct str rest, text = STR_NONE;
    if (at)
        text = str_cut(str_skip(line, (size_t)(at - line.ptr) + strlen(name)), ']', &rest);
    return text;
}

static void theirs(struct str text, struct texts *t)
{
    for (struct str rest = text; rest.len;) {
        struct str line = str_cut(rest, '\n', &rest), ja4 = labelled(line, "[JA4: ");
        char one[40] = {0};
        if (!memmem(line.ptr, line.len, "\tUDP ", 5))
            continue;
        if (ja4.len == 36) {
            memcpy(one, ja4.ptr, 36);
            hashes_put(t, one);
            struct str sni = labelled(line, "[Hostname/SNI: ");
            if (sni.len)
                texts_put(t, "sni", sni);
        }
        if (memmem(line.ptr, line.len, "/WireGuard", 10))
            texts_put(t, "app", S("wireguard"));
        if (memmem(line.ptr, line.len, "/OpenVPN", 8))
            texts_put(t, "app", S("openvpn"));
    }
}

struct verdict {
    size_t agreed, captures, differ;
};

static void compare(const char *top, const char *name, struct verdict *v)
{
    static struct texts a, b;
    AUTO(arena_drop) struct arena memory = ARENA(64 << 20);
    struct datagrams d = {.told = ours, .context = &a};
    struct err e = {0};
    struct str text;
    char path[4096];
    a.count = b.count = 0;
    snprintf(path, sizeof path, "%s/result/%s.out", top, name);
    if (!file_read(&memory, path, 32 << 20, &text, &e))
        return;
    theirs(text, &b);
    snprintf(path, sizeof path, "%s/pcap/%s", top, name);
    assert_true(datagrams_replay(&d, path));
    for (size_t i = 0; i < a.count; i++)
        if (!texts_have(&b, a.of[i]))
            print_message("%s: only we: %s\n", name, a.of[i]), v->differ++;
        else
            v->agreed++;
    for (size_t i = 0; i < b.count; i++)
        if (!texts_have(&a, b.of[i]))
            print_message("%s: only nDPI: %s\n", name, b.of[i]), v->differ++;
    v->captures += a.count > 0;
}

static void datagrams_say_what_ndpi_says(void **state)
{
    char top[2048], folder[4096];
    const char *shared = getenv("HINOMI_SHARED_DATA");
    struct verdict v = {0};
    (void)state;
    snprintf(top, sizeof top, "%s/pcaps/ntop+nDPI/tests/cfgs/default", shared ? shared : "");
    snprintf(folder, sizeof folder, "%s/pcap", top);
    DIR *dir = opendir(folder);
    if (!dir)
        skip_saying("no captures at %s", folder);
    for (struct dirent *d; (d = readdir(dir));)
        if (d->d_name[0] != '.')
            compare(top, d->d_name, &v);
    closedir(dir);
    print_message("%zu facts of %zu captures agree\n", v.agreed, v.captures);
    assert_int_equal(v.differ, 0);
    assert_true(v.agreed >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams_say_what_ndpi_says),
    };
    return cmocka_run_group_tests_name("datagram captures", tests, NULL, NULL);
}
