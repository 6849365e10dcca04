/* json_names.c - is a name repeated in one object? Asked of every object a stranger sends, so the
 * common small object must cost almost nothing and the hostile large one only its length. */
#include "core/hash.h"
#include "core/json/json_private.h"

/* Up to this many members are compared pair by pair, and only when a one-word filter says so. */
enum { FEW = 32 };

/* One of 64 bits for a name, from its length and its ends: cheap, and different for most names. */
static uint64_t name_bit(struct str name)
{
    unsigned h = (unsigned)name.len;
    if (name.len)
        h += (unsigned char)name.ptr[0] * 5U + (unsigned char)name.ptr[name.len / 2] * 11U +
             (unsigned char)name.ptr[name.len - 1] * 23U;
    return UINT64_C(1) << (h & 63);
}

static const struct json *repeat_of_few(const struct json *object, size_t *compared)
{
    uint64_t seen = 0;
    for (json_each(v, object)) {
        uint64_t bit = name_bit(v->key);
        if (seen & bit)
            for (const struct json *w = object->child; w != v; w = w->next) {
                ++*compared;
                if (str_eq(w->key, v->key))
                    return v;
            }
        seen |= bit;
    }
    return NULL;
}

/* Strangers choose the names, so the table's hash is keyed. */
static const struct json *repeat_of_many(const struct json *object, size_t *compared)
{
    size_t size = hash_table_size(object->count), mask = size - 1;
    const struct json **slots = calloc(size, sizeof(void *));
    if (!slots)
        abort();
    const struct json *found = NULL;
    for (const struct json *v = object->child; v && !found; v = v->next) {
        size_t at = (size_t)hash_sip(v->key) & mask;
        for (; slots[at] && !found; at = (at + 1) & mask) {
            ++*compared;
            if (str_eq(slots[at]->key, v->key))
                found = v;
        }
        slots[at] = v;
    }
    free((void *)slots);
    return found;
}

const struct json *json_repeated_name(const struct json *object, size_t *ret_compared)
{
    *ret_compared = 0;
    return object->count <= FEW ? repeat_of_few(object, ret_compared)
                                : repeat_of_many(object, ret_compared);
}
