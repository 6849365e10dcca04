/* scan_hosts.c - one host tries one port on many others, and most do not answer.
 *
 * Why failures: whoever knows the network connects to what is there; whoever explores it meets silence
 * and resets (Jung, Paxson, Berger and Balakrishnan, "Fast portscan detection using sequential hypothesis
 * testing", 2004). Only hosts that did not let the client in are counted, against all its tries of that port. A
 * half-open probe counts as not let in: its client never acknowledged.
 *
 * The window is hours long, so that one probe a minute adds up; success in the same window speaks for
 * the client, which keeps a laptop through an outage of its network below the ratio.
 * One finding a client, however many ports it tries: further ones are counted to the next.
 */
#include "detect/detector_private.h"

enum { HOSTS, FAILED_SHARE, WINDOW_HOURS, SILENT_TIMES };
enum { SERVICE_PORTS = 10000, DNS_PORT = 53 };

static const struct detect_threshold thresholds[] = {
    {"hosts", 25, 5, 10000, "hosts that did not let the client in", "応じなかったホストの数"},
    {"failed_share", 0.6, 0.1, 1, "of the tries of that port, those that failed",
     "そのポートへの試行のうち失敗した割合"},
    {"window_hours", 12, 0.1, 48, "tries are added up for so long", "試行を数える時間の幅"},
    {"silent_times", 3, 1, 100, "UDP and ICMP, where silence is usual: so many times the hosts",
     "応答がないのが普通のUDPとICMPでは、ホスト数のしきい値をこの倍にする"},
    {0},
};

struct tries { /* of one client at one port */
    struct table_head head;
    struct host_key key;
    int64_t since_us;
    uint32_t failed, good;
    struct sketch hosts; /* that did not let it in */
};

struct scanner {
    struct table_head head;
    struct host_key key;
    int64_t told_us;
    uint64_t since_told; /* failed tries at any port */
};

struct scan_hosts {
    struct table tries, scanners;
};

static void start(struct detector_run *r)
{
    struct scan_hosts *d = r->state;
    detector_table(r, &d->tries, sizeof(struct tries), sizeof(struct host_key), 0.8);
    detector_table(r, &d->scanners, sizeof(struct scanner), sizeof(struct host_key), 0.2);
}

static void judge(struct detector_run *r, const struct seen *s, const struct tries *t)
{
    struct scan_hosts *d = r->state;
    double silent = s->o->proto == IP_TCP ? 1 : r->threshold[SILENT_TIMES];
    double hosts = sketch_count(&t->hosts), least = r->threshold[HOSTS] * silent;
    double share = (double)t->failed / ((double)t->failed + (double)t->good);
    struct host_key key = {.what = 0};
    bool is_new;
    memcpy(key.host, s->o->client, sizeof key.host);
    struct scanner *who = table_take(&d->scanners, &key, &is_new);
    who->since_told++;
    if (hosts < least || share < r->threshold[FAILED_SHARE] ||
        !detector_due(r, &who->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    memset(f.peer, 0, sizeof f.peer);
    f.name = STR_NONE;
    f.first_us = t->since_us;
    f.count = who->since_told;
    f.score = 0.6 + 0.2 * part_way(hosts, least, least * 8) +
              0.2 * part_way(share, r->threshold[FAILED_SHARE], 1);
    detection_feature(&f, "hosts", hosts, least);
    detection_feature(&f, "failed_share", share, r->threshold[FAILED_SHARE]);
    who->since_told = 0;
    detector_tell(r, &f);
}

static struct host_key key_of(const struct observation *o)
{
    struct host_key key = {.port = o->server_port,
                           .proto = o->proto,
                           .what = proto_is_icmp(o->proto)};
    memcpy(key.host, o->client, sizeof key.host);
    return key;
}

static void ahead(const struct detector_run *r, const struct seen *s, struct ahead *a)
{
    const struct scan_hosts *d = r->state;
    struct host_key key = key_of(s->o);
    if (!s->server_many && !s->o->midstream)
        table_ahead(a, &d->tries, &key);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct scan_hosts *d = r->state;
    const struct observation *o = s->o;
    bool failed = s->failed, is_new;
    if (s->server_many || o->midstream || (o->proto == IP_UDP && o->server_port == DNS_PORT))
        return;
    struct host_key key = key_of(o);
    struct tries *t = failed || o->server_port < SERVICE_PORTS
                          ? table_take(&d->tries, &key, &is_new)
                          : table_find(&d->tries, &key);
    if (!t)
        return;
    if ((double)(s->now_us - t->since_us) > r->threshold[WINDOW_HOURS] * (double)HOUR_US) {
        memset(&t->hosts, 0, sizeof t->hosts);
        t->failed = t->good = 0;
        t->since_us = o->ended.start_us;
    }
    if (!failed) {
        t->good++;
        return;
    }
    t->failed++;
    sketch_add(&t->hosts, s->server_hash);
    if ((double)sketch_count(&t->hosts) * 2 >= r->threshold[HOSTS])
        judge(r, s, t);
}

const struct detector detector_scan_hosts = {
    .name = "scan_hosts",
    .title_en = "horizontal scan",
    .title_ja = "水平スキャン",
    .technique = "T1046",
    .technique_name = "Network Service Discovery",
    .sentence_en = "{host} tried {port} on {hosts} hosts that did not let it in within {span} "
                   "({failed_share} of its tries failed)",
    .sentence_ja = "{host} が {span} の間に {hosts} 台のホストの {port} を試し、応じられなかった"
                   "(試行の {failed_share} が失敗)",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 8,
    .state_size = sizeof(struct scan_hosts),
    .start = start,
    .ahead = ahead,
    .observe = observe,
};
