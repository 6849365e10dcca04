/* stix.c - STIX 2.1 and 2.0: bundles, TAXII envelopes, lists and single objects.
 *
 * A bundle is no unit of meaning (STIX 2.1 8): one bad object is refused and the rest goes on. Of
 * several versions of one object the newest counts. An indicator needs what section 4.7 demands
 * (id, pattern, valid_from) and times that are in order. */
#include "core/time.h"
#include "core/uuid.h"
#include "intel/pattern.h"
#include "intel/stix/stix_private.h"

enum { PATTERN_MEMORY = 64 * 1024 * 1024 };

/* The list of objects, NULL when this is no STIX document. */
static const struct json *objects_of(const struct json *root)
{
    const struct json *objects = root->kind == JSON_ARRAY ? root : json_get(root, S("objects"));
    return objects && objects->kind == JSON_ARRAY ? objects : NULL;
}

/* STIX ids are "type--uuid"; that is enough to tell an object from MISP's and others' lists. */
static bool is_object(const struct json *v)
{
    struct str type = json_text(v, S("type")), id = json_text(v, S("id"));
    return type.len && str_starts(id, type) && str_starts(str_skip(id, type.len), S("--"));
}

static bool looks_like(const struct json *root)
{
    if (str_eq(json_text(root, S("type")), S("bundle")) || is_object(root))
        return true;
    const struct json *objects = objects_of(root);
    return objects && objects->child && is_object(objects->child);
}

/* STIX allows RFC 3339 with 'Z' alone (2.1 3.6). Absent is fine: *ret_us stays unset. */
static bool read_time(const struct json *object, struct str key, int64_t *ret_us)
{
    struct err e;
    const struct json *v = json_get(object, key);
    if (!v)
        return true;
    return v->kind == JSON_STRING && v->text.len && v->text.ptr[v->text.len - 1] == 'Z' &&
           time_parse(v->text, ret_us, &e);
}

static bool read_times(const struct json *object, struct indicator *i)
{
    if (!read_time(object, S("created"), &i->created) ||
        !read_time(object, S("modified"), &i->modified) ||
        !read_time(object, S("valid_from"), &i->valid_from) ||
        !read_time(object, S("valid_until"), &i->valid_until))
        return false;
    if (i->created && i->modified && i->modified < i->created)
        return false;
    return !i->valid_until || i->valid_until > i->valid_from;
}

static bool is_id(struct str id, struct str type)
{
    struct uuid uuid;
    return str_starts(id, type) && str_starts(str_skip(id, type.len), S("--")) &&
           uuid_parse(str_skip(id, type.len + 2), &uuid);
}

static void read_words(const struct stix_context *c, const struct json *object, struct indicator *i)
{
    const struct stix_target *target = map_get(&c->targets, i->id);
    i->source = stix_source(c, object);
    i->tlp = stix_tlp(c, object);
    i->revoked = json_bool(object, S("revoked"), false);
    i->description = json_text(object, S("name"));
    if (!i->description.len)
        i->description = json_text(object, S("description"));
    i->technique = stix_technique(object);
    if (target) {
        i->threat = target->threat;
        i->technique = i->technique.len ? i->technique : target->technique;
    }
    const struct json *labels = json_get(object, S("indicator_types"));
    if (!labels)
        labels = json_get(object, S("labels"));
    for (json_each(label, labels))
        if (label->kind == JSON_STRING && i->label_count < INDICATOR_LABELS_MAX)
            i->labels[i->label_count++] = label->text;
}

/* What section 4.7 demands. False when the object is left, and counted. */
static bool read_head(struct feed *f, const struct json *object, uint64_t place,
                      struct indicator *i)
{
    int64_t confidence;
    const struct json *given = json_get(object, S("confidence"));
    i->id = json_text(object, S("id"));
    i->confidence = INDICATOR_CONFIDENCE_UNSET;
    const char *missing = NULL;
    if (!is_id(i->id, S("indicator")))
        missing = "id is not indicator--UUID";
    else if (!json_text(object, S("pattern")).len)
        missing = "no pattern";
    else if (!json_get(object, S("valid_from")))
        missing = "no valid_from";
    else if (given && (!json_value_int(given, &confidence) || confidence < 0 || confidence > 100))
        missing = "confidence is not 0..100";
    if (missing) {
        feed_left(f, WHY_BAD_OBJECT, place, i->id, (struct str){missing, strlen(missing)});
        return false;
    }
    if (given)
        i->confidence = (int)confidence;
    if (!read_times(object, i)) {
        feed_left(f, WHY_BAD_TIME, place, i->id, STR_NONE);
        return false;
    }
    return true;
}

/* Counts the item by its verdict. False when there is nothing to hand on. */
static bool judge(struct feed *f, const struct pattern *p, const struct indicator *i,
                  uint64_t place, const struct err *cause)
{
    if (p->verdict != PATTERN_USABLE) {
        feed_left(f, p->why, place, i->id, (struct str){cause->text, strlen(cause->text)});
        return false;
    }
    unsigned warnings = p->warnings;
    if (p->partly)
        warnings |= 1u << WHY_PARTLY_USED;
    if (f->options->now && i->valid_until && i->valid_until <= f->options->now)
        warnings |= 1u << WHY_EXPIRED;
    feed_used(f, warnings, place, i->id);
    return true;
}

static bool read_indicator(struct feed *f, const struct stix_context *c, const struct json *object,
                           uint64_t place)
{
    AUTO(arena_drop) struct arena scratch = ARENA(PATTERN_MEMORY);
    struct indicator i = {0};
    struct pattern pattern;
    struct err cause;
    if (!read_head(f, object, place, &i))
        return true;
    if (map_get(&c->newest, i.id) != object) {
        feed_left(f, WHY_SUPERSEDED, place, i.id, STR_NONE);
        return true;
    }
    struct str language = json_text(object, S("pattern_type"));
    if (language.len && !str_eq(language, S("stix"))) {
        feed_left(f, WHY_PATTERN_LANGUAGE, place, i.id, language);
        return true;
    }
    if (!pattern_read(&scratch, json_text(object, S("pattern")), &pattern, &cause)) {
        feed_left(f, WHY_TOO_LONG, place, i.id, STR_NONE);
        return true;
    }
    if (!judge(f, &pattern, &i, place, &cause))
        return true;
    read_words(c, object, &i);
    for (size_t n = 0; n < pattern.count; n++) {
        i.selector = pattern.selectors[n];
        if (!feed_emit(f, &i))
            return false;
    }
    return true;
}

static bool read_stix(struct feed *f, const struct json *root, struct arena *memory)
{
    struct stix_context c = {.memory = memory,
                             .newest = MAP(memory),
                             .markings = MAP(memory),
                             .targets = MAP(memory)};
    const struct json *objects = objects_of(root);
    struct json single = {.kind = JSON_ARRAY, .child = root, .count = 1};
    if (!objects && is_object(root) && !str_eq(json_text(root, S("type")), S("bundle")))
        objects = &single;
    if (!stix_context_build(&c, objects, f->e))
        return false;
    uint64_t place = 0;
    f->objects = true;
    for (json_each(object, objects)) {
        place++;
        if (!str_eq(json_text(object, S("type")), S("indicator")))
            f->report->other++;
        else if (!read_indicator(f, &c, object, place))
            return false;
    }
    return true;
}

const struct json_format format_stix = {.looks_like = looks_like, .read = read_stix};
