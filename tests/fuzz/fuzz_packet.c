/* fuzz_packet.c - frames of any link type: decoded or counted, the payload inside the frame.
 *
 * Input: frames one after the other, each with a head of four bytes: link type, two bytes of length,
 * and how many bytes more went by on the wire. So fragments can meet.
 */
#include "core/rd.h"
#include "fuzz.h"
#include "net/decode.h"
#include "net/defrag.h"

static void check(const struct packet *p)
{
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < p->payload.len; i++)
        sum = (uint8_t)(sum + (uint8_t)p->payload.ptr[i]);
    (void)sum;
    bool sound = p->payload.len <= p->payload_wire && p->tunnel_depth <= DECODE_DEPTH_MOST &&
                 (p->version == 4 || p->version == 6) && p->frames > 0 && p->vlans <= 2;
    if (!sound)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t links[] = {0, 1, 9, 12, 50, 51, 101, 104, 108, 113, 204, 228, 229, 276};
    const struct defrag_settings small = {.datagrams = 8, .page_count = 64, .timeout_us = 30000000};
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(&small);
    struct rd r = rd_of(data, size);
    while (rd_left(&r) >= 4) {
        uint16_t link = links[rd_u8(&r) % COUNT(links)];
        size_t len = rd_be16(&r), more = rd_u8(&r);
        struct str bytes = rd_str(&r, len < rd_left(&r) ? len : rd_left(&r));
        struct frame f = {.bytes = (const uint8_t *)bytes.ptr,
                          .caplen = (uint32_t)bytes.len,
                          .wirelen = (uint32_t)(bytes.len + more),
                          .time_us = (int64_t)rd_left(&r) * 1000000,
                          .linktype = link};
        struct packet p;
        if (decode_frame(&f, ctx, &p))
            check(&p);
    }
    const struct decode_stats *s = decode_stats(ctx);
    uint64_t sum = s->decoded;
    for (int i = 0; i < DECODE_REASONS; i++)
        sum += s->given_up[i];
    if (sum != s->frames)
        __builtin_trap();
    return 0;
}
