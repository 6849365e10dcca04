/* watch_behaviour.c - the behaviour detectors of the watching process, and who hears of what they find. */
#include "cli/sensor/watch_private.h"

enum { DETECT_MEMORY = 48 << 20 };

/* Under the desk's lock, as whoever observes holds it. */
static void on_detection(void *context, const struct detection *f)
{
    struct watch *w = context;
    w->detections++;
    if (w->eve)
        eve_detection(w->eve, f);
    if (w->report)
        report_add(w->report, f);
}

bool watch_behaviour_open(struct watch *w, struct err *e)
{
    struct detect_settings settings;
    const struct sensor *s = w->sensor;
    if (s->args.no_detect || mandate_terms(w->mandate.mandate)->rehearses != RECORD_CHANNEL_own)
        return true;
    detect_settings_init(&settings);
    settings.memory = DETECT_MEMORY;
    settings.own_listed = s->args.own.count > 0;
    settings.on_detection = on_detection;
    settings.context = w;
    random_bytes(&settings.seed, sizeof settings.seed);
    random_bytes(&settings.sketch_seed, sizeof settings.sketch_seed);
    if (s->args.detect && !detect_settings_load(&settings, s->args.detect, e))
        return err_wrap(e, "--detect");
    return detect_new(&settings, &w->detect, e);
}

bool watch_behaviour_report(struct watch *w, const struct keeper *keeper, struct err *e)
{
    /* What a local authorisation finds stays here. */
    bool tells = w->detect && !mandate_terms(w->mandate.mandate)->local;
    return !tells || report_new(keeper, &w->sensor->id, &w->report, e);
}

bool watch_wants_observations(const struct watch *w)
{
    return w->ipfix || w->detect;
}

void watch_behaviour_finish(struct watch *w)
{
    pthread_mutex_lock(&w->desk);
    if (w->detect)
        detect_finish(w->detect);
    pthread_mutex_unlock(&w->desk);
    if (w->report)
        report_flush(w->report);
}

void watch_behaviour_close(struct watch *w)
{
    report_drop(&w->report);
    detect_drop(&w->detect);
}
