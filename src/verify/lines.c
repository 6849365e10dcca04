/* lines.c - see lines.h. */
#include "verify/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { LINES_STEP = 256 << 10 };

bool lines_open(struct lines *l, const char *dir, const char *name, size_t most, struct err *e)
{
    char path[PATH_MAX];
    *l = (struct lines){.fd = -1, .most = most, .window = BUF(most + 2 * (size_t)LINES_STEP)};
    int n = snprintf(path, sizeof path, "%s%s%s", dir, *dir ? "/" : "", name);
    if (n <= 0 || (size_t)n >= sizeof path)
        return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
    l->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (l->fd < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    return true;
}

/* More bytes behind what waits; false at the end. */
static bool fill(struct lines *l)
{
    if (l->at && l->window.ptr) {
        memmove(l->window.ptr, l->window.ptr + l->at, l->window.len - l->at);
        l->window.len -= l->at;
        l->at = 0;
    }
    char *room = l->fd >= 0 && !l->error ? buf_room(&l->window, LINES_STEP) : NULL;
    if (!room)
        return false;
    ssize_t n;
    do
        n = read(l->fd, room, LINES_STEP);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        l->error = errno;
    if (n <= 0)
        return false;
    l->window.len += (size_t)n;
    return true;
}

/* Passes over what is left of a line that was too long. */
static void pass_over(struct lines *l)
{
    for (;;) {
        struct str left = {l->window.ptr + l->at, l->window.len - l->at};
        const char *end = left.len ? memchr(left.ptr, '\n', left.len) : NULL;
        if (end) {
            l->at += (size_t)(end - left.ptr) + 1;
            return;
        }
        l->at = l->window.len;
        if (!fill(l))
            return;
    }
}

bool lines_next(struct lines *l, struct str *ret_line)
{
    if (l->cut)
        pass_over(l);
    l->cut = false;
    for (size_t seen = 0;;) {
        struct str left = {l->window.ptr ? l->window.ptr + l->at : "", l->window.len - l->at};
        const char *end = left.len > seen ? memchr(left.ptr + seen, '\n', left.len - seen) : NULL;
        seen = left.len;
        size_t len = end ? (size_t)(end - left.ptr) : left.len;
        bool last = !end && len <= l->most && !fill(l);
        if (!end && len <= l->most && !last)
            continue;
        if (!end && !len)
            return false;
        l->number++;
        l->cut = len > l->most;
        l->torn = !end && !l->cut;
        *ret_line = (struct str){l->window.ptr + l->at, l->cut ? l->most : len};
        l->at += l->cut ? l->most : len + (end != NULL);
        return true;
    }
}

bool lines_end(struct lines *l, struct err *e)
{
    int error = l->error;
    lines_drop(l);
    return !error || err_set(e, ERR_IO, "reading: %s", strerror(error));
}

void lines_drop(struct lines *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    buf_drop(&l->window);
    l->at = 0;
}
