/* dtls.h - hellos over datagrams: DTLS 1.0, 1.2 and 1.3 (RFC 4347, 6347, 9147).
 *
 * Facts are `struct tls_facts`, member `tls` of dissect_facts, as for TLS over TCP: the client's hello with JA4
 * 'd', the server's, and its certificate up to 1.2. A message in fragments is joined, within a datagram and
 * over datagrams in any order.
 *
 * The row repeats: first the client's hello (DONE), later the server's (DONE). After a HelloVerifyRequest the
 * client says the same hello again with a cookie, so its facts may come twice in a flow. parse_more gets
 * the datagrams of both sides:
 *     DONE       a ClientHello is whole; or a ServerHello, with its certificate where one comes in the clear
 *     NEED_MORE  this was DTLS's handshake, but no hello is whole yet
 *     NOT        anything else: encrypted records, other protocols
 * An empty datagram asks what is sure so far, at the end of a flow: DONE for a ServerHello whose certificate
 * never came whole.
 */
#pragma once

#include "dissect/gather.h"
#include "dissect/tls.h"

enum { DTLS_RECORDS_MAX = 32 }; /* looked at in one datagram */

struct dtls_state {  /* zeroed at the start of a flow, and after each DONE */
    bool has_server; /* `server` is filled; a certificate is awaited */
    bool gathering;
    uint8_t type; /* of the message being gathered */
    uint16_t sequence;
    uint32_t length;   /* of its body */
    uint8_t datagrams; /* spent on it */
    struct tls_server_hello server;
    struct gather message;
};
