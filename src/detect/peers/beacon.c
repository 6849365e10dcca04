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
enum { RING = 32, JUDGE_EVERY = 4, UNITS = 100 /* a second */, PAUSE_BEATS = 8, PLACE_NAME = 63 };

static const struct detect_threshold thresholds[] = {
    {"beats", 16, 6, RING, "calls, those close together being one",
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

struct rhythm {
    struct table_head head;
    struct pair_key key;
    int64_t base_us, told_us;
    uint32_t beats, judged; /* ever; when it was judged last */
    uint32_t n;
    uint32_t at[RING], out[RING], in[RING]; /* since base_us, in hundredths; bytes */
    uint64_t flow;                          /* the latest */
    uint8_t server[16];
};

struct place { /* a name or an address, whoever calls */
    struct table_head head;
    struct pair_key key;
    struct sketch clients;
    uint8_t name_len;
    char name[PLACE_NAME];
};

struct beacon {
    struct table rhythms, places;
    struct sketch clients;
};

static void start(struct detector_run *r)
{
    struct beacon *d = r->state;
    detector_table(r, &d->rhythms, sizeof(struct rhythm), sizeof(struct pair_key), 0.85);
    detector_table(r, &d->places, sizeof(struct place), sizeof(struct pair_key), 0.15);
}

static void drop(struct detector_run *r)
{
    struct beacon *d = r->state;
    table_drop(&d->rhythms);
    table_drop(&d->places);
}

static bool is_polling(const struct observation *o)
{
    static const uint16_t ports[] = {53,  67,  68,   123,  137,  138,  161,  162,   514,
                                     547, 853, 1900, 3478, 5351, 5353, 5355, 10050, 10051};
    static const uint8_t apps[] = {APP_DNS,  APP_MDNS, APP_LLMNR, APP_NTP,  APP_SNMP, APP_DHCP,
                                   APP_NBNS, APP_SIP,  APP_STUN,  APP_IMAP, APP_POP3, APP_SMTP};
    for (size_t i = 0; i < COUNT(apps); i++)
        if (o->app == apps[i])
            return true;
    for (size_t i = 0; i < COUNT(ports); i++)
        if (o->server_port == ports[i])
            return true;
    return o->server_port == 993 || o->server_port == 995; /* mail, looked for every few minutes */
}

static void beat_remove_first(struct rhythm *b)
{
    b->n--;
    memmove(b->at, b->at + 1, b->n * sizeof b->at[0]);
    memmove(b->out, b->out + 1, b->n * sizeof b->out[0]);
    memmove(b->in, b->in + 1, b->n * sizeof b->in[0]);
}

static uint32_t capped(uint64_t x)
{
    return x < UINT32_MAX / 2 ? (uint32_t)x : UINT32_MAX / 2;
}

static void beat_join(struct rhythm *b, uint32_t i, const struct observed_flow *f)
{
    b->out[i] = capped(b->out[i] + f->bytes[FLOW_CLIENT]);
    b->in[i] = capped(b->in[i] + f->bytes[FLOW_SERVER]);
}

/* Flows end in another order than they began in: the new beat goes where its start belongs. */
static bool beat_add(struct rhythm *b, const struct observed_flow *f, uint32_t burst)
{
    int64_t since = (f->start_us - b->base_us) / (TIME_SECOND / UNITS);
    if (since < 0)
        return false;
    if (since > UINT32_MAX) { /* more than a year: begin again */
        b->base_us = f->start_us;
        b->n = b->beats = b->judged = 0;
        since = 0;
    }
    uint32_t t = (uint32_t)since, i = b->n;
    while (i && b->at[i - 1] > t)
        i--;
    if (i && t - b->at[i - 1] <= burst) {
        beat_join(b, i - 1, f);
        return false;
    }
    if (i < b->n && b->at[i] - t <= burst) {
        beat_join(b, i, f);
        return false;
    }
    if (i == 0 && b->n)
        return false;
    if (b->n == RING) {
        beat_remove_first(b);
        i--;
    }
    memmove(b->at + i + 1, b->at + i, (b->n - i) * sizeof b->at[0]);
    memmove(b->out + i + 1, b->out + i, (b->n - i) * sizeof b->out[0]);
    memmove(b->in + i + 1, b->in + i, (b->n - i) * sizeof b->in[0]);
    b->at[i] = t;
    b->out[i] = capped(f->bytes[FLOW_CLIENT]);
    b->in[i] = capped(f->bytes[FLOW_SERVER]);
    b->n++;
    b->beats++;
    return true;
}

struct measure {
    double period, jitter, skew, variation, missed, brief, span, size, bytes;
};

static double variation_of(const double *x, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return mean > 0 ? sqrt(squares / (double)n) / mean : 0;
}

static double skew_of(const double *sorted, size_t n)
{
    double q1 = quantile_of(sorted, n, 0.25), q2 = quantile_of(sorted, n, 0.5),
           q3 = quantile_of(sorted, n, 0.75);
    return q3 - q1 > q2 / 100 ? (q1 + q3 - 2 * q2) / (q3 - q1) : 0;
}

static bool measure_rhythm(const struct rhythm *b, struct measure *m)
{
    const double missed_from = 1.6, brief_below = 0.45;
    double x[RING], all[RING];
    size_t n = 0, missed = 0, brief = 0;
    for (uint32_t i = 1; i < b->n; i++)
        all[i - 1] = (double)(b->at[i] - b->at[i - 1]) / UNITS;
    sort_few(all, b->n - 1);
    double median = quantile_of(all, b->n - 1, 0.5);
    while (n < b->n - 1 && all[n] <= median * PAUSE_BEATS)
        n++; /* what is left out are pauses */
    m->variation = variation_of(all, n);
    for (size_t i = 0; i < n; i++) {
        double beats = all[i] > median * missed_from ? round(all[i] / median) : 1;
        missed += beats > 1;
        brief += all[i] < median * brief_below;
        x[i] = all[i] / beats;
    }
    sort_few(x, n);
    m->skew = skew_of(x, n);
    m->jitter = spread_of(x, n, &m->period);
    m->missed = (double)missed / (double)n;
    m->brief = (double)brief / (double)n;
    m->span = (double)b->at[b->n - 1] / UNITS;
    return n + 4 > b->n; /* at most some pauses */
}

static void measure_sizes(const struct rhythm *b, struct measure *m)
{
    double x[RING], both[RING];
    for (uint32_t i = 0; i < b->n; i++) {
        x[i] = b->out[i];
        both[i] = (double)b->out[i] + b->in[i];
    }
    double median;
    m->size = spread_of(x, b->n, &median);
    sort_few(both, b->n);
    m->bytes = quantile_of(both, b->n, 0.5);
}

/* How sure the numbers make us, each as far as it stays below its threshold. */
static double score_of(const struct detector_run *r, const struct rhythm *b,
                       const struct measure *m)
{
    double timing = 1 - part_way(m->jitter, 0, r->threshold[JITTER_SHARE]) / 2 -
                    part_way(fabs(m->skew), 0.3, 1) / 10;
    double size = 1 - part_way(m->size, 0, r->threshold[SIZE_SHARE]);
    double whole = 1 - part_way(m->missed, 0, r->threshold[MISSED_SHARE]);
    return 0.45 * timing + 0.2 * size + 0.1 * whole + 0.25 * part_way(b->beats, 0, RING);
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
    double variation = r->threshold[VARIATION] * (0.6 + 0.4 * b->n / RING);
    return m->period >= r->threshold[PERIOD_S] && m->span >= r->threshold[SPAN_S] &&
           m->jitter <= r->threshold[JITTER_SHARE] && m->variation <= variation &&
           m->missed <= r->threshold[MISSED_SHARE] && m->brief <= brief_most &&
           m->size <= r->threshold[SIZE_SHARE] && m->bytes <= r->threshold[BEAT_BYTES];
}

static struct detection finding(const struct detector_run *r, const struct rhythm *b,
                                const struct place *p, const struct measure *m)
{
    struct detection f = {
        .first_us = b->base_us,
        .last_us = b->base_us + (int64_t)b->at[b->n - 1] * (TIME_SECOND / UNITS),
        .flow = b->flow,
        .peer_port = b->key.port,
        .proto = b->key.proto,
        .name = {p->name, p->name_len},
        .count = b->beats,
        .score = score_of(r, b, m),
    };
    memcpy(f.host, b->key.a, sizeof f.host);
    memcpy(f.peer, b->server, sizeof f.peer);
    detection_feature(&f, "beats", b->beats, r->threshold[BEATS]);
    detection_feature(&f, "period_s", m->period, r->threshold[PERIOD_S]);
    detection_feature(&f, "jitter_share", m->jitter, r->threshold[JITTER_SHARE]);
    detection_feature(&f, "variation", m->variation, r->threshold[VARIATION]);
    detection_feature(&f, "missed_share", m->missed, r->threshold[MISSED_SHARE]);
    detection_feature(&f, "skew", m->skew, 0);
    detection_feature(&f, "size_share", m->size, r->threshold[SIZE_SHARE]);
    detection_feature(&f, "clients", sketch_count(&p->clients), r->threshold[CLIENTS]);
    return f;
}

static void judge(struct detector_run *r, struct rhythm *b, const struct place *p, int64_t now_us)
{
    const struct beacon *d = r->state;
    struct measure m;
    b->judged = b->beats;
    if (!measure_rhythm(b, &m))
        return;
    measure_sizes(b, &m);
    if (!is_rhythm(r, b, &m) || is_common(r, d, p) || !detector_due(r, &b->told_us, now_us))
        return;
    struct detection f = finding(r, b, p, &m);
    detector_tell(r, &f);
}

static bool is_of_interest(const struct detector_run *r, const struct seen *s)
{
    const struct observation *o = s->o;
    if ((o->proto != IP_TCP && o->proto != IP_UDP && !proto_is_icmp(o->proto)) || s->server_many ||
        (o->midstream && o->proto == IP_TCP) || flow_failed(o))
        return false;
    if (r->own_listed && !s->client_inside)
        return false; /* strangers that come by on time are monitors and crawlers */
    return (!s->server_inside || r->threshold[INSIDE] > 0) && !is_polling(o);
}

static struct place *place_of(struct detector_run *r, const struct seen *s, struct pair_key key)
{
    struct beacon *d = r->state;
    bool is_new;
    memset(key.a, 0, sizeof key.a);
    struct place *p = table_take(&d->places, &key, &is_new);
    if (is_new) {
        p->name_len = (uint8_t)(s->o->name.len < PLACE_NAME ? s->o->name.len : PLACE_NAME);
        memcpy(p->name, s->o->name.ptr, p->name_len);
    }
    uint64_t client = sketch_hash(r->sketch_seed, s->o->client, sizeof s->o->client);
    sketch_add(&p->clients, client);
    sketch_add(&d->clients, client);
    return p;
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct beacon *d = r->state;
    const struct observation *o = s->o;
    bool is_new;
    if (!is_of_interest(r, s))
        return;
    struct pair_key key = seen_pair(s, o->server_port);
    if (s->name_hash) { /* the name in the address's place: a service has many */
        memset(key.b, 0, sizeof key.b);
        memcpy(key.b, &s->name_hash, sizeof s->name_hash);
        key.what = 1;
    }
    struct rhythm *b = table_take(&d->rhythms, &key, &is_new);
    if (is_new)
        b->base_us = o->ended.start_us;
    b->flow = o->flow;
    memcpy(b->server, o->server, sizeof b->server);
    if (!beat_add(b, &o->ended, (uint32_t)(r->threshold[BURST_S] * UNITS)))
        return;
    const struct place *p = place_of(r, s, key);
    if ((double)b->n >= r->threshold[BEATS] && (!b->judged || b->beats - b->judged >= JUDGE_EVERY))
        judge(r, b, p, s->now_us);
}

static void finish(struct detector_run *r, int64_t now_us)
{
    struct beacon *d = r->state;
    struct rhythm *b;
    for (uint32_t at = 0; (b = table_next(&d->rhythms, &at));) {
        struct pair_key key = b->key;
        memset(key.a, 0, sizeof key.a);
        const struct place *p = table_find(&d->places, &key);
        if (p && (double)b->n >= r->threshold[BEATS] && b->judged != b->beats)
            judge(r, b, p, now_us);
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
    .observe = observe,
    .finish = finish,
    .drop = drop,
};
