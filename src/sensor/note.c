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

enum { ASKED, ANSWERED };

/* A row's facts lie at the start of the union, and `pairs` promises that they end in time. */
static const union dissect_facts *facts_of(const struct half *h, int side)
{
    return h->has[side] ? (const union dissect_facts *)(const void *)h->facts[side] : NULL;
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
        emit_app(l, (enum app)h->app, h->time_us, facts_of(h, ASKED), facts_of(h, ANSWERED));
        break;
    default: break;
    }
    room_give(l->p->halves, l->flow->shard, &l->session->half);
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

static void keep_facts(struct half *h, int side, const union dissect_facts *facts, bool whole)
{
    h->has[side] = true;
    h->whole[side] = whole;
    memcpy(h->facts[side], facts,
           sizeof h->facts[side] < sizeof *facts ? sizeof h->facts[side] : sizeof *facts);
}

static struct half *app_half_take(struct look *l, const struct dissector *d)
{
    struct half *h = half_take(l, HALF_APP);
    if (h)
        h->app = (uint8_t)d->app;
    return h;
}

static void emit_alone(struct look *l, const struct dissector *d, const union dissect_facts *facts,
                       int side)
{
    emit_app(l, d->app, l->time_us, side == ASKED ? facts : NULL, side == ANSWERED ? facts : NULL);
}

/* One message a side, whoever speaks first: told when both are whole. */
static void join_sides(struct look *l, const struct dissector *d, const union dissect_facts *facts,
                       int side, bool whole)
{
    struct half *h = half_of(l);
    if (!h && !(h = app_half_take(l, d))) {
        if (whole)
            emit_alone(l, d, facts, side);
        return;
    }
    keep_facts(h, side, facts, whole);
    if (h->whole[ASKED] && h->whole[ANSWERED])
        note_flush(l);
}

static bool answers(const struct half *h, const struct dissector *d,
                    const union dissect_facts *facts)
{
    return h && (!d->belongs || d->belongs(facts_of(h, ASKED), facts));
}

/* Message after message: a request waits for its response, or for the next request. */
static void join_turns(struct look *l, const struct dissector *d, const union dissect_facts *facts,
                       int side)
{
    struct half *h = half_of(l);
    if (side == ANSWERED && answers(h, d, facts)) {
        keep_facts(h, ANSWERED, facts, true);
        note_flush(l);
        return;
    }
    note_flush(l);
    if (side == ASKED && (h = app_half_take(l, d)))
        keep_facts(h, ASKED, facts, true);
    else
        emit_alone(l, d, facts, side);
}

void note_app(struct look *l, const struct dissector *d, const union dissect_facts *facts,
              bool whole)
{
    int side = is_response(l, d, facts) ? ANSWERED : ASKED;
    const struct half *h = half_of(l);
    if (h && (h->kind != HALF_APP || h->app != d->app))
        note_flush(l); /* what another protocol left waiting */
    if (!d->pairs)
        emit_alone(l, d, facts, side);
    else if (!d->repeats)
        join_sides(l, d, facts, side, whole);
    else
        join_turns(l, d, facts, side);
}
