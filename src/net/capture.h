/* capture.h - frames, from a capture file or a live interface, in batches.
 *
 * Why not libpcap: its loop costs three times what the bytes themselves cost, and it stops at the
 * first odd thing without saying where. This reader takes one MiB at a time, hands out slices of it,
 * and names the block and byte at which it stopped. libpcap compiles filters, nothing else.
 *
 * Files: pcap (both byte orders, micro- and nanoseconds, the "modified" form with longer records),
 * pcapng (many sections and interfaces, any resolution; blocks that hold no packet are passed over),
 * and either of them packed by gzip or zstd. The content is what counts, never the file's name.
 *
 *     AUTO(capture_drop) struct capture *c = NULL;
 *     if (!capture_open_file(path, &c, e))
 *         return err_wrap(e, "reading %s", path);
 *     struct frame frames[32];
 *     for (size_t n; (n = capture_batch(c, frames, COUNT(frames), e)) > 0 || !capture_done(c);)
 *         work(frames, n);
 *     return e->code == ERR_OK;
 *
 * Ownership: a frame's bytes belong to the capture and stay valid until its next capture_batch.
 * Threads: one capture, one thread.
 * Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, Linux packet_mmap.
 */
#pragma once

#include "core/err.h"
#include "core/str.h"

enum { FRAME_MOST = 256 * 1024 }; /* bytes; a longer record is refused (libpcap's own ceiling) */

struct frame {
    const uint8_t *bytes;
    uint32_t caplen, wirelen; /* bytes we hold; bytes that went by. caplen is never the larger */
    int64_t time_us;          /* since 1970, UTC */
    uint16_t time_ns;         /* 0..999 to be added to it */
    uint16_t linktype;        /* LINKTYPE_ registry of tcpdump.org */
    uint16_t vlan_tci;        /* the tag a network card took off, where has_vlan says so */
    bool has_vlan;
};

struct capture_stats {
    uint64_t frames, bytes; /* handed out; bytes as they went by on the wire */
    uint64_t cut;           /* frames of which the capture kept only the beginning */
    uint64_t
        filtered; /* frames the filter did not want (in a live capture the kernel drops them) */
    uint64_t skipped_blocks; /* pcapng blocks that hold no packet */
    uint64_t kernel_drops;   /* live: frames for which the ring had no room */
    uint64_t broken_tail;    /* 1: the file ends inside a record; what came before was kept */
};

struct capture; /* opaque */

/* "-" is standard input. Fails with ERR_NOT_FOUND, ERR_IO, or ERR_INVALID when it is no capture. */
[[nodiscard]] bool capture_open_file(const char *path, struct capture **ret, struct err *e);

/* The same over a file that is in memory already; the bytes must outlive the capture. */
[[nodiscard]] bool capture_open_bytes(struct str bytes, struct capture **ret, struct err *e);

/* Keep only what a pcap-filter(7) expression selects. Before the first batch, once. */
[[nodiscard]] bool capture_filter(struct capture *c, const char *expression, struct err *e);

/* Up to `most` frames. 0 means: the end (e->code is ERR_OK and capture_done), a refusal (e says which
 * block, which byte and why; capture_done too), or, live, that nothing came within the waiting time. */
size_t capture_batch(struct capture *c, struct frame *out, size_t most, struct err *e);

/* For several threads on one file: the frames of the next capture_batch lie in `window`, of capture_room(step)
 * bytes, and stay valid as long as that does; the file is read `step` bytes at a time. */
void capture_lend(struct capture *c, uint8_t *window, size_t step);
size_t capture_room(size_t step);

bool capture_done(const struct capture *c);
struct capture_stats capture_stats(struct capture *c);
const char *capture_kind(const struct capture *c); /* "pcap", "pcapng", "ring": for the summary */

/* For AUTO(capture_drop); NULL does nothing. */
void capture_drop(struct capture **c);
