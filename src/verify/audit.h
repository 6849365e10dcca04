/* audit.h - each record held against the law and its authorisation: O3 and O4.
 *
 * Why by name and by form: a field that may not be kept is found by its name; a value smuggled through a field
 * that may be kept, by its form (an address in a hash, a telephone number as a pseudonym). Pseudonyms are
 * also tested as columns: 128 bits of a keyed hash look random in every position, an encoded number does not.
 *
 *     struct audit audit;
 *     audit_open(&audit, &memory, permit, limits, &found);
 *     struct audited about;
 *     audit_record(&audit, line, number, &about);   // for each line
 *     audit_close(&audit);                          // tests the columns
 *
 * Of a column at most 4096 different values are looked at; all are checked for their form. One thread.
 */
#pragma once

#include "core/map.h"
#include "verify/permit.h"

#define RECORDS_FILE "records.jsonl"
enum {
    AUDIT_COLUMNS = 8,
    AUDIT_VALUES = 4096,
    AUDIT_NIBBLES = 32,
    AUDIT_TEXT_MOST = 3 * 1024, /* 1024 bytes, each of which may have become U+FFFD */
};

struct audit_column { /* pseudonyms of one field */
    struct str name;
    uint8_t *values; /* different ones, 16 bytes each, as a hash table */
    uint32_t different, seen[AUDIT_NIBBLES][16];
    int64_t first_line;
};

struct audit {
    const struct permit *permit;
    const struct limits *limits;
    struct findings *found;
    struct arena *memory;
    struct map fields; /* name: struct audit_field, made when first met */
    struct audit_column columns[AUDIT_COLUMNS];
    size_t column_count;
};

/* What the books need to know of a record. Texts live until the next one. */
struct audited {
    bool readable, has_n;
    int64_t n;
    int64_t first_us, last_us; /* 0 when not told */
    unsigned nonid;
    struct str selector_id, sensor_id;
};

void audit_open(struct audit *a, struct arena *memory, const struct permit *permit,
                const struct limits *limits, struct findings *found);
/* `memory` is the record's; the tree and texts live there. */
void audit_record(struct audit *a, struct arena *memory, struct str line, int64_t number,
                  struct audited *ret);
void audit_close(struct audit *a);
