/* peer.h - the node a command talks to, as its options say it. */
#pragma once

#include "core/arena.h"
#include "core/err.h"

struct peer {
    const char *url, *key, *pin, *ca; /* key: a file that holds the bearer key */
};

struct http_client;
/* ERR_INVALID when URL or key is missing; reads the key from its file. */
[[nodiscard]] bool peer_connect(const struct peer *p, struct arena *a, struct http_client **ret,
                                struct err *e);
