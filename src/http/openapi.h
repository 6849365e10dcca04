/* openapi.h - the OpenAPI 3.1 document, made from the rows that are served.
 *
 * Why: a reference that is written by hand is wrong by the second release. Here a route that exists
 * is in the document, and one that does not is not.
 */
#pragma once

#include "core/buf.h"
#include "http/server.h"

struct http_schema {
    const char *name; /* what http_route.request and .response call it */
    const char *json; /* JSON Schema 2020-12 */
};

struct openapi {
    const char *title, *version, *description;
    const struct http_route_table *routes;
    size_t route_tables;
    const struct http_schema *schemas;
    size_t schema_count;
};

/* Rows in the order of their paths, so that two builds write the same bytes. */
[[nodiscard]] bool openapi_write(const struct openapi *d, struct buf *out, struct err *e);
