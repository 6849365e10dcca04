/* office.c - see office.h. */
#include "verify/office.h"

#include "core/io.h"
#include "core/time.h"

enum { OFFICE_FILE_MOST = 4 << 20 };

static bool read_row(const struct json *in, struct office_row *row, struct err *e)
{
    const struct json *to = json_get(in, S("to"));
    row->role = json_text(in, S("role"));
    row->organisation = json_text(in, S("organisation"));
    if (!row->role.len || !row->organisation.len)
        return err_set(e, ERR_INVALID, "a row without role or organisation");
    return key_public_parse(json_text(in, S("key")), &row->key, e) &&
           time_parse(json_text(in, S("from")), &row->from, e) &&
           (!to || time_parse(to->kind == JSON_STRING ? to->text : STR_NONE, &row->to, e));
}

bool office_read(struct arena *a, struct str text, const struct office **ret, struct err *e)
{
    const struct json *tree = json_parse(a, text, e);
    if (!tree)
        return err_wrap(e, "trust file");
    const struct json *keys = json_get(tree, S("keys"));
    struct office *o = arena_new(a, struct office);
    if (!keys || keys->kind != JSON_ARRAY)
        return err_set(e, ERR_INVALID, "trust file: no list 'keys'");
    struct office_row *rows = arena_array(a, struct office_row, keys->count + 1);
    if (!o || !rows)
        return err_set(e, ERR_LIMIT, "trust file: too large");
    o->rows = rows;
    for (json_each(row, keys)) {
        if (!read_row(row, &o->rows[o->count], e))
            return err_wrap(e, "trust file: keys[%zu]", o->count);
        o->count++;
    }
    o->firmware = json_get(tree, S("firmware"));
    o->revoked = json_get(tree, S("revoked"));
    o->law_tables = json_get(tree, S("law_tables"));
    *ret = o;
    return true;
}

bool office_open(struct arena *a, const char *path, const struct office **ret, struct err *e)
{
    struct str text;
    return file_read(a, path, OFFICE_FILE_MOST, &text, e) && office_read(a, text, ret, e);
}

bool office_held(const struct office *o, const struct key_public *key, struct str role,
                 struct str organisation, int64_t at)
{
    for (size_t i = 0; i < o->count; i++) {
        const struct office_row *r = &o->rows[i];
        if (key_public_eq(&r->key, key) && str_eq(r->role, role) &&
            (!organisation.len || str_eq(r->organisation, organisation)) && at >= r->from &&
            (!r->to || at < r->to))
            return true;
    }
    return false;
}

bool office_held_another(const struct office *o, const struct key_public *key, struct str role)
{
    for (size_t i = 0; i < o->count; i++)
        if (key_public_eq(&o->rows[i].key, key) && !str_eq(o->rows[i].role, role))
            return true;
    return false;
}
