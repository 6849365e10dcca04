/* eye.h - the whole sensor with its behaviour detectors, for tests: what it told is kept in a list.
 *
 * With HINOMI_SHOW set, each finding is printed as a sentence.
 */
#pragma once

#include "core/vec.h"
#include "detect/detect.h"
#include "sensor/pipeline.h"
#include "tests/check.h"

#include <stdlib.h>

enum { EYE_MEMORY = 64 << 20, TOLD_MOST = 4096 };

struct told { /* one finding */
    const char *detector;
    uint8_t host[16], peer[16];
    int64_t time_us;
};

struct eye {
    struct pipeline *pipeline;
    struct detect *detect;
    VEC(struct told) told;
};

static inline void eye_detection(void *context, const struct detection *f)
{
    struct eye *eye = context;
    struct told t = {.detector = f->row->name, .time_us = f->last_us};
    memcpy(t.host, f->host, sizeof t.host);
    memcpy(t.peer, f->peer, sizeof t.peer);
    if (eye->told.len < TOLD_MOST)
        vec_push(&eye->told, t);
    if (getenv("HINOMI_SHOW")) {
        AUTO(buf_drop) struct buf text = BUF(1 << 16);
        detect_sentence(f, false, &text);
        print_message("  %-14s %.*s\n", f->row->name, STR_ARG(buf_str(&text)));
    }
}

static inline void eye_observation(void *context, const struct observation *o)
{
    detect_observe(((struct eye *)context)->detect, o);
}

static inline void eye_event(void *context, const struct sensor_event *ev)
{
    (void)context;
    (void)ev;
}

static inline void eye_open(struct eye *eye, const struct addr *own)
{
    struct err e = {0};
    struct detect_settings *d = malloc(sizeof *d);
    assert_non_null(d);
    detect_settings_init(d);
    d->memory = EYE_MEMORY;
    d->own_listed = own != NULL;
    d->on_detection = eye_detection;
    d->context = eye;
    assert_true(detect_new(d, &eye->detect, &e));
    free(d);
    struct pipeline_settings s = PIPELINE_SETTINGS;
    s.own = own;
    s.own_count = own != NULL;
    s.seed = 7;
    s.context = eye;
    s.on_event = eye_event;
    s.on_observation = eye_observation;
    assert_true(pipeline_new(&s, &eye->pipeline, &e));
}

static inline void eye_close(struct eye *eye)
{
    detect_drop(&eye->detect);
    pipeline_drop(&eye->pipeline);
    vec_drop(&eye->told);
}
