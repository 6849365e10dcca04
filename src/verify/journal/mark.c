/* mark.c - see mark.h. */
#include "verify/mark.h"

#include "core/encode.h"

enum { ID = 4, TIME = 8, SIGNATURE_MOST = 1 << 12 };

static bool refuse(struct err *e, const char *why)
{
    return err_set(e, ERR_INVALID, "checkpoint: %s", why);
}

static bool read_size(struct str s, uint64_t *ret)
{
    uint64_t v = 0;
    if (!s.len || s.len > 18 || (s.ptr[0] == '0' && s.len > 1))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    *ret = v;
    return true;
}

static bool read_root(struct str text, struct tree_hash *ret)
{
    AUTO(buf_drop) struct buf bytes = BUF((size_t)SHA256_SIZE + 3);
    if (!base64_read(text, &bytes) || bytes.len != SHA256_SIZE)
        return false;
    memcpy(ret->bytes, bytes.ptr, SHA256_SIZE);
    return true;
}

bool mark_read(struct str bytes, struct mark *ret, struct err *e)
{
    struct mark m = {0};
    if (bytes.len > MARK_MOST || !bytes.len || bytes.ptr[bytes.len - 1] != '\n')
        return refuse(e, "too long, or without a last newline");
    /* signatures follow the last empty line */
    const char *gap = NULL;
    for (size_t i = 0; i + 1 < bytes.len; i++)
        if (bytes.ptr[i] == '\n' && bytes.ptr[i + 1] == '\n')
            gap = bytes.ptr + i;
    if (!gap)
        return refuse(e, "no empty line before the signatures");
    m.text = (struct str){bytes.ptr, (size_t)(gap - bytes.ptr) + 1};
    m.signatures = str_skip(bytes, m.text.len + 1);
    struct str rest = m.text, size, root;
    m.origin = str_cut(rest, '\n', &rest);
    size = str_cut(rest, '\n', &rest);
    root = str_cut(rest, '\n', &rest);
    if (!m.origin.len || !read_size(size, &m.size) || !read_root(root, &m.root))
        return refuse(e, "not an origin, a size and a root");
    if (!m.signatures.len)
        return refuse(e, "no signature");
    *ret = m;
    return true;
}

/* SHA-256(name ‖ newline ‖ algorithm ‖ key), of which four bytes are the id. */
static void key_id(struct str name, const struct mark_key *k, uint8_t ret[ID])
{
    uint8_t digest[SHA256_SIZE];
    const char algorithm = (char)k->algorithm;
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, name);
    sha256_add(&h, S("\n"));
    sha256_add(&h, (struct str){&algorithm, 1});
    sha256_add(&h, (struct str){(const char *)k->key.bytes, sizeof k->key.bytes});
    sha256_end(&h, digest);
    memcpy(ret, digest, ID);
}

bool mark_key_read(struct str text, struct mark_key *ret, struct err *e)
{
    struct mark_key k = {.algorithm = MARK_LOG};
    AUTO(buf_drop) struct buf bytes = BUF(64);
    uint8_t said[ID], id[ID];
    struct str rest, name, hex;
    if (str_starts(text, S("ed25519:"))) {
        if (!key_public_parse(text, &k.key, e))
            return false;
        *ret = k;
        return true;
    }
    name = str_cut(text, '+', &rest);
    hex = str_cut(rest, '+', &rest);
    if (!name.len || !hex_read(hex, said, sizeof said) || !base64_read(rest, &bytes) ||
        bytes.len != 1 + KEY_PUBLIC_SIZE)
        return err_set(e, ERR_INVALID, "a key is ed25519:… or name+8 hex digits+base64");
    k.name = name;
    k.algorithm = (uint8_t)bytes.ptr[0];
    memcpy(k.key.bytes, bytes.ptr + 1, KEY_PUBLIC_SIZE);
    key_id(name, &k, id);
    if ((k.algorithm != MARK_LOG && k.algorithm != MARK_WITNESS) || memcmp(id, said, ID) != 0)
        return err_set(e, ERR_INVALID, "a key whose id or algorithm is wrong");
    *ret = k;
    return true;
}

static bool verifies(const struct mark *m, const struct mark_key *k, struct str bytes)
{
    AUTO(buf_drop) struct buf message = BUF((size_t)MARK_MOST + 64);
    const uint8_t *at = (const uint8_t *)bytes.ptr + ID;
    if (k->algorithm == MARK_LOG)
        return bytes.len == ID + KEY_SIGNATURE_SIZE && key_verify_raw(&k->key, m->text, at);
    if (bytes.len != ID + TIME + KEY_SIGNATURE_SIZE)
        return false;
    uint64_t seconds = 0;
    for (int i = 0; i < TIME; i++)
        seconds = seconds << 8 | at[i];
    buf_fmt(&message, "cosignature/v1\ntime %llu\n", (unsigned long long)seconds);
    buf_put(&message, m->text);
    return key_verify_raw(&k->key, buf_str(&message), at + TIME);
}

enum mark_answer mark_signed(const struct mark *m, const struct mark_key *key)
{
    struct str rest = m->signatures, name = key->name.len ? key->name : m->origin;
    uint8_t id[ID];
    key_id(name, key, id);
    while (rest.len) {
        struct str line = str_cut(rest, '\n', &rest), encoded;
        AUTO(buf_drop) struct buf bytes = BUF((size_t)SIGNATURE_MOST);
        if (!str_starts(line, S("\xe2\x80\x94 ")))
            continue;
        struct str by = str_cut(str_skip(line, 4), ' ', &encoded);
        if (!str_eq(by, name) || !base64_read(encoded, &bytes) || bytes.len < ID ||
            memcmp(bytes.ptr, id, ID) != 0)
            continue;
        return verifies(m, key, buf_str(&bytes)) ? MARK_SIGNED : MARK_BAD;
    }
    return MARK_ABSENT;
}
