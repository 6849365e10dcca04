/* zeek_intel.c - intel.log: a selector was met. */
#include "zeek_private.h"

static const char *where_of(enum sensor_where w)
{
    static const char *const names[SENSOR_WHERES] = {
        [SENSOR_AT_CLIENT] = "Conn::IN_ORIG",
        [SENSOR_AT_SERVER] = "Conn::IN_RESP",
        [SENSOR_AT_DNS_QUERY] = "DNS::IN_REQUEST",
        [SENSOR_AT_DNS_ANSWER] = "DNS::IN_RESPONSE",
        [SENSOR_AT_TLS_SNI] = "SSL::IN_SERVER_NAME",
        [SENSOR_AT_TLS_JA3] = "SSL::IN_JA3",
        [SENSOR_AT_TLS_JA4] = "SSL::IN_JA4",
        [SENSOR_AT_TLS_CERT] = "X509::IN_CERT",
        [SENSOR_AT_HTTP_HOST] = "HTTP::IN_HOST_HEADER",
        [SENSOR_AT_HTTP_URL] = "HTTP::IN_URL",
    };
    return w < SENSOR_WHERES && names[w] ? names[w] : "Intel::IN_ANYWHERE";
}

static const char *kind_of(enum selector_kind kind)
{
    switch (kind) {
    case SELECTOR_IPV4:
    case SELECTOR_IPV6: return "Intel::ADDR";
    case SELECTOR_PREFIX4:
    case SELECTOR_PREFIX6: return "Intel::SUBNET";
    case SELECTOR_DOMAIN:
    case SELECTOR_DOMAIN_BELOW: return "Intel::DOMAIN";
    case SELECTOR_URL: return "Intel::URL";
    case SELECTOR_CERT_SHA1:
    case SELECTOR_CERT_SHA256: return "Intel::CERT_HASH";
    case SELECTOR_JA3: return "Intel::JA3";
    case SELECTOR_JA4: return "Intel::JA4";
    default: return "Intel::FILE_HASH";
    }
}

/* What was seen is an address even where a prefix covers it. */
static const char *seen_kind(const struct sensor_match *m)
{
    bool prefix = m->hit.kind == SELECTOR_PREFIX4 || m->hit.kind == SELECTOR_PREFIX6;
    return prefix ? "Intel::ADDR" : kind_of(m->hit.kind);
}

void zeek_intel(struct zeek *z, const struct sensor_event *ev)
{
    const struct sensor_match *m = ev->match;
    struct eve *e = z->line;
    char text[ADDR_TEXT_SIZE + 64];
    struct selector selector = index_hit_selector(&m->hit, text);
    zeek_begin(z, ZEEK_INTEL, ev, ev->time_us);
    zeek_text(e, S(",\"seen.indicator\":"), m->seen);
    zeek_text(e, S(",\"seen.indicator_type\":"), text_of(seen_kind(m)));
    zeek_text(e, S(",\"seen.where\":"), text_of(where_of(m->where)));
    PUT(e, ",\"seen.node\":\"hinomi\",\"matched\":[\"");
    put_cstr(e, kind_of(m->hit.kind));
    PUT(e, "\"],\"sources\":[");
    put_text(e, m->hit.source);
    PUT(e, "]");
    zeek_text(e, S(",\"indicator\":"), selector.value);
    zeek_text(e, S(",\"threat\":"), m->hit.threat);
    put_number(e, S(",\"confidence\":"), m->hit.confidence);
    zeek_end(z);
}
