/* scan_outputs.c - where what was seen goes: EVE lines, Zeek's logs, IPFIX. */
#include "cli/scan/scan_private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { TEXT_EVE, TEXT_ZEEK }; /* places in an outbox */

struct writer {
    const struct scan *scan;
    struct eve *eve;
    struct zeek *zeek; /* either may be NULL */
};

/* In a worker: its own writer of lines. */
static void *writer_new(void *context, struct outbox *into)
{
    const struct scan *s = context;
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->scan = s;
    if (s->eve)
        w->eve = eve_new_into(&into->texts[TEXT_EVE], s->captures.files);
    if (s->zeek)
        w->zeek = zeek_new_into(&into->texts[TEXT_ZEEK], s->captures.files);
    return w;
}

static void writer_drop(void *writer)
{
    struct writer *w = writer;
    if (!w)
        return;
    eve_drop(&w->eve);
    zeek_drop(&w->zeek);
    free(w);
}

/* Metadata may be wanted by one and not by the other. */
static void write_event(void *writer, const struct sensor_event *ev)
{
    struct writer *w = writer;
    if (w->eve && (w->scan->all_events || ev->kind == SENSOR_MATCH))
        eve_event(w->eve, ev);
    if (w->zeek)
        zeek_event(w->zeek, ev);
}

static void on_text(void *context, unsigned which, struct str lines)
{
    const struct scan *s = context;
    if (which == TEXT_EVE)
        eve_lines_put(s->eve, lines);
    else
        zeek_logs_put(s->zeek, lines);
}

static void on_observation(void *context, const struct observation *o)
{
    struct scan *s = context;
    if (s->ipfix)
        flow_export_observe(s->ipfix, o);
    if (s->behaviour.detect)
        detect_queue(s->behaviour.detect, o);
}

void scan_outputs_listen(const struct scan *s, struct crew_user *u)
{
    if (s->eve || s->zeek) {
        u->writer_new = writer_new;
        u->writer_drop = writer_drop;
        u->write = write_event;
        u->text = on_text;
    }
    if (s->ipfix)
        flow_export_next_capture(s->ipfix);
    if (s->ipfix || s->behaviour.detect)
        u->observation = on_observation;
}

bool scan_outputs_open(struct scan *s, struct err *e)
{
    const struct scan_args *a = &s->args;
    if (a->zeek && !zeek_logs_open(a->zeek, &s->zeek, e))
        return err_wrap(e, "--zeek");
    if (!a->ipfix)
        return true;
    s->ipfix_fd = open(a->ipfix, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (s->ipfix_fd < 0)
        return err_set(e, ERR_IO, "--ipfix: %s: %s", a->ipfix, strerror(errno));
    return flow_export_new(s->ipfix_fd, (uint32_t)a->enterprise, &s->ipfix, e);
}

bool scan_outputs_close(struct scan *s)
{
    struct err zeek = {0}, ipfix = {0};
    if (s->ipfix && flow_export_flush(s->ipfix, &ipfix))
        s->exported = flow_export_stats(s->ipfix);
    bool logs = zeek_logs_close(&s->zeek, &zeek), flows = flow_export_close(&s->ipfix, &ipfix);
    if (s->ipfix_fd >= 0 && close(s->ipfix_fd) != 0)
        flows = err_set(&ipfix, ERR_IO, "%s", strerror(errno));
    s->ipfix_fd = -1;
    if (!logs)
        fprintf(stderr, "hinomi scan: --zeek: %s\n", zeek.text);
    if (!flows)
        fprintf(stderr, "hinomi scan: --ipfix: %s\n", ipfix.text);
    return logs && flows;
}
