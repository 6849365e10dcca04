/* pcap.c - classic capture files: one header, then records, all of one link type.
 *
 * Source: draft-ietf-opsawg-pcap. The "modified" form (magic a1b2cd34, by A. Kuznetzov) has eight
 * bytes more in each record. Files before version 2.4 may hold the two lengths the other way round.
 */
#include "file_private.h"

enum { HEADER = 24, RECORD = 16, RECORD_MODIFIED = 24 };

bool pcap_begin(struct capture_file *f, struct err *e)
{
    if (!input_need(&f->in, HEADER, e))
        return false;
    if (f->in.left < HEADER)
        return err_set(e, ERR_INVALID, "the file header is cut off at byte %zu of %d", f->in.left,
                       HEADER);
    const uint8_t *p = f->in.at;
    unsigned major = file_u16(f, p + 4), minor = file_u16(f, p + 6);
    if (major != 2)
        return err_set(e, ERR_INVALID, "pcap version %u.%u at byte 4 is not one we know", major,
                       minor);
    f->old_order = minor < 4;
    f->linktype = (uint16_t)file_u32(f, p + 20); /* the upper half tells of checksums, if it does */
    input_used(&f->in, HEADER);
    return true;
}

static void fill(const struct capture_file *f, const uint8_t *p, struct frame *out)
{
    uint32_t fraction = file_u32(f, p + 4);
    uint32_t caplen = file_u32(f, p + 8), wirelen = file_u32(f, p + 12);
    if (f->old_order && caplen > wirelen) {
        caplen = wirelen;
        wirelen = file_u32(f, p + 8);
    }
    *out = (struct frame){
        .bytes = p + (f->modified ? RECORD_MODIFIED : RECORD),
        .caplen = caplen,
        .wirelen = wirelen < caplen ? caplen : wirelen,
        .time_us =
            (int64_t)file_u32(f, p) * 1000000 + (f->nanoseconds ? fraction / 1000 : fraction),
        .time_ns = f->nanoseconds ? (uint16_t)(fraction % 1000) : 0,
        .linktype = f->linktype,
    };
}

static size_t pcap_batch(struct capture *c, struct frame *out, size_t most, struct err *e)
{
    struct capture_file *f = file_of(c);
    size_t head = f->modified ? RECORD_MODIFIED : RECORD, n = 0;
    while (n < most) {
        if (file_need(f, head, n, e) != FILE_HAVE)
            break;
        struct frame frame;
        fill(f, f->in.at, &frame);
        if (frame.caplen > FRAME_MOST) {
            f->block++;
            file_refuse(f, e, "a length of %u bytes is more than a frame can have (%d)",
                        (unsigned)frame.caplen, FRAME_MOST);
            break;
        }
        if (file_need(f, head + frame.caplen, n, e) != FILE_HAVE)
            break;
        frame.bytes = f->in.at + head; /* the window may have moved */
        out[n++] = frame;
        f->block++;
        input_used(&f->in, head + frame.caplen);
    }
    return n;
}

const struct capture_source pcap_source = {
    .name = "pcap",
    .batch = pcap_batch,
    .lend = file_lend,
    .drop = file_drop,
};
