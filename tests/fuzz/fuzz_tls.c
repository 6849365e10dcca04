/* fuzz_tls.c - any bytes as a first flight; more bytes may never turn a hello that was seen into another. */
#include "dissect/dissector.h"
#include "fuzz.h"

static void check_facts(const struct tls_facts *t)
{
    const struct tls_client_hello *h = &t->client;
    if (!(t->have & TLS_HAS_CLIENT))
        return;
    bool whole = !h->ssl2 && !h->overlong;
    if (strlen(h->ja3) != (whole ? 32 : 0) || strlen(h->ja4) != (whole ? 36 : 0))
        __builtin_trap();
    if (h->sni_len > TLS_SNI_MAX || h->alpn_len > TLS_ALPN_MAX || h->n_ciphers > TLS_CIPHERS_MAX)
        __builtin_trap();
    for (size_t i = 0; i < h->sni_len; i++)
        if (h->sni[i] <= 0x20 || h->sni[i] >= 0x7f)
            __builtin_trap();
    for (size_t i = 0; tls_alpn_offered(h, i).ptr; i++)
        if (i > TLS_ALPN_MAX)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    union dissect_facts whole, part;
    size_t used = 0;
    struct str bytes = {(const char *)data, size}, half = {bytes.ptr, size / 2};
    (void)dissector_tls.probe(DISSECT_TCP, bytes);
    enum dissect_result early = dissector_tls.parse(DISSECT_TCP, half, &part, &used);
    enum dissect_result late = dissector_tls.parse(DISSECT_TCP, bytes, &whole, &used);
    if (late == DISSECT_DONE)
        check_facts(&whole.tls);
    if (early == DISSECT_DONE && (part.tls.have & TLS_HAS_CLIENT) &&
        (late != DISSECT_DONE || strcmp(part.tls.client.ja4, whole.tls.client.ja4) != 0))
        __builtin_trap();
    if (tls_read_client_hello(bytes, true, &whole.tls.client))
        (void)tls_version_offered(&whole.tls.client);
    (void)tls_read_server_hello(bytes, &whole.tls.server);
    return 0;
}
