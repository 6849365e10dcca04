/* problem.h - what went wrong, as RFC 9457 application/problem+json.
 *
 * Why one writer: a refusal is the one answer that does not pass the release gate, so it must hold
 * nothing but fixed text and the caller's own input. From status 500 up the sentence is ours and fixed;
 * what really happened goes to the log under the same request id.
 *
 *     {"type":"urn:hinomi:problem:not-found","title":"no such object","status":404,
 *      "detail":"no indicator 'indicator--…'","instance":"urn:hinomi:request:5f…-12"}
 */
#pragma once

#include "core/buf.h"
#include "core/err.h"

struct problem {
    int status;
    const char *type;  /* the last part of the URN: "not-found" */
    const char *title; /* fixed text */
    struct str detail; /* may quote the caller's input; empty: left out */
    struct str instance;
};

/* Statuses that no error code names: 401, 405, 415, 500. */
struct problem problem_status(int status);
/* `detail` points into `e`. */
struct problem problem_of(const struct err *e);
void problem_write(const struct problem *p, struct buf *out);
