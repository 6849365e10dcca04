/* tell_private.h - the running whole: which detectors are at work, on whose tables, and how they tell. */
#pragma once

#include "detect/detector_private.h"

enum { TABLES_MOST = 64, TOGETHER = 16, ADDRESSES_MOST = DNS_ANSWERS_MAX * 16 };

struct table_of_run {
    const struct table *table;
    size_t run;
};

struct queued { /* an observation with what it points to */
    struct observation o;
    char name[DETECT_NAME_MOST];
    uint8_t addresses[ADDRESSES_MOST];
};

struct detect {
    struct detect_settings settings;
    struct detector_run runs[DETECTORS_MOST];
    size_t run_count;
    struct detector_run *want[OBSERVED_MESSAGE + 1][DETECTORS_MOST]; /* by kind of observation */
    size_t want_count[OBSERVED_MESSAGE + 1];
    const struct detector_run *ahead[OBSERVED_MESSAGE + 1][DETECTORS_MOST];
    size_t ahead_count[OBSERVED_MESSAGE + 1];
    uint8_t *room; /* settings.memory bytes: all tables */
    size_t room_used;
    struct table_of_run tables[TABLES_MOST];
    size_t table_count;
    int64_t now_us, latest_us; /* of the one at work; of all that came */
    uint64_t observations, mutes_ended;
    size_t queued;
    struct queued queue[TOGETHER];
};
