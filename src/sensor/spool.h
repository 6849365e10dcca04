/* spool.h - records that must not be lost, on disk until somebody has acknowledged them.
 *
 * Why: the node may be away for hours, and the sensor may be killed at any instruction. A record counts
 * as kept when fdatasync has returned; from then on it is handed out until it is acknowledged, across
 * restarts, in order. It may be handed out twice (a crash between the answer and the cursor), so each
 * record carries an id by which its receiver counts it once.
 *
 *   DIR/lock                   one process at a time
 *   DIR/<16 hex digits>.seg    records: length u32, CRC-32 u32, bytes; little-endian
 *   DIR/cursor                 segment and offset of the first record that is not acknowledged
 *
 * A tail that is torn (a crash while writing) is cut off when the spool is opened, and counted: it was
 * never said to be kept. Writing begins a new segment at each start. An acknowledged segment is deleted.
 *
 * Bounds: past `limit` bytes new records are refused and counted; what is kept stays.
 * Threads: one lock; put, peek and ack may be called from different threads.
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"

struct spool;

enum { SPOOL_RECORD_MAX = 64 * 1024 };

struct spool_settings {
    const char *dir;        /* made when absent */
    uint64_t limit;         /* bytes on disk; 0: 256 MiB */
    uint64_t segment_bytes; /* 0: 4 MiB */
};

struct spool_stats {
    uint64_t kept, acknowledged; /* records, since it was opened; found ones count as kept */
    uint64_t waiting;            /* records not acknowledged */
    uint64_t refused;            /* records for which there was no room, or that the disk refused */
    uint64_t torn_bytes;         /* cut off when it was opened */
    uint64_t bytes;              /* on disk */
};

/* ERR_CONFLICT when another process has it open. */
[[nodiscard]] bool spool_open(const struct spool_settings *s, struct spool **ret, struct err *e);
void spool_close(struct spool **s);

/* `records`: each preceded by its length in 4 bytes, as spool_add writes them. All are durable when
 * it returns true; none counts when it returns false. */
[[nodiscard]] bool spool_put(struct spool *s, struct str records, struct err *e);
/* Appends one record to what spool_put takes. False when `out` is full or the record too long. */
struct buf;
[[nodiscard]] bool spool_add(struct buf *out, struct str record);

/* Up to `most` of the oldest records, in the arena. 0: none wait, or they cannot be read (`e`). */
size_t spool_peek(struct spool *s, struct arena *a, struct str *ret_records, size_t most,
                  struct err *e);
/* The `count` oldest were taken by their receiver. */
[[nodiscard]] bool spool_acknowledge(struct spool *s, size_t count, struct err *e);

/* Waits until a record waits, or `ms` have passed, or spool_wake. */
void spool_wait(struct spool *s, unsigned ms);
void spool_wake(struct spool *s);
struct spool_stats spool_stats(struct spool *s);
