/* seal.c - payloads that can be erased: closed under a data key, opened, and told apart. See
 * journal.h. */
#include "journal/journal_private.h"

#include <sodium.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
};
_Static_assert(DATA_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "libsodium's key");

bool seal_close(const struct data_key *key, const struct uuid *id, const struct seal_parts *parts,
                struct buf *out, struct err *e)
{
    size_t plain_len = 1 + parts->salt.len + parts->payload.len;
    unsigned char *room = (unsigned char *)buf_room(out, NONCE + plain_len + TAG);
    if (!room)
        return err_set(e, ERR_LIMIT, "payload of %zu bytes", parts->payload.len);
    random_bytes(room, NONCE);
    unsigned char *plain = room + NONCE; /* sealed in place */
    plain[0] = (unsigned char)parts->salt.len;
    memcpy(plain + 1, parts->salt.ptr, parts->salt.len);
    if (parts->payload.len)
        memcpy(plain + 1 + parts->salt.len, parts->payload.ptr, parts->payload.len);
    crypto_aead_xchacha20poly1305_ietf_encrypt(plain, NULL, plain, plain_len, id->bytes,
                                               sizeof id->bytes, NULL, room, key->bytes);
    out->len += NONCE + plain_len + TAG;
    return true;
}

bool seal_open(const struct data_key *key, const struct uuid *id, struct str sealed,
               struct arena *a, struct seal_parts *ret_parts, struct err *e)
{
    if (sealed.len < NONCE + TAG + 1)
        return err_set(e, ERR_INVALID, "sealed payload of %zu bytes", sealed.len);
    size_t plain_len = sealed.len - NONCE - TAG;
    const unsigned char *in = (const unsigned char *)sealed.ptr;
    unsigned char *plain = arena_array(a, unsigned char, plain_len);
    if (!plain)
        return err_set(e, ERR_LIMIT, "sealed payload of %zu bytes", sealed.len);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, in + NONCE,
                                                   sealed.len - NONCE, id->bytes, sizeof id->bytes,
                                                   in, key->bytes) != 0)
        return err_set(e, ERR_INVALID, "sealed payload does not open with its key");
    size_t salt_len = plain[0];
    if (salt_len < ENTRY_SALT_MIN || salt_len > ENTRY_SALT_MAX || salt_len > plain_len - 1)
        return err_set(e, ERR_INVALID, "sealed payload: the salt has %zu bytes", salt_len);
    const char *text = (const char *)plain + 1;
    ret_parts->salt = (struct str){text, salt_len};
    ret_parts->payload = (struct str){text + salt_len, plain_len - 1 - salt_len};
    return true;
}

void seal_digest(const struct uuid *id, uint64_t key, struct str sealed,
                 uint8_t ret_digest[SHA256_SIZE])
{
    char head[16 + 8];
    memcpy(head, id->bytes, 16);
    for (size_t i = 0; i < 8; i++)
        head[16 + i] = (char)(uint8_t)(key >> 8 * i);
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, (struct str){head, sizeof head});
    sha256_add(&h, sealed);
    sha256_end(&h, ret_digest);
}

static void keep(struct journal *j, struct str subject, int32_t day, const struct data_key *key)
{
    struct seal_slot *slot = &j->slots[j->next_slot++ % SEAL_CACHE];
    *slot = (struct seal_slot){.key = *key, .day = day};
    if (subject.len)
        memcpy(slot->subject, subject.ptr, subject.len);
}

bool seal_key_for(struct journal *j, struct str subject, int32_t day, struct data_key *ret_key,
                  struct err *e)
{
    for (size_t i = 0; i < SEAL_CACHE; i++) {
        const struct seal_slot *s = &j->slots[i];
        if (s->key.id && s->day == day &&
            str_eq(subject, (struct str){s->subject, strlen(s->subject)})) {
            *ret_key = s->key;
            return true;
        }
    }
    struct data_key key;
    if (!j->signer->data_key(j->signer, subject, day, &key, e))
        return false;
    keep(j, subject, day, &key);
    *ret_key = key;
    j->new_keys = true;
    return true;
}

bool seal_key_find(struct journal *j, uint64_t id, struct data_key *ret_key, struct err *e)
{
    if (!j->signer)
        return err_set(e, ERR_UNAVAILABLE, "no key process to open sealed payloads");
    for (size_t i = 0; i < SEAL_CACHE && !j->readonly; i++)
        if (j->slots[i].key.id == id) {
            *ret_key = j->slots[i].key;
            return true;
        }
    /* A reader keeps nothing: what the writer has erased since must be gone for it too. */
    if (!j->signer->data_key_find(j->signer, id, ret_key, e))
        return false;
    if (!j->readonly)
        keep(j, S(""), INT32_MIN, ret_key);
    return true;
}

void seal_forget(struct journal *j)
{
    sodium_memzero(j->slots, sizeof j->slots);
}
