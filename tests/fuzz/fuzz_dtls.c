/* fuzz_dtls.c - datagrams of a flow, each behind two bytes of length. */
#include "core/rd.h"
#include "dissect/dissector.h"
#include "fuzz.h"

static void check_facts(const struct tls_facts *t)
{
    if (!t->have)
        __builtin_trap();
    if (t->have & TLS_HAS_CLIENT && strlen(t->client.ja4) != (t->client.overlong ? 0 : 36))
        __builtin_trap();
    if (t->have & TLS_HAS_SERVER && strlen(t->server.ja3s) != (t->server.overlong ? 0 : 32))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dtls_state state = {0};
    union dissect_facts facts;
    size_t used;
    struct rd r = rd_of(data, size);
    while (!r.bad && rd_left(&r)) {
        size_t n = rd_be16(&r);
        struct str bytes = rd_str(&r, n < rd_left(&r) ? n : rd_left(&r));
        (void)dissector_dtls.probe(DISSECT_UDP, bytes);
        if (dissector_dtls.parse(DISSECT_UDP, bytes, &facts, &used) == DISSECT_DONE)
            check_facts(&facts.tls);
        if (dissector_dtls.parse_more(&state, bytes, &facts) == DISSECT_DONE) {
            check_facts(&facts.tls);
            memset(&state, 0, sizeof state);
        }
    }
    return 0;
}
