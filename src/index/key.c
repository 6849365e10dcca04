/* key.c - a selector as the table keeps it: addresses and hashes as bytes, names and URLs as text. */
#include "core/encode.h"
#include "image_private.h"

const uint8_t index_class_of[SELECTOR_KIND_COUNT] = {
    [SELECTOR_IPV4] = CLASS_V4,           [SELECTOR_IPV6] = CLASS_V6,
    [SELECTOR_PREFIX4] = CLASS_NET4,      [SELECTOR_PREFIX6] = CLASS_NET6,
    [SELECTOR_DOMAIN] = CLASS_NAME,       [SELECTOR_DOMAIN_BELOW] = CLASS_NAME,
    [SELECTOR_URL] = CLASS_URL,           [SELECTOR_JA3] = CLASS_FIXED,
    [SELECTOR_JA4] = CLASS_FIXED,         [SELECTOR_CERT_SHA1] = CLASS_FIXED,
    [SELECTOR_CERT_SHA256] = CLASS_FIXED, [SELECTOR_FILE_MD5] = CLASS_FIXED,
    [SELECTOR_FILE_SHA1] = CLASS_FIXED,   [SELECTOR_FILE_SHA256] = CLASS_FIXED,
};

static bool is_hash(enum selector_kind kind)
{
    return index_class_of[kind] == CLASS_FIXED && kind != SELECTOR_JA4;
}

bool index_key_of(const struct selector *s, struct index_key *ret_key, uint8_t out[64],
                  struct err *e)
{
    if (!selector_check(s, e))
        return false;
    struct index_key key = {.kind = s->kind, .bytes = s->value};
    struct addr addr;
    if (selector_addr(s, &addr)) {
        size_t len = addr.v6 ? 16 : 4;
        memcpy(out, addr.bytes, len);
        key.bits = addr_is_whole(&addr) ? 0 : addr.bits;
        key.bytes = (struct str){(const char *)out, len};
    } else if (is_hash(s->kind)) {
        if (s->value.len > 128 || !hex_read(s->value, out, s->value.len / 2))
            return err_set(e, ERR_INVALID, "not a hash");
        key.bytes = (struct str){(const char *)out, s->value.len / 2};
    }
    *ret_key = key;
    return true;
}

struct selector index_key_selector(const struct index_key *key, char out[ADDR_TEXT_SIZE + 64])
{
    enum index_class class = index_class_of[key->kind];
    if (class <= CLASS_NET6) {
        bool v6 = class == CLASS_V6 || class == CLASS_NET6;
        bool net = class == CLASS_NET4 || class == CLASS_NET6;
        struct addr addr = {.v6 = v6, .bits = net ? key->bits : (uint8_t)(v6 ? 128 : 32)};
        memcpy(addr.bytes, key->bytes.ptr, v6 ? 16 : 4);
        return selector_of_addr(&addr, out);
    }
    if (is_hash(key->kind)) {
        hex_write(out, key->bytes.ptr, key->bytes.len);
        return (struct selector){key->kind, {out, key->bytes.len * 2}};
    }
    return (struct selector){key->kind, key->bytes};
}

uint64_t index_name_hash(uint64_t seed, struct str name)
{
    uint64_t hash = index_name_start(seed);
    size_t end = name.len;
    for (size_t at = name.len; at-- > 0;)
        if (name.ptr[at] == '.') {
            hash = index_label_hash(hash, (struct str){name.ptr + at + 1, end - at - 1});
            end = at;
        }
    return index_label_hash(hash, (struct str){name.ptr, end});
}

uint64_t index_key_hash(uint64_t seed, const struct index_key *key)
{
    enum index_class class = index_class_of[key->kind];
    if (class == CLASS_NAME)
        return index_name_hash(seed, key->bytes);
    /* Kinds of one class whose bytes may be equal differ by the tweak: JA3 and file-md5 are not one. */
    uint8_t tweak = class == CLASS_FIXED ? (uint8_t)key->kind : key->bits;
    return index_bytes_hash(seed, class, tweak, key->bytes.ptr, key->bytes.len);
}
