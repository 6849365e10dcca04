/* crew.c - who does what next. One lock guards the crew's numbers; all work is done outside it. */
#include "crew_private.h"

#include "core/keys.h"
#include "core/pages.h"

static void on_event(void *context, const struct sensor_event *ev)
{
    struct worker *w = context;
    uint64_t number = pipeline_number(w->pipeline);
    if (w->writer) {
        w->crew->settings.user.write(w->writer, ev);
        outbox_texts(w->box, number);
    }
    if ((ev->kind == SENSOR_MATCH || ev->kind == SENSOR_KEPT) && w->crew->settings.user.match)
        outbox_match(w->box, number, ev);
}

static void on_observation(void *context, const struct observation *o)
{
    struct worker *w = context;
    outbox_observation(w->box, pipeline_number(w->pipeline), o);
}

static void chunk_free(struct chunk *k)
{
    k->spare = k->reader->spare;
    k->reader->spare = k;
}

/* ---- the steps, taken with the lock held and done without it ---- */

static void read_one(struct crew *c, struct worker *w)
{
    struct chunk *k = w->spare;
    w->spare = k->spare;
    c->ring[c->read % c->chunk_count] = k;
    c->reading = true;
    k->ending = c->wants_end || c->finished;
    pthread_mutex_unlock(&c->lock);
    chunk_read(c, k);
    pthread_mutex_lock(&c->lock);
    c->reading = false;
    c->ended = c->finished == FLOW_SHARDS;
    c->read++;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
    chunk_decode(w, k);
    pthread_mutex_lock(&c->lock);
    k->decoded = true;
}

static void join_one(struct crew *c)
{
    struct chunk *k = chunk_at(c, c->joined);
    c->joining = true;
    pthread_mutex_unlock(&c->lock);
    chunk_join(c, k);
    pthread_mutex_lock(&c->lock);
    c->joining = false;
    c->joined++;
}

static void process_one(struct crew *c, struct worker *w)
{
    struct chunk *k = chunk_at(c, w->next);
    pthread_mutex_unlock(&c->lock);
    chunk_process(w, k);
    pthread_mutex_lock(&c->lock);
    k->done++;
    w->next++;
}

static void deliver_one(struct crew *c)
{
    struct chunk *k = chunk_at(c, c->delivered);
    c->delivering = true;
    pthread_mutex_unlock(&c->lock);
    chunk_deliver(c, k);
    pthread_mutex_lock(&c->lock);
    c->delivering = false;
    c->wants_end |= c->stopped;
    c->delivered++;
    chunk_free(k);
}

/* What frees the others comes first. False: there is nothing to do now. */
static bool do_something(struct crew *c, struct worker *w)
{
    if (!c->delivering && c->delivered < c->joined &&
        chunk_at(c, c->delivered)->done == c->settings.threads)
        deliver_one(c);
    else if (!c->joining && c->joined < c->read && chunk_at(c, c->joined)->decoded)
        join_one(c);
    else if (w->next < c->joined)
        process_one(c, w);
    else if (!c->reading && !c->ended && w->spare)
        read_one(c, w);
    else
        return false;
    return true;
}

static void *work(void *context)
{
    struct worker *w = context;
    struct crew *c = w->crew;
    pthread_mutex_lock(&c->lock);
    while (!c->ended || c->delivered < c->read) {
        if (do_something(c, w))
            pthread_cond_broadcast(&c->changed);
        else
            pthread_cond_wait(&c->changed, &c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---- life ---- */

static void *must_alloc(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p)
        abort();
    return p;
}

static uint64_t shards_of(unsigned number, unsigned threads)
{
    uint64_t mask = 0;
    for (unsigned i = number; i < FLOW_SHARDS; i += threads)
        mask |= UINT64_C(1) << i;
    return mask;
}

static bool worker_make(struct crew *c, unsigned number, struct err *e)
{
    struct worker *w = &c->workers[number];
    const struct crew_user *u = &c->settings.user;
    struct pipeline_settings s = c->settings.pipeline;
    s.context = w;
    s.on_event = on_event;
    s.on_observation = u->observation ? on_observation : NULL;
    s.shards = shards_of(number, c->settings.threads);
    w->crew = c;
    w->number = number;
    w->decode = decode_new(NULL);
    decode_defer(w->decode);
    w->direction = c->direction ? direction_cache_new(mandate_gate(c->settings.mandate)) : NULL;
    w->batch = must_alloc(FLOW_BATCH, sizeof *w->batch);
    lot_place(&w->mine, pages_new(lot_size(), PAGES_SMALL));
    w->writers = must_alloc(c->chunk_count, sizeof *w->writers);
    for (size_t i = 0; u->writer_new && i < c->chunk_count; i++)
        w->writers[i] = u->writer_new(u->context, &c->chunks[i].boxes[number]);
    return pipeline_new(&s, &w->pipeline, e);
}

static void worker_drop(struct worker *w)
{
    const struct crew *c = w->crew;
    if (!c)
        return;
    for (size_t i = 0; c->settings.user.writer_drop && i < c->chunk_count; i++)
        c->settings.user.writer_drop(w->writers[i]);
    pipeline_drop(&w->pipeline);
    decode_drop(&w->decode);
    direction_cache_drop(&w->direction);
    free(w->writers);
    free(w->batch);
    pages_drop(w->mine.packets, lot_size());
}

/* An organisation's own network is told apart by flow, in the pipeline: its gate needs no packet. */
static bool directed(const struct mandate *m)
{
    return m && mandate_terms(m)->rehearses != RECORD_CHANNEL_own;
}

static bool crew_make(struct crew *c, struct err *e)
{
    unsigned threads = c->settings.threads;
    if (threads < 1 || threads > CREW_THREADS_MOST)
        return err_set(e, ERR_INVALID, "%u threads are not within 1 to %d", threads,
                       CREW_THREADS_MOST);
    while (!c->settings.pipeline.seed)
        random_bytes(&c->settings.pipeline.seed, sizeof c->settings.pipeline.seed);
    c->chunk_count = threads == 1 ? 1 : (size_t)threads * CHUNKS_EACH;
    c->chunks = must_alloc(c->chunk_count, sizeof *c->chunks);
    c->ring = must_alloc(c->chunk_count, sizeof(struct chunk *));
    c->workers = must_alloc(threads, sizeof *c->workers);
    for (unsigned i = 0; i < c->chunk_count; i++) {
        struct chunk *k = &c->chunks[i];
        chunk_make(k, threads);
        k->index = i;
        k->reader = &c->workers[i % threads];
        chunk_free(k);
    }
    c->fragments = decode_new(NULL);
    if (directed(c->settings.mandate))
        c->direction = direction_cache_new(mandate_gate(c->settings.mandate));
    for (unsigned i = 0; i < threads; i++)
        if (!worker_make(c, i, e))
            return false;
    return true;
}

static void crew_drop(struct crew *c)
{
    for (unsigned i = 0; c->workers && i < c->settings.threads; i++)
        worker_drop(&c->workers[i]);
    for (size_t i = 0; i < c->chunk_count; i++)
        chunk_drop(&c->chunks[i], c->settings.threads);
    decode_drop(&c->fragments);
    direction_cache_drop(&c->direction);
    free(c->workers);
    free(c->ring);
    free(c->chunks);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->changed);
}

static struct pipeline_counts sum(const struct crew *c)
{
    struct pipeline_counts all = {0};
    for (unsigned i = 0; i < c->settings.threads; i++) {
        struct pipeline_counts n = pipeline_counts(c->workers[i].pipeline);
        n.decode = *decode_stats(c->workers[i].decode);
        pipeline_counts_add(&all, &n);
    }
    struct pipeline_counts joined = {.decode = *decode_stats(c->fragments), .fate = c->undelivered};
    pipeline_counts_add(&all, &joined);
    return all;
}

bool crew_run(const struct crew_settings *s, struct capture *capture,
              struct pipeline_counts *ret_counts, struct err *e)
{
    struct crew c = {.settings = *s, .capture = capture};
    pthread_mutex_init(&c.lock, NULL);
    pthread_cond_init(&c.changed, NULL);
    bool made = crew_make(&c, e);
    if (made) {
        unsigned started = 1;
        while (started < s->threads &&
               pthread_create(&c.workers[started].thread, NULL, work, &c.workers[started]) == 0)
            started++;
        if (started < s->threads)
            abort(); /* no memory for a thread: as for any other allocation of ours */
        work(&c.workers[0]);
        for (unsigned i = 1; i < started; i++)
            pthread_join(c.workers[i].thread, NULL);
        *ret_counts = sum(&c);
        if (c.refused.code != ERR_OK)
            *e = c.refused;
    }
    bool ok = made && c.refused.code == ERR_OK;
    crew_drop(&c);
    return ok;
}
