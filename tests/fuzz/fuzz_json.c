/* fuzz_json.c - any bytes at all: parsed or refused with a reason, inside the memory limit; and what
 * was parsed, written down again, is the same document. */
#include "core/jsonw.h"
#include "fuzz.h"

static bool same(const struct json *a, const struct json *b)
{
    if (a->kind != b->kind || a->count != b->count || !str_eq(a->key, b->key) ||
        !str_eq(a->text, b->text))
        return false;
    const struct json *y = b->child;
    for (json_each(x, a)) {
        if (!same(x, y))
            return false;
        y = y->next;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20), again = ARENA(8 << 20);
    AUTO(buf_drop) struct buf out = BUF(8 << 20);
    struct err e = {0};
    const struct json *v = json_parse(&memory, (struct str){(const char *)data, size}, &e);
    if (!v && (e.code == ERR_OK || !e.text[0]))
        __builtin_trap(); /* a refusal that does not say why */
    if (!v)
        return 0;
    struct jsonw w = JSONW(&out);
    jw_value(&w, v);
    const struct json *read = json_parse(&again, buf_str(&out), &e);
    if (!out.over && (!read || !same(v, read)))
        __builtin_trap();
    return 0;
}
