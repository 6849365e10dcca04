/* http1.h - HTTP/1 heads (RFC 9112): enough to know who asked whom for what, and how it ended.
 *
 * Kept: method, host, path, user agent, status. Never a body, a cookie or any other field. The path is kept for matching known-bad URLs; what
 * may be written of it is the policy's business, not this module's.
 *
 * A request's host is the target's where the target names one (absolute form, CONNECT), else the Host
 * field; lower case, without port or brackets; odd bytes as \DDD, as in dns.h. A folded field
 * line (RFC 9112 5.2) is refused, as is a head with a NUL or a bare CR: two readers would see two
 * requests. Line ends may be bare LF (RFC 9112 2.2).
 *
 * Several requests may follow each other at once (pipelining): ret_used steps over a body of stated
 * length. Where the length is not plain, reading stops for that direction.
 */
#pragma once

#include "core/str.h"

enum {
    HTTP_HEAD_MAX = 8192,
    HTTP_METHOD_MAX = 24,
    HTTP_HOST_MAX = 256,
    HTTP_PATH_MAX = 1024,
    HTTP_AGENT_MAX = 256,
};

enum http_kind { HTTP_REQUEST, HTTP_RESPONSE };

struct http_facts {
    enum http_kind kind;
    uint8_t minor; /* HTTP/1.minor */
    bool head_cut; /* no end of the head within HTTP_HEAD_MAX: what stood before is kept */
    bool host_missing,
        host_differs; /* differs: target and Host field name two hosts, or two fields do */
    bool path_cut, agent_cut;
    bool connect;        /* a tunnel: at ret_used starts another protocol, to be guessed anew */
    bool basic;          /* a name and a password are in it, in clear (RFC 7617); neither is kept */
    bool length_unclear; /* chunked, or length fields that disagree */
    uint16_t status;     /* of a response */
    uint16_t port;       /* named beside the host; 0 when none */
    uint64_t body_len;   /* Content-Length; 0 when none */
    uint16_t method_len, host_len, path_len, agent_len;
    char method[HTTP_METHOD_MAX], host[HTTP_HOST_MAX];
    char path[HTTP_PATH_MAX]; /* with its query; bytes outside 0x21..0x7e as %XX; "/" when empty */
    char agent[HTTP_AGENT_MAX]; /* printable bytes; others are '?' */
};

static inline struct str http_method(const struct http_facts *h)
{
    return (struct str){h->method, h->method_len};
}
static inline struct str http_host(const struct http_facts *h)
{
    return (struct str){h->host, h->host_len};
}
static inline struct str http_path(const struct http_facts *h)
{
    return (struct str){h->path, h->path_len};
}
/* Without the query, which is what somebody typed: it is asked for in the index, and written nowhere. */
static inline struct str http_path_alone(struct str path)
{
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '?' || path.ptr[i] == '#')
            return (struct str){path.ptr, i};
    return path;
}
static inline struct str http_agent(const struct http_facts *h)
{
    return (struct str){h->agent, h->agent_len};
}
