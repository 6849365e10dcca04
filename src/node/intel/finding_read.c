/* finding_read.c - from a STIX bundle to the row of a finding. See docs/formats/findings.md. */
#include "node/finding_private.h"

#include "core/addr.h"
#include "core/jcs.h"
#include "core/time.h"
#include "core/uuid.h"

#include <math.h>

enum {
    OBJECTS_MAX = 32,
    WORD_MAX = 64,
    NAME_MAX_BYTES = 255,
    SENTENCE_MAX = 1024,
    FEATURES_MAX = 16
};

static const struct str extension =
    S_("extension-definition--ad31efb0-fec8-46ed-93a6-5fbd0dfdd4c5");

static bool id_read(struct str id, struct str type, struct str *ret_uuid)
{
    struct uuid u;
    struct str uuid = str_skip(id, type.len + 2);
    if (!str_starts(id, type) || !str_starts(str_skip(id, type.len), S("--")) ||
        !uuid_parse(uuid, &u))
        return false;
    *ret_uuid = uuid;
    return true;
}

static const struct json *by_id(const struct json *objects, struct str id)
{
    for (json_each(o, objects))
        if (id.len && str_eq(json_text(o, S("id")), id))
            return o;
    return NULL;
}

/* The one sighting; two would be two findings. */
static const struct json *sighting_of(const struct json *objects)
{
    const struct json *found = NULL;
    for (json_each(o, objects))
        if (str_eq(json_text(o, S("type")), S("sighting"))) {
            if (found)
                return NULL;
            found = o;
        }
    return found;
}

static bool read_address(struct arena *a, const struct json *objects, struct str ref,
                         struct str *ret, struct err *e)
{
    const struct json *o = by_id(objects, ref);
    struct str type = json_text(o, S("type"));
    char text[ADDR_TEXT_SIZE];
    struct addr address;
    if (!str_eq(type, S("ipv4-addr")) && !str_eq(type, S("ipv6-addr")))
        return err_set(e, ERR_INVALID, "its ends are addresses that stand in the bundle");
    if (!addr_parse(json_text(o, S("value")), &address, e))
        return false;
    *ret = arena_str(a, addr_format(&address, text));
    return ret->ptr != NULL || err_set(e, ERR_LIMIT, "no room");
}

static bool read_technique(const struct json *pattern, struct str *ret)
{
    struct str id = STR_NONE;
    for (json_each(r, json_get(pattern, S("external_references"))))
        if (str_eq(json_text(r, S("source_name")), S("mitre-attack")))
            id = json_text(r, S("external_id"));
    if (!str_eq(json_text(pattern, S("type")), S("attack-pattern")) || id.len < 2 ||
        id.len > WORD_MAX || id.ptr[0] != 'T')
        return false;
    *ret = id;
    return true;
}

static bool read_features(struct arena *a, const struct json *features, struct str *ret,
                          struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(1 << 14);
    double number;
    if (!features || features->kind != JSON_ARRAY || features->count > FEATURES_MAX)
        return err_set(e, ERR_INVALID, "its features are a list of at most %d", FEATURES_MAX);
    for (json_each(f, features)) {
        const struct json *value = json_get(f, S("value")), *least = json_get(f, S("threshold"));
        struct str name = json_text(f, S("name"));
        if (!name.len || name.len > WORD_MAX || f->count != 3 || !value || !least ||
            !json_value_double(value, &number) || !json_value_double(least, &number))
            return err_set(e, ERR_INVALID, "a feature is a name, a value and a threshold");
    }
    if (!jcs_write(features, &out, e))
        return false;
    *ret = arena_str(a, buf_str(&out));
    return ret->ptr != NULL || err_set(e, ERR_LIMIT, "no room");
}

static bool read_detection(struct arena *a, const struct json *objects, const struct json *d,
                           struct finding_row *row, struct err *e)
{
    double score = 0;
    const struct json *given = json_get(d, S("score"));
    row->detector = json_text(d, S("detector"));
    row->name = json_text(d, S("name"));
    row->sentence_en = json_text(d, S("sentence_en"));
    row->sentence_ja = json_text(d, S("sentence_ja"));
    if (!row->detector.len || row->detector.len > WORD_MAX)
        return err_set(e, ERR_INVALID, "it names no detector");
    if (row->name.len > NAME_MAX_BYTES || row->sentence_en.len > SENTENCE_MAX ||
        row->sentence_ja.len > SENTENCE_MAX)
        return err_set(e, ERR_INVALID, "its name or its sentence is too long");
    if (!given || !json_value_double(given, &score) || !(score >= 0 && score <= 1))
        return err_set(e, ERR_INVALID, "its score is from 0 to 1");
    row->score = llround(score * 1000);
    return read_address(a, objects, json_text(d, S("host_ref")), &row->host, e) &&
           (!json_get(d, S("peer_ref")) ||
            read_address(a, objects, json_text(d, S("peer_ref")), &row->peer, e)) &&
           read_features(a, json_get(d, S("features")), &row->features, e);
}

static bool read_sighting(const struct json *objects, const struct json *s, struct finding_row *row,
                          struct err *e)
{
    const struct json *where = json_get(s, S("where_sighted_refs"));
    struct str sensor = where && where->child ? where->child->text : STR_NONE;
    if (!id_read(json_text(s, S("id")), S("sighting"), &row->id))
        return err_set(e, ERR_INVALID, "its sighting's id is not sighting--UUID");
    if (!id_read(sensor, S("identity"), &row->sensor))
        return err_set(e, ERR_INVALID, "it does not say which sensor saw it");
    if (!read_technique(by_id(objects, json_text(s, S("sighting_of_ref"))), &row->technique))
        return err_set(e, ERR_INVALID, "it is no sighting of an ATT&CK technique in the bundle");
    if (!time_parse(json_text(s, S("first_seen")), &row->first, e) ||
        !time_parse(json_text(s, S("last_seen")), &row->last, e))
        return false;
    if (row->last < row->first)
        return err_set(e, ERR_INVALID, "it was last seen before it was first seen");
    if (!json_int(s, S("count"), &row->count) || row->count < 1 || row->count > 999999999)
        return err_set(e, ERR_INVALID, "its count is a whole number from 1");
    return true;
}

bool finding_read(struct arena *a, const struct json *bundle, struct finding_row *ret,
                  struct err *e)
{
    struct finding_row row = {.peer = S("")};
    struct str unused;
    const struct json *objects = json_get(bundle, S("objects"));
    if (!str_eq(json_text(bundle, S("type")), S("bundle")) ||
        !id_read(json_text(bundle, S("id")), S("bundle"), &unused) || !objects ||
        objects->kind != JSON_ARRAY || objects->count > OBJECTS_MAX)
        return err_set(e, ERR_INVALID, "it is no STIX bundle of at most %d objects", OBJECTS_MAX);
    const struct json *s = sighting_of(objects);
    if (!s)
        return err_set(e, ERR_INVALID, "a finding's bundle holds one sighting");
    const struct json *d =
        json_get(json_get(json_get(s, S("extensions")), extension), S("x_hinomi_detection"));
    if (!d)
        return err_set(e, ERR_INVALID, "its sighting does not say what was detected");
    if (!read_sighting(objects, s, &row, e) || !read_detection(a, objects, d, &row, e))
        return false;
    *ret = row;
    return true;
}
