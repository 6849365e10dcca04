/* permit.c - the authorisation read. See permit.h. */
#include "verify/permit.h"

#include "core/time.h"

static bool refuse(struct findings *found, const char *why)
{
    finding_add(found, FINDING_O3_01, PERMIT_FILE, 0, "%s", why);
    return false;
}

/* The text that is hashed: only what is decided on, not who decided. */
static bool policy_hash(struct arena *a, const struct json *tree, char out[FORM_HEX])
{
    static const struct str apart[] = {S_("decision"), S_("signature"), S_("")},
                            party_sig[] = {S_("party_sig"), S_("")};
    AUTO(buf_drop) struct buf text = BUF((size_t)PERMIT_MOST * 2);
    AUTO(buf_drop) struct buf agreement = BUF((size_t)PERMIT_MOST * 2);
    const struct json *part = json_get(tree, S("agreement"));
    struct err ignored = {0};
    if (!part || part->kind != JSON_OBJECT) {
        if (!form_without(tree, STR_NONE, apart, &text, &ignored))
            return false;
        form_hash(buf_str(&text), out);
        return true;
    }
    /* the same tree with the agreement read again from its shortened text */
    if (!form_without(part, STR_NONE, party_sig, &agreement, &ignored))
        return false;
    const struct json *shorter = json_parse(a, arena_str(a, buf_str(&agreement)), &ignored);
    struct json *all = arena_array(a, struct json, tree->count + 1), top = *tree;
    if (!shorter || !all)
        return false;
    size_t n = 0;
    for (json_each(m, tree)) {
        all[n] = m == part ? *shorter : *m;
        all[n].key = m->key;
        all[n].next = m->next ? &all[n + 1] : NULL;
        n++;
    }
    top.child = all;
    if (!form_without(&top, STR_NONE, apart, &text, &ignored))
        return false;
    form_hash(buf_str(&text), out);
    return true;
}

static bool read_selectors(struct arena *a, struct permit *p, struct findings *found)
{
    size_t i = 0;
    for (json_each(row, json_get(p->tree, S("selectors")))) {
        struct str id = json_text(row, S("id"));
        struct permit_selector *s = arena_new(a, struct permit_selector);
        if (!id.len || !s || !form_time(row, S("valid_from"), &s->from) ||
            !form_time(row, S("valid_to"), &s->to))
            return refuse(found, "a selector without id or validity");
        s->type = json_text(row, S("type"));
        s->value = json_text(row, S("value"));
        if (map_get(&p->selectors, id))
            finding_add(found, FINDING_O3_29, PERMIT_FILE, 0, "selectors[%zu]: " STR_FMT, i,
                        STR_ARG(id));
        if (!map_put(&p->selectors, id, s))
            return refuse(found, "more selectors than memory was set aside for");
        i++;
    }
    return true;
}

static void read_channel(struct permit *p, const struct limits *limits)
{
    const struct json *exercise = json_get(p->tree, S("exercise"));
    p->channel = json_text(p->tree, S("channel"));
    p->exercise = str_eq(p->channel, S("CH_EXERCISE"));
    p->rules =
        limits_channel(limits, p->exercise ? json_text(exercise, S("as_channel")) : p->channel);
    p->own = p->rules && p->rules->approval == LIMITS_OWNER && !p->rules->statutory;
    p->local = p->own && json_bool(json_get(p->tree, S("own")), S("local"), false);
}

bool permit_read(struct arena *a, struct str bytes, const struct limits *limits,
                 struct findings *found, const struct permit **ret)
{
    struct err e = {0};
    struct permit *p = arena_new(a, struct permit);
    if (!p)
        return refuse(found, "too large");
    p->selectors = MAP(a);
    p->tree = form_read(a, bytes, &e);
    if (!p->tree) {
        p->tree = json_parse(a, bytes, &e);
        if (!p->tree)
            return refuse(found, e.text);
        finding_add(found, FINDING_O3_02, PERMIT_FILE, 0, "%s", "");
    }
    if (!str_eq(json_text(p->tree, S("schema")), S("hinomi-authorisation-1")))
        return refuse(found, "schema is not hinomi-authorisation-1");
    const struct json *period = json_get(p->tree, S("period"));
    p->auth_id = json_text(p->tree, S("auth_id"));
    if (!form_is_hex(p->auth_id, 32) || !form_time(period, S("start"), &p->start) ||
        !form_time(period, S("end"), &p->end))
        return refuse(found, "no auth_id or period");
    if (!json_int(json_get(p->tree, S("retention")), S("selected_max_days"), &p->keep_days))
        return refuse(found, "no retention.selected_max_days");
    p->record_fields = json_get(p->tree, S("record_fields"));
    p->nonid_fields = json_get(json_get(p->tree, S("nonid_profile")), S("fields"));
    p->sensors = json_get(p->tree, S("sensors"));
    p->decision = json_get(p->tree, S("decision"));
    read_channel(p, limits);
    if (!policy_hash(a, p->tree, p->policy_hash))
        return refuse(found, "its policy cannot be hashed");
    if (!read_selectors(a, p, found))
        return false;
    *ret = p;
    return true;
}

const struct permit_selector *permit_selector(const struct permit *p, struct str id)
{
    return map_get(&p->selectors, id);
}

const struct json *permit_sensor(const struct permit *p, struct str key)
{
    for (json_each(row, p->sensors))
        if (key.len && str_eq(json_text(row, S("key")), key))
            return row;
    return NULL;
}
