/* line.c - the process that has the network: spool, uplink, the node's selectors. */
#include "cli/sensor/sensor_private.h"
#include "core/log.h"
#include "core/time.h"
#include "sensor/shut_in.h"
#include "sensor/uplink.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY_US = 20000, TELL_EVERY_S = 60 };

struct line {
    struct uplink *uplink;
    struct live *live;
    int64_t told;
};

static void sleep_us(int64_t us)
{
    struct timespec t = {.tv_sec = us / TIME_SECOND, .tv_nsec = us % TIME_SECOND * 1000};
    nanosleep(&t, NULL);
}

static void tell(const struct sensor *s, struct line *l)
{
    struct spool_stats k = spool_stats(s->spool);
    struct uplink_stats u = uplink_stats(l->uplink);
    l->told = time_monotonic();
    log_info(
        "sightings kept %llu, refused by the spool %llu; node has %llu, refused %llu, waiting %llu",
        (unsigned long long)k.kept, (unsigned long long)k.refused, (unsigned long long)u.posted,
        (unsigned long long)u.refused, (unsigned long long)k.waiting);
}

static bool begin(struct sensor *s, struct line *l, struct err *e)
{
    struct http_peer peer = {.url = s->args.node,
                             .pin = s->args.pin,
                             .ca_file = s->args.ca,
                             .bearer = s->bearer};
    struct live_settings live = {.peer = peer,
                                 .target = errand_target(s->errands.uplink),
                                 .dir = s->args.spool,
                                 .node_key = s->args.node_key ? &s->node_key : NULL};
    const char *folders[] = {s->args.spool, NULL};
    struct shut_in in = {.folders = folders,
                         .reads = s->args.ca,
                         .network = true,
                         .user = s->user,
                         .group = s->group};
    if (!shut_in(&in, e) || !sensor_open_spool(s, e))
        return false;
    struct keeper keeper = spool_keeper(s->spool);
    return errand_serve_keeper(s->errands.uplink, &keeper, e) && live_start(&live, &l->live, e) &&
           uplink_start(&peer, s->spool, &l->uplink, e);
}

/* True when the watcher has ended; *ret_status is its exit code. */
static bool watcher_ended(const struct sensor *s, int *ret_status)
{
    int status = 0;
    pid_t ended = waitpid(s->watcher, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return false;
    *ret_status = ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
    if (ended > 0 && WIFSIGNALED(status))
        log_error("the watching process was ended by signal %d", WTERMSIG(status));
    return true;
}

static int wait_for_watcher(struct sensor *s, struct line *l)
{
    int status = 2;
    bool told = false;
    while (!watcher_ended(s, &status)) {
        if (sensor_told_to_stop(s) && !told) {
            kill(s->watcher, SIGTERM);
            told = true;
        }
        if (time_monotonic() - l->told > TELL_EVERY_S * TIME_SECOND)
            tell(s, l);
        sleep_us(LOOK_EVERY_US);
    }
    return status;
}

/* A file is done when the node has all of it, or somebody is tired of waiting. */
static void drain(struct sensor *s)
{
    while (spool_stats(s->spool).waiting && !sensor_is_live(s) && !sensor_told_to_stop(s))
        sleep_us(LOOK_EVERY_US);
}

int sensor_line(struct sensor *s)
{
    struct line l = {.told = time_monotonic()};
    struct err e = {0};
    int status = 2;
    errand_close(&s->errands.watcher);
    if (begin(s, &l, &e)) {
        status = wait_for_watcher(s, &l);
        drain(s);
        tell(s, &l);
    } else {
        log_error("%s", e.text);
        kill(s->watcher, SIGKILL);
        waitpid(s->watcher, NULL, 0);
    }
    uplink_stop(&l.uplink);
    live_stop(&l.live);
    errand_close(&s->errands.uplink); /* nobody brings records any more */
    spool_close(&s->spool);
    return status;
}
