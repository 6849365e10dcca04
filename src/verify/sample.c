/* sample.c - sealed samples tried with every key still held. See deletion.h. */
#include "verify/deletion.h"

#include "core/encode.h"
#include "verify/lines.h"

#include <sodium.h>

enum {
    LINE_MOST = 1 << 20,
    LINE_MEMORY = 8 << 20,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    DATA_KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
};
#define FAULT(d, code, file, line, ...)                                                            \
    finding_add((d)->found, FINDING_##code, file, line, __VA_ARGS__)

/* sealed = nonce ‖ XChaCha20-Poly1305; the key's id is bound in. The plain text is wiped at once. */
static bool opens(struct str sealed, struct str key_id, const uint8_t key[DATA_KEY])
{
    AUTO(buf_drop) struct buf plain = BUF(sealed.len);
    const unsigned char *in = (const unsigned char *)sealed.ptr;
    unsigned char *to = (unsigned char *)buf_room(&plain, sealed.len);
    if (!to || sealed.len < NONCE + TAG)
        return false;
    int failed =
        crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL, NULL, in + NONCE, sealed.len - NONCE,
                                                   (const unsigned char *)key_id.ptr, key_id.len,
                                                   in, key);
    sodium_memzero(to, sealed.len);
    return failed == 0;
}

static bool read_key(struct deletions *d, struct arena *memory, struct str line)
{
    AUTO(buf_drop) struct buf secret = BUF(64);
    struct err ignored = {0};
    const struct json *o = form_read(memory, line, &ignored);
    struct str id = json_text(o, S("key_id"));
    if (!o || !id.len || !base64_read(json_text(o, S("secret")), &secret) || secret.len != DATA_KEY)
        return false;
    struct str kept = arena_str(d->memory, buf_str(&secret));
    return kept.ptr && map_put(&d->held, id, (void *)(uintptr_t)kept.ptr);
}

static void read_keys(struct deletions *d, const char *dir)
{
    AUTO(lines_drop) struct lines l = {.fd = -1};
    struct err e = {0};
    if (!lines_open(&l, dir, KEYS_FILE, LINE_MOST, &e))
        return;
    for (struct str line; lines_next(&l, &line);) {
        AUTO(arena_drop) struct arena memory = ARENA(LINE_MEMORY);
        if (!read_key(d, &memory, line))
            FAULT(d, O7_13, KEYS_FILE, l.number, "%s", "key_id, secret");
    }
}

static bool opens_with_any(const struct deletions *d, struct str sealed, struct str key_id)
{
    size_t at = 0;
    struct str id;
    void *key;
    while (map_next(&d->held, &at, &id, &key))
        if (opens(sealed, key_id, key))
            return true;
    return false;
}

static void try_sample(struct deletions *d, struct arena *memory, struct str line, int64_t number)
{
    AUTO(buf_drop) struct buf sealed = BUF((size_t)LINE_MOST);
    struct err ignored = {0};
    const struct json *o = form_read(memory, line, &ignored);
    struct str id = json_text(o, S("key_id"));
    if (!o || !id.len || !base64_read(json_text(o, S("sealed")), &sealed)) {
        FAULT(d, O7_13, SAMPLES_FILE, number, "%s", "key_id, sealed");
        return;
    }
    if (map_get(&d->destroyed, id)) {
        if (opens_with_any(d, buf_str(&sealed), id))
            FAULT(d, O7_12, SAMPLES_FILE, number, STR_FMT, STR_ARG(id));
        return;
    }
    const uint8_t *key = map_get(&d->held, id);
    if (!key || !opens(buf_str(&sealed), id, key))
        FAULT(d, O7_13, SAMPLES_FILE, number, STR_FMT, STR_ARG(id));
}

void deletions_samples(struct deletions *d, const char *dir)
{
    AUTO(lines_drop) struct lines l = {.fd = -1};
    struct err e = {0};
    if (!lines_open(&l, dir, SAMPLES_FILE, LINE_MOST, &e)) {
        if (d->list.len)
            FAULT(d, N_10, SAMPLES_FILE, 0, "%s", "");
        return;
    }
    read_keys(d, dir);
    for (struct str line; lines_next(&l, &line);) {
        AUTO(arena_drop) struct arena memory = ARENA(LINE_MEMORY);
        try_sample(d, &memory, line, l.number);
    }
}
