/* exfil.c - a host sends out far more than it ever does, to somebody it does not send to.
 *
 * Each inside host has its own yardstick: what it sent to the outside in each hour since it was first
 * heard, as a decaying maximum and an average. Each (host, peer) keeps the most it ever got in one hour;
 * a peer is the owner of a name, or an address where there is none. A finding needs all of: a volume
 * worth the trouble, several times the host's own yardstick, mostly outwards (a video call goes both
 * ways), and a peer that is new or gets several times its own record. A backup that goes to its service
 * every night is known after the first.
 */
#include "detect/detector_private.h"

enum { BYTES, TIMES_USUAL, OUT_RATIO, WARMUP_HOURS, FLOW_BYTES };

static const struct detect_threshold thresholds[] = {
    {"bytes", 30e6, 1e5, 1e13, "sent to one peer within an hour",
     "1時間に一つの相手へ送ったバイト数"},
    {"times_usual", 5, 1, 1000, "so many times the host's own busiest hours, and the peer's",
     "そのホスト自身の多い時間帯、および同じ相手への過去最大に対する倍率"},
    {"out_ratio", 3, 0.1, 1000, "bytes sent for each byte received from that peer",
     "その相手からの受信に対する送信の比"},
    {"warmup_hours", 6, 0, 720, "so long a host is only listened to", "ホストの平常を学ぶ時間"},
    {"flow_bytes", 4096, 0, 1e9, "flows that send less are not added to their peer",
     "送信がこれより少ないフローは相手ごとの集計に入れない"},
    {0},
};

struct sender { /* an inside host */
    struct table_head head;
    struct host_key key;
    int64_t first_us, hour;
    double out;  /* in this hour */
    double high; /* of earlier hours: the most, less a twentieth each hour */
    double average;
};

struct sent { /* from one host to one peer */
    struct table_head head;
    struct pair_key key;
    int64_t hour, told_us, since_us;
    double out, in;
    double record; /* of earlier hours */
    uint64_t flows;
};

struct exfil {
    struct table senders, sent;
};

static void start(struct detector_run *r)
{
    struct exfil *d = r->state;
    detector_table(r, &d->senders, sizeof(struct sender), sizeof(struct host_key), 0.25);
    detector_table(r, &d->sent, sizeof(struct sent), sizeof(struct pair_key), 0.75);
}

static void sender_hour(struct sender *h, int64_t hour)
{
    enum { FORGOTTEN_HOURS = 24 * 14 };
    const double keep = 0.95, weight = 1.0 / 24;
    for (int64_t i = h->hour; i < hour && hour - h->hour < FORGOTTEN_HOURS; i++) {
        double out = i == h->hour ? h->out : 0;
        h->high = out > h->high * keep ? out : h->high * keep;
        h->average += (out - h->average) * weight;
    }
    h->hour = hour;
    h->out = 0;
}

static struct sender *sender_of(struct exfil *d, const struct seen *s, int64_t hour)
{
    struct host_key key = {.what = 0};
    bool is_new;
    memcpy(key.host, s->o->client, sizeof key.host);
    struct sender *h = table_take(&d->senders, &key, &is_new);
    if (is_new) {
        h->first_us = s->o->ended.start_us;
        h->hour = hour;
    }
    if (hour > h->hour)
        sender_hour(h, hour);
    return h;
}

static struct pair_key sent_key(const struct seen *s)
{
    struct pair_key key = seen_pair(s, 0);
    key.proto = 0;
    if (s->owner_hash) { /* the owner in the address's place: its servers are many */
        memset(key.b, 0, sizeof key.b);
        memcpy(key.b, &s->owner_hash, sizeof s->owner_hash);
        key.what = 1;
    }
    return key;
}

static struct sent *sent_of(struct exfil *d, const struct seen *s, int64_t hour)
{
    struct pair_key key = sent_key(s);
    bool is_new;
    struct sent *p = table_take(&d->sent, &key, &is_new);
    if (is_new || hour > p->hour) {
        p->record = p->out > p->record ? p->out : p->record;
        p->hour = hour;
        p->out = p->in = 0;
        p->flows = 0;
        p->since_us = s->o->ended.start_us;
    }
    return p;
}

static void judge(struct detector_run *r, const struct seen *s, const struct sender *h,
                  struct sent *p)
{
    double times = r->threshold[TIMES_USUAL], least = r->threshold[BYTES];
    double usual = h->high > h->average * 2 ? h->high : h->average * 2;
    double ratio = p->in < 1 ? p->out : p->out / p->in;
    if (p->out < least || p->out < usual * times || p->out < p->record * times ||
        ratio < r->threshold[OUT_RATIO] ||
        (double)(s->now_us - h->first_us) < r->threshold[WARMUP_HOURS] * (double)HOUR_US ||
        !detector_due(r, &p->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.first_us = p->since_us;
    f.count = p->flows;
    f.score = 0.5 + 0.2 * part_way(p->out, least, least * 20) + (p->record > 0 ? 0 : 0.15) +
              0.15 * part_way(p->out, usual * times, usual * times * 10 + 1);
    detection_feature(&f, "out_bytes", p->out, least);
    detection_feature(&f, "in_bytes", p->in, p->out / r->threshold[OUT_RATIO]);
    detection_feature(&f, "usual_bytes", usual, p->out / times);
    detection_feature(&f, "record_bytes", p->record, p->out / times);
    detector_tell(r, &f);
}

static void ahead(const struct detector_run *r, const struct seen *s, struct ahead *a)
{
    const struct exfil *d = r->state;
    if (!s->o->client_own || s->server_inside || s->server_many)
        return;
    struct host_key host = {.what = 0};
    memcpy(host.host, s->o->client, sizeof host.host);
    table_ahead(a, &d->senders, &host);
    if ((double)s->o->ended.bytes[FLOW_CLIENT] < r->threshold[FLOW_BYTES])
        return;
    struct pair_key key = sent_key(s);
    table_ahead(a, &d->sent, &key);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct exfil *d = r->state;
    const struct observation *o = s->o;
    if (!o->client_own || s->server_inside || s->server_many)
        return;
    int64_t hour = o->time_us / HOUR_US;
    struct sender *h = sender_of(d, s, hour);
    h->out += (double)o->ended.bytes[FLOW_CLIENT];
    if ((double)o->ended.bytes[FLOW_CLIENT] < r->threshold[FLOW_BYTES])
        return;
    struct sent *p = sent_of(d, s, hour);
    p->out += (double)o->ended.bytes[FLOW_CLIENT];
    p->in += (double)o->ended.bytes[FLOW_SERVER];
    p->flows++;
    judge(r, s, h, p);
}

const struct detector detector_exfil = {
    .name = "exfil",
    .title_en = "unusual volume outwards",
    .title_ja = "通常と異なる大量の外部送信",
    .technique = "T1048",
    .technique_name = "Exfiltration Over Alternative Protocol",
    .sentence_en = "{host} sent {out_bytes} to {target} within {span} and received {in_bytes}; its "
                   "busiest hour "
                   "so far: {usual_bytes}",
    .sentence_ja = "{host} が {span} の間に {target} へ {out_bytes} を送信(受信は {in_bytes})。"
                   "これまでの最多の1時間は {usual_bytes}",
    .thresholds = thresholds,
    .kinds = WANTS_FLOW,
    .share = 12,
    .state_size = sizeof(struct exfil),
    .start = start,
    .ahead = ahead,
    .observe = observe,
};
