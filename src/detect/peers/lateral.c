/* lateral.c - an inside host administers others that it never did: several at once, or hop by hop.
 *
 * Who administers whom by SMB, RDP, SSH, WinRM, RPC (WMI, services) or VNC is learned during the warm-up and from then on. What
 * counts are first uses: the pair (client, server, service) was not seen before. A file server's new
 * client is one such pair; an intruder's tools make several within the hour. And one that goes from host to
 * host makes a chain: whoever was reached a first time reaches further a first time.
 */
#include "detect/detector_private.h"

enum { HOSTS, CHAIN, WINDOW_S, WARMUP_HOURS };

static const struct detect_threshold thresholds[] = {
    {"hosts", 4, 2, 1000, "inside hosts administered for the first time, by one host",
     "1台のホストが初めて管理用プロトコルで接続した内部ホストの数"},
    {"chain", 3, 2, 20, "hops of first uses, each from the last one's target",
     "初めての接続が連なった段数"},
    {"window_s", 3600, 60, 172800, "within so long", "それらを数える時間の幅"},
    {"warmup_hours", 2, 0, 720, "so long all is taken for usual", "平常を学ぶ時間"},
    {0},
};

static const struct {
    uint16_t port;
    uint8_t app;
    const char *name;
} services[] = {
    {445, APP_SMB, "SMB"}, {3389, APP_RDP, "RDP"}, {22, APP_SSH, "SSH"},
    {5985, 0, "WinRM"},    {5986, 0, "WinRM"},     {135, 0, "RPC"},
    {139, APP_SMB, "SMB"}, {23, 0, "Telnet"},      {5900, 0, "VNC"},
};

struct pair { /* known */
    struct table_head head;
    struct pair_key key;
};

struct mover {
    struct table_head head;
    struct host_key key;
    int64_t since_us, told_us;
    int64_t reached_us; /* when somebody administered it for the first time */
    uint32_t depth;     /* how many hops had led there */
    uint32_t pairs;
    struct sketch hosts;
};

struct lateral {
    struct table pairs, movers;
};

static void start(struct detector_run *r)
{
    struct lateral *d = r->state;
    detector_table(r, &d->pairs, sizeof(struct pair), sizeof(struct pair_key), 0.7);
    detector_table(r, &d->movers, sizeof(struct mover), sizeof(struct host_key), 0.3);
}

static int service_of(const struct observation *o)
{
    for (size_t i = 0; i < COUNT(services); i++)
        if (services[i].port == o->server_port || (services[i].app && services[i].app == o->app))
            return (int)i;
    return -1;
}

static struct mover *mover_of(struct lateral *d, const uint8_t host[16])
{
    struct host_key key = {.what = 0};
    bool is_new;
    memcpy(key.host, host, sizeof key.host);
    return table_take(&d->movers, &key, &is_new);
}

static void judge(struct detector_run *r, const struct seen *s, struct mover *m, uint32_t hops,
                  const char *service)
{
    double hosts = sketch_count(&m->hosts);
    if ((hosts < r->threshold[HOSTS] && hops < r->threshold[CHAIN]) ||
        !detector_due(r, &m->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.name = (struct str){service, strlen(service)};
    f.first_us = m->since_us;
    f.count = m->pairs;
    f.score = 0.65 + 0.25 * part_way(hosts, r->threshold[HOSTS] - 1, r->threshold[HOSTS] * 4) +
              0.1 * part_way(hops, 1, r->threshold[CHAIN]);
    detection_feature(&f, "hosts", hosts, r->threshold[HOSTS]);
    detection_feature(&f, "chain", hops, r->threshold[CHAIN]);
    detector_tell(r, &f);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct lateral *d = r->state;
    const struct observation *o = s->o;
    bool is_new;
    if (o->proto != IP_TCP || !s->client_inside || !s->server_inside || s->failed ||
        !flow_answered(o))
        return;
    int service = service_of(o);
    if (service < 0)
        return;
    struct pair_key key = seen_pair(s, services[service].port);
    table_take(&d->pairs, &key, &is_new);
    if (!is_new || !detector_warm(r, s, r->threshold[WARMUP_HOURS]))
        return;
    double window = r->threshold[WINDOW_S] * (double)TIME_SECOND;
    struct mover *m = mover_of(d, o->client);
    if ((double)(s->now_us - m->since_us) > window) {
        m->since_us = o->ended.start_us;
        m->pairs = 0;
        memset(&m->hosts, 0, sizeof m->hosts);
    }
    m->pairs++;
    sketch_add(&m->hosts, s->server_hash);
    uint32_t hops = 1;
    if (m->depth && (double)(s->now_us - m->reached_us) <= window)
        hops += m->depth;
    judge(r, s, m, hops, services[service].name);
    struct mover *reached = mover_of(d, o->server);
    if (hops > reached->depth || (double)(s->now_us - reached->reached_us) > window)
        reached->depth = hops;
    reached->reached_us = o->time_us;
}

const struct detector detector_lateral = {
    .name = "lateral",
    .title_en = "lateral movement",
    .title_ja = "横展開",
    .technique = "T1021",
    .technique_name = "Remote Services",
    .sentence_en =
        "{host} reached {peer} by {name} for the first time (inside hosts reached so within "
        "{span}: {hosts}; hops in a row: {chain})",
    .sentence_ja =
        "{host} が {name} で {peer} に初めて接続({span} の間に初めて接続した内部ホスト {hosts} 台、"
        "連鎖 {chain} 段)",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 5,
    .state_size = sizeof(struct lateral),
    .start = start,
    .observe = observe,
};
