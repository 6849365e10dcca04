/* source.c - see source.h. */
#include "sensor/lawful/source.h"

static void put_ends(struct record_source *s, const struct sensor_event *ev)
{
    const struct flow_ends *ends = ev->ends;
    RECORD_SET(s, src_ip, ends->client);
    RECORD_SET(s, dst_ip, ends->server);
    RECORD_SET(s, proto, ends->proto);
    if (ends->proto == IP_ICMP || ends->proto == IP_ICMP6) {
        RECORD_SET(s, icmp_type, ends->client_port); /* where the flow keeps it */
    } else if (ends->client_port || ends->server_port) {
        RECORD_SET(s, src_port, ends->client_port);
        RECORD_SET(s, dst_port, ends->server_port);
    }
}

static void put_flow(struct record_source *s, const struct flow *f, uint8_t proto)
{
    RECORD_SET(s, t_first, f->start_us);
    RECORD_SET(s, t_last, f->last_us);
    RECORD_SET(s, pkts, f->packets[FLOW_CLIENT] + f->packets[FLOW_SERVER]);
    RECORD_SET(s, bytes, f->bytes[FLOW_CLIENT] + f->bytes[FLOW_SERVER]);
    if (proto == IP_TCP)
        RECORD_SET(s, tcp_flags_or,
                   (uint64_t)(f->tcp_flags[FLOW_CLIENT] | f->tcp_flags[FLOW_SERVER]));
}

static void put_text(struct record_source *s, enum record_field field, struct str *to, struct str v)
{
    if (!v.len)
        return;
    *to = v;
    s->have |= UINT64_C(1) << field;
}

static void put_tls(struct record_source *s, const struct sensor_match *m)
{
    struct str print = {m->fingerprint, strnlen(m->fingerprint, sizeof m->fingerprint)};
    if (m->tls_version)
        RECORD_SET(s, tls_version, m->tls_version);
    put_text(s, FIELD_tls_fingerprint, &s->tls_fingerprint, print);
    if (m->have & SENSOR_HAS_TLS)
        put_text(s, FIELD_tls_sni, &s->tls_sni, m->name);
    if (m->have & SENSOR_HAS_CERTIFICATE)
        RECORD_SET(s, cert_sha256,
                   ((struct str){(const char *)m->cert_sha256, sizeof m->cert_sha256}));
}

static void put_message(struct record_source *s, const struct sensor_match *m)
{
    if (m->have & SENSOR_HAS_DNS) {
        put_text(s, FIELD_dns_qname, &s->dns_qname, m->name);
        RECORD_SET(s, dns_rtype, m->dns_type);
    }
    if (m->have & SENSOR_HAS_DNS_ANSWER)
        RECORD_SET(s, dns_rcode, m->dns_rcode);
    if (m->have & (SENSOR_HAS_TLS | SENSOR_HAS_CERTIFICATE))
        put_tls(s, m);
    if (m->have & SENSOR_HAS_HTTP) {
        put_text(s, FIELD_http_host, &s->http_host, m->name);
        put_text(s, FIELD_http_method, &s->http_method, m->method);
        put_text(s, FIELD_http_path, &s->http_path, m->path);
        put_text(s, FIELD_http_user_agent, &s->http_user_agent, m->agent);
    }
}

static enum record_met met_in(enum sensor_where where)
{
    switch (where) {
    case SENSOR_AT_DNS_QUERY: return RECORD_MET_QNAME;
    case SENSOR_AT_HTTP_URL: return RECORD_MET_URL_PATH;
    default: return RECORD_MET_OTHER;
    }
}

bool record_source_of(const struct sensor_event *ev, struct record_source *ret)
{
    bool end = ev->kind == SENSOR_KEPT;
    if (!end && ev->kind != SENSOR_MATCH)
        return false;
    enum sensor_where where = ev->match->where;
    if (!end && (where == SENSOR_AT_CLIENT || where == SENSOR_AT_SERVER))
        return false;
    struct record_source s = {.met = met_in(where)};
    RECORD_SET(&s, selector_id, ev->match->hit.source);
    put_ends(&s, ev);
    if (end) {
        put_flow(&s, ev->flow, ev->ends->proto);
    } else {
        RECORD_SET(&s, t_first, ev->time_us);
        RECORD_SET(&s, t_last, ev->time_us);
        put_message(&s, ev->match);
    }
    *ret = s;
    return true;
}
