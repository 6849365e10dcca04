/* dns_row.c - how DNS is recognised, and its rows in the registry.
 *
 * A message has no magic number. It is known by a header whose counts fit the bytes, followed by a name
 * that is one, a type and a class in use: bytes of other protocols pass that about once in 2^40.
 */
#include "core/rd.h"
#include "dissect/dissector.h"

enum { STREAM_MOST = 16384, COUNT_PLAUSIBLE = 256 };

static bool class_in_use(uint16_t class)
{
    class &= 0x7fff;
    return class == 1 || class == 3 || class == 4 || class == 254 || class == 255;
}

/* Past a name without pointers, as first questions are; 0 when it is none. */
static bool first_name_skip(struct rd *r)
{
    size_t total = 0;
    for (;;) {
        uint8_t len = rd_u8(r);
        total += 1u + len;
        if (r->bad || len > 63 || total > DNS_NAME_WIRE_MAX)
            return false;
        if (len == 0)
            return true;
        (void)rd_str(r, len);
        if (r->bad)
            return false;
    }
}

static enum dissect_probe message_probe(struct str bytes, bool whole)
{
    struct rd r = rd_of(bytes.ptr, bytes.len);
    (void)rd_be16(&r);
    uint16_t flags = rd_be16(&r), counts[4];
    unsigned sum = 0;
    for (size_t i = 0; i < COUNT(counts); i++)
        sum += counts[i] = rd_be16(&r);
    if (r.bad)
        return whole ? PROBE_NO : PROBE_MAYBE;

    bool response = flags & 0x8000;
    unsigned opcode = flags >> 11 & 15;
    if (opcode == 3 || opcode > 6 || (flags & 0x0040) || sum > COUNT_PLAUSIBLE || sum == 0 ||
        (whole && (size_t)sum * 5 > rd_left(&r)))
        return PROBE_NO;
    if (counts[0] == 0) /* answers alone: mDNS, or a server that drops the question */
        return response ? PROBE_MAYBE : PROBE_NO;
    bool named = first_name_skip(&r);
    if (!named)
        return r.bad && !whole ? PROBE_MAYBE : PROBE_NO;
    uint16_t type = rd_be16(&r), class = rd_be16(&r);
    if (r.bad)
        return whole ? PROBE_NO : PROBE_MAYBE;
    if (type == 0 || !class_in_use(class))
        return PROBE_NO;
    return counts[0] == 1 ? PROBE_YES : PROBE_MAYBE;
}

static enum dissect_probe dns_probe(enum dissect_transport transport, struct str bytes)
{
    if (transport == DISSECT_UDP)
        return message_probe(bytes, true);
    struct rd r = rd_of(bytes.ptr, bytes.len);
    size_t len = rd_be16(&r);
    if (r.bad)
        return PROBE_MAYBE;
    if (len < DNS_HEADER_SIZE)
        return PROBE_NO;
    bool whole = rd_left(&r) >= len;
    return message_probe((struct str){bytes.ptr + 2, whole ? len : bytes.len - 2}, whole);
}

/* For rows that share DNS's format: their port must agree, so never more than MAYBE. */
static enum dissect_probe by_port_probe(enum dissect_transport transport, struct str bytes)
{
    return dns_probe(transport, bytes) == PROBE_NO ? PROBE_NO : PROBE_MAYBE;
}

static enum dissect_result dns_step(enum dissect_transport transport, struct str bytes,
                                    union dissect_facts *ret_facts, size_t *ret_used)
{
    if (transport == DISSECT_UDP) {
        if (!dns_parse(bytes, &ret_facts->dns))
            return DISSECT_NOT;
        *ret_used = bytes.len;
        return DISSECT_DONE;
    }
    struct rd r = rd_of(bytes.ptr, bytes.len);
    size_t len = rd_be16(&r); /* RFC 1035 4.2.2 */
    if (r.bad)
        return DISSECT_NEED_MORE;
    if (len < DNS_HEADER_SIZE)
        return DISSECT_NOT;
    size_t here = rd_left(&r);
    if (here < len && bytes.len < STREAM_MOST)
        return DISSECT_NEED_MORE;
    if (!dns_parse((struct str){bytes.ptr + 2, here < len ? here : len}, &ret_facts->dns))
        return DISSECT_NOT;
    *ret_used = 2 + len;
    return DISSECT_DONE;
}

const struct dissector dissector_dns = {
    .name = "dns",
    .app = APP_DNS,
    .transports = DISSECT_UDP | DISSECT_TCP,
    .ports = {53},
    .repeats = true,
    .most = STREAM_MOST,
    .probe = dns_probe,
    .parse = dns_step,
};

const struct dissector dissector_mdns = {
    .name = "mdns",
    .app = APP_MDNS,
    .transports = DISSECT_UDP,
    .ports = {5353},
    .repeats = true,
    .most = STREAM_MOST,
    .probe = by_port_probe,
    .parse = dns_step,
};

const struct dissector dissector_llmnr = {
    .name = "llmnr",
    .app = APP_LLMNR,
    .transports = DISSECT_UDP | DISSECT_TCP,
    .ports = {5355},
    .repeats = true,
    .most = STREAM_MOST,
    .probe = by_port_probe,
    .parse = dns_step,
};
