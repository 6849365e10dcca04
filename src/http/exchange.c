/* exchange.c - the stages of a request; see exchange_private.h for the picture. */
#include "http/exchange_private.h"

#include "core/log.h"
#include "core/time.h"

#include <assert.h>

static const struct str header_names[] = {
#define X(name, text) [HTTP_##name] = S_(text),
    HTTP_HEADER_MAP(X)
#undef X
};

struct http_exchange *exchange_new(struct exchange_host *host, struct str target)
{
    struct http_exchange *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    x->host = host;
    x->memory = ARENA(host->options->memory_limit);
    pthread_mutex_init(&x->lock, NULL);
    x->began = time_monotonic();
    uint64_t number = atomic_fetch_add(&host->requests, 1);
    snprintf(x->id, sizeof x->id, "%s-%llu", host->boot, (unsigned long long)number);
    x->target = arena_str(&x->memory, target);
    x->call = (struct http_call){.memory = &x->memory,
                                 .context = host->options->context,
                                 .who = &x->who,
                                 .exchange = x};
    return x;
}

void exchange_free(struct http_exchange *x)
{
    atomic_fetch_sub(&x->host->bodies, x->reserved);
    buf_drop(&x->body);
    pthread_mutex_destroy(&x->lock);
    arena_drop(&x->memory);
    free(x);
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool same_name(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

void exchange_header(struct http_exchange *x, struct str name, struct str value)
{
    for (unsigned i = 0; i < HTTP_HEADER_COUNT; i++) {
        if (!same_name(name, header_names[i]))
            continue;
        bool may_repeat = i == HTTP_ACCEPT || i == HTTP_ACCEPT_LANGUAGE;
        if (!x->headers[i].ptr)
            x->headers[i] = arena_str(&x->memory, value);
        else if (!may_repeat)
            x->bad_headers = true;
    }
}

/* ---- suspend and resume ---- */

bool exchange_awake(struct http_exchange *x)
{
    pthread_mutex_lock(&x->lock);
    bool ready = x->ready;
    if (!ready) {
        x->asleep = true;
        x->host->suspend(x->connection);
    }
    pthread_mutex_unlock(&x->lock);
    return ready;
}

/* The last touch of whoever worked on it: once the lock is free the exchange may be freed. */
static void wake(struct http_exchange *x)
{
    struct exchange_host *host = x->host;
    pthread_mutex_lock(&x->lock);
    x->ready = true;
    if (x->asleep) {
        x->asleep = false;
        host->resume(x->connection);
    }
    pthread_mutex_unlock(&x->lock);

    pthread_mutex_lock(&host->lock);
    if (--host->busy == 0)
        pthread_cond_broadcast(&host->idle);
    pthread_mutex_unlock(&host->lock);
}

/* ---- in a worker ---- */

bool exchange_has_body(const struct http_exchange *x)
{
    return x->headers[HTTP_TRANSFER_ENCODING].len ||
           (x->headers[HTTP_CONTENT_LENGTH].len &&
            !str_eq(x->headers[HTTP_CONTENT_LENGTH], S("0")));
}

static void settle(struct http_exchange *x, const struct err *e)
{
    if (e) {
        struct problem p = problem_of(e);
        if (p.status >= 500)
            log_line(p.status == 503 ? LOG_WARN : LOG_ERROR, "request %s: %s", x->id, e->text);
        answer_problem(x, &p);
    } else {
        answer_call(x);
    }
    x->stage = EXCHANGE_READY;
    wake(x);
}

/* A parked call is settled by http_finish or here, whoever comes last. */
static void run(struct http_exchange *x)
{
    x->call.body = buf_str(&x->body);
    struct err e = {0};
    bool worked = x->match.route->run(&x->call, &e);

    pthread_mutex_lock(&x->lock);
    bool parked = x->parked, finished = x->finished;
    x->returned = true;
    pthread_mutex_unlock(&x->lock);
    assert(worked || !parked);
    if (!parked)
        settle(x, worked ? NULL : &e);
    else if (finished)
        settle(x, x->finish.code == ERR_OK ? NULL : &x->finish);
}

void http_park(struct http_call *c)
{
    struct http_exchange *x = c->exchange;
    pthread_mutex_lock(&x->lock);
    assert(!x->parked);
    x->parked = true;
    pthread_mutex_unlock(&x->lock);
}

void http_finish(struct http_call *c, const struct err *e)
{
    struct http_exchange *x = c->exchange;
    pthread_mutex_lock(&x->lock);
    assert(x->parked && !x->finished);
    if (e)
        x->finish = *e;
    x->finished = true;
    bool returned = x->returned;
    pthread_mutex_unlock(&x->lock);
    if (returned)
        settle(x, x->finish.code == ERR_OK ? NULL : &x->finish);
}

static struct str bearer_of(struct str authorization)
{
    struct str token, scheme = str_cut(authorization, ' ', &token);
    while (token.len && token.ptr[0] == ' ')
        token = str_skip(token, 1);
    return same_name(scheme, S("Bearer")) ? token : STR_NONE;
}

static bool authenticate(struct http_exchange *x)
{
    const struct http_options *o = x->host->options;
    struct http_credentials shown = {
        .bearer = bearer_of(x->headers[HTTP_AUTHORIZATION]),
        .certificate = {x->conn->certificate, strlen(x->conn->certificate)},
        .cookie = x->headers[HTTP_COOKIE],
        .address = x->call.address,
    };
    bool showed = x->headers[HTTP_AUTHORIZATION].len || shown.certificate.len || shown.cookie.len;
    if (!showed && x->match.route->flags & HTTP_OPEN) {
        x->who = (struct http_identity){.reader = o->anonymous};
        return true;
    }

    struct err e = {0};
    x->known = o->authenticate && o->authenticate(o->hook, &x->memory, &shown, &x->who, &e);
    if (x->known)
        return true;
    atomic_fetch_add(&x->host->unauthenticated, 1);
    struct problem p = e.code == ERR_OK ? problem_status(401) : problem_of(&e);
    answer_problem(x, &p);
    return false;
}

static bool admit(struct http_exchange *x)
{
    const struct http_options *o = x->host->options;
    if (!authenticate(x))
        return false;
    bool open = x->match.route->flags & HTTP_OPEN && !x->known;
    if (!open && o->permit && !o->permit(o->hook, &x->who, x->match.route)) {
        answer_status(x, 403);
        return false;
    }
    return true;
}

static void work(struct pool_job *job)
{
    struct http_exchange *x =
        (struct http_exchange *)((char *)job - offsetof(struct http_exchange, job));
    if (x->stage == EXCHANGE_ADMITTING) {
        x->stage = !admit(x)              ? EXCHANGE_READY
                   : exchange_has_body(x) ? EXCHANGE_BODY
                                          : EXCHANGE_RUNNING;
    }
    if (x->stage == EXCHANGE_RUNNING)
        run(x);
    else
        wake(x); /* refused, or its body is to be read first */
}

/* ---- in an epoll thread ---- */

static void refuse(struct http_exchange *x, int status)
{
    answer_status(x, status);
    x->stage = EXCHANGE_READY;
    x->ready = true;
}

static void submit(struct http_exchange *x, enum exchange_stage stage)
{
    struct exchange_host *host = x->host;
    x->stage = stage;
    x->ready = false;
    x->job.run = work;
    pthread_mutex_lock(&host->lock);
    bool taken = !host->stopping && pool_submit(host->pool, &x->job);
    host->busy += taken;
    pthread_mutex_unlock(&host->lock);
    if (!taken) {
        atomic_fetch_add(&host->refused_full, 1);
        refuse(x, 503);
    }
}

static bool parse_length(struct str digits, size_t *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char d = digits.ptr[i];
        if (d < '0' || d > '9' || __builtin_mul_overflow(n, (size_t)10, &n) ||
            __builtin_add_overflow(n, (size_t)(d - '0'), &n))
            return false;
    }
    *ret = n;
    return digits.len > 0;
}

static bool reserve(struct http_exchange *x, size_t bytes)
{
    size_t held = atomic_fetch_add(&x->host->bodies, bytes);
    x->reserved += bytes;
    return held + bytes <= x->host->options->bodies_limit;
}

/* What the length that was announced says: 0, or the status to refuse with. */
static int check_length(struct http_exchange *x)
{
    struct str length = x->headers[HTTP_CONTENT_LENGTH];
    bool chunked = x->headers[HTTP_TRANSFER_ENCODING].len > 0;
    size_t bytes = 0;
    if (chunked && length.len)
        return 400; /* RFC 9112 6.1: two lengths are an attack */
    if (length.len && !parse_length(length, &bytes))
        return 400;
    if (bytes > x->body.limit) {
        atomic_fetch_add(&x->host->refused_size, 1);
        return 413;
    }
    return reserve(x, bytes) ? 0 : 503;
}

/* 0: a row was found; 200: answered already; 204: only the methods are asked for; else the refusal. */
static int find_route(struct http_exchange *x, struct err *e)
{
    if (x->bad_headers || !x->target.len)
        return 400;
    if (!uri_parse(&x->memory, x->target, &x->uri, e))
        return 400;
    if (answer_fixed(x))
        return 200;
    switch (route_find(&x->host->routes, &x->memory, x->method, &x->uri, &x->match)) {
    case ROUTE_NONE: return 404;
    case ROUTE_METHOD: return str_eq(x->method, S("OPTIONS")) ? 204 : 405;
    case ROUTE_FOUND: break;
    }
    return 0;
}

void exchange_begin(struct http_exchange *x, struct str method)
{
    const struct http_options *o = x->host->options;
    struct err e = {0};
    x->method = arena_str(&x->memory, method);
    x->call.address = (struct str){x->conn->address, strlen(x->conn->address)};

    int status = find_route(x, &e);
    x->call.path = x->uri.path;
    x->call.route = x->match.route;
    if (status == 0) {
        bool large = x->match.route->flags & HTTP_LARGE;
        x->body = BUF(large ? o->large_body_limit : o->body_limit);
        status = check_length(x);
    }
    if (status == 0) {
        x->stage = EXCHANGE_ADMITTING;
        return;
    }
    if (status == 204)
        x->answer = (struct exchange_answer){.status = 204, .allow = x->match.allow};
    else if (status != 200)
        answer_status(x, status);
    if (e.code != ERR_OK) {
        struct problem p = problem_of(&e);
        answer_problem(x, &p);
    }
    x->stage = EXCHANGE_READY;
    x->ready = true;
}

void exchange_start(struct http_exchange *x)
{
    if (x->started)
        return;
    x->started = true;
    if (x->stage == EXCHANGE_ADMITTING)
        submit(x, EXCHANGE_ADMITTING);
}

uint64_t exchange_body_ms(const struct http_exchange *x)
{
    enum { SLOWEST = 64 * 1024 }; /* bytes a second that an honest peer manages */
    size_t bytes = x->reserved ? x->reserved : x->body.limit;
    return x->host->options->request_ms + bytes * UINT64_C(1000) / SLOWEST;
}

bool exchange_body(struct http_exchange *x, struct str bytes)
{
    if (x->stage != EXCHANGE_BODY)
        return false;
    bool promised = x->headers[HTTP_CONTENT_LENGTH].len > 0;
    if (!x->surplus && (promised || reserve(x, bytes.len)) && buf_put(&x->body, bytes))
        return true;
    /* An answer can be written only after the body: what follows is read and dropped, to a point. */
    enum { PATIENCE = 64 * 1024 };
    x->surplus += bytes.len;
    return x->surplus <= (x->body.limit > PATIENCE ? x->body.limit : PATIENCE);
}

void exchange_body_end(struct http_exchange *x)
{
    if (x->surplus) {
        atomic_fetch_add(&x->host->refused_size, 1);
        refuse(x, x->body.over ? 413 : 503);
    } else {
        submit(x, EXCHANGE_RUNNING);
    }
}
