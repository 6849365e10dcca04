/* signing.h - what the signatures on an authorisation are over, and how they are put on and checked.
 *
 *     "hinomi authorisation v1\n" role "\n" policy_hash
 *     and for a member of the commission: "\n" decided_at "\n" conditions, joined by "\n"
 *
 * Ed25519 over these bytes (RFC 8032), written as base64. The role is in the text, so that a signature
 * given as a party never counts as a decision. policy_hash covers everything but the signatures and the
 * decision; the decision's conditions are covered by each member's signature.
 *
 * Signing takes a file's bytes (canonical or not, such as an edited draft) and gives the canonical bytes
 * with the signature in its place. It refuses what it would make meaningless: a second signature by the
 * applicant, a key that is not the one named, a decision that differs from what was signed before.
 *
 *     AUTO(buf_drop) struct buf signed = BUF(AUTHORISATION_MAX);
 *     struct authorisation_act act = {.role = SIGN_OWNER, .key = &key};
 *     if (!authorisation_sign(bytes, &act, &signed, e))
 *         return false;
 *
 * Threads: no state.
 */
#pragma once

#include "law/authorisation.h"

#define SIGN_MAP(X)                                                                                \
    X(APPLICANT, "applicant")                                                                      \
    X(OWNER, "owner")                                                                              \
    X(PARTY, "party")                                                                              \
    X(COMMISSION, "commission")

enum sign_role {
#define X(name, text) SIGN_##name,
    SIGN_MAP(X)
#undef X
        SIGN_ROLES,
};

struct authorisation_act {
    enum sign_role role;
    const struct key_secret *key;
    /* the rest for the commission alone */
    struct str organisation;
    int64_t decided_at; /* of the first signature; later ones keep it */
    const struct str *conditions;
    size_t condition_count;
};

[[nodiscard]] bool sign_role_named(struct str text, enum sign_role *ret);
struct str sign_role_text(enum sign_role role);

/* Appends the text that is signed. The decision is asked only for SIGN_COMMISSION. */
void authorisation_signed_text(enum sign_role role, struct str policy_hash,
                               const struct auth_decision *d, struct buf *out);
/* Is it a signature, by that key in that role, on this authorisation as it stands? */
bool authorisation_signed_by(const struct authorisation *auth, enum sign_role role,
                             const struct key_public *key,
                             const uint8_t signature[KEY_SIGNATURE_SIZE]);

[[nodiscard]] bool authorisation_sign(struct str bytes, const struct authorisation_act *act,
                                      struct buf *out, struct err *e);

/* SHA-256 over the canonical tree without decision, signature and party_sig; 64 hex digits and a NUL. */
[[nodiscard]] bool authorisation_policy_hash(const struct json *tree, char out[POLICY_HASH_SIZE],
                                             struct err *e);
