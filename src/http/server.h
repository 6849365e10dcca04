/* server.h - listen, read requests, run their handlers, write the answers.
 *
 * Why it is built so: libmicrohttpd's epoll threads only parse, suspend and write. Handlers run in a
 * pool of workers behind a bounded queue; when it is full the caller hears 503 with Retry-After at
 * once, and health checks still answer. Authentication comes before the body is read, so that a stranger
 * cannot make us hold one.
 *
 * What a stranger can make us hold is bounded: connections in all and from one address, header bytes
 * (memory of a connection), body bytes of a request and of all requests together, the queue, the
 * time a request may take to arrive or an answer to be read (a drip of bytes is cut off, slowloris).
 * Reaching a bound is counted in struct http_stats.
 *
 *     struct http_options o = {.address = "127.0.0.1", .port = 0, .routes = &table, .route_tables = 1,
 *                              .authenticate = ask, .permit = may, .hook = node, .context = node};
 *     struct http_server *s = NULL;
 *     if (!http_server_start(&o, &s, e))
 *         return false;
 *     log_info("listening on port %u", http_server_port(s));
 *     ...
 *     http_server_stop(s);
 */
#pragma once

#include "core/time.h"
#include "http/route.h"

struct http_server;

/* What a caller showed. Each is empty when it was not shown; the hook decides which it takes. */
struct http_credentials {
    struct str bearer;      /* RFC 6750, without the word */
    struct str certificate; /* SHA-256 of the client certificate (DER), hex; its key was proved */
    struct str cookie;      /* the Cookie header */
    struct str address;
};

struct http_access { /* one line of the access log; a stream is logged when it begins */
    const char *method;
    struct str path;                 /* as it came: clean it before showing it */
    const struct http_route *route;  /* NULL: no such route */
    const struct http_identity *who; /* NULL: not known */
    struct str address, request_id;
    int status;
    uint64_t sent, took_us;
};

struct http_route_table {
    const struct http_route *rows;
    size_t count;
};

/* Bytes fixed before the first request: schemas and the console. Served to anybody, by GET and HEAD. */
struct http_asset {
    const char *path, *content_type;
    struct str bytes;
    struct str etag; /* with its quotes; empty: not cached */
};

struct http_options {
    const char *address;                   /* "127.0.0.1", "::1", "0.0.0.0"; NULL is 127.0.0.1 */
    uint16_t port;                         /* 0: any free one */
    struct str cert_pem, key_pem;          /* both, or neither: plain HTTP. Copied */
    bool ask_certificate;                  /* ask clients for a certificate; none is required */
    const struct http_route_table *routes; /* these tables outlive the server */
    size_t route_tables;
    const struct http_asset *assets;
    size_t asset_count;

    void *hook; /* given to the four functions below, which many threads call at once */
    /* False: 401, or what `e` says when it set a code. Texts in *ret are put in `memory`. */
    bool (*authenticate)(void *hook, struct arena *memory, const struct http_credentials *shown,
                         struct http_identity *ret, struct err *e);
    bool (*permit)(void *hook, const struct http_identity *who, const struct http_route *route);
    void (*accessed)(void *hook, const struct http_access *a); /* may be NULL; must not block */
    bool (*healthy)(
        void *hook);      /* GET /healthz; NULL: always. Called in an epoll thread: no waiting */
    void *context;        /* http_call.context */
    struct str anonymous; /* the reader text of callers let in by HTTP_OPEN */

    /* Zero takes the value in brackets. */
    unsigned threads, workers;           /* epoll threads [2], handlers at once [4] */
    unsigned queue;                      /* calls that wait for a worker [1024] */
    unsigned connections, per_address;   /* [16384, less when descriptors are few], [0: no bound] */
    size_t body_limit, large_body_limit; /* [1 MiB], [64 MiB] */
    size_t bodies_limit;                 /* of all requests together [256 MiB] */
    size_t memory_limit;                 /* of one call's arena [256 MiB] */
    unsigned request_ms, idle_ms;        /* for a request to arrive whole, plus one second for each
                                             64 KiB of body [15000]; between requests [60000] */
};

struct http_stats {
    uint64_t connections, requests, unauthenticated, refused_full, refused_size, cut_slow;
};

/* Raises the soft descriptor limit to the hard one. */
[[nodiscard]] bool http_server_start(const struct http_options *o, struct http_server **ret,
                                     struct err *e);
uint16_t http_server_port(const struct http_server *s);
struct http_stats http_server_stats(const struct http_server *s);

/* Takes no new requests, ends streams, lets running and parked calls finish, then frees all. So
 * whoever finishes parked calls is stopped after the server. NULL is fine. */
void http_server_stop(struct http_server *s);
