/* mandate_private.h - mandate.c reads an authorisation; mandate_clock.c keeps its time; mandate_cap.c its
 * measure. */
#pragma once

#include "core/arena.h"
#include "core/json.h"
#include "core/map.h"
#include "sensor/lawful/mandate.h"

struct mandate_clock {
    struct clock *wall, *boot;
    int64_t wall_at, boot_at; /* the anchor: what the clock said when the boot clock said that */
    int64_t highest;          /* that was ever seen */
    bool behind;              /* the clock was set back and has not caught up */
    int64_t saved;
    int state; /* descriptor of the state file; -1: none */
};

struct mandate_cap {
    uint64_t bps;   /* 0: none */
    uint64_t bits;  /* in the bucket, times 10^6 */
    int64_t filled; /* when, packet time */
    bool begun;
};

struct mandate {
    struct arena memory;
    struct str authorisation;
    struct mandate_settings settings;
    struct mandate_terms terms;
    struct direction_gate *gate;
    struct record_policy policy;
    struct mandate_selector *selectors;
    size_t selector_count;
    struct map by_id;
    struct mandate_clock time;
    struct mandate_cap cap;
    char sensor[KEY_TEXT_SIZE];
};

[[nodiscard]] bool mandate_clock_open(struct mandate *m, struct err *e);
void mandate_clock_close(struct mandate *m);
