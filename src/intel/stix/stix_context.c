/* stix_context.c - one pass over a document's objects: versions, markings, who and what they point to. */
#include "intel/stix/stix_private.h"

#include "core/time.h"

static const enum tlp tlp_values[TLP_COUNT] = {TLP_UNMARKED, TLP_CLEAR,        TLP_GREEN,
                                               TLP_AMBER,    TLP_AMBER_STRICT, TLP_RED};

/* TLP 1 in definition.tlp (STIX 2.1 7.2.1.4), TLP 2 in an extension's tlp_2_0. */
static enum tlp defined_tlp(const struct json *object)
{
    enum tlp t;
    if (tlp_of_stix_id(json_text(object, S("id")), &t))
        return t;
    struct str word = json_text(json_get(object, S("definition")), S("tlp"));
    for (json_each(extension, json_get(object, S("extensions"))))
        if (!word.len)
            word = json_text(extension, S("tlp_2_0"));
    return tlp_parse_loose(word, &t) ? t : TLP_UNMARKED;
}

/* True when `a` was modified after `b`. Text differs where instants do not: compare as instants. */
static bool is_newer(const struct json *a, const struct json *b)
{
    struct err e;
    int64_t when_a = 0, when_b = 0;
    return time_parse(json_text(a, S("modified")), &when_a, &e) &&
           (!time_parse(json_text(b, S("modified")), &when_b, &e) || when_a > when_b);
}

static bool note_object(struct stix_context *c, const struct json *object)
{
    struct str id = json_text(object, S("id"));
    if (!id.len)
        return true;
    void **slot = map_slot_of(&c->newest, id);
    if (!slot)
        return false;
    const struct json *known = *slot;
    if (!known || is_newer(object, known))
        *slot = (void *)(uintptr_t)object; /* NOLINT: the map's values are not const */
    if (!str_eq(json_text(object, S("type")), S("marking-definition")))
        return true;
    enum tlp t = defined_tlp(object);
    return t == TLP_UNMARKED ||
           map_put(&c->markings, id, (void *)(uintptr_t)&tlp_values[t]); /* NOLINT: as above */
}

struct str stix_technique(const struct json *object)
{
    for (json_each(reference, json_get(object, S("external_references")))) {
        struct str source = json_text(reference, S("source_name"));
        struct str id = json_text(reference, S("external_id"));
        if (str_starts(source, S("mitre-")) && id.len > 4 && id.ptr[0] == 'T' && id.ptr[1] >= '0' &&
            id.ptr[1] <= '9')
            return id;
    }
    return STR_NONE;
}

/* One relationship "indicates": an attack pattern gives the technique, all else the threat's name. */
static bool note_relationship(struct stix_context *c, const struct json *object)
{
    struct str from = json_text(object, S("source_ref"));
    const struct json *to = map_get(&c->newest, json_text(object, S("target_ref")));
    if (!str_starts(from, S("indicator--")) || !to ||
        !str_eq(json_text(object, S("relationship_type")), S("indicates")))
        return true;
    void **slot = map_slot_of(&c->targets, from);
    if (!slot || (!*slot && !(*slot = arena_new(c->memory, struct stix_target))))
        return false;
    struct stix_target *target = *slot;
    if (str_eq(json_text(to, S("type")), S("attack-pattern")))
        target->technique = target->technique.len ? target->technique : stix_technique(to);
    else
        target->threat = target->threat.len ? target->threat : json_text(to, S("name"));
    return true;
}

bool stix_context_build(struct stix_context *c, const struct json *objects, struct err *e)
{
    bool room = true;
    for (json_each(object, objects))
        room = room && note_object(c, object);
    for (json_each(object, objects))
        if (str_eq(json_text(object, S("type")), S("relationship")))
            room = room && note_relationship(c, object);
    return room || err_set(e, ERR_LIMIT, "document needs more than %zu bytes", c->memory->limit);
}

static enum tlp also_marking(const struct stix_context *c, enum tlp t, struct str id)
{
    enum tlp known;
    const enum tlp *defined = map_get(&c->markings, id);
    if (tlp_of_stix_id(id, &known))
        return tlp_also(t, known);
    return defined ? tlp_also(t, *defined) : t;
}

enum tlp stix_tlp(const struct stix_context *c, const struct json *object)
{
    enum tlp t = TLP_UNMARKED;
    for (json_each(ref, json_get(object, S("object_marking_refs"))))
        t = also_marking(c, t, ref->text);
    for (json_each(granular, json_get(object, S("granular_markings"))))
        t = also_marking(c, t, json_text(granular, S("marking_ref")));
    return t;
}

struct str stix_source(const struct stix_context *c, const struct json *object)
{
    struct str id = json_text(object, S("created_by_ref"));
    struct str name = json_text(map_get(&c->newest, id), S("name"));
    return name.len ? name : id;
}
