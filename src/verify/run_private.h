/* run_private.h - a run while it is checked. See run.h. */
#pragma once

#include "verify/audit.h"
#include "verify/deletion.h"
#include "verify/lines.h"
#include "verify/run.h"

enum { RECORD_MOST = 1 << 16, RECORD_MEMORY = 8 << 20 };

struct run {
    const struct run_options *options;
    const struct limits *limits;
    const struct office *office; /* NULL: a local run */
    const struct permit *permit;
    struct findings *found;
    struct chain chain;
    struct audit audit;
    struct deletions deletions;
    /* records.jsonl: one line is looked at before it is taken */
    struct lines records;
    struct arena record_memory;
    struct str line;
    struct audited now;
    bool waiting; /* `line` and `now` are valid */
    int64_t next_n;
    uint64_t lines;
};

/* The records that a seal covers, held against it. */
void run_minute(struct run *r, const struct seal *s, int64_t seal_line);
/* What no seal covers. */
void run_left(struct run *r);
