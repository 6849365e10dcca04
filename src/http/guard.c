/* guard.c - see guard_private.h.
 *
 * A socket is shut down under the lock that guard_leave takes before the server closes it; so the number
 * of a descriptor cannot have passed to another connection meanwhile.
 */
#include "http/guard_private.h"

#include "core/time.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

enum { LOOK_EVERY_US = 250000 };

struct guard {
    pthread_mutex_t lock;
    pthread_cond_t stop;
    pthread_t thread;
    struct guard_conn *conns;
    bool stopping;
    _Atomic uint64_t entered, cut;
};

static void cut_late(struct guard *g)
{
    int64_t now = time_monotonic();
    for (struct guard_conn *c = g->conns; c; c = c->next) {
        int64_t deadline = atomic_load(&c->deadline);
        if (deadline && now > deadline && atomic_exchange(&c->deadline, 0)) {
            shutdown(c->fd, SHUT_RDWR);
            atomic_fetch_add(&g->cut, 1);
        }
    }
}

static void *watch(void *argument)
{
    struct guard *g = argument;
    pthread_mutex_lock(&g->lock);
    while (!g->stopping) {
        int64_t at = time_monotonic() + LOOK_EVERY_US;
        struct timespec until = {.tv_sec = at / TIME_SECOND, .tv_nsec = at % TIME_SECOND * 1000};
        pthread_cond_timedwait(&g->stop, &g->lock, &until);
        cut_late(g);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

bool guard_start(struct guard **ret, struct err *e)
{
    struct guard *g = calloc(1, sizeof *g);
    if (!g)
        abort();
    pthread_mutex_init(&g->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&g->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&g->thread, NULL, watch, g) != 0) {
        free(g);
        return err_set(e, ERR_IO, "cannot start a thread");
    }
    *ret = g;
    return true;
}

void guard_stop(struct guard *g)
{
    if (!g)
        return;
    pthread_mutex_lock(&g->lock);
    g->stopping = true;
    pthread_cond_signal(&g->stop);
    pthread_mutex_unlock(&g->lock);
    pthread_join(g->thread, NULL);
    pthread_cond_destroy(&g->stop);
    pthread_mutex_destroy(&g->lock);
    free(g);
}

struct guard_conn *guard_enter(struct guard *g, int fd, unsigned ms)
{
    struct guard_conn *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->fd = fd;
    guard_allow(c, ms);
    pthread_mutex_lock(&g->lock);
    c->next = g->conns;
    c->link = &g->conns;
    if (c->next)
        c->next->link = &c->next;
    g->conns = c;
    pthread_mutex_unlock(&g->lock);
    atomic_fetch_add(&g->entered, 1);
    return c;
}

void guard_leave(struct guard *g, struct guard_conn *c)
{
    pthread_mutex_lock(&g->lock);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    pthread_mutex_unlock(&g->lock);
    free(c);
}

void guard_allow(struct guard_conn *c, uint64_t ms)
{
    atomic_store(&c->deadline, ms ? time_monotonic() + (int64_t)ms * 1000 : 0);
}

uint64_t guard_entered(const struct guard *g)
{
    return atomic_load(&g->entered);
}

uint64_t guard_cut_count(const struct guard *g)
{
    return atomic_load(&g->cut);
}
