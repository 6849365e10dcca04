/* errand.c - questions and answers over two sockets. See errand.h. */
#include "sensor/errand.h"

#include "core/buf.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum errand_op { OP_KEEP = 1, OP_GENERATION, OP_IMAGE, OP_EVENT };

struct question_head {
    uint32_t op, len;
};

struct answer {
    uint64_t value;
    struct err e;
};

struct errand {
    int asks, answers;    /* sockets */
    pthread_mutex_t lock; /* one question at a time */
    pthread_t server;
    bool serving;
    struct keeper keeper;
    struct live_target target;
};

static bool send_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool receive_all(int fd, void *bytes, size_t len)
{
    char *at = bytes;
    while (len) {
        ssize_t n = recv(fd, at, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* ---- asking ---- */

static bool ask(struct errand *n, enum errand_op op, struct str bytes, uint64_t *ret_value,
                struct err *e)
{
    struct question_head head = {.op = (uint32_t)op, .len = (uint32_t)bytes.len};
    struct answer a = {0};
    if (bytes.len > ERRAND_BYTES_MAX)
        return err_set(e, ERR_LIMIT, "%zu bytes are too many for the other process", bytes.len);
    pthread_mutex_lock(&n->lock);
    bool heard = send_all(n->asks, &head, sizeof head) && send_all(n->asks, bytes.ptr, bytes.len) &&
                 receive_all(n->asks, &a, sizeof a);
    pthread_mutex_unlock(&n->lock);
    if (!heard)
        return err_set(e, ERR_IO, "the sensor's other process is gone");
    if (ret_value)
        *ret_value = a.value;
    if (a.e.code != ERR_OK)
        *e = a.e;
    return a.e.code == ERR_OK;
}

static bool ask_keep(void *context, struct str records, struct err *e)
{
    return ask(context, OP_KEEP, records, NULL, e);
}

static uint64_t ask_generation(void *context)
{
    uint64_t generation = 0;
    struct err e = {0};
    return ask(context, OP_GENERATION, STR_NONE, &generation, &e) ? generation : 0;
}

static bool ask_image(void *context, const char *path, const struct key_public *key, struct err *e)
{
    AUTO(buf_drop) struct buf b = BUF(sizeof *key + 8192);
    buf_bytes(&b, key, sizeof *key);
    buf_bytes(&b, path, strlen(path) + 1);
    return b.over ? err_set(e, ERR_LIMIT, "the image's path is too long")
                  : ask(context, OP_IMAGE, buf_str(&b), NULL, e);
}

static bool ask_event(void *context, struct str data, uint64_t *ret_changes, struct err *e)
{
    return ask(context, OP_EVENT, data, ret_changes, e);
}

struct keeper errand_keeper(struct errand *n)
{
    return (struct keeper){n, ask_keep};
}

struct live_target errand_target(struct errand *n)
{
    return (struct live_target){n, ask_generation, ask_image, ask_event};
}

/* ---- answering ---- */

static bool take_image(const struct live_target *t, struct str bytes, struct err *e)
{
    struct key_public key;
    if (bytes.len <= sizeof key || bytes.ptr[bytes.len - 1] != '\0')
        return err_set(e, ERR_INVALID, "the other process asks for an image without a path");
    memcpy(&key, bytes.ptr, sizeof key);
    return t->image(t->context, bytes.ptr + sizeof key, &key, e);
}

static void answer(const struct errand *n, uint32_t op, struct str bytes, struct answer *a)
{
    const struct live_target *t = &n->target;
    bool ok = false;
    if (op == OP_KEEP && n->keeper.keep) {
        ok = n->keeper.keep(n->keeper.context, bytes, &a->e);
    } else if (op == OP_GENERATION && t->generation) {
        a->value = t->generation(t->context);
        ok = true;
    } else if (op == OP_IMAGE && t->image) {
        ok = take_image(t, bytes, &a->e);
    } else if (op == OP_EVENT && t->event) {
        ok = t->event(t->context, bytes, &a->value, &a->e);
    }
    if (!ok && a->e.code == ERR_OK)
        err_set(&a->e, ERR_INVALID, "the other process asks for what is not given");
}

static void *serve(void *context)
{
    struct errand *n = context;
    struct question_head head;
    AUTO(buf_drop) struct buf bytes = BUF(ERRAND_BYTES_MAX);
    while (receive_all(n->answers, &head, sizeof head) && head.len <= ERRAND_BYTES_MAX) {
        struct answer a = {0};
        buf_clear(&bytes);
        char *room = buf_room(&bytes, head.len + 1);
        if (!room || !receive_all(n->answers, room, head.len))
            break;
        answer(n, head.op, (struct str){room, head.len}, &a);
        if (!send_all(n->answers, &a, sizeof a))
            break;
    }
    return NULL;
}

static bool start(struct errand *n, struct err *e)
{
    n->serving = pthread_create(&n->server, NULL, serve, n) == 0;
    return n->serving || err_set(e, ERR_IO, "no thread to answer the sensor's other process");
}

bool errand_serve_target(struct errand *n, const struct live_target *t, struct err *e)
{
    n->target = *t;
    return start(n, e);
}

bool errand_serve_keeper(struct errand *n, const struct keeper *k, struct err *e)
{
    n->keeper = *k;
    return start(n, e);
}

/* ---- life ---- */

static struct errand *end_of(int asks, int answers)
{
    struct errand *n = calloc(1, sizeof *n);
    if (!n)
        abort();
    n->asks = asks;
    n->answers = answers;
    pthread_mutex_init(&n->lock, NULL);
    return n;
}

bool errand_pair_open(struct errand_pair *ret, struct err *e)
{
    int a[2], b[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, a) != 0)
        return err_set(e, ERR_IO, "no sockets: %s", strerror(errno));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b) != 0) {
        close(a[0]);
        close(a[1]);
        return err_set(e, ERR_IO, "no sockets: %s", strerror(errno));
    }
    *ret = (struct errand_pair){.watcher = end_of(a[0], b[1]), .uplink = end_of(b[0], a[1])};
    return true;
}

void errand_close(struct errand **n)
{
    struct errand *own = *n;
    if (!own)
        return;
    if (own->serving) { /* the thread wakes; where it is the other process's end, only close(2) is right */
        shutdown(own->answers, SHUT_RD);
        pthread_join(own->server, NULL);
    }
    close(own->asks);
    close(own->answers);
    pthread_mutex_destroy(&own->lock);
    free(own);
    *n = NULL;
}
