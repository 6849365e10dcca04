/* uplink.c - one batch after the other, and patience. */
#include "sensor/uplink.h"

#include "core/buf.h"
#include "core/json.h"
#include "core/log.h"
#include "http/backoff.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { FIRST_WAIT_MS = 250, MOST_WAIT_MS = 30000, BODY_MAX = 4 << 20, MEMORY_MAX = 64 << 20 };

struct uplink {
    struct http_client *client;
    struct spool *spool;
    struct backoff backoff;
    pthread_t thread;
    pthread_mutex_t lock; /* stats */
    pthread_cond_t hurry; /* on `lock`: stop */
    struct uplink_stats stats;
    _Atomic bool stop;
};

static void pause_ms(struct uplink *u, unsigned ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&u->lock);
    while (!atomic_load(&u->stop) && pthread_cond_timedwait(&u->hurry, &u->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&u->lock);
}

/* What a spool holds, told apart by the first member of a record (sightings.h, report.h). */
static const struct sort {
    const char *path, *what, *one;
    struct str head, before, after; /* of the call; around each record, taken off */
} sorts[] = {
    {"/v1/sightings", "sightings", "sighting", S_("{\"sightings\":["), S_(""), S_("")},
    {"/v1/findings", "findings", "finding", S_("{\"findings\":["), S_("{\"finding\":"), S_("}")},
};

static const struct sort *sort_of(struct str record)
{
    size_t i = COUNT(sorts) - 1;
    while (i && !str_starts(record, sorts[i].before))
        i--;
    return &sorts[i];
}

enum outcome { TAKEN, MALFORMED, AGAIN };

/* A node that has never heard of findings will not learn it: the sightings behind them go on. */
static enum outcome outcome_of(int status, const struct sort *sort)
{
    if (status >= 200 && status < 300)
        return TAKEN;
    if (status == 404 && sort != sorts)
        return MALFORMED;
    return status == 400 || status == 413 || status == 422 ? MALFORMED : AGAIN;
}

static void count_taken(struct uplink *u, struct arena *a, struct str body, size_t count)
{
    struct err e = {0};
    const struct json *v = json_parse(a, body, &e);
    int64_t repeated = 0, outside = 0;
    json_int(v, S("repeated"), &repeated);
    json_int(v, S("outside"), &outside);
    pthread_mutex_lock(&u->lock);
    u->stats.posted += count;
    u->stats.repeated += (uint64_t)repeated;
    u->stats.outside += (uint64_t)outside;
    pthread_mutex_unlock(&u->lock);
}

static bool write_call(const struct sort *sort, const struct str *records, size_t count,
                       struct buf *body)
{
    buf_put(body, sort->head);
    for (size_t i = 0; i < count; i++) {
        struct str r = str_skip(records[i], sort->before.len);
        r.len -= r.len >= sort->after.len ? sort->after.len : 0;
        buf_put(body, i ? S(",") : S(""));
        buf_put(body, r);
    }
    buf_put(body, S("]}"));
    return !body->over;
}

/* The same sort all of them. */
static enum outcome post(struct uplink *u, struct arena *a, const struct str *records, size_t count)
{
    const struct sort *sort = sort_of(records[0]);
    AUTO(buf_drop) struct buf body = BUF(BODY_MAX);
    if (!write_call(sort, records, count, &body))
        return MALFORMED; /* too many bytes for one call: one by one */
    struct http_question q = {.method = HTTP_POST, .path = sort->path, .body = buf_str(&body)};
    struct http_reply r = {0};
    struct err e = {0};
    bool answered = http_ask(u->client, &q, a, &r, &e);
    enum outcome outcome = answered ? outcome_of(r.status, sort) : AGAIN;
    if (outcome == TAKEN)
        count_taken(u, a, r.body, count);
    else if (answered && http_reply_ok(&r, &e))
        err_set(&e, ERR_UNAVAILABLE, "status %d", r.status);
    pthread_mutex_lock(&u->lock);
    bool was_up = u->stats.up;
    u->stats.up = outcome != AGAIN;
    u->stats.failures += outcome != TAKEN;
    bool first = u->stats.failures == 1;
    pthread_mutex_unlock(&u->lock);
    if (outcome == AGAIN && (was_up || first))
        log_warn("the node does not take %s, they are kept: %s", sort->what, e.text);
    else if (outcome == MALFORMED && count == 1)
        log_error("the node refuses a %s, it is passed over: %s", sort->one, e.text);
    else if (outcome == TAKEN && !was_up)
        log_info("the node takes %s", sort->what);
    return outcome;
}

/* How many of the oldest are of one sort: they go in one call, and the order stays. */
static size_t run_of(const struct str *records, size_t count)
{
    size_t n = 1;
    while (n < count && sort_of(records[n]) == sort_of(records[0]))
        n++;
    return n;
}

/* A batch that was refused as a whole: each record for itself. How many are done with. */
static size_t one_by_one(struct uplink *u, struct arena *a, const struct str *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum outcome outcome = post(u, a, &records[i], 1);
        if (outcome == AGAIN)
            return i;
        if (outcome == MALFORMED) {
            pthread_mutex_lock(&u->lock);
            u->stats.refused++;
            pthread_mutex_unlock(&u->lock);
        }
    }
    return count;
}

/* False: wait before the next. */
static bool one_batch(struct uplink *u)
{
    AUTO(arena_drop) struct arena memory = ARENA(MEMORY_MAX);
    struct str records[UPLINK_BATCH];
    struct err e = {0};
    size_t count = spool_peek(u->spool, &memory, records, UPLINK_BATCH, &e);
    if (!count && e.code != ERR_OK)
        log_error("%s", e.text);
    if (!count)
        return e.code == ERR_OK;
    count = run_of(records, count);
    enum outcome outcome = post(u, &memory, records, count);
    size_t done = outcome == TAKEN       ? count
                  : outcome == MALFORMED ? one_by_one(u, &memory, records, count)
                                         : 0;
    if (!spool_acknowledge(u->spool, done, &e)) {
        log_error("%s", e.text);
        return false;
    }
    return done > 0;
}

static void *run(void *context)
{
    struct uplink *u = context;
    while (!atomic_load(&u->stop)) {
        spool_wait(u->spool, 1000);
        if (atomic_load(&u->stop))
            break;
        if (one_batch(u))
            backoff_reset(&u->backoff);
        else
            pause_ms(u, backoff_next(&u->backoff));
    }
    return NULL;
}

bool uplink_start(const struct http_peer *peer, struct spool *spool, struct uplink **ret,
                  struct err *e)
{
    struct uplink *u = calloc(1, sizeof *u);
    if (!u)
        abort();
    u->spool = spool;
    u->backoff = BACKOFF(FIRST_WAIT_MS, MOST_WAIT_MS);
    pthread_mutex_init(&u->lock, NULL);
    pthread_cond_init(&u->hurry, NULL);
    bool ok = http_client_new(peer, &u->client, e);
    if (ok && pthread_create(&u->thread, NULL, run, u) != 0)
        ok = err_set(e, ERR_IO, "no thread for the uplink");
    if (ok) {
        *ret = u;
        return true;
    }
    http_client_free(u->client);
    pthread_mutex_destroy(&u->lock);
    pthread_cond_destroy(&u->hurry);
    free(u);
    return false;
}

void uplink_stop(struct uplink **uplink)
{
    struct uplink *u = *uplink;
    if (!u)
        return;
    pthread_mutex_lock(&u->lock);
    atomic_store(&u->stop, true);
    pthread_cond_broadcast(&u->hurry);
    pthread_mutex_unlock(&u->lock);
    spool_wake(u->spool);
    pthread_join(u->thread, NULL);
    http_client_free(u->client);
    pthread_mutex_destroy(&u->lock);
    pthread_cond_destroy(&u->hurry);
    free(u);
    *uplink = NULL;
}

struct uplink_stats uplink_stats(struct uplink *u)
{
    pthread_mutex_lock(&u->lock);
    struct uplink_stats stats = u->stats;
    pthread_mutex_unlock(&u->lock);
    return stats;
}
