/* shape.c - the strict reader. See shape_private.h. */
#include "shape_private.h"

#include "core/addr.h"
#include "core/ascii.h"
#include "core/encode.h"
#include "core/keys.h"
#include "core/time.h"

#include <stdio.h>

enum { HASH_LEN = 2 * SHA256_SIZE, ID_LEN = 32 };

static bool wrong(struct shape_reader *r, const char *why)
{
    return err_set(r->e, ERR_INVALID, "%s: %s", r->path[0] ? r->path : "the file", why);
}

/* Appends ".name" or "[i]" to the path, and returns what to cut it back to. */
static size_t path_name(struct shape_reader *r, struct str name)
{
    size_t at = strlen(r->path);
    snprintf(r->path + at, sizeof r->path - at, "%s%.*s", at ? "." : "",
             (int)(name.len < 40 ? name.len : 40), name.len ? name.ptr : "");
    return at;
}

static size_t path_index(struct shape_reader *r, size_t i)
{
    size_t at = strlen(r->path);
    snprintf(r->path + at, sizeof r->path - at, "[%zu]", i);
    return at;
}

static bool blank(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_is_space(s.ptr[i]))
            return false;
    return true;
}

static bool read_text(struct shape_reader *r, const struct json *v, bool may_be_empty, void *out)
{
    if (v->kind != JSON_STRING)
        return wrong(r, "not a text");
    if (may_be_empty ? v->text.len && blank(v->text) : blank(v->text))
        return wrong(r, "empty");
    if (v->text.len > SHAPE_TEXT_MAX)
        return wrong(r, "longer than a text may be");
    for (size_t i = 0; i < v->text.len; i++)
        if ((unsigned char)v->text.ptr[i] < ' ' || v->text.ptr[i] == 0x7f)
            return wrong(r, "holds a control character");
    struct str copy = arena_str(r->memory, v->text);
    if (v->text.len && !copy.ptr)
        return err_set(r->e, ERR_LIMIT, "%s: too much text", r->path);
    memcpy(out, &copy, sizeof copy);
    return true;
}

static bool read_hex(struct shape_reader *r, const struct json *v, size_t len, void *out)
{
    size_t zeros = 0;
    if (v->kind != JSON_STRING || !v->text.len)
        return wrong(r, v->kind == JSON_STRING ? "empty" : "not a text");
    for (size_t i = 0; i < v->text.len; i++) {
        if (ascii_hex_value(v->text.ptr[i]) < 0 || ascii_lower(v->text.ptr[i]) != v->text.ptr[i])
            return wrong(r, "not lower-case hex");
        zeros += v->text.ptr[i] == '0';
    }
    if (v->text.len != len || zeros == len)
        return wrong(r, len == ID_LEN ? "not 32 hex digits" : "not the 64 hex digits of a SHA-256");
    return read_text(r, v, false, out);
}

static bool read_time(struct shape_reader *r, const struct json *v, bool utc, void *out)
{
    struct err why = {0};
    int64_t us;
    if (v->kind != JSON_STRING || !v->text.len)
        return wrong(r, v->kind == JSON_STRING ? "empty" : "not a time");
    if (!time_parse(v->text, &us, &why))
        return wrong(r, why.text);
    if (utc && v->text.ptr[v->text.len - 1] != 'Z')
        return wrong(r, "not in UTC (it must end in Z)");
    memcpy(out, &us, sizeof us);
    return true;
}

static bool read_number(struct shape_reader *r, const struct json *v, enum shape_kind kind,
                        void *out)
{
    int64_t whole;
    double share;
    if (kind == SHAPE_COUNT) {
        if (!json_value_int(v, &whole) || whole < 0)
            return wrong(r, "not a whole number of 0 or more");
        memcpy(out, &whole, sizeof whole);
        return true;
    }
    if (!json_value_double(v, &share) || !(share > 0) || share > 1)
        return wrong(r, "not a number over 0 and up to 1");
    memcpy(out, &share, sizeof share);
    return true;
}

static bool read_bool(struct shape_reader *r, const struct json *v, void *out)
{
    bool b = v->kind == JSON_TRUE;
    if (!b && v->kind != JSON_FALSE)
        return wrong(r, "neither true nor false");
    memcpy(out, &b, sizeof b);
    return true;
}

static bool read_key(struct shape_reader *r, const struct json *v, void *out)
{
    struct err why = {0};
    struct key_public key;
    if (v->kind != JSON_STRING || !v->text.len)
        return wrong(r, v->kind == JSON_STRING ? "empty" : "not a text");
    if (!key_public_parse(v->text, &key, &why))
        return wrong(r, why.text);
    memcpy(out, &key, sizeof key);
    return true;
}

static bool read_sig(struct shape_reader *r, const struct json *v, void *out)
{
    AUTO(buf_drop) struct buf bytes = BUF(KEY_SIGNATURE_SIZE + 2);
    if (v->kind != JSON_STRING || !base64_read(v->text, &bytes) || bytes.len != KEY_SIGNATURE_SIZE)
        return wrong(r, "not the base64 of a signature");
    memcpy(out, bytes.ptr, KEY_SIGNATURE_SIZE);
    return true;
}

static bool read_prefix(struct shape_reader *r, const struct json *v, void *out)
{
    struct err why = {0};
    struct addr prefix;
    if (v->kind != JSON_STRING)
        return wrong(r, "not a text");
    if (!prefix_parse(v->text, &prefix, &why))
        return wrong(r, why.text);
    memcpy(out, &prefix, sizeof prefix);
    return true;
}

static bool read_pointer(struct shape_reader *r, const struct shape *of, const struct json *v,
                         void *out)
{
    void *object = arena_alloc(r->memory, 1, of->size);
    if (!object)
        return err_set(r->e, ERR_LIMIT, "%s: too much", r->path);
    if (!shape_read(r, of, v, object))
        return false;
    memcpy(out, &object, sizeof object);
    return true;
}

static bool read_one(struct shape_reader *r, const struct shape_member *m, const struct json *v,
                     void *out)
{
    switch (m->kind) {
    case SHAPE_TEXT:
    case SHAPE_WORD: return read_text(r, v, m->kind == SHAPE_WORD, out);
    case SHAPE_TIME:
    case SHAPE_TIME_UTC: return read_time(r, v, m->kind == SHAPE_TIME_UTC, out);
    case SHAPE_COUNT:
    case SHAPE_SHARE: return read_number(r, v, m->kind, out);
    case SHAPE_BOOL: return read_bool(r, v, out);
    case SHAPE_HASH: return read_hex(r, v, HASH_LEN, out);
    case SHAPE_ID: return read_hex(r, v, ID_LEN, out);
    case SHAPE_KEY: return read_key(r, v, out);
    case SHAPE_SIG: return read_sig(r, v, out);
    case SHAPE_PREFIX: return read_prefix(r, v, out);
    case SHAPE_OBJECT: return shape_read(r, m->of, v, out);
    case SHAPE_POINTER: return read_pointer(r, m->of, v, out);
    case SHAPE_OTHER: return true;
    }
    return wrong(r, "of an unknown kind");
}

static size_t size_of(const struct shape_member *m)
{
    switch (m->kind) {
    case SHAPE_PREFIX: return sizeof(struct addr);
    case SHAPE_OBJECT: return m->of->size;
    default: return sizeof(struct str);
    }
}

static bool read_list(struct shape_reader *r, const struct shape_member *m, const struct json *v,
                      void *out)
{
    LAW_LIST(uint8_t) list = {0};
    size_t size = size_of(m);
    if (v->kind != JSON_ARRAY)
        return wrong(r, "not a list");
    if (m->some && !v->count)
        return wrong(r, "an empty list");
    if (!v->count) {
        memcpy(out, &list, sizeof list);
        return true;
    }
    list.ptr = arena_alloc(r->memory, v->count, size);
    if (!list.ptr)
        return err_set(r->e, ERR_LIMIT, "%s: too long a list", r->path);
    for (json_each(item, v)) {
        size_t at = path_index(r, list.count);
        if (!read_one(r, m, item, list.ptr + size * list.count))
            return false;
        r->path[at] = '\0';
        list.count++;
    }
    memcpy(out, &list, sizeof list);
    return true;
}

static const struct shape_member *member_named(const struct shape *s, struct str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_eq(s->members[i].name, name))
            return &s->members[i];
    return NULL;
}

bool shape_read(struct shape_reader *r, const struct shape *s, const struct json *v, void *out)
{
    uint64_t seen = 0;
    if (v->kind != JSON_OBJECT)
        return wrong(r, "not an object");
    for (json_each(value, v)) {
        const struct shape_member *m = member_named(s, value->key);
        size_t at = path_name(r, value->key);
        if (!m)
            return wrong(r, "no such member is known");
        bool none = r->nulls && m->optional && value->kind == JSON_NULL;
        if (!none && !(m->list ? read_list : read_one)(r, m, value, (char *)out + m->at))
            return false;
        seen |= UINT64_C(1) << (m - s->members);
        r->path[at] = '\0';
    }
    for (size_t i = 0; i < s->count; i++) {
        if (s->members[i].optional || seen & UINT64_C(1) << i)
            continue;
        (void)path_name(r, s->members[i].name);
        return wrong(r, "missing");
    }
    return true;
}
