/* file_private.h - a capture over a file: its window, and where in it we are, for refusals. */
#pragma once

#include "capture_private.h"
#include "input_private.h"

struct capture_file {
    struct capture capture; /* first: a struct capture is one of these */
    struct input in;
    uint64_t block; /* number of the record or block, from 1 */
    bool big_endian;

    uint16_t linktype; /* pcap: of the whole file */
    bool nanoseconds, modified, old_order;

    struct file_interface *interfaces; /* pcapng: of the section */
    size_t interface_count, interface_cap;
};

struct file_interface {
    uint64_t ticks_a_second;
    int64_t offset_s;
    uint32_t snaplen;
    uint16_t linktype;
};

extern const struct capture_source pcap_source, pcapng_source;

/* Reads what comes before the first record. */
[[nodiscard]] bool pcap_begin(struct capture_file *f, struct err *e);
[[nodiscard]] bool pcapng_begin(struct capture_file *f, struct err *e);

/* "record 17 at byte 4711: " and the sentence; ends the capture. Returns false. */
bool file_refuse(struct capture_file *f, struct err *e, const char *format, ...) PRINTF_LIKE(3, 4);

enum file_more { FILE_HAVE, FILE_LATER, FILE_END, FILE_FAILED };

/* Are `n` bytes at hand? FILE_LATER: not without moving the window, and `busy` frames still point
 * into it. FILE_END: there are fewer in the file; what is left of a record is counted as broken tail. */
enum file_more file_need(struct capture_file *f, size_t n, size_t busy, struct err *e);

void file_lend(struct capture *c, uint8_t *window, size_t step);
void file_drop(struct capture *c);

static inline struct capture_file *file_of(struct capture *c)
{
    return (struct capture_file *)c;
}

uint16_t file_u16(const struct capture_file *f, const uint8_t *p);
uint32_t file_u32(const struct capture_file *f, const uint8_t *p);
