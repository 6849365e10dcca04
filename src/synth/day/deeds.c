/* deeds.c - the registry of behaviours, their settings and their labels. To add one: a row in a file of its kind,
 * a line here. */
#include "synth/day/day_private.h"

#include <stdlib.h>

extern const struct deed_row deed_beacon, deed_dga, deed_tunnel, deed_fronting, deed_hscan,
    deed_vscan, deed_flood, deed_reflection, deed_guess, deed_lateral, deed_service, deed_remote,
    deed_cleartext, deed_exfil, deed_certificate, deed_plant;

const struct deed_row *const deed_rows[] = {
    &deed_beacon,    &deed_dga,     &deed_tunnel,      &deed_fronting,
    &deed_hscan,     &deed_vscan,   &deed_flood,       &deed_reflection,
    &deed_guess,     &deed_lateral, &deed_service,     &deed_remote,
    &deed_cleartext, &deed_exfil,   &deed_certificate, &deed_plant,
};
const size_t deed_row_count = COUNT(deed_rows);

const struct synth_behaviour *synth_behaviour_at(size_t i)
{
    return i < COUNT(deed_rows) ? &deed_rows[i]->is : NULL;
}

/* By the key alone: it means the same in every behaviour. */
const char *synth_setting_ja(const char *key)
{
    static const char *const texts[][2] = {
        {"start", "開始（一日の始めからの分）"},
        {"interval", "間隔（秒）"},
        {"jitter", "間隔の揺らぎ（±％）"},
        {"size", "送信バイト数"},
        {"missed", "抜ける割合（％）"},
        {"minutes", "継続時間（分）"},
        {"named", "0: 名前を使わずアドレスのみ"},
        {"family", "1 英字、2 英数字、3 16進、4 音節、5 単語"},
        {"rate", "速さ（プローブ・洪水は毎秒、他は毎分）"},
        {"nx", "存在しない割合（％）"},
        {"qtype", "問い合わせの型"},
        {"label", "名前に載せる文字数"},
        {"front", "示すサイトの順位（0 が最も有名）"},
        {"browser", "1: ブラウザーの形のハロー"},
        {"hosts", "ホスト数"},
        {"port", "ポート"},
        {"answered", "応答する割合（％）"},
        {"ports", "ポート数"},
        {"proto", "プロトコル"},
        {"tries", "試行回数"},
        {"each", "一接続での試行回数"},
        {"kind", "種類"},
        {"sources", "送信元の数"},
        {"seconds", "継続時間（秒）"},
        {"service", "反射に使うサービス"},
        {"volume", "量（MiB）"},
        {"visits", "回数"},
        {"tool", "ツール"},
        {"times", "回数"},
        {"fault", "証明書の欠陥"},
        {"order", "命令（write か program）"},
        {"count", "命令の数"},
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        if (strcmp(texts[i][0], key) == 0)
            return texts[i][1];
    return "";
}

static struct str text_of(const char *s)
{
    return (struct str){s, strlen(s)};
}

/* What the order says of a key; empty when nothing. */
static struct str setting_of(const struct synth_order *o, const char *key)
{
    for (size_t i = 0; i < o->setting_count; i++) {
        struct str value, name = str_cut(text_of(o->settings[i]), '=', &value);
        if (str_eq(name, text_of(key)))
            return value;
    }
    return STR_NONE;
}

struct str deed_text(const struct day *d, const struct deed_row *row, const char *key)
{
    char own[64];
    snprintf(own, sizeof own, "%s.%s", row->is.name, key);
    struct str value = setting_of(&d->m->order, own);
    if (!value.len)
        value = setting_of(&d->m->order, key);
    for (const struct synth_setting *s = row->is.settings; !value.len && s->key; s++)
        if (strcmp(s->key, key) == 0)
            value = text_of(s->normal);
    return value;
}

void deed_fail(struct day *d, const struct deed_row *row, const char *key)
{
    struct str value = deed_text(d, row, key);
    if (!d->failed)
        err_set(&d->error, ERR_INVALID, "%s: '%.*s' is no %s", row->is.name, STR_ARG(value), key);
    d->failed = true;
}

double deed_number(struct day *d, const struct deed_row *row, const char *key)
{
    struct str value = deed_text(d, row, key);
    char text[32] = "", *end = text;
    if (value.len && value.len < sizeof text) {
        memcpy(text, value.ptr, value.len);
        text[value.len] = 0;
    }
    double x = strtod(text, &end);
    if (end == text || *end || !(x >= 0 && x <= 1e9)) {
        deed_fail(d, row, key);
        return 1;
    }
    return x;
}

static void settings_put(const struct day *d, const struct deed_row *row, struct synth_deed *deed)
{
    size_t n = 0;
    for (const struct synth_setting *s = row->is.settings; s->key && n + 80 < sizeof deed->settings;
         s++)
        n += (size_t)snprintf(deed->settings + n, sizeof deed->settings - n, "%s%s=%.*s",
                              n ? " " : "", s->key, 40, deed_text(d, row, s->key).ptr);
}

/* Hosts of deeds are spread over the clients, so that several in one day do not meet. */
static unsigned place_of(const struct day *d, const struct deed_row *row)
{
    unsigned i = 0;
    while (deed_rows[i] != row)
        i++;
    return (3 + i * 7) % d->clients;
}

struct actor *deed_begin(struct day *d, const struct deed_row *row,
                         int64_t (*act)(struct day *d, struct actor *a))
{
    int64_t at = d->start_us + (int64_t)(deed_number(d, row, "start") * 60 * (double)SECOND_US);
    struct actor *a = day_actor(d, 1000, place_of(d, row), at, act);
    a->host = host_client(place_of(d, row));
    struct synth_deed deed = {.behaviour = row->is.name, .from_us = at, .to_us = at};
    memcpy(deed.host, a->host.address, sizeof deed.host);
    settings_put(d, row, &deed);
    vec_push(&d->m->deeds, deed);
    a->deed = d->m->deeds.len;
    a->end_us = INT64_MAX;
    return a;
}

void deed_meets(struct day *d, const struct actor *a, struct host host, struct host peer)
{
    struct synth_deed *deed = &d->m->deeds.ptr[a->deed - 1];
    memcpy(deed->host, host.address, sizeof deed->host);
    memcpy(deed->peer, peer.address, sizeof deed->peer);
}

void deed_until(struct day *d, const struct actor *a, int64_t at_us)
{
    struct synth_deed *deed = &d->m->deeds.ptr[a->deed - 1];
    deed->to_us = at_us > deed->to_us ? at_us : deed->to_us;
}

static const struct deed_row *row_of(struct str name)
{
    for (size_t i = 0; i < COUNT(deed_rows); i++)
        if (str_eq(name, text_of(deed_rows[i]->is.name)))
            return deed_rows[i];
    return NULL;
}

static bool key_is_known(struct str key)
{
    static const char *const of_the_day[] = {"behaviour", "days", "hours", "clients"};
    struct str rest, first = str_cut(key, '.', &rest);
    for (size_t i = 0; i < COUNT(of_the_day); i++)
        if (str_eq(key, text_of(of_the_day[i])))
            return true;
    for (size_t i = 0; i < COUNT(deed_rows); i++)
        for (const struct synth_setting *s = deed_rows[i]->is.settings; s->key; s++)
            if (str_eq(key, text_of(s->key)) ||
                (str_eq(first, text_of(deed_rows[i]->is.name)) && str_eq(rest, text_of(s->key))))
                return true;
    return false;
}

static void keys_check(struct day *d)
{
    for (size_t i = 0; i < d->m->order.setting_count && !d->failed; i++) {
        struct str value, key = str_cut(text_of(d->m->order.settings[i]), '=', &value);
        if (key_is_known(key) && value.len)
            continue;
        err_set(&d->error, ERR_INVALID, "'%s': no such setting, or no value",
                d->m->order.settings[i]);
        d->failed = true;
    }
}

void deeds_start(struct day *d)
{
    struct str list = setting_of(&d->m->order, "behaviour");
    keys_check(d);
    if (str_eq(list, S("all"))) {
        for (size_t i = 0; i < COUNT(deed_rows); i++)
            deed_rows[i]->start(d, deed_rows[i]);
        return;
    }
    while (list.len && !str_eq(list, S("none"))) {
        struct str name = str_cut(list, ',', &list);
        const struct deed_row *row = row_of(name);
        if (!row) {
            err_set(&d->error, ERR_NOT_FOUND, "no behaviour is called '%.*s'", STR_ARG(name));
            d->failed = true;
            return;
        }
        row->start(d, row);
    }
}
