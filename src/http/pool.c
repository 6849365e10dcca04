/* pool.c - see pool_private.h. */
#include "http/pool_private.h"

#include <pthread.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct pool_job *first, **end;
    unsigned waiting, queue, workers;
    bool stopping;
    pthread_t threads[];
};

/* NULL: there is nothing left and the pool is stopping. */
static struct pool_job *take(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->stopping)
        pthread_cond_wait(&p->work, &p->lock);
    struct pool_job *job = p->first;
    if (job) {
        p->first = job->next;
        if (!p->first)
            p->end = &p->first;
        p->waiting--;
    }
    pthread_mutex_unlock(&p->lock);
    return job;
}

static void *work(void *argument)
{
    struct pool *p = argument;
    for (struct pool_job *job; (job = take(p)) != NULL;)
        job->run(job);
    return NULL;
}

bool pool_start(unsigned workers, unsigned queue, struct pool **ret, struct err *e)
{
    struct pool *p = calloc(1, sizeof *p + workers * sizeof p->threads[0]);
    if (!p)
        abort();
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    p->end = &p->first;
    p->queue = queue;
    for (; p->workers < workers; p->workers++) {
        if (pthread_create(&p->threads[p->workers], NULL, work, p) != 0) {
            pool_stop(p);
            return err_set(e, ERR_IO, "cannot start %u workers", workers);
        }
    }
    *ret = p;
    return true;
}

bool pool_submit(struct pool *p, struct pool_job *job)
{
    pthread_mutex_lock(&p->lock);
    bool room = p->waiting < p->queue && !p->stopping;
    if (room) {
        job->next = NULL;
        *p->end = job;
        p->end = &job->next;
        p->waiting++;
        pthread_cond_signal(&p->work);
    }
    pthread_mutex_unlock(&p->lock);
    return room;
}

void pool_stop(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->workers; i++)
        pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
