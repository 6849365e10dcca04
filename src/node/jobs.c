/* jobs.c - what is due by the clock: the access record, and witnessing other logs. */
#include "core/log.h"
#include "node/node_private.h"
#include "node/oversight.h"

struct jobs {
    pthread_t thread;
};

static void *work(void *arg)
{
    struct node *n = arg;
    int64_t head = INT64_MAX, now = 0; /* commits do not wake it, halting does */
    for (int64_t round = 1; node_wait(n, head, time_monotonic() + TIME_SECOND, &now); round++) {
        access_flush(n);
        struct err e = {};
        if (round % OVERSIGHT_EVERY_S == 0 && !node_witness_all(n, &e))
            log_warn("witness: %s", e.text);
    }
    return NULL;
}

bool jobs_start(struct node *n, struct err *e)
{
    n->jobs = calloc(1, sizeof *n->jobs);
    if (!n->jobs)
        abort();
    if (pthread_create(&n->jobs->thread, NULL, work, n) == 0)
        return true;
    free(n->jobs);
    n->jobs = NULL;
    return err_set(e, ERR_IO, "no thread for jobs");
}

void jobs_halt(struct node *n)
{
    if (!n->jobs)
        return;
    pthread_join(n->jobs->thread, NULL);
    free(n->jobs);
    n->jobs = NULL;
}
