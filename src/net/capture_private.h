/* capture_private.h - what a source of frames is, seen from capture.c. A source's own struct begins
 * with a struct capture. */
#pragma once

#include "net/capture.h"

struct capture_source {
    const char *name;
    /* May give frames and set *e and done at once: capture.c holds the error back. */
    size_t (*batch)(struct capture *c, struct frame *out, size_t most, struct err *e);
    void (*stats)(struct capture *c,
                  struct capture_stats *s); /* adds what only it knows; or NULL */
    /* What is not read yet moves into `window`; or NULL: its frames stay where they are anyhow. */
    void (*lend)(struct capture *c, uint8_t *window, size_t step);
    /* Filters by itself (the kernel does): then the frames it gives are all wanted; or NULL. */
    bool (*filter)(struct capture *c, const char *expression, struct err *e);
    void (*drop)(struct capture *c);
};

struct capture {
    const struct capture_source *source;
    struct capture_stats stats;
    struct filter *filter;
    struct err refusal; /* found behind frames that had to be given first */
    bool done;
};
