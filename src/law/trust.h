/* trust.h - who holds which office: the keys, firmware and partners that a checker believes.
 *
 * Why a file: an authorisation carries keys, and a key says nothing about whose it is. Whoever checks (a
 * sensor, a carrier, the commission's inspector) has a trust file from a source of its own; it is never
 * taken from the party being checked.
 *
 *     {"keys": [{"key": "ed25519:…", "role": "COMMISSION", "organisation": "…", "from": TIME, "to": TIME?,
 *                "constituency": [CIDR…]?}],
 *      "firmware": [SHA256…], "partners": [{"id": "…", "equivalent_protection": "attested",
 *      "onward_transfer": "NO", "products": ["…"]}]?, "revoked": [auth_id…]?, "law_tables": [SHA256…]?}
 *
 * Roles: COMMISSION PM NCO POLICE MOD OWNER PARTY CARRIER SENSOR. One key may stand in several rows (terms of
 * office); a key of the Commission in any row with another role counts as an office-holder's on both
 * sides, and its signatures as Commission are refused (V05). `constituency`: what networks an OWNER or CARRIER
 * has registered. `law_tables`: where given, no other tables are accepted.
 *
 * Unknown members are refused. The file need not be canonical. "from" is the first instant, "to" the
 * first one past the end.
 *
 *     const struct trust *trust;
 *     if (!trust_load(&memory, path, &trust, e))
 *         return err_wrap(e, "trust file");
 *
 * Ownership: the arena. Threads: nothing changes after reading.
 */
#pragma once

#include "core/addr.h"
#include "core/keys.h"
#include "law/law.h"

enum { TRUST_FILE_MAX = 4 << 20, TRUST_MEMORY = 32 << 20 };

struct trust_key {
    struct key_public key;
    struct str role, organisation;
    int64_t from, to; /* to = 0: open */
    LAW_LIST(struct addr) constituency;
};

struct trust_partner {
    struct str id, equivalent_protection, onward_transfer;
    LAW_LIST(struct str) products;
};

struct trust {
    struct str schema; /* may be absent */
    LAW_LIST(struct trust_key) keys;
    LAW_LIST(struct str) firmware; /* 64 lower-case hex digits each */
    LAW_LIST(struct trust_partner) partners;
    LAW_LIST(struct str) revoked;
    LAW_LIST(struct str) law_tables;
};

[[nodiscard]] bool trust_read(struct arena *a, struct str json, const struct trust **ret,
                              struct err *e);
[[nodiscard]] bool trust_load(struct arena *a, const char *path, const struct trust **ret,
                              struct err *e);

/* The row that gives this key this role at that time, else NULL. An empty role: any. */
const struct trust_key *trust_holder(const struct trust *t, const struct key_public *key,
                                     struct str role, int64_t at);
/* Has the key, at any time, held a role other than this one? */
bool trust_held_other(const struct trust *t, const struct key_public *key, struct str role);
bool trust_firmware(const struct trust *t, struct str sha256_hex);
const struct trust_partner *trust_partner(const struct trust *t, struct str id);
bool trust_revoked(const struct trust *t, struct str auth_id);
/* False when the file lists registered law tables and these are not among them. */
bool trust_law(const struct trust *t, const uint8_t hash[SHA256_SIZE]);
