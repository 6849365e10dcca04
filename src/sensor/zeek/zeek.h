/* zeek.h - events as Zeek's logs in JSON, one file a log: conn.log, dns.log, ssl.log, intel.log and so on.
 *
 * Why: many networks have dashboards, hunts and RITA-like tools that know Zeek's field names and nothing else.
 *
 * Two halves, since lines are made by several threads and written by one:
 *
 *     struct zeek *z = zeek_new_into(&box->texts[1], capture);      // a worker's
 *     zeek_event(z, ev);                                            // any event; lines are appended
 *     ...
 *     struct zeek_logs *logs = NULL;                                // the owner's
 *     if (!zeek_logs_open("/var/log/hinomi", &logs, e)) ...
 *     zeek_logs_put(logs, lines);                                   // in the order of the capture
 *     if (!zeek_logs_close(&logs, e)) ...                           // what could not be written shows here
 *
 * Between the halves a line has one byte before it that says which log it belongs to, and a DNS line its key,
 * by which the owner joins question and answer to one line with an `rtt`, as Zeek does. A question waits
 * ZEEK_DNS_WAIT_US of packet time and at most ZEEK_DNS_WAITING wait; then it is written alone. So the files'
 * bytes follow from the capture alone, whatever the number of threads.
 *
 * uid: "C" and 17 characters that follow from the capture's number and the flow's, and from nothing else; no two
 * flows share one. Times are seconds with six digits. Logs are appended to (O_APPEND), and made when they have
 * a first line. What differs from Zeek is listed in docs/formats/outputs.md.
 * Threads: a struct zeek one; a struct zeek_logs one at a time.
 * Source: docs.zeek.org, "Log Files" and the record types of Zeek 7.
 */
#pragma once

#include "core/buf.h"
#include "sensor/event.h"

/* Logs are numbered by the protocol they are about; several may share a file (zeek_log_name). */
enum { ZEEK_CONN = APP_COUNT, ZEEK_INTEL, ZEEK_LOGS };
enum { ZEEK_DNS_WAITING = 4096, ZEEK_DNS_WAIT_US = 10 * 1000000 };

struct zeek;

/* `capture`: of several, which one; below 2^37. The buffer is the caller's, who empties it. */
struct zeek *zeek_new_into(struct buf *out, uint64_t capture);
void zeek_drop(struct zeek **z);
void zeek_event(struct zeek *z, const struct sensor_event *ev);

enum { ZEEK_UID_SIZE = 19 };
struct str zeek_uid(uint64_t capture, uint64_t flow, char out[ZEEK_UID_SIZE]);

struct zeek_logs;

/* Makes the folder where it is missing. Logs are opened later: the folder has to stay in reach. */
[[nodiscard]] bool zeek_logs_open(const char *dir, struct zeek_logs **ret, struct err *e);
void zeek_logs_put(struct zeek_logs *l, struct str lines);
/* What is held goes to the files; questions that wait go on waiting. */
[[nodiscard]] bool zeek_logs_flush(struct zeek_logs *l, struct err *e);
/* All of it, waiting questions too; the first failure of any write since the opening. NULL: true. */
[[nodiscard]] bool zeek_logs_close(struct zeek_logs **l, struct err *e);
void zeek_logs_drop(struct zeek_logs **l); /* without writing what is held */

const char *zeek_log_name(unsigned log); /* "conn": the file's name without ".log" */
uint64_t zeek_logs_lines(const struct zeek_logs *l, const char *name);
