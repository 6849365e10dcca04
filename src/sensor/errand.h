/* errand.h - between the process that sees packets and the one that has the network.
 *
 * Why two: whoever breaks the parser that strangers feed finds no socket to call home with; whoever breaks the
 * line to the node finds no packets. Each asks the other for the few things named here, and for nothing else.
 *
 *   watcher asks    keep these records, durably
 *   uplink asks     which generation do you hold; take the image at this path; take this event
 *
 * A question is a number and some bytes, the answer a result; both over stream sockets made before the fork,
 * one for each direction of asking, so that neither waits for the other's answer to give its own.
 *
 *     struct errand_pair pair;
 *     if (!errand_pair_open(&pair, e)) ...
 *     if (fork() == 0)                       // the watcher
 *         errand_serve_target(pair.watcher, &live_set_target(set)), keeper = errand_keeper(pair.watcher)
 *     else                                   // the uplink
 *         errand_serve_keeper(pair.uplink, &spool_keeper(spool)), target = errand_target(pair.uplink)
 *
 * The other process gone: every question fails with ERR_IO, and serving ends.
 * Threads: any may ask; questions of one direction wait for each other.
 */
#pragma once

#include "sensor/live.h"
#include "sensor/sightings.h"

struct errand; /* one process's end */

enum { ERRAND_BYTES_MAX = 64 << 20 };

struct errand_pair {
    struct errand *watcher, *uplink;
};

[[nodiscard]] bool errand_pair_open(struct errand_pair *ret, struct err *e);
/* After the fork each closes the other's end; at its end, its own (which ends the other's serving). */
void errand_close(struct errand **n);

struct keeper errand_keeper(struct errand *n);
struct live_target errand_target(struct errand *n);

/* Starts a thread that answers until the other end is closed. The target or keeper is copied. */
[[nodiscard]] bool errand_serve_target(struct errand *n, const struct live_target *t,
                                       struct err *e);
[[nodiscard]] bool errand_serve_keeper(struct errand *n, const struct keeper *k, struct err *e);
