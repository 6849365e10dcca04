/* detect.h - what no indicator names: behaviour that gives an intruder away, told with its reasons.
 *
 * Why: an indicator is known because somebody was hurt before. A host that calls the same server every
 * five minutes, asks for four hundred names nobody would choose, or writes to a controller it never wrote
 * to, says as much, and no list is needed. But a finding nobody can check is noise: each one carries what
 * was measured, the threshold it passed, a score, and the ATT&CK technique it points at.
 *
 *     struct detect_settings s;
 *     detect_settings_init(&s);                       // every threshold at its normal value
 *     if (!detect_settings_load(&s, "detect.yaml", e)) // what the operator changed, and mutes
 *         return false;
 *     s.on_detection = to_findings, s.context = findings;
 *     AUTO(detect_drop) struct detect *d = NULL;
 *     if (!detect_new(&s, &d, e))
 *         return false;
 *     detect_observe(d, &observation);                // each, in the order of their frames
 *     detect_finish(d);                               // at the end of the capture
 *
 * One detector is one file that ends in a row (struct detector); registry.c lists the rows.
 *
 * Time is packet time alone. What comes out is a function of the observations and their order: a seed
 * moves entries within tables and shows nowhere, unless sketch_seed is set too.
 * Memory: `memory` is shared out at the start and never passed. A full table lets go of what was not used
 * for longest (CLOCK), so a million strange hosts push each other out; stats count how many.
 * Threads: one struct detect, one thread. Nothing is allocated after detect_new.
 */
#pragma once

#include "core/addr.h"
#include "core/buf.h"
#include "detect/detector.h"
#include "detect/observation.h"

enum {
    DETECTORS_MOST = 32,
    DETECT_THRESHOLDS_MOST = 12,
    DETECT_FEATURES_MOST = 8,
    DETECT_MUTES_MOST = 256,
    DETECT_NAME_MOST = 255,
    DETECT_REASON_MOST = 200,
    DETECT_MEMORY_LEAST = 1 << 20, /* bytes for all detectors together */
};

struct detection_feature {
    const char *name;
    double value, threshold; /* as measured; what it had to pass (0: it only explains) */
};

/* Everything in it is valid during the callback alone. */
struct detection {
    const struct detector *row;
    int64_t first_us, last_us; /* packet time: of what the features were measured over */
    uint64_t flow;             /* the one that completed it */
    uint8_t host[16];          /* whom it is about: who did it, or whom it was done to */
    uint8_t peer[16];          /* all zero: several, or none */
    uint16_t peer_port;
    uint8_t proto;
    struct str name; /* what the peer is called: SNI, domain, tool; may be empty */
    double score;    /* 0..1: how far past its thresholds */
    size_t feature_count;
    struct detection_feature features[DETECT_FEATURES_MOST];
    uint64_t count; /* connections, messages or names behind it */
};

/* "We know of this": a finding that fits is counted and not told. Empty fields fit everything. */
struct detect_mute {
    const struct detector *row; /* NULL: all */
    bool has_host, has_peer;
    struct addr host, peer; /* networks */
    uint8_t name_len, reason_len;
    char name[DETECT_NAME_MOST]; /* itself and what is below it */
    char reason[DETECT_REASON_MOST];
    int64_t until_us; /* from that instant of packet time on it is void */
};

struct detect_settings {
    size_t memory; /* bytes, all tables together */
    uint64_t seed; /* of the tables: secret where packets come from strangers */
    uint64_t
        sketch_seed;    /* of the estimates of "how many different": 0 gives the same on each run */
    bool own_listed;    /* the watched networks are listed: observations' `own` can be trusted.
                             Else addresses for private use (RFC 1918, 4193) are taken for one's own */
    double again_hours; /* the same finding about the same ends: so long not again */
    uint32_t most_per_hour; /* findings of one detector; what is over is counted */
    double thresholds[DETECTORS_MOST][DETECT_THRESHOLDS_MOST]; /* by registry and table order */
    bool off[DETECTORS_MOST];
    uint32_t mute_count;
    struct detect_mute mutes[DETECT_MUTES_MOST];
    void (*on_detection)(void *context, const struct detection *f); /* may be NULL */
    void *context;
};

void detect_settings_init(struct detect_settings *s);
/* One threshold, for reading or setting; NULL when there is none of that name. */
double *detect_threshold(struct detect_settings *s, const char *detector, const char *name);
/* YAML or JSON; settings.c shows the form. An unknown name, a value out of its range, a mute without reason or
 * end is ERR_INVALID and nothing is taken. */
[[nodiscard]] bool detect_settings_read(struct detect_settings *s, struct str text, struct err *e);
[[nodiscard]] bool detect_settings_load(struct detect_settings *s, const char *path, struct err *e);
/* What is in force, in that form, each threshold with its meaning as a comment. */
void detect_settings_put(const struct detect_settings *s, bool japanese, struct buf *out);

struct detect;

/* ERR_LIMIT below DETECT_MEMORY_LEAST. The settings are copied. */
[[nodiscard]] bool detect_new(const struct detect_settings *s, struct detect **ret, struct err *e);
void detect_drop(struct detect **d);
void detect_observe(struct detect *d, const struct observation *o);
/* The same observations, the same findings, at less than half the cost: they wait (copied) until some are
 * together, and their look-ups are made side by side. What waits is worked off by detect_flush, by
 * detect_finish, or by the next detect_observe. */
void detect_queue(struct detect *d, const struct observation *o);
void detect_flush(struct detect *d);
void detect_finish(struct detect *d);

struct detector_stats {
    const struct detector *row; /* NULL past the last */
    uint64_t told, muted, over; /* over: past most_per_hour */
    uint64_t entries, evicted;  /* of its tables */
    size_t memory;
};
struct detect_stats {
    uint64_t observations, told, muted, over, evicted;
    uint64_t mutes_ended; /* findings that a mute would have hidden, had it not ended */
    size_t memory;
    struct detector_stats detectors[DETECTORS_MOST];
};
struct detect_stats detect_stats(const struct detect *d);

/* One line for people: what happened, with what was measured. */
void detect_sentence(const struct detection *f, bool japanese, struct buf *out);
