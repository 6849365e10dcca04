/* flood.c - more knocks at one host than it ever sees, from hosts that do not mean to talk.
 *
 * Three kinds are counted for each destination in stretches of ten seconds: SYNs whose client never goes
 * on, UDP packets and ICMP packets that (nearly) nobody answers. A flow's packets are spread over its own
 * length, so that an hour's stream that ends now is not a burst. A stretch is a flood when it passes an absolute
 * rate and so many times the destination's own average (an EWMA over earlier stretches): a log
 * collector that takes a thousand datagrams a second all day is used to it.
 * One source at many ports is a scan, and scan_ports says so.
 */
#include "detect/detector_private.h"

enum { SYN_RATE, PACKET_RATE, TIMES_USUAL, ANSWERED_SHARE, INSIDE_TIMES };
enum { STRETCH_S = 10, FEW_SOURCES = 5, MANY_PORTS = 12, AVERAGE_OVER = 30 };

static const struct detect_threshold thresholds[] = {
    {"syn_rate", 100, 1, 1e7, "connections a second that their clients do not go on with",
     "クライアントが続けない接続要求、毎秒"},
    {"packet_rate", 1000, 10, 1e8, "unanswered UDP or ICMP packets a second",
     "応答のないUDPまたはICMPのパケット、毎秒"},
    {"times_usual", 8, 1, 1000, "so many times what this host is used to",
     "そのホストの平常値に対する倍率"},
    {"answered_share", 0.1, 0, 1, "UDP with more answers than this is a conversation",
     "UDPで応答がこの割合を超えれば通常のやり取りとみなす"},
    {"inside_times", 10, 1, 1000,
     "from inside to inside so many times the rates: cameras and collectors",
     "内部から内部ではしきい値をこの倍にする(カメラやログ収集のため)"},
    {0},
};

enum { KIND_SYN, KIND_UDP, KIND_ICMP };

struct target {
    struct table_head head;
    struct host_key key; /* what: the kind */
    int64_t stretch;     /* number of the present one, since 1970 */
    double amount;       /* knocks or packets in it */
    double usual;        /* EWMA of earlier ones */
    int64_t told_us;
    uint64_t total;
    struct sketch sources, ports; /* of the present stretch */
};

struct flood {
    struct table targets;
};

static void start(struct detector_run *r)
{
    struct flood *d = r->state;
    detector_table(r, &d->targets, sizeof(struct target), sizeof(struct host_key), 1);
}

static void stretch_next(struct target *t, int64_t stretch)
{
    int64_t passed = stretch - t->stretch;
    if (passed > (int64_t)AVERAGE_OVER * 10)
        t->usual = 0;
    else
        for (int64_t i = 0; i < passed; i++)
            t->usual += ((i ? 0 : t->amount) - t->usual) / AVERAGE_OVER;
    t->stretch = stretch;
    t->amount = 0;
    t->total = 0;
    memset(&t->sources, 0, sizeof t->sources);
    memset(&t->ports, 0, sizeof t->ports);
}

static void judge(struct detector_run *r, const struct seen *s, struct target *t)
{
    bool syn = t->key.what == KIND_SYN;
    double rate = t->amount / STRETCH_S, usual = t->usual / STRETCH_S;
    double least = r->threshold[syn ? SYN_RATE : PACKET_RATE];
    if (s->client_inside && s->server_inside)
        least *= r->threshold[INSIDE_TIMES];
    if (rate < least || rate < usual * r->threshold[TIMES_USUAL] ||
        (sketch_count(&t->sources) < FEW_SOURCES && sketch_count(&t->ports) > MANY_PORTS) ||
        !detector_due(r, &t->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    memcpy(f.host, s->o->server, sizeof f.host);
    memset(f.peer, 0, sizeof f.peer);
    if (sketch_count(&t->sources) < 2)
        memcpy(f.peer, s->o->client, sizeof f.peer);
    f.name = STR_NONE;
    f.first_us = t->stretch * STRETCH_S * TIME_SECOND;
    f.count = t->total;
    f.score = 0.6 + 0.3 * part_way(rate, least, least * 20) +
              0.1 * part_way(sketch_count(&t->sources), 1, 100);
    detection_feature(&f, "rate", rate, least);
    detection_feature(&f, "usual_rate", usual, rate / r->threshold[TIMES_USUAL]);
    detection_feature(&f, "sources", sketch_count(&t->sources), 0);
    detection_feature(&f, "ports", sketch_count(&t->ports), 0);
    detector_tell(r, &f);
}

/* Packets a second of this flow, times the stretch. */
static double packets_in_stretch(const struct observation *o)
{
    double packets = (double)o->ended.packets[FLOW_CLIENT];
    double s = (double)(o->time_us - o->ended.start_us) / (double)TIME_SECOND;
    return s > STRETCH_S ? packets * STRETCH_S / s : packets;
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct flood *d = r->state;
    const struct observation *o = s->o;
    const struct observed_flow *f = &o->ended;
    double answers = (double)f->packets[FLOW_SERVER], amount;
    struct host_key key = {.what = KIND_SYN};
    bool is_new;
    if (s->server_many)
        return;
    if (o->proto == IP_TCP) {
        if (o->midstream || (f->tcp_flags[FLOW_CLIENT] & (TCP_SYN | TCP_ACK)) != TCP_SYN)
            return;
        amount = 1;
    } else {
        if (o->proto != IP_UDP && !proto_is_icmp(o->proto))
            return;
        if (o->proto == IP_UDP &&
            answers > (double)f->packets[FLOW_CLIENT] * r->threshold[ANSWERED_SHARE])
            return;
        key.what = o->proto == IP_UDP ? KIND_UDP : KIND_ICMP;
        amount = packets_in_stretch(o);
    }
    memcpy(key.host, o->server, sizeof key.host);
    struct target *t = table_take(&d->targets, &key, &is_new);
    int64_t stretch = o->time_us / (STRETCH_S * TIME_SECOND);
    if (is_new)
        t->stretch = stretch;
    if (stretch > t->stretch)
        stretch_next(t, stretch);
    t->amount += amount;
    t->total += f->packets[FLOW_CLIENT];
    sketch_add(&t->sources, s->client_hash);
    sketch_add(&t->ports, sketch_hash(r->sketch_seed, &o->server_port, sizeof o->server_port));
    judge(r, s, t);
}

const struct detector detector_flood = {
    .name = "flood",
    .title_en = "flood",
    .title_ja = "フラッド",
    .technique = "T1498.001",
    .technique_name = "Network Denial of Service: Direct Network Flood",
    .sentence_en =
        "{host} is flooded at {port}: {rate} a second from {sources} sources, {usual_rate} "
        "is usual",
    .sentence_ja = "{host} の {port} に大量の通信が集中: 毎秒 {rate}、送信元 {sources}、平常は毎秒 "
                   "{usual_rate}",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 5,
    .state_size = sizeof(struct flood),
    .start = start,
    .observe = observe,
};
