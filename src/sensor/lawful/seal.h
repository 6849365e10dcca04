/* seal.h - the sensor's books: records as they are written, and each minute a signed seal that adds up.
 *
 * Why: an inspector who trusts nobody must be able to tell from the output folder alone that nothing was
 * written beside the counters, and nothing lost without being counted (LAW 12.5 L1, 12.6 O2).
 *
 * The folder: authorisation.json (the very bytes that were signed), records.jsonl, seals.jsonl. Formats and
 * identities: docs/formats/records.md. In packets, for every seal:
 *   n_carried_in + n_in = n_matched + n_discarded + n_dir_unknown + n_over_cap + n_lost_on_restart + n_carried_out
 * A seal whose numbers do not add up is never written: it is an error, and the sensor stops.
 *
 * Minutes are those of the time given to seal_log_advance: packet time for a file, the clock's when live. A
 * minute in which nothing came is left out of a file's seals (`every_minute` false).
 *
 * Order on disk: the minute's records, fsync, the seal, fsync; then the next minute's records. After a crash
 * the folder is opened again: a torn last line of either file is cut off (and said so: "torn_tail"); records
 * that no seal covers are put under a recovery seal ("restart"), as are packets that were in flight:
 * n_lost_on_restart is the last seal's n_carried_out. What came in after the last seal and left no record
 * was never counted anywhere; "restart" is the trace of that.
 * A folder is refused (ERR_CONFLICT) when its last seal is not by this sensor and for this authorisation, or
 * when records that a seal covers are missing.
 *
 *     AUTO(seal_log_drop) struct seal_log *log = NULL;
 *     if (!seal_log_open(&settings, &log, e))
 *         return false;
 *     ... for each batch, in the order of the capture:
 *     if (!seal_log_advance(log, batch_time, SEAL_BALANCE, e))      // may seal minutes
 *         return false;
 *     seal_log_count(log, &delta);
 *     seal_log_record(log, &source);
 *     ...
 *     return seal_log_close(log, e);                                // drained; carried_out must be 0
 *
 * Threads: counts are plain numbers that any thread may gather and add up; a log belongs to one thread.
 */
#pragma once

#include "core/digest.h"
#include "core/keys.h"
#include "geo/geo.h"
#include "sensor/lawful/record.h"

struct seal_counts {         /* since the last time they were handed over */
    uint64_t n_in, bytes_in; /* packets that the intake took, and their bytes on the wire */
    uint64_t n_matched;      /* packets of flows and messages that a selector met */
    uint64_t n_discarded;    /* wrong direction, or let go unmatched */
    uint64_t n_dir_unknown, n_over_cap;
    uint64_t kernel_drops;                      /* apart: never came in */
    int64_t residency_min_us, residency_max_us; /* from coming in to being let go */
    uint64_t residencies;                       /* how many were measured; 0: both above are void */
    bool not_zeroised;                          /* some buffer was let go without being wiped */
};

void seal_counts_add(struct seal_counts *sum, const struct seal_counts *n);
/* A packet came at `in_us` and was let go at `out_us`. */
void seal_counts_residency(struct seal_counts *n, int64_t in_us, int64_t out_us);
/* Of all that came in, what was neither matched nor let go. */
uint64_t seal_counts_in_flight(const struct seal_counts *n);

#define SEAL_EVENT_MAP(X)                                                                          \
    X(POLICY_LOAD, "policy_load")                                                                  \
    X(POLICY_UNLOAD, "policy_unload")                                                              \
    X(DRAINED, "drained")                                                                          \
    X(CLOCK_STEP, "clock_step")                                                                    \
    X(RESTART, "restart")                                                                          \
    X(HARD_STOP, "hard_stop")                                                                      \
    X(TORN_TAIL, "torn_tail")

enum seal_event {
#define X(name, text) SEAL_EVENT_##name,
    SEAL_EVENT_MAP(X)
#undef X
        SEAL_EVENTS,
};

struct seal_settings {
    const char *dir;              /* made if need be */
    struct str authorisation;     /* the file's bytes; kept as authorisation.json */
    struct record_policy policy;  /* borrowed */
    const struct key_secret *key; /* the sensor's; borrowed */
    uint8_t law_hash[SHA256_SIZE], fw_hash[SHA256_SIZE];
    const struct geo *geo; /* the tables a seal names; NULL: none */
    bool every_minute;     /* live */
    int64_t start_us;      /* the first minute, where nothing says otherwise */
};

/* To seal_log_advance: what is in flight follows from the other numbers. */
#define SEAL_BALANCE UINT64_MAX

struct seal_log;

[[nodiscard]] bool seal_log_open(const struct seal_settings *s, struct seal_log **ret,
                                 struct err *e);
/* Writes the record, or counts it as refused. A disk that refuses is told by the next advance. */
enum record_outcome seal_log_record(struct seal_log *l, const struct record_source *s);
void seal_log_count(struct seal_log *l, const struct seal_counts *n);
void seal_log_event(struct seal_log *l, enum seal_event event);
/* Time has come to `time_us`: seals what minutes have ended. Time that goes back changes nothing. */
[[nodiscard]] bool seal_log_advance(struct seal_log *l, int64_t time_us, uint64_t in_flight,
                                    struct err *e);
/* The last seal, with "policy_unload" and "drained". ERR_CONFLICT when packets are still in flight. */
[[nodiscard]] bool seal_log_close(struct seal_log *l, struct err *e);
void seal_log_drop(struct seal_log **l); /* without a close: as after a crash */

struct seal_totals { /* since the log was opened */
    uint64_t seals, records, refused, torn_records, torn_seals, recovered;
    uint64_t next_n; /* of the record to come */
};
struct seal_totals seal_log_totals(const struct seal_log *l);
