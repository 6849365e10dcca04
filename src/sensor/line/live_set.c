/* live_set.c - the set, and the thread that merges its changes. See live.h. */
#include "core/log.h"
#include "core/time.h"
#include "index/sealed.h"
#include "sensor/live.h"

#include <pthread.h>

struct live_set {
    struct index_set *set;
    pthread_t merger;
    bool started;
    pthread_mutex_t lock; /* what follows */
    pthread_cond_t news;  /* many changes, or the end */
    uint64_t images;
    bool stop;
};

static void make_room(struct live_set *s)
{
    struct err e = {0};
    if (!index_set_merge(s->set, (uint32_t)(clock_real()->now(clock_real()) / TIME_SECOND), &e))
        log_error("merging selectors: %s", e.text);
}

static void *merge(void *context)
{
    struct live_set *s = context;
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        if (index_set_state(s->set).changes < LIVE_MERGE_AT) {
            pthread_cond_wait(&s->news, &s->lock);
            continue;
        }
        pthread_mutex_unlock(&s->lock);
        make_room(s);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

bool live_set_new(struct live_set **ret, struct err *e)
{
    AUTO(live_set_drop) struct live_set *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->set = index_set_new();
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->news, NULL);
    s->started = pthread_create(&s->merger, NULL, merge, s) == 0;
    if (!s->started)
        return err_set(e, ERR_IO, "no thread for the selectors");
    *ret = TAKE(s);
    return true;
}

void live_set_drop(struct live_set **set)
{
    struct live_set *s = *set;
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_broadcast(&s->news);
    pthread_mutex_unlock(&s->lock);
    if (s->started)
        pthread_join(s->merger, NULL);
    index_set_drop(&s->set);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->news);
    free(s);
    *set = NULL;
}

struct index_set *live_set_index(struct live_set *s)
{
    return s->set;
}

uint64_t live_set_images(struct live_set *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t n = s->images;
    pthread_mutex_unlock(&s->lock);
    return n;
}

/* ---- as a target ---- */

static uint64_t target_generation(void *context)
{
    const struct live_set *s = context;
    return index_set_state(s->set).generation;
}

static bool target_image(void *context, const char *path, const struct key_public *key,
                         struct err *e)
{
    struct live_set *s = context;
    AUTO(index_image_drop) struct index_image *image = NULL;
    struct index_seal seal;
    uint64_t held = index_set_state(s->set).generation;
    if (!index_seal_open(path, key, held, &seal, &image, e))
        return false;
    size_t count = index_image_count(image);
    bool newer = seal.generation != held;
    if (newer && !index_set_replace(s->set, &image, seal.generation, e))
        return false;
    pthread_mutex_lock(&s->lock);
    s->images++;
    pthread_mutex_unlock(&s->lock);
    if (newer)
        log_info("%zu selectors in force, generation %llu", count,
                 (unsigned long long)seal.generation);
    return true;
}

static bool target_event(void *context, struct str data, uint64_t *ret_changes, struct err *e)
{
    struct live_set *s = context;
    struct err first = {0};
    bool ok = live_apply(s->set, data, ret_changes, &first);
    if (!ok && first.code == ERR_LIMIT) {
        make_room(s);
        first = (struct err){0};
        ok = live_apply(s->set, data, ret_changes, &first);
    }
    if (!ok)
        *e = first;
    pthread_mutex_lock(&s->lock);
    if (index_set_state(s->set).changes >= LIVE_MERGE_AT)
        pthread_cond_signal(&s->news);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

struct live_target live_set_target(struct live_set *s)
{
    return (struct live_target){s, target_generation, target_image, target_event};
}
