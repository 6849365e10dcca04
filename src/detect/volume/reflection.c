/* reflection.c - large answers to small questions that the one who receives them never asked.
 *
 * An attacker sends a request under the victim's address to a service that answers with much more. The flow
 * then reads "victim asked, service answered". Seen at the service, it is one server and a stranger's
 * address; seen at the victim, many servers and perhaps no request at all. Services by their UDP port, as in CISA's alert
 * TA14-017A "UDP-Based Amplification Attacks"; bytes are counted a minute at a time for each victim and service.
 * Between two inside hosts nothing is counted: a monitoring station reads tables by SNMP all day.
 */
#include "detect/detector_private.h"

enum { RATIO, BYTES, SERVERS, OWN_BYTES };
enum { MINUTE_S = 60, RATIO_SHOWN = 10000 };

static const struct detect_threshold thresholds[] = {
    {"ratio", 10, 2, 10000, "bytes answered for each byte asked", "要求に対する応答のバイト数の比"},
    {"bytes", 1e6, 1e4, 1e12, "bytes answered to one host in a minute, from several servers",
     "複数のサーバーから1台のホストへの1分間の応答バイト数"},
    {"servers", 5, 1, 100000, "so many servers are several", "「複数」とみなすサーバーの数"},
    {"own_bytes", 1e6, 1e4, 1e12, "the same from one inside server to one outside host",
     "内部の1台のサーバーから外部の1台への1分間の応答バイト数"},
    {0},
};

static const struct service {
    uint16_t port;
    const char *name;
} services[] = {
    {17, "qotd"},    {19, "chargen"},  {53, "dns"},         {69, "tftp"},         {111, "portmap"},
    {123, "ntp"},    {137, "netbios"}, {161, "snmp"},       {389, "cldap"},       {427, "slp"},
    {520, "rip"},    {623, "ipmi"},    {1900, "ssdp"},      {3283, "ard"},        {3702, "wsd"},
    {5353, "mdns"},  {5683, "coap"},   {10001, "ubiquiti"}, {11211, "memcached"}, {27015, "steam"},
    {32414, "plex"}, {37810, "dvr"},
};

struct victim {
    struct table_head head;
    struct host_key key;
    int64_t since_us, told_us;
    double asked, answered;
    uint64_t flows;
    struct sketch servers;
};

struct reflection {
    struct table victims;
};

static void start(struct detector_run *r)
{
    struct reflection *d = r->state;
    detector_table(r, &d->victims, sizeof(struct victim), sizeof(struct host_key), 1);
}

static const struct service *service_of(uint16_t port)
{
    for (size_t i = 0; i < COUNT(services); i++)
        if (services[i].port == port)
            return &services[i];
    return NULL;
}

static void judge(struct detector_run *r, const struct seen *s, struct victim *v,
                  const struct service *service)
{
    double ratio = v->asked < 1 ? RATIO_SHOWN : v->answered / v->asked;
    double servers = sketch_count(&v->servers);
    bool several = servers >= r->threshold[SERVERS];
    bool served = s->o->server_port == service->port; /* else an answer opened the flow */
    bool server_inside = served ? s->server_inside : s->client_inside;
    double least = r->threshold[several ? BYTES : OWN_BYTES];
    if (ratio < r->threshold[RATIO] || v->answered < least || (!several && !server_inside) ||
        !detector_due(r, &v->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    memcpy(f.host, v->key.host, sizeof f.host);
    if (several)
        memset(f.peer, 0, sizeof f.peer);
    else
        memcpy(f.peer, served ? s->o->server : s->o->client, sizeof f.peer);
    f.peer_port = service->port;
    f.name = (struct str){service->name, strlen(service->name)};
    f.first_us = v->since_us;
    f.count = v->flows;
    f.score = 0.6 + 0.2 * part_way(ratio, r->threshold[RATIO], r->threshold[RATIO] * 10) +
              0.2 * part_way(v->answered, least, least * 50);
    detection_feature(&f, "ratio", ratio < RATIO_SHOWN ? ratio : RATIO_SHOWN, r->threshold[RATIO]);
    detection_feature(&f, "answered_bytes", v->answered, least);
    detection_feature(&f, "asked_bytes", v->asked, 0);
    detection_feature(&f, "servers", servers, several ? r->threshold[SERVERS] : 0);
    detector_tell(r, &f);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct reflection *d = r->state;
    const struct observation *o = s->o;
    if (o->proto != IP_UDP || (s->client_inside && s->server_inside) || s->server_many)
        return;
    const struct service *service = service_of(o->server_port);
    enum flow_side asks = FLOW_CLIENT;
    if (!service || o->server_port == o->client_port) {
        /* an answer opened the flow, or neither port tells: who sends more is the service */
        service = service ? service : service_of(o->client_port);
        if (!service)
            return;
        if (o->server_port != service->port ||
            o->ended.bytes[FLOW_CLIENT] > o->ended.bytes[FLOW_SERVER])
            asks = FLOW_SERVER;
    }
    const uint8_t *victim = asks == FLOW_CLIENT ? o->client : o->server;
    const uint8_t *server = asks == FLOW_CLIENT ? o->server : o->client;
    struct host_key key = {.port = service->port};
    bool is_new;
    memcpy(key.host, victim, sizeof key.host);
    struct victim *v = table_take(&d->victims, &key, &is_new);
    if (o->time_us - v->since_us > MINUTE_S * TIME_SECOND) {
        v->since_us = o->time_us;
        v->asked = v->answered = 0;
        v->flows = 0;
        memset(&v->servers, 0, sizeof v->servers);
    }
    /* what a long flow carried is taken for its last minute's part */
    double spread = (double)(o->time_us - o->ended.start_us) / (MINUTE_S * (double)TIME_SECOND);
    double part = spread > 1 ? 1 / spread : 1;
    v->asked += (double)o->ended.bytes[asks] * part;
    v->answered += (double)o->ended.bytes[!asks] * part;
    v->flows++;
    sketch_add(&v->servers, sketch_hash(r->sketch_seed, server, sizeof o->server));
    judge(r, s, v, service);
}

const struct detector detector_reflection = {
    .name = "reflection",
    .title_en = "reflection and amplification",
    .title_ja = "リフレクション(増幅)",
    .technique = "T1498.002",
    .technique_name = "Network Denial of Service: Reflection Amplification",
    .sentence_en =
        "{host} receives {answered_bytes} of {name} answers within {span}, {ratio} times what "
        "was asked (servers: {servers})",
    .sentence_ja = "{host} が {span} の間に {servers} 台のサーバーから {name} の応答 "
                   "{answered_bytes} を受信、要求の {ratio} 倍",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 4,
    .state_size = sizeof(struct reflection),
    .start = start,
    .observe = observe,
};
