/* server.c - libmicrohttpd, which nobody else includes: bytes in, bytes out, suspend and resume.
 *
 * Three habits of that library shape this file. It calls on_request with the headers, with each piece of a
 * body, and at the end; to answer at the first call closes the connection, so only a request that has a
 * body is admitted or refused there, and any other at its end. A connection that was suspended in a call
 * gets that same call again when it is resumed (`body_open` tells the first from the last). And it stops
 * the process when it is stopped with a suspended connection; so http_server_stop first ends every
 * stream and waits for every worker.
 */
#include "http/server_private.h"

#include "core/digest.h"
#include "core/encode.h"
#include "core/keys.h"
#include "core/log.h"

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <unistd.h>

enum { CONNECTION_MEMORY = 16 * 1024, SLOWEST_READER = 64 * 1024, STREAM_BLOCK = 1024 };

static void suspend(void *connection)
{
    MHD_suspend_connection(connection);
}

static void resume(void *connection)
{
    MHD_resume_connection(connection);
}

/* ---- connections ---- */

static struct guard_conn *guard_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return i ? i->socket_context : NULL;
}

static gnutls_session_t session_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return i ? i->tls_session : NULL;
}

static void on_connection(void *argument, struct MHD_Connection *c, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = argument;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context)
            guard_leave(s->guard, *context);
        *context = NULL;
        return;
    }
    int fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    struct guard_conn *conn = guard_enter(s->guard, fd, s->options.request_ms);
    server_address_text(MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
                        conn->address);
    gnutls_session_t tls = session_of(c);
    if (tls && s->options.ask_certificate)
        gnutls_certificate_server_set_request(tls, GNUTLS_CERT_REQUEST);
    *context = conn;
}

/* The handshake proved the key; whether the certificate is a known one is for the hook to say. */
static void learn_certificate(struct MHD_Connection *c, struct guard_conn *conn)
{
    gnutls_session_t tls = session_of(c);
    if (!tls || conn->asked_certificate)
        return;
    conn->asked_certificate = true;
    unsigned count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls, &count);
    if (!chain || !count)
        return;
    uint8_t digest[SHA256_SIZE];
    sha256_of((struct str){(const char *)chain[0].data, chain[0].size}, digest);
    hex_write(conn->certificate, digest, sizeof digest);
}

/* ---- requests ---- */

static void *on_target(void *argument, const char *target, struct MHD_Connection *c)
{
    struct http_server *s = argument;
    size_t len = strlen(target);
    struct http_exchange *x = exchange_new(&s->host, (struct str){target, len});
    /* The library put a NUL where the target ends; one that the peer sent ends it too early. */
    x->bad_headers = strncmp(target + len + 1, "HTTP/", 5) != 0;
    x->connection = c;
    x->conn = guard_of(c);
    return x;
}

/* Percent signs are decoded by uri.c, once and strictly. */
static size_t leave_escaped(void *argument, struct MHD_Connection *c, char *text)
{
    (void)argument;
    (void)c;
    return strlen(text);
}

static enum MHD_Result on_header(void *argument, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    exchange_header(argument, (struct str){name, name_len}, (struct str){value, value_len});
    return MHD_YES;
}

static void add_header(struct MHD_Response *r, const char *name, struct str value)
{
    char text[1024];
    if (value.len && value.len < sizeof text) {
        snprintf(text, sizeof text, STR_FMT, STR_ARG(value));
        MHD_add_response_header(r, name, text); /* refuses line ends */
    }
}

static void add_headers(struct MHD_Response *r, const struct http_exchange *x)
{
    const struct exchange_answer *a = &x->answer;
    char allow[ROUTE_ALLOW_SIZE], seconds[12];
    if (a->content_type && a->status != 204 && a->status != 304)
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type);
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(r, "X-Request-Id", x->id);
    MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL,
                            a->fixed || a->etag.len ? "no-cache" : "no-store");
    add_header(r, MHD_HTTP_HEADER_ETAG, a->etag);
    add_header(r, MHD_HTTP_HEADER_LOCATION, a->location);
    if (a->status == 401)
        MHD_add_response_header(r, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"hinomi\"");
    if (a->allow && (a->status == 405 || a->status == 204)) {
        route_allow_text(a->allow, allow);
        MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, allow);
    }
    if (a->retry_after_s) {
        snprintf(seconds, sizeof seconds, "%u", a->retry_after_s);
        MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
}

static ssize_t read_stream(void *argument, uint64_t at, char *out, size_t room)
{
    (void)at;
    struct http_exchange *x = argument;
    ssize_t n = stream_read(x->sub, out, room);
    if (n > 0)
        guard_allow(x->conn, x->host->options->request_ms);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static struct MHD_Response *make_response(struct http_server *s, struct http_exchange *x)
{
    if (x->answer.status == 200 && x->hub) {
        if (server_stream_start(s, x))
            return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, x,
                                                     NULL);
        answer_status(x, 503);
    }
    struct str bytes = x->answer.bytes;
    return MHD_create_response_from_buffer(bytes.len, (void *)(uintptr_t)bytes.ptr,
                                           MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result write_answer(struct http_server *s, struct MHD_Connection *c,
                                    struct http_exchange *x)
{
    struct MHD_Response *r = make_response(s, x);
    if (!r)
        return MHD_NO;
    add_headers(r, x);
    guard_allow(x->conn,
                s->options.request_ms + x->answer.bytes.len * UINT64_C(1000) / SLOWEST_READER);
    enum MHD_Result queued = MHD_queue_response(c, (unsigned)x->answer.status, r);
    MHD_destroy_response(r);
    return queued;
}

/* What to do at the stage the exchange has come to; `again`: the library will make the same call. */
static enum MHD_Result go_on(struct http_server *s, struct MHD_Connection *c,
                             struct http_exchange *x)
{
    if (!exchange_awake(x))
        return MHD_YES;
    if (x->stage == EXCHANGE_READY)
        return write_answer(s, c, x);
    x->body_open = true;
    guard_allow(x->conn, exchange_body_ms(x));
    return MHD_YES;
}

static void begin(struct MHD_Connection *c, struct http_exchange *x, const char *method)
{
    guard_allow(x->conn, 0);
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, on_header, x);
    learn_certificate(c, x->conn);
    exchange_begin(x, (struct str){method, strlen(method)});
}

/* The type is the library's. NOLINTNEXTLINE(readability-function-size) */
static enum MHD_Result on_request(void *argument, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **slot)
{
    (void)url;
    (void)version;
    struct http_server *s = argument;
    struct http_exchange *x = *slot;
    if (!x)
        return MHD_NO;

    if (x->stage == EXCHANGE_NEW) {
        begin(c, x, method);
        if (!exchange_has_body(x))
            return MHD_YES;
        exchange_start(x);
    } else if (!exchange_has_body(x)) {
        exchange_start(x);
    } else if (x->body_open && *size) {
        size_t n = *size;
        *size = 0;
        return exchange_body(x, (struct str){data, n}) ? MHD_YES : MHD_NO;
    } else if (x->body_open && x->stage == EXCHANGE_BODY) {
        guard_allow(x->conn, 0);
        exchange_body_end(x);
    }
    return go_on(s, c, x);
}

static void on_completed(void *argument, struct MHD_Connection *c, void **slot,
                         enum MHD_RequestTerminationCode how)
{
    (void)c;
    (void)how;
    struct http_server *s = argument;
    struct http_exchange *x = *slot;
    if (!x)
        return;
    *slot = NULL;
    if (x->sub)
        server_stream_leave(s, x);
    else
        server_accessed(x, x->answer.bytes.len);
    guard_allow(x->conn, (uint64_t)s->options.idle_ms + s->options.request_ms);
    exchange_free(x);
}

static void on_complaint(void *argument, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
static void on_complaint(void *argument, const char *format, va_list args)
{
    (void)argument;
    char text[256];
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    log_debug("http: %s", text);
}

/* ---- start and stop ---- */

static bool start_daemon(struct http_server *s, struct err *e)
{
    const struct http_options *o = &s->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem items[4] = {{MHD_OPTION_END, 0, NULL}};
    size_t n = 0;
    if (s->cert_pem) {
        static const char versions[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:"
                                       "%SERVER_PRECEDENCE";
        flags |= MHD_USE_TLS;
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert_pem};
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, s->key_pem};
        items[n++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)versions};
    }
    items[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};

    s->daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER,
                         on_complaint, NULL, MHD_OPTION_LISTEN_SOCKET, s->listener,
                         MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK,
                         leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                         MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
                         MHD_OPTION_THREAD_POOL_SIZE, o->threads > 1 ? o->threads : 0,
                         MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->per_address,
                         MHD_OPTION_CONNECTION_LIMIT, o->connections, MHD_OPTION_CONNECTION_TIMEOUT,
                         (o->idle_ms + 999) / 1000, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                         MHD_OPTION_ARRAY, items, MHD_OPTION_END);
    return s->daemon || err_set(e, ERR_IO, "cannot start the HTTP server%s",
                                s->cert_pem ? ": is the certificate that of the key?" : "");
}

static char *copy_pem(struct str pem)
{
    return pem.len ? strndup(pem.ptr, pem.len) : NULL;
}

static void drop(struct http_server *s)
{
    pool_stop(s->host.pool);
    guard_stop(s->guard);
    if (s->listener >= 0)
        close(s->listener);
    if (s->key_pem)
        explicit_bzero(s->key_pem, strlen(s->key_pem));
    free(s->key_pem);
    free(s->cert_pem);
    pthread_cond_destroy(&s->host.idle);
    pthread_mutex_destroy(&s->host.lock);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void make_host(struct http_server *s)
{
    uint8_t boot[4];
    random_bytes(boot, sizeof boot);
    hex_write(s->host.boot, boot, sizeof boot);
    s->host.options = &s->options;
    s->host.routes = (struct route_tables){s->options.routes, s->options.route_tables};
    s->host.suspend = suspend;
    s->host.resume = resume;
    pthread_mutex_init(&s->host.lock, NULL);
    pthread_cond_init(&s->host.idle, NULL);
    pthread_mutex_init(&s->lock, NULL);
}

bool http_server_start(const struct http_options *o, struct http_server **ret, struct err *e)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->options = *o;
    server_defaults(&s->options);
    s->cert_pem = copy_pem(o->cert_pem);
    s->key_pem = copy_pem(o->key_pem);
    s->listener = -1;
    make_host(s);
    bool started = route_tables_check(&s->host.routes, e) && server_listen(s, e) &&
                   guard_start(&s->guard, e) &&
                   pool_start(s->options.workers, s->options.queue, &s->host.pool, e) &&
                   start_daemon(s, e);
    if (!started) {
        drop(s);
        return false;
    }
    *ret = s;
    return true;
}

void http_server_stop(struct http_server *s)
{
    if (!s)
        return;
    MHD_quiesce_daemon(s->daemon);
    pthread_mutex_lock(&s->host.lock);
    s->host.stopping = true;
    while (s->host.busy)
        pthread_cond_wait(&s->host.idle, &s->host.lock);
    pthread_mutex_unlock(&s->host.lock);
    server_streams_end(s);
    MHD_stop_daemon(s->daemon);
    drop(s);
}

uint16_t http_server_port(const struct http_server *s)
{
    return s->port;
}

struct http_stats http_server_stats(const struct http_server *s)
{
    return (struct http_stats){
        .connections = guard_entered(s->guard),
        .requests = atomic_load(&s->host.requests),
        .unauthenticated = atomic_load(&s->host.unauthenticated),
        .refused_full = atomic_load(&s->host.refused_full),
        .refused_size = atomic_load(&s->host.refused_size),
        .cut_slow = guard_cut_count(s->guard),
    };
}
