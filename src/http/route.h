/* route.h - a request, a reply, and the row that joins a path to a function.
 *
 * Why rows: what may be called, by whom and what it answers is one table, read by the router, the
 * permission check, the access log and the OpenAPI document. A handler cannot forget them.
 *
 * A handler answers in one of four ways, and there is no fifth:
 *   - `c->reply = cleared`, return true: bytes the release gate made for this very reader. The server
 *     refuses (500) bytes that were cleared for another. No reply at all is 204.
 *   - return false with `e`: an RFC 9457 problem. Its text may quote the caller's own input, nothing
 *     else; from 500 up the caller gets fixed text and the log gets yours.
 *   - http_park(c), return true: somebody calls http_finish(c) later, from any thread. Writes do
 *     this until their batch is durable, so that many of them share one commit.
 *   - http_follow(c, ...), return true: the connection becomes an event stream (http/stream.h).
 *
 *     static bool get_indicator(struct http_call *c, struct err *e)
 *     {
 *         return node_indicator_clear(c->context, c->memory, http_arg(c, "id"), c->who, &c->reply, e);
 *     }
 *
 * Handlers run in the worker pool, several at once; `c` and what hangs on it belong to one of them.
 */
#pragma once

#include "core/arena.h"
#include "core/cleared.h"
#include "core/err.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHOD_COUNT };

/* The request headers a handler may ask for. A repeated one is refused before it gets here. */
#define HTTP_HEADER_MAP(X)                                                                         \
    X(ACCEPT, "Accept")                                                                            \
    X(ACCEPT_LANGUAGE, "Accept-Language")                                                          \
    X(AUTHORIZATION, "Authorization")                                                              \
    X(CONTENT_LENGTH, "Content-Length")                                                            \
    X(CONTENT_TYPE, "Content-Type")                                                                \
    X(COOKIE, "Cookie")                                                                            \
    X(IDEMPOTENCY_KEY, "Idempotency-Key")                                                          \
    X(IF_MATCH, "If-Match")                                                                        \
    X(IF_NONE_MATCH, "If-None-Match")                                                              \
    X(LAST_EVENT_ID, "Last-Event-ID")                                                              \
    X(TRANSFER_ENCODING, "Transfer-Encoding")                                                      \
    X(USER_AGENT, "User-Agent")

enum http_header {
#define X(name, text) HTTP_##name,
    HTTP_HEADER_MAP(X)
#undef X
        HTTP_HEADER_COUNT,
};

/* Who asks, as the authentication hook said. The texts live as long as the call. */
struct http_identity {
    struct str actor;    /* the person or machine; empty for a caller nobody asked to log in */
    struct str org;      /* its organisation */
    struct str reader;   /* the gate's text for this reader: replies must be cleared for it */
    const void *account; /* the hook's own record, for the permission hook and the handlers */
};

struct http_exchange; /* the server's side of a call */
struct stream_hub;

struct http_call {
    struct arena *memory;            /* dies with the request: allocate freely, free nothing */
    void *context;                   /* what the handlers work on; http/ does not know what it is */
    const struct http_identity *who; /* already authenticated, already permitted */
    const struct http_route *route;
    struct str path;    /* as it came, percent signs and all, without the query */
    struct str body;    /* whole; empty when there was none */
    struct str address; /* the peer's, as text */

    const struct cleared *reply;
    int status;               /* 0: 200, or 204 without a reply */
    const char *content_type; /* NULL: application/json */
    struct str etag;          /* with its quotes; the server answers If-None-Match by itself */
    struct str location;
    struct http_exchange *exchange;
};

enum {
    HTTP_OPEN = 1,    /* callers without credentials are let in, as the server's anonymous reader */
    HTTP_STREAMS = 2, /* the answer is an event stream */
    HTTP_LARGE = 4,   /* the body may be as long as options.large_body_limit (bulk import) */
};

/* A query parameter, for the OpenAPI document. */
struct http_param {
    const char *name, *what;
    bool required;
};

/* `{name}` in a path matches one segment, `{name*}` at its end all that follow (never none);
 * http_arg reads them. A fixed segment is preferred to a named one. */
struct http_route {
    enum http_method method;
    const char *path;
    unsigned permission; /* what the caller must hold; the application's word, not http's */
    bool (*run)(struct http_call *c, struct err *e);
    const char *summary; /* one line: the API reference and the OpenAPI file are made from it */
    unsigned flags;
    const char *request, *response; /* names of schemas (http/openapi.h); NULL: none, or any JSON */
    const struct http_param *query; /* ends with {NULL} */
};

struct str http_arg(const struct http_call *c, const char *name);   /* decoded; empty when absent */
struct str http_query(const struct http_call *c, const char *name); /* the same */
bool http_has_query(const struct http_call *c, const char *name);   /* there, though maybe empty */
/* A whole number in [least, most]; `otherwise` when absent; ERR_INVALID naming the parameter. */
bool http_query_int(const struct http_call *c, const char *name, const int64_t bounds[2],
                    int64_t otherwise, int64_t *ret_value, struct err *e);
struct str http_header(const struct http_call *c, enum http_header name); /* empty when absent */

/* The call outlives its handler: `c`, its memory and its body stay until http_finish, which is called
 * exactly once, from any thread, even before the handler has returned. `e` NULL: what `c` now says is
 * the answer; otherwise the problem. Do not touch `c` afterwards. */
void http_park(struct http_call *c);
void http_finish(struct http_call *c, const struct err *e);

/* Answer with the stream of `class`, after Last-Event-ID when the caller brought one it was given for
 * this class; else from the first event (`from_start`) or from now on. */
void http_follow(struct http_call *c, struct stream_hub *hub, struct str class, bool from_start);
