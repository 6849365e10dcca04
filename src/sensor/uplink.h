/* uplink.h - spooled sightings and findings to the node, for as long as it takes.
 *
 * One thread takes the oldest records, posts them and acknowledges them in the spool when the node has
 * said that they are durable. A record that begins {"finding": is a finding (report.h) and goes to
 * /v1/findings, any other is a sighting and goes to /v1/sightings; the order stays.
 *
 * No answer: it waits (a quarter of a second at first, half a minute at most) and sends the same again; the
 * ids make it once. The node refuses a batch as malformed: its records go one by one, and one that is
 * refused alone is counted, logged and passed over, so that a single bad record never stops the rest; so
 * are findings at a node that does not know the route. Refused for want of rights: nothing is lost, it
 * tries on at its slowest.
 */
#pragma once

#include "http/client.h"
#include "sensor/spool.h"

enum { UPLINK_BATCH = 200 };

struct uplink;

struct uplink_stats {
    uint64_t posted;   /* records the node has */
    uint64_t repeated; /* of those, known to it already */
    uint64_t outside;  /* of those, not in the constituency */
    uint64_t refused;  /* passed over */
    uint64_t failures; /* calls without a good answer */
    bool up;           /* the last call was answered */
};

[[nodiscard]] bool uplink_start(const struct http_peer *peer, struct spool *spool,
                                struct uplink **ret, struct err *e);
void uplink_stop(struct uplink **u); /* what was not sent stays in the spool */
struct uplink_stats uplink_stats(struct uplink *u);
