/* signer_local.c - the node's keys in this process: for tests, short commands, and inside the
 * key process. */
#include "journal/keys/keys_private.h"

#include <pthread.h>
#include <sodium.h>

struct local {
    struct signer signer; /* first: a signer is a local */
    struct key_secret key;
    struct data_keys *keys;
    pthread_mutex_t lock;
};

static struct local *local_of(struct signer *s)
{
    return (struct local *)(void *)s;
}

static bool local_sign(struct signer *s, struct str context, struct str message,
                       uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e)
{
    (void)e;
    key_sign(&local_of(s)->key, context, message, ret_signature);
    return true;
}

static bool local_sign_note(struct signer *s, struct str text,
                            uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e)
{
    if (text.len == 0 || memchr(text.ptr, '\0', text.len))
        return err_set(e, ERR_DENIED, "a note holds no zero byte");
    key_sign_raw(&local_of(s)->key, text, ret_signature);
    return true;
}

static bool local_data_key(struct signer *s, struct str subject, int32_t day,
                           struct data_key *ret_key, struct err *e)
{
    struct local *l = local_of(s);
    pthread_mutex_lock(&l->lock);
    bool ok = data_keys_for(l->keys, subject, day, ret_key, e);
    pthread_mutex_unlock(&l->lock);
    return ok;
}

static bool local_find(struct signer *s, uint64_t id, struct data_key *ret_key, struct err *e)
{
    struct local *l = local_of(s);
    pthread_mutex_lock(&l->lock);
    bool ok = data_keys_find(l->keys, id, ret_key, e);
    pthread_mutex_unlock(&l->lock);
    return ok;
}

static bool local_erase(struct signer *s, struct str subject, int32_t from, int32_t to,
                        struct err *e)
{
    struct local *l = local_of(s);
    pthread_mutex_lock(&l->lock);
    bool ok = data_keys_erase(l->keys, subject, from, to, e);
    pthread_mutex_unlock(&l->lock);
    return ok;
}

static bool local_sync(struct signer *s, struct err *e)
{
    struct local *l = local_of(s);
    pthread_mutex_lock(&l->lock);
    bool ok = data_keys_sync(l->keys, e);
    pthread_mutex_unlock(&l->lock);
    return ok;
}

static void local_close(struct signer *s)
{
    struct local *l = local_of(s);
    data_keys_close(l->keys);
    pthread_mutex_destroy(&l->lock);
    sodium_munlock(&l->key, sizeof l->key); /* wipes it too */
    free(l);
}

bool signer_of(const struct key_secret *node, const struct key_secret *payload,
               const char *keys_path, struct signer **ret_signer, struct err *e)
{
    static const char purpose[] = "hinomi payload keys, version 1";
    uint8_t wrap[DATA_KEY_SIZE];
    crypto_generichash(wrap, sizeof wrap, (const unsigned char *)purpose, sizeof purpose - 1,
                       payload->bytes, KEY_SEED_SIZE);
    struct data_keys *keys = NULL;
    bool opened = data_keys_open(keys_path, wrap, &keys, e);
    sodium_memzero(wrap, sizeof wrap);
    if (!opened)
        return false;
    struct local *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->signer = (struct signer){.public = key_public_of(node),
                                .sign = local_sign,
                                .sign_note = local_sign_note,
                                .data_key = local_data_key,
                                .data_key_find = local_find,
                                .erase = local_erase,
                                .sync = local_sync,
                                .close = local_close};
    sodium_mlock(
        &l->key,
        sizeof l->key); /* best effort: a small limit on locked memory is no reason to stop */
    l->key = *node;
    l->keys = keys;
    pthread_mutex_init(&l->lock, NULL);
    *ret_signer = &l->signer;
    return true;
}

int signer_keys_fd(struct signer *s)
{
    return data_keys_fd(local_of(s)->keys);
}

bool signer_local(const struct key_secret *key, const char *keys_path, struct signer **ret_signer,
                  struct err *e)
{
    return signer_of(key, key, keys_path, ret_signer, e);
}

void signer_drop(struct signer **s)
{
    if (*s)
        (*s)->close(*s);
    *s = NULL;
}
