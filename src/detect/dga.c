/* dga.c - a host that asks for names which a program made up.
 *
 * Malware that generates its servers' names asks for many, most of which nobody has registered. So three
 * things are counted a client, by the label its owner chose (dga.h), each different one once:
 *   made-up names that do not exist; names of any look that do not exist, each under another owner (lists of
 *   words defeat the score, not the count); and made-up names that do exist.
 * CDNs, trackers and reputation look-ups put hashes left of that label, and search lists put the house's own
 * domain right of it; neither adds an owner. Multicast and reverse names are not looked at.
 */
#include "detect/dga.h"
#include "detect/detector_private.h"

enum threshold {
    WINDOW_HOURS,
    SCORE_LEAST,
    MISSING_LEAST,
    ANY_MISSING_LEAST,
    FOUND_LEAST,
    SHARE_LEAST
};

static const struct detect_threshold thresholds[] = {
    {"window_hours", 4, 0.1, 168, "names are counted over so long", "名前を数える時間"},
    {"score_least", DGA_CLEAR, 0.5, 1, "from here on a name counts as made up",
     "この点数から生成された名前とみなす"},
    {"missing_least", 8, 2, 100000, "made-up names that do not exist", "存在しない生成名の数"},
    {"any_missing_least", 60, 10, 100000,
     "names of any look that do not exist, each of another owner",
     "存在しない名前（種類を問わず、登録ドメインごとに一つ）の数"},
    {"found_least", 10, 2, 100000, "made-up names that exist", "実在する生成名の数"},
    {"share_least", 0.3, 0, 1, "of all names so asked that share has to be made up (or missing)",
     "問い合わせた名前のうち該当する割合"},
    {0}};

struct asker {
    struct table_head head;
    struct host_key key;
    int64_t since_us, last_us, told_us;
    struct sketch made_missing, missing, made_found, all; /* different registered domains */
    uint32_t answers;
};

struct judged { /* an owner or a name, asked for lately: most are asked for again */
    uint64_t name_hash, registered_hash;
    uint8_t at, len; /* where the registered domain lies in it; 0 long: it has none */
    bool made;
};
enum { JUDGED_MOST = 4096 };

struct state {
    struct table askers;
    struct judged *judged;
    size_t judged_count;
};

static void start(struct detector_run *r)
{
    struct state *st = r->state;
    size_t fit = r->memory / 4 / sizeof *st->judged;
    st->judged_count = fit < JUDGED_MOST ? fit : JUDGED_MOST;
    st->judged = detector_room(r, st->judged_count * sizeof *st->judged);
    detector_table(r, &st->askers, sizeof(struct asker), sizeof(struct host_key), 0.75);
}

enum { NXDOMAIN = 3, TYPE_PTR = 12 };

static bool is_of_use(const struct seen *s)
{
    const struct observed_dns *d = &s->o->dns;
    return d->response && s->o->app == APP_DNS && s->client_inside && d->type != TYPE_PTR &&
           (d->rcode == 0 || d->rcode == NXDOMAIN);
}

static struct asker *asker_of(struct detector_run *r, const struct seen *s)
{
    struct state *st = r->state;
    struct host_key key = {0};
    bool new;
    memcpy(key.host, s->o->client, sizeof key.host);
    struct asker *a = table_take(&st->askers, &key, &new);
    int64_t window = (int64_t)(r->threshold[WINDOW_HOURS] * (double)HOUR_US);
    if (new || s->now_us - a->since_us > window) {
        int64_t told_us = a->told_us;
        memset((uint8_t *)a + offsetof(struct asker, since_us), 0,
               sizeof *a - offsetof(struct asker, since_us));
        a->told_us = told_us;
        a->since_us = s->now_us;
    }
    a->last_us = s->now_us;
    return a;
}

struct passed { /* by how much, of what is needed; below 1: not at all */
    double made_missing, missing, made_found;
};

static struct passed passed_of(const struct detector_run *r, const struct asker *a)
{
    const double *t = r->threshold;
    double all = (double)a->all.count, least = all * t[SHARE_LEAST];
    double made_missing = (double)a->made_missing.count, missing = (double)a->missing.count;
    double made_found = (double)a->made_found.count;
    return (struct passed){
        .made_missing = made_missing >= least ? made_missing / t[MISSING_LEAST] : 0,
        .missing = missing >= least ? missing / t[ANY_MISSING_LEAST] : 0,
        .made_found = made_found + made_missing >= least ? made_found / t[FOUND_LEAST] : 0,
    };
}

static void tell(struct detector_run *r, const struct seen *s, struct asker *a, double most,
                 struct str registered)
{
    const double *t = r->threshold;
    struct detection f = detector_finding(s);
    memset(f.peer, 0, sizeof f.peer); /* the resolver is not to blame */
    f.peer_port = 0;
    f.name = registered;
    f.first_us = a->since_us;
    f.count = a->answers;
    f.score = 0.5 + 0.5 * part_way(most, 1, 4);
    detection_feature(&f, "made_up_missing", (double)a->made_missing.count, t[MISSING_LEAST]);
    detection_feature(&f, "missing", (double)a->missing.count, t[ANY_MISSING_LEAST]);
    detection_feature(&f, "made_up_found", (double)a->made_found.count, t[FOUND_LEAST]);
    detection_feature(&f, "domains", (double)a->all.count, 0);
    detection_feature(&f, "name_score", dga_score(dga_label(registered)), t[SCORE_LEAST]);
    detector_tell(r, &f);
}

/* The owner's label is the same for all names below it, unless the owner is a suffix for registration: only
 * then is the name itself judged. */
static const struct judged *judge(const struct detector_run *r, const struct seen *s)
{
    const struct state *st = r->state;
    struct str names[] = {s->owner, s->o->name}, rest;
    const uint64_t hashes[] = {s->owner_hash, s->name_hash};
    struct judged *j = NULL;
    for (size_t i = 0; i < COUNT(names); i++) {
        j = &st->judged[hashes[i] % st->judged_count];
        if (j->name_hash != hashes[i]) {
            struct str registered = dga_registered(names[i]);
            *j = (struct judged){.name_hash = hashes[i], .len = (uint8_t)registered.len};
            j->at = registered.len ? (uint8_t)(registered.ptr - names[i].ptr) : 0;
            j->registered_hash = sketch_hash(r->sketch_seed, registered.ptr, registered.len);
            j->made = registered.len &&
                      dga_score(str_cut(registered, '.', &rest)) >= r->threshold[SCORE_LEAST];
        }
        if (j->len && i == 0)
            return j;
    }
    return j;
}

static void ahead(const struct detector_run *r, const struct seen *s, struct ahead *a)
{
    const struct state *st = r->state;
    struct host_key key = {0};
    if (!is_of_use(s))
        return;
    memcpy(key.host, s->o->client, sizeof key.host);
    table_ahead(a, &st->askers, &key);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    if (!is_of_use(s) || !s->owner_hash)
        return;
    const struct judged *j = judge(r, s);
    if (!j->len)
        return;
    struct asker *a = asker_of(r, s);
    bool missing = s->o->dns.rcode == NXDOMAIN;
    a->answers++;
    sketch_add(&a->all, j->registered_hash);
    if (missing)
        sketch_add(&a->missing, j->registered_hash);
    if (j->made)
        sketch_add(missing ? &a->made_missing : &a->made_found, j->registered_hash);
    if (!j->made && !missing)
        return; /* a usual name completes nothing */
    struct passed p = passed_of(r, a);
    double most = p.made_missing > p.missing ? p.made_missing : p.missing;
    most = p.made_found > most ? p.made_found : most;
    if (most >= 1 && detector_due(r, &a->told_us, s->now_us))
        tell(r, s, a, most,
             (struct str){(j->name_hash == s->owner_hash ? s->owner : s->o->name).ptr + j->at,
                          j->len});
}

const struct detector detector_dga = {
    .name = "dga",
    .title_en = "asks for generated names",
    .title_ja = "生成されたドメイン名の問い合わせ",
    .technique = "T1568.002",
    .technique_name = "Dynamic Resolution: Domain Generation Algorithms",
    .sentence_en =
        "{host} asked for {made_up_missing} made-up names that do not exist and {made_up_found} "
        "that do ({missing} missing domains of {domains}), such as {name}, within {span}",
    .sentence_ja =
        "{host} が {span} の間に、存在しない生成名 {made_up_missing} 件、実在する生成名 "
        "{made_up_found} 件（{domains} ドメイン中 {missing} 件が不存在）を問い合わせた。例: {name}",
    .thresholds = thresholds,
    .kinds = WANTS_DNS,
    .share = 4,
    .state_size = sizeof(struct state),
    .start = start,
    .ahead = ahead,
    .observe = observe,
};
