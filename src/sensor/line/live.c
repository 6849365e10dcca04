/* live.c - the thread that follows the node, and the image on its way. See live.h. */
#include "sensor/live.h"

#include "core/io.h"
#include "core/log.h"
#include "core/time.h"
#include "http/backoff.h"
#include "index/sealed.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, WAIT_MS = 500, FIRST_WAIT_MS = 250, MOST_WAIT_MS = 10000 };
struct live {
    struct live_target target;
    struct http_client *client;
    struct http_stream *stream;
    char *dir;
    struct key_public key;
    bool key_known;
    bool wants_image; /* follower's own */
    bool was_connected;
    struct backoff backoff;
    int64_t retry_at;
    pthread_t follower;
    bool started;
    pthread_mutex_t lock; /* what follows */
    struct live_stats stats;
    _Atomic bool stop;
};

static void path_in(const struct live *l, const char *name, char out[PATH_ROOM])
{
    snprintf(out, PATH_ROOM, "%s/%s", l->dir, name);
}

/* ---- whom to trust ---- */

static bool key_read(struct live *l, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(8192);
    char path[PATH_ROOM];
    struct str text;
    struct err absent = {0};
    path_in(l, "node.key", path);
    if (!file_read(&memory, path, 256, &text, &absent)) {
        if (absent.code == ERR_NOT_FOUND)
            return true;
        *e = absent;
        return false;
    }
    while (text.len && text.ptr[text.len - 1] == '\n')
        text.len--;
    l->key_known = key_public_parse(text, &l->key, e);
    return l->key_known || err_wrap(e, "%s", path);
}

static bool key_learn(struct live *l, struct str whole, struct err *e)
{
    if (!index_seal_key(whole, &l->key))
        return err_set(e, ERR_INVALID, "what the node sent is no selector set");
    char path[PATH_ROOM], text[KEY_TEXT_SIZE];
    path_in(l, "node.key", path);
    struct str line = key_public_format(&l->key, text);
    if (!file_replace(path, line, 0600, e))
        return false;
    l->key_known = true;
    log_info("selector sets are taken from " STR_FMT " from now on", STR_ARG(line));
    return true;
}

/* ---- the image ---- */

static uint64_t held(const struct live *l)
{
    return l->target.generation(l->target.context);
}

static bool image_take(struct live *l, const char *path, struct err *e)
{
    return l->target.image(l->target.context, path, &l->key, e);
}

/* The body goes to the file as it comes: it is never in memory beside the set that is in force. */
static bool image_fetch_to(struct live *l, const char *path, struct http_reply *r, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s cannot be written", path);
    char etag[64];
    struct http_question q = {.method = HTTP_GET,
                              .path = "/v1/selectors/image",
                              .accept = "application/octet-stream",
                              .body_to = &fd};
    uint64_t generation = held(l);
    size_t len = (size_t)snprintf(etag, sizeof etag, "\"%llu\"", (unsigned long long)generation);
    if (generation)
        q.if_none_match = (struct str){etag, len};
    bool ok = http_ask(l->client, &q, &memory, r, e) && (r->status == 304 || http_reply_ok(r, e));
    close(fd);
    return ok;
}

static bool key_from(struct live *l, const char *path, struct err *e)
{
    char seal[INDEX_SEAL_SIZE];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : pread(fd, seal, sizeof seal, 0);
    if (fd >= 0)
        close(fd);
    return key_learn(l, (struct str){seal, n < 0 ? 0 : (size_t)n}, e);
}

static bool image_fetch(struct live *l, struct err *e)
{
    char fresh[PATH_ROOM], kept[PATH_ROOM];
    struct http_reply r = {0};
    path_in(l, "selectors.new", fresh);
    path_in(l, "selectors.set", kept);
    if (!image_fetch_to(l, fresh, &r, e))
        return false;
    if (r.status == 304)
        return true; /* it is the one we have */
    if ((!l->key_known && !key_from(l, fresh, e)) || !image_take(l, fresh, e))
        return false;
    if (rename(fresh, kept) != 0)
        return err_set(e, ERR_IO, "%s cannot take its place", kept);
    return true;
}

static void want_image(struct live *l)
{
    struct err e = {0};
    bool ok = image_fetch(l, &e);
    pthread_mutex_lock(&l->lock);
    l->stats.images += ok;
    l->stats.refused += !ok && e.code != ERR_UNAVAILABLE;
    pthread_mutex_unlock(&l->lock);
    l->wants_image = !ok;
    if (ok) {
        backoff_reset(&l->backoff);
        return;
    }
    unsigned wait = backoff_next(&l->backoff);
    l->retry_at = time_monotonic() + (int64_t)wait * 1000;
    if (l->backoff.failures == 1 || e.code != ERR_UNAVAILABLE)
        log_warn("selectors: %s", e.text);
}

/* ---- following ---- */

static void on_event(struct live *l, const struct http_event *ev)
{
    struct err e = {0};
    uint64_t changes = 0;
    if (str_eq(ev->event, S("reset"))) {
        l->wants_image = true;
        return;
    }
    if (!str_eq(ev->event, S("selectors")))
        return;
    bool ok = l->target.event(l->target.context, ev->data, &changes, &e);
    pthread_mutex_lock(&l->lock);
    l->stats.events += ok;
    l->stats.refused += !ok && e.code != ERR_CONFLICT;
    l->stats.changes += changes;
    pthread_mutex_unlock(&l->lock);
    if (ok)
        return;
    if (e.code != ERR_CONFLICT)
        log_warn("a change of selectors was refused, the whole set is fetched: %s", e.text);
    l->wants_image = true;
}

static void *follow(void *context)
{
    struct live *l = context;
    while (!atomic_load(&l->stop)) {
        struct http_event ev;
        struct err e = {0};
        bool due = l->wants_image && time_monotonic() >= l->retry_at;
        bool connected = http_stream_connected(l->stream);
        if (connected && !l->was_connected)
            due = l->wants_image = true; /* what was missed in between */
        l->was_connected = connected;
        pthread_mutex_lock(&l->lock);
        l->stats.connected = connected;
        pthread_mutex_unlock(&l->lock);
        if (due)
            want_image(l);
        unsigned wait = l->wants_image ? FIRST_WAIT_MS : WAIT_MS;
        if (http_stream_next(l->stream, connected ? wait : FIRST_WAIT_MS, &ev, &e) ==
            HTTP_STREAM_EVENT)
            on_event(l, &ev);
    }
    return NULL;
}

/* ---- life ---- */

static void load_kept(struct live *l)
{
    char path[PATH_ROOM];
    struct err e = {0};
    path_in(l, "selectors.set", path);
    if (!l->key_known || access(path, R_OK) != 0)
        return;
    if (!image_take(l, path, &e))
        log_warn("the kept selector set is not used: %s", e.text);
}

static bool begin(struct live *l, const struct live_settings *s, struct err *e)
{
    struct http_peer peer = s->peer;
    peer.reply_limit = LIVE_IMAGE_MAX;
    l->dir = strdup(s->dir);
    if (!l->dir)
        abort();
    if (s->node_key) {
        l->key = *s->node_key;
        l->key_known = true;
    } else if (!key_read(l, e)) {
        return false;
    }
    load_kept(l);
    if (!http_client_new(&peer, &l->client, e) ||
        !http_stream_open(&s->peer, "/v1/stream?topic=selectors", STR_NONE, &l->stream, e))
        return false;
    l->started = pthread_create(&l->follower, NULL, follow, l) == 0;
    return l->started || err_set(e, ERR_IO, "no thread for the selectors");
}

bool live_start(const struct live_settings *s, struct live **ret, struct err *e)
{
    AUTO(live_stop) struct live *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->target = s->target;
    l->wants_image = true; /* at once when the stream is open, else after a while without it */
    l->retry_at = time_monotonic() + 2 * TIME_SECOND;
    l->backoff = BACKOFF(FIRST_WAIT_MS, MOST_WAIT_MS);
    pthread_mutex_init(&l->lock, NULL);
    if (!begin(l, s, e))
        return false;
    *ret = TAKE(l);
    return true;
}

void live_stop(struct live **live)
{
    struct live *l = *live;
    if (!l)
        return;
    atomic_store(&l->stop, true);
    if (l->stream)
        http_stream_stop(l->stream);
    if (l->started)
        pthread_join(l->follower, NULL);
    http_stream_free(l->stream);
    http_client_free(l->client);
    pthread_mutex_destroy(&l->lock);
    free(l->dir);
    free(l);
    *live = NULL;
}

struct live_stats live_stats(struct live *l)
{
    pthread_mutex_lock(&l->lock);
    struct live_stats stats = l->stats;
    pthread_mutex_unlock(&l->lock);
    stats.generation = held(l);
    return stats;
}
