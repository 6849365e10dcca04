/* spool.c - segments written at one end and read at the other. */
#include "sensor/spool.h"

#include "core/buf.h"
#include "core/io.h"
#include "core/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 8, NAME_SIZE = 16 + 4 + 1, PATH_ROOM = 4096 };
#define LIMIT_USUAL (UINT64_C(256) << 20)
#define SEGMENT_USUAL (UINT64_C(4) << 20)

struct segment {
    uint64_t number, size; /* durable bytes */
    uint64_t records;
};

struct spool {
    struct spool_settings settings;
    char *dir;
    int dir_fd, lock_fd, write_fd; /* write_fd: of the last segment, -1 before the first put */
    VEC(struct segment) segments;  /* oldest first */
    uint64_t offset;               /* in the oldest: of the first record not acknowledged */
    struct spool_stats stats;
    uint32_t crc_table[256];
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool woken;
};

/* ---- records ---- */

static void crc_prepare(struct spool *s)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320U : 0); /* CRC-32 of IEEE 802.3, reflected */
        s->crc_table[i] = c;
    }
}

static uint32_t crc_of(const struct spool *s, struct str bytes)
{
    uint32_t c = UINT32_MAX;
    for (size_t i = 0; i < bytes.len; i++)
        c = s->crc_table[(c ^ (uint8_t)bytes.ptr[i]) & 0xff] ^ c >> 8;
    return ~c;
}

static void put32(char *out, uint32_t v)
{
    for (size_t i = 0; i < 4; i++)
        out[i] = (char)(v >> 8 * i);
}

static uint32_t get32(const char *at)
{
    const uint8_t *p = (const uint8_t *)at;
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool spool_add(struct buf *out, struct str record)
{
    char head[4];
    if (!record.len || record.len > SPOOL_RECORD_MAX ||
        record.len + sizeof head > out->limit - out->len)
        return false;
    put32(head, (uint32_t)record.len);
    return buf_bytes(out, head, sizeof head) && buf_put(out, record);
}

/* The record at the start of `bytes`; false when none stands there whole and right. */
static bool record_at(const struct spool *s, struct str bytes, struct str *ret_record)
{
    if (bytes.len < HEAD)
        return false;
    uint32_t len = get32(bytes.ptr);
    if (!len || len > SPOOL_RECORD_MAX || len > bytes.len - HEAD)
        return false;
    *ret_record = (struct str){bytes.ptr + HEAD, len};
    return get32(bytes.ptr + 4) == crc_of(s, *ret_record);
}

/* ---- files ---- */

static void segment_name(uint64_t number, char out[NAME_SIZE])
{
    snprintf(out, NAME_SIZE, "%016" PRIx64 ".seg", number);
}

static bool io_error(const struct spool *s, const char *what, struct err *e)
{
    return err_set(e, ERR_IO, "spool %s: %s: %s", s->dir, what, strerror(errno));
}

static bool is_segment(const struct dirent *d, uint64_t *ret_number)
{
    char *end = NULL;
    *ret_number = strtoull(d->d_name, &end, 16);
    return end == d->d_name + 16 && strcmp(end, ".seg") == 0;
}

static int by_number(const void *x, const void *y)
{
    const struct segment *a = x, *b = y;
    return (a->number > b->number) - (a->number < b->number);
}

static bool list_segments(struct spool *s, struct err *e)
{
    DIR *dir = opendir(s->dir);
    if (!dir)
        return io_error(s, "opening", e);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        struct segment found = {0};
        if (is_segment(d, &found.number))
            vec_push(&s->segments, found);
    }
    closedir(dir);
    if (s->segments.len)
        qsort(s->segments.ptr, s->segments.len, sizeof *s->segments.ptr, by_number);
    return true;
}

static bool read_segment(const struct spool *s, const struct segment *g, struct arena *a,
                         struct str *ret_bytes, struct err *e)
{
    char path[PATH_ROOM], name[NAME_SIZE];
    segment_name(g->number, name);
    snprintf(path, sizeof path, "%s/%s", s->dir, name);
    return file_read(a, path, (size_t)1 << 30, ret_bytes, e);
}

/* How far the records of a segment are whole, and which of them begin at or after `from`. */
static bool measure(struct spool *s, struct segment *g, uint64_t from, bool *ret_boundary,
                    struct err *e)
{
    AUTO(arena_drop) struct arena memory = ARENA((size_t)1 << 30);
    struct str bytes, record;
    if (!read_segment(s, g, &memory, &bytes, e))
        return false;
    size_t at = 0;
    *ret_boundary = from == 0;
    for (; record_at(s, str_skip(bytes, at), &record); at += HEAD + record.len) {
        *ret_boundary |= at == from;
        g->records += at >= from;
    }
    *ret_boundary |= at == from;
    g->size = at;
    if (at == bytes.len)
        return true;
    s->stats.torn_bytes += bytes.len - at;
    char name[NAME_SIZE];
    segment_name(g->number, name);
    int fd = openat(s->dir_fd, name, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && ftruncate(fd, (off_t)at) == 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok || io_error(s, "cutting a torn tail", e);
}

static void read_cursor(const struct spool *s, uint64_t *ret_number, uint64_t *ret_offset)
{
    AUTO(arena_drop) struct arena memory = ARENA(4096);
    char path[PATH_ROOM];
    struct err absent;
    struct str text;
    snprintf(path, sizeof path, "%s/cursor", s->dir);
    *ret_number = *ret_offset = 0;
    if (!file_read(&memory, path, 64, &text, &absent))
        return;
    char *end = arena_cstr(&memory, text);
    uint64_t number = end ? strtoull(end, &end, 16) : 0;
    if (!end || *end != ' ')
        return;
    *ret_offset = strtoull(end + 1, &end, 10);
    *ret_number = *end == '\n' ? number : 0;
}

static void drop_oldest(struct spool *s)
{
    char name[NAME_SIZE];
    segment_name(s->segments.ptr[0].number, name);
    s->stats.bytes -= s->segments.ptr[0].size;
    unlinkat(s->dir_fd, name, 0);
    memmove(s->segments.ptr, s->segments.ptr + 1, --s->segments.len * sizeof *s->segments.ptr);
    s->offset = 0;
}

/* Where the cursor stands. One that names no segment, or no record in it, is not believed: then all
 * there is counts as not acknowledged. */
static bool find_cursor(struct spool *s, struct err *e)
{
    uint64_t number, offset;
    size_t at = 0;
    read_cursor(s, &number, &offset);
    while (at < s->segments.len && s->segments.ptr[at].number != number)
        at++;
    if (at == s->segments.len)
        return true;
    struct segment probe = {.number = number};
    bool boundary = false;
    if (!measure(s, &probe, offset, &boundary, e))
        return false;
    if (!boundary)
        return true;
    while (at--)
        drop_oldest(s);
    s->offset = offset;
    return true;
}

static bool recover(struct spool *s, struct err *e)
{
    if (!list_segments(s, e) || !find_cursor(s, e))
        return false;
    for (size_t i = 0; i < s->segments.len; i++) {
        struct segment *g = &s->segments.ptr[i];
        bool boundary;
        if (!measure(s, g, i ? 0 : s->offset, &boundary, e))
            return false;
        s->stats.bytes += g->size;
        s->stats.kept += g->records;
    }
    s->stats.waiting = s->stats.kept;
    return true;
}

static bool open_folder(struct spool *s, struct err *e)
{
    if (!dir_make(s->dir, 0700, e))
        return false;
    s->dir_fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    s->lock_fd = s->dir_fd < 0 ? -1 : openat(s->dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return io_error(s, "opening", e);
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, ERR_CONFLICT, "spool %s: another sensor uses it", s->dir);
    return true;
}

bool spool_open(const struct spool_settings *settings, struct spool **ret, struct err *e)
{
    AUTO(spool_close) struct spool *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->settings = *settings;
    s->dir = strdup(settings->dir);
    s->dir_fd = s->lock_fd = s->write_fd = -1;
    if (!s->settings.limit)
        s->settings.limit = LIMIT_USUAL;
    if (!s->settings.segment_bytes)
        s->settings.segment_bytes = SEGMENT_USUAL;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->news, &attr);
    pthread_condattr_destroy(&attr);
    crc_prepare(s);
    if (!s->dir || !open_folder(s, e) || !recover(s, e))
        return false;
    *ret = TAKE(s);
    return true;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void spool_close(struct spool **spool)
{
    struct spool *s = *spool;
    if (!s)
        return;
    close_fd(&s->write_fd);
    close_fd(&s->dir_fd);
    close_fd(&s->lock_fd);
    vec_drop(&s->segments);
    pthread_cond_destroy(&s->news);
    pthread_mutex_destroy(&s->lock);
    free(s->dir);
    free(s);
    *spool = NULL;
}

/* ---- writing ---- */

static bool begin_segment(struct spool *s, struct err *e)
{
    struct segment next = {.number = 1};
    if (s->segments.len)
        next.number = s->segments.ptr[s->segments.len - 1].number + 1;
    else {
        uint64_t offset; /* never reuse a number the cursor knows */
        read_cursor(s, &next.number, &offset);
        next.number++;
    }
    char name[NAME_SIZE];
    segment_name(next.number, name);
    close_fd(&s->write_fd);
    s->write_fd = openat(s->dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (s->write_fd < 0 || fsync(s->dir_fd) != 0)
        return io_error(s, "beginning a segment", e);
    vec_push(&s->segments, next);
    return true;
}

/* What spool_put was given, with a CRC after each length. */
static bool framed(const struct spool *s, struct str records, struct buf *out, uint64_t *ret_count)
{
    while (records.len >= 4) {
        uint32_t len = get32(records.ptr);
        if (len > records.len - 4)
            return false;
        struct str record = {records.ptr + 4, len};
        char head[HEAD];
        put32(head, len);
        put32(head + 4, crc_of(s, record));
        buf_bytes(out, head, sizeof head);
        buf_put(out, record);
        records = str_skip(records, 4 + len);
        ++*ret_count;
    }
    return !records.len && !out->over;
}

static bool append(struct spool *s, struct str bytes, uint64_t count, struct err *e)
{
    if (bytes.len > s->settings.limit -
                        (s->stats.bytes < s->settings.limit ? s->stats.bytes : s->settings.limit))
        return err_set(e, ERR_LIMIT, "spool %s: %" PRIu64 " bytes wait already", s->dir,
                       s->stats.bytes);
    bool full = s->segments.len &&
                s->segments.ptr[s->segments.len - 1].size + bytes.len > s->settings.segment_bytes;
    if ((s->write_fd < 0 || full) && !begin_segment(s, e))
        return false;
    struct segment *g = &s->segments.ptr[s->segments.len - 1];
    if (!fd_write_all(s->write_fd, bytes, e) || fdatasync(s->write_fd) != 0) {
        if (e->code == ERR_OK)
            io_error(s, "syncing", e);
        if (ftruncate(s->write_fd, (off_t)g->size) != 0)
            close_fd(&s->write_fd); /* a new segment next time; the torn tail is cut at start */
        return false;
    }
    g->size += bytes.len;
    g->records += count;
    s->stats.bytes += bytes.len;
    s->stats.kept += count;
    s->stats.waiting += count;
    pthread_cond_broadcast(&s->news);
    return true;
}

bool spool_put(struct spool *s, struct str records, struct err *e)
{
    AUTO(buf_drop) struct buf out = BUF(records.len * 3 + HEAD);
    uint64_t count = 0;
    if (!framed(s, records, &out, &count))
        return err_set(e, ERR_INVALID, "spool: records are not framed");
    struct err why = {0};
    pthread_mutex_lock(&s->lock);
    bool ok = append(s, buf_str(&out), count, &why);
    s->stats.refused += ok ? 0 : count;
    pthread_mutex_unlock(&s->lock);
    if (!ok)
        *e = why;
    return ok;
}

/* ---- reading ---- */

static size_t peek(struct spool *s, struct arena *a, struct str *ret_records, size_t most,
                   struct err *e)
{
    size_t n = 0;
    uint64_t at = s->offset;
    for (size_t i = 0; i < s->segments.len && n < most; i++, at = 0) {
        const struct segment *g = &s->segments.ptr[i];
        if (at >= g->size)
            continue;
        struct str bytes, record;
        if (!read_segment(s, g, a, &bytes, e))
            return n;
        bytes.len = bytes.len < g->size ? bytes.len : g->size;
        for (; n < most && record_at(s, str_skip(bytes, at), &record); at += HEAD + record.len)
            ret_records[n++] = record;
    }
    return n;
}

size_t spool_peek(struct spool *s, struct arena *a, struct str *ret_records, size_t most,
                  struct err *e)
{
    pthread_mutex_lock(&s->lock);
    size_t n = s->stats.waiting ? peek(s, a, ret_records, most, e) : 0;
    pthread_mutex_unlock(&s->lock);
    return n;
}

/* Steps over one record; a segment that is done with, and is not being written, goes. */
static bool step(struct spool *s, struct err *e)
{
    while (s->segments.len > 1 && s->offset >= s->segments.ptr[0].size)
        drop_oldest(s);
    if (!s->segments.len)
        return err_set(e, ERR_INVALID, "spool: nothing to acknowledge");
    char name[NAME_SIZE], head[HEAD];
    segment_name(s->segments.ptr[0].number, name);
    int fd = openat(s->dir_fd, name, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && pread(fd, head, sizeof head, (off_t)s->offset) == HEAD;
    if (fd >= 0)
        close(fd);
    if (!ok)
        return io_error(s, "acknowledging", e);
    s->offset += HEAD + get32(head);
    s->stats.acknowledged++;
    s->stats.waiting--;
    return true;
}

static bool acknowledge(struct spool *s, size_t count, struct err *e)
{
    while (count--)
        if (!step(s, e))
            return false;
    while (s->segments.len > 1 && s->offset >= s->segments.ptr[0].size)
        drop_oldest(s);
    char path[PATH_ROOM], text[64];
    snprintf(path, sizeof path, "%s/cursor", s->dir);
    int len = snprintf(text, sizeof text, "%016" PRIx64 " %" PRIu64 "\n", s->segments.ptr[0].number,
                       s->offset);
    return file_swap(path, (struct str){text, (size_t)len}, 0600, e);
}

bool spool_acknowledge(struct spool *s, size_t count, struct err *e)
{
    pthread_mutex_lock(&s->lock);
    bool ok = count == 0 || acknowledge(s, count, e);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

void spool_wait(struct spool *s, unsigned ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&s->lock);
    while (!s->stats.waiting && !s->woken)
        if (pthread_cond_timedwait(&s->news, &s->lock, &until) != 0)
            break;
    s->woken = false;
    pthread_mutex_unlock(&s->lock);
}

void spool_wake(struct spool *s)
{
    pthread_mutex_lock(&s->lock);
    s->woken = true;
    pthread_cond_broadcast(&s->news);
    pthread_mutex_unlock(&s->lock);
}

struct spool_stats spool_stats(struct spool *s)
{
    pthread_mutex_lock(&s->lock);
    struct spool_stats stats = s->stats;
    pthread_mutex_unlock(&s->lock);
    return stats;
}
