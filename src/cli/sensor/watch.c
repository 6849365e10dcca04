/* watch.c - the process that sees packets: capture, pipelines, records, lines, sightings. It has no
 * network. */
#include "cli/sensor/watch_private.h"
#include "core/log.h"
#include "core/time.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { TELL_EVERY_S = 60, WAIT_STEP_US = 20000 };

static void sleep_us(int64_t us)
{
    struct timespec t = {.tv_sec = us / TIME_SECOND, .tv_nsec = us % TIME_SECOND * 1000};
    if (us > 0)
        nanosleep(&t, NULL);
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
    if (w->detect)
        detect_flush(w->detect);
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
    if (w->feed)
        watch_flows_tell(w);
    log_info("sightings %llu, lost %llu; selectors generation %llu", (unsigned long long)g.records,
             (unsigned long long)(g.dropped + g.unkept),
             (unsigned long long)index_set_state(live_set_index(w->set)).generation);
    if (!w->report)
        return;
    struct report_stats r = report_stats(w->report);
    log_info("findings %llu, lost %llu", (unsigned long long)r.records,
             (unsigned long long)(r.dropped + r.unkept));
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
    if (!watch_outputs_flush(w, &e))
        log_error("%s", e.text);
    pthread_mutex_unlock(&w->desk);
}

/* The time of the seals: the packets' own for a file, the clock's when live or replayed as if it were. */
static int64_t latest(const struct watch *w, const struct frame *frames, size_t count)
{
    int64_t time_us = 0;
    if (w->sensor->args.interface || w->sensor->speed > 0)
        return clock_real()->now(clock_real());
    for (size_t i = 0; i < count; i++)
        if (frames[i].time_us > time_us)
            time_us = frames[i].time_us;
    return time_us;
}

/* False: collection stops now; `e` says why where it is a fault. */
static bool may_go_on(struct watch *w, int64_t time_us, struct err *e)
{
    pthread_mutex_lock(&w->desk);
    bool before = book_state(w->book) == MANDATE_OPEN, open = book_begin(w->book, time_us, e);
    pthread_mutex_unlock(&w->desk);
    if (!open && e->code == ERR_OK && before)
        log_warn("collection has stopped: the authorisation is %s",
                 mandate_state_text(book_state(w->book)));
    return open;
}

/* Several queues: each one's sums are whole, and so is their sum. */
static bool account(struct watch *w, struct queue *q, struct err *e)
{
    struct fate_counts all = {0};
    pthread_mutex_lock(&w->desk);
    q->fate = pipeline_fate(q->pipeline);
    for (size_t i = 0; i < w->count; i++)
        fate_add(&all, &w->queues[i].fate);
    bool ok = book_fates(w->book, &all, 0, e);
    pthread_mutex_unlock(&w->desk);
    return ok;
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
        if (!may_go_on(w, latest(w, frames, n), e))
            return e->code == ERR_OK;
        if (w->sensor->speed > 0)
            replay(w, q, frames, n);
        else
            pipeline_frames(q->pipeline, frames, n);
        if (!account(w, q, e))
            return false;
        if (!n)
            idle(w, q);
        if (q == w->queues)
            now_and_then(w);
    }
    return true;
}

static bool run_flows(struct watch *w, struct err *e)
{
    while (!told_to_stop(w)) {
        if (!may_go_on(w, clock_real()->now(clock_real()), e))
            return e->code == ERR_OK;
        if (!watch_flows_turn(w, e))
            return false;
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
    if (w->feed)
        return run_flows(w, e);
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
    while (!sensor_is_live(w->sensor) && !live_set_images(w->set) && !told_to_stop(w)) {
        if (!said)
            log_info("waiting for the node's selectors");
        said = true;
        sleep_us(WAIT_STEP_US);
    }
}

static bool finish(struct watch *w, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; i < w->count; i++) {
        pipeline_finish(w->queues[i].pipeline);
        ok = account(w, &w->queues[i], e) && ok;
    }
    watch_behaviour_finish(w);
    sightings_flush(w->sightings);
    return ok && book_close(w->book, e) && watch_outputs_finish(w, e);
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
                      .count = s->args.flow_listen ? 0 : (size_t)s->args.queues,
                      .told = time_monotonic(),
                      .eve_fd = -1,
                      .ipfix_fd = -1};
    struct err e = {0}, late = {0};
    follow_parent(parent);
    pthread_mutex_init(&w.desk, NULL);
    errand_close(&s->errands.uplink);
    bool begun = watch_open(&w, &e), ok = begun;
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
    watch_close(&w);
    return ok ? 0 : 2;
}
