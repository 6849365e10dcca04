/* line.c - frames waiting for their instant: a binary heap by time, then by order of adding. */
#include "synth/traffic.h"

#include "core/vec.h"
#include "net/decode.h"

#include <stdlib.h>

struct waiting {
    int64_t time_us;
    uint64_t order;
    uint8_t *bytes;
    uint32_t len, wire_len;
};

struct synth_line {
    struct synth_sink sink;
    VEC(struct waiting) heap;
    uint64_t order, frames, bytes;
    bool failed;
    struct err error;
};

struct synth_line *synth_line_new(const struct synth_sink *sink)
{
    struct synth_line *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->sink = *sink;
    return l;
}

void synth_line_drop(struct synth_line **l)
{
    if (!*l)
        return;
    for (size_t i = 0; i < (*l)->heap.len; i++)
        free((*l)->heap.ptr[i].bytes);
    vec_drop(&(*l)->heap);
    free(*l);
    *l = NULL;
}

static bool sooner(const struct waiting *a, const struct waiting *b)
{
    return a->time_us != b->time_us ? a->time_us < b->time_us : a->order < b->order;
}

static void swap(struct waiting *a, struct waiting *b)
{
    struct waiting t = *a;
    *a = *b;
    *b = t;
}

void synth_line_add(struct synth_line *l, int64_t time_us, const uint8_t *frame, size_t len)
{
    synth_line_add_cut(l, time_us, frame, len, len);
}

void synth_line_add_cut(struct synth_line *l, int64_t time_us, const uint8_t *frame, size_t len,
                        size_t wire_len)
{
    if (l->failed)
        return;
    struct waiting w = {time_us, l->order++, malloc(len), (uint32_t)len, (uint32_t)wire_len};
    if (!w.bytes)
        abort();
    memcpy(w.bytes, frame, len);
    vec_push(&l->heap, w);
    struct waiting *h = l->heap.ptr;
    for (size_t i = l->heap.len - 1; i && sooner(&h[i], &h[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&h[i], &h[(i - 1) / 2]);
}

static struct waiting take_first(struct synth_line *l)
{
    struct waiting *h = l->heap.ptr, first = h[0];
    size_t n = --l->heap.len;
    h[0] = h[n];
    h[n].bytes = NULL;
    for (size_t i = 0;;) {
        size_t least = i, left = 2 * i + 1;
        for (size_t child = left; child < n && child <= left + 1; child++)
            if (sooner(&h[child], &h[least]))
                least = child;
        if (least == i)
            return first;
        swap(&h[i], &h[least]);
        i = least;
    }
}

void synth_line_run(struct synth_line *l, int64_t until_us)
{
    while (l->heap.len && l->heap.ptr[0].time_us < until_us) {
        struct waiting w = take_first(l);
        struct frame f = {.bytes = w.bytes,
                          .caplen = w.len,
                          .wirelen = w.wire_len,
                          .time_us = w.time_us,
                          .linktype = LINK_ETHERNET};
        if (!l->failed)
            l->failed = !l->sink.frame(l->sink.context, &f, &l->error);
        l->frames++;
        l->bytes += w.wire_len;
        free(w.bytes);
    }
}

bool synth_line_end(struct synth_line *l, uint64_t *ret_frames, uint64_t *ret_bytes, struct err *e)
{
    synth_line_run(l, INT64_MAX);
    if (l->failed) {
        *e = l->error;
        return false;
    }
    *ret_frames = l->frames;
    *ret_bytes = l->bytes;
    return true;
}
