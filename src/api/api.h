/* api.h - the node's HTTP interface: all resources, served by http/server.h.
 *
 * Each resource is a file: a table of routes, then one short function a row. Who may call what, how
 * errors become problem+json, what the reference says: all from the rows.
 *
 *     struct api *api = NULL;
 *     if (!api_start(node, &(struct api_options){.address = "127.0.0.1", .port = 8443}, &api, e))
 *         return false;
 *     log_info("%s", api_url(api));
 *     ...
 *     node_halt(node), api_stop(&api), node_close(&node);
 */
#pragma once

#include "http/server.h"
#include "node/node.h"

struct api;

struct api_options {
    const char *address;
    uint16_t port;    /* 0: any free one */
    const char *host; /* as it stands in the URL; NULL: the address */
};

/* Reads keys/tls.crt and keys/tls.key of the node's folder. */
[[nodiscard]] bool api_start(struct node *n, const struct api_options *o, struct api **ret,
                             struct err *e);
const char *api_url(const struct api *a); /* "https://127.0.0.1:8443" */
void api_stop(struct api **at);           /* NULL is fine */

/* The OpenAPI document: also for packaging, without a node. */
[[nodiscard]] bool api_document(struct buf *out, struct err *e);
