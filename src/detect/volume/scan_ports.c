/* scan_ports.c - one host tries many ports of another, and most are shut.
 *
 * A pair of hosts is remembered from its first failure on. What is counted is different ports that did
 * not let the client in, within hours, so that a probe a minute adds up. Traceroute, which knocks
 * at rising UDP ports of one host and means the path, is left out (33434 and up, its traditional range), and so are
 * replies to addresses somebody borrowed (the flow's first packet was an answer).
 */
#include "detect/detector_private.h"

enum { PORTS, FAILED_SHARE, WINDOW_HOURS };
enum { TRACE_FIRST = 33434, TRACE_LAST = 33690, FILTER_WORDS = 2048 };

static const struct detect_threshold thresholds[] = {
    {"ports", 20, 5, 60000, "ports that did not let the client in", "応じなかったポートの数"},
    {"failed_share", 0.5, 0.1, 1, "of the tries at that host, those that failed",
     "そのホストへの試行のうち失敗した割合"},
    {"window_hours", 12, 0.1, 48, "tries are added up for so long", "試行を数える時間の幅"},
    {0},
};

struct tries {
    struct table_head head;
    struct pair_key key;
    int64_t since_us;
    uint32_t failed, good;
    struct sketch ports;
};

struct scanner {
    struct table_head head;
    struct host_key key;
    int64_t told_us;
    uint64_t since_told;
    struct sketch hosts; /* whose ports were tried that much */
};

struct scan_ports {
    struct table tries, scanners;
    uint64_t failed[FILTER_WORDS]; /* a bit by a pair's hash: it failed once. Most pairs never do */
};

static void start(struct detector_run *r)
{
    struct scan_ports *d = r->state;
    detector_table(r, &d->tries, sizeof(struct tries), sizeof(struct pair_key), 0.8);
    detector_table(r, &d->scanners, sizeof(struct scanner), sizeof(struct host_key), 0.2);
}

static void judge(struct detector_run *r, const struct seen *s, const struct tries *t)
{
    struct scan_ports *d = r->state;
    double ports = sketch_count(&t->ports), least = r->threshold[PORTS];
    double share = (double)t->failed / ((double)t->failed + (double)t->good);
    struct host_key key = {.what = 0};
    bool is_new;
    if (ports < least || share < r->threshold[FAILED_SHARE])
        return;
    memcpy(key.host, s->o->client, sizeof key.host);
    struct scanner *who = table_take(&d->scanners, &key, &is_new);
    who->since_told++;
    sketch_add(&who->hosts, s->server_hash);
    if (!detector_due(r, &who->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.peer_port = 0;
    f.name = STR_NONE;
    f.first_us = t->since_us;
    f.count = who->since_told > t->failed ? who->since_told : t->failed;
    f.score = 0.6 + 0.2 * part_way(ports, least, least * 8) +
              0.2 * part_way(share, r->threshold[FAILED_SHARE], 1);
    detection_feature(&f, "ports", ports, least);
    detection_feature(&f, "failed_share", share, r->threshold[FAILED_SHARE]);
    detection_feature(&f, "hosts", sketch_count(&who->hosts), 0);
    who->since_told = 0;
    detector_tell(r, &f);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct scan_ports *d = r->state;
    const struct observation *o = s->o;
    bool failed = s->failed, is_new;
    if ((o->proto != IP_TCP && o->proto != IP_UDP) || s->server_many || o->midstream ||
        (o->proto == IP_UDP && o->server_port >= TRACE_FIRST && o->server_port <= TRACE_LAST))
        return;
    uint64_t hash = s->client_hash + s->server_hash * 3, bit = UINT64_C(1) << hash % 64;
    uint64_t *word = &d->failed[hash / 64 % FILTER_WORDS];
    *word |= failed ? bit : 0;
    if (!(*word & bit))
        return;
    struct pair_key key = seen_pair(s, 0);
    struct tries *t = failed ? table_take(&d->tries, &key, &is_new) : table_find(&d->tries, &key);
    if (!t)
        return;
    if ((double)(s->now_us - t->since_us) > r->threshold[WINDOW_HOURS] * (double)HOUR_US) {
        memset(&t->ports, 0, sizeof t->ports);
        t->failed = t->good = 0;
        t->since_us = o->ended.start_us;
    }
    if (!failed) {
        t->good++;
        return;
    }
    t->failed++;
    sketch_add(&t->ports, sketch_hash(r->sketch_seed, &o->server_port, sizeof o->server_port));
    judge(r, s, t);
}

const struct detector detector_scan_ports = {
    .name = "scan_ports",
    .title_en = "vertical scan",
    .title_ja = "垂直スキャン",
    .technique = "T1046",
    .technique_name = "Network Service Discovery",
    .sentence_en = "{host} tried {ports} ports of {peer} that did not let it in within {span} "
                   "({failed_share} of its tries failed)",
    .sentence_ja = "{host} が {span} の間に {peer} の {ports} 個のポートを試し、応じられなかった"
                   "(試行の {failed_share} が失敗)",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 8,
    .state_size = sizeof(struct scan_ports),
    .start = start,
    .observe = observe,
};
