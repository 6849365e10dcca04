/* watch_outputs.c - EVE lines, Zeek's logs and IPFIX of the watching process. */
#include "cli/sensor/watch_private.h"
#include "core/time.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { LINES_MOST = 1 << 20 };

static bool open_file(const char *path, int *ret_fd, struct err *e)
{
    *ret_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    return *ret_fd >= 0 || err_set(e, ERR_IO, "%s cannot be written: %s", path, strerror(errno));
}

/* Flows are numbered anew at each start and in each queue: so is, in their uid, the capture they are of. */
static uint64_t capture_number(const struct watch *w, size_t queue)
{
    if (!sensor_is_live(w->sensor))
        return 1;
    return (uint64_t)(clock_real()->now(clock_real()) / TIME_SECOND) * SENSOR_QUEUES_MOST + queue;
}

bool watch_outputs_open(struct watch *w, struct err *e)
{
    const struct sensor_args *a = &w->sensor->args;
    if (a->eve) {
        if (!open_file(a->eve, &w->eve_fd, e))
            return false;
        w->eve = eve_new(w->eve_fd);
    }
    if (a->zeek) {
        if (!zeek_logs_open(a->zeek, &w->zeek, e))
            return err_wrap(e, "--zeek");
        w->zeek_lines = BUF(LINES_MOST);
        for (size_t i = 0; i < COUNT(w->queues); i++)
            w->queues[i].zeek = zeek_new_into(&w->zeek_lines, capture_number(w, i));
    }
    if (!a->ipfix)
        return true;
    return open_file(a->ipfix, &w->ipfix_fd, e) &&
           flow_export_new(w->ipfix_fd, (uint32_t)a->enterprise, &w->ipfix, e);
}

bool watch_wants_metadata(const struct watch *w)
{
    return w->eve || w->zeek;
}

void watch_outputs_event(struct queue *q, const struct sensor_event *ev)
{
    struct watch *w = q->watch;
    if (w->eve)
        eve_event(w->eve, ev);
    if (!w->zeek)
        return;
    zeek_event(q->zeek, ev);
    zeek_logs_put(w->zeek, buf_str(&w->zeek_lines));
    buf_clear(&w->zeek_lines);
}

/* The flows of two queues have the same numbers, and are others. */
void watch_observation(void *queue, const struct observation *o)
{
    struct queue *q = queue;
    struct watch *w = q->watch;
    struct observation told = *o;
    told.flow = o->flow * SENSOR_QUEUES_MOST + (uint64_t)(q - w->queues);
    pthread_mutex_lock(&w->desk);
    if (w->ipfix)
        flow_export_observe(w->ipfix, &told);
    if (w->detect)
        detect_queue(w->detect, &told);
    pthread_mutex_unlock(&w->desk);
}

bool watch_outputs_flush(struct watch *w, struct err *e)
{
    bool eve = !w->eve || eve_flush(w->eve, e);
    bool zeek = !w->zeek || zeek_logs_flush(w->zeek, e);
    bool ipfix = !w->ipfix || flow_export_flush(w->ipfix, e);
    return eve && zeek && ipfix;
}

bool watch_outputs_finish(struct watch *w, struct err *e)
{
    bool whole = watch_outputs_flush(w, e);
    return zeek_logs_close(&w->zeek, e) && whole;
}

void watch_outputs_close(struct watch *w)
{
    eve_drop(&w->eve);
    zeek_logs_drop(&w->zeek);
    flow_export_drop(&w->ipfix);
    for (size_t i = 0; i < COUNT(w->queues); i++)
        zeek_drop(&w->queues[i].zeek);
    buf_drop(&w->zeek_lines);
    if (w->eve_fd >= 0)
        close(w->eve_fd);
    if (w->ipfix_fd >= 0)
        close(w->ipfix_fd);
}
