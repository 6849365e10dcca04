/* link_client.c - see link_client.h. */
#include "exchange/link_client.h"

#include "core/io.h"
#include "core/json.h"
#include "core/log.h"
#include "http/backoff.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    LINES_MAX = 8 << 20, /* bytes handed over at once */
    BATCH_MOST = 64,     /* lines */
    PUSH_MOST = 1 << 20, /* bytes of one POST; the outbox keeps to it */
    FIRST_MS = 200,
    MOST_MS = 15000,
    QUIET_MS = 1000,
};

struct link_client {
    char *url, *bearer, *pin, *cursor_path;
    struct http_peer peer;
    struct link_hooks hooks;
    pthread_t follow, push;
    pthread_mutex_t lock;
    struct http_stream *stream; /* under lock, so that stop can reach it */
    atomic_bool stopping;
    _Atomic uint64_t taken, sent, failures;
    atomic_bool following, pushing;
};

static char *copy(const char *text)
{
    char *c = text ? strdup(text) : NULL;
    if (text && !c)
        abort();
    return c;
}

/* --- the way in --- */

static void save_cursor(struct link_client *c, struct str id)
{
    struct err e = {};
    if (!file_swap(c->cursor_path, id, 0600, &e))
        log_warn("link: %s", e.text);
}

static bool open_stream(struct link_client *c, struct str last_id, struct err *e)
{
    struct http_stream *s = NULL;
    if (!http_stream_open(&c->peer, "/v1/stream?topic=items", last_id, &s, e))
        return false;
    pthread_mutex_lock(&c->lock);
    c->stream = s;
    pthread_mutex_unlock(&c->lock);
    return true;
}

static void close_stream(struct link_client *c)
{
    pthread_mutex_lock(&c->lock);
    struct http_stream *s = c->stream;
    c->stream = NULL;
    pthread_mutex_unlock(&c->lock);
    http_stream_free(s);
    c->following = false;
}

static struct str read_cursor(struct link_client *c, struct arena *a)
{
    struct str id = STR_NONE;
    struct err e = {};
    if (!file_read(a, c->cursor_path, 4096, &id, &e))
        return S("");
    return id;
}

/* Everything that has come, up to a batch: the first event may be waited for, further ones not. */
static enum http_stream_result gather(struct link_client *c, struct buf *lines, struct buf *id,
                                      struct err *e)
{
    struct http_event event;
    enum http_stream_result r = http_stream_next(c->stream, QUIET_MS, &event, e);
    for (int n = 0; r == HTTP_STREAM_EVENT; n++) {
        buf_clear(id);
        buf_put(id, event.id);
        if (str_eq(event.event, S("item"))) {
            buf_put(lines, event.data);
            buf_byte(lines, '\n');
        }
        if (n >= BATCH_MOST || lines->len > LINES_MAX / 2)
            break;
        r = http_stream_next(c->stream, 0, &event, e);
    }
    return r;
}

/* False: this stream is of no more use; *again_from_start says how to open the next. */
static bool follow_once(struct link_client *c, bool *again_from_start)
{
    AUTO(buf_drop) struct buf lines = BUF(LINES_MAX), id = BUF(4096);
    struct err e = {};
    enum http_stream_result r = gather(c, &lines, &id, &e);

    c->following = http_stream_connected(c->stream);
    if (lines.len) {
        if (!c->hooks.take(c->hooks.ctx, buf_str(&lines), &e)) {
            c->failures++;
            *again_from_start = e.code == ERR_CONFLICT;
            log_warn("link: %s", e.text);
            return false;
        }
        c->taken++;
        save_cursor(c, buf_str(&id));
    }
    if (r == HTTP_STREAM_REFUSED) {
        c->failures++;
        log_warn("link to %s: %s", c->url, e.text);
    }
    return r != HTTP_STREAM_STOPPED;
}

static void *follow(void *arg)
{
    struct link_client *c = arg;
    struct backoff wait = BACKOFF(FIRST_MS, MOST_MS);
    bool from_start = false;
    while (!c->stopping) {
        struct arena a = ARENA(8192);
        struct err e = {};
        uint64_t before = c->taken;
        struct str id = from_start ? S("") : read_cursor(c, &a);
        bool opened = open_stream(c, id, &e);
        arena_drop(&a);
        from_start = false;
        while (opened && !c->stopping && follow_once(c, &from_start))
            continue;
        close_stream(c);
        if (c->taken != before)
            backoff_reset(&wait);
        if (!c->stopping)
            c->hooks.wait(c->hooks.ctx, backoff_next(&wait));
    }
    return NULL;
}

/* --- the way out --- */

struct push_state {
    struct http_client *client;
    bool known;       /* we have asked how far the peer has got */
    char class[1024]; /* as the peer says */
    bool class_stale; /* the peer followed another class, or none, before what we send now */
    int64_t number;
};

static bool ask(struct link_client *c, struct push_state *p, struct arena *a,
                const struct http_question *q, const struct json **ret, struct err *e)
{
    struct http_reply reply;
    if (!p->client && !http_client_new(&c->peer, &p->client, e))
        return false;
    if (!http_ask(p->client, q, a, &reply, e) || !http_reply_ok(&reply, e))
        return false;
    *ret = json_parse(a, reply.body, e);
    return *ret != NULL;
}

static bool learn(struct link_client *c, struct push_state *p, struct arena *a, struct err *e)
{
    const struct json *v = NULL;
    if (!ask(c, p, a, &(struct http_question){.method = HTTP_GET, .path = "/v1/link/state"}, &v, e))
        return err_wrap(e, "how far %s has taken our items", c->url);
    if (!json_int(v, S("number"), &p->number))
        return err_set(e, ERR_UNAVAILABLE, "%s does not say how far it has got", c->url);
    snprintf(p->class, sizeof p->class, STR_FMT, STR_ARG(json_text(v, S("class"))));
    p->known = true;
    return true;
}

static bool send_lines(struct link_client *c, struct push_state *p, struct arena *a,
                       const struct buf *lines, struct err *e)
{
    const struct json *v = NULL;
    const struct http_question q = {.method = HTTP_POST,
                                    .path = "/v1/link/items",
                                    .body = buf_str(lines),
                                    .content_type = "application/jsonl"};
    p->known = false; /* whatever happens now, the peer says what it took */
    if (!ask(c, p, a, &q, &v, e))
        return false;
    if (json_bool(v, S("gap"), false) || !json_int(v, S("number"), &p->number))
        return true; /* ask again, from what it has */
    p->known = true;
    return true;
}

/* True: all went well, *ret_idle when there was nothing to send. */
static bool push_once(struct link_client *c, struct push_state *p, bool *ret_idle, struct err *e)
{
    AUTO(buf_drop) struct buf lines = BUF(LINES_MAX);
    struct arena a = ARENA(16 << 20);
    int64_t last = 0;
    *ret_idle = false;
    bool ok = (p->known || learn(c, p, &a, e)) &&
              c->hooks.outbox(c->hooks.ctx, (struct str){p->class, strlen(p->class)}, p->number,
                              &lines, &last, e);
    if (ok && !lines.len)
        *ret_idle = true;
    else if (ok) {
        ok = send_lines(c, p, &a, &lines, e);
        c->sent += ok;
        if (ok && (!p->known || last != p->number || p->class_stale)) {
            ok = learn(c, p, &a, e);
            p->class_stale = !ok;
        }
    }
    arena_drop(&a);
    return ok;
}

static void *push(void *arg)
{
    struct link_client *c = arg;
    struct push_state p = {.class_stale = true};
    struct backoff wait = BACKOFF(FIRST_MS, MOST_MS);
    while (!c->stopping) {
        struct err e = {};
        bool idle = false;
        bool ok = push_once(c, &p, &idle, &e);
        c->pushing = ok;
        if (ok) {
            backoff_reset(&wait);
            if (idle)
                c->hooks.wait(c->hooks.ctx, QUIET_MS);
            continue;
        }
        c->failures++;
        p.known = false;
        p.class_stale = true;
        log_warn("link: %s", e.text);
        http_client_free(p.client);
        p.client = NULL;
        if (!c->stopping)
            c->hooks.wait(c->hooks.ctx, backoff_next(&wait));
    }
    http_client_free(p.client);
    return NULL;
}

bool link_client_start(const struct http_peer *peer, const char *cursor_path,
                       const struct link_hooks *hooks, struct link_client **ret, struct err *e)
{
    struct link_client *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->url = copy(peer->url);
    c->bearer = copy(peer->bearer);
    c->pin = copy(peer->pin);
    c->cursor_path = copy(cursor_path);
    c->peer = (struct http_peer){.url = c->url, .bearer = c->bearer, .pin = c->pin};
    c->hooks = *hooks;
    pthread_mutex_init(&c->lock, NULL);
    if (pthread_create(&c->follow, NULL, follow, c) != 0)
        abort();
    if (pthread_create(&c->push, NULL, push, c) != 0)
        abort();
    (void)e;
    *ret = c;
    return true;
}

struct link_counts link_client_counts(struct link_client *c)
{
    return (struct link_counts){c->taken, c->sent, c->failures, c->following, c->pushing};
}

void link_client_stop(struct link_client **at)
{
    struct link_client *c = *at;
    if (!c)
        return;
    c->stopping = true;
    pthread_mutex_lock(&c->lock);
    if (c->stream)
        http_stream_stop(c->stream);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->follow, NULL);
    pthread_join(c->push, NULL);
    pthread_mutex_destroy(&c->lock);
    free(c->url);
    if (c->bearer)
        explicit_bzero(c->bearer, strlen(c->bearer));
    free(c->bearer);
    free(c->pin);
    free(c->cursor_path);
    free(c);
    *at = NULL;
}
