/* new_service.c - an inside host answers a stranger on a port it never served before.
 *
 * A web shell, a tunnel's listener or a forgotten test server: the first outside client that gets an
 * answer shows it. Only outside clients count, so that a service that was used inside for long and is now
 * reached from outside is a finding too: its door was opened.
 * An FTP server's data ports (an own port above 1023 of a host that serves port 21) are not services.
 */
#include "detect/detector_private.h"

enum { WARMUP_HOURS, BYTES };
enum { FTP_PORT = 21, EPHEMERAL = 1024, UDP_SERVICES = 10000 };

static const struct detect_threshold thresholds[] = {
    {"warmup_hours", 6, 0, 720, "so long all is taken for usual", "平常を学ぶ時間"},
    {"bytes", 100, 1, 1e9, "an answer of at least so much", "応答のバイト数の下限"},
    {0},
};

struct service {
    struct table_head head;
    struct host_key key;
    int64_t first_us;
    uint64_t clients;
};

struct new_service {
    struct table services;
};

static void start(struct detector_run *r)
{
    struct new_service *d = r->state;
    detector_table(r, &d->services, sizeof(struct service), sizeof(struct host_key), 1);
}

static struct host_key key_of(const struct observation *o, uint16_t port)
{
    struct host_key key = {.port = port, .proto = o->proto};
    memcpy(key.host, o->server, sizeof key.host);
    return key;
}

/* A connection that the client opened and the server took, both seen from the start. */
static bool is_served(const struct detector_run *r, const struct observation *o)
{
    if (o->midstream || (double)o->ended.bytes[FLOW_SERVER] < r->threshold[BYTES])
        return false;
    if (o->proto == IP_UDP) /* who began is less sure there */
        return o->server_port < UDP_SERVICES && o->client_port >= EPHEMERAL;
    return o->proto == IP_TCP && !flow_failed(o) &&
           (o->ended.tcp_flags[FLOW_SERVER] & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct new_service *d = r->state;
    const struct observation *o = s->o;
    bool is_new;
    if (!s->server_inside || s->client_inside || !is_served(r, o))
        return;
    struct host_key ftp = key_of(o, FTP_PORT), key = key_of(o, o->server_port);
    if (o->server_port >= EPHEMERAL && o->proto == IP_TCP && table_find(&d->services, &ftp))
        return;
    struct service *v = table_take(&d->services, &key, &is_new);
    v->clients++;
    if (!is_new)
        return;
    v->first_us = o->ended.start_us;
    if (!detector_warm(r, s, r->threshold[WARMUP_HOURS]))
        return;
    struct detection f = detector_finding(s);
    memcpy(f.host, o->server, sizeof f.host);
    memcpy(f.peer, o->client, sizeof f.peer);
    f.name = STR_NONE;
    f.score = 0.7;
    detection_feature(&f, "answer_bytes", (double)o->ended.bytes[FLOW_SERVER], r->threshold[BYTES]);
    detection_feature(&f, "quiet_hours", (double)(s->now_us - r->began_us) / (double)HOUR_US,
                      r->threshold[WARMUP_HOURS]);
    detector_tell(r, &f);
}

const struct detector detector_new_service = {
    .name = "new_service",
    .title_en = "new external service",
    .title_ja = "外部に公開された新しいサービス",
    .technique = "T1133",
    .technique_name = "External Remote Services",
    .sentence_en = "{host} answered the outside host {peer} on {port} ({answer_bytes}), which it "
                   "had not served "
                   "in {quiet_hours}",
    .sentence_ja = "{host} が外部の {peer} に {port} で応答({answer_bytes})。過去 {quiet_hours} "
                   "には提供していないサービス",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 4,
    .state_size = sizeof(struct new_service),
    .start = start,
    .observe = observe,
};
