/* watch.c - the process that sees packets: capture, pipelines, lines, sightings. It has no network. */
#include "cli/sensor/sensor_private.h"
#include "core/log.h"
#include "core/time.h"
#include "net/ring.h"
#include "sensor/eve.h"
#include "sensor/pipeline.h"
#include "sensor/shut_in.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { TELL_EVERY_S = 60, WAIT_STEP_US = 20000 };

struct watch;

struct queue { /* one thread, one capture, one pipeline */
    struct watch *watch;
    struct capture *capture;
    struct pipeline *pipeline;
    pthread_t thread;
    struct err e;
};

struct watch {
    struct sensor *sensor;
    struct live_set *set;
    struct queue queues[SENSOR_QUEUES_MOST];
    size_t count;
    int64_t first_us, began; /* replay: packet time, and the clock then */
    int64_t told;
    _Atomic bool stop;
    pthread_mutex_t desk; /* what follows: all queues write to it */
    struct sightings *sightings;
    struct eve *eve;
    int eve_fd;
};

static void sleep_us(int64_t us)
{
    struct timespec t = {.tv_sec = us / TIME_SECOND, .tv_nsec = us % TIME_SECOND * 1000};
    if (us > 0)
        nanosleep(&t, NULL);
}

static void on_event(void *context, const struct sensor_event *ev)
{
    const struct queue *q = context;
    struct watch *w = q->watch;
    pthread_mutex_lock(&w->desk);
    if (ev->kind == SENSOR_MATCH)
        sightings_add(w->sightings, ev);
    if (w->eve)
        eve_event(w->eve, ev);
    pthread_mutex_unlock(&w->desk);
}

/* ---- opening ---- */

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
    p.metadata = w->eve != NULL;
    p.context = q;
    p.on_event = on_event;
    return pipeline_new(&p, &q->pipeline, e);
}

static bool open_eve(struct watch *w, struct err *e)
{
    const char *path = w->sensor->args.eve;
    if (!path)
        return true;
    w->eve_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (w->eve_fd < 0)
        return err_set(e, ERR_IO, "%s cannot be written", path);
    w->eve = eve_new(w->eve_fd);
    return true;
}

/* Rights go when all is open; threads come when the rights have gone. */
static bool begin(struct watch *w, struct err *e)
{
    struct sensor *s = w->sensor;
    const char *folders[] = {s->args.spool, NULL};
    struct shut_in in = {.folders = folders, .user = s->user, .group = s->group};
    struct keeper keeper = errand_keeper(s->errands.watcher);
    for (size_t i = 0; i < w->count; i++)
        w->queues[i].watch = w;
    if (!open_eve(w, e))
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
    return sightings_new(&keeper, &s->id, &w->sightings, e) &&
           errand_serve_target(s->errands.watcher, &target, e);
}

static void end(struct watch *w)
{
    sightings_drop(&w->sightings);
    for (size_t i = 0; i < w->count; i++) {
        pipeline_drop(&w->queues[i].pipeline);
        capture_drop(&w->queues[i].capture);
    }
    errand_close(&w->sensor->errands.watcher); /* nobody brings selectors any more */
    live_set_drop(&w->set);
    eve_drop(&w->eve);
    if (w->eve_fd >= 0)
        close(w->eve_fd);
    pthread_mutex_destroy(&w->desk);
}

/* ---- running ---- */

static bool told_to_stop(struct watch *w)
{
    if (sensor_told_to_stop(w->sensor))
        atomic_store(&w->stop, true);
    return atomic_load(&w->stop);
}

/* Standard input may be silent for hours: wait for it where a signal is heard too. */
static void wait_for_input(const struct watch *w)
{
    const struct sensor *s = w->sensor;
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = s->signals, .events = POLLIN}};
    if (s->args.capture && strcmp(s->args.capture, "-") == 0)
        poll(fds, COUNT(fds), -1);
}

/* A replayed frame comes when its time has come, with the time it comes at. */
static void replay(struct watch *w, struct queue *q, struct frame *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t now = clock_real()->now(clock_real());
        if (!w->first_us) {
            w->first_us = frames[i].time_us;
            w->began = now;
        }
        double since = (double)(frames[i].time_us - w->first_us) / w->sensor->speed;
        int64_t due = w->began + (int64_t)since;
        sleep_us(due - now);
        frames[i].time_us = due;
        pipeline_frames(q->pipeline, &frames[i], 1);
    }
}

static void idle(struct watch *w, struct queue *q)
{
    int64_t now = clock_real()->now(clock_real());
    if (!w->sensor->args.interface)
        return;
    pipeline_idle(q->pipeline, now);
    pthread_mutex_lock(&w->desk);
    sightings_advance(w->sightings, now);
    pthread_mutex_unlock(&w->desk);
}

static void tell(struct watch *w)
{
    struct pipeline_counts n = {0};
    struct capture_stats c = {0};
    for (size_t i = 0; i < w->count; i++) {
        struct pipeline_counts one = pipeline_counts(w->queues[i].pipeline);
        struct capture_stats seen = capture_stats(w->queues[i].capture);
        pipeline_counts_add(&n, &one);
        c.frames += seen.frames;
        c.kernel_drops += seen.kernel_drops;
    }
    struct sightings_stats g = sightings_stats(w->sightings);
    log_info("frames %llu, dropped by the kernel %llu, not decoded %llu; flows %llu, foreign %llu, "
             "evicted %llu; matches %llu",
             (unsigned long long)c.frames, (unsigned long long)c.kernel_drops,
             (unsigned long long)(n.decode.frames - n.decode.decoded),
             (unsigned long long)n.flow.flows, (unsigned long long)n.flows_foreign,
             (unsigned long long)n.flow.ended[FLOW_END_EVICTED],
             (unsigned long long)pipeline_matches(&n));
    log_info("sightings %llu, lost %llu; selectors generation %llu", (unsigned long long)g.records,
             (unsigned long long)(g.dropped + g.unkept),
             (unsigned long long)index_set_state(live_set_index(w->set)).generation);
}

/* The first queue's thread: the counts of the others may lag by a batch. */
static void now_and_then(struct watch *w)
{
    int64_t now = time_monotonic();
    struct err e = {0};
    if (now - w->told < TELL_EVERY_S * TIME_SECOND)
        return;
    w->told = now;
    tell(w);
    pthread_mutex_lock(&w->desk);
    if (w->eve && !eve_flush(w->eve, &e))
        log_error("%s", e.text);
    pthread_mutex_unlock(&w->desk);
}

static bool run_queue(struct watch *w, struct queue *q, struct err *e)
{
    struct frame frames[DECODE_BATCH];
    for (size_t n = 0; !capture_done(q->capture) && !told_to_stop(w);) {
        if (n < COUNT(frames)) /* all that was read is used up */
            wait_for_input(w);
        if (told_to_stop(w))
            break;
        n = capture_batch(q->capture, frames, COUNT(frames), e);
        if (!n && e->code != ERR_OK)
            return false;
        if (w->sensor->speed > 0)
            replay(w, q, frames, n);
        else
            pipeline_frames(q->pipeline, frames, n);
        if (!n)
            idle(w, q);
        if (q == w->queues)
            now_and_then(w);
    }
    return true;
}

static void *queue_thread(void *context)
{
    struct queue *q = context;
    if (!run_queue(q->watch, q, &q->e))
        atomic_store(&q->watch->stop, true); /* the others end too, and it is said why */
    return NULL;
}

static bool run(struct watch *w, struct err *e)
{
    size_t started = 1;
    while (started < w->count &&
           pthread_create(&w->queues[started].thread, NULL, queue_thread, &w->queues[started]) == 0)
        started++;
    bool ok = started == w->count || err_set(e, ERR_IO, "no thread for a queue");
    ok = ok && run_queue(w, &w->queues[0], e);
    atomic_store(&w->stop, true);
    for (size_t i = 1; i < started; i++) {
        pthread_join(w->queues[i].thread, NULL);
        if (ok && w->queues[i].e.code != ERR_OK) {
            *e = w->queues[i].e;
            ok = false;
        }
    }
    return ok;
}

/* A file is matched against what the node has, not against nothing: wait for the first set. */
static void wait_for_selectors(struct watch *w)
{
    bool said = false;
    while (!w->sensor->args.interface && !live_set_images(w->set) && !told_to_stop(w)) {
        if (!said)
            log_info("waiting for the node's selectors");
        said = true;
        sleep_us(WAIT_STEP_US);
    }
}

static bool finish(struct watch *w, struct err *e)
{
    for (size_t i = 0; i < w->count; i++)
        pipeline_finish(w->queues[i].pipeline);
    sightings_flush(w->sightings);
    return !w->eve || eve_flush(w->eve, e);
}

static void follow_parent(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the line above */
        _exit(2);
}

int sensor_watch(struct sensor *s, pid_t parent)
{
    struct watch w = {.sensor = s,
                      .count = (size_t)s->args.queues,
                      .told = time_monotonic(),
                      .eve_fd = -1};
    struct err e = {0}, late = {0};
    follow_parent(parent);
    pthread_mutex_init(&w.desk, NULL);
    errand_close(&s->errands.uplink);
    bool begun = begin(&w, &e), ok = begun;
    if (begun) {
        wait_for_selectors(&w);
        ok = run(&w, &e);
    }
    if (!ok)
        log_error("%s", e.text);
    if (begun && !finish(&w, &late)) {
        log_error("%s", late.text);
        ok = false;
    }
    if (begun)
        tell(&w);
    end(&w);
    return ok ? 0 : 2;
}
