/* reader.c - the text of a reader: every attribute the gate looks at, in a fixed order. */
#include "release/reader.h"

#include "core/buf.h"

static const char *const role_names[] = {
#define X(name, text, tlp, level) [READER_##name] = (text),
    READER_ROLE_MAP(X)
#undef X
};

static const char *const tlp_words[TLP_COUNT] = {
    [TLP_UNMARKED] = "none", [TLP_CLEAR] = "clear", [TLP_GREEN] = "green",
    [TLP_AMBER] = "amber",   [TLP_RED] = "red",     [TLP_AMBER_STRICT] = "amber+strict",
};

const char *reader_role_name(enum reader_role role)
{
    return role_names[role];
}

bool reader_role_parse(struct str name, enum reader_role *ret_role)
{
    for (unsigned i = 0; i < READER_ROLE_COUNT; i++) {
        if (str_eq(name, (struct str){role_names[i], strlen(role_names[i])})) {
            *ret_role = (enum reader_role)i;
            return true;
        }
    }
    return false;
}

/* Whatever could be taken for the end of a field is written as %XX. */
static void put_field(struct buf *out, const char *name, struct str value)
{
    buf_fmt(out, "%s%s=", out->len ? ";" : "", name);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr("-._:+", c));
        if (plain)
            buf_byte(out, (char)c);
        else
            buf_fmt(out, "%%%02X", c);
    }
}

static struct str word(const char *text)
{
    return (struct str){text, strlen(text)};
}

bool reader_seal(struct arena *a, struct reader *r, struct err *e)
{
    enum { TEXT_MAX = 4096 };
    if (!r->realm.len)
        return err_set(e, ERR_INVALID, "a reader has a realm");
    if (r->role >= READER_ROLE_COUNT || r->clearance >= TLP_COUNT)
        return err_set(e, ERR_INVALID, "a reader has a known role and clearance");

    char level[12];
    snprintf(level, sizeof level, "%u", r->level);
    AUTO(buf_drop) struct buf out = BUF(TEXT_MAX);
    put_field(&out, "realm", r->realm);
    put_field(&out, "role", word(role_names[r->role]));
    put_field(&out, "tlp", word(tlp_words[r->clearance]));
    put_field(&out, "level", word(level));
    put_field(&out, "sector", r->sector);
    put_field(&out, "country", r->country);
    size_t class_len = out.len;
    put_field(&out, "org", r->org);
    size_t org_len = out.len;
    put_field(&out, "person", r->person);

    struct str text = arena_str(a, buf_str(&out));
    if (out.over || !text.ptr)
        return err_set(e, ERR_LIMIT, "a reader's text is longer than %d bytes", TEXT_MAX);
    r->text = text;
    r->class_len = class_len;
    r->org_len = org_len;
    return true;
}

struct str reader_text(const struct reader *r, enum reader_scope scope)
{
    size_t len = scope == READER_CLASS ? r->class_len
                 : scope == READER_ORG ? r->org_len
                                       : r->text.len;
    return (struct str){r->text.ptr, len};
}
