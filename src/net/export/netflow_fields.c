/* netflow_fields.c - what a field of a record means: IANA's "ipfix" registry, as far as a flow record goes.
 *
 * Numbers may be shorter than their type (RFC 7011 6.2). A field of an unexpected length, or longer than a
 * number can be, is stepped over.
 */
#include "netflow_private.h"

enum element {
    OCTETS = 1,
    PACKETS = 2,
    PROTOCOL = 4,
    TCP_FLAGS = 6,
    SOURCE_PORT = 7,
    SOURCE_V4 = 8,
    INPUT = 10,
    DESTINATION_PORT = 11,
    DESTINATION_V4 = 12,
    OUTPUT = 14,
    LAST_SWITCHED = 21,
    FIRST_SWITCHED = 22,
    SOURCE_V6 = 27,
    DESTINATION_V6 = 28,
    ICMP_V4 = 32,
    SAMPLING_INTERVAL = 34,
    SAMPLER_ID = 48,
    SAMPLER_INTERVAL = 50,
    VLAN = 58,
    DIRECTION = 61,
    TOTAL_OCTETS = 85,
    TOTAL_PACKETS = 86,
    END_REASON = 136,
    ICMP_V6 = 139,
    START_SECONDS = 150,
    END_SECONDS = 151,
    START_MILLI = 152,
    END_MILLI = 153,
    START_MICRO = 154,
    END_MICRO = 155,
    START_NANO = 156,
    END_NANO = 157,
    START_DELTA = 158,
    END_DELTA = 159,
    BOOT_MILLI = 160,
    DURATION_MILLI = 161,
    DURATION_MICRO = 162,
    ICMP_TYPE_V4 = 176,
    ICMP_CODE_V4 = 177,
    ICMP_TYPE_V6 = 178,
    ICMP_CODE_V6 = 179,
    INITIATOR_OCTETS = 231,
    RESPONDER_OCTETS = 232,
    INITIATOR_PACKETS = 298,
    RESPONDER_PACKETS = 299,
    SELECTOR_ID = 302,
    SAMPLED = 305,
    SPACE = 306,
    SAMPLE_SIZE = 309,
    POPULATION = 310,
    OBSERVED_MILLI = 323,
};

static uint64_t number_of(struct str value)
{
    uint64_t n = 0;
    for (size_t i = 0; i < value.len; i++)
        n = n << 8 | (uint8_t)value.ptr[i];
    return n;
}

static bool address_put(uint8_t out[16], struct str value)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (value.len == 16) {
        memcpy(out, value.ptr, 16);
        return true;
    }
    if (value.len != 4)
        return false;
    memcpy(out, mapped, sizeof mapped);
    memcpy(out + sizeof mapped, value.ptr, 4);
    return true;
}

/* Some records have room for both versions and zeros in the one they do not use. */
static bool address_told(uint8_t out[16], bool *told, struct str value)
{
    bool zero = true;
    for (size_t i = 0; i < value.len; i++)
        zero &= value.ptr[i] == 0;
    if ((zero && *told) || !address_put(out, value))
        return false;
    *told = true;
    return true;
}

static void icmp_put(struct flow_record *r, uint64_t type_and_code)
{
    r->has_icmp = true;
    r->icmp_type = (uint8_t)(type_and_code >> 8);
    r->icmp_code = (uint8_t)type_and_code;
}

/* Seconds since 1900 and a fraction of 2^32 (RFC 7011 6.1.9). */
static int64_t ntp_us(uint64_t stamp)
{
    enum { FROM_1900_TO_1970 = 25567 };
    int64_t seconds = (int64_t)(stamp >> 32) - (int64_t)FROM_1900_TO_1970 * 86400;
    return seconds * 1000000 + (int64_t)((stamp & UINT32_MAX) * 1000000 >> 32);
}

static int64_t times(uint64_t n, int64_t factor)
{
    return n < (uint64_t)(INT64_MAX / factor) ? (int64_t)n * factor : 0;
}

static void end_read(struct netflow_reading *g, unsigned element, struct str value)
{
    struct flow_record *r = &g->record;
    uint64_t n = value.len <= 8 ? number_of(value) : 0;
    switch (element) {
    case SOURCE_V4:
    case SOURCE_V6:
        if (address_told(r->src, &g->has_src, value))
            r->version = element == SOURCE_V4 ? 4 : 6;
        break;
    case DESTINATION_V4:
    case DESTINATION_V6:
        if (address_told(r->dst, &g->has_dst, value))
            r->version = element == DESTINATION_V4 ? 4 : 6;
        break;
    case SOURCE_PORT: r->sport = (uint16_t)n; break;
    case DESTINATION_PORT: r->dport = (uint16_t)n; break;
    case PROTOCOL: r->proto = (uint8_t)n; break;
    case TCP_FLAGS: r->tcp_flags = (uint8_t)n; break;
    case INPUT: r->input = (uint32_t)n; break;
    case OUTPUT: r->output = (uint32_t)n; break;
    case VLAN: r->vlan = (uint16_t)n; break;
    case DIRECTION: r->direction = n <= FLOW_DIRECTION_OUT ? (uint8_t)n : r->direction; break;
    case END_REASON: r->end = n <= FLOW_RECORD_NO_ROOM ? (uint8_t)n : r->end; break;
    case ICMP_V4:
    case ICMP_V6: icmp_put(r, n); break;
    case ICMP_TYPE_V4:
    case ICMP_TYPE_V6: icmp_put(r, n << 8 | r->icmp_code); break;
    case ICMP_CODE_V4:
    case ICMP_CODE_V6: icmp_put(r, (uint64_t)r->icmp_type << 8 | (n & 0xff)); break;
    default: break;
    }
}

static void count_read(struct netflow_reading *g, unsigned element, uint64_t n)
{
    struct flow_record *r = &g->record;
    switch (element) {
    case OCTETS:
    case TOTAL_OCTETS: r->bytes = n; break;
    case PACKETS:
    case TOTAL_PACKETS: r->packets = n; break;
    case INITIATOR_OCTETS: g->initiator_bytes = n; break;
    case INITIATOR_PACKETS: g->initiator_packets = n; break;
    case RESPONDER_OCTETS: r->bytes_back = n; break;
    case RESPONDER_PACKETS: r->packets_back = n; break;
    case SAMPLING_INTERVAL:
    case SAMPLER_INTERVAL: g->interval = n; break;
    case SAMPLER_ID:
    case SELECTOR_ID:
        g->has_sampler = true;
        g->sampler = n;
        break;
    case SAMPLED: g->interval = n; break;
    case SPACE: g->space = n; break;
    case SAMPLE_SIZE: g->size = n; break;
    case POPULATION: g->population = n; break;
    default: break;
    }
}

static void time_read(struct netflow_reading *g, unsigned element, uint64_t n)
{
    struct flow_record *r = &g->record;
    switch (element) {
    case FIRST_SWITCHED: g->has_first = true, g->first = (uint32_t)n; break;
    case LAST_SWITCHED: g->has_last = true, g->last = (uint32_t)n; break;
    case START_SECONDS: r->start_us = times(n, 1000000); break;
    case END_SECONDS: r->end_us = times(n, 1000000); break;
    case START_MILLI: r->start_us = times(n, 1000); break;
    case END_MILLI: r->end_us = times(n, 1000); break;
    case OBSERVED_MILLI:
        if (!r->end_us)
            r->end_us = times(n, 1000);
        break;
    case START_MICRO:
    case START_NANO: r->start_us = ntp_us(n); break;
    case END_MICRO:
    case END_NANO: r->end_us = ntp_us(n); break;
    case START_DELTA: r->start_us = g->message->time_us - (int64_t)(uint32_t)n; break;
    case END_DELTA: r->end_us = g->message->time_us - (int64_t)(uint32_t)n; break;
    case DURATION_MILLI: g->duration_us = times(n, 1000); break;
    case DURATION_MICRO: g->duration_us = times(n, 1); break;
    case BOOT_MILLI: g->message->domain->boot_us = times(n, 1000); break;
    default: break;
    }
}

static void reverse_read(struct flow_record *r, unsigned element, uint64_t n)
{
    switch (element) {
    case OCTETS:
    case TOTAL_OCTETS: r->bytes_back = n; break;
    case PACKETS:
    case TOTAL_PACKETS: r->packets_back = n; break;
    case TCP_FLAGS: r->tcp_flags_back = (uint8_t)n; break;
    default: break;
    }
}

static void own_read(struct flow_record *r, unsigned element, struct str value)
{
    switch (element) {
    case NETFLOW_OWN_SNI: r->sni = value; break;
    case NETFLOW_OWN_JA4: r->ja4 = value; break;
    case NETFLOW_OWN_NAME: r->name = value; break;
    default: break;
    }
}

void netflow_field_read(struct netflow_reading *g, const struct netflow_field *f, struct str value)
{
    if (f->enterprise && f->enterprise == g->enterprise) {
        own_read(&g->record, f->element, value);
        return;
    }
    if (!value.len || value.len > 16)
        return;
    if (f->enterprise == NETFLOW_PEN_REVERSE && value.len <= 8)
        reverse_read(&g->record, f->element, number_of(value));
    if (f->enterprise)
        return;
    end_read(g, f->element, value);
    if (value.len > 8)
        return;
    count_read(g, f->element, number_of(value));
    time_read(g, f->element, number_of(value));
}

static uint32_t interval_of(const struct netflow_reading *g)
{
    uint64_t interval = g->interval;
    if (g->space) /* so many in a row are taken, so many passed over (RFC 7012) */
        interval = interval ? (interval + g->space) / interval : 0;
    if (g->size && g->population)
        interval = g->population / g->size;
    return interval <= UINT32_MAX ? (uint32_t)interval : 0;
}

static uint32_t sampling_of(const struct netflow_reading *g)
{
    const struct netflow_domain *d = g->message->domain;
    uint32_t own = interval_of(g);
    if (own)
        return own;
    for (size_t i = 0; g->has_sampler && i < d->samplers; i++)
        if (d->sampler[i].id == g->sampler)
            return d->sampler[i].interval;
    return d->sampling;
}

/* A stamp of the exporter's clock in milliseconds, which wraps after 49 days: the nearest to now it can mean. */
static int64_t uptime_us(const struct netflow_message *m, uint32_t stamp)
{
    int64_t boot = m->boot_us ? m->boot_us : m->domain->boot_us;
    if (!boot)
        return 0;
    uint32_t now = (uint32_t)((m->time_us - boot) / 1000);
    return m->time_us + (int64_t)(int32_t)(stamp - now) * 1000;
}

void netflow_reading_end(struct netflow_reading *g)
{
    struct flow_record *r = &g->record;
    if (g->has_first && !r->start_us)
        r->start_us = uptime_us(g->message, g->first);
    if (g->has_last && !r->end_us)
        r->end_us = uptime_us(g->message, g->last);
    if (g->duration_us && r->start_us && !r->end_us)
        r->end_us = r->start_us + g->duration_us;
    if (g->duration_us && r->end_us && !r->start_us)
        r->start_us = r->end_us - g->duration_us;
    if (!r->bytes)
        r->bytes = g->initiator_bytes;
    if (!r->packets)
        r->packets = g->initiator_packets;
    bool icmp = r->proto == IP_ICMP || r->proto == IP_ICMP6;
    if (icmp && !r->has_icmp && r->dport) /* where v5 has it, and others follow */
        icmp_put(r, r->dport);
    r->sampling = sampling_of(g);
}

void netflow_options_end(const struct netflow_reading *g, struct netflow_domain *d)
{
    uint32_t interval = interval_of(g);
    if (!interval)
        return;
    if (!g->has_sampler) {
        d->sampling = interval;
        return;
    }
    size_t i = 0;
    while (i < d->samplers && d->sampler[i].id != g->sampler)
        i++;
    if (i == NETFLOW_SAMPLERS)
        i = d->turn++ % NETFLOW_SAMPLERS;
    else if (i == d->samplers)
        d->samplers++;
    d->sampler[i] = (struct netflow_sampler){true, g->sampler, interval};
}
