/* file.c - opening a capture file, and what pcap and pcapng have in common. */
#include "file_private.h"

#include "net/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

uint16_t file_u16(const struct capture_file *f, const uint8_t *p)
{
    return f->big_endian ? load_be16(p) : load_le16(p);
}

uint32_t file_u32(const struct capture_file *f, const uint8_t *p)
{
    return f->big_endian ? load_be32(p) : load_le32(p);
}

bool file_refuse(struct capture_file *f, struct err *e, const char *format, ...)
{
    char sentence[160];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    f->capture.done = true;
    return err_set(e, ERR_INVALID, "%s %llu at byte %llu%s: %s",
                   f->capture.source == &pcapng_source ? "block" : "record",
                   (unsigned long long)f->block, (unsigned long long)f->in.offset,
                   f->in.packed ? " (unpacked)" : "", sentence);
}

enum file_more file_need(struct capture_file *f, size_t n, size_t busy, struct err *e)
{
    if (f->in.left >= n)
        return FILE_HAVE;
    if (busy)
        return FILE_LATER;
    if (!input_need(&f->in, n, e)) {
        f->capture.done = true;
        err_wrap(e, "byte %llu", (unsigned long long)f->in.offset + f->in.left);
        return FILE_FAILED;
    }
    if (f->in.left >= n)
        return FILE_HAVE;
    f->capture.stats.broken_tail = f->in.left > 0 || f->in.cut;
    f->capture.done = true;
    return FILE_END;
}

void file_lend(struct capture *c, uint8_t *window, size_t step)
{
    input_lend(&file_of(c)->in, window, step);
}

void file_drop(struct capture *c)
{
    struct capture_file *f = file_of(c);
    input_close(&f->in);
    free(f->interfaces);
    free(f);
}

/* The first four bytes say what it is, and for pcap in which order its numbers lie. */
static bool choose_reader(struct capture_file *f, struct err *e)
{
    static const struct {
        uint32_t magic;
        bool nanoseconds, modified;
    } kinds[] = {{0xa1b2c3d4, false, false}, {0xa1b23c4d, true, false}, {0xa1b2cd34, false, true}};

    if (!input_need(&f->in, 4, e))
        return false;
    if (f->in.left == 0)
        return err_set(e, ERR_INVALID, "the file is empty");
    if (f->in.left < 4)
        return err_set(e, ERR_INVALID, "too short to be a capture (%zu bytes)", f->in.left);
    uint32_t first = load_be32(f->in.at);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        f->big_endian = first == kinds[i].magic;
        if (f->big_endian || load_le32(f->in.at) == kinds[i].magic) {
            f->capture.source = &pcap_source;
            f->nanoseconds = kinds[i].nanoseconds;
            f->modified = kinds[i].modified;
            return pcap_begin(f, e);
        }
    }
    if (first == 0x0a0d0d0a) {
        f->capture.source = &pcapng_source;
        return pcapng_begin(f, e);
    }
    return err_set(e, ERR_INVALID, "neither pcap nor pcapng: it begins with %08x", (unsigned)first);
}

static bool open_input(int fd, struct str memory, struct capture **ret, struct err *e)
{
    struct capture_file *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    if (!input_open(&f->in, fd, memory, e)) {
        free(f);
        return false;
    }
    if (!choose_reader(f, e)) {
        f->in.fd = -1;
        file_drop(&f->capture);
        return false;
    }
    f->capture.done = false;
    *ret = &f->capture;
    return true;
}

bool capture_open_file(const char *path, struct capture **ret, struct err *e)
{
    int fd = STDIN_FILENO;
    if (strcmp(path, "-") != 0)
        fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(errno));
    if (open_input(fd, STR_NONE, ret, e))
        return true;
    if (fd != STDIN_FILENO)
        close(fd);
    return false;
}

bool capture_open_bytes(struct str bytes, struct capture **ret, struct err *e)
{
    return open_input(-1, bytes, ret, e);
}
