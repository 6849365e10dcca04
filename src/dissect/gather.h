/* gather.h - one message that comes in pieces, each with its offset, in any order.
 *
 * Why: QUIC's CRYPTO frames (RFC 9000 19.6) and DTLS's fragments (RFC 9147 5.5, RFC 6347 4.2.3) may be cut
 * anywhere, shuffled and sent twice; browsers do so on purpose. What is known is a bit a byte, so the
 * number of holes has no bound of its own and no piece is refused but for its place.
 *
 * Zero bytes are an empty gather. A byte once known stays: a second, other version of it is ignored.
 *
 *     if (!gather_put(&g, offset, piece))
 *         give_up();                          // past GATHER_MAX
 *     struct str sure = gather_front(&g);     // all bytes from 0 without a hole
 */
#pragma once

#include "core/str.h"

enum { GATHER_MAX = 8192 }; /* four times a post-quantum ClientHello */

struct gather {
    uint32_t front; /* bytes from 0 without a hole */
    uint64_t known[GATHER_MAX / 64];
    uint8_t bytes[GATHER_MAX];
};

void gather_clear(struct gather *g);

/* False, and nothing is taken, when the piece does not fit. */
[[nodiscard]] bool gather_put(struct gather *g, uint64_t offset, struct str piece);

static inline struct str gather_front(const struct gather *g)
{
    return (struct str){(const char *)g->bytes, g->front};
}
