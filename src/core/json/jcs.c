/* jcs.c - RFC 8785: sort, and write every value in the one way it can be written. See jcs.h. */
#include "core/jcs.h"

#include "core/json/json_private.h"
#include "core/jsonw.h"

/* UTF-8 sorts as code points do; UTF-16 puts what needs two units (lead bytes f0 and up) before
 * U+E000 to U+FFFF (lead bytes ee and ef). Moving those two up makes bytes sort as code units. */
static int unit_weight(unsigned char c)
{
    return c == 0xee || c == 0xef ? c + 0x20 : c;
}

static int by_code_unit(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < n; i++)
        if (a.ptr[i] != b.ptr[i])
            return unit_weight((unsigned char)a.ptr[i]) - unit_weight((unsigned char)b.ptr[i]);
    return (a.len > b.len) - (a.len < b.len);
}

static int by_name(const void *a, const void *b)
{
    const struct json *const *left = a, *const *right = b;
    return by_code_unit((*left)->key, (*right)->key);
}

static bool put(const struct json *v, struct buf *out, struct err *e);

static bool put_members(const struct json *const *members, size_t count, struct buf *out,
                        struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        if (i && by_name(&members[i - 1], &members[i]) == 0)
            return err_set(e, ERR_INVALID, "name \"" STR_FMT "\" stands twice in one object",
                           STR_ARG(members[i]->key));
        if (i)
            buf_byte(out, ',');
        json_quote(out, members[i]->key);
        buf_byte(out, ':');
        if (!put(members[i], out, e))
            return false;
    }
    return true;
}

static bool put_object(const struct json *v, struct buf *out, struct err *e)
{
    const struct json **members = calloc(v->count ? v->count : 1, sizeof(void *));
    if (!members)
        abort();
    size_t count = 0;
    for (json_each(m, v))
        members[count++] = m;
    qsort((void *)members, count, sizeof(void *), by_name);
    buf_byte(out, '{');
    bool done = put_members(members, count, out, e);
    buf_byte(out, '}');
    free((void *)members);
    return done;
}

static bool put_number(const struct json *v, struct buf *out, struct err *e)
{
    double value;
    if (!json_value_double(v, &value))
        return err_set(e, ERR_INVALID, "no double can hold the number %.*s",
                       (int)(v->text.len < 40 ? v->text.len : 40), v->text.ptr);
    number_put(out, value);
    return true;
}

static bool put_array(const struct json *v, struct buf *out, struct err *e)
{
    buf_byte(out, '[');
    for (json_each(item, v)) {
        if (item != v->child)
            buf_byte(out, ',');
        if (!put(item, out, e))
            return false;
    }
    buf_byte(out, ']');
    return true;
}

static bool put(const struct json *v, struct buf *out, struct err *e)
{
    switch (v->kind) {
    case JSON_NULL: buf_put(out, S("null")); return true;
    case JSON_FALSE: buf_put(out, S("false")); return true;
    case JSON_TRUE: buf_put(out, S("true")); return true;
    case JSON_NUMBER: return put_number(v, out, e);
    case JSON_STRING: json_quote(out, v->text); return true;
    case JSON_ARRAY: return put_array(v, out, e);
    case JSON_OBJECT: return put_object(v, out, e);
    }
    return err_set(e, ERR_INVALID, "no such kind of value");
}

bool jcs_write(const struct json *v, struct buf *out, struct err *e)
{
    if (!put(v, out, e))
        return false;
    if (out->over)
        return err_set(e, ERR_LIMIT, "canonical form larger than %zu bytes", out->limit);
    return true;
}

bool jcs_canonicalise(struct str text, struct buf *out, struct err *e)
{
    /* The most a text of this length can make the reader hold: a value for every two bytes. */
    size_t ceiling;
    if (__builtin_mul_overflow(text.len, sizeof(struct json), &ceiling) ||
        __builtin_add_overflow(ceiling, 4096, &ceiling))
        return err_set(e, ERR_LIMIT, "text of %zu bytes", text.len);
    AUTO(arena_drop) struct arena memory = ARENA(ceiling);
    const struct json *v = json_parse(&memory, text, e);
    return v && jcs_write(v, out, e);
}
