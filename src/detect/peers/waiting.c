/* waiting.c - seats in lines of four. */
#include "waiting_private.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 64 };

void waiting_room_new(struct waiting_room *w, size_t memory)
{
    size_t lines = 1;
    while (lines * 2 * LINE <= memory)
        lines *= 2;
    w->mask = lines - 1;
    w->lines = aligned_alloc(LINE, lines * LINE);
    if (!w->lines)
        abort();
    memset(w->lines, 0, lines * LINE);
}

void waiting_room_drop(struct waiting_room *w)
{
    free(w->lines);
    w->lines = NULL;
}

static uint32_t latest(const struct waiting *s)
{
    return s->second ? s->second : s->first;
}

struct waiting *waiting_seat(struct waiting_room *w, uint64_t hash)
{
    struct waiting *line = w->lines[hash & w->mask], *seat = line;
    uint32_t print = (uint32_t)(hash >> 32) | 1;
    for (int i = 0; i < 4; i++) {
        if (line[i].print == print)
            return &line[i];
        if (latest(&line[i]) < latest(seat))
            seat = &line[i];
    }
    *seat = (struct waiting){.print = print};
    return seat;
}
