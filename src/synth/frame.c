/* frame.c - headers, written field by field. */
#include "synth/frame.h"

#include "net/bytes.h"
#include "net/packet.h"

#include <assert.h>

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40, UDP = 8, TCP = 20, FRAME_LEAST = 60, TTL = 64 };

uint32_t synth_sum(uint32_t sum, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    uint64_t wide = sum;
    for (; len >= 8; p += 8, len -= 8)
        wide += (uint64_t)load_be32(p) + load_be32(p + 4);
    for (; len >= 2; p += 2, len -= 2)
        wide += load_be16(p);
    if (len)
        wide += (uint64_t)*p << 8;
    wide = (wide & 0xffffffff) + (wide >> 32);
    wide = (wide & 0xffffffff) + (wide >> 32);
    return synth_sum_fold((uint32_t)wide);
}

uint16_t synth_sum_fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static bool is_v4(const uint8_t address[16])
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(address, prefix, sizeof prefix) == 0;
}

static void mac_put(uint8_t *out, const uint8_t address[16])
{
    out[0] = 2; /* locally administered, one receiver */
    out[1] = (uint8_t)(address[0] ^ address[11]);
    memcpy(out + 2, address + 12, 4);
}

static size_t ip_put(uint8_t *out, const struct synth_end *from, const struct synth_end *to,
                     uint8_t proto, size_t payload)
{
    bool v4 = is_v4(from->address);
    assert(v4 == is_v4(to->address));
    mac_put(out, to->address);
    mac_put(out + 6, from->address);
    store_be16(out + 12, v4 ? 0x0800 : 0x86dd);
    uint8_t *ip = out + ETHERNET;
    if (!v4) {
        memset(ip, 0, 4);
        ip[0] = 0x60;
        store_be16(ip + 4, (uint16_t)payload);
        ip[6] = proto;
        ip[7] = TTL;
        memcpy(ip + 8, from->address, 16);
        memcpy(ip + 24, to->address, 16);
        return ETHERNET + IPV6;
    }
    memset(ip, 0, IPV4);
    ip[0] = 0x45;
    store_be16(ip + 2, (uint16_t)(IPV4 + payload));
    store_be16(ip + 6, 0x4000); /* do not fragment */
    ip[8] = TTL;
    ip[9] = proto;
    memcpy(ip + 12, from->address + 12, 4);
    memcpy(ip + 16, to->address + 12, 4);
    store_be16(ip + 10, (uint16_t)~synth_sum_fold(synth_sum(0, ip, IPV4)));
    return ETHERNET + IPV4;
}

/* RFC 9293 3.1, RFC 8200 8.1: the pseudo header, then all that follows. */
static uint16_t transport_sum(const uint8_t *transport, size_t len, const struct synth_end *from,
                              const struct synth_end *to, uint8_t proto)
{
    size_t at = is_v4(from->address) ? 12 : 0;
    uint32_t sum = synth_sum(0, from->address + at, 16 - at);
    sum = synth_sum(sum, to->address + at, 16 - at);
    sum = synth_sum(sum + proto + (uint32_t)len, transport, len);
    return (uint16_t)~synth_sum_fold(sum);
}

static size_t pad(uint8_t *out, size_t len)
{
    if (len >= FRAME_LEAST)
        return len;
    memset(out + len, 0, FRAME_LEAST - len);
    return FRAME_LEAST;
}

static void payload_put(uint8_t *out, struct str payload)
{
    if (payload.len)
        memcpy(out, payload.ptr, payload.len);
}

size_t synth_frame_udp(uint8_t *out, const struct synth_end *from, const struct synth_end *to,
                       struct str payload)
{
    size_t len = UDP + payload.len, at = ip_put(out, from, to, IP_UDP, len);
    assert(at + len <= SYNTH_FRAME_MAX);
    uint8_t *udp = out + at;
    store_be16(udp, from->port);
    store_be16(udp + 2, to->port);
    store_be16(udp + 4, (uint16_t)len);
    store_be16(udp + 6, 0);
    payload_put(udp + UDP, payload);
    uint16_t sum = transport_sum(udp, len, from, to, IP_UDP);
    store_be16(udp + 6, sum ? sum : 0xffff); /* zero would mean that there is none */
    return pad(out, at + len);
}

size_t synth_frame_tcp(uint8_t *out, const struct synth_end *from, const struct synth_end *to,
                       const struct synth_segment *segment, struct str payload)
{
    size_t options = segment->flags & TCP_SYN ? 4 : 0;
    size_t len = TCP + options + payload.len, at = ip_put(out, from, to, IP_TCP, len);
    assert(at + len <= SYNTH_FRAME_MAX);
    uint8_t *tcp = out + at;
    store_be16(tcp, from->port);
    store_be16(tcp + 2, to->port);
    store_be32(tcp + 4, segment->seq);
    store_be32(tcp + 8, segment->ack);
    tcp[12] = (uint8_t)((TCP + options) / 4 << 4);
    tcp[13] = segment->flags;
    store_be16(tcp + 14, segment->window);
    store_be32(tcp + 16, 0);
    if (options) { /* the MSS, as every SYN has it */
        tcp[20] = 2;
        tcp[21] = 4;
        store_be16(tcp + 22, SYNTH_MSS);
    }
    payload_put(tcp + TCP + options, payload);
    store_be16(tcp + 16, transport_sum(tcp, len, from, to, IP_TCP));
    return pad(out, at + len);
}

size_t synth_frame_tcp_cut(uint8_t *out, const struct synth_end *from, const struct synth_end *to,
                           const struct synth_segment *segment, struct str kept, size_t payload)
{
    size_t len = synth_frame_tcp(out, from, to, segment, kept);
    size_t head = ip_put(out, from, to, IP_TCP, TCP + payload);
    store_be16(out + head + 16, 0);
    return len;
}

struct synth_end synth_end_v4(uint32_t address, uint16_t port)
{
    struct synth_end end = {.address = {[10] = 0xff, [11] = 0xff}, .port = port};
    store_be32(end.address + 12, address);
    return end;
}
