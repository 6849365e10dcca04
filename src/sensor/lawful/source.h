/* source.h - what an event of the pipeline says, as a record may take it.
 *
 * Two kinds of event become records (docs/formats/records.md): a selector met in a message (SENSOR_MATCH), and
 * the end of a flow one of whose ends had met one (SENSOR_KEPT). A SENSOR_MATCH at an end of a flow is not
 * yet a record: it waits for the flow's end.
 *
 *     struct record_source s;
 *     if (record_source_of(ev, &s))
 *         seal_log_record(log, &s);
 *
 * The selector's id is the `source` of the index entry that was met (mandate_index_add). The source borrows
 * from the event: use it during the callback. Threads: no state.
 */
#pragma once

#include "sensor/event.h"
#include "sensor/lawful/record.h"

[[nodiscard]] bool record_source_of(const struct sensor_event *ev, struct record_source *ret);
