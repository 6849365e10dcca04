/* filter_private.h - pcap-filter(7) expressions, compiled by libpcap for each link type that comes. */
#pragma once

#include "net/capture.h"

struct filter;

/* Refuses a text that is no expression for Ethernet. */
[[nodiscard]] bool filter_new(const char *expression, struct filter **ret, struct err *e);
void filter_drop(struct filter **f);

/* False with e->code ERR_OK: not wanted. With another: it makes no sense for this link type. */
[[nodiscard]] bool filter_wants(struct filter *f, const struct frame *frame, struct err *e);

/* For the kernel: attaches it to a socket. */
[[nodiscard]] bool filter_attach(const char *expression, int linktype, int socket, struct err *e);
