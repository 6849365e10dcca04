/* quic.h - the ClientHello that a QUIC client sends in its first packets.
 *
 * Why: Initial packets are encrypted with keys that anybody can derive from the connection id the client
 * chose (RFC 9001 5.2, RFC 9369 3.3). So SNI, ALPN, JA3 and JA4 ('q') are there to be read, but only for
 * who does the work: header protection, AES-128-GCM, and CRYPTO frames joined over packets that come
 * in any order. Nothing is believed whose tag does not verify.
 *
 * Versions: 1, 2, and the drafts 22 to 34 (also Facebook's own numbers for some of them).
 * The hello may lie in up to QUIC_INITIALS_MAX Initial packets of the client, coalesced or not, before and
 * after a Retry or a change of version (RFC 9368).
 *
 * parse_more gets the datagrams of both sides as they come:
 *     DONE       the hello is whole; or QUIC_INITIALS_MAX Initials did not make one (`have` says which)
 *     NEED_MORE  this was QUIC, but the hello is not whole yet (or this was the server's)
 *     NOT        no QUIC of a known version; what was gathered stays
 * An empty datagram asks what is sure so far, at the end of a flow: DONE when any Initial was seen.
 *
 * Cost: about 3 microseconds for an Initial of 1,200 bytes; no memory but the state and the stack.
 */
#pragma once

#include "dissect/gather.h"
#include "dissect/tls.h"

enum {
    QUIC_INITIALS_MAX = 8,
    QUIC_CID_MAX = 20,        /* RFC 9000 17.2 */
    QUIC_PACKET_MAX = 4096,   /* a longer Initial is not decrypted */
    QUIC_DATAGRAM_MIN = 1200, /* RFC 9000 14.1: what a client pads to */
};

enum quic_have {
    QUIC_HAS_CLIENT = 1,   /* `client` is filled */
    QUIC_HAS_VERIFIED = 2, /* an Initial was decrypted and its tag is right */
    QUIC_HAS_SERVER = 4,   /* an Initial, Handshake or Retry of the server was seen */
    QUIC_HAS_RETRY = 8,
    QUIC_HAS_CLOSE = 16, /* CONNECTION_CLOSE in an Initial */
};

struct quic_facts {
    uint8_t have;               /* enum quic_have bits */
    uint8_t dcid_len, scid_len; /* of the client's first Initial */
    uint8_t initials;           /* the client's, until the hello was whole */
    uint16_t token_len; /* of the client's last Initial: it came here before, or was sent a Retry */
    uint32_t version;   /* the client's last */
    uint32_t server_version; /* 0: none seen */
    struct tls_client_hello client;
};

/* "1", "2", "draft-29"; NULL for versions that are not read. EVE has the number in hex. */
const char *quic_version_name(uint32_t version);

struct quic_state {   /* zeroed at the start of a flow */
    uint32_t version; /* 0: no Initial yet */
    uint32_t server_version;
    uint16_t token_len;
    uint8_t have, initials, unread, dcid_len, scid_len;
    uint8_t first_dcid_len, first_scid_len;
    bool has_keys;
    uint8_t dcid[QUIC_CID_MAX], scid[QUIC_CID_MAX]; /* of the client: what the keys are made from */
    struct quic_keys {
        uint8_t key[16], iv[12], hp[16];
    } client, server;
    struct gather hello;
};
