/* yaml.c - libyaml's events made into the JSON tree. What a dull file does not need is refused. */
#include "core/yaml.h"

#include "core/io.h"
#include "core/map.h"

#include <yaml.h>

enum { YAML_DEPTH_MAX = 32 };

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one being looked at */
    struct arena *memory;
    struct err *e;
    int depth;
};

static bool fail_at(struct reader *r, yaml_mark_t mark, enum err_code code, const char *what)
{
    return err_set(r->e, code, "%s, line %zu, column %zu", what, mark.line + 1, mark.column + 1);
}

static bool fail(struct reader *r, const char *what)
{
    return fail_at(r, r->event.start_mark, ERR_INVALID, what);
}

static bool no_room(struct reader *r)
{
    return err_set(r->e, ERR_LIMIT, "document needs more than %zu bytes", r->memory->limit);
}

static bool next(struct reader *r)
{
    yaml_event_delete(&r->event);
    if (yaml_parser_parse(&r->parser, &r->event))
        return true;
    memset(&r->event, 0, sizeof r->event);
    const char *problem = r->parser.problem ? r->parser.problem : "not YAML";
    if (r->parser.error == YAML_READER_ERROR)
        return err_set(r->e, ERR_INVALID, "%s (byte %zu)", problem, r->parser.problem_offset);
    return fail_at(r, r->parser.problem_mark, ERR_INVALID, problem);
}

static bool skip(struct reader *r, int events)
{
    for (; events > 0; events--)
        if (!next(r))
            return false;
    return true;
}

static bool is_plain_number(struct str text)
{
    if (!text.len || (text.ptr[0] != '-' && (text.ptr[0] < '0' || text.ptr[0] > '9')))
        return false;
    AUTO(arena_drop) struct arena scratch = ARENA(sizeof(struct json) + 64);
    struct err ignored;
    const struct json *v = json_parse(&scratch, text, &ignored);
    return v && v->kind == JSON_NUMBER;
}

/* YAML 1.1 would also take yes, no, on and off for truth, and 012 for ten: here they are text. */
static enum json_kind kind_of_plain(struct str text)
{
    static const struct {
        struct str word;
        enum json_kind kind;
    } words[] = {
        {S_("true"), JSON_TRUE}, {S_("false"), JSON_FALSE}, {S_("null"), JSON_NULL},
        {S_("~"), JSON_NULL},    {S_(""), JSON_NULL},
    };
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(text, words[i].word))
            return words[i].kind;
    return is_plain_number(text) ? JSON_NUMBER : JSON_STRING;
}

static bool is_dull(struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        return fail(r, "anchors are not accepted");
    if (tag)
        return fail(r, "tags are not accepted");
    return true;
}

static bool scalar_text(struct reader *r, struct str *ret_text)
{
    struct str value = {(const char *)r->event.data.scalar.value, r->event.data.scalar.length};
    struct str copy = arena_str(r->memory, value);
    if (!copy.ptr)
        return no_room(r);
    *ret_text = copy;
    return true;
}

static bool read_scalar(struct reader *r, struct json *v)
{
    if (!is_dull(r, r->event.data.scalar.anchor, r->event.data.scalar.tag) ||
        !scalar_text(r, &v->text))
        return false;
    bool plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    v->kind = plain ? kind_of_plain(v->text) : JSON_STRING;
    return true;
}

static bool read_node(struct reader *r, struct json *v);

static bool read_key(struct reader *r, struct map *names, struct json *v)
{
    if (r->event.type == YAML_ALIAS_EVENT)
        return fail(r, "aliases are not accepted");
    if (r->event.type != YAML_SCALAR_EVENT)
        return fail(r, "a name must be plain text");
    if (!is_dull(r, r->event.data.scalar.anchor, r->event.data.scalar.tag) ||
        !scalar_text(r, &v->key))
        return false;
    if (str_eq(v->key, S("<<")))
        return fail(r, "merge keys are not accepted");
    void **seen = map_slot_of(names, v->key);
    if (!seen)
        return no_room(r);
    if (*seen)
        return fail(r, "name stands twice in one mapping");
    *seen = v;
    return next(r);
}

static bool read_children(struct reader *r, struct json *parent, yaml_event_type_t end)
{
    struct map names = MAP(r->memory);
    const struct json **tail = &parent->child;
    if (++r->depth > YAML_DEPTH_MAX)
        return fail_at(r, r->event.start_mark, ERR_LIMIT, "nested too deep");
    if (!next(r))
        return false;
    while (r->event.type != end) {
        struct json *v = arena_new(r->memory, struct json);
        if (!v)
            return no_room(r);
        if (parent->kind == JSON_OBJECT && !read_key(r, &names, v))
            return false;
        if (!read_node(r, v))
            return false;
        *tail = v;
        tail = &v->next;
        parent->count++;
        if (!next(r))
            return false;
    }
    r->depth--;
    return true;
}

/* The event at hand begins the node; on return the event at hand is its last. */
static bool read_node(struct reader *r, struct json *v)
{
    switch (r->event.type) {
    case YAML_SCALAR_EVENT: return read_scalar(r, v);
    case YAML_ALIAS_EVENT: return fail(r, "aliases are not accepted");
    case YAML_SEQUENCE_START_EVENT:
        v->kind = JSON_ARRAY;
        return is_dull(r, r->event.data.sequence_start.anchor, r->event.data.sequence_start.tag) &&
               read_children(r, v, YAML_SEQUENCE_END_EVENT);
    case YAML_MAPPING_START_EVENT:
        v->kind = JSON_OBJECT;
        return is_dull(r, r->event.data.mapping_start.anchor, r->event.data.mapping_start.tag) &&
               read_children(r, v, YAML_MAPPING_END_EVENT);
    default: return fail(r, "no value");
    }
}

static bool read_document(struct reader *r, struct json *v)
{
    if (!skip(r, 2)) /* the stream begins, then the document */
        return false;
    if (r->event.type != YAML_DOCUMENT_START_EVENT)
        return fail(r, "the file holds no document");
    if (r->event.data.document_start.tag_directives.start !=
        r->event.data.document_start.tag_directives.end)
        return fail(r, "tags are not accepted");
    if (!next(r) || !read_node(r, v))
        return false;
    if (!skip(r, 2)) /* the document ends, then the stream */
        return false;
    return r->event.type == YAML_STREAM_END_EVENT || fail(r, "more than one document");
}

const struct json *yaml_parse(struct arena *a, struct str text, struct err *e)
{
    if (text.len > YAML_SIZE_MAX) {
        err_set(e, ERR_LIMIT, "larger than %d bytes", YAML_SIZE_MAX);
        return NULL;
    }
    struct reader r = {.memory = a, .e = e};
    struct json *v = arena_new(a, struct json);
    if (!v)
        return no_room(&r), NULL;
    if (!yaml_parser_initialize(&r.parser))
        abort();
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.len ? text.ptr : ""),
                                 text.len);
    bool good = read_document(&r, v);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    return good ? v : NULL;
}

const struct json *yaml_load(struct arena *a, const char *path, struct err *e)
{
    struct str text;
    if (!file_read(a, path, YAML_SIZE_MAX, &text, e))
        return NULL;
    const struct json *v = yaml_parse(a, text, e);
    if (!v)
        err_wrap(e, "%s", path);
    return v;
}
