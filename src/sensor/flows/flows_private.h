/* flows_private.h - one feed, seen by the file that reads sources and the one that makes flows of records. */
#pragma once

#include "sensor/flows/flows.h"

struct flow_feed {
    struct flow_feed_settings settings;
    struct netflow *reader;
    struct index_reader *set; /* NULL: settings.view */
    struct index_view view;   /* of this turn */
    int64_t now_us;           /* stands in for what a record does not tell */
    struct flow_feed_counts counts;
};
