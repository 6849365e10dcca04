/* pcapng.c - capture files in blocks: sections, interfaces, packets, and much that is none of ours.
 *
 * Every block begins and ends with its length, and the two must agree: a file whose chain is broken
 * is refused there, with its place, since all that would follow is a guess.
 * Source: draft-ietf-opsawg-pcapng; the obsolete Packet Block as in its appendix.
 */
#include "file_private.h"

#include "net/bytes.h"

enum block_type {
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET_OLD = 2,
    BLOCK_PACKET_SIMPLE = 3,
    BLOCK_PACKET = 6,
    BLOCK_SECTION = 0x0a0d0d0a,
};

enum {
    FRAME_OF_BLOCK = 12, /* type, length, and the length again at its end */
    INTERFACES_MOST = 4096,
    OPTION_END = 0,
    OPTION_RESOLUTION = 9,
    OPTION_OFFSET = 14,
};

struct block {
    const uint8_t *body;
    uint32_t type, length; /* length: of all, as written */
};

/* 10^n or 2^n ticks a second: one byte. 0 when that is no clock. */
static uint64_t ticks_of(uint8_t resolution)
{
    unsigned power = resolution & 0x7f;
    if (resolution & 0x80)
        return power < 64 ? UINT64_C(1) << power : 0;
    uint64_t ticks = 1;
    if (power > 19)
        return 0;
    while (power-- > 0)
        ticks *= 10;
    return ticks;
}

static void set_time(const struct file_interface *i, uint64_t ticks, struct frame *out)
{
    if (i->ticks_a_second == 1000000) {
        out->time_us = (int64_t)(ticks & INT64_MAX);
    } else if (i->ticks_a_second == 1000000000) {
        out->time_us = (int64_t)(ticks / 1000);
        out->time_ns = (uint16_t)(ticks % 1000);
    } else {
        uint64_t s = ticks / i->ticks_a_second, rest = ticks % i->ticks_a_second;
        uint64_t ns = (uint64_t)((unsigned __int128)rest * 1000000000 / i->ticks_a_second);
        out->time_us = (int64_t)(s % (UINT64_C(1) << 43)) * 1000000 + (int64_t)(ns / 1000);
        out->time_ns = (uint16_t)(ns % 1000);
    }
    /* Past the year 9999 only a broken file goes; what it says of time is then of no weight. */
    int64_t shift = i->offset_s, most = INT64_C(253402300799);
    if (shift < -most || shift > most || out->time_us > most * 1000000)
        out->time_us = 0;
    else
        out->time_us += shift * 1000000;
    if (out->time_us < 0 || out->time_us > most * 1000000)
        out->time_us = 0;
}

static bool interface_option(struct capture_file *f, struct file_interface *i, unsigned code,
                             struct str value)
{
    const uint8_t *p = (const uint8_t *)value.ptr;
    if (code == OPTION_RESOLUTION && value.len >= 1)
        i->ticks_a_second = ticks_of(p[0]);
    if (code == OPTION_OFFSET && value.len >= 8) {
        uint64_t a = file_u32(f, p), b = file_u32(f, p + 4);
        i->offset_s = (int64_t)(f->big_endian ? a << 32 | b : b << 32 | a);
    }
    return i->ticks_a_second > 0;
}

static bool add_interface(struct capture_file *f, const struct block *b, struct err *e)
{
    if (b->length < FRAME_OF_BLOCK + 8)
        return file_refuse(f, e, "an interface block of %u bytes is too short", b->length);
    if (f->interface_count == INTERFACES_MOST)
        return file_refuse(f, e, "more than %d interfaces", INTERFACES_MOST);
    struct file_interface i = {
        .linktype = file_u16(f, b->body),
        .snaplen = file_u32(f, b->body + 4),
        .ticks_a_second = 1000000,
    };
    const uint8_t *at = b->body + 8, *end = b->body + b->length - FRAME_OF_BLOCK;
    while (end - at >= 4) {
        unsigned code = file_u16(f, at), len = file_u16(f, at + 2);
        at += 4;
        if (code == OPTION_END || len > (size_t)(end - at))
            break;
        if (!interface_option(f, &i, code, (struct str){(const char *)at, len}))
            return file_refuse(f, e, "a clock resolution that no clock has");
        size_t padded = (len + 3u) & ~3u;
        at += padded > (size_t)(end - at) ? (size_t)(end - at) : padded;
    }
    if (f->interface_count == f->interface_cap) {
        f->interface_cap = f->interface_cap ? f->interface_cap * 2 : 4;
        f->interfaces = realloc(f->interfaces, f->interface_cap * sizeof *f->interfaces);
        if (!f->interfaces)
            abort();
    }
    f->interfaces[f->interface_count++] = i;
    return true;
}

/* What the three kinds of packet block have in common, once their heads are read. */
static bool give(struct capture_file *f, const struct block *b, uint32_t interface, size_t head,
                 struct frame *out, struct err *e)
{
    if (interface >= f->interface_count)
        return file_refuse(f, e, "a packet of interface %u, of which there are %zu",
                           (unsigned)interface, f->interface_count);
    size_t room = b->length - FRAME_OF_BLOCK - head;
    if (out->caplen > room || out->caplen > FRAME_MOST)
        return file_refuse(f, e, "a packet of %u bytes in a block with room for %zu",
                           (unsigned)out->caplen, room);
    out->bytes = b->body + head;
    out->linktype = f->interfaces[interface].linktype;
    if (out->wirelen < out->caplen)
        out->wirelen = out->caplen;
    return true;
}

static bool read_packet(struct capture_file *f, const struct block *b, struct frame *out,
                        struct err *e)
{
    bool simple = b->type == BLOCK_PACKET_SIMPLE;
    size_t head = simple ? 4 : 20;
    if (b->length < FRAME_OF_BLOCK + head)
        return file_refuse(f, e, "a packet block of %u bytes is too short", b->length);
    const uint8_t *p = b->body;
    *out = (struct frame){};
    if (simple) {
        uint32_t room = b->length - FRAME_OF_BLOCK - (uint32_t)head;
        uint32_t snaplen = f->interface_count ? f->interfaces[0].snaplen : 0;
        out->wirelen = file_u32(f, p);
        out->caplen = out->wirelen < room ? out->wirelen : room;
        if (snaplen && out->caplen > snaplen)
            out->caplen = snaplen;
        return give(f, b, 0, head, out, e);
    }
    uint32_t interface = b->type == BLOCK_PACKET_OLD ? file_u16(f, p) : file_u32(f, p);
    out->caplen = file_u32(f, p + 12);
    out->wirelen = file_u32(f, p + 16);
    if (!give(f, b, interface, head, out, e))
        return false;
    set_time(&f->interfaces[interface], (uint64_t)file_u32(f, p + 4) << 32 | file_u32(f, p + 8),
             out);
    return true;
}

/* The section's own first numbers say in which order the others lie. */
static bool begin_section(struct capture_file *f, const uint8_t *p, struct err *e)
{
    f->big_endian = load_be32(p + 8) == 0x1a2b3c4d;
    if (!f->big_endian && load_le32(p + 8) != 0x1a2b3c4d)
        return file_refuse(f, e, "a section in no known byte order");
    f->interface_count = 0;
    return true;
}

static bool is_packet(uint32_t type)
{
    return type == BLOCK_PACKET || type == BLOCK_PACKET_OLD || type == BLOCK_PACKET_SIMPLE;
}

static bool pass_over(struct capture_file *f, const struct block *b, struct err *e)
{
    f->capture.stats.skipped_blocks++;
    if (input_skip(&f->in, b->length, e))
        return true;
    f->capture.done = true;
    if (e->code != ERR_OK)
        return err_wrap(e, "block %llu", (unsigned long long)f->block);
    f->capture.stats.broken_tail = 1;
    return false;
}

/* Reads the head of the next block. */
static enum file_more block_head(struct capture_file *f, size_t busy, struct block *ret,
                                 struct err *e)
{
    enum file_more have = file_need(f, FRAME_OF_BLOCK, busy, e);
    if (have != FILE_HAVE)
        return have;
    const uint8_t *p = f->in.at;
    if (load_be32(p) == BLOCK_SECTION && !begin_section(f, p, e))
        return FILE_FAILED;
    *ret = (struct block){.type = file_u32(f, p), .length = file_u32(f, p + 4)};
    return FILE_HAVE;
}

enum step { STEP_GAVE, STEP_PASSED, STEP_STOP };

/* One block: a frame, or something else that is dealt with, or the end of this batch. */
static enum step take_block(struct capture_file *f, size_t busy, struct frame *out, struct err *e)
{
    struct block b;
    if (block_head(f, busy, &b, e) != FILE_HAVE)
        return STEP_STOP;
    bool wanted = is_packet(b.type) || b.type == BLOCK_INTERFACE;
    bool sound =
        b.length >= FRAME_OF_BLOCK && b.length % 4 == 0 && (!wanted || b.length <= INPUT_MOST);
    if (!sound) {
        f->block++;
        file_refuse(f, e, "a block length of %u bytes cannot be", b.length);
        return STEP_STOP;
    }
    if (!wanted) {
        if (busy && b.length > f->in.left)
            return STEP_STOP; /* passing over it would move the window */
        f->block++;
        return pass_over(f, &b, e) ? STEP_PASSED : STEP_STOP;
    }
    if (file_need(f, b.length, busy, e) != FILE_HAVE)
        return STEP_STOP;

    b.body = f->in.at + 8;
    f->block++;
    bool right = file_u32(f, f->in.at + b.length - 4) == b.length;
    if (!right)
        file_refuse(f, e, "its two lengths differ (%u and %u)", b.length,
                    (unsigned)file_u32(f, f->in.at + b.length - 4));
    else
        right = b.type == BLOCK_INTERFACE ? add_interface(f, &b, e) : read_packet(f, &b, out, e);
    if (!right)
        return STEP_STOP;
    input_used(&f->in, b.length);
    return b.type == BLOCK_INTERFACE ? STEP_PASSED : STEP_GAVE;
}

static size_t pcapng_batch(struct capture *c, struct frame *out, size_t most, struct err *e)
{
    struct capture_file *f = file_of(c);
    size_t n = 0;
    while (n < most) {
        enum step s = take_block(f, n, &out[n], e);
        if (s == STEP_STOP)
            break;
        n += s == STEP_GAVE;
    }
    return n;
}

bool pcapng_begin(struct capture_file *f, struct err *e)
{
    if (!input_need(&f->in, 28, e))
        return false;
    if (f->in.left < 28)
        return err_set(e, ERR_INVALID, "the section header is cut off at byte %zu of 28",
                       f->in.left);
    return begin_section(f, f->in.at, e);
}

const struct capture_source pcapng_source = {
    .name = "pcapng",
    .batch = pcapng_batch,
    .lend = file_lend,
    .drop = file_drop,
};
