/* client.h - ask another Hinomi, or any HTTP service: blocking calls and a followed event stream.
 *
 * Whom it trusts: with `pin`, exactly the server whose public key has that hash, whoever signed
 * its certificate (a node's own, see tls_self.h); with `ca_file`, servers those authorities vouch for under
 * the name in the URL; with neither, the system's authorities. Redirects are not followed, proxies of the
 * environment are not used: a key given for one server goes to no other.
 *
 * Nothing retries by itself but the event stream; http/backoff.h says how long to wait.
 * Threads: a client or stream belongs to one thread at a time; http_stream_stop is for any.
 *
 *     struct http_client *c = NULL;
 *     struct http_reply r;
 *     if (!http_client_new(&(struct http_peer){.url = "https://127.0.0.1:8443", .bearer = key,
 *                                              .pin = pin}, &c, e) ||
 *         !http_ask(c, &(struct http_question){.path = "/v1/sightings", .method = HTTP_POST,
 *                                              .body = batch}, memory, &r, e))
 *         return false;
 */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "http/route.h"

struct http_peer {      /* the texts are copied */
    const char *url;    /* scheme, host and port, maybe a first part of paths; no '/' at its end */
    const char *bearer; /* NULL: none */
    const char *pin;    /* "sha256//<base64>" of the public key; NULL: none */
    const char *ca_file;
    const char *cert_file, *key_file; /* our own certificate (PEM); both or neither */
    unsigned connect_ms, reply_ms;    /* 0: 5 s, 30 s */
    size_t reply_limit;               /* bytes of a reply; 0: 16 MiB. More is ERR_LIMIT */
};

struct http_question {
    enum http_method method;
    const char *path; /* percent-encoded, query too: http_path_escape helps */
    struct str body;
    const char *content_type; /* NULL: application/json */
    const char *accept;       /* NULL: application/json */
    struct str idempotency_key, if_match, if_none_match;
    const int *body_to; /* a descriptor: the body of a 200 is written there as it comes, and the
                           reply's is empty. For what is too large to hold. NULL: memory */
};

struct http_reply { /* in the caller's arena */
    int status;
    struct str body, content_type, etag, location;
    unsigned retry_after_s; /* 0: not said */
};

struct http_client;

[[nodiscard]] bool http_client_new(const struct http_peer *p, struct http_client **ret,
                                   struct err *e);
void http_client_free(struct http_client *c); /* NULL is fine */

/* True when a reply came, whatever its status. ERR_UNAVAILABLE: none came, and asking again may
 * help. ERR_DENIED: the peer is not the one that was pinned or vouched for. */
[[nodiscard]] bool http_ask(struct http_client *c, const struct http_question *q,
                            struct arena *memory, struct http_reply *ret, struct err *e);
/* Makes an error of a reply whose status is not 2xx, with the problem's detail; true otherwise. */
[[nodiscard]] bool http_reply_ok(const struct http_reply *r, struct err *e);

/* `segment` with all but RFC 3986 unreserved characters escaped. */
struct str http_path_escape(struct arena *a, struct str segment);

struct http_event {             /* valid until the next http_stream_next */
    struct str id, event, data; /* id: what to remember; event: "message" when it had no name */
};

enum http_stream_result {
    HTTP_STREAM_EVENT,
    HTTP_STREAM_QUIET,   /* nothing came in `wait_ms`; or reconnecting (see e for why) */
    HTTP_STREAM_REFUSED, /* 4xx, or the wrong peer: coming again will not help. Still usable: it
                            will try again at its slowest pace */
    HTTP_STREAM_STOPPED,
};

struct http_stream;

/* `last_id` "" starts as the server sees fit. Connects lazily, in http_stream_next. */
[[nodiscard]] bool http_stream_open(const struct http_peer *p, const char *path, struct str last_id,
                                    struct http_stream **ret, struct err *e);
/* Reconnects by itself, with growing waits and the last id seen, when the stream ends, breaks or is
 * silent for 45 seconds. */
enum http_stream_result http_stream_next(struct http_stream *s, unsigned wait_ms,
                                         struct http_event *ret, struct err *e);
bool http_stream_connected(const struct http_stream *s);
void http_stream_stop(struct http_stream *s); /* any thread: http_stream_next returns STOPPED */
void http_stream_free(struct http_stream *s); /* NULL is fine */
