/* sse.h - read server-sent events out of bytes as they come (WHATWG HTML, 9.2 "Server-sent events").
 *
 * Lines end with CR, LF or CRLF, also across two feeds; a BOM at the start is skipped; an id with a
 * NUL is ignored; an event without data is none, though its id counts; the last event, if no empty
 * line ended it, is dropped. What a stranger sends is bounded: a line or an event past the limit sets
 * `over`, after which nothing more comes out.
 *
 *     struct sse in = SSE(1 << 20);
 *     sse_feed(&in, bytes);
 *     while (sse_next(&in, &event))
 *         use(&event);
 */
#pragma once

#include "core/buf.h"

struct sse_event {
    struct str event, data, id; /* id: the last one given, maybe with an earlier event */
};

struct sse {
    struct buf input;           /* bytes not yet read as lines */
    size_t read;                /* of input */
    struct buf data, event, id; /* of the event that is being gathered */
    struct buf last_id;         /* of the last whole one: what to come back with */
    bool started;               /* past the place where a BOM may stand */
    bool after_cr;              /* an LF now belongs to the CR before it */
    bool given; /* data and event were handed out and are cleared at the next call */
    bool has_data;
    bool over;         /* a limit was passed */
    uint64_t retry_ms; /* as the server asked; 0: it did not */
};

#define SSE(limit_bytes)                                                                           \
    ((struct sse){.input = BUF(limit_bytes),                                                       \
                  .data = BUF(limit_bytes),                                                        \
                  .event = BUF(256),                                                               \
                  .id = BUF(1024),                                                                 \
                  .last_id = BUF(1024)})

void sse_drop(struct sse *s); /* for AUTO(sse_drop) */
/* Forgets a half-read event and keeps the last id: for a new connection. */
void sse_restart(struct sse *s);
/* False, and `over`, when more waits to be read than the limit. */
bool sse_feed(struct sse *s, struct str bytes);
/* False: no whole event yet. The event's texts hold until the next call of any function here. */
bool sse_next(struct sse *s, struct sse_event *ret);
