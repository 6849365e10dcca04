/* pseudonym.h - values that identify a person leave the sensor only as keyed pseudonyms.
 *
 *     "p1:" epoch ":" 32 hex digits     the first 128 bits of HMAC-SHA-256(key, kind 0x00 normalised value)
 *
 * The key of an epoch is 32 bytes: the XOR of two random halves. One custodian holds each (the cyber office
 * and the commission); each makes its own, so nobody ever holds both but the sensor, in locked memory, and
 * the two together when they re-identify. One half alone says nothing about the key. Within an epoch equal
 * values have equal pseudonyms and can be joined; across epochs they cannot. How long an epoch may be is
 * in the law tables.
 *
 * A half is a file of mode 600 (one that others may read is refused):
 *     {"schema":"hinomi-pseudonym-half-1","epoch":"…","custodian":"NCO"|"COMMISSION","from":TIME,"to":TIME,
 *      "half":BASE64}
 *
 * Kinds are fields of class NONID. Normalised: blanks at both ends go; mail_addr in lower case; phone_no and
 * device_subscriber_id without spaces, dots, hyphens, brackets; all else as it is.
 *
 *     AUTO(pseudonym_key_drop) struct pseudonym_key *key = NULL;
 *     if (!pseudonym_join(law, (const char *[]){nco_path, commission_path}, clock, &key, e))
 *         return false;
 *     record_policy.pseudonyms = (struct record_pseudonyms){pseudonym_make, key};
 *
 * Threads: a key never changes; any number may make pseudonyms with it.
 */
#pragma once

#include "core/time.h"
#include "law/law.h"

enum { PSEUDONYM_SIZE = 96, PSEUDONYM_EPOCH_MAX = 40 };

struct pseudonym_terms {         /* the same in both halves, but for the custodian */
    struct str epoch, custodian; /* custodian: "NCO" or "COMMISSION" */
    int64_t from, to;            /* from <= t < to */
};

struct pseudonym_key;

/* Makes a half and writes it (never over an existing file). */
[[nodiscard]] bool pseudonym_half_new(const struct law *law, const char *path,
                                      const struct pseudonym_terms *terms, struct err *e);

/* Joins two halves of one epoch by two custodians. `clock`: outside the epoch no pseudonym is made; NULL: the
 * date is not asked (re-identification after the epoch). */
[[nodiscard]] bool pseudonym_join(const struct law *law, const char *const paths[2],
                                  struct clock *clock, struct pseudonym_key **ret, struct err *e);
void pseudonym_key_drop(struct pseudonym_key **k); /* wiped; for AUTO */
bool pseudonym_key_locked(
    const struct pseudonym_key *k); /* the kernel keeps it out of swap and dumps */
struct str pseudonym_epoch(const struct pseudonym_key *k);

/* Writes the pseudonym, NUL-terminated, and returns its length; 0 outside the epoch or for an empty value.
 * Takes the key as const void *, so that it fits sensor/lawful/record.h. */
size_t pseudonym_make(const void *key, const char *kind, struct str clear,
                      char out[PSEUDONYM_SIZE]);
/* Has it the form of one? *ret_epoch (may be NULL) is a part of `text`. */
bool pseudonym_is(struct str text, struct str *ret_epoch);
