/* writer.c - the queue before the one thread, and the thread. What it does with a command:
 * decide.c. See writer.h. */
#include "core/log.h"
#include "journal/writer_private.h"

#include <assert.h>

static void finish(struct writer *w, struct job *jobs, size_t count)
{
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < count; i++)
        if (jobs[i].waiter) {
            jobs[i].waiter->ok = jobs[i].ok;
            jobs[i].waiter->e = jobs[i].e;
            jobs[i].waiter->answered = true; /* from here on it may be gone */
        }
    pthread_cond_broadcast(&w->answered);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < count; i++)
        if (jobs[i].command.done)
            jobs[i].command.done(jobs[i].command.ctx, jobs[i].ok, &jobs[i].e);
}

/* Waits for commands; takes what is there, up to a batch. 0: it is time to end. */
static size_t take(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->waiting == 0 && !w->stopping)
        pthread_cond_wait(&w->arrived, &w->lock);
    size_t count = w->waiting < w->batch_max ? w->waiting : w->batch_max;
    for (size_t i = 0; i < count; i++)
        w->batch[i] = w->queue[(w->first + i) % w->queue_max];
    w->first = (w->first + count) % w->queue_max;
    w->waiting -= count;
    pthread_mutex_unlock(&w->lock);
    return count;
}

static void *writer_main(void *ctx)
{
    struct writer *w = ctx;
    for (size_t count; (count = take(w)) > 0;)
        for (size_t at = 0; at < count;) {
            struct job *jobs = w->batch + at;
            struct batch_result result = decide_batch(w, jobs, count - at);
            finish(w, jobs, result.decided);
            at += result.decided;
            if (result.last >= result.first && result.first && w->after_commit)
                w->after_commit(w->hook_ctx, result.first, result.last);
        }
    return NULL;
}

bool writer_start(const struct writer_options *o, struct writer **ret_writer, struct err *e)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->journal = o->journal;
    w->model = o->model;
    w->after_commit = o->after_commit;
    w->hook_ctx = o->ctx;
    w->queue_max = o->queue_max ? o->queue_max : WRITER_QUEUE_DEFAULT;
    w->batch_max = o->batch_max ? o->batch_max : WRITER_BATCH_DEFAULT;
    w->queue = calloc(w->queue_max, sizeof *w->queue);
    w->batch = calloc(w->batch_max, sizeof *w->batch);
    if (!w->queue || !w->batch)
        abort();
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->arrived, NULL);
    pthread_cond_init(&w->answered, NULL);
    int code = pthread_create(&w->thread, NULL, writer_main, w);
    if (code != 0) {
        free(w->queue);
        free(w->batch);
        free(w);
        return err_set(e, ERR_IO, "the writer's thread: %s", strerror(code));
    }
    *ret_writer = w;
    return true;
}

void writer_stop(struct writer **w_at)
{
    struct writer *w = *w_at;
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->arrived);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->answered);
    pthread_cond_destroy(&w->arrived);
    pthread_mutex_destroy(&w->lock);
    free(w->queue);
    free(w->batch);
    free(w);
    *w_at = NULL;
}

bool writer_failed(struct writer *w)
{
    return atomic_load(&w->failed);
}

/* Under the lock. */
static bool enqueue(struct writer *w, const struct job *job, struct err *e)
{
    if (w->stopping)
        return err_set(e, ERR_UNAVAILABLE, "the node is stopping");
    if (atomic_load(&w->failed))
        return err_set(e, ERR_IO, "the journal could not be written; the node must be restarted");
    if (w->waiting == w->queue_max)
        return err_set(e, ERR_UNAVAILABLE, "%zu commands are waiting already", w->waiting);
    w->queue[(w->first + w->waiting++) % w->queue_max] = *job;
    pthread_cond_signal(&w->arrived);
    return true;
}

bool writer_submit(struct writer *w, const struct writer_command *c, struct err *e)
{
    const struct job job = {.command = *c};
    pthread_mutex_lock(&w->lock);
    bool ok = enqueue(w, &job, e);
    pthread_mutex_unlock(&w->lock);
    return ok;
}

bool writer_do(struct writer *w, writer_decide *decide, void *ctx, struct err *e)
{
    assert(!pthread_equal(pthread_self(), w->thread));
    struct waiter waiter = {0};
    const struct job job = {.command = {.decide = decide, .ctx = ctx}, .waiter = &waiter};
    pthread_mutex_lock(&w->lock);
    if (!enqueue(w, &job, e)) {
        pthread_mutex_unlock(&w->lock);
        return false;
    }
    while (!waiter.answered)
        pthread_cond_wait(&w->answered, &w->lock);
    pthread_mutex_unlock(&w->lock);
    if (!waiter.ok)
        *e = waiter.e;
    return waiter.ok;
}
