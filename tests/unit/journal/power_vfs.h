/* power_vfs.h - an SQLite VFS over memory whose power can be cut: what was not synced may be
 * lost, torn or come in another order.
 *
 * Why: kill -9 loses no page the kernel already has, so it proves nothing about a power cut.
 * Here each file has the image that is surely on the disk and a list of writes since its last
 * sync. At the chosen sync the power goes: of each file's pending writes a random part reaches
 * the disk, in random order, some of them torn at sector borders, and every call fails from then
 * on. A file that was made and never synced may be gone; one deleted without a sync of its
 * folder may be back.
 *
 * One thread at a time. A disk that lies (`lies`) says yes to each sync and does nothing: the
 * control that shows that the test can fail.
 */
#pragma once

#include "core/base.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POWER_FILES = 8, POWER_SECTOR = 512, POWER_SHM_MAX = 8 };

struct power_op { /* a write, or with data NULL a truncation to `at` */
    size_t at, len;
    uint8_t *data;
};

struct power_image {
    uint8_t *bytes;
    size_t len, cap;
    bool exists;
};

struct power_file {
    char name[128];
    struct power_image disk, live;
    bool anew; /* made again after a deletion that was not synced: another file of that name */
    struct power_op *ops;
    size_t op_count, op_cap;
    void *shm[POWER_SHM_MAX];
};

struct power_disk {
    sqlite3_vfs vfs;
    struct power_file files[POWER_FILES];
    uint64_t random;
    int syncs, die_at; /* die_at 0: never */
    bool dead, lies;
};

struct power_handle {
    sqlite3_file base;
    struct power_disk *disk;
    struct power_file *file;
};

static uint64_t power_random(struct power_disk *d) /* splitmix64: the same seed, the same cut */
{
    uint64_t z = d->random += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static void power_resize(struct power_image *i, size_t len)
{
    if (len > i->cap) {
        i->cap = len * 2;
        i->bytes = realloc(i->bytes, i->cap);
        if (!i->bytes)
            abort();
    }
    if (len > i->len)
        memset(i->bytes + i->len, 0, len - i->len);
    i->len = len;
}

static void power_put(struct power_image *i, size_t at, const uint8_t *data, size_t len)
{
    if (at + len > i->len)
        power_resize(i, at + len);
    if (len)
        memcpy(i->bytes + at, data, len);
}

static void power_note(struct power_file *f, struct power_op op)
{
    if (f->op_count == f->op_cap) {
        f->op_cap = f->op_cap ? 2 * f->op_cap : 64;
        f->ops = realloc(f->ops, f->op_cap * sizeof *f->ops);
        if (!f->ops)
            abort();
    }
    f->ops[f->op_count++] = op;
}

static void power_apply(struct power_image *i, const struct power_op *op)
{
    if (op->data)
        power_put(i, op->at, op->data, op->len);
    else
        power_resize(i, op->at);
}

static void power_clear(struct power_file *f)
{
    for (size_t i = 0; i < f->op_count; i++)
        free(f->ops[i].data);
    f->op_count = 0;
}

/* Each sector of a write arrives or does not. */
static void power_tear(struct power_disk *d, struct power_image *i, const struct power_op *op)
{
    for (size_t from = 0; from < op->len;) {
        size_t border = POWER_SECTOR - (op->at + from) % POWER_SECTOR;
        size_t n = op->len - from < border ? op->len - from : border;
        if (power_random(d) & 1)
            power_put(i, op->at + from, op->data + from, n);
        from += n;
    }
}

static void power_lose(struct power_disk *d, struct power_file *f)
{
    for (size_t i = f->op_count; i > 1; i--) { /* any order */
        size_t k = power_random(d) % i;
        struct power_op swap = f->ops[i - 1];
        f->ops[i - 1] = f->ops[k];
        f->ops[k] = swap;
    }
    uint64_t mood = power_random(d) % 4; /* nothing arrives, half, most, all */
    for (size_t i = 0; i < f->op_count; i++) {
        uint64_t dice = power_random(d) % 8;
        if (mood == 0 || (mood == 1 && dice < 4) || (mood == 2 && dice == 0))
            continue;
        if (f->ops[i].data && dice == 7)
            power_tear(d, &f->disk, &f->ops[i]);
        else
            power_apply(&f->disk, &f->ops[i]);
    }
    power_clear(f);
}

/* Which file the name stands for, where its folder was not synced since it was made. */
static void power_settle_name(struct power_disk *d, struct power_file *f)
{
    if (f->live.exists && !f->disk.exists)
        f->disk.exists = power_random(d) & 1;
    else if (f->anew && power_random(d) & 1)
        power_clear(f); /* the old one, as it was */
    else if (f->anew)
        power_resize(&f->disk, 0);
    f->anew = false;
}

/* The machine comes back with what the disk holds. */
static void power_restore(struct power_disk *d)
{
    for (size_t i = 0; i < POWER_FILES; i++) {
        struct power_file *f = &d->files[i];
        power_settle_name(d, f);
        power_lose(d, f);
        f->live.exists = f->disk.exists;
        power_resize(&f->live, 0);
        if (f->disk.exists)
            power_put(&f->live, 0, f->disk.bytes ? f->disk.bytes : (const uint8_t *)"",
                      f->disk.len);
        else
            power_resize(&f->disk, 0);
        for (size_t k = 0; k < POWER_SHM_MAX; k++) {
            free(f->shm[k]);
            f->shm[k] = NULL;
        }
    }
    d->dead = false;
    d->die_at = 0;
}

static void power_free(struct power_disk *d)
{
    for (size_t i = 0; i < POWER_FILES; i++) {
        struct power_file *f = &d->files[i];
        power_clear(f);
        free(f->ops);
        free(f->disk.bytes);
        free(f->live.bytes);
        for (size_t k = 0; k < POWER_SHM_MAX; k++)
            free(f->shm[k]);
    }
}

static struct power_handle *power_handle(sqlite3_file *file)
{
    return (struct power_handle *)(void *)file;
}

static int power_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int power_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    struct power_handle *h = power_handle(file);
    const struct power_image *i = &h->file->live;
    if (h->disk->dead)
        return SQLITE_IOERR_READ;
    size_t from = (size_t)at, want = (size_t)len;
    size_t have = from >= i->len ? 0 : i->len - from < want ? i->len - from : want;
    if (have)
        memcpy(out, i->bytes + from, have);
    memset((char *)out + have, 0, want - have);
    return have == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int power_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    struct power_handle *h = power_handle(file);
    if (h->disk->dead)
        return SQLITE_IOERR_WRITE;
    struct power_op op = {.at = (size_t)at, .len = (size_t)len, .data = malloc((size_t)len)};
    if (!op.data)
        abort();
    memcpy(op.data, data, op.len);
    power_apply(&h->file->live, &op);
    power_note(h->file, op);
    return SQLITE_OK;
}

static int power_truncate(sqlite3_file *file, sqlite3_int64 len)
{
    struct power_handle *h = power_handle(file);
    if (h->disk->dead)
        return SQLITE_IOERR_TRUNCATE;
    struct power_op op = {.at = (size_t)len};
    power_apply(&h->file->live, &op);
    power_note(h->file, op);
    return SQLITE_OK;
}

static int power_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    struct power_handle *h = power_handle(file);
    struct power_disk *d = h->disk;
    if (d->dead || ++d->syncs == d->die_at) {
        d->dead = true;
        return SQLITE_IOERR_FSYNC;
    }
    if (d->lies)
        return SQLITE_OK;
    if (h->file->anew)
        power_resize(&h->file->disk, 0);
    h->file->anew = false;
    for (size_t i = 0; i < h->file->op_count; i++)
        power_apply(&h->file->disk, &h->file->ops[i]);
    h->file->disk.exists = true;
    power_clear(h->file);
    return SQLITE_OK;
}

static int power_size(sqlite3_file *file, sqlite3_int64 *ret_len)
{
    struct power_handle *h = power_handle(file);
    *ret_len = (sqlite3_int64)h->file->live.len;
    return h->disk->dead ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int power_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK; /* one process, one thread at a time */
}

static int power_reserved(sqlite3_file *file, int *ret_held)
{
    (void)file;
    *ret_held = 0;
    return SQLITE_OK;
}

static int power_control(sqlite3_file *file, int op, void *arg)
{
    (void)file;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int power_sector(sqlite3_file *file)
{
    (void)file;
    return POWER_SECTOR;
}

static int power_traits(sqlite3_file *file)
{
    (void)file;
    return 0; /* no promise about anything that is not synced */
}

static int power_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    struct power_file *f = power_handle(file)->file;
    *ret = NULL;
    if (page >= POWER_SHM_MAX)
        return SQLITE_IOERR_SHMMAP;
    if (!f->shm[page] && extend)
        f->shm[page] = calloc(1, (size_t)size);
    *ret = f->shm[page];
    return SQLITE_OK;
}

static int power_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    (void)file;
    (void)offset;
    (void)n;
    (void)flags;
    return SQLITE_OK;
}

static void power_shm_barrier(sqlite3_file *file)
{
    (void)file;
}

static int power_shm_unmap(sqlite3_file *file, int remove)
{
    struct power_file *f = power_handle(file)->file;
    for (size_t k = 0; k < POWER_SHM_MAX && remove; k++) {
        free(f->shm[k]);
        f->shm[k] = NULL;
    }
    return SQLITE_OK;
}

static struct power_file *power_find(struct power_disk *d, const char *name, bool make)
{
    struct power_file *free_one = NULL;
    for (size_t i = 0; i < POWER_FILES; i++) {
        struct power_file *f = &d->files[i];
        if (strcmp(f->name, name) == 0)
            return f;
        if (!free_one && !f->name[0])
            free_one = f;
    }
    if (make && free_one)
        snprintf(free_one->name, sizeof free_one->name, "%s", name);
    return make ? free_one : NULL;
}

static int power_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                      int *ret_flags)
{
    static const sqlite3_io_methods methods = {
        .iVersion = 2,
        .xClose = power_close,
        .xRead = power_read,
        .xWrite = power_write,
        .xTruncate = power_truncate,
        .xSync = power_sync,
        .xFileSize = power_size,
        .xLock = power_lock,
        .xUnlock = power_lock,
        .xCheckReservedLock = power_reserved,
        .xFileControl = power_control,
        .xSectorSize = power_sector,
        .xDeviceCharacteristics = power_traits,
        .xShmMap = power_shm_map,
        .xShmLock = power_shm_lock,
        .xShmBarrier = power_shm_barrier,
        .xShmUnmap = power_shm_unmap,
    };
    struct power_disk *d = vfs->pAppData;
    struct power_handle *h = power_handle(file);
    file->pMethods = NULL;
    struct power_file *f = name && !d->dead ? power_find(d, name, true) : NULL;
    if (!f || (!f->live.exists && !(flags & SQLITE_OPEN_CREATE)))
        return SQLITE_CANTOPEN;
    if (!f->live.exists)
        f->anew = f->disk.exists;
    f->live.exists = true;
    h->disk = d;
    h->file = f;
    file->pMethods = &methods;
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int power_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    struct power_disk *d = vfs->pAppData;
    struct power_file *f = power_find(d, name, false);
    if (d->dead)
        return SQLITE_IOERR_DELETE;
    if (!f || !f->live.exists)
        return SQLITE_IOERR_DELETE_NOENT;
    f->live.exists = false;
    power_resize(&f->live, 0);
    power_clear(f);
    if (sync_folder || power_random(d) & 1) {
        f->disk.exists = false;
        power_resize(&f->disk, 0);
    }
    return SQLITE_OK;
}

static int power_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret_yes)
{
    (void)flags;
    struct power_file *f = power_find(vfs->pAppData, name, false);
    *ret_yes = f && f->live.exists;
    return SQLITE_OK;
}

static int power_full_name(sqlite3_vfs *vfs, const char *name, int len, char *out)
{
    (void)vfs;
    return snprintf(out, (size_t)len, "%s", name) < len ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* Registers the disk under `name`; power_unplug and power_free undo it. */
static void power_plug_in(struct power_disk *d, const char *name, uint64_t seed)
{
    const sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    *d = (struct power_disk){.random = seed};
    d->vfs = *real;
    d->vfs.szOsFile = sizeof(struct power_handle);
    d->vfs.pNext = NULL;
    d->vfs.zName = name;
    d->vfs.pAppData = d;
    d->vfs.xOpen = power_open;
    d->vfs.xDelete = power_delete;
    d->vfs.xAccess = power_access;
    d->vfs.xFullPathname = power_full_name;
    sqlite3_vfs_register(&d->vfs, 0);
}

static void power_unplug(struct power_disk *d)
{
    sqlite3_vfs_unregister(&d->vfs);
    power_free(d);
}
