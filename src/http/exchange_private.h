/* exchange_private.h - one request on its way from the wire to a handler and back.
 *
 * server.c, which alone knows libmicrohttpd, feeds it and writes what it answers; all decisions are here,
 * so that they can be read without that library in mind.
 *
 *     NEW ──begin, start──▶ ADMITTING ──worker──▶ BODY ──all read──▶ RUNNING ──worker──▶ READY ──▶ sent
 *      │                 │      (there is one)                   │ parked: whoever calls http_finish
 *      └── refused ──▶ READY ◀── refused, or no body: runs at once
 *
 * While a worker has it the connection is suspended. `lock` covers the hand-over alone: `ready` and
 * `asleep`, and `parked`, `returned` and `finished`.
 */
#pragma once

#include "http/guard_private.h"
#include "http/pool_private.h"
#include "http/problem.h"
#include "http/router_private.h"
#include "http/stream_private.h"

#include <pthread.h>

enum exchange_stage {
    EXCHANGE_NEW,
    EXCHANGE_ADMITTING,
    EXCHANGE_BODY,
    EXCHANGE_RUNNING,
    EXCHANGE_READY
};

enum { EXCHANGE_ID_SIZE = 40 };

/* What all exchanges of a server share. */
struct exchange_host {
    const struct http_options *options; /* with its defaults filled in */
    struct route_tables routes;
    struct pool *pool;
    void (*resume)(void *connection);
    void (*suspend)(void *connection);
    pthread_mutex_t lock;
    pthread_cond_t idle;
    bool stopping;
    unsigned busy; /* exchanges in the hands of a worker, or parked */
    char boot[9];  /* tells the ids of this run from those of the last */
    _Atomic uint64_t requests, unauthenticated, refused_full, refused_size;
    _Atomic size_t bodies; /* bytes held or promised */
};

struct exchange_answer {
    int status;
    const char *content_type;
    struct str bytes; /* of the arena, or fixed */
    struct str etag, location;
    bool fixed;     /* an asset: may be cached */
    unsigned allow; /* for 405 and OPTIONS */
    unsigned retry_after_s;
};

struct http_exchange {
    struct http_call call;
    struct pool_job job;
    struct exchange_host *host;
    void *connection;
    struct guard_conn *conn;
    struct arena memory;
    enum exchange_stage stage;
    int64_t began;
    char id[EXCHANGE_ID_SIZE]; /* "urn:hinomi:request:" and this */
    struct str target;
    struct str method;
    struct uri uri;
    struct route_match match;
    struct str headers[HTTP_HEADER_COUNT];
    bool bad_headers; /* one stood twice, or the target was cut short */
    bool started;
    struct http_identity who;
    bool known;
    struct buf body;
    size_t reserved; /* of host->bodies */
    size_t surplus;  /* bytes read and thrown away after the limit */

    pthread_mutex_t lock;
    bool asleep, ready;
    bool body_open; /* the library has begun to bring the body */
    bool parked, returned, finished;
    struct err finish;

    struct exchange_answer answer;

    struct stream_hub *hub; /* the answer is a stream */
    struct str stream_class;
    bool from_start;
    struct stream_sub *sub;             /* its place, once it is being sent */
    struct http_exchange *next, **link; /* among the server's streams */
};

struct http_exchange *exchange_new(struct exchange_host *host, struct str target);
void exchange_free(struct http_exchange *x);

/* The header, when it is one that handlers may ask for. */
void exchange_header(struct http_exchange *x, struct str name, struct str value);
bool exchange_has_body(const struct http_exchange *x);
/* All headers are in: finds the row, or refuses. */
void exchange_begin(struct http_exchange *x, struct str method);
/* Hands it to a worker, the first time; nothing when it was refused. */
void exchange_start(struct http_exchange *x);
/* False: the peer goes on sending what it was told not to; close. */
[[nodiscard]] bool exchange_body(struct http_exchange *x, struct str bytes);
void exchange_body_end(struct http_exchange *x);

/* True: go on with the stage it is at. False: a worker has it, the connection was suspended. */
bool exchange_awake(struct http_exchange *x);
/* How long the body may take, by its length. */
uint64_t exchange_body_ms(const struct http_exchange *x);

/* exchange_answer.c: what goes out, from a problem, a handler's call or a fixed asset. */
void answer_problem(struct http_exchange *x, const struct problem *p);
void answer_status(struct http_exchange *x, int status);
void answer_call(struct http_exchange *x);
/* True when the path is that of an asset or of the health check; they need no worker. */
bool answer_fixed(struct http_exchange *x);
