/* directory.h - who is who: organisations and their ranges, people, API keys, links, the policy.
 *
 * Ids are random UUIDs as text. An API key is kept as the SHA-256 of its secret; the secret itself is
 * 32 random bytes, so a plain hash is enough (nothing to guess). Scopes are bits whose meaning the API
 * gives them (api/permission.h).
 *
 *     struct org_row org;
 *     if (!store_org_find(db, &memory, id, &org, e))   // ERR_NOT_FOUND
 *         return false;
 */
#pragma once

#include "core/digest.h"
#include "db/db.h"

struct org_row {
    struct str id, name, sector, country, role, key; /* key: "ed25519:…" of its node; or empty */
    int64_t added, version;                          /* version rises with each change, from 1 */
    bool own;                                        /* the organisation whose node this is */
};

struct constituency_row {
    struct str kind, value; /* "prefix" or "domain", canonical */
};

struct person_row {
    struct str id, org, name;
    int64_t added;
};

struct key_row {
    struct str id, org, person, name; /* person may be empty: a machine */
    uint8_t hash[SHA256_SIZE];
    int64_t scopes, expires, revoked, added; /* revoked 0: it is not */
};

struct link_row {
    struct str id, direction, url, pin, key, org;
    struct str token; /* path of the file that holds the bearer key; never the key */
    int64_t added;
};

/* Insert or replace by id. `ranges` replace the ones before. */
[[nodiscard]] bool store_org_put(struct db *db, const struct org_row *org,
                                 const struct constituency_row *ranges, size_t count,
                                 struct err *e);
[[nodiscard]] bool store_org_find(struct db *db, struct arena *a, struct str id,
                                  struct org_row *ret, struct err *e);
[[nodiscard]] bool store_org_own(struct db *db, struct arena *a, struct org_row *ret,
                                 struct err *e);
[[nodiscard]] bool store_org_list(struct db *db, struct arena *a, struct org_row **ret,
                                  size_t *ret_count, struct err *e);
[[nodiscard]] bool store_constituency(struct db *db, struct arena *a, struct str org,
                                      struct constituency_row **ret, size_t *ret_count,
                                      struct err *e);

[[nodiscard]] bool store_person_put(struct db *db, const struct person_row *p, struct err *e);
[[nodiscard]] bool store_person_list(struct db *db, struct arena *a, struct person_row **ret,
                                     size_t *ret_count, struct err *e);

[[nodiscard]] bool store_key_put(struct db *db, const struct key_row *k, struct err *e);
[[nodiscard]] bool store_key_revoke(struct db *db, struct str id, int64_t at, struct err *e);
/* By the hash of its secret. Revoked and expired ones are found too: the caller decides. */
[[nodiscard]] bool store_key_find(struct db *db, struct arena *a, const uint8_t hash[SHA256_SIZE],
                                  struct key_row *ret, struct err *e);
[[nodiscard]] bool store_key_list(struct db *db, struct arena *a, struct key_row **ret,
                                  size_t *ret_count, struct err *e);

[[nodiscard]] bool store_link_put(struct db *db, const struct link_row *l, struct err *e);
[[nodiscard]] bool store_link_list(struct db *db, struct arena *a, struct link_row **ret,
                                   size_t *ret_count, struct err *e);

/* The policy in force, as JSON; empty and true when none was ever set. */
[[nodiscard]] bool store_policy(struct db *db, struct arena *a, struct str *ret_json,
                                int64_t *ret_seq, struct err *e);
[[nodiscard]] bool store_policy_put(struct db *db, struct str json, int64_t seq, struct err *e);

/* Requests that carried an Idempotency-Key: what they made. `request` is the digest of organisation
 * and key; *ret_object is empty when it is new. */
[[nodiscard]] bool store_answered(struct db *db, struct arena *a, struct str request,
                                  struct str *ret_object, int64_t *ret_seq, struct err *e);
[[nodiscard]] bool store_answered_put(struct db *db, struct str request, struct str object,
                                      int64_t seq, struct err *e);
