/* authorisation.h - the signed file under which a sensor may look at traffic (docs/formats/authorisation.md).
 *
 * Why one file for all channels: an organisation watching its own network and the state under a statutory
 * measure run the same code; what differs is who must have signed, and what may be kept. The file says
 * all of it, and its hash is in every record and every seal.
 *
 * One object of canonical JSON. Reading is strict: an unknown member, a missing one or one of the wrong kind
 * is an error that names it ("selectors[3].value: ..."). A draft may lack decision and signature;
 * whether it may be used is for law/verdict.h to say.
 *
 *   policy_hash   SHA-256 of the canonical object without `decision`, `signature` and `agreement.party_sig`
 *   signatures    Ed25519, base64, over the text of authorisation_signed_text; roles are the words
 *                 "applicant", "owner" (CH_OWN), "party", "commission"
 *
 * Times are RFC 3339 in UTC ('Z'). Hashes: 64 lower-case hex digits. Keys: core/keys.h. Codes (channel,
 * direction, classes) stay text here, so that a wrong one is told by the verdict it fails.
 *
 *     const struct authorisation *auth;
 *     if (!authorisation_parse(&memory, bytes, &auth, e))
 *         return false;
 *     printf("%s %.*s\n", auth->policy_hash, STR_ARG(auth->channel_text));
 *
 * Ownership: all lives in the arena; `bytes` is copied. Threads: nothing changes after reading.
 */
#pragma once

#include "core/json.h"
#include "core/selector.h"
#include "law/trust.h"

enum { AUTHORISATION_MAX = 16 << 20, AUTHORISATION_MEMORY = 256 << 20, POLICY_HASH_SIZE = 65 };
#define AUTHORISATION_SCHEMA "hinomi-authorisation-1"

struct auth_signature {
    struct key_public key;
    struct str role, organisation; /* of a member of the commission; else empty */
    uint8_t sig[KEY_SIGNATURE_SIZE];
};

struct auth_selector {
    struct str id, type, value; /* type: core/selector.h's words, or one that the law tables name */
    struct str why_hash, source_grade;
    int64_t valid_from, valid_to;
};

struct auth_decision {
    LAW_LIST(struct auth_signature) approved_by;
    LAW_LIST(struct str) conditions;
    int64_t decided_at;
    struct str decided_at_text, policy_hash;
};

struct auth_consent { /* Article 23(4): other purposes, with the party's consent */
    struct str purpose;
    int64_t until;
};

struct auth_agreement {
    struct str party_id;
    struct key_public party_key;
    LAW_LIST(struct addr) prefixes; /* the party's: only what is sent to them is taken in */
    bool has_party_sig;
    uint8_t party_sig[KEY_SIGNATURE_SIZE];
    const struct auth_consent *consent; /* NULL: "NONE" */
};

struct auth_own {
    LAW_LIST(struct addr) prefixes, constituency;
    bool carrier; /* prefixes are its own hosts, never subscribers */
    bool local;   /* results stay here and feed no node */
};

struct auth_recipient {
    struct str class_code, product, partner, purpose,
        onward_transfer; /* the last three may be empty */
};

struct auth_sensor {
    struct key_public key;
    struct str firmware_hash;
};

struct authorisation {
    struct str bytes; /* as read */
    const struct json *tree;
    bool canonical; /* bytes are their own canonical form */
    char policy_hash[POLICY_HASH_SIZE];
    enum channel channel; /* CHANNEL_EXERCISE for a rehearsal */
    enum channel plays; /* whose rules hold: of CH_EXERCISE the channel rehearsed, else `channel` */

    struct str schema, auth_id, parent_auth_id, channel_text, direction, purpose;
    struct {
        struct str act, article, paragraph;
        int64_t effective_from;
    } basis;
    struct {
        struct str role, organisation;
        struct key_public key;
    } applicant;
    struct {
        struct str campaign_id, act_kind, facts_hash;
        LAW_LIST(struct str) protected_computers;
    } target_act;
    struct {
        struct str suspicion_facts_hash, why_insufficient_hash;
        LAW_LIST(struct str) other_methods_considered;
    } necessity;
    struct {
        struct str carrier_id, equipment_id;
        LAW_LIST(struct str) link_ids;
        double max_share_of_link;
        int64_t max_bps; /* 0: none; own network alone */
    } facility;
    LAW_LIST(struct auth_selector) selectors;
    LAW_LIST(struct str) record_fields;
    struct {
        LAW_LIST(struct str) fields;
        struct str key_custody;
    } nonid;
    struct {
        struct str unselected;
        int64_t selected_max_days, review_every_days;
    } retention;
    LAW_LIST(struct auth_recipient) recipients;
    struct {
        int64_t start, end;
    } period;
    LAW_LIST(struct auth_sensor) sensors;
    const struct auth_decision *decision;
    const struct auth_agreement *agreement;
    const struct auth_own *own;
    const struct auth_exercise {
        struct str id, as_channel;
    } * exercise;
    const struct auth_signature *signature; /* the applicant's or owner's */
};

/* ERR_INVALID names the member; ERR_LIMIT past AUTHORISATION_MAX. */
[[nodiscard]] bool authorisation_parse(struct arena *a, struct str bytes,
                                       const struct authorisation **ret, struct err *e);
[[nodiscard]] bool authorisation_load(struct arena *a, const char *path,
                                      const struct authorisation **ret, struct err *e);
