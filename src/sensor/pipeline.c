/* pipeline.c - the frame around it: batches, flows that begin and end, sums. */
#include "core/keys.h"
#include "core/time.h"
#include "pipeline_private.h"

static const char *const where_texts[] = {
#define X(name, text) [SENSOR_AT_##name] = (text),
    SENSOR_WHERE_MAP(X)
#undef X
};

const char *sensor_where_text(enum sensor_where w)
{
    return w < SENSOR_WHERES ? where_texts[w] : "unknown";
}

static void turn_round(struct flow_ends *ends)
{
    const uint8_t *client = ends->client;
    uint16_t port = ends->client_port;
    ends->client = ends->server;
    ends->client_port = ends->server_port;
    ends->server = client;
    ends->server_port = port;
}

void pipeline_emit(struct look *l, const struct sensor_event *said)
{
    const struct session *s = l->session;
    if (!l->p->settings.on_event)
        return;
    struct flow_ends ends = flow_ends(l->flow);
    if (s->reversed)
        turn_round(&ends);
    struct sensor_event ev = *said;
    if (ev.kind != SENSOR_APP)
        ev.app = s->app;
    ev.reversed = s->reversed;
    ev.from = sensor_side(&ev, l->from);
    ev.client_own = s->reversed ? s->server_own : s->client_own;
    ev.server_own = s->reversed ? s->client_own : s->server_own;
    ev.alerted = s->alerted;
    if (!ev.time_us)
        ev.time_us = l->time_us;
    ev.flow = l->flow;
    ev.ends = &ends;
    l->p->settings.on_event(l->p->settings.context, &ev);
}

/* ---- fates ---- */

static void settle(struct look *l)
{
    struct session *s = l->session;
    struct fate_counts *n = &l->p->fate;
    if (!s->pending)
        return;
    *(s->alerted ? &n->matched : &n->discarded) += s->pending;
    n->pending -= s->pending;
    s->pending = 0;
    fate_decided(n, l->time_us - s->pending_us);
}

void pipeline_select(struct look *l)
{
    l->session->alerted = true;
    settle(l);
}

void pipeline_quiet(struct look *l)
{
    settle(l);
    flow_quiet(l->flow, l->session->alerted);
}

static void take(struct look *l)
{
    struct session *s = l->session;
    if (s->alerted) {
        l->p->fate.matched++;
        return;
    }
    if (!s->pending++)
        s->pending_us = l->time_us;
    l->p->fate.pending++;
}

/* Too long undecided: what is known of it is thrown away, and the flow with it. */
static void over_time(struct look *l)
{
    int64_t most = l->p->settings.residency_us;
    bool quiet = l->flow->quiet != FLOW_HEARD;
    if (!most || l->session->alerted || (!quiet && l->time_us - l->session->pending_us < most))
        return;
    settle(l);
    flow_forget(l->flow);
}

struct fate_counts pipeline_fates(const struct pipeline *p)
{
    struct fate_counts n = p->fate;
    struct flow_stats f = flow_table_stats(p->flows);
    n.discarded += f.quiet[FLOW_QUIET];
    n.matched += f.quiet[FLOW_QUIET_MATCHED];
    return n;
}

struct fate_counts pipeline_fate(struct pipeline *p)
{
    struct fate_counts n = pipeline_fates(p);
    p->fate.residency_min_us = p->fate.residency_max_us = 0;
    return n;
}

/* ---- flows ---- */

static bool is_own(const struct pipeline *p, const uint8_t address[16])
{
    struct addr a = addr_of_v6(address);
    for (size_t i = 0; i < p->settings.own_count; i++)
        if (addr_contains(&p->settings.own[i], &a))
            return true;
    return false;
}

static void on_start(void *context, struct flow *f, const struct packet *packet)
{
    struct pipeline *p = context;
    struct session *s = session_of(f);
    struct look l = {.p = p, .flow = f, .session = s, .time_us = packet->time_us};
    if (p->settings.own_count) {
        struct flow_ends ends = flow_ends(f);
        s->client_own = is_own(p, ends.client);
        s->server_own = is_own(p, ends.server);
        s->foreign = !s->client_own && !s->server_own;
    }
    if (s->foreign) {
        p->counts.flows_foreign++;
        pipeline_quiet(&l);
        return;
    }
    if (p->has_selectors)
        match_ends(&l);
    if (f->key.proto != IP_TCP && f->key.proto != IP_UDP)
        pipeline_quiet(&l);
}

static void on_packet(void *context, struct flow *f, const struct packet *packet,
                      enum flow_side from)
{
    struct look l = {context, f, session_of(f), packet->time_us, from, 0};
    take(&l);
    if (packet->proto == IP_UDP)
        session_udp(&l, packet);
    else
        session_tcp(&l, packet);
    over_time(&l);
}

static void on_end(void *context, struct flow *f, enum flow_end why)
{
    struct pipeline *p = context;
    struct look l = {.p = p, .flow = f, .session = session_of(f), .time_us = f->last_us};
    session_end(&l);
    if (l.session->alerted && p->settings.keeps)
        match_kept(&l);
    settle(&l);
    if (!l.session->foreign)
        observe_flow(&l, why);
    room_give(p->names, f->shard, &l.session->name);
    room_give(p->told, f->shard, &l.session->told);
    p->counts.apps[l.session->app]++;
    if (p->settings.metadata && !l.session->foreign)
        pipeline_emit(&l, &(struct sensor_event){.kind = SENSOR_FLOW, .end = why});
}

static const int64_t hour_us = 3600 * TIME_SECOND;

/* A connection of days is told of by the hour: who waits for its end learns too late. */
static void on_time(void *context, struct flow *f)
{
    struct pipeline *p = context;
    struct session *s = session_of(f);
    struct look l = {.p = p, .flow = f, .session = s, .time_us = f->last_us};
    struct told *t = room_of(p->told, s->told);
    if (!p->settings.on_observation || s->foreign ||
        f->last_us - (t ? t->time_us : f->start_us) < hour_us)
        return;
    if (!t && !(t = room_take(p->told, f->shard, &s->told, false)))
        return; /* too many of them: it is told of at its end */
    t->time_us = f->last_us;
    observe_flow(&l, FLOW_ENDS);
}

/* ---- life ---- */

enum { HALVES_A_SHARD = 64, STATES_A_SHARD = 16, NAMES_A_SHARD = 1024, TOLD_A_SHARD = 512 };

/* Nothing is remembered of a flow for longer than its packets may be kept undecided. */
static void short_lived(struct flow_settings *s, int64_t residency_us)
{
    int64_t seconds = residency_us / TIME_SECOND;
    uint16_t most = (uint16_t)(seconds < 1 ? 1 : seconds > 60 ? 60 : seconds);
    uint16_t *timeouts[] = {&s->tcp_s, &s->tcp_new_s, &s->tcp_closed_s,
                            &s->udp_s, &s->icmp_s,    &s->other_s};
    for (size_t i = 0; i < COUNT(timeouts); i++)
        if (*timeouts[i] > most)
            *timeouts[i] = most;
    s->wipe = true;
}

static bool parts_new(struct pipeline *p, struct err *e)
{
    struct flow_settings s = FLOW_SETTINGS;
    s.flows = p->settings.flows;
    s.app_size = sizeof(struct session);
    s.seed = p->settings.seed;
    s.shards = p->settings.shards;
    if (p->settings.residency_us)
        short_lived(&s, p->settings.residency_us);
    while (!s.seed)
        random_bytes(&s.seed, sizeof s.seed);
    p->decode = decode_new(NULL);
    struct flow_user user = {p, on_start, on_packet, on_end, on_time};
    return flow_table_new(&s, &user, &p->flows, e) &&
           reassembly_new(p->settings.stream_bytes, &p->streams, e);
}

bool pipeline_new(const struct pipeline_settings *s, struct pipeline **ret, struct err *e)
{
    AUTO(pipeline_drop) struct pipeline *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->settings = *s;
    p->view = s->view;
    if (!parts_new(p, e))
        return err_wrap(e, "sensor");
    if (s->set && !(p->reader = index_reader_join(s->set)))
        return err_set(e, ERR_LIMIT, "more than %d readers of one selector set", INDEX_READERS_MAX);
    p->wants_facts = s->metadata || s->on_observation;
    p->halves = rooms_new(sizeof(struct half), HALVES_A_SHARD);
    p->states = rooms_new(DISSECT_STATE_MOST, STATES_A_SHARD);
    p->names = rooms_new(sizeof(struct flow_name), NAMES_A_SHARD);
    p->told = rooms_new(sizeof(struct told), TOLD_A_SHARD);
    *ret = TAKE(p);
    return true;
}

void pipeline_drop(struct pipeline **pipeline)
{
    struct pipeline *p = *pipeline;
    if (!p)
        return;
    index_reader_leave(&p->reader);
    flow_table_drop(&p->flows);
    reassembly_drop(&p->streams);
    decode_drop(&p->decode);
    rooms_drop(&p->halves);
    rooms_drop(&p->states);
    rooms_drop(&p->names);
    rooms_drop(&p->told);
    free(p);
    *pipeline = NULL;
}

/* ---- frames ---- */

static size_t kinds(const struct index_view *v, enum selector_kind kind)
{
    return (v->base ? index_image_kind_count(v->base, kind) : 0) +
           (v->overlay ? index_image_kind_count(v->overlay, kind) : 0);
}

static void batch_begin(struct pipeline *p)
{
    if (p->reader) {
        index_reader_online(p->reader); /* between batches it may sleep for long */
        p->view = index_reader_view(p->reader);
    }
    p->has_selectors = p->view.base || p->view.overlay;
    p->wants_certs = p->settings.metadata ||
                     kinds(&p->view, SELECTOR_CERT_SHA1) + kinds(&p->view, SELECTOR_CERT_SHA256);
    p->wants_server_http = p->settings.metadata;
}

static void batch_end(struct pipeline *p)
{
    if (p->reader)
        index_reader_offline(p->reader);
}

static void mark_time(struct pipeline *p, int64_t time_us)
{
    struct pipeline_counts *n = &p->counts;
    if (!n->first_us || time_us < n->first_us)
        n->first_us = time_us;
    if (time_us > n->last_us)
        n->last_us = time_us;
}

static size_t admitted(struct pipeline *p, struct packet *packets, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (p->settings.admit(p->settings.context, &packets[i], &p->fate))
            packets[n++] = packets[i];
    return n;
}

void pipeline_frames(struct pipeline *p, const struct frame *frames, size_t count)
{
    struct packet packets[DECODE_BATCH];
    while (count) {
        size_t n = count < DECODE_BATCH ? count : DECODE_BATCH;
        batch_begin(p);
        for (size_t i = 0; i < n; i++)
            mark_time(p, frames[i].time_us), p->fate.bytes_in += frames[i].wirelen;
        size_t whole = decode_batch(frames, n, p->decode, packets);
        p->fate.in += n;
        p->fate.unread += n - whole;
        if (p->settings.admit)
            whole = admitted(p, packets, whole);
        flow_batch(p->flows, packets, whole);
        batch_end(p);
        frames += n;
        count -= n;
    }
}

void pipeline_packets(struct pipeline *p, const struct packet *packets, size_t count)
{
    batch_begin(p);
    for (size_t i = 0; i < count; i++)
        mark_time(p, packets[i].time_us);
    flow_batch(p->flows, packets, count);
    batch_end(p);
}

uint64_t pipeline_number(const struct pipeline *p)
{
    return flow_table_number(p->flows);
}

struct flow_place pipeline_place(const struct pipeline *p, const struct packet *packet)
{
    return flow_place(p->flows, packet);
}

void pipeline_placed(struct pipeline *p, const struct packet *packets,
                     const struct flow_place *places, size_t count)
{
    batch_begin(p);
    flow_batch_placed(p->flows, packets, places, count);
    for (size_t i = 0; i < count; i++)
        mark_time(p, packets[i].time_us);
    batch_end(p);
}

void pipeline_idle(struct pipeline *p, int64_t now_us)
{
    batch_begin(p);
    flow_table_advance(p->flows, now_us);
    batch_end(p);
}

void pipeline_finish_shard(struct pipeline *p, unsigned shard)
{
    batch_begin(p);
    flow_table_flush_shard(p->flows, shard);
    batch_end(p);
}

void pipeline_finish(struct pipeline *p)
{
    for (unsigned i = 0; i < FLOW_SHARDS; i++)
        pipeline_finish_shard(p, i);
}

bool pipeline_run(struct pipeline *p, struct capture *c, struct err *e)
{
    struct frame frames[DECODE_BATCH];
    struct err refused = {0};
    while (!capture_done(c)) {
        size_t n = capture_batch(c, frames, COUNT(frames), &refused);
        pipeline_frames(p, frames, n);
        if (!n && refused.code != ERR_OK)
            break;
    }
    pipeline_finish(p);
    if (refused.code != ERR_OK)
        *e = refused;
    return refused.code == ERR_OK;
}
