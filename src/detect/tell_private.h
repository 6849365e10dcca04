/* tell_private.h - the running whole: which detectors are at work, on whose tables, and how they tell. */
#pragma once

#include "detect/detector_private.h"

enum { TABLES_MOST = 64 };

struct table_of_run {
    const struct table *table;
    size_t run;
};

struct detect {
    struct detect_settings settings;
    struct detector_run runs[DETECTORS_MOST];
    size_t run_count;
    struct detector_run *want[OBSERVED_MESSAGE + 1][DETECTORS_MOST]; /* by kind of observation */
    size_t want_count[OBSERVED_MESSAGE + 1];
    struct table_of_run tables[TABLES_MOST];
    size_t table_count;
    int64_t now_us;
    uint64_t observations, mutes_ended;
};
