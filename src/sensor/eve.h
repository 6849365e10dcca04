/* eve.h - events as EVE JSON, one object a line, with the field names of Suricata 7.
 *
 * Why: SIEM dashboards, Filebeat, Wazuh, Arkime and EveBox read it already. `alert`, `flow`, `dns`
 * (version 2: one line a question, one an answer), `tls`, `http` and `stats` are written; every line but
 * stats has `flow_id` and `community_id`. src is the flow's client, dest its server, as in Suricata.
 *
 * alert.signature_id is made from the selector alone, so that one selector has one number for ever;
 * alert.metadata says which selector, where it was met, what was seen, who warns and how surely.
 * tls.ja4 is where Suricata 8 has it. Of HTTP the URL is written, never a header beyond Host and User-Agent.
 *
 *     struct eve *eve = eve_new(STDOUT_FILENO);
 *     eve_event(eve, ev);                         // in the pipeline's callback
 *     if (!eve_close(&eve, e)) ...                // what could not be written shows here
 *
 * The bytes follow from the events alone. Threads: one.
 * Source: docs.suricata.io 7.0, "Eve JSON Format".
 */
#pragma once

#include "core/buf.h"
#include "detect/detect.h"
#include "sensor/pipeline.h"

struct eve;

struct eve *eve_new(int fd); /* the descriptor stays the caller's */
/* Lines into a buffer of the caller's, who empties it and whose limit they respect; flow_id as in the given
 * capture. And lines made so, into one that writes. */
struct eve *eve_new_into(struct buf *out, uint64_t capture);
void eve_lines_put(struct eve *e, struct str lines);
/* For AUTO(eve_drop): without writing what is still held. */
void eve_drop(struct eve **e);
/* Captures are numbered in flow_id, so that flows of two files differ. Call before each file. */
void eve_next_capture(struct eve *e);

void eve_event(struct eve *e, const struct sensor_event *ev);
void eve_stats(struct eve *e, const struct pipeline_counts *n, const struct capture_stats *c);

/* A behaviour detector's finding: an alert with gid 2, its features and its technique. */
void eve_detection(struct eve *e, const struct detection *f);

uint64_t eve_lines(const struct eve *e);
[[nodiscard]] bool eve_flush(struct eve *e, struct err *err);
[[nodiscard]] bool eve_close(struct eve **e, struct err *err);

/* 1 (surest) to 3, from confidence and action; and the stable number. For other writers of alerts. */
unsigned eve_severity(const struct index_hit *hit);
uint32_t eve_signature_id(const struct selector *s);
