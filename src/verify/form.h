/* form.h - signed objects as the verifier reads them: canonical JSON, and what a signature on it is over.
 *
 * Records, seals, certificates and entries are one canonical object (RFC 8785) a line; a signature stands in
 * the object, over a context line and the object without the member that holds it.
 *
 *     const struct json *seal = form_read(&memory, line, &e);
 *     if (seal && form_signed(seal, S("hinomi seal v1\n"), S("sig"), &sensor)) ...
 *
 * Results live in the arena. Threads: no state.
 */
#pragma once

#include "core/digest.h"
#include "core/json.h"
#include "core/keys.h"

enum { FORM_HEX = 2 * SHA256_SIZE };

/* NULL, with the reason, when it is no object in canonical form. */
const struct json *form_read(struct arena *a, struct str line, struct err *e);
/* The canonical form of `object` without those members (names end with an empty one), after `lead`. */
[[nodiscard]] bool form_without(const struct json *object, struct str lead, const struct str *names,
                                struct buf *out, struct err *e);
/* Is member `sig` (base64) a signature by `key` over `lead` and the object without it? */
bool form_signed(const struct json *object, struct str lead, struct str sig,
                 const struct key_public *key);
/* The signature that a base64 text holds. */
bool form_signature(struct str text, uint8_t ret[KEY_SIGNATURE_SIZE]);

void form_hash(struct str bytes, char out[FORM_HEX]);
bool form_is_hex(struct str text, size_t len); /* lower-case, just so long */
/* A whole number from 0 on. */
bool form_count(const struct json *object, struct str name, uint64_t *ret);
bool form_time(const struct json *object, struct str name, int64_t *ret_us);
