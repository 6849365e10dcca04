/* lines.c - lines out of a slice or a descriptor, in bounded memory. */
#include "intel/formats/reader_private.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUFFER_SIZE = 4 * (int)INTEL_LINE_MAX }; /* room for a head and for a line */

void lines_of(struct lines *l, struct str bytes)
{
    const char *at = bytes.len ? bytes.ptr : "";
    *l = (struct lines){.fd = -1, .at = at, .end = at + bytes.len};
}

void lines_of_fd(struct lines *l, int fd)
{
    char *buffer = malloc(BUFFER_SIZE);
    if (!buffer)
        abort();
    *l = (struct lines){.fd = fd, .buffer = buffer, .at = buffer, .end = buffer};
}

void lines_drop(struct lines *l)
{
    free(l->buffer);
    l->buffer = NULL;
}

/* Moves what is left to the front and reads on. False at the end of the input. */
static bool refill(struct lines *l, struct err *e)
{
    size_t left = (size_t)(l->end - l->at);
    if (l->fd < 0 || left == BUFFER_SIZE)
        return false;
    memmove(l->buffer, l->at, left);
    l->at = l->buffer;
    l->end = l->buffer + left;

    ssize_t n;
    do
        n = read(l->fd, l->buffer + left, BUFFER_SIZE - left);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        l->failed = true;
        err_set(e, ERR_IO, "reading: %m");
    }
    if (n <= 0) {
        l->fd = -1;
        return false;
    }
    l->end += n;
    return true;
}

struct str lines_head(struct lines *l, struct err *e)
{
    while (l->end - l->at < LINES_HEAD && refill(l, e)) {
    }
    size_t n = (size_t)(l->end - l->at);
    return (struct str){l->at, n < LINES_HEAD ? n : LINES_HEAD};
}

void lines_skip(struct lines *l, size_t n)
{
    l->at += n;
}

bool lines_next(struct lines *l, struct str *ret_line, bool *ret_long, struct err *e)
{
    const char *newline;
    size_t seen = 0;
    *ret_long = false;
    for (;;) {
        size_t left = (size_t)(l->end - l->at);
        newline = left > seen ? memchr(l->at + seen, '\n', left - seen) : NULL;
        if (newline || left > INTEL_LINE_MAX)
            break;
        seen = left;
        if (!refill(l, e))
            break;
    }
    if (l->failed || l->at == l->end)
        return false;
    l->number++;
    size_t n = (size_t)((newline ? newline : l->end) - l->at);
    *ret_line = (struct str){l->at, n < INTEL_LINE_MAX ? n : INTEL_LINE_MAX};
    *ret_long = n > INTEL_LINE_MAX;
    l->at = newline ? newline + 1 : l->end;
    if (*ret_long && !newline) { /* reading on to its end overwrites what was seen of it */
        *ret_line = (struct str){"", 0};
        do {
            newline = l->at < l->end ? memchr(l->at, '\n', (size_t)(l->end - l->at)) : NULL;
            l->at = newline ? newline + 1 : l->end;
        } while (!newline && refill(l, e));
    }
    if (ret_line->len && ret_line->ptr[ret_line->len - 1] == '\r')
        ret_line->len--;
    return true;
}

bool lines_rest(struct lines *l, struct buf *out, struct err *e)
{
    do {
        if (!buf_bytes(out, l->at, (size_t)(l->end - l->at)))
            return err_set(e, ERR_LIMIT, "document larger than %zu bytes", out->limit);
        l->at = l->end;
    } while (refill(l, e));
    return !l->failed;
}
