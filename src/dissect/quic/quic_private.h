/* quic_private.h - packets with their protection on, and how it comes off. */
#pragma once

#include "core/rd.h"
#include "dissect/quic/quic.h"

enum quic_type { QUIC_INITIAL, QUIC_ZERO_RTT, QUIC_HANDSHAKE, QUIC_RETRY };

struct quic_version {
    uint32_t number;
    const char *name;
    const uint8_t *salt; /* 20 bytes */
    bool second;         /* RFC 9369: other labels, other type bits */
};

/* NULL: not one that is read. */
const struct quic_version *quic_version_of(uint32_t number);

struct quic_packet { /* one long header packet of a known version */
    const struct quic_version *version;
    enum quic_type type;
    struct str dcid, scid, bytes; /* bytes: all of it, header and payload */
    uint16_t token_len;
    size_t number_at; /* where the packet number is; none in a Retry */
};

/* The packet at the start of *rest, which is then what follows it. False: none that is known. */
bool quic_packet_read(struct str *rest, struct quic_packet *ret_packet);

/* RFC 9001 5.2: Initial keys of one side from the connection id the client chose first. */
void quic_keys_make(const struct quic_version *version, struct str dcid, bool server,
                    struct quic_keys *ret_keys);

/* Takes off both protections in a copy. *ret_payload lies in `room`. False when the tag is wrong. */
bool quic_open(const struct quic_keys *keys, const struct quic_packet *packet,
               uint8_t room[QUIC_PACKET_MAX], struct str *ret_payload);

/* RFC 9000 16. A short read spoils the reader. */
static inline uint64_t rd_varint(struct rd *r)
{
    uint8_t first = rd_u8(r);
    uint64_t v = first & 0x3f;
    for (int more = (1 << (first >> 6)) - 1; more > 0; more--)
        v = v << 8 | rd_u8(r);
    return v;
}
