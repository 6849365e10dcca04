/* fingerprint.h - JA3, JA3S and JA4: one short text for how a TLS stack says hello.
 *
 * JA3, JA3S (Salesforce, 2017, BSD): MD5 of decimal fields "version,ciphers,extensions,groups,formats",
 * in wire order, GREASE dropped; JA3S has no groups and formats.
 * JA4 (FoxIO, 2023, BSD part of the suite): protocol, version, SNI, counts, ALPN, then two truncated
 * SHA-256 over sorted ciphers and sorted extensions with the signature algorithms in wire order. GREASE is
 * dropped everywhere, in the signature algorithms too (Chrome 152 sends it there; the Python
 * reference drops it). The other JA4+ methods are under a licence that forbids our use: they are
 * absent on purpose and must stay so.
 *
 * None of these allocates or fails; an overlong or SSL 2 hello yields "".
 */
#pragma once

#include "dissect/tls.h"

enum { JA3_TEXT_MAX = 6144 }; /* the longest text that the bounds in tls.h allow */

/* What JA3 hashes; the part of `out` that was written. For EVE's ja3.string. */
struct str ja3_text(const struct tls_client_hello *h, char out[JA3_TEXT_MAX]);
struct str ja3s_text(const struct tls_server_hello *h, char out[JA3_TEXT_MAX]);

void ja3_of(const struct tls_client_hello *h, char ret_ja3[JA3_SIZE]);
void ja3s_of(const struct tls_server_hello *h, char ret_ja3s[JA3_SIZE]);

/* `carrier` is 't' over TCP, 'q' over QUIC, 'd' over DTLS. */
void ja4_of(const struct tls_client_hello *h, char carrier, char ret_ja4[JA4_SIZE]);
