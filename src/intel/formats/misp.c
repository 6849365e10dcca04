/* misp.c - MISP's own JSON: an event, a list of them, or what a search returned.
 *
 * An attribute counts when its author says it detects (to_ids). One that is deleted is handed on as
 * revoked, so that an importer takes back what it holds under that uuid. Labels are MISP's tags:
 * those of the event hold for each attribute, and of several TLP tags the strictest counts. Proposals
 * (ShadowAttribute) are not the event's statements and are passed over. */
#include "core/time.h"
#include "intel/formats/reader_private.h"

static bool is_event(const struct json *v)
{
    return json_get(v, S("Attribute")) || json_get(v, S("Object")) ||
           (json_get(v, S("info")) && json_get(v, S("date")));
}

/* The event inside a wrapper {"Event": …}, or the value itself. */
static const struct json *unwrapped(const struct json *v)
{
    const struct json *event = json_get(v, S("Event"));
    return event ? event : v;
}

static bool looks_like(const struct json *root)
{
    if (root->kind == JSON_ARRAY)
        return root->child && json_get(root->child, S("Event"));
    return json_get(root, S("Event")) || json_get(root, S("response")) || is_event(root);
}

/* Numbers and truths come as themselves or as text. */
static bool is_true(const struct json *object, struct str key)
{
    const struct json *v = json_get(object, key);
    if (!v || v->kind == JSON_FALSE || v->kind == JSON_NULL)
        return false;
    return v->kind == JSON_TRUE || str_eq(v->text, S("1")) || str_eq(v->text, S("true"));
}

static int64_t seconds_of(const struct json *object, struct str key)
{
    int64_t value = 0;
    const struct json *v = json_get(object, key);
    for (size_t i = 0; v && i < v->text.len && i < 12; i++) {
        if (v->text.ptr[i] < '0' || v->text.ptr[i] > '9')
            return INDICATOR_TIME_UNSET;
        value = value * 10 + (v->text.ptr[i] - '0');
    }
    return value * TIME_SECOND;
}

/* Text between the quotes of predicate="value" in a machine tag. */
static struct str tag_value(struct str tag)
{
    struct str rest, value;
    str_cut(tag, '"', &rest);
    value = str_cut(rest, '"', &rest);
    return value;
}

/* "Spearphishing Link - T1566.002": the id at the end of a galaxy's name. */
static struct str technique_in(struct str name)
{
    for (size_t i = 0; i + 4 < name.len; i++) {
        struct str at = str_skip(name, i);
        bool digits = at.ptr[0] == 'T';
        for (int n = 1; n < 5; n++)
            digits = digits && at.ptr[n] >= '0' && at.ptr[n] <= '9';
        if (digits && (i == 0 || name.ptr[i - 1] == ' '))
            return at;
    }
    return STR_NONE;
}

/* misp:confidence-level and the information half of the admiralty scale, both of 0..100 here. */
static int confidence_in(struct str tag)
{
    static const struct {
        struct str tag;
        int value;
    } levels[] = {
        {S_("misp:confidence-level=\"completely-confident\""), 100},
        {S_("misp:confidence-level=\"usually-confident\""), 75},
        {S_("misp:confidence-level=\"fairly-confident\""), 50},
        {S_("misp:confidence-level=\"rarely-confident\""), 25},
        {S_("misp:confidence-level=\"unconfident\""), 0},
        {S_("admiralty-scale:information-credibility=\"1\""), 90},
        {S_("admiralty-scale:information-credibility=\"2\""), 70},
        {S_("admiralty-scale:information-credibility=\"3\""), 50},
        {S_("admiralty-scale:information-credibility=\"4\""), 30},
        {S_("admiralty-scale:information-credibility=\"5\""), 10},
    };
    for (size_t i = 0; i < COUNT(levels); i++)
        if (str_eq(tag, levels[i].tag))
            return levels[i].value;
    return INDICATOR_CONFIDENCE_UNSET;
}

static bool names_a_threat(struct str tag)
{
    static const struct str galaxies[] = {
        S_("misp-galaxy:threat-actor="),  S_("misp-galaxy:malpedia="),
        S_("misp-galaxy:tool="),          S_("misp-galaxy:ransomware="),
        S_("misp-galaxy:rat="),           S_("misp-galaxy:botnet="),
        S_("misp-galaxy:mitre-malware="), S_("misp-galaxy:mitre-intrusion-set="),
        S_("misp-galaxy:banker="),
    };
    for (size_t i = 0; i < COUNT(galaxies); i++)
        if (str_starts(tag, galaxies[i]))
            return true;
    return false;
}

static bool is_tlp_tag(struct str tag)
{
    return tag.len > 4 && strncasecmp(tag.ptr, "tlp:", 4) == 0;
}

/* Tags of an event or an attribute, added to what the indicator has. *ret_bad: a TLP tag that is none. */
static void read_tags(const struct json *owner, struct indicator *i, bool *ret_bad)
{
    for (json_each(tag, json_get(owner, S("Tag")))) {
        struct str name = json_text(tag, S("name"));
        enum tlp t;
        int confidence = confidence_in(name);
        if (is_tlp_tag(name)) {
            if (tlp_parse_loose(name, &t))
                i->tlp = tlp_also(i->tlp, t);
            else
                *ret_bad = true;
        } else if (str_starts(name, S("misp-galaxy:mitre-attack-pattern="))) {
            i->technique = technique_in(tag_value(name));
        } else if (names_a_threat(name)) {
            i->threat = tag_value(name);
        } else if (confidence >= 0) {
            i->confidence = confidence;
        } else if (name.len && i->label_count < INDICATOR_LABELS_MAX) {
            i->labels[i->label_count++] = name;
        }
    }
}

struct reading {
    struct feed *feed;
    struct indicator of_event;
    bool bad_marking;
    uint64_t place;
};

static bool read_attribute(struct reading *r, const struct json *attribute)
{
    struct indicator i = r->of_event;
    struct str type = json_text(attribute, S("type")), value = json_text(attribute, S("value"));
    bool bad_marking = r->bad_marking;
    struct err e;
    r->place++;
    if (!type.len || !value.len) {
        feed_left(r->feed, WHY_BAD_OBJECT, r->place, value, S("no type or no value"));
        return true;
    }
    if (!is_true(attribute, S("to_ids"))) {
        feed_left(r->feed, WHY_NOT_FOR_DETECTION, r->place, value, type);
        return true;
    }
    i.id = json_text(attribute, S("uuid"));
    i.revoked = is_true(attribute, S("deleted"));
    i.modified = seconds_of(attribute, S("timestamp"));
    if (!time_parse(json_text(attribute, S("first_seen")), &i.valid_from, &e))
        i.valid_from = INDICATOR_TIME_UNSET;
    struct str comment = json_text(attribute, S("comment"));
    if (comment.len)
        i.description = comment;
    read_tags(attribute, &i, &bad_marking);
    if (bad_marking)
        feed_remark(r->feed, WHY_BAD_MARKING, r->place, value, STR_NONE);

    /* MISP has some 200 types; those that no table of ours knows are kept, not refused. */
    enum claim claim;
    bool idle, known = type_claim(type, &claim, &idle);
    if (!known && !memchr(type.ptr, '|', type.len)) {
        feed_left(r->feed, WHY_TYPE_UNUSED, r->place, value, type);
        return true;
    }
    return feed_typed(r->feed, type, value, r->place, &i);
}

static bool read_attributes(struct reading *r, const struct json *owner)
{
    for (json_each(attribute, json_get(owner, S("Attribute"))))
        if (!read_attribute(r, attribute))
            return false;
    return true;
}

static bool read_event(struct reading *r, const struct json *event)
{
    struct indicator *i = &r->of_event;
    *i = (struct indicator){.confidence = INDICATOR_CONFIDENCE_UNSET};
    r->bad_marking = false;
    i->source = json_text(json_get(event, S("Orgc")), S("name"));
    i->description = json_text(event, S("info"));
    i->created = seconds_of(event, S("publish_timestamp"));
    read_tags(event, i, &r->bad_marking);
    if (!read_attributes(r, event))
        return false;
    for (json_each(object, json_get(event, S("Object")))) {
        bool deleted = is_true(object, S("deleted"));
        if (!deleted && !read_attributes(r, object))
            return false;
    }
    return true;
}

static bool read_misp(struct feed *f, const struct json *root, struct arena *memory)
{
    struct reading r = {.feed = f};
    const struct json *response = json_get(root, S("response"));
    const struct json *all = response ? response : root;
    (void)memory;
    f->objects = true;
    if (all->kind != JSON_ARRAY)
        return read_event(&r, unwrapped(all));
    for (json_each(one, all))
        if (!read_event(&r, unwrapped(one)))
            return false;
    return true;
}

const struct json_format format_misp = {.looks_like = looks_like, .read = read_misp};
