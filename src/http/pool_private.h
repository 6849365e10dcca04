/* pool_private.h - a fixed number of workers behind a bounded queue.
 *
 * Why bounded: a queue that grows turns an overload into an outage. When it is full the caller is told so
 * at once, and may come back.
 */
#pragma once

#include "core/err.h"

struct pool;

struct pool_job { /* put it in what the job works on */
    struct pool_job *next;
    void (*run)(struct pool_job *job);
};

[[nodiscard]] bool pool_start(unsigned workers, unsigned queue, struct pool **ret, struct err *e);
/* False: the queue is full. */
[[nodiscard]] bool pool_submit(struct pool *p, struct pool_job *job);
/* Runs what was submitted, then ends the workers. NULL is fine. */
void pool_stop(struct pool *p);
