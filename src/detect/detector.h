/* detector.h - one behaviour, one row: what it is called, what it means, what it may be told, how it works.
 *
 * Why a row: whoever lists, explains or tunes the detectors reads these, and whoever writes one ends his file
 * with one. What a detector is given is in detector_private.h.
 *
 *     for (size_t i = 0; detector_at(i); i++)
 *         printf("%s: %s (%s)\n", detector_at(i)->name, detector_at(i)->title_en, detector_at(i)->technique);
 *
 * To add one: one file, one line in registry.c, one test. Rows are constants: any thread.
 */
#pragma once

#include "core/base.h"

struct detect_threshold { /* a row without a name ends a table */
    const char *name;     /* ends in its unit: _s, _hours, _bytes, _share (of 1), or counts */
    double normal, least, most;
    const char *en, *ja;
};

struct detector_run; /* detector_private.h */
struct seen;
struct ahead;

struct detector {
    const char *name; /* in settings and in lines: "beacon" */
    const char *title_en, *title_ja;
    const char *technique, *technique_name; /* MITRE ATT&CK */
    /* {host} {peer} {port} {target} {name} {count} {span} or a feature's name: see detect_sentence. */
    const char *sentence_en, *sentence_ja;
    const struct detect_threshold *thresholds;
    uint8_t kinds; /* what it wants to see: 1 << enum observation_kind */
    uint8_t share; /* of the memory, in parts of all shares */
    size_t state_size;
    void (*start)(struct detector_run *r);
    /* May be NULL: names the keys that `observe` will look up, so that they are fetched meanwhile. */
    void (*ahead)(const struct detector_run *r, const struct seen *s, struct ahead *a);
    void (*observe)(struct detector_run *r, const struct seen *s);
    void (*finish)(struct detector_run *r, int64_t now_us); /* may be NULL */
};
const struct detector *detector_at(size_t i); /* NULL past the end */
