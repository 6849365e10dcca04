/* canary_read.c - the authorisation as the canary reads it, and the direction of a packet, by its own code. */
#include "canary_private.h"

#include "core/digest.h"
#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/time.h"

enum { CANONICAL_MOST = 32 << 20 };

static bool lacks(struct err *e, const char *what)
{
    return err_set(e, ERR_INVALID, "the authorisation's %s is missing or not what it should be",
                   what);
}

/* --- where an address lies --- */

static struct addr addr_of_16(const uint8_t address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(address, mapped, sizeof mapped) ? addr_of_v6(address) : addr_of_v4(address + 12);
}

static int longest(const struct canary_prefixes *p, const struct addr *a)
{
    int best = -1;
    for (size_t i = 0; i < p->count; i++)
        if (addr_contains(&p->list[i], a) && p->list[i].bits > best)
            best = p->list[i].bits;
    return best;
}

bool canary_in(const struct canary_prefixes *p, const uint8_t address[16])
{
    struct addr a = addr_of_16(address);
    return longest(p, &a) >= 0;
}

/* Ranges that no country answers for. Only 2000::/3 of IPv6 is given out. */
static bool nobodys(const struct addr *a)
{
    static const char *const ranges[] = {"0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10",
                                         "127.0.0.0/8",     "169.254.0.0/16", "172.16.0.0/12",
                                         "192.0.0.0/24",    "192.0.2.0/24",   "192.31.196.0/24",
                                         "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
                                         "192.175.48.0/24", "198.18.0.0/15",  "198.51.100.0/24",
                                         "203.0.113.0/24",  "224.0.0.0/3",    "2001::/23",
                                         "2001:db8::/32",   "2002::/16",      "3fff::/20"};
    struct err none;
    struct addr range;
    if (a->v6 && (a->bytes[0] & 0xe0) != 0x20)
        return true;
    for (size_t i = 0; i < COUNT(ranges); i++)
        if (prefix_parse((struct str){ranges[i], strlen(ranges[i])}, &range, &none) &&
            addr_contains(&range, a))
            return true;
    return false;
}

enum canary_place canary_place(const struct canary *c, const uint8_t address[16])
{
    struct addr a = addr_of_16(address);
    if (c->rule == CANARY_OWN || c->rule == CANARY_LOCAL)
        return longest(&c->own, &a) >= 0 ? CANARY_HOME : CANARY_ABROAD;
    int home = longest(&c->domestic, &a), abroad = longest(&c->foreign, &a);
    if (home >= 0 || abroad >= 0)
        return home > abroad ? CANARY_HOME : CANARY_ABROAD;
    if (!c->geo || nobodys(&a))
        return CANARY_NOWHERE;
    struct country country = geo_country(c->geo, address);
    return !country.code[0]                     ? CANARY_NOWHERE
           : strcmp(country.code, c->home) == 0 ? CANARY_HOME
                                                : CANARY_ABROAD;
}

bool canary_keeps(const struct canary *c, const uint8_t from[16], const uint8_t to[16])
{
    enum canary_place s = canary_place(c, from), d = canary_place(c, to);
    switch (c->rule) {
    case CANARY_LOCAL: return true;
    case CANARY_OWN: return s == CANARY_HOME || d == CANARY_HOME;
    case CANARY_FF: return s == CANARY_ABROAD && d == CANARY_ABROAD;
    case CANARY_FD: return s == CANARY_ABROAD && d == CANARY_HOME;
    case CANARY_DF: return s == CANARY_HOME && d == CANARY_ABROAD;
    case CANARY_PARTY: return s == CANARY_ABROAD && d == CANARY_HOME && canary_in(&c->own, to);
    }
    return false;
}

/* --- the authorisation --- */

static bool read_channel(struct canary *c, struct err *e)
{
    static const struct {
        const char *name;
        enum canary_rule rule;
    } channels[] = {{"CH_OWN", CANARY_OWN},
                    {"CH_AGREEMENT", CANARY_PARTY},
                    {"CH_FF", CANARY_FF},
                    {"CH_FD", CANARY_FD},
                    {"CH_DF", CANARY_DF}};
    struct str channel = json_text(c->auth, S("channel"));
    c->own_fields = str_eq(channel, S("CH_OWN"));
    c->both_times = !c->own_fields;
    if (str_eq(channel, S("CH_EXERCISE")))
        channel = json_text(json_get(c->auth, S("exercise")), S("as_channel"));
    for (size_t i = 0; i < COUNT(channels); i++)
        if (str_eq(channel, (struct str){channels[i].name, strlen(channels[i].name)})) {
            c->rule = channels[i].rule;
            if (c->rule == CANARY_OWN && json_bool(json_get(c->auth, S("own")), S("local"), false))
                c->rule = CANARY_LOCAL;
            return true;
        }
    return lacks(e, "channel");
}

static bool read_prefixes(struct canary *c, struct err *e)
{
    const struct json *list =
        json_get(json_get(c->auth, c->rule == CANARY_PARTY ? S("agreement") : S("own")),
                 S("prefixes"));
    c->own.list = arena_array(c->memory, struct addr, list ? list->count + 1 : 1);
    if (!c->own.list)
        return err_set(e, ERR_LIMIT, "too many prefixes");
    for (json_each(v, list))
        if (!prefix_parse(v->text, &c->own.list[c->own.count++], e))
            return err_wrap(e, "prefixes");
    bool wants = c->rule == CANARY_OWN || c->rule == CANARY_PARTY;
    return c->own.count || !wants || lacks(e, "list of prefixes");
}

static bool time_or(const struct json *v, struct str key, int64_t otherwise, int64_t *ret,
                    struct err *e)
{
    struct str text = json_text(v, key);
    *ret = otherwise;
    return !text.len || time_parse(text, ret, e);
}

static bool read_selectors(struct canary *c, struct err *e)
{
    const struct json *list = json_get(c->auth, S("selectors"));
    size_t count = list ? list->count : 0;
    c->selectors = arena_array(c->memory, struct canary_selector, count + 1);
    if (!c->selectors)
        return err_set(e, ERR_LIMIT, "too many selectors");
    for (json_each(v, list)) {
        struct canary_selector *s = &c->selectors[c->selector_count++];
        s->id = json_text(v, S("id"));
        s->value = json_text(v, S("value"));
        if (!selector_kind_parse(json_text(v, S("type")), &s->kind))
            return lacks(e, "selector's type");
        (void)selector_addr(&(struct selector){s->kind, s->value}, &s->prefix);
        if (!time_or(v, S("valid_from"), c->start_us, &s->from_us, e) ||
            !time_or(v, S("valid_to"), c->end_us, &s->to_us, e))
            return err_wrap(e, "selector " STR_FMT, STR_ARG(s->id));
    }
    return true;
}

/* SHA-256 over everything but the decision and the signatures. */
static bool hash_policy(struct canary *c, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(CANONICAL_MOST);
    AUTO(buf_drop) struct buf canonical = BUF(CANONICAL_MOST);
    struct jsonw w = JSONW(&plain);
    uint8_t digest[SHA256_SIZE];
    char hex[2 * SHA256_SIZE];
    jw_object(&w);
    for (json_each(m, c->auth)) {
        if (str_eq(m->key, S("decision")) || str_eq(m->key, S("signature")))
            continue;
        jw_key_str(&w, m->key);
        if (!str_eq(m->key, S("agreement"))) {
            jw_value(&w, m);
            continue;
        }
        jw_object(&w);
        for (json_each(part, m))
            if (!str_eq(part->key, S("party_sig")))
                jw_key_str(&w, part->key), jw_value(&w, part);
        jw_end(&w);
    }
    jw_end(&w);
    if (!jcs_canonicalise(buf_str(&plain), &canonical, e))
        return false;
    sha256_of(buf_str(&canonical), digest);
    hex_write(hex, digest, sizeof digest);
    c->policy_hash = arena_str(c->memory, (struct str){hex, sizeof hex});
    return true;
}

bool canary_read(struct canary *c, struct str authorisation, struct err *e)
{
    int64_t bps = 0;
    c->auth = json_parse(c->memory, authorisation, e);
    if (!c->auth || !read_channel(c, e) || !read_prefixes(c, e) || !hash_policy(c, e))
        return false;
    const struct json *period = json_get(c->auth, S("period"));
    if (!time_parse(json_text(period, S("start")), &c->start_us, e) ||
        !time_parse(json_text(period, S("end")), &c->end_us, e))
        return err_wrap(e, "period");
    (void)json_int(json_get(c->auth, S("facility")), S("max_bps"), &bps);
    c->max_bps = bps > 0 ? (uint64_t)bps : 0;
    c->auth_id = json_text(c->auth, S("auth_id"));
    if (!c->sensor.len && json_get(c->auth, S("sensors")))
        c->sensor = json_text(json_get(c->auth, S("sensors"))->child, S("key"));
    return read_selectors(c, e);
}
