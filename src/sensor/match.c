/* match.c - which questions each kind of metadata puts to the index, and how the answer is told. */
#include "core/encode.h"
#include "core/time.h"
#include "core/url.h"
#include "net/packet.h"
#include "pipeline_private.h"

static uint32_t seconds(const struct look *l)
{
    int64_t s = l->time_us / TIME_SECOND;
    return s < 0 ? 0 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

/* What a match says beside itself is its message's to say. */
static const struct sensor_match alone;

static void tell(struct look *l, const struct sensor_match *about, enum sensor_where where,
                 const struct index_hit *hit, struct str seen)
{
    struct sensor_match match = *about;
    match.where = where;
    match.hit = *hit;
    match.seen = seen;
    l->p->counts.matched[where]++;
    pipeline_select(l);
    pipeline_emit(l, &(struct sensor_event){.kind = SENSOR_MATCH, .match = &match});
}

static void address(struct look *l, const struct sensor_match *about, enum sensor_where where,
                    const uint8_t bytes[16])
{
    struct index_hit hit;
    l->p->counts.addresses_asked++;
    if (!index_find_ipv6(&l->p->view, bytes, seconds(l), &hit))
        return;
    struct addr a = packet_addr(bytes);
    char text[ADDR_TEXT_SIZE];
    tell(l, about, where, &hit, addr_format(&a, text));
}

static void name(struct look *l, const struct sensor_match *about, enum sensor_where where,
                 struct str text)
{
    struct index_hit hit;
    while (text.len && text.ptr[text.len - 1] == '.')
        text.len--;
    if (!text.len)
        return;
    l->p->counts.names_asked++;
    if (index_find_name(&l->p->view, text, seconds(l), &hit))
        tell(l, about, where, &hit, text);
}

static bool looks_like_address(struct str host)
{
    if (!host.len)
        return false;
    char last = host.ptr[host.len - 1];
    return (last >= '0' && last <= '9') || memchr(host.ptr, ':', host.len);
}

/* Hosts of HTTP and TLS may be addresses; a DNS name may not. */
static void host(struct look *l, const struct sensor_match *about, enum sensor_where where,
                 struct str text)
{
    struct addr a;
    struct err no;
    if (!looks_like_address(text) || !addr_parse(text, &a, &no)) {
        name(l, about, where, text);
        return;
    }
    struct index_hit hit;
    l->p->counts.addresses_asked++;
    if (a.v6 ? index_find_ipv6(&l->p->view, a.bytes, seconds(l), &hit)
             : index_find_ipv4(&l->p->view, a.bytes, seconds(l), &hit))
        tell(l, about, where, &hit, text);
}

void match_ends(struct look *l)
{
    struct flow_ends ends = flow_ends(l->flow);
    address(l, &alone, SENSOR_AT_CLIENT, ends.client);
    address(l, &alone, SENSOR_AT_SERVER, ends.server);
}

static void kept(struct look *l, enum sensor_where where, const uint8_t bytes[16])
{
    struct sensor_match match = {.where = where};
    int64_t began = l->flow->start_us / TIME_SECOND;
    uint32_t then = began < 0 ? 0 : began > UINT32_MAX ? UINT32_MAX : (uint32_t)began;
    if (!index_find_ipv6(&l->p->view, bytes, then, &match.hit))
        return;
    struct addr a = packet_addr(bytes);
    char text[ADDR_TEXT_SIZE];
    match.seen = addr_format(&a, text);
    pipeline_emit(l, &(struct sensor_event){.kind = SENSOR_KEPT, .match = &match});
}

void match_kept(struct look *l)
{
    struct flow_ends ends = flow_ends(l->flow);
    kept(l, SENSOR_AT_CLIENT, ends.client);
    kept(l, SENSOR_AT_SERVER, ends.server);
}

void match_dns(struct look *l, const struct dns_message *m)
{
    struct sensor_match about = {.have = SENSOR_HAS_DNS,
                                 .dns_type = m->n_questions ? m->questions[0].type : 0,
                                 .dns_rcode = m->rcode,
                                 .name = dns_qname(m)};
    if (m->response)
        about.have |= SENSOR_HAS_DNS_ANSWER;
    /* The answer repeats the question: it is asked about once, unless only the answer was seen. */
    bool ask_question = !m->response || !l->session->dns_asked;
    for (size_t i = 0; ask_question && i < m->n_questions; i++)
        name(l, &about, SENSOR_AT_DNS_QUERY, dns_text(m, m->questions[i].name));
    struct str asked = dns_qname(m);
    for (size_t i = 0; i < m->n_answers; i++) {
        const struct dns_record *r = &m->answers[i];
        struct str owner = dns_text(m, r->name);
        if (!str_eq(owner, asked))
            name(l, &about, SENSOR_AT_DNS_ANSWER, owner);
        asked = owner; /* a chain or a set of records names each owner once */
        if (r->address_len)
            address(l, &about, SENSOR_AT_DNS_ANSWER, r->address);
        else if (r->target.len) {
            asked = dns_text(m, r->target);
            name(l, &about, SENSOR_AT_DNS_ANSWER, asked);
        }
    }
}

static void key(struct look *l, const struct sensor_match *about, enum sensor_where where,
                enum selector_kind kind, struct str bytes, struct str seen)
{
    struct index_hit hit;
    l->p->counts.keys_asked++;
    if (index_find_key(&l->p->view, kind, bytes, seconds(l), &hit))
        tell(l, about, where, &hit, seen);
}

void match_client_hello(struct look *l, const struct tls_client_hello *h)
{
    struct sensor_match about = {.have = SENSOR_HAS_TLS,
                                 .tls_version = tls_version_offered(h),
                                 .name = tls_sni(h)};
    const char *fingerprint = h->ja4[0] ? h->ja4 : h->ja3;
    memcpy(about.fingerprint, fingerprint, strnlen(fingerprint, sizeof about.fingerprint - 1));
    host(l, &about, SENSOR_AT_TLS_SNI, tls_sni(h));
    uint8_t ja3[MD5_SIZE];
    struct str ja3_text = {h->ja3, strnlen(h->ja3, sizeof h->ja3)};
    if (ja3_text.len && hex_read(ja3_text, ja3, sizeof ja3))
        key(l, &about, SENSOR_AT_TLS_JA3, SELECTOR_JA3, (struct str){(const char *)ja3, sizeof ja3},
            ja3_text);
    struct str ja4 = {h->ja4, strnlen(h->ja4, sizeof h->ja4)};
    if (ja4.len)
        key(l, &about, SENSOR_AT_TLS_JA4, SELECTOR_JA4, ja4, ja4);
}

void match_certificate(struct look *l, const struct tls_facts *t)
{
    char hex[SHA256_SIZE * 2];
    struct sensor_match about = {.have = SENSOR_HAS_CERTIFICATE,
                                 .tls_version =
                                     t->have & TLS_HAS_SERVER ? t->server.version : (uint16_t)0};
    memcpy(about.cert_sha256, t->cert_sha256, sizeof about.cert_sha256);
    hex_write(hex, t->cert_sha1, SHA1_SIZE);
    key(l, &about, SENSOR_AT_TLS_CERT, SELECTOR_CERT_SHA1,
        (struct str){(const char *)t->cert_sha1, SHA1_SIZE},
        (struct str){hex, (size_t)SHA1_SIZE * 2});
    hex_write(hex, t->cert_sha256, SHA256_SIZE);
    key(l, &about, SENSOR_AT_TLS_CERT, SELECTOR_CERT_SHA256,
        (struct str){(const char *)t->cert_sha256, SHA256_SIZE}, (struct str){hex, sizeof hex});
}

static void url_of(struct look *l, const struct sensor_match *about, const struct http_facts *h)
{
    struct str path = http_path(h), url;
    char text[SELECTOR_URL_MAX + 1];
    if (!path.len || path.ptr[0] != '/' || !url_canonical(http_host(h), h->port, path, text, &url))
        return;
    struct index_hit hit;
    l->p->counts.urls_asked++;
    if (index_find_url(&l->p->view, url, seconds(l), &hit))
        tell(l, about, SENSOR_AT_HTTP_URL, &hit, http_path_alone(url));
}

void match_http(struct look *l, const struct http_facts *h)
{
    struct str asked = http_host(h);
    if (!asked.len)
        return;
    struct sensor_match about = {.have = SENSOR_HAS_HTTP,
                                 .name = asked,
                                 .method = http_method(h),
                                 .path = http_path_alone(http_path(h)),
                                 .agent = http_agent(h)};
    host(l, &about, SENSOR_AT_HTTP_HOST, asked);
    url_of(l, &about, h);
}
