/* cleartext.c - a log-in that anyone on the way could read.
 *
 * Where a dissector saw a log-in by FTP, mail, HTTP or MQTT, it saw the password too (it keeps none of
 * it). Telnet is told by its port and by both sides having something to say. Once for each client, server
 * and protocol.
 */
#include "detect/detector_private.h"

enum { TELNET_PACKETS };
enum { TELNET_PORT = 23 };

static const struct detect_threshold thresholds[] = {
    {"telnet_packets", 10, 1, 1e6, "packets each way before port 23 counts as a session",
     "23番ポートをセッションとみなす往復のパケット数"},
    {0},
};

struct use {
    struct table_head head;
    struct pair_key key;
    int64_t told_us;
    uint64_t logins;
};

struct cleartext {
    struct table uses;
};

static void start(struct detector_run *r)
{
    struct cleartext *d = r->state;
    detector_table(r, &d->uses, sizeof(struct use), sizeof(struct pair_key), 1);
}

static const char *protocol_of(const struct detector_run *r, const struct observation *o)
{
    static const struct {
        uint8_t app;
        const char *name;
    } readable[] = {{APP_FTP, "FTP"},   {APP_POP3, "POP3"}, {APP_IMAP, "IMAP"},
                    {APP_SMTP, "SMTP"}, {APP_HTTP, "HTTP"}, {APP_MQTT, "MQTT"}};
    const struct observed_flow *f = &o->ended;
    bool tried = f->logins_tried > 0;
    if (o->app != APP_HTTP) /* where a refusal says nothing of how one was to log in */
        tried = tried || f->logins_failed || f->logins_done;
    for (size_t i = 0; tried && i < COUNT(readable); i++)
        if (readable[i].app == o->app)
            return readable[i].name;
    if (o->proto == IP_TCP && o->server_port == TELNET_PORT && o->app == APP_UNKNOWN &&
        (double)f->packets[FLOW_CLIENT] >= r->threshold[TELNET_PACKETS] &&
        (double)f->packets[FLOW_SERVER] >= r->threshold[TELNET_PACKETS])
        return "Telnet";
    return NULL;
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct cleartext *d = r->state;
    const struct observation *o = s->o;
    const char *protocol = protocol_of(r, o);
    bool is_new;
    if (!protocol)
        return;
    struct pair_key key = seen_pair(s, o->app);
    struct use *u = table_take(&d->uses, &key, &is_new);
    u->logins += o->ended.logins_tried ? o->ended.logins_tried : 1;
    if (!detector_due(r, &u->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.name = (struct str){protocol, strlen(protocol)};
    f.count = u->logins;
    f.score = s->server_inside ? 0.4 : 0.6;
    detection_feature(&f, "logins", (double)u->logins, 1);
    detection_feature(&f, "outside", !s->server_inside, 0);
    detector_tell(r, &f);
    u->logins = 0;
}

const struct detector detector_cleartext = {
    .name = "cleartext",
    .title_en = "log-in in the clear",
    .title_ja = "暗号化されないログイン",
    .technique = "T1040",
    .technique_name = "Network Sniffing",
    .sentence_en = "{host} logs in to {peer} ({port}) by {name} without encryption",
    .sentence_ja = "{host} が {peer} ({port}) へ {name} で暗号化せずにログイン",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 2,
    .state_size = sizeof(struct cleartext),
    .start = start,
    .observe = observe,
};
