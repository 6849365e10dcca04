/* form.c - see form.h. */
#include "verify/form.h"

#include "core/encode.h"
#include "core/jcs.h"
#include "core/time.h"

const struct json *form_read(struct arena *a, struct str line, struct err *e)
{
    AUTO(buf_drop) struct buf again = BUF(line.len + 64);
    const struct json *tree = json_parse(a, line, e);
    if (!tree)
        return NULL;
    if (tree->kind != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "not an object"), NULL;
    if (!jcs_write(tree, &again, e) || !str_eq(buf_str(&again), line))
        return err_set(e, ERR_INVALID, "not in canonical form"), NULL;
    return tree;
}

static bool is_among(struct str name, const struct str *names)
{
    for (; names->len; names++)
        if (str_eq(*names, name))
            return true;
    return false;
}

bool form_without(const struct json *object, struct str lead, const struct str *names,
                  struct buf *out, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((object->count + 2) * 2 * sizeof(struct json));
    AUTO(buf_drop) struct buf text = BUF(out->limit);
    struct json top = *object, *last = NULL;
    top.child = NULL;
    top.count = 0;
    top.next = NULL;
    for (json_each(m, object)) {
        if (is_among(m->key, names))
            continue;
        struct json *copy = arena_new(&memory, struct json);
        if (!copy)
            return err_set(e, ERR_LIMIT, "too many members");
        *copy = *m;
        copy->next = NULL;
        *(last ? &last->next : &top.child) = copy;
        last = copy;
        top.count++;
    }
    if (!jcs_write(&top, &text, e))
        return false;
    return (buf_put(out, lead) && buf_put(out, buf_str(&text))) ||
           err_set(e, ERR_LIMIT, "too long");
}

bool form_signature(struct str text, uint8_t ret[KEY_SIGNATURE_SIZE])
{
    AUTO(buf_drop) struct buf bytes = BUF((size_t)KEY_SIGNATURE_SIZE + 3);
    if (!base64_read(text, &bytes) || bytes.len != KEY_SIGNATURE_SIZE)
        return false;
    memcpy(ret, bytes.ptr, KEY_SIGNATURE_SIZE);
    return true;
}

bool form_signed(const struct json *object, struct str lead, struct str sig,
                 const struct key_public *key)
{
    AUTO(buf_drop) struct buf message = BUF((size_t)32 << 20);
    const struct str names[] = {sig, STR_NONE};
    uint8_t signature[KEY_SIGNATURE_SIZE];
    struct err ignored = {0};
    return form_signature(json_text(object, sig), signature) &&
           form_without(object, lead, names, &message, &ignored) &&
           key_verify_raw(key, buf_str(&message), signature);
}

void form_hash(struct str bytes, char out[FORM_HEX])
{
    uint8_t digest[SHA256_SIZE];
    sha256_of(bytes, digest);
    hex_write(out, digest, sizeof digest);
}

bool form_is_hex(struct str text, size_t len)
{
    if (text.len != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!(text.ptr[i] >= '0' && text.ptr[i] <= '9') &&
            !(text.ptr[i] >= 'a' && text.ptr[i] <= 'f'))
            return false;
    return true;
}

bool form_count(const struct json *object, struct str name, uint64_t *ret)
{
    int64_t v;
    if (!json_int(object, name, &v) || v < 0)
        return false;
    *ret = (uint64_t)v;
    return true;
}

bool form_time(const struct json *object, struct str name, int64_t *ret_us)
{
    struct err ignored = {0};
    struct str text = json_text(object, name);
    return text.len && time_parse(text, ret_us, &ignored);
}
