/* beacon.c - a host that calls the same place over and over, in a rhythm no person keeps.
 *
 * For each (client, name or address, port) the times of the latest calls are kept in order, with what was
 * sent and received. Calls close together are one beat. The rhythm is judged by its jitter (median absolute
 * deviation of the intervals, of their median), its skew (Bowley), its variation (standard deviation of
 * the mean) and how many intervals are far shorter; an interval of two or three beats is a beat that was
 * missed, and a long gap is a host that slept. The measures are those that RITA made known (Active
 * Countermeasures); the limits come from playing exponential, uniform and fixed intervals
 * against each other (tests/unit/detect/test_beacon.c).
 *
 * What keeps time and means no harm is left out: protocols that are made to poll, inside servers, and
 * places that a good part of all clients call (updates, telemetry).
 */
#include "detect/detector_private.h"
#include "rhythm_private.h"
#include "waiting_private.h"

#include <math.h>

enum {
    BEATS,
    JITTER_SHARE,
    VARIATION,
    MISSED_SHARE,
    PERIOD_S,
    BURST_S,
    SPAN_S,
    SIZE_SHARE,
    BEAT_BYTES,
    CLIENTS,
    CLIENTS_SHARE,
    INSIDE,
};
enum { JUDGE_EVERY = 4, PLACE_NAME = 63 };

static const struct detect_threshold thresholds[] = {
    {"beats", 16, 6, RHYTHM_BEATS, "calls, those close together being one",
     "呼び出しの回数(近いものは1回)"},
    {"jitter_share", 0.3, 0.01, 1, "median deviation of the intervals, of their median",
     "間隔のばらつき(中央絶対偏差と中央値の比)の上限"},
    {"variation", 0.5, 0.01, 2,
     "standard deviation of 32 intervals over their mean; of fewer, less",
     "32回の間隔の標準偏差と平均の比の上限(少なければ厳しく)"},
    {"missed_share", 0.25, 0, 1, "of the intervals, those that span missed beats",
     "抜けた拍をまたぐ間隔の割合の上限"},
    {"period_s", 4, 0.1, 86400, "a shorter rhythm is not judged", "これより短い周期は対象外"},
    {"burst_s", 2, 0.01, 3600, "calls within so long are one", "この時間内の呼び出しは1回とみなす"},
    {"span_s", 600, 1, 1e7, "from the first beat to the last", "最初の拍から最後の拍まで"},
    {"size_share", 0.4, 0, 2, "median deviation of the bytes sent, of their median",
     "送信サイズのばらつき(中央絶対偏差と中央値の比)の上限"},
    {"beat_bytes", 262144, 1000, 1e12, "a beat that carries more is a transfer",
     "1拍がこれより多く運べば転送とみなす"},
    {"clients", 5, 1, 1e6, "a place that more clients call may be a common service",
     "これより多いクライアントが呼ぶ先は一般のサービスかもしれない"},
    {"clients_share", 0.25, 0.01, 1, "... if they are more than so much of all clients",
     "…それが全クライアントのこの割合を超える場合"},
    {"inside", 0, 0, 1, "1: calls to inside servers are judged too",
     "1: 内部サーバーへの呼び出しも対象にする"},
    {0},
};

struct caller {
    struct table_head head;
    struct pair_key key;
    int64_t told_us;
    uint64_t flow; /* the latest */
    uint8_t server[16];
    uint32_t judged; /* beats when it was judged last; 0: never */
    struct rhythm rhythm;
};

struct place { /* a name or an address, whoever calls */
    struct table_head head;
    struct pair_key key;
    struct sketch clients;
    uint8_t name_len;
    char name[PLACE_NAME];
};

struct beacon {
    struct waiting_room waiting;
    struct table callers, places;
    struct sketch clients;
};

static void start(struct detector_run *r)
{
    struct beacon *d = r->state;
    size_t waiting = (size_t)((double)r->memory * 0.35);
    d->waiting.count = (uint32_t)(waiting / sizeof *d->waiting.lines);
    d->waiting.lines = detector_room(r, d->waiting.count * sizeof *d->waiting.lines);
    detector_table(r, &d->callers, sizeof(struct caller), sizeof(struct pair_key), 0.5);
    detector_table(r, &d->places, sizeof(struct place), sizeof(struct pair_key), 0.15);
}

/* Made to ask again and again: names, time, presence, management, mail looked for every few minutes. */
static bool is_polling(const struct observation *o)
{
    switch (o->app) {
    case APP_DNS:
    case APP_MDNS:
    case APP_LLMNR:
    case APP_NTP:
    case APP_SNMP:
    case APP_DHCP:
    case APP_NBNS:
    case APP_SIP:
    case APP_STUN:
    case APP_IMAP:
    case APP_POP3:
    case APP_SMTP: return true;
    default: break;
    }
    switch (o->server_port) {
    case 53:
    case 67:
    case 68:
    case 123:
    case 137:
    case 138:
    case 161:
    case 162:
    case 514:
    case 547:
    case 853:
    case 993:
    case 995:
    case 1900:
    case 3478:
    case 5351:
    case 5353:
    case 5355:
    case 10050:
    case 10051: return true;
    default: return false;
    }
}

/* How sure the numbers make us, each as far as it stays below its threshold. */
static double score_of(const struct detector_run *r, const struct rhythm *b,
                       const struct measure *m)
{
    double timing = 1 - part_way(m->jitter, 0, r->threshold[JITTER_SHARE]) / 2 -
                    part_way(fabs(m->skew), 0.3, 1) / 10;
    double size = 1 - part_way(m->size, 0, r->threshold[SIZE_SHARE]);
    double whole = 1 - part_way(m->missed, 0, r->threshold[MISSED_SHARE]);
    return 0.45 * timing + 0.2 * size + 0.1 * whole + 0.25 * part_way(b->total, 0, RHYTHM_BEATS);
}

static bool is_common(const struct detector_run *r, const struct beacon *d, const struct place *p)
{
    return sketch_count(&p->clients) > r->threshold[CLIENTS] &&
           sketch_count(&p->clients) > sketch_count(&d->clients) * r->threshold[CLIENTS_SHARE];
}

/* Few beats are regular by chance sooner than many: their limit is stricter. */
static bool is_rhythm(const struct detector_run *r, const struct rhythm *b, const struct measure *m)
{
    const double brief_most = 0.1;
    double variation = r->threshold[VARIATION] * (0.6 + 0.4 * b->n / RHYTHM_BEATS);
    return m->period >= r->threshold[PERIOD_S] && m->span >= r->threshold[SPAN_S] &&
           m->jitter <= r->threshold[JITTER_SHARE] && m->variation <= variation &&
           m->missed <= r->threshold[MISSED_SHARE] && m->brief <= brief_most &&
           m->size <= r->threshold[SIZE_SHARE] && m->bytes <= r->threshold[BEAT_BYTES];
}

static struct detection finding(const struct detector_run *r, const struct caller *c,
                                const struct place *p, const struct measure *m)
{
    const struct rhythm *b = &c->rhythm;
    struct detection f = {
        .first_us = b->base_us,
        .last_us = b->base_us + (int64_t)b->beats[b->n - 1].at * (TIME_SECOND / RHYTHM_UNITS),
        .flow = c->flow,
        .peer_port = c->key.port,
        .proto = c->key.proto,
        .name = {p->name, p->name_len},
        .count = b->total,
        .score = score_of(r, b, m),
    };
    memcpy(f.host, c->key.a, sizeof f.host);
    memcpy(f.peer, c->server, sizeof f.peer);
    detection_feature(&f, "beats", b->total, r->threshold[BEATS]);
    detection_feature(&f, "period_s", m->period, r->threshold[PERIOD_S]);
    detection_feature(&f, "jitter_share", m->jitter, r->threshold[JITTER_SHARE]);
    detection_feature(&f, "variation", m->variation, r->threshold[VARIATION]);
    detection_feature(&f, "missed_share", m->missed, r->threshold[MISSED_SHARE]);
    detection_feature(&f, "skew", m->skew, 0);
    detection_feature(&f, "size_share", m->size, r->threshold[SIZE_SHARE]);
    detection_feature(&f, "clients", sketch_count(&p->clients), r->threshold[CLIENTS]);
    return f;
}

static void judge(struct detector_run *r, struct caller *c, const struct place *p, int64_t now_us)
{
    const struct beacon *d = r->state;
    struct measure m;
    c->judged = c->rhythm.total;
    if (!rhythm_measure(&c->rhythm, &m) || !is_rhythm(r, &c->rhythm, &m) || is_common(r, d, p) ||
        !detector_due(r, &c->told_us, now_us))
        return;
    struct detection f = finding(r, c, p, &m);
    detector_tell(r, &f);
}

static bool is_of_interest(const struct detector_run *r, const struct seen *s)
{
    const struct observation *o = s->o;
    if ((o->proto != IP_TCP && o->proto != IP_UDP && !proto_is_icmp(o->proto)) || s->server_many ||
        (o->midstream && o->proto == IP_TCP) || s->failed)
        return false;
    if (r->own_listed && !s->client_inside)
        return false; /* strangers that come by on time are monitors and crawlers */
    return (!s->server_inside || r->threshold[INSIDE] > 0) && !is_polling(o);
}

static struct place *place_of(struct detector_run *r, const struct seen *s, struct pair_key key,
                              uint64_t client)
{
    struct beacon *d = r->state;
    bool is_new;
    memset(key.a, 0, sizeof key.a);
    struct place *p = table_take(&d->places, &key, &is_new);
    if (is_new && s->o->name.len) {
        p->name_len = (uint8_t)(s->o->name.len < PLACE_NAME ? s->o->name.len : PLACE_NAME);
        memcpy(p->name, s->o->name.ptr, p->name_len);
    }
    sketch_add(&p->clients, client);
    return p;
}

/* The first two calls wait; with the third the pair is given a rhythm, and they are its first beats. */
static bool has_called(struct detector_run *r, const struct observed_flow *f, struct waiting *seat,
                       struct rhythm *b, uint32_t burst)
{
    const int64_t unit = TIME_SECOND / RHYTHM_UNITS;
    int64_t since = (f->start_us - r->began_us) / unit + 1;
    uint32_t t = since < 1 ? 1 : since < UINT32_MAX ? (uint32_t)since : UINT32_MAX;
    uint32_t before = seat->second ? seat->second : seat->first;
    if (!seat->second && (!before || t > before + burst)) {
        *(before ? &seat->second : &seat->first) = t;
        seat->out[before > 0] = size_pack(f->bytes[FLOW_CLIENT]);
        return false;
    }
    if (t <= before + burst)
        return false;
    const uint32_t times[] = {seat->first, seat->second};
    for (size_t i = 0; i < COUNT(times); i++)
        rhythm_add(b, r->began_us + (int64_t)(times[i] - 1) * unit,
                   (uint64_t)size_unpack(seat->out[i]), f->bytes[FLOW_SERVER], burst);
    *seat = (struct waiting){.print = 0};
    return true;
}

static struct pair_key key_of(const struct seen *s)
{
    struct pair_key key = seen_pair(s, s->o->server_port);
    if (s->name_hash) { /* the name in the address's place: a service has many */
        memset(key.b, 0, sizeof key.b);
        memcpy(key.b, &s->name_hash, sizeof s->name_hash);
        key.what = 1;
    }
    return key;
}

static struct caller *caller_of(struct detector_run *r, const struct seen *s,
                                const struct pair_key *key, uint32_t burst)
{
    struct beacon *d = r->state;
    struct caller *c = table_find(&d->callers, key);
    if (c)
        return c;
    struct waiting *seat = waiting_seat(&d->waiting, sketch_hash(r->sketch_seed, key, sizeof *key));
    struct rhythm first = {.n = 0};
    bool is_new;
    if (!has_called(r, &s->o->ended, seat, &first, burst))
        return NULL;
    c = table_take(&d->callers, key, &is_new);
    c->rhythm = first;
    return c;
}

static void ahead(const struct detector_run *r, const struct seen *s, struct ahead *a)
{
    const struct beacon *d = r->state;
    if (!is_of_interest(r, s))
        return;
    struct pair_key key = key_of(s);
    table_ahead(a, &d->callers, &key);
    waiting_ahead(&d->waiting, sketch_hash(r->sketch_seed, &key, sizeof key));
    memset(key.a, 0, sizeof key.a);
    table_ahead(a, &d->places, &key);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct beacon *d = r->state;
    const struct observation *o = s->o;
    const struct observed_flow *f = &o->ended;
    uint32_t burst = (uint32_t)(r->threshold[BURST_S] * RHYTHM_UNITS);
    if (!is_of_interest(r, s))
        return;
    uint64_t client = s->client_hash;
    sketch_add(&d->clients, client);
    struct pair_key key = key_of(s);
    struct caller *c = caller_of(r, s, &key, burst);
    if (!c)
        return;
    c->flow = o->flow;
    memcpy(c->server, o->server, sizeof c->server);
    if (!rhythm_add(&c->rhythm, f->start_us, f->bytes[FLOW_CLIENT], f->bytes[FLOW_SERVER], burst))
        return;
    const struct place *p = place_of(r, s, key, client);
    if ((double)c->rhythm.n >= r->threshold[BEATS] &&
        (!c->judged || c->rhythm.total - c->judged >= JUDGE_EVERY))
        judge(r, c, p, s->now_us);
}

static void finish(struct detector_run *r, int64_t now_us)
{
    struct beacon *d = r->state;
    struct caller *c;
    for (uint32_t at = 0; (c = table_next(&d->callers, &at));) {
        struct pair_key key = c->key;
        memset(key.a, 0, sizeof key.a);
        const struct place *p = table_find(&d->places, &key);
        if (p && (double)c->rhythm.n >= r->threshold[BEATS] && c->judged != c->rhythm.total)
            judge(r, c, p, now_us);
    }
}

const struct detector detector_beacon = {
    .name = "beacon",
    .title_en = "beaconing",
    .title_ja = "ビーコン通信",
    .technique = "T1071",
    .technique_name = "Application Layer Protocol",
    .sentence_en =
        "{host} calls {target} ({port}) every {period_s}, {beats} times within {span}, with "
        "{jitter_share} jitter",
    .sentence_ja =
        "{host} が {target} ({port}) を {period_s} ごとに呼び出し、{span} で {beats} 回、"
        "ゆらぎ {jitter_share}",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 30,
    .state_size = sizeof(struct beacon),
    .start = start,
    .ahead = ahead,
    .observe = observe,
    .finish = finish,
};
