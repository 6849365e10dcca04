/* counts.c - the sums of one pipeline, and of several. */
#include "pipeline_private.h"

struct pipeline_counts pipeline_counts(const struct pipeline *p)
{
    struct pipeline_counts n = p->counts;
    n.decode = *decode_stats(p->decode);
    n.flow = flow_table_stats(p->flows);
    n.streams = reassembly_stats(p->streams);
    n.fate = pipeline_fates(p);
    n.half_seen = rooms_evicted(p->halves);
    n.states_lost = rooms_evicted(p->states);
    return n;
}

uint64_t pipeline_matches(const struct pipeline_counts *n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < SENSOR_WHERES; i++)
        sum += n->matched[i];
    return sum;
}

static void add_list(uint64_t *sum, const uint64_t *n, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += n[i];
}
#define ADD(field) (sum->field += n->field)
#define ADD_LIST(field) add_list(sum->field, n->field, COUNT(sum->field))

static void add_below(struct pipeline_counts *sum, const struct pipeline_counts *n)
{
    ADD(decode.frames);
    ADD(decode.decoded);
    ADD_LIST(decode.given_up);
    ADD_LIST(decode.notes);
    if (!sum->decode.odd_linktype)
        sum->decode.odd_linktype = n->decode.odd_linktype;
    ADD(flow.packets);
    ADD(flow.flows);
    ADD(flow.live);
    ADD(flow.not_ours);
    ADD_LIST(flow.ended);
    ADD(streams.segments);
    ADD(streams.in_place);
    ADD(streams.retransmitted);
    ADD(streams.out_of_order);
    ADD(streams.conflicts);
    ADD(streams.gaps);
    ADD(streams.given_up);
    ADD(streams.filled);
    ADD(streams.evicted);
    ADD(streams.blocks);
}

void pipeline_counts_add(struct pipeline_counts *sum, const struct pipeline_counts *n)
{
    add_below(sum, n);
    fate_add(&sum->fate, &n->fate);
    ADD(flows_foreign);
    ADD_LIST(messages);
    ADD_LIST(apps);
    ADD(dns_queries);
    ADD(dns_responses);
    ADD(dns_malformed);
    ADD(tls_clients);
    ADD(tls_servers);
    ADD(tls_certificates);
    ADD(tls_certificates_hidden);
    ADD(http_requests);
    ADD(http_responses);
    ADD(addresses_asked);
    ADD(names_asked);
    ADD(keys_asked);
    ADD(urls_asked);
    ADD_LIST(matched);
    ADD(half_seen);
    ADD(states_lost);
    if (n->first_us && (!sum->first_us || n->first_us < sum->first_us))
        sum->first_us = n->first_us;
    if (n->last_us > sum->last_us)
        sum->last_us = n->last_us;
}
