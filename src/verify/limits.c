/* limits.c - see limits.h. */
#include "verify/limits.h"

#include "core/io.h"
#include "core/time.h"
#include "core/yaml.h"

static bool read_channel(const struct json *row, struct limits_channel *c, struct err *e)
{
    struct str approval = json_text(row, S("approval"));
    *c = (struct limits_channel){.code = json_text(row, S("code")),
                                 .direction = json_text(row, S("direction")),
                                 .statutory = json_bool(row, S("statutory"), true),
                                 .applicants = json_get(row, S("applicants"))};
    c->approval = str_eq(approval, S("owner"))     ? LIMITS_OWNER
                  : str_eq(approval, S("parties")) ? LIMITS_PARTIES
                                                   : LIMITS_QUORUM; /* the strictest */
    const struct json *days = json_get(row, S("period_max_days"));
    bool none = !days || days->kind == JSON_NULL;
    return (c->code.len && c->direction.len &&
            (none || json_value_int(days, &c->period_max_days))) ||
           err_set(e, ERR_INVALID, "law limits: a channel lacks code, direction or period");
}

static bool read_channels(struct limits *l, const struct json *list, struct err *e)
{
    for (json_each(row, list)) {
        if (l->channel_count == LIMITS_CHANNELS)
            return err_set(e, ERR_LIMIT, "law limits: more than %d channels", LIMITS_CHANNELS);
        if (!read_channel(row, &l->channels[l->channel_count++], e))
            return false;
    }
    return l->channel_count || err_set(e, ERR_INVALID, "law limits: no channel");
}

static bool read_fields(struct limits *l, const struct json *fields, struct err *e)
{
    static const struct {
        enum field_class class;
        struct str name;
    } classes[] = {{FIELD_ALLOW, S_("allow")},
                   {FIELD_NONID, S_("nonid")},
                   {FIELD_OWN, S_("own")},
                   {FIELD_FRAME, S_("frame")},
                   {FIELD_DENY, S_("deny")}};
    for (size_t i = 0; i < COUNT(classes); i++) {
        const struct json *list = json_get(fields, classes[i].name);
        if (!list || list->kind != JSON_ARRAY)
            return err_set(e, ERR_INVALID, "law limits: no list of fields '" STR_FMT "'",
                           STR_ARG(classes[i].name));
        l->fields[classes[i].class] = list;
    }
    return true;
}

bool limits_read(struct arena *a, struct str yaml, const struct limits **ret, struct err *e)
{
    const struct json *tree = yaml_parse(a, yaml, e);
    struct limits *l = arena_new(a, struct limits);
    if (!tree)
        return err_wrap(e, "law limits");
    if (!l)
        return err_set(e, ERR_LIMIT, "law limits: too large");
    const struct json *p = json_get(tree, S("parameters"));
    if (!json_int(p, S("commission_quorum"), &l->quorum) || l->quorum < 1 ||
        !json_int(p, S("residency_max_s"), &l->residency_max_s) ||
        !json_int(p, S("command_bytes_max"), &l->command_bytes_max))
        return err_set(e, ERR_INVALID, "law limits: a parameter is missing");
    l->bases = json_get(tree, S("bases"));
    if (!read_channels(l, json_get(tree, S("channels")), e) ||
        !read_fields(l, json_get(tree, S("fields")), e))
        return false;
    sha256_of(yaml, l->hash);
    l->built_in = yaml.ptr == limits_builtin.ptr;
    *ret = l;
    return true;
}

bool limits_open(struct arena *a, const char *path, const struct limits **ret, struct err *e)
{
    struct str text = limits_builtin;
    return (!path || file_read(a, path, YAML_SIZE_MAX, &text, e)) && limits_read(a, text, ret, e);
}

const struct limits_channel *limits_channel(const struct limits *l, struct str code)
{
    for (size_t i = 0; i < l->channel_count; i++)
        if (str_eq(l->channels[i].code, code))
            return &l->channels[i];
    return NULL;
}

bool limits_among(const struct json *list, struct str word)
{
    for (json_each(v, list))
        if (v->kind == JSON_STRING && str_eq(v->text, word))
            return true;
    return false;
}

enum field_class limits_field(const struct limits *l, struct str name)
{
    for (int class = FIELD_DENY; class > FIELD_UNKNOWN; class --) /* a denied name stays denied */
        if (limits_among(l->fields[class], name))
            return (enum field_class) class;
    return FIELD_UNKNOWN;
}

static bool is_row_of(const struct json *row, const struct json *basis)
{
    static const struct {
        struct str name;
    } members[] = {{S_("act")}, {S_("article")}, {S_("paragraph")}};
    for (size_t i = 0; i < COUNT(members); i++) {
        struct str said = json_text(basis, members[i].name);
        if (!said.ptr || !str_eq(said, json_text(row, members[i].name)))
            return false;
    }
    return true;
}

bool limits_in_force(const struct limits *l, const struct json *basis, struct str channel,
                     int64_t at)
{
    struct err ignored = {0};
    for (json_each(row, l->bases)) {
        int64_t from = 0, to = 0;
        struct str until = json_text(row, S("effective_to"));
        if (is_row_of(row, basis) && str_eq(json_text(row, S("channel")), channel) &&
            time_parse(json_text(row, S("effective_from")), &from, &ignored) && at >= from &&
            (!until.len || (time_parse(until, &to, &ignored) && at < to)))
            return true;
    }
    return false;
}
