/* note.c - what was seen, told in whole: TLS hellos, HTTP requests and other questions joined with what
 * the other side answers. What waits for its other half lies in a fixed number of rooms. When none is
 * free, nobody is waited for: the event is given half seen. */
#include "dissect/fingerprint.h"
#include "pipeline_private.h"

void note_dns(struct look *l, const struct dns_message *m)
{
    pipeline_emit(l, &(struct sensor_event){.kind = SENSOR_DNS,
                                            .dns = m,
                                            .number = l->session->messages});
}

static struct half *half_of(struct look *l)
{
    return room_of(l->p->halves, l->session->half);
}

static struct half *half_take(struct look *l, enum half_kind kind)
{
    struct half *h = room_take(l->p->halves, l->flow->shard, &l->session->half, false);
    if (!h)
        return NULL;
    h->kind = (uint8_t)kind;
    h->time_us = l->time_us;
    if (kind == HALF_TLS)
        h->tls.time_us = l->time_us;
    else if (kind == HALF_HTTP)
        h->http.time_us = l->time_us;
    return h;
}

static void emit_tls(struct look *l, const struct sensor_tls *t)
{
    pipeline_emit(l, &(struct sensor_event){.kind = SENSOR_TLS, .time_us = t->time_us, .tls = t});
    observe_tls(l, t);
}

static void emit_http(struct look *l, const struct sensor_http *h)
{
    pipeline_emit(l, &(struct sensor_event){.kind = SENSOR_HTTP, .time_us = h->time_us, .http = h});
}

static void emit_app(struct look *l, enum app app, int64_t time_us,
                     const union dissect_facts *request, const union dissect_facts *response)
{
    pipeline_emit(l, &(struct sensor_event){.kind = SENSOR_APP,
                                            .app = app,
                                            .time_us = time_us,
                                            .request = request,
                                            .response = response});
}

/* A row's facts lie at the start of the union, and `pairs` promises that they end in time. */
static const union dissect_facts *facts_of(const struct half *h)
{
    return (const union dissect_facts *)(const void *)h->facts;
}

void note_flush(struct look *l)
{
    const struct half *h = half_of(l);
    if (!h)
        return;
    switch (h->kind) {
    case HALF_TLS: emit_tls(l, &h->tls); break;
    case HALF_HTTP: emit_http(l, &h->http); break;
    case HALF_APP:
        emit_app(l, (enum app)h->app, h->time_us, h->response ? NULL : facts_of(h),
                 h->response ? facts_of(h) : NULL);
        break;
    default: break;
    }
    room_give(l->p->halves, &l->session->half);
}

/* ---- TLS ---- */

static void put_client(struct sensor_tls *t, const struct tls_client_hello *h)
{
    char text[JA3_TEXT_MAX];
    struct str sni = tls_sni(h), ja3 = h->ja3[0] ? ja3_text(h, text) : STR_NONE;
    t->sni_len = (uint8_t)sni.len;
    memcpy(t->sni, sni.ptr, sni.len);
    memcpy(t->ja3, h->ja3, sizeof t->ja3);
    memcpy(t->ja4, h->ja4, sizeof t->ja4);
    if (ja3.len <= sizeof t->ja3_text) {
        t->ja3_text_len = (uint16_t)ja3.len;
        memcpy(t->ja3_text, ja3.ptr ? ja3.ptr : "", ja3.len);
    }
    t->ech = h->has_ech;
    t->tor_shape = tls_tor_shape(h, NULL);
    if (!(t->have & TLS_HAS_SERVER))
        t->version = tls_version_offered(h);
}

static void put_server(struct sensor_tls *t, const struct tls_server_hello *h)
{
    char text[JA3_TEXT_MAX];
    struct str ja3s = h->ja3s[0] ? ja3s_text(h, text) : STR_NONE;
    t->version = h->version;
    memcpy(t->ja3s, h->ja3s, sizeof t->ja3s);
    if (ja3s.len <= sizeof t->ja3s_text) {
        t->ja3s_text_len = (uint16_t)ja3s.len;
        memcpy(t->ja3s_text, ja3s.ptr ? ja3s.ptr : "", ja3s.len);
    }
    t->alpn_len = h->alpn_len;
    memcpy(t->alpn, h->alpn, h->alpn_len);
}

static void put_tls(struct sensor_tls *t, const struct tls_facts *facts)
{
    uint8_t news = facts->have & (uint8_t)~t->have;
    if (news & TLS_HAS_CLIENT)
        put_client(t, &facts->client);
    if (facts->have & TLS_HAS_SERVER)
        put_server(t, &facts->server);
    if (facts->have & TLS_HAS_CERTIFICATE) {
        memcpy(t->cert_sha1, facts->cert_sha1, sizeof t->cert_sha1);
        memcpy(t->cert_sha256, facts->cert_sha256, sizeof t->cert_sha256);
        t->certificate = facts->certificate;
    }
    t->hidden |= facts->certificate_hidden;
    t->have |= facts->have;
}

void note_tls(struct look *l, const struct tls_facts *facts, bool whole)
{
    struct half *h = half_of(l);
    if (h && h->kind != HALF_TLS)
        note_flush(l), h = NULL; /* what went before a CONNECT is over */
    if (!h)
        h = half_take(l, HALF_TLS);
    if (!h) {
        struct sensor_tls alone = {.time_us = l->time_us};
        put_tls(&alone, facts);
        if (whole)
            emit_tls(l, &alone);
        return;
    }
    put_tls(&h->tls, facts);
    enum { BOTH = TLS_HAS_CLIENT | TLS_HAS_SERVER };
    if (whole && (h->tls.have & BOTH) == BOTH)
        note_flush(l);
}

/* ---- HTTP ---- */

static void put_request(struct sensor_http *t, const struct http_facts *h, uint32_t number)
{
    t->asked = true;
    t->number = number;
    t->port = h->port;
    t->minor = h->minor;
    t->method_len = h->method_len;
    t->host_len = h->host_len;
    t->path_len = (uint16_t)http_path_alone(http_path(h)).len;
    t->agent_len = h->agent_len;
    memcpy(t->method, h->method, h->method_len);
    memcpy(t->host, h->host, h->host_len);
    memcpy(t->path, h->path, t->path_len);
    memcpy(t->agent, h->agent, h->agent_len);
}

void note_http(struct look *l, const struct http_facts *facts)
{
    bool request = facts->kind == HTTP_REQUEST;
    struct half *h = half_of(l);
    if (h && (request || h->kind != HALF_HTTP))
        note_flush(l), h = NULL; /* a request before the last one's answer */
    struct sensor_http alone = {.time_us = l->time_us};
    struct sensor_http *t = h ? &h->http : &alone;
    if (request && !h && (h = half_take(l, HALF_HTTP)))
        t = &h->http;
    if (request) {
        put_request(t, facts, l->session->messages);
    } else {
        t->status = facts->status;
        t->length = facts->body_len;
        t->minor = facts->minor;
    }
    if (!h)
        emit_http(l, t);
    else if (!request && facts->status >= 200)
        note_flush(l); /* 1xx: the answer proper follows */
}

/* ---- all others ---- */

static bool is_response(const struct look *l, const struct dissector *d,
                        const union dissect_facts *facts)
{
    return d->response ? d->response(facts) : l->from == FLOW_SERVER;
}

/* One message a side: they belong together, whoever spoke first. Else a response ends its request. */
static bool belong_together(const struct half *h, const struct dissector *d, bool response,
                            const union dissect_facts *facts)
{
    if (!h || h->kind != HALF_APP || h->app != d->app || h->response == response ||
        (!response && d->repeats))
        return false;
    const union dissect_facts *waiting = facts_of(h);
    return !d->belongs || d->belongs(response ? waiting : facts, response ? facts : waiting);
}

void note_app(struct look *l, const struct dissector *d, const union dissect_facts *facts)
{
    bool response = is_response(l, d, facts);
    struct half *h = half_of(l);
    if (belong_together(h, d, response, facts)) {
        const union dissect_facts *waiting = facts_of(h);
        emit_app(l, d->app, h->time_us, response ? waiting : facts, response ? facts : waiting);
        room_give(l->p->halves, &l->session->half);
        return;
    }
    note_flush(l);
    bool waits = d->pairs && (!response || !d->repeats);
    if (waits && (h = half_take(l, HALF_APP))) {
        h->app = (uint8_t)d->app;
        h->response = response;
        memcpy(h->facts, facts, sizeof h->facts < sizeof *facts ? sizeof h->facts : sizeof *facts);
        return;
    }
    emit_app(l, d->app, l->time_us, response ? NULL : facts, response ? facts : NULL);
}
