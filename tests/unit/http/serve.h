/* serve.h - a server with two known callers, for tests; and a socket that says whatever it is told.
 *
 * "Bearer kepco" and "Bearer jrw" are organisations; anything else is nobody. Routes answer through the
 * gate, as real ones do.
 */
#pragma once

#include "core/keys.h"
#include "http/server.h"
#include "release/gate.h"
#include "tests/check.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct world {
    struct arena memory;
    struct reader readers[2];
    struct http_options options;
    struct http_route_table table;
    struct http_server *server;
    struct stream_hub *hub;
    void *extra;
};

static const struct gate_policy serve_policy = {.country = S_("jp")};

static inline bool serve_authenticate(void *hook, struct arena *memory,
                                      const struct http_credentials *shown,
                                      struct http_identity *ret, struct err *e)
{
    (void)memory;
    (void)e;
    struct world *w = hook;
    for (size_t i = 0; i < COUNT(w->readers); i++) {
        const struct reader *r = &w->readers[i];
        if (str_eq(shown->bearer, r->org)) {
            *ret = (struct http_identity){.actor = r->org,
                                          .org = r->org,
                                          .reader = r->text,
                                          .account = r};
            return true;
        }
    }
    return false;
}

static inline bool serve_permit(void *hook, const struct http_identity *who,
                                const struct http_route *route)
{
    (void)hook;
    return route->permission != 99 || str_eq(who->org, S("kepco"));
}

/* The caller's own data, as a reply. */
static inline bool serve_say(struct http_call *c, struct str text, struct err *e)
{
    const struct reader *r = c->who->account;
    struct release to = {&serve_policy, r, GATE_ANSWER};
    return gate_own(c->memory, &to, r->org, text, &c->reply, e);
}

static inline void serve_prepare(struct world *w, const struct http_route *rows, size_t count)
{
    static const struct str orgs[] = {S_("kepco"), S_("jrw")};
    struct err e = {0};
    keys_init();
    *w = (struct world){.memory = ARENA(1 << 20), .table = {rows, count}};
    for (size_t i = 0; i < COUNT(orgs); i++) {
        w->readers[i] = (struct reader){.org = orgs[i],
                                        .country = S("jp"),
                                        .realm = S("live"),
                                        .role = READER_MEMBER,
                                        .clearance = TLP_AMBER_STRICT,
                                        .level = 1};
        assert_true(reader_seal(&w->memory, &w->readers[i], &e));
    }
    w->options = (struct http_options){.routes = &w->table,
                                       .route_tables = 1,
                                       .hook = w,
                                       .context = w,
                                       .authenticate = serve_authenticate,
                                       .permit = serve_permit};
}

static inline void serve_start(struct world *w)
{
    struct err e = {0};
    if (!http_server_start(&w->options, &w->server, &e))
        fail_msg("%s", e.text);
}

static inline void serve_stop(struct world *w)
{
    http_server_stop(w->server);
    arena_drop(&w->memory);
}

static inline int dial(const struct world *w)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons(http_server_port(w->server)),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 20};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static inline bool tell(int fd, struct str bytes)
{
    while (bytes.len) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes = str_skip(bytes, (size_t)n);
    }
    return true;
}

static inline struct str text_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

/* Until the peer closes, `until` has come, the buffer is full or patience ends; NUL-terminated. */
static inline size_t listen_until(int fd, char *out, size_t room, const char *until)
{
    size_t len = 0;
    out[0] = '\0';
    while (len + 1 < room) {
        ssize_t n = recv(fd, out + len, room - 1 - len, 0);
        if (n <= 0)
            break;
        len += (size_t)n;
        out[len] = '\0';
        if (until && strstr(out, until))
            break;
    }
    return len;
}

static inline int status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

static inline bool is_whole(const char *answer, size_t len, bool no_body)
{
    const char *end = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length: ");
    int status = status_of(answer);
    if (!end)
        return false;
    if (no_body || status == 204 || status == 304 || !length || length > end)
        return no_body || status == 204 || status == 304;
    size_t body = (size_t)strtoul(length + 16, NULL, 10);
    return len >= (size_t)(end + 4 - answer) + body;
}

/* One request on a connection of its own; one answer, or what came until the peer closed. */
static inline size_t say_and_hear(const struct world *w, struct str request, char *out, size_t room)
{
    int fd = dial(w);
    size_t len = 0;
    bool no_body = str_starts(request, S("HEAD"));
    out[0] = '\0';
    tell(fd, request);
    while (len + 1 < room && !is_whole(out, len, no_body)) {
        ssize_t n = recv(fd, out + len, room - 1 - len, 0);
        if (n <= 0)
            break;
        len += (size_t)n;
        out[len] = '\0';
    }
    close(fd);
    return len;
}
