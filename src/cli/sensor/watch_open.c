/* watch_open.c - what the watching process opens before its rights go, and how it closes. */
#include "cli/sensor/watch_private.h"
#include "core/io.h"
#include "core/locked.h"
#include "core/time.h"
#include "sensor/shut_in.h"

#include <fcntl.h>
#include <unistd.h>

void watch_event(void *queue, const struct sensor_event *ev)
{
    struct queue *q = queue;
    struct watch *w = q->watch;
    pthread_mutex_lock(&w->desk);
    if (ev->kind == SENSOR_MATCH)
        sightings_add(w->sightings, ev);
    if (ev->kind == SENSOR_MATCH || ev->kind == SENSOR_KEPT)
        book_event(w->book, ev);
    watch_outputs_event(q, ev);
    pthread_mutex_unlock(&w->desk);
}

static bool admit(void *context, const struct packet *p, struct fate_counts *n)
{
    const struct queue *q = context;
    struct mandate *m = q->watch->mandate.mandate;
    if (!mandate_covers(m, p->time_us)) {
        n->discarded++;
        return false;
    }
    if (!mandate_cap_take(m, p->time_us, p->wire_bytes)) {
        n->over_cap++;
        return false;
    }
    switch (direction_of(q->direction, p->src, p->dst)) {
    case DIRECTION_KEEP: return true;
    case DIRECTION_DISCARD: n->discarded++; break;
    case DIRECTION_UNKNOWN: n->unknown++; break;
    }
    return false;
}

/* ---- opening ---- */

static bool of_law(const struct watch *w)
{
    return mandate_terms(w->mandate.mandate)->rehearses != RECORD_CHANNEL_own;
}

/* What a channel of the law lets through is records of the selectors it names, and nothing beside. */
static bool keep_to_law(struct watch *w, struct err *e)
{
    const struct sensor *s = w->sensor;
    const struct mandate_terms *t = mandate_terms(w->mandate.mandate);
    if (!of_law(w))
        return true;
    if (s->args.own.count || s->args.eve || s->args.zeek || s->args.ipfix || w->count != 1)
        return err_set(
            e, ERR_INVALID,
            "under %s the authorisation names the networks and records are all that is kept: "
            "leave out --own, --eve, --zeek, --ipfix, --flow-listen and --queues",
            record_channel_text(t->channel));
    if (t->statutory && !locked_all())
        return err_set(e, ERR_DENIED, "under %s memory has to be locked: raise RLIMIT_MEMLOCK",
                       record_channel_text(t->channel));
    struct index_build how = {.built = clock_real()->now(clock_real())};
    AUTO(index_builder_drop) struct index_builder *b = index_builder_new(&how);
    return mandate_index_add(w->mandate.mandate, b, e) && index_builder_finish(&b, &w->image, e);
}

static const char *in_spool(struct sensor *s, const char *name)
{
    return arena_cstr(&s->memory, arena_fmt(&s->memory, "%s/%s", s->args.spool, name));
}

static bool open_mandate(struct watch *w, struct err *e)
{
    struct sensor *s = w->sensor;
    struct cli_mandate_wish wish = {
        .own = s->own,
        .own_count = s->args.own.count,
        .selectors = "node",
        .keep_at = in_spool(s, "own.authorisation.json"),
        .clock_at = in_spool(s, "mandate.clock"),
        .live = sensor_is_live(s),
    };
    if (!s->args.mandate.key)
        s->args.mandate.key = in_spool(s, "sensor.key");
    w->mandate.memory = &s->memory;
    if (!cli_mandate_open(&w->mandate, &s->args.mandate, &wish, e) || !keep_to_law(w, e))
        return false;
    /* One folder an authorisation: its seals are one chain. */
    const struct mandate_terms *t = mandate_terms(w->mandate.mandate);
    const char *out = s->args.out ? s->args.out : in_spool(s, "books");
    const char *dir =
        arena_cstr(&s->memory, arena_fmt(&s->memory, "%s/" STR_FMT, out, STR_ARG(t->auth_id)));
    return dir_make(out, 0700, e) &&
           book_open(w->mandate.mandate, dir, sensor_is_live(s), &w->book, e);
}

static bool open_capture(const struct watch *w, struct queue *q, struct err *e)
{
    const struct sensor_args *a = &w->sensor->args;
    struct ring_settings ring = RING_SETTINGS(a->interface);
    if (w->count > 1)
        ring.fanout_group = (uint16_t)(getpid() % UINT16_MAX + 1);
    bool ok = a->interface ? capture_open_ring(&ring, &q->capture, e)
                           : capture_open_file(a->capture, &q->capture, e);
    return ok && (!a->filter || capture_filter(q->capture, a->filter, e));
}

static bool make_pipeline(struct watch *w, struct queue *q, struct err *e)
{
    const struct sensor *s = w->sensor;
    struct pipeline_settings p = PIPELINE_SETTINGS;
    q->watch = w;
    p.set = live_set_index(w->set);
    p.flows /= (uint32_t)w->count;
    p.stream_bytes /= w->count;
    p.own = s->own;
    p.own_count = s->args.own.count;
    p.metadata = watch_wants_metadata(w);
    p.keeps = true;
    p.context = q;
    p.on_event = watch_event;
    p.on_observation = watch_wants_observations(w) ? watch_observation : NULL;
    if (of_law(w)) {
        p.set = NULL;
        p.view.base = w->image;
        p.residency_us = mandate_terms(w->mandate.mandate)->residency_us;
        p.admit = admit;
        q->direction = direction_cache_new(mandate_gate(w->mandate.mandate));
    }
    return pipeline_new(&p, &q->pipeline, e);
}

/* Rights go when all is open; threads come when the rights have gone. */
bool watch_open(struct watch *w, struct err *e)
{
    struct sensor *s = w->sensor;
    const char *folders[] = {s->args.spool, s->args.out ? s->args.out : s->args.spool,
                             s->args.zeek ? s->args.zeek : s->args.spool, NULL};
    struct shut_in in = {.folders = folders, .user = s->user, .group = s->group};
    struct keeper keeper = errand_keeper(s->errands.watcher);
    for (size_t i = 0; i < COUNT(w->queues); i++)
        w->queues[i].watch = w;
    if (!open_mandate(w, e) || !watch_behaviour_open(w, e) || !watch_outputs_open(w, e) ||
        !watch_flows_open(w, e))
        return false;
    for (size_t i = 0; i < w->count; i++)
        if (!open_capture(w, &w->queues[i], e))
            return false;
    if (!shut_in(&in, e) || !live_set_new(&w->set, e))
        return false;
    for (size_t i = 0; i < w->count; i++)
        if (!make_pipeline(w, &w->queues[i], e))
            return false;
    struct live_target target = live_set_target(w->set);
    return watch_flows_feed(w, e) && sightings_new(&keeper, &s->id, &w->sightings, e) &&
           watch_behaviour_report(w, &keeper, e) &&
           errand_serve_target(s->errands.watcher, &target, e);
}

void watch_close(struct watch *w)
{
    sightings_drop(&w->sightings);
    watch_behaviour_close(w);
    watch_flows_close(w);
    for (size_t i = 0; i < w->count; i++) {
        pipeline_drop(&w->queues[i].pipeline);
        direction_cache_drop(&w->queues[i].direction);
        capture_drop(&w->queues[i].capture);
    }
    book_drop(&w->book);
    cli_mandate_close(&w->mandate);
    index_image_drop(&w->image);
    errand_close(&w->sensor->errands.watcher); /* nobody brings selectors any more */
    live_set_drop(&w->set);
    watch_outputs_close(w);
    pthread_mutex_destroy(&w->desk);
}
