/* run.h - the folder of a sensor's or a scan's run, checked wholly: O2, O3, O4, O5, O6, O7.
 *
 *     struct run_options options = {.dir = "out", .trust = "trust.json"};
 *     AUTO(findings_drop) struct findings found = {0};
 *     struct run_totals totals;
 *     if (!run_check(&options, &found, &totals, e))
 *         return err_wrap(e, "nothing could be checked");
 *
 * Seals and records are read side by side, a line each at a time: memory does not grow with the run. False only when
 * the folder, the trust file or the law limits cannot be read; all else is a finding.
 */
#pragma once

#include "verify/chain.h"

enum run_source { RUN_BY_CHANNEL, RUN_LIVE, RUN_FILE };

struct run_options {
    const char *dir, *trust, *law_limits; /* law_limits may be NULL; trust too, for a local run */
    const char *expected, *markers;       /* O5: NULL, or files of the canary */
    enum run_source
        source; /* by channel: own networks and exercises read files, all others a link */
    bool running;
    int64_t now_us; /* for terms of retention; 0: not asked */
};

struct run_totals {
    struct chain_sums seals;
    uint64_t records;     /* lines that are there */
    uint64_t deleted;     /* by certificate */
    int64_t approvals;    /* members of the commission whose signatures count */
    bool decided, lawful; /* has a decision; it reaches the quorum */
    bool under_the_act;   /* neither an own network nor an exercise */
    char article[16], paragraph[16], auth_id[33];
};

[[nodiscard]] bool run_check(const struct run_options *o, struct findings *found,
                             struct run_totals *ret, struct err *e);
