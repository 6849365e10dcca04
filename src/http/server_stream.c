/* server_stream.c - connections whose answer is a stream: their start, their end, and all their ends.
 *
 * A stream may last for weeks, so the memory of its request goes as soon as it has begun, and the kernel
 * is told to keep little for a reader that does not read.
 */
#include "http/server_private.h"

#include "core/time.h"

#include <sys/socket.h>

enum { KERNEL_BUFFER = 128 * 1024 };

static void sleep_connection(void *argument)
{
    struct http_exchange *x = argument;
    guard_allow(x->conn, 0); /* it waits for us, not for the peer */
    x->host->suspend(x->connection);
}

static void wake_connection(void *argument)
{
    struct http_exchange *x = argument;
    x->host->resume(x->connection);
}

bool server_stream_start(struct http_server *s, struct http_exchange *x)
{
    struct stream_port port = {sleep_connection, wake_connection, x};
    pthread_mutex_lock(&s->lock);
    bool taken = !s->ending_streams;
    if (taken) {
        x->sub = stream_join(x->hub, x->stream_class, x->headers[HTTP_LAST_EVENT_ID], x->from_start,
                             &port);
        x->next = s->streams;
        x->link = &s->streams;
        if (x->next)
            x->next->link = &x->next;
        s->streams = x;
    }
    pthread_mutex_unlock(&s->lock);
    if (!taken)
        return false;

    int bytes = KERNEL_BUFFER;
    setsockopt(x->conn->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    server_accessed(x, 0);
    arena_drop(&x->memory);
    buf_drop(&x->body);
    x->method = STR_NONE; /* logged already */
    return true;
}

void server_stream_leave(struct http_server *s, struct http_exchange *x)
{
    pthread_mutex_lock(&s->lock);
    *x->link = x->next;
    if (x->next)
        x->next->link = x->link;
    pthread_mutex_unlock(&s->lock);
    stream_leave(x->sub);
    x->sub = NULL;
}

void server_streams_end(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->ending_streams = true;
    for (struct http_exchange *x = s->streams; x; x = x->next)
        stream_end(x->sub);
    pthread_mutex_unlock(&s->lock);
}
