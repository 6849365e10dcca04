/* export.h - flows out, as IPFIX messages one after the other in a file (RFC 5655).
 *
 * Why: collectors that a network already has take flows, and nothing more. What an OBSERVED_FLOW tells is one
 * record with both directions (RFC 5103). Where an enterprise number is set, SNI, JA4 and other names (Host)
 * go along as strings of one's own (net/export/ipfix.h).
 *
 *     struct flow_export *x = NULL;
 *     if (!flow_export_new(fd, enterprise, &x, e)) ...      // the descriptor stays the caller's
 *     flow_export_observe(x, observation);                  // all kinds, in the order of the capture
 *     if (!flow_export_close(&x, e)) ...                    // what could not be written shows here
 *
 * JA4 comes before its flow ends: it is kept in a table of FLOW_EXPORT_JA4S places, by flow; one that lost its place
 * to a later flow is missing from its record and counted.
 * A long flow gives a record an hour, each with what was new in it, as the observations do.
 * The bytes follow from the observations alone: message times are packet times. Threads: one.
 */
#pragma once

#include "detect/observation.h"
#include "net/export/ipfix.h"

enum { FLOW_EXPORT_JA4S = 16384 };

struct flow_export;

[[nodiscard]] bool flow_export_new(int fd, uint32_t enterprise, struct flow_export **ret,
                                   struct err *e);
void flow_export_drop(struct flow_export **x); /* without writing what is held */
/* Flows of another capture are other flows, though their numbers are the same. */
void flow_export_next_capture(struct flow_export *x);
void flow_export_observe(struct flow_export *x, const struct observation *o);
[[nodiscard]] bool flow_export_flush(struct flow_export *x, struct err *e);
[[nodiscard]] bool flow_export_close(struct flow_export **x, struct err *e); /* NULL: true */

struct flow_export_stats {
    struct ipfix_stats ipfix;
    uint64_t ja4_lost;
};
struct flow_export_stats flow_export_stats(const struct flow_export *x);
