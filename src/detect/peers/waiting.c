/* waiting.c - seats in lines of four. */
#include "waiting_private.h"

static uint32_t latest(const struct waiting *s)
{
    return s->second ? s->second : s->first;
}

struct waiting *waiting_seat(const struct waiting_room *w, uint64_t hash)
{
    struct waiting *line = waiting_line_of(w, hash)->seats, *seat = line;
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
