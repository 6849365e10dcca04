/* server_setup.c - options with their defaults, the listening socket, the access log. */
#include "http/server_private.h"

#include "core/time.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SPARE_DESCRIPTORS = 256, BACKLOG = 4096 };

/* The descriptors this process may have, after asking for as many as it can get. */
static size_t raise_descriptors(void)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0)
        return 1024;
    l.rlim_cur = l.rlim_max;
    setrlimit(RLIMIT_NOFILE, &l);
    getrlimit(RLIMIT_NOFILE, &l);
    return l.rlim_cur;
}

static void default_to(unsigned *value, unsigned otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static void default_size(size_t *value, size_t otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

void server_defaults(struct http_options *o)
{
    size_t descriptors = raise_descriptors();
    size_t most = descriptors > (size_t)2 * SPARE_DESCRIPTORS ? descriptors - SPARE_DESCRIPTORS
                                                              : descriptors / 2;
    default_to(&o->threads, 2);
    default_to(&o->workers, 4);
    default_to(&o->queue, 1024);
    default_to(&o->connections, 16384);
    if (o->connections > most)
        o->connections = (unsigned)most;
    default_to(&o->request_ms, 15000);
    default_to(&o->idle_ms, 60000);
    default_size(&o->body_limit, (size_t)1 << 20);
    default_size(&o->large_body_limit, (size_t)64 << 20);
    default_size(&o->bodies_limit, (size_t)256 << 20);
    default_size(&o->memory_limit, (size_t)256 << 20);
    if (!o->address)
        o->address = "127.0.0.1";
}

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool parse_address(const char *text, uint16_t port, union address *ret, socklen_t *ret_len)
{
    *ret = (union address){0};
    if (inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons(port);
        *ret_len = sizeof ret->v4;
        return true;
    }
    if (inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons(port);
        *ret_len = sizeof ret->v6;
        return true;
    }
    return false;
}

bool server_listen(struct http_server *s, struct err *e)
{
    const struct http_options *o = &s->options;
    union address a;
    socklen_t len = 0;
    if (!parse_address(o->address, o->port, &a, &len))
        return err_set(e, ERR_INVALID, "'%s' is no address to listen on", o->address);

    int one = 1;
    s->listener = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->listener < 0)
        return err_set(e, ERR_IO, "socket: %m");
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s->listener, &a.any, len) != 0 || listen(s->listener, BACKLOG) != 0 ||
        getsockname(s->listener, &a.any, &len) != 0)
        return err_set(e, errno == EADDRINUSE ? ERR_CONFLICT : ERR_IO,
                       "cannot listen on %s port %u: %m", o->address, o->port);
    s->port = ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
    return true;
}

void server_address_text(const void *sockaddr, char out[GUARD_ADDRESS_SIZE])
{
    union address a = {0};
    if (!sockaddr)
        return;
    memcpy(&a.any, sockaddr, sizeof a.any);
    if (a.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &a.v4.sin_addr, out, GUARD_ADDRESS_SIZE);
    } else if (a.any.sa_family == AF_INET6) {
        memcpy(&a.v6, sockaddr, sizeof a.v6);
        inet_ntop(AF_INET6, &a.v6.sin6_addr, out, GUARD_ADDRESS_SIZE);
    }
}

void server_accessed(const struct http_exchange *x, uint64_t sent)
{
    const struct http_options *o = x->host->options;
    if (!o->accessed || !x->method.len)
        return;
    char method[16];
    snprintf(method, sizeof method, STR_FMT, STR_ARG(x->method));
    struct http_access line = {
        .method = method,
        .path = x->uri.path,
        .route = x->match.route,
        .who = x->known ? &x->who : NULL,
        .address = x->call.address,
        .request_id = {x->id, strlen(x->id)},
        .status = x->answer.status,
        .sent = sent,
        .took_us = (uint64_t)(time_monotonic() - x->began),
    };
    o->accessed(o->hook, &line);
}
