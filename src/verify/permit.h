/* permit.h - an authorisation, read and judged by the verifier's own code: O3.
 *
 * Why again, when the sensor has checked it: the sensor is what is being checked. This reader takes the file's
 * bytes, hashes the policy anew (SHA-256 over the canonical object without decision, signature and
 * agreement.party_sig), and asks an inspector's trust file who had the right to sign.
 *
 *     const struct permit *permit;
 *     if (permit_read(&memory, bytes, limits, &found, &permit))
 *         permit_judge(permit, office, limits, &found);
 *
 * Everything is said through findings. Ownership: the arena, which must outlive `bytes` use. One thread.
 */
#pragma once

#include "core/map.h"
#include "verify/finding.h"
#include "verify/form.h"
#include "verify/limits.h"
#include "verify/office.h"

#define PERMIT_FILE "authorisation.json"
enum { PERMIT_MOST = 16 << 20 };

struct permit_selector {
    struct str type, value;
    int64_t from, to; /* live: from <= t < to */
};

struct permit {
    const struct json *tree;
    char policy_hash[FORM_HEX];
    struct str auth_id, channel;
    const struct limits_channel *rules; /* of the channel, or of the one it rehearses */
    bool own, local, exercise;
    int64_t start, end; /* start <= t < end */
    int64_t keep_days;
    struct map selectors; /* id: struct permit_selector */
    const struct json *record_fields, *nonid_fields, *sensors, *decision;
};

/* False, with O3-01 added, when there is nothing to go on with. */
bool permit_read(struct arena *a, struct str bytes, const struct limits *limits,
                 struct findings *found, const struct permit **ret);
/* Signatures, offices, quorum, period, basis, direction. `office` may be NULL only for a local run. */
void permit_judge(const struct permit *p, const struct office *office, const struct limits *limits,
                  struct findings *found);
/* How many members of the commission approved, as far as signatures and offices hold. */
int64_t permit_approvals(const struct permit *p, const struct office *office);

const struct permit_selector *permit_selector(const struct permit *p, struct str id);
/* The row of sensors[] with that key; NULL when there is none. */
const struct json *permit_sensor(const struct permit *p, struct str key);
