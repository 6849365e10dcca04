/* observe.c - what the behaviour detectors are told, made of what the pipeline has at hand. */
#include "dissect/control/control.h"
#include "pipeline_private.h"

static void tell(const struct look *l, struct observation *o)
{
    const struct session *s = l->session;
    struct flow_ends ends = flow_ends(l->flow);
    bool all_own = !l->p->settings.own_count;
    const uint8_t *client = s->reversed ? ends.server : ends.client;
    const uint8_t *server = s->reversed ? ends.client : ends.server;
    memcpy(o->client, client, sizeof o->client);
    memcpy(o->server, server, sizeof o->server);
    o->client_port = s->reversed ? ends.server_port : ends.client_port;
    o->server_port = s->reversed ? ends.client_port : ends.server_port;
    o->client_own = all_own || (s->reversed ? s->server_own : s->client_own);
    o->server_own = all_own || (s->reversed ? s->client_own : s->server_own);
    o->proto = ends.proto;
    o->midstream = l->flow->midstream;
    o->flow = l->flow->number;
    o->time_us = l->time_us;
    l->p->settings.on_observation(l->p->settings.context, o);
}

static bool listened(const struct look *l)
{
    return l->p->settings.on_observation != NULL;
}

void observe_dns(struct look *l, const struct dns_message *m)
{
    if (!listened(l))
        return;
    uint8_t addresses[DNS_ANSWERS_MAX][16];
    size_t n = 0;
    for (size_t i = 0; i < m->n_answers && i < COUNT(addresses); i++)
        if (m->answers[i].address_len)
            memcpy(addresses[n++], m->answers[i].address, sizeof addresses[0]);
    struct observation o = {
        .kind = OBSERVED_DNS,
        .app = l->session->app,
        .name = dns_qname(m),
        .dns = {.response = m->response,
                .rcode = (uint8_t)m->rcode,
                .type = m->n_questions ? m->questions[0].type : 0,
                .bytes = (uint16_t)(l->bytes < UINT16_MAX ? l->bytes : UINT16_MAX),
                .answers = (uint16_t)m->n_answers,
                .addresses = {(const char *)addresses, n * sizeof addresses[0]}},
    };
    tell(l, &o);
}

static uint8_t certificate_of(const struct look *l, const struct sensor_tls *t)
{
    const struct x509_facts *c = &t->certificate;
    struct str sni = {t->sni, t->sni_len};
    if (!(t->have & TLS_HAS_CERTIFICATE))
        return 0;
    uint8_t bits = CERTIFICATE_SEEN;
    if (!c->read)
        return bits;
    if (c->self_signed)
        bits |= CERTIFICATE_SELF_SIGNED;
    if ((c->not_before != X509_NO_TIME && l->time_us < c->not_before) ||
        (c->not_after != X509_NO_TIME && l->time_us > c->not_after))
        bits |= CERTIFICATE_EXPIRED;
    if (sni.len && !x509_covers(c, sni))
        bits |= CERTIFICATE_OTHER_NAME;
    return bits;
}

void observe_tls(struct look *l, const struct sensor_tls *t)
{
    if (!listened(l))
        return;
    struct observation o = {
        .kind = OBSERVED_TLS,
        .app = l->session->app,
        .name = {t->sni, t->sni_len},
        .tls = {.version = t->version,
                .ech = t->ech,
                .tor_shape = t->tor_shape,
                .certificate = certificate_of(l, t)},
    };
    memcpy(o.tls.ja4, t->ja4, sizeof o.tls.ja4);
    tell(l, &o);
}

void observe_quic(struct look *l, const struct quic_facts *q)
{
    if (!listened(l) || !(q->have & QUIC_HAS_CLIENT))
        return;
    struct observation o = {
        .kind = OBSERVED_TLS,
        .app = APP_QUIC,
        .name = tls_sni(&q->client),
        .tls = {.version = tls_version_offered(&q->client),
                .ech = q->client.has_ech,
                .tor_shape = tls_tor_shape(&q->client, NULL)},
    };
    memcpy(o.tls.ja4, q->client.ja4, sizeof o.tls.ja4);
    tell(l, &o);
}

void observe_message(struct look *l, const struct dissector *d, const union dissect_facts *facts)
{
    struct session *s = l->session;
    enum dissect_login login = d->login ? d->login(facts) : LOGIN_NONE;
    if (s->logins[login] < UINT16_MAX)
        s->logins[login]++;
    if (!listened(l))
        return;
    struct observation o = {
        .kind = OBSERVED_MESSAGE,
        .app = (uint8_t)d->app,
        .message = {.response = d->response ? d->response(facts) : l->from == FLOW_SERVER,
                    .intent = (uint8_t)(d->intent ? d->intent(facts) : INTENT_NONE),
                    .login = (uint8_t)login,
                    .function = control_function(d->app, facts)},
    };
    if (d->app == APP_HTTP)
        o.name = http_host(&facts->http);
    tell(l, &o);
}

void observe_name(struct look *l, struct str name)
{
    struct session *s = l->session;
    struct flow_name *n;
    if (!listened(l) || s->name || !name.len ||
        !(n = room_take(l->p->names, l->flow->shard, &s->name, true)))
        return;
    n->len = (uint8_t)(name.len < sizeof n->text ? name.len : sizeof n->text);
    memcpy(n->text, name.ptr, n->len);
}

void observe_flow(struct look *l, enum flow_end why)
{
    struct session *s = l->session;
    const struct flow *f = l->flow;
    if (!listened(l))
        return;
    const struct flow_name *n = room_of(l->p->names, s->name);
    struct told *t = room_of(l->p->told, s->told), all = {0};
    t = t ? t : &all;
    struct observation o = {
        .kind = OBSERVED_FLOW,
        .app = s->app,
        .name = n ? (struct str){n->text, n->len} : STR_NONE,
        .ended = {.start_us = f->start_us,
                  .state = f->state,
                  .end = (uint8_t)why,
                  .logins_tried = s->logins[LOGIN_TRIED],
                  .logins_failed = s->logins[LOGIN_FAILED],
                  .logins_done = s->logins[LOGIN_DONE]},
    };
    for (int side = 0; side < 2; side++) {
        int own = s->reversed ? !side : side;
        o.ended.packets[side] = f->packets[own] - t->packets[own];
        o.ended.bytes[side] = f->bytes[own] - t->bytes[own];
        o.ended.tcp_flags[side] = f->tcp_flags[own];
        t->packets[own] = f->packets[own];
        t->bytes[own] = f->bytes[own];
    }
    tell(l, &o);
}
