/* client_stream.c - follow an event stream, and come back to it.
 *
 * The caller's thread does all the work, inside http_stream_next: no events are read while nobody asks for
 * them, so a slow caller makes a slow reader, which the server may cut off, and no memory grows.
 */
#include "http/client/client_private.h"

#include "core/buf.h"
#include "core/time.h"
#include "http/backoff.h"
#include "http/sse.h"

#include <stdatomic.h>

enum { EVENT_MAX = 4 << 20, SILENCE_MS = 45000, FIRST_WAIT_MS = 250, MOST_WAIT_MS = 30000 };

struct http_stream {
    struct client_peer peer;
    char *path;
    CURLM *multi;
    CURL *curl; /* NULL: not connected, and none under way */
    struct curl_slist *headers;
    struct sse in;
    struct backoff backoff;
    int64_t retry_at, heard_at; /* time_monotonic */
    bool paused, open;          /* open: the server answered 200 */
    bool refused;
    struct err why; /* of the last failure */
    char text[CURL_ERROR_SIZE];
    _Atomic bool stopped;
};

bool http_stream_open(const struct http_peer *p, const char *path, struct str last_id,
                      struct http_stream **ret, struct err *e)
{
    struct client_peer peer;
    if (!client_peer_copy(p, &peer, e))
        return false;
    struct http_stream *s = calloc(1, sizeof *s);
    if (!s || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
    s->peer = peer;
    s->path = strdup(path);
    s->multi = curl_multi_init();
    if (!s->multi || !s->path)
        abort();
    s->in = SSE(EVENT_MAX);
    s->backoff = BACKOFF(FIRST_WAIT_MS, MOST_WAIT_MS);
    if (!buf_put(&s->in.last_id, last_id) || !buf_put(&s->in.id, last_id)) {
        http_stream_free(s);
        return err_set(e, ERR_LIMIT, "the event id is too long");
    }
    *ret = s;
    return true;
}

static void disconnect(struct http_stream *s)
{
    if (s->curl) {
        curl_multi_remove_handle(s->multi, s->curl);
        curl_easy_cleanup(s->curl);
    }
    curl_slist_free_all(s->headers);
    s->curl = NULL;
    s->headers = NULL;
    s->open = s->paused = false;
}

void http_stream_free(struct http_stream *s)
{
    if (!s)
        return;
    disconnect(s);
    curl_multi_cleanup(s->multi);
    sse_drop(&s->in);
    client_peer_drop(&s->peer);
    free(s->path);
    free(s);
    curl_global_cleanup();
}

void http_stream_stop(struct http_stream *s)
{
    atomic_store(&s->stopped, true);
    curl_multi_wakeup(s->multi);
}

bool http_stream_connected(const struct http_stream *s)
{
    return s->open;
}

/* The type is libcurl's. NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t take(char *bytes, size_t size, size_t count, void *argument)
{
    struct http_stream *s = argument;
    size_t n = size * count;
    long status = 0;
    curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return n; /* a problem document: its status is enough */
    s->heard_at = time_monotonic();
    s->open = true;
    if (s->in.input.len - s->in.read > EVENT_MAX / 2) {
        s->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    return sse_feed(&s->in, (struct str){bytes, n}) ? n : 0;
}

static bool set_headers(struct http_stream *s, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)64 * 1024);
    struct str bearer = STR_NONE;
    if (s->peer.bearer)
        bearer = arena_fmt(&memory, "Bearer %s", s->peer.bearer);
    return (client_header(&s->headers, "Authorization", bearer) &&
            client_header(&s->headers, "Accept", S("text/event-stream")) &&
            client_header(&s->headers, "Last-Event-ID", buf_str(&s->in.last_id))) ||
           err_set(e, ERR_INVALID, "a header holds a line end, or is too long");
}

static bool connect_again(struct http_stream *s, struct err *e)
{
    sse_restart(&s->in);
    s->curl = curl_easy_init();
    if (!s->curl)
        abort();
    s->text[0] = '\0';
    if (!client_setup(s->curl, &s->peer, e) || !client_set_url(s->curl, &s->peer, s->path, e) ||
        !set_headers(s, e))
        return false;
    curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, s->headers);
    curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, s->text);
    curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
    s->heard_at = time_monotonic();
    return curl_multi_add_handle(s->multi, s->curl) == CURLM_OK ||
           err_set(e, ERR_IO, "libcurl refused a connection");
}

/* The connection is over: when to come back, and whether that will help. */
static void lost(struct http_stream *s, const struct err *why, bool refused)
{
    s->why = *why;
    s->refused = refused;
    if (refused)
        s->backoff.failures = 16; /* its slowest pace */
    else if (s->open)
        backoff_reset(&s->backoff);
    s->retry_at = time_monotonic() + (int64_t)backoff_next(&s->backoff) * 1000;
    disconnect(s);
}

static void read_outcome(struct http_stream *s, CURLcode code)
{
    struct err why = {0};
    long status = 0;
    curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
    if (s->in.over)
        err_set(&why, ERR_LIMIT, "an event is larger than %d bytes", EVENT_MAX);
    else if (status >= 400)
        err_set(&why, status < 500 ? ERR_DENIED : ERR_UNAVAILABLE, "the peer answered %ld", status);
    else if (code != CURLE_OK)
        client_failure(code, s->text, &why);
    else
        err_set(&why, ERR_UNAVAILABLE, "the peer ended the stream");
    bool refused = (status >= 400 && status < 500 && status != 429) || why.code == ERR_DENIED ||
                   why.code == ERR_LIMIT;
    lost(s, &why, refused);
}

static void step(struct http_stream *s)
{
    int running = 0, left = 0;
    if (s->paused) {
        s->paused = false;
        curl_easy_pause(s->curl, CURLPAUSE_CONT);
    }
    curl_multi_perform(s->multi, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(s->multi, &left)) != NULL;) {
        if (m->msg == CURLMSG_DONE) {
            read_outcome(s, m->data.result);
            return;
        }
    }
    if (time_monotonic() - s->heard_at > (int64_t)SILENCE_MS * 1000) {
        struct err why = {0};
        err_set(&why, ERR_UNAVAILABLE, "nothing was heard for %d seconds", SILENCE_MS / 1000);
        lost(s, &why, false);
    }
}

static bool take_event(struct http_stream *s, struct http_event *ret)
{
    struct sse_event ev;
    if (!sse_next(&s->in, &ev))
        return false;
    *ret = (struct http_event){.id = ev.id, .event = ev.event, .data = ev.data};
    return true;
}

static void wait_some(struct http_stream *s, int64_t until)
{
    int64_t now = time_monotonic();
    if (!s->curl && s->retry_at < until)
        until = s->retry_at;
    int64_t ms = until > now ? (until - now + 999) / 1000 : 0;
    if (ms > 1000)
        ms = 1000; /* silence is looked for at least once a second */
    curl_multi_poll(s->multi, NULL, 0, (int)ms, NULL);
}

/* One turn: connect when it is time, move bytes. False: a failure that the caller should hear of. */
static bool turn(struct http_stream *s)
{
    struct err e = {0};
    if (!s->curl && time_monotonic() >= s->retry_at && !connect_again(s, &e)) {
        lost(s, &e, true);
        return false;
    }
    if (!s->curl)
        return true;
    step(s);
    return s->curl != NULL;
}

enum http_stream_result http_stream_next(struct http_stream *s, unsigned wait_ms,
                                         struct http_event *ret, struct err *e)
{
    int64_t until = time_monotonic() + (int64_t)wait_ms * 1000;
    for (;;) {
        if (atomic_load(&s->stopped))
            return HTTP_STREAM_STOPPED;
        if (take_event(s, ret))
            return HTTP_STREAM_EVENT;
        bool failed = !turn(s);
        if (take_event(s, ret))
            return HTTP_STREAM_EVENT;
        if (failed) {
            *e = s->why;
            return s->refused ? HTTP_STREAM_REFUSED : HTTP_STREAM_QUIET;
        }
        if (time_monotonic() >= until)
            return HTTP_STREAM_QUIET;
        wait_some(s, until);
    }
}
