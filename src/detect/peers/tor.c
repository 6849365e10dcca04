/* tor.c - a TLS client with the shape of Tor's, from an inside host, for the first time. */
#include "detect/detector_private.h"

enum { HANDSHAKES };

static const struct detect_threshold thresholds[] = {
    {"handshakes", 1, 1, 1000, "hellos of that shape", "その形のTLSハンドシェイクの数"},
    {0},
};

struct user {
    struct table_head head;
    struct host_key key;
    int64_t told_us;
    uint64_t handshakes;
};

struct tor {
    struct table users;
};

static void start(struct detector_run *r)
{
    struct tor *d = r->state;
    detector_table(r, &d->users, sizeof(struct user), sizeof(struct host_key), 1);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct tor *d = r->state;
    const struct observation *o = s->o;
    bool is_new;
    if (!o->tls.tor_shape || !o->client_own || s->server_inside)
        return;
    struct host_key key = {.what = 0};
    memcpy(key.host, o->client, sizeof key.host);
    struct user *u = table_take(&d->users, &key, &is_new);
    u->handshakes++;
    if ((double)u->handshakes < r->threshold[HANDSHAKES] ||
        !detector_due(r, &u->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.count = u->handshakes;
    f.score = 0.6;
    detection_feature(&f, "handshakes", (double)u->handshakes, r->threshold[HANDSHAKES]);
    detector_tell(r, &f);
}

const struct detector detector_tor = {
    .name = "tor",
    .title_en = "Tor",
    .title_ja = "Torの利用",
    .technique = "T1090.003",
    .technique_name = "Multi-hop Proxy",
    .sentence_en = "{host} spoke TLS of Tor's shape to {peer} ({port}; times: {handshakes})",
    .sentence_ja = "{host} が {peer} ({port}) とTorの形のTLSで通信({handshakes} 回)",
    .thresholds = thresholds,
    .kinds = WANTS_TLS,
    .share = 1,
    .state_size = sizeof(struct tor),
    .start = start,
    .observe = observe,
};
