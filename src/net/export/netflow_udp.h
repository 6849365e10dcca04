/* netflow_udp.h - a socket on which routers send their flow records.
 *
 *     AUTO(netflow_udp_drop) struct netflow_udp *u = NULL;
 *     if (!netflow_udp_open("::", 2055, &u, e))
 *         return false;
 *     while (!stop)
 *         if (!netflow_udp_poll(u, reader, 1000, &got, e))
 *             return false;
 *
 * Opened before privileges are dropped. An IPv6 socket takes IPv4 too; senders are given as mapped
 * addresses. What the kernel had no room for is counted (SO_RXQ_OVFL). Threads: one.
 */
#pragma once

#include "net/export/netflow.h"

struct netflow_udp;

/* `address` is an IPv4 or IPv6 address; port 0 takes any free one (netflow_udp_port). ERR_INVALID, ERR_IO. */
[[nodiscard]] bool netflow_udp_open(const char *address, uint16_t port, struct netflow_udp **ret,
                                    struct err *e);
void netflow_udp_drop(struct netflow_udp **u);
uint16_t netflow_udp_port(const struct netflow_udp *u);
int netflow_udp_fd(const struct netflow_udp *u); /* for a caller's own poll */

/* Waits at most `wait_ms`, then reads all that is there, up to some hundred datagrams. */
[[nodiscard]] bool netflow_udp_poll(struct netflow_udp *u, struct netflow *n, int wait_ms,
                                    size_t *ret_datagrams, struct err *e);
uint64_t netflow_udp_drops(const struct netflow_udp *u);
