/* geo.c - opening tables so that they cannot change, and asking each of them. */
#include "geo/geo.h"

#include "geo/mmdb_private.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct table {
    MMDB_s mmdb;
    bool open;
    struct mmdb_facts facts;
};

struct geo {
    struct table tables[GEO_TABLES_MAX];
    size_t count;
};

static void fd_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool write_all(int fd, const uint8_t *bytes, size_t len, struct err *e)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return err_set(e, ERR_IO, "sealed memory: %s", strerror(errno));
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return true;
}

/* The file's bytes in memory that nobody can write to or cut, and their hash. */
static bool seal_copy(int from, int to, uint8_t ret_sha256[SHA256_SIZE], size_t *ret_size,
                      struct err *e)
{
    uint8_t chunk[1 << 16];
    struct sha256 hash;
    size_t size = 0;
    sha256_start(&hash);
    for (;;) {
        ssize_t n = read(from, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_IO, "%s", strerror(errno));
        if (n == 0)
            break;
        size += (size_t)n;
        if (size > GEO_FILE_MAX)
            return err_set(e, ERR_LIMIT, "larger than %d bytes", GEO_FILE_MAX);
        sha256_add(&hash, (struct str){(const char *)chunk, (size_t)n});
        if (!write_all(to, chunk, (size_t)n, e))
            return false;
    }
    sha256_end(&hash, ret_sha256);
    if (fcntl(to, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
        return err_set(e, ERR_IO, "sealing memory: %s", strerror(errno));
    *ret_size = size;
    return true;
}

static bool memory_check(int fd, size_t size, struct mmdb_facts *ret_facts, struct err *e)
{
    if (size == 0)
        return err_set(e, ERR_INVALID, "empty file");
    void *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        return err_set(e, ERR_IO, "mapping: %s", strerror(errno));
    bool sound = mmdb_check((struct str){at, size}, ret_facts, e);
    munmap(at, size);
    return sound;
}

static bool table_open(const char *path, struct table *t, struct err *e)
{
    AUTO(fd_close) int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (file < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(errno));
    if (fstat(file, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(e, ERR_INVALID, "not a regular file");
    AUTO(fd_close) int memory = memfd_create("country-table", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0)
        return err_set(e, ERR_IO, "memfd_create: %s", strerror(errno));

    uint8_t sha256[SHA256_SIZE];
    size_t size = 0;
    if (!seal_copy(file, memory, sha256, &size, e) || !memory_check(memory, size, &t->facts, e))
        return false;
    memcpy(t->facts.table.sha256, sha256, sizeof sha256);
    char sealed[32];
    snprintf(sealed, sizeof sealed, "/proc/self/fd/%d", memory);
    int status = MMDB_open(sealed, MMDB_MODE_MMAP, &t->mmdb);
    if (status != MMDB_SUCCESS)
        return err_set(e, ERR_INVALID, "%s", MMDB_strerror(status));
    t->open = true;
    return true;
}

bool geo_open(const char *const *paths, size_t count, struct geo **ret_geo, struct err *e)
{
    if (count == 0 || count > GEO_TABLES_MAX)
        return err_set(e, ERR_INVALID, "%zu country tables: one or two are wanted", count);
    struct geo *g = calloc(1, sizeof *g);
    if (!g)
        abort();
    for (size_t i = 0; i < count; i++) {
        g->count = i + 1;
        if (!table_open(paths[i], &g->tables[i], e)) {
            geo_close(g);
            return err_wrap(e, "country table %s", paths[i]);
        }
    }
    *ret_geo = g;
    return true;
}

void geo_close(struct geo *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->count; i++) {
        if (g->tables[i].open)
            MMDB_close(&g->tables[i].mmdb);
        free(g->tables[i].facts.records);
    }
    free(g);
}

void geo_drop(struct geo **g)
{
    geo_close(*g);
    *g = NULL;
}

static bool is_mapped(const uint8_t address[16])
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(address, prefix, sizeof prefix) == 0;
}

static const char *record_code(const struct mmdb_facts *f, uint32_t offset)
{
    size_t low = 0, high = f->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->records[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->count && f->records[low].offset == offset ? f->records[low].code : "";
}

static const char *table_country(const struct table *t, const uint8_t address[16])
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a = {0};
    if (is_mapped(address)) {
        a.v4.sin_family = AF_INET;
        memcpy(&a.v4.sin_addr, address + 12, 4);
    } else {
        a.v6.sin6_family = AF_INET6;
        memcpy(&a.v6.sin6_addr, address, 16);
    }
    int status = MMDB_SUCCESS;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&t->mmdb, &a.any, &status);
    if (status != MMDB_SUCCESS || !found.found_entry)
        return "";
    return record_code(&t->facts, found.entry.offset);
}

struct country geo_country(const struct geo *g, const uint8_t address[16])
{
    struct country c = {0};
    const char *first = table_country(&g->tables[0], address);
    if (g->count > 1 && strcmp(first, table_country(&g->tables[1], address)) != 0) {
        c.disputed = true;
        return c;
    }
    memcpy(c.code, first, strlen(first));
    return c;
}

size_t geo_table_count(const struct geo *g)
{
    return g->count;
}

const struct geo_table *geo_table(const struct geo *g, size_t i)
{
    return i < g->count ? &g->tables[i].facts.table : NULL;
}
