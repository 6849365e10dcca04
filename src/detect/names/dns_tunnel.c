/* dns_tunnel.c - data carried out, or orders carried in, by the names somebody asks for.
 *
 * A tunnel writes what it sends into the labels left of a domain it owns: many different ones, long, of
 * letters without a language. For each (client, registered domain) an hour of names is measured: how many
 * different ones, how long, their entropy, and the bytes they could have carried; and, for what comes back, answers of types that
 * carry text or raw bytes.
 * A CDN's hashed host names are as random, but they are few an hour and carry little. Reverse look-ups
 * and reputation services, which write addresses and hashes into names for a living, are left out by list.
 */
#include "core/ascii.h"
#include "detect/detector_private.h"

#include <math.h>

enum { NAMES, NAME_BYTES, LENGTH, ENTROPY, WINDOW_S, TEXT_BYTES, TEXT_NAMES };

static const struct detect_threshold thresholds[] = {
    {"names", 40, 5, 1e6, "different names under one domain", "一つのドメインの下の異なる名前の数"},
    {"name_bytes", 2500, 100, 1e9, "that they could have carried, all together",
     "それらの名前が運びうるバイト数の合計"},
    {"length", 12, 4, 200, "characters left of the domain, on average",
     "ドメインより左の部分の平均文字数"},
    {"entropy", 2.8, 0.5, 6, "bits a character there, on average",
     "その部分の1文字あたりの平均エントロピー"},
    {"window_s", 3600, 60, 86400, "names are added up for so long", "名前を数える時間の幅"},
    {"text_bytes", 20000, 500, 1e9, "answered as TXT, NULL, KEY and such",
     "TXTやNULLなどの応答のバイト数"},
    {"text_names", 15, 2, 1e6, "different names that they answered",
     "その応答があった異なる名前の数"},
    {0},
};

/* Hashes and addresses in names are their trade: reputation, block lists, telemetry of updates. */
static const struct str carriers[] = {
    S_("in-addr.arpa"),       S_("ip6.arpa"),        S_("sophosxl.net"),
    S_("mcafee.com"),         S_("spamhaus.org"),    S_("spamhaus.net"),
    S_("dq.spamhaus.net"),    S_("e5.sk"),           S_("trendmicro.com"),
    S_("surbl.org"),          S_("uribl.com"),       S_("barracudacentral.org"),
    S_("cymru.com"),          S_("senderscore.com"), S_("dnswl.org"),
    S_("sorbs.net"),          S_("spamcop.net"),     S_("kaspersky.com"),
    S_("webrootcloudav.com"), S_("avqs.mcafee.com"),
};

struct names {
    struct table_head head;
    struct pair_key key; /* b: the domain's hash */
    int64_t since_us, told_us;
    uint64_t questions, length_sum;
    double entropy_sum;
    double text_bytes;
    struct sketch different, text;
};

struct dns_tunnel {
    struct table names;
};

static void start(struct detector_run *r)
{
    struct dns_tunnel *d = r->state;
    detector_table(r, &d->names, sizeof(struct names), sizeof(struct pair_key), 1);
}

static bool is_carrier(struct str owner)
{
    for (size_t i = 0; i < COUNT(carriers); i++)
        if (str_eq(owner, carriers[i]))
            return true;
    return str_eq(owner, S("arpa")) || name_is_below(owner, S("arpa"));
}

/* No top-level domain has a digit but in "xn--" (RFC 3696 2): a tool that speaks to its server directly
 * needs no domain, and its names end in data. Those are all under the root. */
static bool has_domain(struct str name)
{
    size_t top = name.len;
    bool digit = false;
    for (; top && name.ptr[top - 1] != '.'; top--)
        digit = digit || ascii_is_digit(name.ptr[top - 1]);
    return !digit || str_starts(str_skip(name, top), S("xn--"));
}

static struct str domain_of(const struct seen *s)
{
    return has_domain(s->o->name) ? s->owner : S(".");
}

/* Bits a character of the labels, dots aside. */
static double entropy_of(struct str text)
{
    uint8_t seen[256] = {0};
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = (uint8_t)text.ptr[i];
        if (c == '.')
            continue;
        n++;
        if (seen[c]) /* k log k - (k - 1) log (k - 1) */
            sum -= seen[c] * log2(seen[c]);
        seen[c]++;
        sum += seen[c] * log2(seen[c]);
    }
    return n ? log2((double)n) - sum / (double)n : 0;
}

static bool carries_text(uint16_t type)
{
    static const uint16_t types[] = {10, 13, 16, 24,
                                     25, 37, 99}; /* NULL HINFO TXT SIG KEY CERT SPF */
    for (size_t i = 0; i < COUNT(types); i++)
        if (types[i] == type)
            return true;
    return type >= 65280 && type != 65535; /* private use: RFC 6895 3.1 */
}

static void judge(struct detector_run *r, const struct seen *s, struct names *n)
{
    double different = sketch_count(&n->different), text = sketch_count(&n->text);
    double questions = n->questions ? (double)n->questions : 1; /* answers alone may be seen */
    double length = (double)n->length_sum / questions, entropy = n->entropy_sum / questions;
    double carried = different * length;
    bool out = different >= r->threshold[NAMES] && carried >= r->threshold[NAME_BYTES] &&
               length >= r->threshold[LENGTH] && entropy >= r->threshold[ENTROPY];
    bool in = n->text_bytes >= r->threshold[TEXT_BYTES] && text >= r->threshold[TEXT_NAMES];
    if (!(out || in) || !detector_due(r, &n->told_us, s->now_us))
        return;
    struct detection f = detector_finding(s);
    f.name = domain_of(s);
    f.first_us = n->since_us;
    f.count = n->questions ? n->questions : (uint64_t)text;
    f.score = 0.6 +
              0.2 * part_way(carried, r->threshold[NAME_BYTES], r->threshold[NAME_BYTES] * 10) +
              0.1 * part_way(length, r->threshold[LENGTH], 60) + (out && in ? 0.1 : 0);
    detection_feature(&f, "names", different, r->threshold[NAMES]);
    detection_feature(&f, "name_bytes", carried, r->threshold[NAME_BYTES]);
    detection_feature(&f, "length", length, r->threshold[LENGTH]);
    detection_feature(&f, "entropy", entropy, r->threshold[ENTROPY]);
    detection_feature(&f, "text_names", text, r->threshold[TEXT_NAMES]);
    detection_feature(&f, "text_bytes", n->text_bytes, r->threshold[TEXT_BYTES]);
    detector_tell(r, &f);
}

static bool is_of_interest(const struct seen *s)
{
    const struct observation *o = s->o;
    return s->owner_hash && o->name.len >= domain_of(s).len + 2 && !s->server_many &&
           o->app != APP_MDNS && o->app != APP_LLMNR &&
           (!o->dns.response || carries_text(o->dns.type));
}

static struct pair_key key_of(const struct seen *s)
{
    struct pair_key key = {.what = 1};
    memcpy(key.a, s->o->client, sizeof key.a);
    if (has_domain(s->o->name))
        memcpy(key.b, &s->owner_hash, sizeof s->owner_hash);
    return key;
}

static void ahead(const struct detector_run *r, const struct seen *s, struct ahead *a)
{
    const struct dns_tunnel *d = r->state;
    if (!is_of_interest(s))
        return;
    struct pair_key key = key_of(s);
    table_ahead(a, &d->names, &key);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct dns_tunnel *d = r->state;
    const struct observation *o = s->o;
    size_t left = o->name.len - domain_of(s).len; /* with the dot between */
    bool is_new;
    if (!is_of_interest(s))
        return;
    struct pair_key key = key_of(s);
    struct names *n = table_take(&d->names, &key, &is_new);
    if ((double)(s->now_us - n->since_us) > r->threshold[WINDOW_S] * (double)TIME_SECOND) {
        int64_t told_us = n->told_us;
        memset((char *)n + offsetof(struct names, since_us), 0,
               sizeof *n - offsetof(struct names, since_us));
        n->since_us = o->time_us;
        n->told_us = told_us;
    }
    if (o->dns.response) {
        n->text_bytes += o->dns.answers ? o->dns.bytes : 0;
        if (o->dns.answers)
            sketch_add(&n->text, s->name_hash);
    } else if (sketch_add(&n->different, s->name_hash) || n->questions == 0) {
        /* measured where it was surely new: a name that is asked again carries nothing */
        struct str labels = {o->name.ptr, left - 1};
        n->questions++;
        n->length_sum += labels.len;
        n->entropy_sum += entropy_of(labels);
    } else
        return;
    if (!is_carrier(s->owner))
        judge(r, s, n);
}

const struct detector detector_dns_tunnel = {
    .name = "dns_tunnel",
    .title_en = "DNS tunnel",
    .title_ja = "DNSトンネル",
    .technique = "T1071.004",
    .technique_name = "Application Layer Protocol: DNS",
    .sentence_en =
        "{host} asked for {names} different names under {name} within {span}: {length} characters "
        "on average, {entropy} bits each, {name_bytes} in all; {text_bytes} of text came back",
    .sentence_ja = "{host} が {span} の間に {name} の下の異なる名前 {names} 個を問い合わせた: 平均 "
                   "{length} 文字、"
                   "1文字 {entropy} ビット、計 {name_bytes}、テキスト応答 {text_bytes}",
    .thresholds = thresholds,
    .kinds = WANTS_DNS,
    .share = 8,
    .state_size = sizeof(struct dns_tunnel),
    .start = start,
    .ahead = ahead,
    .observe = observe,
};
