/* fuzz_quic.c - datagrams of a flow, each behind two bytes of length: any bytes, but also frames that are
 * sealed first, for no fuzzer guesses a tag. A datagram whose length has the top bit set is sealed. */
#include "../unit/dissect/quic_seal.h"
#include "dissect/dissector.h"
#include "fuzz.h"

static void check_facts(const struct quic_facts *q)
{
    const struct tls_client_hello *h = &q->client;
    if (q->initials > QUIC_INITIALS_MAX || q->dcid_len > QUIC_CID_MAX || q->scid_len > QUIC_CID_MAX)
        __builtin_trap();
    if (!(q->have & QUIC_HAS_CLIENT))
        return;
    if (!(q->have & QUIC_HAS_VERIFIED) || strlen(h->ja4) != (h->overlong ? 0 : 36))
        __builtin_trap();
    for (size_t i = 0; i < h->sni_len; i++)
        if (h->sni[i] <= 0x20 || h->sni[i] >= 0x7f)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct quic_state state = {0};
    union dissect_facts facts;
    size_t used;
    struct rd r = rd_of(data, size);
    struct seal s = {.version = &seal_v1, .dcid = S("\1\2\3\4\5\6\7\x08"), .scid = S("abcd")};
    for (int i = 0; i < 12 && rd_left(&r); i++) {
        AUTO(buf_drop) struct buf packet = BUF(8192);
        unsigned len = rd_be16(&r);
        size_t n = len & 0x7fff;
        struct str bytes = rd_str(&r, n < rd_left(&r) ? n : rd_left(&r));
        if (!bytes.len)
            continue;
        if (len & 0x8000) {
            s.number = (uint32_t)i;
            s.version = bytes.ptr[0] & 1 ? &seal_v1 : &seal_v2;
            s.padded = 40;
            seal_packet(&packet, &s, str_skip(bytes, 1));
            bytes = buf_str(&packet);
        }
        (void)dissector_quic.probe(DISSECT_UDP, bytes);
        if (dissector_quic.parse(DISSECT_UDP, bytes, &facts, &used) == DISSECT_DONE)
            check_facts(&facts.quic);
        if (dissector_quic.parse_more(&state, bytes, &facts) == DISSECT_DONE) {
            check_facts(&facts.quic);
            memset(&state, 0, sizeof state);
        }
    }
    if (dissector_quic.parse_more(&state, STR_NONE, &facts) == DISSECT_DONE)
        check_facts(&facts.quic);
    return 0;
}
