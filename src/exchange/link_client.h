/* link_client.h - our end of a link to a node upstream: follow what it releases, push what we release.
 *
 * Why two threads: what comes must not wait for what goes. One follows the peer's event stream and
 * hands over the item lines, many at once when many have come; the other sends our lines in order.
 * Both come back by themselves, with growing waits, after minutes or days: nothing is lost, because
 * each side asks the other how far it has got, and nothing counts twice, because the receiver knows
 * every number it took (exchange/link_rule.h).
 *
 *     GET  /v1/stream?topic=items     events "item", data: one line; Last-Event-ID resumes
 *     GET  /v1/link/state             {"org","class","number"}: how far the peer has taken us
 *     POST /v1/link/items             lines; {"number","taken","gap"}
 *
 * The callbacks run on the link's own threads, one at a time each, and may wait. `take` must have
 * made the items durable when it returns true.
 */
#pragma once

#include "core/buf.h"
#include "http/client.h"

struct link_client;

struct link_hooks {
    void *ctx;
    /* Lines, each with its newline. False with ERR_CONFLICT: something is missing before them; the
     * stream is then read from its start. */
    bool (*take)(void *ctx, struct str lines, struct err *e);
    /* Appends our lines after `after` in the class the peer reads; *ret_last is the last one's number
     * (`after` when there are none). `class_known` is the class the peer says it has followed. */
    bool (*outbox)(void *ctx, struct str class_known, int64_t after, struct buf *lines,
                   int64_t *ret_last, struct err *e);
    /* Until something may be new to send, or `ms` have passed. False: the node halts. */
    bool (*wait)(void *ctx, unsigned ms);
};

struct link_counts {
    uint64_t taken, sent;    /* lines */
    uint64_t failures;       /* of either direction since the start */
    bool following, pushing; /* connected, at this moment */
};

/* `peer` is copied. `cursor_path`: a file that remembers the place in the stream. */
[[nodiscard]] bool link_client_start(const struct http_peer *peer, const char *cursor_path,
                                     const struct link_hooks *hooks, struct link_client **ret,
                                     struct err *e);
struct link_counts link_client_counts(struct link_client *c);
void link_client_stop(struct link_client **at); /* joins both; NULL is fine */
