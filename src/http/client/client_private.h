/* client_private.h - a curl handle set up for one peer: whom it trusts, what it shows, its bounds. */
#pragma once

#include "http/client.h"

#include <curl/curl.h>

enum { CLIENT_URL_MAX = 8192 };

struct client_peer { /* the caller's texts, copied */
    char *url, *bearer, *pin, *ca_file;
    char *cert_file, *key_file;
    unsigned connect_ms, reply_ms;
    size_t reply_limit;
};

[[nodiscard]] bool client_peer_copy(const struct http_peer *p, struct client_peer *ret,
                                    struct err *e);
void client_peer_drop(struct client_peer *p);

/* All that does not change from one question to the next. */
[[nodiscard]] bool client_setup(CURL *curl, const struct client_peer *p, struct err *e);
[[nodiscard]] bool client_set_url(CURL *curl, const struct client_peer *p, const char *path,
                                  struct err *e);
/* Adds "name: value"; false when the value holds a line end. NULL or empty values are left out. */
[[nodiscard]] bool client_header(struct curl_slist **list, const char *name, struct str value);
/* What curl's code means to the caller. */
bool client_failure(CURLcode code, const char *detail, struct err *e);
