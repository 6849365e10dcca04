/* seal_private.h - one minute's books, and the three files that keep them: seal.c counts and rolls over,
 * seal_line.c writes and reads a seal, seal_recover.c finds out where a folder stands. */
#pragma once

#include "core/map.h"
#include "core/vec.h"
#include "sensor/lawful/seal.h"

enum {
    SEAL_SELECTORS_MAX = 65536, /* further ones are counted together, as "*" */
    SEAL_LINE_MAX = 16 << 20,
    SEAL_HEX = 2 * SHA256_SIZE,
};

#define SEAL_SCHEMA "hinomi-seal-1"
#define SEAL_CONTEXT "hinomi seal v1\n"

struct seal_selector {
    struct str id;
    uint64_t n; /* this minute */
};

struct seal_minute { /* what a seal says */
    int64_t minute_us, seq;
    struct seal_counts counts;
    uint64_t carried_in, carried_out, lost_on_restart;
    uint64_t selected, recorded, refused, nonid, clock_steps, restarts;
    int64_t records_first, records_last; /* last = first - 1: none */
    uint8_t records_hash[SHA256_SIZE];
    unsigned events; /* bits of enum seal_event */
    char prev[SEAL_HEX + 1];
};

struct seal_log {
    struct seal_settings kept;
    struct arena memory;
    struct map by_id;
    VEC(struct seal_selector) selectors;
    struct seal_minute now;
    struct sha256 hash; /* of the minute's record lines */
    struct buf lines;   /* records that wait to be written */
    int records, seals; /* descriptors */
    bool started;       /* `now.minute_us` is set */
    bool failed;        /* a write failed: `why` says so to the next advance */
    struct err why;
    struct seal_totals totals;
    char sensor[KEY_TEXT_SIZE];
};

#define SEAL_MINUTE (60 * TIME_SECOND)
int64_t seal_floor(int64_t us); /* to its minute */

void seal_matched(struct seal_log *l, struct str selector_id, uint64_t n);

/* Signs the minute, appends its line, and opens the next one on it. */
[[nodiscard]] bool seal_put(struct seal_log *l, struct err *e);
/* A signed line, checked against the sensor's key, read back as far as the chain needs it. */
[[nodiscard]] bool seal_read(const struct seal_log *l, struct str line,
                             struct seal_minute *ret_minute, struct err *e);
[[nodiscard]] bool seal_flush(struct seal_log *l, struct err *e); /* records out, to the disk */
[[nodiscard]] bool seal_recover(struct seal_log *l, struct err *e);
