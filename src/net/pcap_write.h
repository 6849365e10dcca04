/* pcap_write.h - capture files of our own: classic pcap, microseconds, little-endian on any machine.
 *
 * For the synthesiser, the tests and the bench. The same frames give the same bytes.
 *
 *     AUTO(pcap_writer_drop) struct pcap_writer *w = NULL;
 *     if (!pcap_writer_open(path, LINK_ETHERNET, &w, e) || !pcap_writer_add(w, &frame, e) ||
 *         !pcap_writer_close(w, e))
 *         return false;
 *
 * The nanoseconds of a frame are not kept; its link type is the file's, whatever it says.
 */
#pragma once

#include "core/buf.h"
#include "net/capture.h"

void pcap_put_header(struct buf *out, uint16_t linktype);
void pcap_put_frame(struct buf *out, const struct frame *f);

struct pcap_writer;

[[nodiscard]] bool pcap_writer_open(const char *path, uint16_t linktype, struct pcap_writer **ret,
                                    struct err *e);
[[nodiscard]] bool pcap_writer_add(struct pcap_writer *w, const struct frame *f, struct err *e);
[[nodiscard]] bool pcap_writer_close(struct pcap_writer *w,
                                     struct err *e); /* writes what is left */
void pcap_writer_drop(struct pcap_writer **w); /* for AUTO; without a close the file may be short */
