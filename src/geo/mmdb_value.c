/* mmdb_value.c - values of the data section, read with bounds on length, depth and number. */
#include "core/rd.h"
#include "geo/mmdb_private.h"

/* Whole numbers are written without leading zero bytes. */
static uint64_t number_read(struct rd *r, size_t len)
{
    uint64_t n = 0;
    while (len--)
        n = n << 8 | rd_u8(r);
    return n;
}

/* Control byte, extended type, size (specification, "Data Section"). */
static bool head_read(struct rd *r, unsigned *ret_type, size_t *ret_size)
{
    uint8_t control = rd_u8(r);
    unsigned type = control >> 5;
    size_t size = control & 31;
    if (type == 0) {
        type = 7u + rd_u8(r);
        if (type < 8 || type > MMDB_FLOAT)
            return false;
    }
    if (type != MMDB_POINTER && size >= 29) {
        static const size_t base[] = {29, 285, 65821};
        size_t extra = size - 28;
        size = base[extra - 1] + number_read(r, extra);
    }
    *ret_type = type;
    *ret_size = size;
    return !r->bad;
}

static size_t pointer_read(struct rd *r, size_t size)
{
    static const size_t base[] = {0, 2048, 526336, 0};
    size_t extra = size >> 3;
    uint64_t high = extra == 3 ? 0 : size & 7;
    return base[extra] + (high << (8 * (extra + 1)) | number_read(r, extra + 1));
}

static bool payload_read(struct rd *r, size_t size, struct mmdb_value *v)
{
    static const uint8_t most[] = {[MMDB_UINT16] = 2,
                                   [MMDB_UINT32] = 4,
                                   [MMDB_INT32] = 4,
                                   [MMDB_UINT64] = 8,
                                   [MMDB_UINT128] = 16};
    switch (v->type) {
    case MMDB_TEXT:
    case MMDB_BYTES: v->text = rd_str(r, size); break;
    case MMDB_UINT16:
    case MMDB_UINT32:
    case MMDB_INT32:
    case MMDB_UINT64:
    case MMDB_UINT128:
        if (size > most[v->type])
            return false;
        v->number = number_read(r, size);
        break;
    case MMDB_DOUBLE:
    case MMDB_FLOAT:
        if (size != (v->type == MMDB_DOUBLE ? 8 : 4))
            return false;
        (void)rd_str(r, size);
        break;
    case MMDB_BOOL: v->number = size; return size <= 1;
    case MMDB_MAP:
    case MMDB_ARRAY: v->count = size; break;
    default: return false; /* a pointer to a pointer, a cache container, an end marker */
    }
    return !r->bad;
}

bool mmdb_value_read(struct mmdb_data *d, size_t *at, struct mmdb_value *ret_value)
{
    unsigned type = 0;
    size_t size = 0;
    if (d->budget == 0 || *at >= d->size)
        return false;
    d->budget--;
    struct rd r = rd_of(d->bytes + *at, d->size - *at);
    if (!head_read(&r, &type, &size))
        return false;
    bool pointed = type == MMDB_POINTER;
    if (pointed) {
        size_t to = pointer_read(&r, size);
        if (r.bad || to >= d->size)
            return false;
        *at = d->size - rd_left(&r);
        r = rd_of(d->bytes + to, d->size - to);
        if (!head_read(&r, &type, &size))
            return false;
    }
    struct mmdb_value v = {.type = type};
    if (!payload_read(&r, size, &v))
        return false;
    v.inside = d->size - rd_left(&r);
    if (!pointed)
        *at = v.inside;
    /* An item takes a byte at least: a count past that is a lie, and would be believed later. */
    if (v.count > d->size - v.inside)
        return false;
    *ret_value = v;
    return true;
}

static bool key_is_sound(const struct mmdb_value *key)
{
    if (key->type != MMDB_TEXT)
        return false;
    for (size_t i = 0; i < key->text.len; i++)
        if (key->text.ptr[i] < 0x20 || key->text.ptr[i] > 0x7e)
            return false;
    return true;
}

bool mmdb_value_walk(struct mmdb_data *d, size_t *at, int depth)
{
    struct mmdb_value v;
    size_t start = *at;
    if (depth > MMDB_DEPTH_MAX || !mmdb_value_read(d, at, &v))
        return false;
    if (v.type != MMDB_MAP && v.type != MMDB_ARRAY)
        return true;
    bool pointed = d->bytes[start] >> 5 == MMDB_POINTER;
    size_t inside = v.inside;
    for (size_t i = 0; i < v.count; i++) {
        struct mmdb_value key;
        if (v.type == MMDB_MAP && (!mmdb_value_read(d, &inside, &key) || !key_is_sound(&key)))
            return false;
        if (!mmdb_value_walk(d, &inside, depth + 1))
            return false;
    }
    if (!pointed)
        *at = inside;
    return true;
}

bool mmdb_member(struct mmdb_data *d, const struct mmdb_value *map, struct str key,
                 struct mmdb_value *ret_value)
{
    size_t inside = map->inside;
    if (map->type != MMDB_MAP)
        return false;
    for (size_t i = 0; i < map->count; i++) {
        struct mmdb_value name;
        if (!mmdb_value_read(d, &inside, &name))
            return false;
        size_t at = inside;
        if (str_eq(name.text, key))
            return mmdb_value_read(d, &at, ret_value);
        if (!mmdb_value_walk(d, &inside, 0))
            return false;
    }
    return false;
}
