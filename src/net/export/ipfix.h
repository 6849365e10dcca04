/* ipfix.h - flow records written as IPFIX, for the collectors that a network already has.
 *
 *     struct ipfix_settings s = IPFIX_SETTINGS;
 *     s.put = send_it, s.context = me;
 *     AUTO(ipfix_drop) struct ipfix *x = NULL;
 *     if (!ipfix_new(&s, &x, e))
 *         return false;
 *     ipfix_write(x, &record, now);          // for each flow; messages go to `put` as they fill
 *     ipfix_flush(x, now);                   // now and then, and at the end
 *
 * Two templates, for IPv4 and IPv6: ends, protocol, both directions' counts and TCP flags (RFC 5103), first
 * and last packet in milliseconds, why it ended; and, where an enterprise number is set, SNI, JA4 and DNS name as
 * strings of variable length under it (netflow.h has their numbers). The number has to be one's own: IANA gives
 * them out. Templates lead the first message and are repeated every `templates_every_us`, as UDP needs it.
 *
 * Strings longer than IPFIX_STRING_MOST are cut. Nothing is allocated after ipfix_new. Threads: one writer, one thread.
 * Source: RFC 7011, RFC 7012 and IANA's "ipfix" registry, RFC 5103.
 */
#pragma once

#include "core/err.h"
#include "net/export/flow_record.h"

enum { IPFIX_MESSAGE_MIN = 1200, IPFIX_MESSAGE_MOST = 65535, IPFIX_STRING_MOST = 254 };
enum { IPFIX_TEMPLATE_V4 = 256, IPFIX_TEMPLATE_V6 = 257 };

struct ipfix_settings {
    uint32_t domain;
    uint32_t enterprise;        /* 0: no strings */
    uint32_t message_most;      /* bytes: what one datagram may carry */
    int64_t templates_every_us; /* 0: with every message */
    void (*put)(void *context, struct str message);
    void *context;
};
#define IPFIX_SETTINGS                                                                             \
    ((struct ipfix_settings){.message_most = 1400, .templates_every_us = 60 * INT64_C(1000000)})

struct ipfix_stats {
    uint64_t messages, records, bytes, strings_cut;
};

struct ipfix;

/* ERR_INVALID: no callback, or a message size out of bounds. */
[[nodiscard]] bool ipfix_new(const struct ipfix_settings *s, struct ipfix **ret, struct err *e);
void ipfix_drop(struct ipfix **x); /* drops what was not flushed */
void ipfix_write(struct ipfix *x, const struct flow_record *r, int64_t now_us);
void ipfix_flush(struct ipfix *x, int64_t now_us);
struct ipfix_stats ipfix_stats(const struct ipfix *x);
