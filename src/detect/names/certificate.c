/* certificate.c - a place nobody here spoke TLS with before shows an expired or self-signed certificate.
 *
 * Printers and consoles inside do that all day; implants' servers do it outside. So only outside servers
 * are judged, and only when they are new to the whole network. DTLS is left out: two browsers that talk to
 * each other sign their own certificates by design (RFC 8827), and so is mail between servers.
 */
#include "detect/detector_private.h"

enum { WARMUP_HOURS, NEW_HOURS };
enum { MAIL_PORT = 25 };

static const struct detect_threshold thresholds[] = {
    {"warmup_hours", 0, 0, 720, "so long all is taken for known", "この間に見たものは既知とみなす"},
    {"new_hours", 24, 0, 8760, "a destination stays new for so long",
     "通信先を「新しい」とみなす時間"},
    {0},
};

struct place {
    struct table_head head;
    struct pair_key key; /* b: the server's address, or the SNI's hash */
    int64_t first_us;
    int64_t told_us;
};

struct certificate {
    struct table places;
};

static void start(struct detector_run *r)
{
    struct certificate *d = r->state;
    detector_table(r, &d->places, sizeof(struct place), sizeof(struct pair_key), 1);
}

static bool is_of_interest(const struct seen *s)
{
    const struct observation *o = s->o;
    return !s->server_inside && o->client_own && o->app != APP_DTLS && o->server_port != MAIL_PORT;
}

static struct pair_key key_of(const struct seen *s)
{
    struct pair_key key = {.port = s->o->server_port};
    if (s->name_hash)
        memcpy(key.b, &s->name_hash, sizeof s->name_hash);
    else
        memcpy(key.b, s->o->server, sizeof key.b);
    return key;
}

static void ahead(const struct detector_run *r, const struct seen *s, struct ahead *a)
{
    const struct certificate *d = r->state;
    if (!is_of_interest(s))
        return;
    struct pair_key key = key_of(s);
    table_ahead(a, &d->places, &key);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct certificate *d = r->state;
    const struct observation *o = s->o;
    uint8_t faults = o->tls.certificate & (CERTIFICATE_SELF_SIGNED | CERTIFICATE_EXPIRED);
    bool is_new;
    if (!is_of_interest(s))
        return;
    struct pair_key key = key_of(s);
    struct place *p = table_take(&d->places, &key, &is_new);
    if (is_new) {
        p->first_us = s->now_us;
        if (!detector_warm(r, s, r->threshold[WARMUP_HOURS]))
            p->first_us = INT64_MIN / 2; /* known */
    }
    double hours = (double)(s->now_us - p->first_us) / (double)HOUR_US;
    if (!faults || hours > r->threshold[NEW_HOURS] || !detector_due(r, &p->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.score = 0.45 + (faults & CERTIFICATE_SELF_SIGNED ? 0.15 : 0) +
              (faults & CERTIFICATE_EXPIRED ? 0.1 : 0) + (o->name.len ? 0 : 0.15);
    detection_feature(&f, "self_signed", !!(faults & CERTIFICATE_SELF_SIGNED), 1);
    detection_feature(&f, "expired", !!(faults & CERTIFICATE_EXPIRED), 1);
    detection_feature(&f, "known_hours", hours, r->threshold[NEW_HOURS]);
    detector_tell(r, &f);
}

const struct detector detector_certificate = {
    .name = "certificate",
    .title_en = "expired or self-signed certificate on a new destination",
    .title_ja = "新しい通信先の期限切れ・自己署名証明書",
    .technique = "T1587.003",
    .technique_name = "Develop Capabilities: Digital Certificates",
    .sentence_en =
        "{host} met {target} ({peer}, {port}) for the first time and its certificate is not to be "
        "trusted (self-signed: {self_signed}, expired or not yet valid: {expired})",
    .sentence_ja = "{host} が初めて通信した {target} ({peer}, {port}) "
                   "の証明書は信頼できない(自己署名: {self_signed}、"
                   "期限外: {expired})",
    .thresholds = thresholds,
    .kinds = WANTS_TLS,
    .share = 4,
    .state_size = sizeof(struct certificate),
    .start = start,
    .ahead = ahead,
    .observe = observe,
};
