/* router_private.h - which row of the tables a request is for. */
#pragma once

#include "http/server.h"
#include "http/uri_private.h"

enum { ROUTE_ARGS_MAX = 8 };

enum route_outcome {
    ROUTE_FOUND,
    ROUTE_NONE,   /* 404 */
    ROUTE_METHOD, /* 405: the path is known, see `allow` */
};

struct route_match {
    const struct http_route *route;
    struct uri_param args[ROUTE_ARGS_MAX];
    size_t arg_count;
    unsigned allow; /* a bit for each enum http_method that the path takes */
};

struct route_tables {
    const struct http_route_table *tables;
    size_t count;
};

/* `method` as it came: "HEAD" finds the row of GET; a method nobody knows finds ROUTE_METHOD. Only
 * args of `{name*}` are put in the arena. */
enum route_outcome route_find(const struct route_tables *t, struct arena *a, struct str method,
                              const struct uri *u, struct route_match *ret);

/* False, saying why, when a row cannot be served: a bad pattern, two rows for the same requests. */
[[nodiscard]] bool route_tables_check(const struct route_tables *t, struct err *e);

const char *http_method_name(enum http_method m);
/* "GET, HEAD, OPTIONS, POST" into a text of at least ROUTE_ALLOW_SIZE bytes. */
enum { ROUTE_ALLOW_SIZE = 64 };
void route_allow_text(unsigned allow, char out[ROUTE_ALLOW_SIZE]);
