/* report.h - what the behaviour detectors found, on its way to the node: as STIX, kept like sightings.
 *
 * Why STIX: a finding is no match of an indicator, so it has no selector to report; but it is a sighting
 * of a technique, and STIX 2.1 has words for that which other people's programs read too. One record is
 *
 *     {"finding":BUNDLE}
 *
 * and the bundle holds, in this order: an identity (this sensor), an attack-pattern (the technique, with
 * its ATT&CK number), the addresses and the name as observables, network-traffic where both ends are
 * known, an observed-data of these, and the sighting that ties them together. What was measured, and the
 * sentence in English and in Japanese, stand in the sighting's extension. docs/formats/findings.md has
 * every member. No payload and nobody's name is in it.
 *
 * Every id is made from the sensor's own id and from what was found (detector, ends, first time, flow),
 * observables' ids as STIX 2.1 section 2.9 demands, and no clock is asked: the same packets read again
 * after a crash give the same bytes, and the node counts them once.
 *
 *     struct keeper keeper = errand_keeper(errands.watcher);
 *     if (!report_new(&keeper, &sensor_id, &report, e)) ...
 *     static void on_detection(void *context, const struct detection *d) { report_add(context, d); }
 *     report_flush(report), report_drop(&report);
 *
 * A detection is rare (its detector holds it to so many an hour), so each is one record, at once.
 * Bounds: REPORT_HELD bytes wait in memory; what finds no room is dropped and counted.
 * Threads: report_add by one thread at a time; it waits for no disk. The rest is for any.
 */
#pragma once

#include "core/uuid.h"
#include "detect/detect.h"
#include "sensor/sightings.h"

enum { REPORT_HELD = 1 << 20, REPORT_RECORD_MAX = 16 * 1024 };

struct report;

struct report_stats {
    uint64_t records; /* made: one a detection */
    uint64_t dropped; /* of those, for which there was no room */
    uint64_t unkept;  /* of those, which the keeper refused */
};

/* `sensor` as for sightings. Starts the keeping thread. */
[[nodiscard]] bool report_new(const struct keeper *keeper, const struct uuid *sensor,
                              struct report **ret, struct err *e);
void report_drop(struct report **r); /* keeps what is held, then ends the thread */

void report_add(struct report *r, const struct detection *d);
void report_flush(struct report *r); /* returns when all of it is in the spool, or refused */
struct report_stats report_stats(struct report *r);

/* The bundle alone, to the end of `out`. */
void report_bundle(const struct detection *d, const struct uuid *sensor, struct buf *out);
