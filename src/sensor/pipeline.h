/* pipeline.h - frames in, events out: decode, flow, first flights, dissect, match.
 *
 * Why one thread and one call: nothing is locked, nothing is allocated after pipeline_new, and the
 * time is packet time, so the events of a file are the same, in the same order, on every run. State
 * that strangers feed (flows, streams, fragments, half-seen hellos) is bounded at birth, and what had
 * to go is counted.
 *
 * What is asked of the index: both addresses of each new flow; names and addresses of DNS questions
 * and answers; SNI, JA3, JA4 and certificate hashes; Host and URL of HTTP requests. A name is asked for
 * itself and every parent; see index.h for what covers what.
 *
 *     struct pipeline_settings s = PIPELINE_SETTINGS;
 *     s.view = (struct index_view){.base = image};
 *     s.on_event = print_event;
 *     AUTO(pipeline_drop) struct pipeline *p = NULL;
 *     if (!pipeline_new(&s, &p, e) || !pipeline_run(p, capture, e))
 *         return false;
 *     struct pipeline_counts n = pipeline_counts(p);
 *
 * The sums that always hold, after pipeline_finish:
 *   capture frames = decoded + given up (each under its reason)
 *   flow packets   = decoded, and the fragments before the one that made a datagram whole
 *   flows          = the sum over apps[] = the sum over flow.ended[] (each under its reason)
 *   matches        = the sum over matched[]
 *   and fate.h's, at any time between two calls
 *
 * Own network: with `own` prefixes, a flow with no end in them is neither dissected nor matched; it
 * is counted (flows_foreign) and gives no event.
 *
 * Threads: one pipeline, one thread.
 */
#pragma once

#include "detect/observation.h"
#include "flow/reassembly.h"
#include "index/set.h"
#include "net/capture.h"
#include "net/decode.h"
#include "sensor/event.h"
#include "sensor/fate.h"

struct pipeline_settings {
    struct index_view view; /* what to match, when `set` is NULL; may be empty */
    struct index_set *set;  /* live selectors: the view is taken anew for each batch */
    const struct addr *own; /* borrowed for the pipeline's life */
    size_t own_count;
    /* May this packet be taken in? Else it is counted there; NULL: all may. For pipeline_frames. */
    bool (*admit)(void *context, const struct packet *p, struct fate_counts *n);
    bool keeps; /* SENSOR_KEPT events are wanted */
    int64_t
        residency_us; /* the longest that a packet may wait to be decided, and a flow be remembered
                             that met nothing; 0: as long as the flow goes on */
    bool metadata;    /* DNS, TLS, HTTP, flow and all other events too */
    uint32_t flows;   /* at a time */
    size_t stream_bytes; /* for TCP messages in several segments */
    uint64_t shards;     /* bit mask of those this one works on */
    uint64_t seed;       /* of the flow hash; 0: drawn */
    void *context;
    void (*on_event)(void *context, const struct sensor_event *ev);
    /* For behaviour detectors; NULL: nothing is observed. */
    void (*on_observation)(void *context, const struct observation *o);
};
#define PIPELINE_SETTINGS                                                                          \
    ((struct pipeline_settings){.flows = 262144, .stream_bytes = 32 << 20, .shards = ~UINT64_C(0)})

struct pipeline_counts {
    struct decode_stats decode;
    struct flow_stats flow;
    struct reassembly_stats streams;
    struct fate_counts fate;
    uint64_t flows_foreign; /* no end in the watched network */
    uint64_t messages[APP_COUNT];
    uint64_t apps[APP_COUNT]; /* flows by what they spoke, foreign ones under unknown */
    uint64_t dns_queries, dns_responses, dns_malformed;
    uint64_t tls_clients, tls_servers, tls_certificates, tls_certificates_hidden;
    uint64_t http_requests, http_responses;
    uint64_t addresses_asked, names_asked, keys_asked, urls_asked;
    uint64_t matched[SENSOR_WHERES];
    uint64_t half_seen;        /* events given before their other half, for want of room */
    uint64_t states_lost;      /* messages over several datagrams given up, for want of room */
    int64_t first_us, last_us; /* of the packets seen; 0: none */
};

struct pipeline;

/* ERR_LIMIT for settings that cannot be had. */
[[nodiscard]] bool pipeline_new(const struct pipeline_settings *s, struct pipeline **ret,
                                struct err *e);
void pipeline_drop(struct pipeline **p);

/* Packets that were decoded elsewhere, with their numbers; of this pipeline's shards alone. The second way is for
 * several pipelines with one seed (flow.h). */
void pipeline_packets(struct pipeline *p, const struct packet *packets, size_t count);
struct flow_place pipeline_place(const struct pipeline *p, const struct packet *packet);
void pipeline_placed(struct pipeline *p, const struct packet *packets,
                     const struct flow_place *places, size_t count);
/* During a callback: the number of the packet that brought it about (flow.h). */
uint64_t pipeline_number(const struct pipeline *p);

void pipeline_frames(struct pipeline *p, const struct frame *frames, size_t count);
/* Live, when nothing came: time passes for the flows. */
void pipeline_idle(struct pipeline *p, int64_t now_us);
/* Ends all flows: their events come now. Once; at one go, or shard by shard, each of the FLOW_SHARDS. */
void pipeline_finish(struct pipeline *p);
void pipeline_finish_shard(struct pipeline *p, unsigned shard);

/* A capture file from where it stands to its end, and pipeline_finish. False when the file was
 * refused at some place (`e` names it); what came before counts. */
[[nodiscard]] bool pipeline_run(struct pipeline *p, struct capture *c, struct err *e);

/* All so far, but of residencies those since the last call. Cheap: for each batch. */
struct fate_counts pipeline_fate(struct pipeline *p);
struct pipeline_counts pipeline_counts(const struct pipeline *p);
/* Adds `n` to `sum`, as for the files of one scan. */
void pipeline_counts_add(struct pipeline_counts *sum, const struct pipeline_counts *n);
uint64_t pipeline_matches(const struct pipeline_counts *n);
