/* capture.c - what all sources share: counting, filtering, dropping. See capture.h. */
#include "capture_private.h"

#include "filter_private.h"
#include "input_private.h"

bool capture_filter(struct capture *c, const char *expression, struct err *e)
{
    if (c->source->filter)
        return c->source->filter(c, expression, e);
    return filter_new(expression, &c->filter, e);
}

/* An error is told alone, so that nobody has to look at it while there are frames to work on. */
static void hold_back(struct capture *c, struct err *e)
{
    if (e->code == ERR_OK)
        return;
    c->refusal = *e;
    c->done = false;
    *e = (struct err){};
}

static bool told_refusal(struct capture *c, struct err *e)
{
    if (c->refusal.code == ERR_OK)
        return false;
    *e = c->refusal;
    c->refusal = (struct err){};
    c->done = true;
    return true;
}

/* Keeps the wanted ones, in order; false when the filter cannot judge one. */
static bool keep_wanted(struct capture *c, struct frame *out, size_t *count, struct err *e)
{
    size_t kept = 0, n = *count;
    for (size_t i = 0; i < n; i++) {
        if (filter_wants(c->filter, &out[i], e))
            out[kept++] = out[i];
        else if (e->code != ERR_OK)
            break;
    }
    c->stats.filtered += n - kept;
    *count = kept;
    return e->code == ERR_OK;
}

size_t capture_batch(struct capture *c, struct frame *out, size_t most, struct err *e)
{
    size_t n = 0;
    *e = (struct err){};
    while (n == 0 && !c->done && !told_refusal(c, e)) {
        n = c->source->batch(c, out, most, e);
        if (n == 0)
            break;
        hold_back(c, e);
        if (c->filter && !keep_wanted(c, out, &n, e))
            hold_back(c, e);
    }
    for (size_t i = 0; i < n; i++) {
        c->stats.bytes += out[i].wirelen;
        c->stats.cut += out[i].caplen < out[i].wirelen;
    }
    c->stats.frames += n;
    return n;
}

void capture_lend(struct capture *c, uint8_t *window, size_t step)
{
    if (c->source->lend)
        c->source->lend(c, window, step);
}

size_t capture_room(size_t step)
{
    return input_room(step);
}

bool capture_done(const struct capture *c)
{
    return c->done;
}

struct capture_stats capture_stats(struct capture *c)
{
    if (c->source->stats)
        c->source->stats(c, &c->stats);
    return c->stats;
}

const char *capture_kind(const struct capture *c)
{
    return c->source->name;
}

void capture_drop(struct capture **c)
{
    if (!*c)
        return;
    filter_drop(&(*c)->filter);
    (*c)->source->drop(*c);
    *c = NULL;
}
