/* zeek_private.h - a line in the making, and the form in which it goes from a worker to the owner.
 *
 *   <log + 1> {json} \n
 *   <APP_DNS + 1> <'?' or '!'> <key, 16 hex> <packet time, 16 hex> {json} \n
 *
 * A DNS line's JSON begins with {"ts":<seconds>.<six digits>, so that an answer can be given its question's time.
 */
#pragma once

#include "sensor/eve/eve_private.h"
#include "sensor/zeek/zeek.h"

enum { ZEEK_DNS_MARK = 1 + 16 + 16 };

struct zeek {
    struct eve *line; /* put() and its kin write to the caller's buffer */
    uint64_t capture;
};

/* {"ts":…,"uid":…,"id.orig_h":… and so on, with room for the rest of the line. */
void zeek_begin(struct zeek *z, unsigned log, const struct sensor_event *ev, int64_t time_us);
void zeek_begin_json(struct zeek *z, const struct sensor_event *ev, int64_t time_us);
void zeek_end(struct zeek *z);
void zeek_tag(struct zeek *z, unsigned log);
void zeek_seconds(struct eve *e, int64_t us); /* 1700000000.123456, also of a span */
void zeek_text(struct eve *e, struct str key,
               struct str value); /* key: ,"name": ; nothing when empty */
void zeek_proto(struct eve *e, const struct sensor_event *ev);

void zeek_conn(struct zeek *z, const struct sensor_event *ev);
void zeek_dns(struct zeek *z, const struct sensor_event *ev);
void zeek_ssl(struct zeek *z, const struct sensor_event *ev);
void zeek_http(struct zeek *z, const struct sensor_event *ev);
void zeek_quic(struct zeek *z, const struct sensor_event *ev);
void zeek_ssh(struct zeek *z, const struct sensor_event *ev);
void zeek_modbus(struct zeek *z, const struct sensor_event *ev);
void zeek_dnp3(struct zeek *z, const struct sensor_event *ev);
void zeek_intel(struct zeek *z, const struct sensor_event *ev);

/* zeek_pair.c: questions that wait for their answer. `write` is given whole lines, with their newline. */
struct zeek_pairs;
typedef void zeek_write(void *context, struct str line);
struct zeek_pairs *zeek_pairs_new(zeek_write *write, void *context);
void zeek_pairs_drop(struct zeek_pairs **p);
/* `marked`: from its '?' or '!' to its newline, included. */
void zeek_pairs_put(struct zeek_pairs *p, struct str marked);
void zeek_pairs_end(struct zeek_pairs *p); /* nobody waits any longer */
