/* server_private.h - the server's own state, and the parts of it that need no libmicrohttpd. */
#pragma once

#include "http/exchange_private.h"

struct MHD_Daemon;

struct http_server {
    struct http_options options; /* with defaults; texts below are what it points to */
    char *cert_pem, *key_pem;
    struct exchange_host host;
    struct guard *guard;
    struct MHD_Daemon *daemon;
    int listener;
    uint16_t port;
    pthread_mutex_t lock; /* of the two below */
    struct http_exchange *streams;
    bool ending_streams;
};

/* server_setup.c */
void server_defaults(struct http_options *o);
[[nodiscard]] bool server_listen(struct http_server *s, struct err *e);
void server_address_text(const void *sockaddr, char out[GUARD_ADDRESS_SIZE]);
void server_accessed(const struct http_exchange *x, uint64_t sent);

/* server_stream.c */
[[nodiscard]] bool server_stream_start(struct http_server *s, struct http_exchange *x);
void server_stream_leave(struct http_server *s, struct http_exchange *x);
void server_streams_end(struct http_server *s);
