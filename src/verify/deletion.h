/* deletion.h - what was deleted, by certificate and by destroyed key: O7 (docs/formats/deletion.md).
 *
 *   deletions.jsonl        certificates: these records are gone, with the key they were sealed under
 *   keys-destroyed.jsonl   the custodian's log of destroyed keys: numbered, chained, signed
 *   samples.jsonl          sealed records that an inspector kept from before
 *   keys.jsonl             the keys that the custodian still holds, handed over for the test
 *
 * All are optional. A record may be missing only where a certificate says so; a certificate counts only where
 * the key it names was destroyed; and what an inspector kept under that key must not open with any key still held.
 *
 *     AUTO(deletions_drop) struct deletions d = {0};
 *     deletions_open(&d, &memory, dir, permit, office, &found);
 *     const struct deletion *gone = deletion_of(&d, n);      // NULL: record n must be there
 *     deletions_minute(&d, first, last, minute);             // for each seal
 *     deletions_close(&d, records_last);
 */
#pragma once

#include "verify/permit.h"

#define DELETIONS_FILE "deletions.jsonl"
#define DESTROYED_FILE "keys-destroyed.jsonl"
#define SAMPLES_FILE "samples.jsonl"
#define KEYS_FILE "keys.jsonl"

struct deletion {
    int64_t first, last, at, line;
    struct str key_id;
    bool cut_told, early_told;
};

struct destroyed_key {
    int64_t at, line;
    bool certified, other; /* of another authorisation */
};

struct deletions {
    const struct permit *permit;
    const struct office *office;
    struct findings *found;
    struct arena *memory;
    VEC(struct deletion) list; /* by first record */
    struct map destroyed;      /* key id: struct destroyed_key */
    struct map held;           /* key id: 32 bytes */
    uint64_t records;          /* certified as deleted */
};

void deletions_open(struct deletions *d, struct arena *memory, const char *dir,
                    const struct permit *permit, const struct office *office,
                    struct findings *found);
void deletions_drop(struct deletions *d);
const struct deletion *deletion_of(const struct deletions *d, int64_t n);
/* The next one that begins after n; NULL. */
const struct deletion *deletion_after(const struct deletions *d, int64_t n);
/* Records first to last were sealed together: deleted wholly, or not at all. True when they are gone. */
bool deletions_minute(struct deletions *d, int64_t first, int64_t last, int64_t minute_us);
void deletions_close(struct deletions *d, int64_t records_last);
/* The test by opening: samples.jsonl against keys.jsonl. */
void deletions_samples(struct deletions *d, const char *dir);
