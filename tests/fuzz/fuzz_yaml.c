/* fuzz_yaml.c - any bytes at all: a tree inside its limits, or a refusal that says why. */
#include "core/yaml.h"
#include "fuzz.h"

static size_t depth_of(const struct json *v)
{
    size_t deepest = 0;
    for (json_each(child, v)) {
        size_t d = depth_of(child);
        deepest = d > deepest ? d : deepest;
    }
    return deepest + (v->kind == JSON_ARRAY || v->kind == JSON_OBJECT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct err e = {0};
    const struct json *v = yaml_parse(&memory, (struct str){(const char *)data, size}, &e);
    if (!v && (e.code == ERR_OK || !e.text[0]))
        __builtin_trap(); /* a refusal that does not say why */
    if (v && depth_of(v) > 32)
        __builtin_trap();
    return 0;
}
