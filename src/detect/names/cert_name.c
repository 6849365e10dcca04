/* cert_name.c - a client asks for one name and the server's certificate speaks for others.
 *
 * A browser would stop there; a program that goes on does not check, or was told not to. Outside servers
 * alone, once for each client and name.
 */
#include "detect/detector_private.h"

enum { TIMES };

static const struct detect_threshold thresholds[] = {
    {"times", 1, 1, 1000, "hellos with the wrong certificate", "名前の合わない証明書を見た回数"},
    {0},
};

struct mismatch {
    struct table_head head;
    struct pair_key key; /* b: the SNI's hash */
    int64_t told_us;
    uint64_t times;
};

struct cert_name {
    struct table mismatches;
};

static void start(struct detector_run *r)
{
    struct cert_name *d = r->state;
    detector_table(r, &d->mismatches, sizeof(struct mismatch), sizeof(struct pair_key), 1);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct cert_name *d = r->state;
    const struct observation *o = s->o;
    bool is_new;
    if (!(o->tls.certificate & CERTIFICATE_OTHER_NAME) || !s->name_hash || !o->client_own ||
        s->server_inside)
        return;
    struct pair_key key = {.port = o->server_port};
    memcpy(key.a, o->client, sizeof key.a);
    memcpy(key.b, &s->name_hash, sizeof s->name_hash);
    struct mismatch *m = table_take(&d->mismatches, &key, &is_new);
    m->times++;
    if ((double)m->times < r->threshold[TIMES] || !detector_due(r, &m->told_us, s->now_us))
        return;
    bool self = o->tls.certificate & CERTIFICATE_SELF_SIGNED;
    struct detection f = detector_finding(s);
    f.count = m->times;
    f.score = self ? 0.7 : 0.5;
    detection_feature(&f, "times", (double)m->times, r->threshold[TIMES]);
    detection_feature(&f, "self_signed", self, 0);
    detector_tell(r, &f);
}

const struct detector detector_cert_name = {
    .name = "cert_name",
    .title_en = "certificate of another name",
    .title_ja = "名前の合わない証明書",
    .technique = "T1036",
    .technique_name = "Masquerading",
    .sentence_en = "{host} asked {peer} ({port}) for {name} and got a certificate for other names "
                   "(times: {times})",
    .sentence_ja =
        "{host} が {peer} ({port}) に {name} を求め、別の名前の証明書を受け取った({times} 回)",
    .thresholds = thresholds,
    .kinds = WANTS_TLS,
    .share = 2,
    .state_size = sizeof(struct cert_name),
    .start = start,
    .observe = observe,
};
