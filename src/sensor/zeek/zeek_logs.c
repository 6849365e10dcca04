/* zeek_logs.c - the folder of logs: lines told apart, joined where they belong together, appended. */
#include "core/io.h"
#include "zeek_private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { HELD = 256 * 1024 };

struct log {
    int fd; /* -1: it has no line yet */
    struct buf held;
    uint64_t lines;
};

struct zeek_logs {
    int dir;
    struct log logs[ZEEK_LOGS];
    struct zeek_pairs *pairs;
    struct err failed; /* the first thing that could not be written */
};

static bool log_open(const struct zeek_logs *l, struct log *g, const char *name, struct err *e)
{
    char file[64];
    snprintf(file, sizeof file, "%s.log", name);
    if (g->fd < 0)
        g->fd = openat(l->dir, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    return g->fd >= 0 || err_set(e, ERR_IO, "%s: %s", file, strerror(errno));
}

static void log_flush(struct zeek_logs *l, unsigned log)
{
    struct log *g = &l->logs[log];
    const char *name = zeek_log_name(log);
    if (g->held.len && l->failed.code == ERR_OK && log_open(l, g, name, &l->failed) &&
        !fd_write_all(g->fd, buf_str(&g->held), &l->failed))
        err_wrap(&l->failed, "writing %s.log", name);
    buf_clear(&g->held);
}

static void log_put(struct zeek_logs *l, unsigned log, struct str line)
{
    struct log *g = &l->logs[log];
    if (g->held.len + line.len > HELD)
        log_flush(l, log);
    if (!buf_put(&g->held, line))
        abort(); /* the bounds of event.h allow no such line */
    g->lines++;
}

static void dns_put(void *context, struct str line)
{
    log_put(context, APP_DNS, line);
}

bool zeek_logs_open(const char *dir, struct zeek_logs **ret, struct err *e)
{
    if (!dir_make(dir, 0750, e))
        return false;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s: %s", dir, strerror(errno));
    struct zeek_logs *l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->dir = fd;
    for (size_t i = 0; i < ZEEK_LOGS; i++)
        l->logs[i] = (struct log){.fd = -1, .held = BUF(HELD + (size_t)2 * EVE_LINE_MAX)};
    l->pairs = zeek_pairs_new(dns_put, l);
    *ret = l;
    return true;
}

void zeek_logs_put(struct zeek_logs *l, struct str lines)
{
    const char *at = lines.ptr, *end = lines.ptr + lines.len;
    while (at < end) {
        unsigned log = (unsigned)(unsigned char)*at++ - 1;
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (log >= ZEEK_LOGS || !newline)
            abort(); /* not a worker's bytes */
        struct str line = {at, (size_t)(newline + 1 - at)};
        if (log == APP_DNS)
            zeek_pairs_put(l->pairs, line);
        else
            log_put(l, log, line);
        at = newline + 1;
    }
}

bool zeek_logs_flush(struct zeek_logs *l, struct err *e)
{
    for (unsigned i = 0; i < ZEEK_LOGS; i++)
        log_flush(l, i);
    if (l->failed.code != ERR_OK)
        *e = l->failed;
    return l->failed.code == ERR_OK;
}

bool zeek_logs_close(struct zeek_logs **l, struct err *e)
{
    if (!*l)
        return true;
    zeek_pairs_end((*l)->pairs);
    bool ok = zeek_logs_flush(*l, e);
    zeek_logs_drop(l);
    return ok;
}

void zeek_logs_drop(struct zeek_logs **l)
{
    if (!*l)
        return;
    for (size_t i = 0; i < ZEEK_LOGS; i++) {
        if ((*l)->logs[i].fd >= 0)
            close((*l)->logs[i].fd);
        buf_drop(&(*l)->logs[i].held);
    }
    zeek_pairs_drop(&(*l)->pairs);
    close((*l)->dir);
    free(*l);
    *l = NULL;
}

uint64_t zeek_logs_lines(const struct zeek_logs *l, const char *name)
{
    for (unsigned i = 0; i < ZEEK_LOGS; i++)
        if (strcmp(zeek_log_name(i), name) == 0)
            return l->logs[i].lines;
    return 0;
}
