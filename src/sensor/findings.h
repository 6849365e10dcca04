/* findings.h - a capture's matches gathered for people: what, who, when, how often, why it matters.
 *
 * One finding for each selector that was met. The hosts are those of the watched network where one was
 * named, else the ends that are not the bad one: who asked, who connected.
 *
 * Bounds: FINDINGS_MAX selectors and FINDING_HOSTS hosts each are listed; further ones are counted.
 * Ownership: everything is copied into the arena given. Threads: none.
 */
#pragma once

#include "core/arena.h"
#include "sensor/event.h"

enum { FINDINGS_MAX = 100000, FINDING_HOSTS = 16 };

struct finding {
    struct selector selector;
    struct str source, threat;
    enum index_action action;
    uint8_t confidence;
    uint32_t where; /* bit n: enum sensor_where */
    struct addr hosts[FINDING_HOSTS];
    size_t host_count;
    bool more_hosts;
    int64_t first_us, last_us;
    uint64_t times;
    struct str seen; /* the first name or URL that it covered */
};

struct findings;

struct findings *findings_new(struct arena *a);
void findings_add(struct findings *f, const struct sensor_event *ev); /* a SENSOR_MATCH */
/* Worst first: severity, then how often, then when, then the selector's text. Sorts in place: add no
 * more after it. */
const struct finding *findings_sorted(struct findings *f, size_t *ret_count);
uint64_t findings_unlisted(const struct findings *f); /* matches past FINDINGS_MAX */

/* The end of a flow whom a match concerns. */
struct addr sensor_host_of(const struct sensor_event *ev);
