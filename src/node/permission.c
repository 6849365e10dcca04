/* permission.c - scopes by name. */
#include "node/permission.h"

static const struct {
    struct str name;
    int64_t bit;
} scopes[] = {
#define X(name, bit, text, meaning) {S_(text), MAY_##name},
    PERMISSION_MAP(X)
#undef X
};

bool permission_parse(struct str text, int64_t *ret_bits, struct err *e)
{
    int64_t bits = 0;
    struct str rest = text;
    while (rest.len) {
        struct str word = str_cut(rest, ',', &rest);
        bool all = str_eq(word, S("all")), known = all;
        for (size_t i = 0; i < COUNT(scopes); i++)
            if (all || str_eq(word, scopes[i].name)) {
                bits |= scopes[i].bit;
                known = true;
            }
        if (!known)
            return err_set(e, ERR_INVALID, "no scope '" STR_FMT "'", STR_ARG(word));
    }
    if (!bits)
        return err_set(e, ERR_INVALID, "a key holds at least one scope, such as read,sensor");
    *ret_bits = bits;
    return true;
}

void permission_write(int64_t bits, struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < COUNT(scopes); i++)
        if (bits & scopes[i].bit) {
            if (!first)
                buf_byte(out, ',');
            buf_put(out, scopes[i].name);
            first = false;
        }
}
