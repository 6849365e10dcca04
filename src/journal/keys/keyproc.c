/* keyproc.c - the parent's half of the key process: making keys, forking, asking. See keyproc.h. */
#include "journal/keyproc.h"

#include "core/arena.h"
#include "journal/keys/keyproc_private.h"
#include "journal/keys/keys_private.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct remote {
    struct signer signer; /* first: a signer is a remote */
    int socket;
    pid_t child;
    pthread_mutex_t lock;
    struct key_request *request; /* one each, used under the lock */
    struct key_reply reply;
};

static struct remote *remote_of(struct signer *s)
{
    return (struct remote *)(void *)s;
}

static bool gone(struct err *e)
{
    return err_set(e, ERR_IO, "the key process is gone");
}

/* Sends r->request and waits. Under the lock. */
static bool ask(struct remote *r, struct str a, struct str b, struct err *e)
{
    struct key_request *q = r->request;
    size_t len;
    if (__builtin_add_overflow(a.len, b.len, &len) || len > sizeof q->bytes)
        return err_set(e, ERR_LIMIT, "%zu bytes are too many to sign", len);
    q->first_len = (uint32_t)a.len;
    q->len = (uint32_t)len;
    if (a.len)
        memcpy(q->bytes, a.ptr, a.len);
    if (b.len)
        memcpy(q->bytes + a.len, b.ptr, b.len);
    ssize_t n;
    do
        n = send(r->socket, q, offsetof(struct key_request, bytes) + len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return gone(e);
    do
        n = recv(r->socket, &r->reply, sizeof r->reply, 0);
    while (n < 0 && errno == EINTR);
    if (n != sizeof r->reply)
        return gone(e);
    if (r->reply.e.code != ERR_OK)
        *e = r->reply.e;
    return r->reply.e.code == ERR_OK;
}

static bool remote_signature(struct remote *r, enum key_op op, struct str a, struct str b,
                             uint8_t *ret_signature, struct err *e)
{
    pthread_mutex_lock(&r->lock);
    r->request->op = op;
    bool ok = ask(r, a, b, e);
    if (ok)
        memcpy(ret_signature, r->reply.signature, KEY_SIGNATURE_SIZE);
    pthread_mutex_unlock(&r->lock);
    return ok;
}

static bool remote_sign(struct signer *s, struct str context, struct str message,
                        uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e)
{
    return remote_signature(remote_of(s), KEY_OP_SIGN, context, message, ret_signature, e);
}

static bool remote_sign_note(struct signer *s, struct str text,
                             uint8_t ret_signature[KEY_SIGNATURE_SIZE], struct err *e)
{
    return remote_signature(remote_of(s), KEY_OP_SIGN_NOTE, text, STR_NONE, ret_signature, e);
}

static bool remote_key(struct remote *r, struct str subject, struct data_key *ret_key,
                       struct err *e)
{
    bool ok = ask(r, subject, STR_NONE, e);
    if (ok)
        *ret_key = r->reply.key;
    sodium_memzero(&r->reply, sizeof r->reply);
    return ok;
}

static bool remote_data_key(struct signer *s, struct str subject, int32_t day,
                            struct data_key *ret_key, struct err *e)
{
    struct remote *r = remote_of(s);
    pthread_mutex_lock(&r->lock);
    r->request->op = KEY_OP_DATA_KEY;
    r->request->from = day;
    bool ok = remote_key(r, subject, ret_key, e);
    pthread_mutex_unlock(&r->lock);
    return ok;
}

static bool remote_find(struct signer *s, uint64_t id, struct data_key *ret_key, struct err *e)
{
    struct remote *r = remote_of(s);
    pthread_mutex_lock(&r->lock);
    r->request->op = KEY_OP_FIND;
    r->request->id = id;
    bool ok = remote_key(r, STR_NONE, ret_key, e);
    pthread_mutex_unlock(&r->lock);
    return ok;
}

static bool remote_erase(struct signer *s, struct str subject, int32_t from, int32_t to,
                         struct err *e)
{
    struct remote *r = remote_of(s);
    pthread_mutex_lock(&r->lock);
    r->request->op = KEY_OP_ERASE;
    r->request->from = from;
    r->request->to = to;
    bool ok = ask(r, subject, STR_NONE, e);
    pthread_mutex_unlock(&r->lock);
    return ok;
}

static bool remote_sync(struct signer *s, struct err *e)
{
    struct remote *r = remote_of(s);
    pthread_mutex_lock(&r->lock);
    r->request->op = KEY_OP_SYNC;
    bool ok = ask(r, STR_NONE, STR_NONE, e);
    pthread_mutex_unlock(&r->lock);
    return ok;
}

static void remote_close(struct signer *s)
{
    struct remote *r = remote_of(s);
    close(r->socket); /* the child reads the end and leaves */
    while (waitpid(r->child, NULL, 0) < 0 && errno == EINTR)
        continue;
    pthread_mutex_destroy(&r->lock);
    free(r->request);
    free(r);
}

struct key_paths {
    const char *node, *payload, *keys;
};

static bool paths_in(struct arena *a, const char *dir, struct key_paths *ret, struct err *e)
{
    ret->node = arena_fmt(a, "%s/node.key", dir).ptr;
    ret->payload = arena_fmt(a, "%s/payload.key", dir).ptr;
    ret->keys = arena_fmt(a, "%s/keys.db", dir).ptr;
    return (ret->node && ret->payload && ret->keys) || err_set(e, ERR_LIMIT, "path too long");
}

bool keyproc_create(const char *dir, struct key_public *ret_public, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    AUTO(key_wipe) struct key_secret node = {0};
    AUTO(key_wipe) struct key_secret payload = {0};
    struct key_paths path;
    if (!paths_in(&a, dir, &path, e))
        return false;
    key_generate(&node);
    key_generate(&payload);
    if (!key_save(path.node, &node, e))
        return false;
    if (!key_save(path.payload, &payload, e)) {
        unlink(path.node);
        return false;
    }
    *ret_public = key_public_of(&node);
    return true;
}

static bool load_signer(const char *dir, struct signer **ret_signer, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 16);
    AUTO(key_wipe) struct key_secret node = {0};
    AUTO(key_wipe) struct key_secret payload = {0};
    struct key_paths path;
    return paths_in(&a, dir, &path, e) && key_load(path.node, &node, e) &&
           key_load(path.payload, &payload, e) &&
           signer_of(&node, &payload, path.keys, ret_signer, e);
}

/* The secrets are read by the child alone; the parent learns the public key from its first
 * reply. */
static _Noreturn void be_child(const char *dir, int socket)
{
    struct key_reply hello = {0};
    struct signer *signer = NULL;
    if (load_signer(dir, &signer, &hello.e))
        keyproc_serve(signer, signer_keys_fd(signer), socket);
    _exit(write(socket, &hello, sizeof hello) == sizeof hello ? 1 : 2);
}

static bool await_hello(struct remote *r, struct err *e)
{
    ssize_t n;
    do
        n = recv(r->socket, &r->reply, sizeof r->reply, 0);
    while (n < 0 && errno == EINTR);
    if (n != sizeof r->reply)
        return gone(e);
    if (r->reply.e.code != ERR_OK) {
        *e = r->reply.e;
        return false;
    }
    r->signer.public = r->reply.public;
    return true;
}

bool keyproc_start(const char *dir, struct signer **ret_signer, struct err *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return err_set(e, ERR_IO, "socketpair: %s", strerror(errno));
    pid_t parent = getpid(), child = fork();
    if (child < 0) {
        close(pair[0]);
        close(pair[1]);
        return err_set(e, ERR_IO, "fork: %s", strerror(errno));
    }
    if (child == 0) {
        close(pair[0]);
        keyproc_follow(parent);
        be_child(dir, pair[1]);
    }
    close(pair[1]);
    struct remote *r = calloc(1, sizeof *r);
    if (!r || !(r->request = calloc(1, sizeof *r->request)))
        abort();
    r->signer = (struct signer){.sign = remote_sign,
                                .sign_note = remote_sign_note,
                                .data_key = remote_data_key,
                                .data_key_find = remote_find,
                                .erase = remote_erase,
                                .sync = remote_sync,
                                .close = remote_close};
    r->socket = pair[0];
    r->child = child;
    pthread_mutex_init(&r->lock, NULL);
    if (!await_hello(r, e)) {
        remote_close(&r->signer);
        return false;
    }
    *ret_signer = &r->signer;
    return true;
}
