/* peer.c - see peer.h. */
#include "cli/peer.h"

#include "core/io.h"
#include "http/client.h"

enum { KEY_FILE_MAX = 4096, REPLY_MS = 120 * 1000 }; /* a node takes its time over a big piece */

static struct str without_cr(struct str line)
{
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

bool peer_connect(const struct peer *p, struct arena *a, struct http_client **ret, struct err *e)
{
    struct str key, rest;
    if (!p->url || !p->key)
        return err_set(e, ERR_INVALID, "a node needs its URL, and a file with the key for it");
    if (!file_read(a, p->key, KEY_FILE_MAX, &key, e))
        return err_wrap(e, "the node's key");
    struct http_peer peer = {.url = p->url,
                             .bearer = arena_cstr(a, without_cr(str_cut(key, '\n', &rest))),
                             .pin = p->pin,
                             .ca_file = p->ca,
                             .reply_ms = REPLY_MS};
    return http_client_new(&peer, ret, e);
}
