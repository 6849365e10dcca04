/* guessing.c - passwords tried one after the other: on one account's server, over many, or by many.
 *
 * Two kinds of evidence. Where the protocol says how a log-in ended (FTP, mail, SMB, Kerberos, ...),
 * failures are counted: for the pair, for the client over all servers (spraying), and for the server
 * over all clients. Where it is encrypted (SSH, RDP), what shows is the shape: connection after
 * connection, several a minute, all small and of one size. A script that works moves more, and one that
 * checks that a server lives comes once a minute.
 */
#include "detect/detector_private.h"

enum { FAILED, FAILED_SHARE, WINDOW_S, FLOWS, FLOWS_WINDOW_S, FLOW_BYTES, SPREAD_SHARE };
enum { SIZES = 24 };

static const struct detect_threshold thresholds[] = {
    {"failed", 10, 3, 100000, "failed log-ins, where the protocol tells", "失敗したログインの数"},
    {"failed_share", 0.7, 0.1, 1, "of the log-ins whose end was seen, those that failed",
     "結果がわかったログインのうち失敗した割合"},
    {"window_s", 3600, 60, 172800, "failures are added up for so long", "失敗を数える時間の幅"},
    {"flows", 20, 5, 100000, "connections of one shape, where it does not tell",
     "結果がわからない場合、同じ形の接続の数"},
    {"flows_window_s", 600, 60, 86400, "within so long", "その接続を数える時間の幅"},
    {"flow_bytes", 12288, 512, 1e9, "a connection that only tries moves at most so much",
     "試すだけの接続が運ぶバイト数の上限"},
    {"spread_share", 0.25, 0.01, 1, "median deviation of their sizes, of the median",
     "接続サイズのばらつき(中央絶対偏差と中央値の比)の上限"},
    {0},
};

static const struct service {
    uint16_t port;
    uint8_t app;
    bool shape; /* encrypted before the log-in */
    const char *name;
} services[] = {
    {22, APP_SSH, true, "SSH"},      {3389, APP_RDP, true, "RDP"},
    {21, APP_FTP, false, "FTP"},     {445, APP_SMB, false, "SMB"},
    {25, APP_SMTP, false, "SMTP"},   {143, APP_IMAP, false, "IMAP"},
    {110, APP_POP3, false, "POP3"},  {88, APP_KRB5, false, "Kerberos"},
    {389, APP_LDAP, false, "LDAP"},  {80, APP_HTTP, false, "HTTP"},
    {1883, APP_MQTT, false, "MQTT"}, {5060, APP_SIP, false, "SIP"},
    {993, 0, true, "IMAPS"},         {995, 0, true, "POP3S"},
    {23, 0, true, "Telnet"},         {5900, 0, true, "VNC"},
};

struct attempts {
    struct table_head head;
    struct pair_key key; /* a or b zero: any client, any server */
    int64_t since_us, flows_since_us, told_us;
    uint32_t failed, done;
    uint32_t flows;
    uint32_t sizes[SIZES]; /* of the latest flows, to and fro */
    struct sketch others;  /* clients, servers */
};

struct guessing {
    struct table attempts;
};

static void start(struct detector_run *r)
{
    struct guessing *d = r->state;
    detector_table(r, &d->attempts, sizeof(struct attempts), sizeof(struct pair_key), 1);
}

/* A shape shows through TLS too: there the port alone says what is inside. */
static const struct service *service_of(const struct observation *o)
{
    for (size_t i = 0; i < COUNT(services); i++) {
        const struct service *v = &services[i];
        bool by_port = o->app == APP_UNKNOWN || (v->shape && o->app == APP_TLS);
        if ((v->app && v->app == o->app) || (by_port && v->port == o->server_port))
            return v;
    }
    return NULL;
}

static bool may_have_shape(const struct observation *o)
{
    switch (o->server_port) {
    case 22:
    case 23:
    case 993:
    case 995:
    case 3389:
    case 5900: return true;
    default: return o->app == APP_SSH || o->app == APP_RDP;
    }
}

static struct detection finding(const struct seen *s, const struct attempts *a,
                                const struct service *service)
{
    struct detection f = detector_finding(s);
    f.name = (struct str){service->name, strlen(service->name)};
    if (address_is_zero(a->key.a)) { /* many clients: it is about the server */
        memcpy(f.host, s->o->server, sizeof f.host);
        memset(f.peer, 0, sizeof f.peer);
    } else if (address_is_zero(a->key.b))
        memset(f.peer, 0, sizeof f.peer);
    return f;
}

static void judge_failures(struct detector_run *r, const struct seen *s, struct attempts *a,
                           const struct service *service)
{
    bool pair = !address_is_zero(a->key.a) && !address_is_zero(a->key.b);
    double failed = a->failed, share = failed / (failed + a->done);
    double least = r->threshold[FAILED] * (pair ? 1 : 2);
    if (failed < least || share < r->threshold[FAILED_SHARE] ||
        (!pair && sketch_count(&a->others) < 3) || !detector_due(r, &a->told_us, s->now_us))
        return;
    struct detection f = finding(s, a, service);
    f.first_us = a->since_us;
    f.count = a->failed;
    f.score = 0.7 + 0.3 * part_way(failed, least, least * 10);
    detection_feature(&f, "attempts", failed, least);
    detection_feature(&f, "failed_share", share, r->threshold[FAILED_SHARE]);
    detection_feature(&f, "others", pair ? 1 : sketch_count(&a->others), pair ? 0 : 3);
    detector_tell(r, &f);
}

static void note_outcome(struct detector_run *r, const struct seen *s, const struct pair_key *key,
                         const struct service *service)
{
    struct guessing *d = r->state;
    bool is_new, of_server = address_is_zero(key->a);
    struct attempts *a = table_take(&d->attempts, key, &is_new);
    if ((double)(s->now_us - a->since_us) > r->threshold[WINDOW_S] * (double)TIME_SECOND) {
        a->since_us = s->o->ended.start_us;
        a->failed = a->done = 0;
        memset(&a->others, 0, sizeof a->others);
    }
    a->failed += s->o->ended.logins_failed;
    a->done += s->o->ended.logins_done;
    if (s->o->ended.logins_failed)
        sketch_add(&a->others, sketch_hash(r->sketch_seed, of_server ? s->o->client : s->o->server,
                                           sizeof s->o->client));
    judge_failures(r, s, a, service);
}

static double spread(const struct attempts *a, double *ret_median)
{
    double sizes[SIZES];
    size_t n = a->flows < SIZES ? a->flows : SIZES;
    for (size_t i = 0; i < n; i++)
        sizes[i] = a->sizes[i];
    return spread_of(sizes, n, ret_median);
}

static void note_shape(struct detector_run *r, const struct seen *s, const struct pair_key *key,
                       const struct service *service)
{
    struct guessing *d = r->state;
    const struct observed_flow *f = &s->o->ended;
    double bytes = (double)(f->bytes[0] + f->bytes[1]), median;
    bool is_new;
    struct attempts *a = table_take(&d->attempts, key, &is_new);
    double window = r->threshold[FLOWS_WINDOW_S] * (double)TIME_SECOND;
    if ((double)(s->now_us - a->flows_since_us) > window || bytes > r->threshold[FLOW_BYTES]) {
        a->flows_since_us = f->start_us; /* one that moves more is somebody at work */
        a->flows = 0;
    }
    if (bytes > r->threshold[FLOW_BYTES])
        return;
    a->sizes[a->flows++ % SIZES] = (uint32_t)bytes;
    if (a->flows < r->threshold[FLOWS])
        return;
    double deviation = spread(a, &median);
    if (deviation > r->threshold[SPREAD_SHARE] || !detector_due(r, &a->told_us, s->now_us))
        return;
    struct detection found = finding(s, a, service);
    found.first_us = a->flows_since_us;
    found.count = a->flows;
    found.score =
        0.6 + 0.2 * part_way(a->flows, r->threshold[FLOWS], r->threshold[FLOWS] * 5) +
        0.2 * part_way(r->threshold[SPREAD_SHARE] - deviation, 0, r->threshold[SPREAD_SHARE]);
    detection_feature(&found, "attempts", a->flows, r->threshold[FLOWS]);
    detection_feature(&found, "flow_bytes", median, r->threshold[FLOW_BYTES]);
    detection_feature(&found, "spread_share", deviation, r->threshold[SPREAD_SHARE]);
    detection_feature(&found, "others", 1, 0);
    detector_tell(r, &found);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    const struct observation *o = s->o;
    const struct observed_flow *f = &o->ended;
    bool told = f->logins_failed || f->logins_done;
    if (!told && (s->failed || o->midstream || !may_have_shape(o)))
        return;
    const struct service *service = service_of(o);
    if (!service)
        return;
    struct pair_key key = seen_pair(s, service->port);
    if (told) {
        note_outcome(r, s, &key, service);
        struct pair_key client = key, server = key;
        memset(client.b, 0, sizeof client.b);
        memset(server.a, 0, sizeof server.a);
        note_outcome(r, s, &client, service);
        note_outcome(r, s, &server, service);
    } else if (service->shape && f->packets[FLOW_SERVER] > 2)
        note_shape(r, s, &key, service);
}

const struct detector detector_guessing = {
    .name = "guessing",
    .title_en = "password guessing",
    .title_ja = "パスワード推測",
    .technique = "T1110",
    .technique_name = "Brute Force",
    .sentence_en =
        "{host}: {attempts} attempts to log in by {name} within {span} (the other end: {peer}; "
        "others involved: {others})",
    .sentence_ja = "{host}: {span} の間に {name} のログイン試行 {attempts} 回(相手: {peer}、"
                   "関与した相手の数: {others})",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 6,
    .state_size = sizeof(struct guessing),
    .start = start,
    .observe = observe,
};
