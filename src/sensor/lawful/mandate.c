/* mandate.c - from an authorisation's bytes to what the packet path asks. See mandate.h. */
#include "mandate_private.h"

#include "core/encode.h"
#include "core/jcs.h"
#include "core/jsonw.h"
#include "core/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_MOST = 16 << 20, CANONICAL_MOST = 32 << 20, MEMORY_MOST = 256 << 20 };
#define BPS_MOST (UINT64_C(1) << 43) /* 8.8 Tbit/s: a bucket of it fits 64 bits */

static bool lacks(struct err *e, const char *member)
{
    return err_set(e, ERR_INVALID, "the authorisation's %s is missing or not what it should be",
                   member);
}

/* --- what was decided on --- */

/* All members but the decision and the signatures. */
static void put_decided(struct jsonw *w, const struct json *auth)
{
    jw_object(w);
    for (json_each(m, auth)) {
        if (str_eq(m->key, S("decision")) || str_eq(m->key, S("signature")))
            continue;
        jw_key_str(w, m->key);
        if (!str_eq(m->key, S("agreement")) || m->kind != JSON_OBJECT) {
            jw_value(w, m);
            continue;
        }
        jw_object(w);
        for (json_each(part, m))
            if (!str_eq(part->key, S("party_sig")))
                jw_key_str(w, part->key), jw_value(w, part);
        jw_end(w);
    }
    jw_end(w);
}

static bool hash_policy(struct mandate *m, const struct json *auth, struct err *e)
{
    AUTO(buf_drop) struct buf plain = BUF(CANONICAL_MOST);
    AUTO(buf_drop) struct buf canonical = BUF(CANONICAL_MOST);
    uint8_t digest[SHA256_SIZE];
    char text[2 * SHA256_SIZE];
    struct jsonw w = JSONW(&plain);
    put_decided(&w, auth);
    if (!jcs_canonicalise(buf_str(&plain), &canonical, e))
        return false;
    sha256_of(buf_str(&canonical), digest);
    hex_write(text, digest, sizeof digest);
    m->terms.policy_hash = arena_str(&m->memory, (struct str){text, sizeof text});
    return true;
}

/* --- terms --- */

static bool read_channel(struct mandate *m, const struct json *auth, struct err *e)
{
    struct mandate_terms *t = &m->terms;
    if (!record_channel_named(json_text(auth, S("channel")), &t->channel))
        return lacks(e, "channel");
    t->rehearses = t->channel;
    if (t->channel == RECORD_CHANNEL_exercise &&
        (!record_channel_named(json_text(json_get(auth, S("exercise")), S("as_channel")),
                               &t->rehearses) ||
         t->rehearses == RECORD_CHANNEL_exercise))
        return lacks(e, "exercise.as_channel");
    t->both_times = t->channel != RECORD_CHANNEL_own;
    t->statutory = t->both_times && t->channel != RECORD_CHANNEL_exercise;
    t->local = json_bool(json_get(auth, S("own")), S("local"), false);
    return true;
}

static bool read_period(struct mandate *m, const struct json *auth, struct err *e)
{
    const struct json *period = json_get(auth, S("period"));
    struct mandate_terms *t = &m->terms;
    if (!time_parse(json_text(period, S("start")), &t->start_us, e) ||
        !time_parse(json_text(period, S("end")), &t->end_us, e))
        return err_wrap(e, "period");
    return t->start_us < t->end_us || lacks(e, "period (it ends before it begins)");
}

static bool read_caps(struct mandate *m, const struct json *auth, struct err *e)
{
    const struct json *facility = json_get(auth, S("facility")), *share;
    struct mandate_terms *t = &m->terms;
    int64_t bps = 0;
    t->max_share = 1;
    if (json_get(facility, S("max_bps")) && (!json_int(facility, S("max_bps"), &bps) || bps < 0))
        return lacks(e, "facility.max_bps");
    share = json_get(facility, S("max_share_of_link"));
    if (share &&
        (!json_value_double(share, &t->max_share) || !(t->max_share > 0) || t->max_share > 1))
        return lacks(e, "facility.max_share_of_link");
    if (t->statutory && m->settings.live && t->max_share < 1 && !m->settings.link_bps)
        return err_set(e, ERR_DENIED,
                       "a share of the link is allowed, but the link's speed is not known");
    t->max_bps = (uint64_t)bps;
    uint64_t cap = (uint64_t)bps, part = 0;
    if (t->max_share < 1 && m->settings.link_bps)
        part = (uint64_t)((double)m->settings.link_bps * t->max_share);
    if (part && (!cap || part < cap))
        cap = part;
    m->cap.bps = cap < BPS_MOST ? cap : BPS_MOST;
    return true;
}

static bool read_fields(struct mandate *m, const struct json *list, const char *what,
                        uint64_t *ret_mask, struct err *e)
{
    uint64_t mask = 0, can = record_channel_fields(m->terms.channel);
    for (json_each(v, list)) {
        enum record_field f;
        if (!record_field_named(v->text, &f))
            return err_set(e, ERR_DENIED, "%s: no field is called \"" STR_FMT "\"", what,
                           STR_ARG(v->text));
        if (!(can & UINT64_C(1) << f))
            return err_set(e, ERR_DENIED, "%s: %s may not be kept in %s", what,
                           record_field_name(f), record_channel_text(m->terms.channel));
        mask |= UINT64_C(1) << f;
    }
    *ret_mask = mask;
    return true;
}

static bool read_policy(struct mandate *m, const struct json *auth, struct err *e)
{
    struct record_policy *p = &m->policy;
    p->channel = m->terms.channel;
    m->terms.auth_id = p->auth_id = json_text(auth, S("auth_id"));
    p->policy_hash = m->terms.policy_hash;
    p->pseudonyms = m->settings.pseudonyms;
    if (!p->auth_id.len)
        return lacks(e, "auth_id");
    return read_fields(m, json_get(auth, S("record_fields")), "record_fields", &p->fields, e) &&
           read_fields(m, json_get(json_get(auth, S("nonid_profile")), S("fields")),
                       "nonid_profile", &p->nonid, e);
}

/* This sensor, running this program, is one of those named. */
static bool read_sensors(struct mandate *m, const struct json *auth, struct err *e)
{
    struct key_public public = key_public_of(m->settings.key);
    char hex[2 * SHA256_SIZE];
    struct str key = key_public_format(&public, m->sensor);
    bool named = false;
    hex_write(hex, m->settings.fw_hash, SHA256_SIZE);
    m->policy.sensor_id = key;
    for (json_each(s, json_get(auth, S("sensors")))) {
        if (!str_eq(json_text(s, S("key")), key))
            continue;
        named = true;
        if (str_eq(json_text(s, S("firmware_hash")), (struct str){hex, sizeof hex}))
            return true;
    }
    return err_set(e, ERR_DENIED,
                   named ? "this program is not the one that the authorisation names for the sensor"
                         : "the authorisation does not name this sensor's key");
}

/* --- the gate --- */

static bool read_prefixes(struct mandate *m, const struct json *list,
                          struct direction_prefixes *ret, struct err *e)
{
    size_t count = list && list->kind == JSON_ARRAY ? list->count : 0, n = 0;
    struct addr *all = arena_array(&m->memory, struct addr, count + 1);
    if (!all)
        return err_set(e, ERR_LIMIT, "too many prefixes");
    for (json_each(v, count ? list : NULL))
        if (!prefix_parse(v->text, &all[n++], e))
            return err_wrap(e, "prefixes");
    *ret = (struct direction_prefixes){all, n};
    return true;
}

static enum direction_rule rule_of(const struct mandate_terms *t)
{
    switch (t->rehearses) {
    case RECORD_CHANNEL_own: return t->local ? DIRECTION_RULE_LOCAL : DIRECTION_RULE_OWN;
    case RECORD_CHANNEL_agreement: return DIRECTION_RULE_PARTY;
    case RECORD_CHANNEL_ff: return DIRECTION_RULE_FOREIGN_TO_FOREIGN;
    case RECORD_CHANNEL_fd: return DIRECTION_RULE_FOREIGN_TO_DOMESTIC;
    default: return DIRECTION_RULE_DOMESTIC_TO_FOREIGN;
    }
}

static bool read_gate(struct mandate *m, const struct json *auth, struct err *e)
{
    static const char *const texts[] = {
#define X(name, text) [DIRECTION_RULE_##name] = (text),
        DIRECTION_RULE_MAP(X)
#undef X
    };
    const struct mandate_settings *s = &m->settings;
    struct direction_settings d = {.rule = rule_of(&m->terms),
                                   .geo = s->geo,
                                   .domestic = s->domestic,
                                   .foreign = s->foreign};
    const struct json *holder =
        json_get(auth, d.rule == DIRECTION_RULE_PARTY ? S("agreement") : S("own"));
    if (!str_eq(json_text(auth, S("direction")),
                (struct str){texts[d.rule], strlen(texts[d.rule])}))
        return lacks(e, "direction");
    if (m->terms.statutory && (!s->geo || geo_table_count(s->geo) < 2))
        return err_set(e, ERR_DENIED, "a statutory channel needs two country tables");
    if (s->home)
        snprintf(d.home, sizeof d.home, "%s", s->home);
    return read_prefixes(m, json_get(holder, S("prefixes")), &d.own, e) &&
           direction_gate_new(&d, &m->gate, e);
}

/* --- selectors --- */

static bool read_window(const struct json *v, struct mandate_selector *s, const struct mandate *m,
                        struct err *e)
{
    struct str from = json_text(v, S("valid_from")), to = json_text(v, S("valid_to"));
    s->from_us = m->terms.start_us;
    s->to_us = m->terms.end_us;
    return (!from.len || time_parse(from, &s->from_us, e)) &&
           (!to.len || time_parse(to, &s->to_us, e));
}

/* Channel own may leave the choice to its feeds or its node: such a row has no kind that an index knows. */
static bool names_a_set(const struct mandate *m, const struct json *v)
{
    enum selector_kind kind;
    return m->terms.channel == RECORD_CHANNEL_own &&
           !selector_kind_parse(json_text(v, S("type")), &kind);
}

static bool read_selector(struct mandate *m, const struct json *v, struct map *values,
                          struct err *e)
{
    struct mandate_selector *s = &m->selectors[m->selector_count];
    if (names_a_set(m, v)) {
        m->terms.sets = true;
        return true;
    }
    s->id = json_text(v, S("id"));
    s->selector.value = json_text(v, S("value"));
    if (!s->id.len || !selector_kind_parse(json_text(v, S("type")), &s->selector.kind))
        return err_set(e, ERR_INVALID, "a selector without id, or of a type that no sensor knows");
    if (!selector_check(&s->selector, e) || !read_window(v, s, m, e))
        return err_wrap(e, "selector " STR_FMT, STR_ARG(s->id));
    struct str value =
        arena_fmt(&m->memory, "%d " STR_FMT, (int)s->selector.kind, STR_ARG(s->selector.value));
    if (map_get(&m->by_id, s->id) || map_get(values, value))
        return err_set(e, ERR_INVALID, "selector " STR_FMT " stands twice, by id or by value",
                       STR_ARG(s->id));
    m->selector_count++;
    return (map_put(&m->by_id, s->id, s) && map_put(values, value, s)) ||
           err_set(e, ERR_LIMIT, "too many selectors");
}

static bool read_selectors(struct mandate *m, const struct json *auth, struct err *e)
{
    const struct json *list = json_get(auth, S("selectors"));
    struct map values = MAP(&m->memory);
    size_t count = list && list->kind == JSON_ARRAY ? list->count : 0;
    m->by_id = MAP(&m->memory);
    m->selectors = arena_array(&m->memory, struct mandate_selector, count + 1);
    if (!m->selectors)
        return err_set(e, ERR_LIMIT, "too many selectors");
    for (json_each(v, count ? list : NULL))
        if (!read_selector(m, v, &values, e))
            return false;
    return m->selector_count || m->terms.channel == RECORD_CHANNEL_own || lacks(e, "selectors");
}

/* --- all of it --- */

static bool in_force(struct mandate *m, struct err *e)
{
    char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
    time_format(m->terms.start_us, from);
    time_format(m->terms.end_us, to);
    enum mandate_state state = mandate_state(m, NULL);
    return state == MANDATE_OPEN ||
           err_set(e, ERR_DENIED, "%s (%s to %s)", mandate_state_text(state), from, to);
}

static bool read_all(struct mandate *m, struct err *e)
{
    const struct mandate_settings *s = &m->settings;
    const struct json *auth = json_parse(&m->memory, m->authorisation, e);
    if (!auth || (s->check && !s->check(s->check_context, m->authorisation, e)))
        return false;
    return hash_policy(m, auth, e) && read_channel(m, auth, e) && read_period(m, auth, e) &&
           read_caps(m, auth, e) && read_policy(m, auth, e) && read_sensors(m, auth, e) &&
           read_gate(m, auth, e) && read_selectors(m, auth, e) && mandate_clock_open(m, e) &&
           in_force(m, e);
}

bool mandate_new(const struct mandate_settings *s, struct mandate **ret, struct err *e)
{
    if (s->authorisation.len > FILE_MOST)
        return err_set(e, ERR_LIMIT, "an authorisation of more than %d bytes", FILE_MOST);
    AUTO(mandate_drop) struct mandate *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    m->settings = *s;
    m->time.state = -1;
    m->memory = ARENA(MEMORY_MOST);
    m->authorisation = arena_str(&m->memory, s->authorisation);
    m->terms.residency_us = s->residency_us;
    if (!read_all(m, e))
        return false;
    *ret = TAKE(m);
    return true;
}

void mandate_drop(struct mandate **m)
{
    if (!*m)
        return;
    mandate_clock_close(*m);
    direction_gate_drop(&(*m)->gate);
    arena_drop(&(*m)->memory);
    free(*m);
    *m = NULL;
}

const struct mandate_terms *mandate_terms(const struct mandate *m)
{
    return &m->terms;
}

const struct direction_gate *mandate_gate(const struct mandate *m)
{
    return m->gate;
}

const struct record_policy *mandate_policy(const struct mandate *m)
{
    return &m->policy;
}

const struct mandate_selector *mandate_selectors(const struct mandate *m, size_t *ret_count)
{
    *ret_count = m->selector_count;
    return m->selectors;
}

const struct mandate_selector *mandate_selector_live(const struct mandate *m, struct str id,
                                                     int64_t time_us)
{
    const struct mandate_selector *s = map_get(&m->by_id, id);
    return s && time_us >= s->from_us && time_us < s->to_us ? s : NULL;
}

bool mandate_selects(const struct mandate *m, struct str id, int64_t time_us)
{
    return map_get(&m->by_id, id) ? mandate_selector_live(m, id, time_us) != NULL
                                  : m->terms.channel == RECORD_CHANNEL_own;
}

bool mandate_index_add(const struct mandate *m, struct index_builder *b, struct err *e)
{
    for (size_t i = 0; i < m->selector_count; i++) {
        const struct mandate_selector *s = &m->selectors[i];
        int64_t until = s->to_us / TIME_SECOND + (s->to_us % TIME_SECOND != 0);
        struct index_entry entry = {
            .selector = s->selector,
            .action = INDEX_ALERT,
            .confidence = 100,
            .expires = until > 0 && until < UINT32_MAX ? (uint32_t)until : UINT32_MAX,
            .source = s->id,
        };
        if (!index_builder_add(b, &entry, e))
            return err_wrap(e, "selector " STR_FMT, STR_ARG(s->id));
    }
    return true;
}

struct seal_settings mandate_seal_settings(const struct mandate *m, const char *dir)
{
    struct seal_settings s = {
        .dir = dir,
        .authorisation = m->authorisation,
        .policy = m->policy,
        .key = m->settings.key,
        .geo = m->settings.geo,
        .every_minute = m->settings.live,
        .start_us = m->settings.live ? m->time.wall->now(m->time.wall) : 0,
    };
    memcpy(s.law_hash, m->settings.law_hash, sizeof s.law_hash);
    memcpy(s.fw_hash, m->settings.fw_hash, sizeof s.fw_hash);
    return s;
}

bool firmware_hash(uint8_t ret_digest[SHA256_SIZE], struct err *e)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "/proc/self/exe: %s", strerror(errno));
    static const size_t step = 64 << 10;
    AUTO(buf_drop) struct buf part = BUF(step);
    char *room = buf_room(&part, step);
    struct sha256 h;
    ssize_t n;
    sha256_start(&h);
    while ((n = read(fd, room, step)) > 0)
        sha256_add(&h, (struct str){room, (size_t)n});
    close(fd);
    sha256_end(&h, ret_digest);
    return n == 0 || err_set(e, ERR_IO, "/proc/self/exe: %s", strerror(errno));
}
