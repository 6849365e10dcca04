/* client.c - one question, one reply. */
#include "http/client/client_private.h"

#include "core/buf.h"
#include "core/io.h"
#include "core/json.h"

struct http_client {
    struct client_peer peer;
    CURL *curl; /* keeps its connection between questions */
    char why[CURL_ERROR_SIZE];
};

bool http_client_new(const struct http_peer *p, struct http_client **ret, struct err *e)
{
    struct client_peer peer;
    if (!client_peer_copy(p, &peer, e))
        return false;
    struct http_client *c = calloc(1, sizeof *c);
    if (!c || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
    c->peer = peer;
    c->curl = curl_easy_init();
    if (!c->curl)
        abort();
    *ret = c;
    return true;
}

void http_client_free(struct http_client *c)
{
    if (!c)
        return;
    curl_easy_cleanup(c->curl);
    client_peer_drop(&c->peer);
    free(c);
    curl_global_cleanup();
}

struct taking { /* a body, as it comes */
    CURL *curl;
    struct buf *body;
    const int *to;  /* as in struct http_question */
    size_t written; /* there */
    struct err why; /* it could not be written */
};

static size_t take_body(char *bytes, size_t size, size_t count, void *argument)
{
    struct taking *t = argument;
    size_t n = size * count;
    long status = 0;
    if (t->to)
        curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return buf_bytes(t->body, bytes, n) ? n : 0;
    t->body->over = n > t->body->limit - t->written;
    t->written += n;
    return !t->body->over && fd_write_all(*t->to, (struct str){bytes, n}, &t->why) ? n : 0;
}

static struct str header_of(CURL *curl, struct arena *a, const char *name)
{
    struct curl_header *h = NULL;
    if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
        return STR_NONE;
    return arena_str(a, (struct str){h->value, strlen(h->value)});
}

static void set_method(CURL *curl, const struct http_question *q)
{
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    bool sends = q->method == HTTP_POST || q->method == HTTP_PUT || q->method == HTTP_PATCH;
    if (sends) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, q->body.len ? q->body.ptr : "");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.len);
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, names[q->method]);
}

static struct str text_or(const char *text, const char *otherwise)
{
    const char *chosen = text ? text : otherwise;
    return (struct str){chosen, strlen(chosen)};
}

static bool set_headers(const struct http_client *c, const struct http_question *q,
                        struct curl_slist **list, struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)64 * 1024);
    struct str bearer = STR_NONE;
    if (c->peer.bearer)
        bearer = arena_fmt(&memory, "Bearer %s", c->peer.bearer);
    bool good = client_header(list, "Authorization", bearer) &&
                client_header(list, "Accept", text_or(q->accept, "application/json")) &&
                client_header(list, "Idempotency-Key", q->idempotency_key) &&
                client_header(list, "If-Match", q->if_match) &&
                client_header(list, "If-None-Match", q->if_none_match);
    if (good && q->body.len)
        good = client_header(list, "Content-Type", text_or(q->content_type, "application/json"));
    return good || err_set(e, ERR_INVALID, "a header holds a line end, or is too long");
}

static void free_list(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

static bool exchange(struct http_client *c, const struct http_question *q, struct buf *body,
                     struct err *e)
{
    AUTO(free_list) struct curl_slist *headers = NULL;
    curl_easy_reset(c->curl);
    c->why[0] = '\0';
    if (!client_setup(c->curl, &c->peer, e) || !client_set_url(c->curl, &c->peer, q->path, e) ||
        !set_headers(c, q, &headers, e))
        return false;
    set_method(c->curl, q);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->why);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, (long)c->peer.reply_ms);
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_body);
    struct taking taking = {.curl = c->curl, .body = body, .to = q->body_to};
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, &taking);
    CURLcode code = curl_easy_perform(c->curl);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, NULL);
    if (body->over)
        return err_set(e, ERR_LIMIT, "the reply is larger than %zu bytes", body->limit);
    if (taking.why.code != ERR_OK) {
        *e = taking.why;
        return false;
    }
    return code == CURLE_OK || client_failure(code, c->why, e);
}

static unsigned seconds_of(struct str text)
{
    unsigned n = 0;
    for (size_t i = 0; i < text.len && i < 6; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        n = n * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return n;
}

bool http_ask(struct http_client *c, const struct http_question *q, struct arena *memory,
              struct http_reply *ret, struct err *e)
{
    AUTO(buf_drop) struct buf body = BUF(c->peer.reply_limit);
    if (!exchange(c, q, &body, e))
        return err_wrap(e, "%s%s", c->peer.url, q->path);

    long status = 0;
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    struct http_reply r = {
        .status = (int)status,
        .body = arena_str(memory, buf_str(&body)),
        .content_type = header_of(c->curl, memory, "Content-Type"),
        .etag = header_of(c->curl, memory, "ETag"),
        .location = header_of(c->curl, memory, "Location"),
        .retry_after_s = seconds_of(header_of(c->curl, memory, "Retry-After")),
    };
    if (!r.body.ptr)
        return err_set(e, ERR_LIMIT, "no room for a reply of %zu bytes", body.len);
    *ret = r;
    return true;
}

static enum err_code code_of(int status)
{
    switch (status) {
    case 401:
    case 403: return ERR_DENIED;
    case 404: return ERR_NOT_FOUND;
    case 409:
    case 412: return ERR_CONFLICT;
    case 413: return ERR_LIMIT;
    case 429: return ERR_UNAVAILABLE;
    default: return status >= 500 ? ERR_UNAVAILABLE : ERR_INVALID;
    }
}

bool http_reply_ok(const struct http_reply *r, struct err *e)
{
    if (r->status >= 200 && r->status < 300)
        return true;
    AUTO(arena_drop) struct arena memory = ARENA(1 << 20);
    struct err ignored = {0};
    const struct json *problem = json_parse_tolerant(&memory, r->body, &ignored);
    struct str why = json_text(problem, S("detail"));
    if (!why.len)
        why = json_text(problem, S("title"));
    return err_set(e, code_of(r->status), "the peer answered %d%s" STR_FMT, r->status,
                   why.len ? ": " : "", STR_ARG(why));
}
