/* fuzz_tunnel.c - any bytes as STUN, WireGuard, OpenVPN and HTTP/2, over both carriers. */
#include "dissect/dissector.h"
#include "fuzz.h"

/* What the probe is sure of, parse agrees with or wants more of. */
static void one(const struct dissector *d, enum dissect_transport over, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    if (!(d->transports & over))
        return;
    enum dissect_probe probe = d->probe(over, bytes);
    enum dissect_result r = d->parse(over, bytes, &facts, &used);
    if ((probe == PROBE_YES && r == DISSECT_NOT) || (r == DISSECT_DONE && !used))
        __builtin_trap();
    if (r == DISSECT_NEED_MORE && (over == DISSECT_UDP || bytes.len >= d->most))
        __builtin_trap();
    if (r == DISSECT_DONE && d->repeats && used > bytes.len)
        __builtin_trap();
    if (r == DISSECT_DONE && d->response)
        (void)d->response(&facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dissector *const rows[] = {&dissector_stun, &dissector_wireguard,
                                                   &dissector_openvpn, &dissector_http2};
    struct str bytes = {(const char *)data, size};
    for (size_t i = 0; i < COUNT(rows); i++) {
        one(rows[i], DISSECT_UDP, bytes);
        one(rows[i], DISSECT_TCP, bytes);
    }
    return 0;
}
