/* mandate.c - see mandate.h. */
#include "cli/mandate/mandate.h"

#include "cli/country_tables.h"
#include "core/encode.h"
#include "core/io.h"
#include "law/own.h"

#include <time.h>

enum { OWN_DAYS = 30 };

/* ---- keys, law, trust ---- */

static bool open_key(struct cli_mandate *m, const char *path, struct err *e)
{
    if (!path) {
        key_generate(&m->key);
        return true;
    }
    struct err absent = {0};
    if (key_load(path, &m->key, &absent))
        return true;
    if (absent.code != ERR_NOT_FOUND) {
        *e = absent;
        return err_wrap(e, "--signing-key");
    }
    key_generate(&m->key);
    return key_save(path, &m->key, e) || err_wrap(e, "--signing-key");
}

static void put_prefixes(struct buf *out, const struct cli_mandate_wish *w)
{
    char text[ADDR_TEXT_SIZE];
    for (size_t i = 0; i < w->own_count; i++) {
        buf_put(out, i ? S(",\"") : S("\""));
        buf_put(out, addr_format(&w->own[i], text));
        buf_put(out, S("\""));
    }
}

/* Who makes an authorisation for the own network vouches for himself, and for nothing else. */
static bool trust_oneself(struct cli_mandate *m, const struct cli_mandate_wish *w,
                          const char *firmware, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(1 << 20);
    char key[KEY_TEXT_SIZE];
    struct key_public public = key_public_of(&m->key);
    struct str named = key_public_format(&public, key);
    buf_fmt(&text, "{\"keys\":[");
    static const char *const roles[] = {"OWNER", "SENSOR"};
    for (size_t i = 0; i < COUNT(roles); i++) {
        buf_fmt(&text,
                "%s{\"key\":\"" STR_FMT
                "\",\"role\":\"%s\",\"organisation\":\"self\",\"from\":\"1970-01-01T00:00:00Z\","
                "\"constituency\":[",
                i ? "," : "", STR_ARG(named), roles[i]);
        put_prefixes(&text, w);
        buf_fmt(&text, "]}");
    }
    buf_fmt(&text, "],\"firmware\":[\"%s\"]}", firmware);
    return trust_read(m->memory, buf_str(&text), &m->trust, e);
}

/* Those that were given, else, for an authorisation that may need them, those that are installed. */
static bool open_geo(struct cli_mandate *m, const struct cli_mandate_args *a, struct err *e)
{
    const char *paths[GEO_TABLES_MAX];
    if (a->country.count > GEO_TABLES_MAX)
        return err_set(e, ERR_INVALID, "--country-table: at most %d", GEO_TABLES_MAX);
    size_t count = a->country.count || a->authorisation
                       ? country_tables_find(m->memory, &a->country, paths)
                       : 0;
    return !count || geo_open(paths, count, &m->geo, e) || err_wrap(e, "--country-table");
}

/* ---- the authorisation ---- */

static bool made_before(struct cli_mandate *m, const struct cli_mandate_wish *w,
                        const char *firmware, int64_t now)
{
    const struct authorisation *a = NULL;
    struct err no = {0};
    if (!w->keep_at || !file_read(m->memory, w->keep_at, AUTHORISATION_MAX, &m->bytes, &no) ||
        !authorisation_parse(m->memory, m->bytes, &a, &no) || !a->own ||
        a->own->prefixes.count != w->own_count || now < a->period.start || now >= a->period.end ||
        !a->sensors.count ||
        !str_eq(a->sensors.ptr[0].firmware_hash, (struct str){firmware, strlen(firmware)}))
        return false;
    struct key_public key = key_public_of(&m->key);
    for (size_t i = 0; i < w->own_count; i++)
        if (!addr_eq(&a->own->prefixes.ptr[i], &w->own[i]))
            return false;
    return key_public_eq(&a->sensors.ptr[0].key, &key);
}

static bool make_own(struct cli_mandate *m, const struct cli_mandate_wish *w, const char *firmware,
                     struct err *e)
{
    int64_t now = clock_real()->now(clock_real());
    m->made_here = true;
    if (!trust_oneself(m, w, firmware, e))
        return false;
    if (made_before(m, w, firmware, now))
        return true;
    AUTO(buf_drop) struct buf out = BUF(AUTHORISATION_MAX);
    int64_t start = now / TIME_SECOND * TIME_SECOND;
    struct own_wish wish = {
        .organisation = S("self"),
        .key = &m->key,
        .firmware_hash = {firmware, strlen(firmware)},
        .prefixes = w->own,
        .prefix_count = w->own_count,
        .selectors = {w->selectors, strlen(w->selectors)},
        .start = start,
        .end = start + (int64_t)OWN_DAYS * 24 * 3600 * TIME_SECOND,
    };
    bool ok = w->own_count ? authorisation_own(m->law, &wish, &out, e)
                           : authorisation_own_local(m->law, &wish, &out, e);
    if (!ok)
        return false;
    m->bytes = arena_str(m->memory, buf_str(&out));
    return !w->keep_at || file_replace(w->keep_at, m->bytes, 0600, e);
}

static bool read_given(struct cli_mandate *m, const struct cli_mandate_args *a, struct err *e)
{
    if (!a->trust)
        return err_set(e, ERR_INVALID, "--authorisation needs --trust: whose keys are believed");
    if (!a->key)
        return err_set(e, ERR_INVALID, "--authorisation needs --signing-key: it names its sensors");
    if (!trust_load(m->memory, a->trust, &m->trust, e))
        return err_wrap(e, "--trust");
    if (a->parent && !authorisation_load(m->memory, a->parent, &m->parent, e))
        return err_wrap(e, "--parent");
    return file_read(m->memory, a->authorisation, AUTHORISATION_MAX, &m->bytes, e) ||
           err_wrap(e, "--authorisation");
}

static bool admit(void *context, struct str bytes, struct err *e)
{
    const struct cli_mandate *m = context;
    AUTO(arena_drop) struct arena memory = ARENA(AUTHORISATION_MEMORY);
    struct authorisation_context c = {.law = m->law, .trust = m->trust, .parent = m->parent};
    const struct authorisation *auth = NULL;
    return authorisation_admit(&memory, bytes, &c, &auth, e);
}

static bool prefixes_of(struct arena *a, const struct opt_list *given,
                        struct direction_prefixes *ret, const char *what, struct err *e)
{
    struct addr *list = arena_array(a, struct addr, given->count + 1);
    for (size_t i = 0; i < given->count; i++)
        if (!prefix_parse((struct str){given->items[i], strlen(given->items[i])}, &list[i], e))
            return err_wrap(e, "%s", what);
    *ret = (struct direction_prefixes){list, given->count};
    return true;
}

bool cli_mandate_open(struct cli_mandate *m, const struct cli_mandate_args *a,
                      const struct cli_mandate_wish *w, struct err *e)
{
    struct mandate_settings s = {.check = admit, .check_context = m, .home = "JP"};
    char firmware[SHA256_SIZE * 2 + 1] = "";
    if (!law_open(m->memory, a->law, &m->law, e) || !open_key(m, a->key, e) ||
        !firmware_hash(s.fw_hash, e) || !open_geo(m, a, e) ||
        !prefixes_of(m->memory, &a->domestic, &s.domestic, "--domestic", e) ||
        !prefixes_of(m->memory, &a->foreign, &s.foreign, "--foreign", e))
        return false;
    hex_write(firmware, s.fw_hash, sizeof s.fw_hash);
    if (!(a->authorisation ? read_given(m, a, e) : make_own(m, w, firmware, e)))
        return false;
    s.authorisation = m->bytes;
    s.geo = m->geo;
    s.key = &m->key;
    memcpy(s.law_hash, m->law->hash, sizeof s.law_hash);
    s.live = w->live;
    s.residency_us = m->law->parameters.residency_default_s * TIME_SECOND;
    s.state_path = w->clock_at;
    return mandate_new(&s, &m->mandate, e);
}

void cli_mandate_close(struct cli_mandate *m)
{
    mandate_drop(&m->mandate);
    geo_drop(&m->geo);
    key_wipe(&m->key);
}

void cli_mandate_tell(const struct cli_mandate *m, FILE *out, bool ja)
{
    const struct mandate_terms *t = mandate_terms(m->mandate);
    char start[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE];
    const char *channel = record_channel_text(t->channel);
    time_format(t->start_us, start);
    time_format(t->end_us, end);
    if (m->made_here) /* without its number and hours: the same capture is told in the same words */
        fprintf(out,
                ja ? "許可書 %s（この実行のために作成%s）\n"
                   : "authorisation %s, made for this run%s\n",
                channel,
                !t->local ? ""
                : ja      ? "、手元のみでノードに送れない"
                          : ", local: feeds no node");
    else
        fprintf(out,
                ja ? "許可書 %s %.10s から %.10s まで、方針 %.16s…\n"
                   : "authorisation %s, %.10s to %.10s, policy %.16s…\n",
                channel, start, end, t->policy_hash.ptr);
}
