/* outbox.h - what one worker has to say, kept with the number of the packet that brought it about.
 *
 * Why: workers own shards, so each sees part of a capture, in order. Their outboxes, taken together by
 * number, give what one worker alone would have said, byte for byte.
 *
 * Three kinds: text (lines ready for a file, one of OUTBOX_TEXTS of them), matches and observations. A
 * match is copied whole; what its hit points to is the index's, and has to outlive the outbox's next clear.
 *
 * Threads: one at a time; handed over under the crew's lock.
 */
#pragma once

#include "core/buf.h"
#include "core/vec.h"
#include "detect/observation.h"
#include "sensor/event.h"

enum { OUTBOX_TEXTS = 24, OUTBOX_TEXT_MOST = 256 << 20 };

enum outbox_kind { OUTBOX_MATCH = OUTBOX_TEXTS, OUTBOX_OBSERVATION };

struct outbox_entry {
    uint64_t number;
    size_t at, len;
    uint32_t kind; /* below OUTBOX_TEXTS: that text; else enum outbox_kind */
};

struct outbox {
    struct buf texts[OUTBOX_TEXTS];
    struct buf things;
    VEC(struct outbox_entry) entries;
    size_t told[OUTBOX_TEXTS]; /* bytes of each text that have an entry */
};

void outbox_init(struct outbox *o);
void outbox_drop(struct outbox *o);
void outbox_clear(struct outbox *o);

/* Whatever was written to texts[] since the last call belongs to this number. */
void outbox_texts(struct outbox *o, uint64_t number);
void outbox_match(struct outbox *o, uint64_t number, const struct sensor_event *ev);
void outbox_observation(struct outbox *o, uint64_t number, const struct observation *ob);

/* What an entry holds; pointers are valid until the outbox changes. */
struct outbox_match {
    struct sensor_event event;
    struct sensor_match match;
    struct flow flow;
    struct flow_ends ends;
    uint8_t client[16], server[16];
};
const struct sensor_event *outbox_read_match(const struct outbox *o, const struct outbox_entry *n,
                                             struct outbox_match *room);
struct observation outbox_read_observation(const struct outbox *o, const struct outbox_entry *n);
