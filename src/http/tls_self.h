/* tls_self.h - a certificate that a node signs for itself, and the hash others know it by.
 *
 * Why: a closed sharing group has no use for a public authority, and half of its members have no
 * public name. `admin init` makes a key (ECDSA P-256) and a certificate good for ten years; members
 * learn the pin with their invitation and trust exactly that key (http_peer.pin). A certificate of an
 * authority can take its place at any time: the server reads PEM, whoever made it.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "core/time.h"

enum { TLS_FINGERPRINT_SIZE = 65, TLS_PIN_SIZE = 64 };

struct tls_self {
    struct str cert_pem, key_pem;           /* in the arena; the key is secret: store it 0600 */
    char fingerprint[TLS_FINGERPRINT_SIZE]; /* SHA-256 of the certificate (DER), hex */
    char pin[TLS_PIN_SIZE];                 /* "sha256//<base64 of SHA-256 of the public key>" */
};

/* Good for localhost, 127.0.0.1, ::1 and `names` (names or addresses), from a day before `clock`'s now. */
[[nodiscard]] bool tls_self_make(struct arena *a, struct clock *clock, const char *const *names,
                                 size_t count, struct tls_self *ret, struct err *e);

/* The fingerprint and pin of a PEM certificate (the first one in it). */
[[nodiscard]] bool tls_identify(struct str cert_pem, char ret_fingerprint[TLS_FINGERPRINT_SIZE],
                                char ret_pin[TLS_PIN_SIZE], struct err *e);
