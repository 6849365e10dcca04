/* writer_private.h - the writer's parts, shared by its queue (writer.c) and its decisions
 * (decide.c). */
#pragma once

#include "journal/journal_private.h"
#include "journal/projection_private.h"

#include <pthread.h>
#include <stdatomic.h>

struct waiter { /* on the stack of whoever called writer_do; under the lock */
    bool answered, ok;
    struct err e;
};

struct job {
    struct writer_command command;
    struct waiter *waiter;
    bool ok;
    struct err e;
};

struct writer {
    struct journal *journal;
    struct model *model;
    void (*after_commit)(void *ctx, int64_t first_seq, int64_t last_seq);
    void *hook_ctx;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t arrived, answered;
    struct job *queue; /* a ring */
    size_t queue_max, first, waiting;
    struct job *batch; /* the thread's own */
    size_t batch_max;
    bool stopping;
    atomic_bool failed;
};

struct batch_result {
    size_t decided;      /* jobs answered: an erasure ends its batch, the rest come with the next */
    int64_t first, last; /* entries made durable; first 0: none */
};

/* Decides jobs in one transaction, commits it, and leaves each job's answer in it. */
struct batch_result decide_batch(struct writer *w, struct job *jobs, size_t count);
