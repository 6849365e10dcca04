/* fronting.c - a client names one place in its hello and had looked another one up to get there.
 *
 * Domain fronting and its kin: the address of a CDN's edge was resolved under one domain, the SNI (or the
 * Host of plain HTTP) says another, which this client never asked for. Seen from outside that is all
 * there is. It is only worth saying of a client whose names are otherwise all looked up where we see it: one that
 * asks by HTTPS, or that had its answers before we came, has many such names, and is left alone.
 * ECH hides the name behind its provider's public one, which nobody resolves either (draft-ietf-tls-esni): such
 * hellos are passed over.
 */
#include "detect/detector_private.h"

enum { WARMUP_S, NAMES, RESOLVED_SHARE, OWNERS };
enum { OWNERS_KEPT = 6, HALVE_AT = 4000 };

static const struct detect_threshold thresholds[] = {
    {"warmup_s", 3600, 0, 1e7, "so long a client is only listened to",
     "クライアントの平常を学ぶ時間"},
    {"names", 20, 1, 1e6, "names it spoke before", "それまでに使った名前の数"},
    {"resolved_share", 0.9, 0.1, 1, "of them, those it had looked up in sight",
     "そのうち名前解決が見えていた割合"},
    {"owners", 4, 1, OWNERS_KEPT, "an address that stands for more domains is not judged",
     "これより多くのドメインに対応するアドレスは対象外"},
    {0},
};

struct client {
    struct table_head head;
    struct host_key key;
    int64_t first_us;
    uint32_t names, resolved;
};

struct asked { /* (client, name's owner) that was looked up, and (client, owner) told */
    struct table_head head;
    struct pair_key key;
    int64_t told_us;
};

struct stood_for { /* (client, address): the owners it was an answer for */
    struct table_head head;
    struct pair_key key;
    uint8_t count;
    uint64_t owners[OWNERS_KEPT];
};

struct fronting {
    struct table clients, asked, stood_for;
};

static void start(struct detector_run *r)
{
    struct fronting *d = r->state;
    detector_table(r, &d->clients, sizeof(struct client), sizeof(struct host_key), 0.1);
    detector_table(r, &d->asked, sizeof(struct asked), sizeof(struct pair_key), 0.4);
    detector_table(r, &d->stood_for, sizeof(struct stood_for), sizeof(struct pair_key), 0.5);
}

static struct pair_key key_of(const struct seen *s, const void *other, size_t len)
{
    struct pair_key key = {.what = 1};
    memcpy(key.a, s->o->client, sizeof key.a);
    memcpy(key.b, other, len);
    return key;
}

static void learn(struct fronting *d, const struct seen *s)
{
    const struct observation *o = s->o;
    bool is_new;
    struct pair_key name = key_of(s, &s->owner_hash, sizeof s->owner_hash);
    table_take(&d->asked, &name, &is_new);
    for (size_t at = 0; at + 16 <= o->dns.addresses.len; at += 16) {
        struct pair_key address = key_of(s, o->dns.addresses.ptr + at, 16);
        struct stood_for *a = table_take(&d->stood_for, &address, &is_new);
        bool known = false;
        for (size_t i = 0; i < a->count && i < OWNERS_KEPT; i++)
            known = known || a->owners[i] == s->owner_hash;
        if (!known && a->count < UINT8_MAX)
            a->owners[a->count++ % OWNERS_KEPT] = s->owner_hash;
    }
}

static struct client *client_of(struct fronting *d, const struct seen *s)
{
    struct host_key key = {.what = 0};
    bool is_new;
    memcpy(key.host, s->o->client, sizeof key.host);
    struct client *c = table_take(&d->clients, &key, &is_new);
    if (is_new)
        c->first_us = s->now_us;
    return c;
}

static void judge(struct detector_run *r, const struct seen *s, const struct client *c,
                  const struct pair_key *name)
{
    struct fronting *d = r->state;
    const struct observation *o = s->o;
    struct pair_key address = key_of(s, o->server, sizeof o->server);
    const struct stood_for *a = table_find(&d->stood_for, &address);
    double share = c->names ? (double)c->resolved / c->names : 0;
    bool is_new;
    if (!a || a->count > r->threshold[OWNERS] || c->names < r->threshold[NAMES] ||
        share < r->threshold[RESOLVED_SHARE] ||
        (double)(s->now_us - c->first_us) < r->threshold[WARMUP_S] * (double)TIME_SECOND)
        return;
    struct asked *n = table_take(&d->asked, name, &is_new); /* from now on it is known */
    if (!detector_due(r, &n->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.score =
        0.5 + 0.2 * part_way(share, r->threshold[RESOLVED_SHARE], 1) + (a->count == 1 ? 0.15 : 0);
    detection_feature(&f, "names", c->names, r->threshold[NAMES]);
    detection_feature(&f, "resolved_share", share, r->threshold[RESOLVED_SHARE]);
    detection_feature(&f, "owners", a->count, r->threshold[OWNERS]);
    detector_tell(r, &f);
}

static bool is_of_interest(const struct seen *s)
{
    const struct observation *o = s->o;
    if (!s->owner_hash || !o->client_own || o->app == APP_MDNS || o->app == APP_LLMNR)
        return false;
    if (o->kind == OBSERVED_DNS)
        return o->dns.response && o->dns.answers;
    if (o->kind == OBSERVED_TLS)
        return !s->server_inside && !o->tls.ech;
    return !s->server_inside && o->app == APP_HTTP && !o->message.response;
}

static void ahead(const struct detector_run *r, const struct seen *s, struct ahead *a)
{
    const struct fronting *d = r->state;
    if (!is_of_interest(s))
        return;
    struct pair_key name = key_of(s, &s->owner_hash, sizeof s->owner_hash);
    table_ahead(a, &d->asked, &name);
    if (s->o->kind != OBSERVED_DNS)
        return;
    for (size_t at = 0; at + 16 <= s->o->dns.addresses.len; at += 16) {
        struct pair_key address = key_of(s, s->o->dns.addresses.ptr + at, 16);
        table_ahead(a, &d->stood_for, &address);
    }
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct fronting *d = r->state;
    const struct observation *o = s->o;
    if (!is_of_interest(s))
        return;
    if (o->kind == OBSERVED_DNS) {
        learn(d, s);
        return;
    }
    struct client *c = client_of(d, s);
    struct pair_key name = key_of(s, &s->owner_hash, sizeof s->owner_hash);
    bool resolved = table_find(&d->asked, &name) != NULL;
    if (!resolved)
        judge(r, s, c, &name);
    c->names++;
    c->resolved += resolved;
    if (c->names == HALVE_AT) { /* what a client does changes; old habits fade */
        c->names /= 2;
        c->resolved /= 2;
    }
}

const struct detector detector_fronting = {
    .name = "fronting",
    .title_en = "domain fronting",
    .title_ja = "ドメインフロンティングの疑い",
    .technique = "T1090.004",
    .technique_name = "Proxy: Domain Fronting",
    .sentence_en =
        "{host} said {name} to {peer} ({port}), a name it never looked up, at an address it had "
        "resolved for another domain ({resolved_share} of its names are looked up in sight)",
    .sentence_ja = "{host} が別のドメインとして名前解決した {peer} ({port}) に、解決していない名前 "
                   "{name} で接続"
                   "(通常は名前の {resolved_share} が解決を確認できる)",
    .thresholds = thresholds,
    .kinds = WANTS_DNS | WANTS_TLS | WANTS_MESSAGE,
    .share = 10,
    .state_size = sizeof(struct fronting),
    .start = start,
    .ahead = ahead,
    .observe = observe,
};
