/* io.c - see io.h. Every path ends with its descriptors closed and no temporary left behind. */
#include "core/io.h"

#include "core/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static bool refuse(struct err *e, const char *path)
{
    return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path, strerror(errno));
}

static bool too_large(struct err *e, const char *path, size_t limit)
{
    return err_set(e, ERR_LIMIT, "%s is larger than %zu bytes", path, limit);
}

/* Reads until `len` bytes or the end. */
static ssize_t read_up_to(int fd, char *to, size_t len)
{
    size_t got = 0;
    while (got < len) {
        ssize_t n = read(fd, to + got, len - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

/* A pipe or a file of /proc, whose size nobody says beforehand. */
static bool read_stream(struct arena *a, int fd, const char *path, size_t limit,
                        struct str *ret_text, struct err *e)
{
    AUTO(buf_drop) struct buf text = BUF(limit < SIZE_MAX - CHUNK ? limit + CHUNK : SIZE_MAX);
    for (;;) {
        char *to = buf_room(&text, CHUNK);
        if (!to)
            return too_large(e, path, limit);
        ssize_t n = read_up_to(fd, to, CHUNK);
        if (n < 0)
            return refuse(e, path);
        text.len += (size_t)n;
        if (text.len > limit)
            return too_large(e, path, limit);
        if ((size_t)n < CHUNK)
            break;
    }
    struct str copy = arena_str(a, buf_str(&text));
    if (!copy.ptr)
        return too_large(e, path, a->limit);
    *ret_text = copy;
    return true;
}

/* As long as it was when opened: what is added meanwhile belongs to the next reading. */
static bool read_regular(struct arena *a, int fd, const char *path, size_t size,
                         struct str *ret_text, struct err *e)
{
    char *text = arena_alloc(a, size + 1, 1);
    if (!text)
        return too_large(e, path, a->limit);
    ssize_t n = read_up_to(fd, text, size);
    if (n < 0)
        return refuse(e, path);
    *ret_text = (struct str){text, (size_t)n};
    return true;
}

bool file_read(struct arena *a, const char *path, size_t limit, struct str *ret_text, struct err *e)
{
    if (strcmp(path, "-") == 0)
        return read_stream(a, STDIN_FILENO, "standard input", limit, ret_text, e);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return refuse(e, path);
    bool done;
    if (fstat(fd, &st) != 0)
        done = refuse(e, path);
    else if (S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size > limit)
        done = too_large(e, path, limit);
    else if (S_ISREG(st.st_mode) && st.st_size > 0)
        done = read_regular(a, fd, path, (size_t)st.st_size, ret_text, e);
    else
        done = read_stream(a, fd, path, limit, ret_text, e);
    close(fd);
    return done;
}

bool fd_write_all(int fd, struct str bytes, struct err *e)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_IO, "write: %s", strerror(errno));
        bytes = str_skip(bytes, (size_t)n);
    }
    return true;
}

static bool sync_folder(const char *path, struct err *e)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int n = slash ? snprintf(folder, sizeof folder, "%.*s", (int)(slash == path ? 1 : slash - path),
                             path)
                  : snprintf(folder, sizeof folder, ".");
    if (n < 0 || (size_t)n >= sizeof folder)
        return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return refuse(e, folder);
    bool synced = fsync(fd) == 0 || refuse(e, folder);
    close(fd);
    return synced;
}

static bool fill(int fd, struct str bytes, mode_t mode, bool durable, struct err *e)
{
    if (fchmod(fd, mode) != 0)
        return err_set(e, ERR_IO, "fchmod: %s", strerror(errno));
    if (!fd_write_all(fd, bytes, e))
        return false;
    if (durable && fsync(fd) != 0)
        return err_set(e, ERR_IO, "fsync: %s", strerror(errno));
    return true;
}

static bool replace(const char *path, struct str bytes, mode_t mode, bool durable, struct err *e)
{
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return err_set(e, ERR_LIMIT, "path longer than %d bytes", PATH_MAX);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return refuse(e, path);
    bool done = fill(fd, bytes, mode, durable, e);
    if (close(fd) != 0 && done)
        done = err_set(e, ERR_IO, "close: %s", strerror(errno));
    if (done && rename(temporary, path) != 0)
        done = err_set(e, ERR_IO, "rename: %s", strerror(errno));
    if (!done) {
        unlink(temporary);
        return err_wrap(e, "writing %s", path);
    }
    return !durable || sync_folder(path, e);
}

bool file_replace(const char *path, struct str bytes, mode_t mode, struct err *e)
{
    return replace(path, bytes, mode, true, e);
}

bool file_swap(const char *path, struct str bytes, mode_t mode, struct err *e)
{
    return replace(path, bytes, mode, false, e);
}

static bool make_one(const char *path, mode_t mode, struct err *e)
{
    struct stat st;
    if (mkdir(path, mode) == 0)
        return true;
    int why = errno;
    if (why == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    return err_set(e, ERR_IO, "making folder %s: %s", path, strerror(why));
}

bool dir_make(const char *path, mode_t mode, struct err *e)
{
    char so_far[PATH_MAX];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof so_far)
        return err_set(e, ERR_INVALID, "no folder can have a name of %zu bytes", len);
    memcpy(so_far, path, len + 1);
    for (char *slash = so_far + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
        *slash = '\0';
        if (!make_one(so_far, mode, e))
            return false;
    }
    return make_one(so_far, mode, e);
}
