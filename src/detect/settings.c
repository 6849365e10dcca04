/* settings.c - thresholds and mutes as a file that an operator edits and an auditor reads.
 *
 *     memory_mib: 64
 *     again_hours: 24
 *     most_per_hour: 1000
 *     off: [cleartext]
 *     thresholds:
 *       beacon: {connections: 16, jitter_share: 0.3}
 *     mutes:
 *       - detector: beacon            # absent: any
 *         host: 192.0.2.0/24          # absent: any; so are peer and name
 *         name: telemetry.example
 *         reason: agent of the monitoring contract 2026-7
 *         until: 2027-03-31T15:00:00Z
 *
 * Strict: a name that is not known is refused with the names that are.
 */
#include "core/yaml.h"
#include "detect/tell_private.h"

#include <math.h>

enum { TEXT_MOST = 1 << 20, TREE_MOST = 8 << 20, MEMORY_MIB_MOST = 16384, PER_HOUR_MOST = 1000000 };

void detect_settings_init(struct detect_settings *s)
{
    *s = (struct detect_settings){.memory = 64 << 20,
                                  .again_hours = 24,
                                  .most_per_hour = 1000,
                                  .seed = 0};
    for (size_t i = 0; detector_at(i); i++)
        for (size_t t = 0; detector_at(i)->thresholds[t].name; t++)
            s->thresholds[i][t] = detector_at(i)->thresholds[t].normal;
}

static bool is(struct str text, const char *name)
{
    return str_eq(text, (struct str){name, strlen(name)});
}

static bool detector_of(struct str name, size_t *ret_i, struct err *e)
{
    for (size_t i = 0; detector_at(i); i++)
        if (is(name, detector_at(i)->name)) {
            *ret_i = i;
            return true;
        }
    return err_set(e, ERR_INVALID, "no detector is called '" STR_FMT "'", STR_ARG(name));
}

double *detect_threshold(struct detect_settings *s, const char *detector, const char *name)
{
    struct err e;
    size_t i = 0;
    if (!detector_of((struct str){detector, strlen(detector)}, &i, &e))
        return NULL;
    for (size_t t = 0; detector_at(i)->thresholds[t].name; t++)
        if (strcmp(detector_at(i)->thresholds[t].name, name) == 0)
            return &s->thresholds[i][t];
    return NULL;
}

static bool number(const struct json *v, double least, double most, double *ret, struct err *e)
{
    double x;
    if (!json_value_double(v, &x))
        return err_set(e, ERR_INVALID, STR_FMT ": a number is wanted", STR_ARG(v->key));
    if (isnan(x) || x < least || x > most)
        return err_set(e, ERR_INVALID, STR_FMT ": %g is not within %g and %g", STR_ARG(v->key), x,
                       least, most);
    *ret = x;
    return true;
}

static bool thresholds_of(struct detect_settings *s, const struct json *object, struct err *e)
{
    size_t i = 0;
    if (!detector_of(object->key, &i, e))
        return false;
    const struct detector *row = detector_at(i);
    if (object->kind != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "%s: names and numbers are wanted", row->name);
    for (json_each(v, object)) {
        size_t t = 0;
        while (row->thresholds[t].name && !is(v->key, row->thresholds[t].name))
            t++;
        if (!row->thresholds[t].name) {
            AUTO(buf_drop) struct buf known = BUF(1 << 10);
            for (t = 0; row->thresholds[t].name; t++)
                buf_fmt(&known, "%s%s", t ? ", " : "", row->thresholds[t].name);
            return err_set(e, ERR_INVALID, "%s has no threshold '" STR_FMT "' (but " STR_FMT ")",
                           row->name, STR_ARG(v->key), STR_ARG(buf_str(&known)));
        }
        if (!number(v, row->thresholds[t].least, row->thresholds[t].most, &s->thresholds[i][t], e))
            return err_wrap(e, "%s", row->name);
    }
    return true;
}

static bool text_take(struct str text, const char *what, size_t most, char *out, uint8_t *ret_len,
                      struct err *e)
{
    if (text.len == 0 || text.len > most)
        return err_set(e, ERR_INVALID, "%s: 1 to %zu characters are wanted", what, most);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ')
            return err_set(e, ERR_INVALID, "%s: it has a control character", what);
    memcpy(out, text.ptr, text.len);
    *ret_len = (uint8_t)text.len;
    return true;
}

static bool mute_member(struct detect_mute *m, const struct json *v, struct err *e)
{
    size_t i = 0;
    if (v->kind != JSON_STRING)
        return err_set(e, ERR_INVALID, STR_FMT ": text is wanted", STR_ARG(v->key));
    if (is(v->key, "detector")) {
        if (!detector_of(v->text, &i, e))
            return false;
        m->row = detector_at(i);
        return true;
    }
    if (is(v->key, "host"))
        return (m->has_host = prefix_parse(v->text, &m->host, e));
    if (is(v->key, "peer"))
        return (m->has_peer = prefix_parse(v->text, &m->peer, e));
    if (is(v->key, "name"))
        return text_take(v->text, "name", sizeof m->name, m->name, &m->name_len, e);
    if (is(v->key, "reason"))
        return text_take(v->text, "reason", sizeof m->reason, m->reason, &m->reason_len, e);
    if (is(v->key, "until"))
        return time_parse(v->text, &m->until_us, e);
    return err_set(e, ERR_INVALID,
                   "'" STR_FMT "' is not known (but detector, host, peer, name, reason, until)",
                   STR_ARG(v->key));
}

static bool mute_of(struct detect_settings *s, const struct json *object, struct err *e)
{
    struct detect_mute m = {.until_us = INT64_MIN};
    if (s->mute_count == DETECT_MUTES_MOST)
        return err_set(e, ERR_LIMIT, "more than %d mutes", DETECT_MUTES_MOST);
    for (json_each(v, object))
        if (!mute_member(&m, v, e))
            return err_wrap(e, "mute %u", s->mute_count + 1);
    if (!m.reason_len || m.until_us == INT64_MIN)
        return err_set(e, ERR_INVALID, "mute %u: it needs a reason and an end (until)",
                       s->mute_count + 1);
    s->mutes[s->mute_count++] = m;
    return true;
}

static bool off_of(struct detect_settings *s, const struct json *name, struct err *e)
{
    size_t i = 0;
    if (!detector_of(name->kind == JSON_STRING ? name->text : STR_NONE, &i, e))
        return err_wrap(e, "off");
    s->off[i] = true;
    return true;
}

static bool each(struct detect_settings *s, const struct json *list,
                 bool (*take)(struct detect_settings *, const struct json *, struct err *),
                 struct err *e)
{
    for (json_each(v, list))
        if (!take(s, v, e))
            return err_wrap(e, STR_FMT, STR_ARG(list->key));
    return true;
}

static bool member(struct detect_settings *s, const struct json *v, struct err *e)
{
    double x;
    if (is(v->key, "memory_mib")) {
        if (!number(v, 1, MEMORY_MIB_MOST, &x, e))
            return false;
        s->memory = (size_t)(x * (1 << 20));
        return true;
    }
    if (is(v->key, "most_per_hour")) {
        if (!number(v, 1, PER_HOUR_MOST, &x, e))
            return false;
        s->most_per_hour = (uint32_t)x;
        return true;
    }
    if (is(v->key, "again_hours"))
        return number(v, 0, 8760, &s->again_hours, e);
    if (is(v->key, "thresholds"))
        return each(s, v, thresholds_of, e);
    if (is(v->key, "mutes"))
        return each(s, v, mute_of, e);
    if (is(v->key, "off"))
        return each(s, v, off_of, e);
    return err_set(e, ERR_INVALID,
                   "'" STR_FMT "' is not known (but memory_mib, most_per_hour, again_hours, off, "
                   "thresholds, mutes)",
                   STR_ARG(v->key));
}

static bool settings_take(struct detect_settings *s, const struct json *root, struct err *e)
{
    struct detect_settings changed = *s;
    if (root->kind != JSON_OBJECT && root->kind != JSON_NULL)
        return err_set(e, ERR_INVALID, "detector settings: names and values are wanted");
    for (json_each(v, root))
        if (!member(&changed, v, e))
            return err_wrap(e, "detector settings");
    *s = changed;
    return true;
}

bool detect_settings_read(struct detect_settings *s, struct str text, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(TREE_MOST);
    if (text.len > TEXT_MOST)
        return err_set(e, ERR_LIMIT, "detector settings: more than %d bytes", TEXT_MOST);
    const struct json *root = yaml_parse(&memory, text, e);
    return root && settings_take(s, root, e);
}

bool detect_settings_load(struct detect_settings *s, const char *path, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(TREE_MOST);
    const struct json *root = yaml_load(&memory, path, e);
    return root && (settings_take(s, root, e) || err_wrap(e, "%s", path));
}

static void mute_put(const struct detect_mute *m, struct buf *out)
{
    char host[ADDR_TEXT_SIZE], until[TIME_TEXT_SIZE];
    buf_fmt(out, "  - until: " STR_FMT "\n", STR_ARG(time_format(m->until_us, until)));
    if (m->row)
        buf_fmt(out, "    detector: %s\n", m->row->name);
    if (m->has_host)
        buf_fmt(out, "    host: \"" STR_FMT "\"\n", STR_ARG(addr_format(&m->host, host)));
    if (m->has_peer)
        buf_fmt(out, "    peer: \"" STR_FMT "\"\n", STR_ARG(addr_format(&m->peer, host)));
    const struct str texts[] = {{m->name, m->name_len}, {m->reason, m->reason_len}};
    static const char *const names[] = {"name", "reason"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!texts[i].len)
            continue;
        buf_fmt(out, "    %s: '", names[i]);
        for (size_t c = 0; c < texts[i].len; c++) /* a single quote in single quotes is doubled */
            buf_fmt(out, texts[i].ptr[c] == '\'' ? "''" : "%c", texts[i].ptr[c]);
        buf_put(out, S("'\n"));
    }
}

void detect_settings_put(const struct detect_settings *s, bool japanese, struct buf *out)
{
    buf_fmt(out, "memory_mib: %zu\nagain_hours: %g\nmost_per_hour: %u\noff: [", s->memory >> 20,
            s->again_hours, s->most_per_hour);
    for (size_t i = 0, n = 0; detector_at(i); i++)
        if (s->off[i])
            buf_fmt(out, "%s%s", n++ ? ", " : "", detector_at(i)->name);
    buf_put(out, S("]\nthresholds:\n"));
    for (size_t i = 0; detector_at(i); i++) {
        const struct detector *row = detector_at(i);
        buf_fmt(out, "  %s: # %s (%s %s)\n", row->name, japanese ? row->title_ja : row->title_en,
                row->technique, row->technique_name);
        for (size_t t = 0; row->thresholds[t].name; t++)
            buf_fmt(out, "    %s: %g # %s\n", row->thresholds[t].name, s->thresholds[i][t],
                    japanese ? row->thresholds[t].ja : row->thresholds[t].en);
    }
    buf_fmt(out, "mutes:%s\n", s->mute_count ? "" : " []");
    for (size_t i = 0; i < s->mute_count; i++)
        mute_put(&s->mutes[i], out);
}
