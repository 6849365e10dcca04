/* netflow.h - NetFlow v5, NetFlow v9 and IPFIX, read: from datagrams to flow records.
 *
 * Why: where no tap can be set, a router's own counts are what there is. They name no servers, but who
 * talked with whom, when and how much is enough to match addresses and to see scans and beacons.
 *
 *     AUTO(netflow_drop) struct netflow *n = NULL;
 *     struct netflow_settings s = NETFLOW_SETTINGS;
 *     if (!netflow_new(&s, &(struct netflow_user){me, on_record}, &n, e))
 *         return false;
 *     for each decoded packet p:  netflow_packet(n, p);         // or, live, net/export/netflow_udp.h
 *
 * Templates: kept by exporter, observation domain, version and number; at most `templates` at a time, the
 * one unused for longest goes first. A template of more than NETFLOW_FIELDS fields, or of records without
 * a byte, is refused. Data that come before their template are counted, not kept.
 * Loss: sequence numbers are followed for each exporter and domain; `lost` counts what they say is missing
 * (v5: flows; v9: datagrams; IPFIX: records). An exporter that starts again is not taken for a loss.
 * Sampling: from v5's header, from options (v9 34, 49/50; IPFIX 305/306, 309/310), or from the record.
 * Bounds: everything is taken in netflow_new; nothing is allocated after it. UDP names its sender as it
 * likes: a flood of forged ones costs templates, which is counted, and no memory.
 * Threads: one reader, one thread.
 * Source: Cisco NetFlow v5, RFC 3954 (v9), RFC 7011 and 7012 (IPFIX), RFC 5103 (both directions in one).
 */
#pragma once

#include "core/err.h"
#include "net/export/flow_record.h"
#include "net/packet.h"

enum {
    NETFLOW_FIELDS = 128, /* of one template */
    NETFLOW_SAMPLERS = 8, /* of one domain */
    NETFLOW_PORTS = 6,
};

/* Elements of our own under the enterprise number that is set. */
enum netflow_own_element { NETFLOW_OWN_SNI = 1, NETFLOW_OWN_JA4, NETFLOW_OWN_NAME };

struct netflow_settings {
    uint32_t templates, domains;   /* at a time */
    uint32_t enterprise;           /* of our own export's strings; 0: none are read */
    uint16_t ports[NETFLOW_PORTS]; /* for netflow_packet: a datagram's destination; all 0: any */
};
#define NETFLOW_SETTINGS ((struct netflow_settings){.templates = 1024, .domains = 256})

struct netflow_user {
    void *context;
    void (*on_record)(void *context, const struct flow_record *r);
};

struct netflow_stats {
    uint64_t datagrams, refused; /* refused: none of the three, or cut off in its header */
    uint64_t v5, v9, ipfix;      /* datagrams */
    uint64_t records;            /* handed to on_record */
    uint64_t options;            /* records of options templates */
    uint64_t without_address;    /* records that tell of no two ends: not handed on */
    uint64_t templates, templates_refused, templates_evicted, templates_withdrawn;
    uint64_t sets_unknown; /* data without their template */
    uint64_t cut;          /* sets or records that run over their end */
    uint64_t lost;         /* as sequence numbers say */
    uint64_t late;         /* datagrams out of their order */
    uint64_t restarts;     /* sequences that began anew */
    uint64_t domains_evicted;
};

struct netflow;

/* ERR_INVALID for a table of no size. */
[[nodiscard]] bool netflow_new(const struct netflow_settings *s, const struct netflow_user *user,
                               struct netflow **ret, struct err *e);
void netflow_drop(struct netflow **n);

/* One datagram. False: it was none of ours, and is counted as refused. */
bool netflow_read(struct netflow *n, const uint8_t exporter[16], struct str datagram);

/* The same for a packet of a capture: UDP, whole, to one of the ports. False: not looked at, or refused. */
bool netflow_packet(struct netflow *n, const struct packet *p);

struct netflow_stats netflow_stats(const struct netflow *n);
