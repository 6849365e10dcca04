/* keeping.c - two buffers and a thread. See keeping_private.h. */
#include "sensor/line/keeping_private.h"

#include "core/log.h"

#include <pthread.h>

struct keeping {
    struct keeper target;
    const char *what;

    pthread_mutex_t lock; /* what follows */
    pthread_cond_t news, kept;
    struct buf filling, being_kept;
    uint64_t in_filling; /* records */
    bool busy, stop;
    struct keeping_stats stats;
    pthread_t thread;
    bool started;
};

static void *keep(void *context)
{
    struct keeping *k = context;
    pthread_mutex_lock(&k->lock);
    while (!k->stop || k->filling.len) {
        if (!k->filling.len) {
            pthread_cond_wait(&k->news, &k->lock);
            continue;
        }
        struct buf taken = k->filling;
        k->filling = k->being_kept;
        k->being_kept = taken;
        k->busy = true;
        uint64_t count = k->in_filling;
        k->in_filling = 0;
        pthread_mutex_unlock(&k->lock);

        struct err e = {0};
        bool kept = k->target.keep(k->target.context, buf_str(&k->being_kept), &e);
        if (!kept)
            log_error("%s are lost: %s", k->what, e.text);

        pthread_mutex_lock(&k->lock);
        k->stats.unkept += kept ? 0 : count;
        buf_clear(&k->being_kept);
        k->busy = false;
        pthread_cond_broadcast(&k->kept);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

void keeping_put(struct keeping *k, const struct buf *record)
{
    pthread_mutex_lock(&k->lock);
    k->stats.records++;
    if (record->over || !spool_add(&k->filling, buf_str(record)))
        k->stats.dropped++;
    else
        k->in_filling++;
    pthread_cond_signal(&k->news);
    pthread_mutex_unlock(&k->lock);
}

void keeping_wait(struct keeping *k)
{
    pthread_mutex_lock(&k->lock);
    while (k->filling.len || k->busy)
        pthread_cond_wait(&k->kept, &k->lock);
    pthread_mutex_unlock(&k->lock);
}

struct keeping_stats keeping_stats(struct keeping *k)
{
    pthread_mutex_lock(&k->lock);
    struct keeping_stats stats = k->stats;
    pthread_mutex_unlock(&k->lock);
    return stats;
}

bool keeping_new(const struct keeper *target, const char *what, size_t held, struct keeping **ret,
                 struct err *e)
{
    AUTO(keeping_drop) struct keeping *k = calloc(1, sizeof *k);
    if (!k)
        abort();
    k->target = *target;
    k->what = what;
    k->filling = k->being_kept = BUF(held);
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->news, NULL);
    pthread_cond_init(&k->kept, NULL);
    if (!buf_room(&k->filling, held) || !buf_room(&k->being_kept, held))
        abort();
    if (pthread_create(&k->thread, NULL, keep, k) != 0)
        return err_set(e, ERR_IO, "no thread for the %s", what);
    k->started = true;
    *ret = TAKE(k);
    return true;
}

void keeping_drop(struct keeping **keeping)
{
    struct keeping *k = *keeping;
    if (!k)
        return;
    if (k->started) {
        pthread_mutex_lock(&k->lock);
        k->stop = true;
        pthread_cond_signal(&k->news);
        pthread_mutex_unlock(&k->lock);
        pthread_join(k->thread, NULL);
    }
    pthread_mutex_destroy(&k->lock);
    pthread_cond_destroy(&k->news);
    pthread_cond_destroy(&k->kept);
    buf_drop(&k->filling);
    buf_drop(&k->being_kept);
    free(k);
    *keeping = NULL;
}
