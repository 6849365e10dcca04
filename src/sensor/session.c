/* session.c - one flow's bytes to the dissector that knows them, for as long as it wants them. */
#include "pipeline_private.h"

static void finish_side(struct look *l)
{
    struct session *s = l->session;
    s->finished[l->from] = true;
    reassembly_done(l->p->streams, &s->stream[l->from]);
    if (s->finished[FLOW_CLIENT] && s->finished[FLOW_SERVER])
        pipeline_quiet(l);
}

static void set_app(struct look *l, enum app app)
{
    if (l->session->app == APP_UNKNOWN)
        l->session->app = (uint8_t)app;
}

/* A capture may begin in the middle: then who asks is told by what is said, not by who spoke first. */
static void told_by(struct look *l, bool question)
{
    struct session *s = l->session;
    bool sure = l->flow->key.proto == IP_TCP && !l->flow->midstream;
    if (s->app == APP_UNKNOWN && !sure)
        s->reversed = question == (l->from == FLOW_SERVER);
}

static void on_dns(struct look *l, const struct dns_message *m)
{
    struct pipeline_counts *n = &l->p->counts;
    if (m->response)
        n->dns_responses++;
    else
        n->dns_queries++;
    n->dns_malformed += m->malformed;
    if (l->p->has_selectors)
        match_dns(l, m);
    if (l->p->settings.metadata)
        note_dns(l, m);
    observe_dns(l, m);
    l->session->dns_asked |= !m->response;
    l->session->messages++;
}

static void on_client_hello(struct look *l, const struct tls_client_hello *h)
{
    l->p->counts.tls_clients++;
    if (l->p->has_selectors)
        match_client_hello(l, h);
    observe_name(l, tls_sni(h));
}

static void on_tls(struct look *l, const struct tls_facts *t, bool whole)
{
    struct pipeline_counts *n = &l->p->counts;
    if (whole) {
        n->tls_servers += t->have & TLS_HAS_SERVER ? 1 : 0;
        n->tls_certificates += t->have & TLS_HAS_CERTIFICATE ? 1 : 0;
        n->tls_certificates_hidden += t->certificate_hidden;
        if (t->have & TLS_HAS_CLIENT)
            on_client_hello(l, &t->client);
        if (l->p->has_selectors && t->have & TLS_HAS_CERTIFICATE)
            match_certificate(l, t);
    }
    if (l->p->wants_facts)
        note_tls(l, t, whole);
}

static void on_http(struct look *l, const struct dissector *d, const union dissect_facts *facts)
{
    struct session *s = l->session;
    const struct http_facts *h = &facts->http;
    if (h->kind == HTTP_REQUEST) {
        l->p->counts.http_requests++;
        if (l->p->has_selectors)
            match_http(l, h);
        observe_name(l, http_host(h));
        if (h->connect)
            s->tunnel = true;
    } else {
        l->p->counts.http_responses++;
    }
    if (l->p->settings.metadata)
        note_http(l, h);
    observe_message(l, d, facts);
    s->messages += h->kind == HTTP_REQUEST;
}

static void on_quic(struct look *l, const struct dissector *d, const union dissect_facts *facts)
{
    if (facts->quic.have & QUIC_HAS_CLIENT)
        on_client_hello(l, &facts->quic.client);
    if (l->p->settings.metadata)
        note_app(l, d, facts, true);
    observe_quic(l, &facts->quic);
}

static void on_other(struct look *l, const struct dissector *d, const union dissect_facts *facts)
{
    if (l->p->settings.metadata)
        note_app(l, d, facts, true);
    observe_message(l, d, facts);
}

static bool asks(const struct look *l, const struct dissector *d, const union dissect_facts *facts)
{
    switch (d->app) {
    case APP_DNS:
    case APP_LLMNR: return !facts->dns.response;
    case APP_TLS:
    case APP_DTLS: return facts->tls.have & TLS_HAS_CLIENT;
    case APP_QUIC: return true; /* its dissector reads the client's packets alone */
    case APP_HTTP: return facts->http.kind == HTTP_REQUEST;
    default: return d->response ? !d->response(facts) : l->from == FLOW_CLIENT;
    }
}

/* `whole` is false for what is sure of a message that never ended. */
static void on_facts(struct look *l, const struct dissector *d, bool whole)
{
    const union dissect_facts *facts = &l->p->facts;
    if (d->app != APP_MDNS) /* sent to all: nobody's question */
        told_by(l, asks(l, d, facts));
    set_app(l, d->app);
    l->p->counts.messages[d->app]++;
    anomaly_message(l, d, facts);
    switch (d->app) {
    case APP_DNS:
    case APP_MDNS:
    case APP_LLMNR: on_dns(l, &facts->dns); break;
    case APP_TLS:
    case APP_DTLS: on_tls(l, &facts->tls, whole); break;
    case APP_QUIC: on_quic(l, d, facts); break;
    case APP_HTTP: on_http(l, d, facts); break;
    default: on_other(l, d, facts); break;
    }
}

/* A message that goes on in the next datagram: what is known of it stays with the flow. */
static enum dissect_result parse_more(struct look *l, const struct dissector *d,
                                      struct str datagram)
{
    struct session *s = l->session;
    void *state = room_of(l->p->states, s->state);
    if (!state)
        state = room_take(l->p->states, l->flow->shard, &s->state, true);
    enum dissect_result r = d->parse_more(state, datagram, &l->p->facts);
    if (r == DISSECT_DONE)
        room_give(l->p->states, l->flow->shard, &s->state);
    return r;
}

static void datagram_unknown(struct look *l)
{
    if (++l->session->tries < UDP_TRIES)
        return;
    room_give(l->p->states, l->flow->shard, &l->session->state);
    pipeline_quiet(l);
}

static enum dissect_result parse_datagram(struct look *l, const struct dissector *d,
                                          struct str datagram)
{
    size_t used;
    if (!d)
        return DISSECT_NOT;
    if (!d->parse_more)
        return d->parse(DISSECT_UDP, datagram, &l->p->facts, &used);
    /* What is encrypted looks like nothing: it needs no state to be told so. */
    if (!l->session->state && d->probe(DISSECT_UDP, datagram) == PROBE_NO)
        return DISSECT_NOT;
    return parse_more(l, d, datagram);
}

static bool is_through(const struct look *l, const struct dissector *d)
{
    return !d->repeats || (d->app == APP_DTLS && l->p->facts.tls.have & TLS_HAS_SERVER);
}

void session_udp(struct look *l, const struct packet *packet)
{
    struct session *s = l->session;
    struct str datagram = packet->payload;
    if (!datagram.len)
        return;
    const struct dissector *d = s->dissector[0], *held = d;
    if (!d)
        d = dissector_guess(DISSECT_UDP, packet->sport, packet->dport, datagram);
    enum dissect_result r = parse_datagram(l, d, datagram);
    if (r == DISSECT_NOT &&
        held) { /* another protocol may follow on the same ports: STUN, then DTLS */
        d = dissector_guess(DISSECT_UDP, packet->sport, packet->dport, datagram);
        r = d == held ? DISSECT_NOT : parse_datagram(l, d, datagram);
    }
    if (r == DISSECT_NOT) {
        if (!s->app)
            datagram_unknown(l);
        return;
    }
    s->dissector[0] = d;
    if (r == DISSECT_NEED_MORE)
        return;
    l->bytes = datagram.len;
    on_facts(l, d, true);
    if (is_through(l, d))
        pipeline_quiet(l);
}

enum step { STEP_NEXT, STEP_WAIT, STEP_FINISHED };

/* Bytes of an HTTP head with the empty line that ends it; 0 when that is not there. */
static size_t head_size(struct str s)
{
    static const struct str ends[] = {S_("\r\n\r\n"), S_("\n\n")};
    for (size_t i = 0; i < COUNT(ends); i++) {
        const char *at = memmem(s.ptr, s.len, ends[i].ptr, ends[i].len);
        if (at)
            return (size_t)(at - s.ptr) + ends[i].len;
    }
    return 0;
}

/* After a CONNECT that was granted another protocol begins on both sides: neither head has a body,
 * whatever it says (RFC 9110 9.3.6). */
static enum step enter_tunnel(struct look *l, struct str *left)
{
    const struct http_facts *h = &l->p->facts.http;
    bool granted = h->kind == HTTP_REQUEST || (h->status >= 200 && h->status < 300);
    size_t head = head_size(*left);
    if (!granted || !head)
        return STEP_FINISHED;
    l->session->dissector[l->from] = NULL;
    *left = str_skip(*left, head);
    return STEP_NEXT;
}

static bool goes_on(const struct look *l, const struct dissector *d)
{
    return d->repeats && (d->app != APP_HTTP || l->from == FLOW_CLIENT || l->p->wants_server_http);
}

static enum step not_whole(struct look *l, const struct dissector *d, size_t len)
{
    if (d->app == APP_TLS && l->p->facts.tls.have && l->p->wants_facts)
        note_tls(l, &l->p->facts.tls, false);
    if (d->sure && d->sure(&l->p->facts)) {
        set_app(l, d->app);
        if (l->p->settings.metadata)
            note_app(l, d, &l->p->facts, false);
    }
    return len >= d->most ? STEP_FINISHED : STEP_WAIT;
}

/* STARTTLS and its like: where one message more was awaited, TLS begins. */
static bool turns_to_tls(struct look *l, const struct dissector *d, struct str left)
{
    if (!d->repeats || d->app != l->session->app || d == &dissector_tls ||
        dissector_tls.probe(DISSECT_TCP, left) != PROBE_YES)
        return false;
    l->session->dissector[l->from] = &dissector_tls;
    return true;
}

/* One message from the start of *left. */
static enum step one_message(struct look *l, const struct packet *packet, struct str *left)
{
    struct session *s = l->session;
    const struct dissector *d = s->dissector[l->from];
    if (!d) {
        d = dissector_guess(DISSECT_TCP, packet->sport, packet->dport, *left);
        if (!d)
            return left->len < DISSECT_PROBE_MIN ? STEP_WAIT : STEP_FINISHED;
        s->dissector[l->from] = d;
        anomaly_sides(l, d);
    }
    size_t used = 0;
    switch (d->parse(DISSECT_TCP, *left, &l->p->facts, &used)) {
    case DISSECT_NEED_MORE: return not_whole(l, d, left->len);
    case DISSECT_NOT:
        if (turns_to_tls(l, d, *left))
            return STEP_NEXT;
        anomaly_out_of_step(l, d);
        return STEP_FINISHED;
    case DISSECT_DONE: break;
    }
    l->bytes = used < left->len ? used : left->len;
    on_facts(l, d, true);
    if (d->app == APP_HTTP && s->tunnel)
        return enter_tunnel(l, left);
    if (!goes_on(l, d) || used == DISSECT_USED_ALL || !used)
        return STEP_FINISHED;
    if (used > left->len) {
        if (used - left->len > UINT32_MAX)
            return STEP_FINISHED;
        s->skip[l->from] = (uint32_t)(used - left->len);
    }
    *left = str_skip(*left, used);
    return STEP_NEXT;
}

void session_tcp(struct look *l, const struct packet *packet)
{
    struct session *s = l->session;
    if (s->finished[l->from])
        return;
    struct stream *stream = &s->stream[l->from];
    struct str bytes = reassembly_push(l->p->streams, stream, l->flow->shard, packet);
    anomaly_stream(l, stream);
    if (stream->state == STREAM_DONE && !bytes.len) {
        finish_side(l);
        return;
    }
    size_t passed = bytes.len < s->skip[l->from] ? bytes.len : s->skip[l->from];
    s->skip[l->from] -= (uint32_t)passed;
    struct str left = str_skip(bytes, passed);
    enum step step = STEP_NEXT;
    while (left.len && step == STEP_NEXT)
        step = one_message(l, packet, &left);
    if (step == STEP_FINISHED ||
        (step == STEP_WAIT && !reassembly_keep(l->p->streams, stream, bytes, bytes.len - left.len)))
        finish_side(l);
}

/* What is sure of a message whose last datagram never came: an empty one asks for it. */
static void unfinished(struct look *l)
{
    struct session *s = l->session;
    const struct dissector *d = s->dissector[0];
    if (!s->state || !d || !d->parse_more)
        return;
    if (d->parse_more(room_of(l->p->states, s->state), STR_NONE, &l->p->facts) == DISSECT_DONE)
        on_facts(l, d, true);
}

void session_end(struct look *l)
{
    struct session *s = l->session;
    unfinished(l);
    note_flush(l);
    room_give(l->p->states, l->flow->shard, &s->state);
    for (size_t side = 0; side < COUNT(s->stream); side++)
        reassembly_done(l->p->streams, &s->stream[side]);
}
