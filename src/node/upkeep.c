/* upkeep.c - see upkeep.h. */
#include "node/upkeep.h"

#include "core/io.h"
#include "node/config.h"
#include "node/node_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_MAX = 1 << 16, COPY_CHUNK = 1 << 20 };

/* The folder, for the length of one job; -1 while a node holds it. */
static int hold(const char *dir, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        fd = -1;
        err_set(e, ERR_CONFLICT, "%s: a node runs on this folder: stop it first", dir);
    }
    return fd;
}

static bool rebuild(const char *dir, struct clock *clock, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(CONFIG_MAX << 2);
    struct node_self self;
    AUTO(signer_drop) struct signer *keys = NULL;
    AUTO(journal_drop) struct journal *journal = NULL;
    AUTO(model_drop) struct model *model = NULL;
    if (!config_load(&a, dir, &self, e) ||
        !keyproc_start(arena_fmt(&a, "%s/keys", dir).ptr, &keys, e) ||
        !journal_open(&(struct journal_options){.dir = dir,
                                                .origin = arena_cstr(&a, self.origin),
                                                .signer = keys,
                                                .clock = clock},
                      &journal, e) ||
        !model_open(&(struct model_options){.dir = dir,
                                            .projections = node_projections,
                                            .cache_kib = NODE_WRITER_CACHE_KIB},
                    journal, &model, e))
        return false;
    return projection_rebuild(model, journal, e);
}

bool node_rebuild(const char *dir, struct clock *clock, struct err *e)
{
    int lock = hold(dir, e);
    if (lock < 0)
        return false;
    bool ok = rebuild(dir, clock, e);
    close(lock);
    return ok;
}

bool node_backup(const char *dir, const char *out, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(CONFIG_MAX << 2);
    AUTO(journal_drop) struct journal *journal = NULL;
    struct str config = STR_NONE;
    return file_read(&a, arena_fmt(&a, "%s/node.json", dir).ptr, CONFIG_MAX, &config, e) &&
           journal_open(&(struct journal_options){.dir = dir, .readonly = true}, &journal, e) &&
           journal_backup(journal, out, e) &&
           file_replace(arena_fmt(&a, "%s.json", out).ptr, config, 0644, e);
}

/* Byte by byte, fsynced: journals are larger than memory should be. */
static bool copy_file(const char *from, const char *to, mode_t mode, struct err *e)
{
    AUTO(buf_drop) struct buf chunk = BUF(COPY_CHUNK);
    char *bytes = buf_room(&chunk, COPY_CHUNK);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool ok = in >= 0 && out >= 0;
    ssize_t n = 1;
    while (ok && (n = read(in, bytes, COPY_CHUNK)) > 0)
        ok = fd_write_all(out, (struct str){bytes, (size_t)n}, e);
    ok = ok && n == 0 && fsync(out) == 0;
    if (!ok && e->code == ERR_OK)
        err_set(e, ERR_IO, "copying %s to %s: %s", from, to, strerror(errno));
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return ok;
}

static bool copy_keys(struct arena *a, const char *from, const char *to, struct err *e)
{
    DIR *folder = opendir(from);
    bool ok = folder != NULL;
    if (!ok)
        return err_set(e, ERR_IO, "%s: %s", from, strerror(errno));
    for (struct dirent *d; ok && (d = readdir(folder));) {
        struct stat st;
        const char *source = arena_fmt(a, "%s/%s", from, d->d_name).ptr;
        const char *target = arena_fmt(a, "%s/%s", to, d->d_name).ptr;
        if (d->d_name[0] == '.' || !source || !target || stat(source, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            ok = dir_make(target, 0700, e) && copy_keys(a, source, target, e);
        else
            ok = copy_file(source, target, 0600, e);
    }
    closedir(folder);
    return ok;
}

bool node_restore(const char *from, const char *keys, const char *dir, struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(1 << 20);
    struct stat st;
    static const char *const folders[] = {"", "/keys", "/out", "/run"};
    if (stat(arena_fmt(&a, "%s/node.json", dir).ptr, &st) == 0)
        return err_set(e, ERR_CONFLICT, "%s holds a node already", dir);
    for (size_t i = 0; i < COUNT(folders); i++)
        if (!dir_make(arena_fmt(&a, "%s%s", dir, folders[i]).ptr, i == 1 ? 0700 : 0755, e))
            return false;
    return copy_keys(&a, keys, arena_fmt(&a, "%s/keys", dir).ptr, e) &&
           copy_file(from, arena_fmt(&a, "%s/%s", dir, JOURNAL_FILE).ptr, 0600, e) &&
           copy_file(arena_fmt(&a, "%s.json", from).ptr, arena_fmt(&a, "%s/node.json", dir).ptr,
                     0644, e);
}

/* "hinomi/<org>" is followed by "hinomi/<org>/2", that by "/3". */
static struct str next_origin(struct arena *a, const struct node_self *self)
{
    struct str own = arena_fmt(a, "hinomi/" STR_FMT, STR_ARG(self->org));
    struct str tail = str_skip(self->origin, own.len + 1);
    unsigned generation = 1;
    for (size_t i = 0; i < tail.len && tail.ptr[i] >= '0' && tail.ptr[i] <= '9' && i < 6; i++)
        generation = (i ? generation * 10 : 0) + (unsigned)(tail.ptr[i] - '0');
    return arena_fmt(a, STR_FMT "/%u", STR_ARG(own), generation + 1);
}

static bool recover(const char *dir, struct str note, struct clock *clock,
                    char ret_origin[NODE_ORIGIN_SIZE], struct err *e)
{
    AUTO(arena_drop) struct arena a = ARENA(CONFIG_MAX << 2);
    AUTO(signer_drop) struct signer *keys = NULL;
    struct node_self self;
    if (!config_load(&a, dir, &self, e) ||
        !keyproc_start(arena_fmt(&a, "%s/keys", dir).ptr, &keys, e))
        return false;
    struct str origin = next_origin(&a, &self);
    if (!journal_succeed(&(struct journal_succession){.dir = dir,
                                                      .origin = origin.ptr,
                                                      .note = note,
                                                      .actor = self.org,
                                                      .signer = keys,
                                                      .clock = clock},
                         e))
        return false;
    self.origin = origin;
    snprintf(ret_origin, NODE_ORIGIN_SIZE, STR_FMT, STR_ARG(origin));
    return config_save(dir, &self, e);
}

bool node_recover(const char *dir, struct str note, struct clock *clock,
                  char ret_origin[NODE_ORIGIN_SIZE], struct err *e)
{
    int lock = hold(dir, e);
    if (lock < 0)
        return false;
    bool ok = recover(dir, note, clock, ret_origin, e);
    close(lock);
    return ok;
}
