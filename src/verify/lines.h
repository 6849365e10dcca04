/* lines.h - a file of lines, read once from front to end with one line in memory.
 *
 * Why: a year of records does not fit in memory, and the verifier must run on an inspector's laptop.
 *
 *     struct lines l;
 *     if (!lines_open(&l, dir, "records.jsonl", RECORD_MOST, e))
 *         return false;
 *     for (struct str line; lines_next(&l, &line);)
 *         take(line, l.number);
 *     bool read_well = lines_end(&l, e);
 *
 * A line is without its newline and valid until the next call. One past the limit is given as its first
 * bytes with `cut` set; a last line that no newline ends has `torn` set. Errors wait for lines_end.
 */
#pragma once

#include "core/buf.h"
#include "core/err.h"

struct lines {
    int fd, error;
    struct buf window; /* what was read and not yet given */
    size_t at, most;
    int64_t number; /* of the line given last */
    bool cut, torn, ended;
};

/* ERR_NOT_FOUND when there is no such file. */
[[nodiscard]] bool lines_open(struct lines *l, const char *dir, const char *name, size_t most,
                              struct err *e);
bool lines_next(struct lines *l, struct str *ret_line);
/* Closes; false when the system could not read all of it. May be called twice. */
bool lines_end(struct lines *l, struct err *e);
void lines_drop(struct lines *l); /* for AUTO */
