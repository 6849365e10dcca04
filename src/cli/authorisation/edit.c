/* edit.c - --set PATH=VALUE on a tree that itself never changes: it is written anew, with the values in place. */
#include "authorisation_private.h"
#include "core/digest.h"
#include "core/encode.h"
#include "core/io.h"
#include "core/jsonw.h"

#include <stdlib.h>

enum { PATH_MAX_LEN = 200, VALUE_FILE_MAX = 64 << 20 };

struct set {
    struct str path, value; /* value: JSON */
    bool used;
};

struct edit {
    struct jsonw w;
    struct set *sets;
    size_t count;
    char path[PATH_MAX_LEN];
};

static struct str as_json(struct arena *a, struct str value, struct err *e)
{
    AUTO(buf_drop) struct buf quoted = BUF(8 << 20);
    struct err no = {0};
    if (value.len && value.ptr[0] == '@') {
        struct str text;
        uint8_t digest[SHA256_SIZE];
        char *path = arena_cstr(a, str_skip(value, 1));
        if (!path || !file_read(a, path, VALUE_FILE_MAX, &text, e))
            return STR_NONE;
        sha256_of(text, digest);
        buf_byte(&quoted, '"');
        hex_put(&quoted, digest, sizeof digest);
        buf_byte(&quoted, '"');
        return arena_str(a, buf_str(&quoted));
    }
    /* Hex digits that read as a number are text: nothing in an authorisation has ten digits or more. */
    enum { NUMBER_LEN = 16 };
    const struct json *v = json_parse(a, value, &no);
    if (v && v->kind != JSON_NULL && (v->kind != JSON_NUMBER || value.len <= NUMBER_LEN))
        return value;
    json_quote(&quoted, value);
    return arena_str(a, buf_str(&quoted));
}

static bool read_sets(struct arena *a, const struct opt_list *given, struct edit *edit,
                      struct err *e)
{
    edit->sets = arena_array(a, struct set, given->count + 1);
    if (!edit->sets)
        return err_set(e, ERR_LIMIT, "--set: too many");
    for (size_t i = 0; i < given->count; i++) {
        struct str value, whole = auth_str(given->items[i]);
        struct set *s = &edit->sets[edit->count++];
        s->path = str_cut(whole, '=', &value);
        if (s->path.len == whole.len || s->path.len >= PATH_MAX_LEN)
            return err_set(e, ERR_INVALID, "--set: PATH=VALUE, not \"%.60s\"", given->items[i]);
        s->value = as_json(a, value, e);
        if (!s->value.len)
            return e->text[0] ? err_wrap(e, "--set") : err_set(e, ERR_LIMIT, "--set: too much");
    }
    return true;
}

static struct set *set_for(struct edit *edit)
{
    for (size_t i = 0; i < edit->count; i++)
        if (str_eq(edit->sets[i].path, auth_str(edit->path)))
            return &edit->sets[i];
    return NULL;
}

static void put_edited(struct edit *edit, const struct json *v);

static void put_members(struct edit *edit, const struct json *v)
{
    size_t at = strlen(edit->path);
    jw_object(&edit->w);
    for (json_each(m, v)) {
        snprintf(edit->path + at, sizeof edit->path - at, "%s" STR_FMT, at ? "." : "",
                 STR_ARG(m->key));
        jw_key_str(&edit->w, m->key);
        put_edited(edit, m);
        edit->path[at] = '\0';
    }
    for (size_t i = 0; i < edit->count; i++) { /* new members of this object */
        struct set *s = &edit->sets[i];
        struct str rest = str_skip(s->path, at + (at != 0));
        if (s->used || !str_starts(s->path, (struct str){edit->path, at}) || !rest.len ||
            (at && s->path.ptr[at] != '.') || memchr(rest.ptr, '.', rest.len) ||
            memchr(rest.ptr, '[', rest.len) || json_get(v, rest))
            continue;
        jw_key_str(&edit->w, rest);
        jw_raw(&edit->w, s->value);
        s->used = true;
    }
    jw_end(&edit->w);
}

static void put_edited(struct edit *edit, const struct json *v)
{
    struct set *s = set_for(edit);
    size_t at = strlen(edit->path), i = 0;
    if (s) {
        s->used = true;
        jw_raw(&edit->w, s->value);
    } else if (v->kind == JSON_OBJECT) {
        put_members(edit, v);
    } else if (v->kind == JSON_ARRAY) {
        jw_array(&edit->w);
        for (json_each(item, v)) {
            snprintf(edit->path + at, sizeof edit->path - at, "[%zu]", i++);
            put_edited(edit, item);
            edit->path[at] = '\0';
        }
        jw_end(&edit->w);
    } else {
        jw_value(&edit->w, v);
    }
}

bool auth_edit(struct arena *a, const struct json *tree, const struct opt_list *sets,
               struct buf *out, struct err *e)
{
    struct edit edit = {.w = JSONW(out)};
    if (!read_sets(a, sets, &edit, e))
        return false;
    put_edited(&edit, tree);
    for (size_t i = 0; i < edit.count; i++)
        if (!edit.sets[i].used)
            return err_set(e, ERR_INVALID, "--set: the draft has no place \"" STR_FMT "\"",
                           STR_ARG(edit.sets[i].path));
    return !out->over || err_set(e, ERR_LIMIT, "--set: too much");
}
