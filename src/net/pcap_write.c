/* pcap_write.c - see pcap_write.h. */
#include "net/pcap_write.h"

#include "core/io.h"
#include "net/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FLUSH_AT = 1 << 20, BUFFER_MOST = FLUSH_AT + FRAME_MOST + 64 };

struct pcap_writer {
    int fd;
    struct buf buf;
};

void pcap_put_header(struct buf *out, uint16_t linktype)
{
    uint8_t h[24] = {};
    store_le32(h, 0xa1b2c3d4);
    store_le16(h + 4, 2);
    store_le16(h + 6, 4);
    store_le32(h + 16, FRAME_MOST);
    store_le32(h + 20, linktype);
    buf_bytes(out, h, sizeof h);
}

void pcap_put_frame(struct buf *out, const struct frame *f)
{
    uint8_t h[16];
    store_le32(h, (uint32_t)(f->time_us / 1000000));
    store_le32(h + 4, (uint32_t)(f->time_us % 1000000));
    store_le32(h + 8, f->caplen);
    store_le32(h + 12, f->wirelen);
    buf_bytes(out, h, sizeof h);
    buf_bytes(out, f->bytes, f->caplen);
}

static bool flush(struct pcap_writer *w, struct err *e)
{
    if (w->buf.over)
        return err_set(e, ERR_LIMIT, "a frame of more than %d bytes", FRAME_MOST);
    bool done = fd_write_all(w->fd, buf_str(&w->buf), e);
    buf_clear(&w->buf);
    return done;
}

bool pcap_writer_open(const char *path, uint16_t linktype, struct pcap_writer **ret, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    struct pcap_writer *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->fd = fd;
    w->buf = BUF(BUFFER_MOST);
    pcap_put_header(&w->buf, linktype);
    *ret = w;
    return true;
}

bool pcap_writer_add(struct pcap_writer *w, const struct frame *f, struct err *e)
{
    pcap_put_frame(&w->buf, f);
    return (w->buf.len < FLUSH_AT && !w->buf.over) || flush(w, e);
}

bool pcap_writer_close(struct pcap_writer *w, struct err *e)
{
    if (!flush(w, e))
        return false;
    int fd = w->fd;
    w->fd = -1;
    return close(fd) == 0 || err_set(e, ERR_IO, "closing: %s", strerror(errno));
}

void pcap_writer_drop(struct pcap_writer **w)
{
    if (!*w)
        return;
    if ((*w)->fd >= 0)
        close((*w)->fd);
    buf_drop(&(*w)->buf);
    free(*w);
    *w = NULL;
}
