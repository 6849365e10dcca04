/* guard_private.h - connections, and by when each must have got on.
 *
 * Why: a peer that sends a byte now and then is never idle, so an idle timeout alone lets it hold a
 * connection for ever (slowloris), and one that never reads holds our answer. Each connection carries a
 * deadline for the step it is at; a thread looks four times a second and shuts down what is late. The
 * server's own thread then closes it, as it would any broken connection.
 */
#pragma once

#include "core/err.h"
#include "core/str.h"

#include <stdatomic.h>

struct guard;

enum { GUARD_ADDRESS_SIZE = 48, GUARD_CERT_SIZE = 65 };

struct guard_conn {
    struct guard_conn *next, **link;
    int fd;
    _Atomic int64_t deadline; /* time_monotonic; 0: none */
    char address[GUARD_ADDRESS_SIZE];
    char certificate[GUARD_CERT_SIZE]; /* the peer's, hex; empty: it showed none */
    bool asked_certificate;
};

[[nodiscard]] bool guard_start(struct guard **ret, struct err *e);
void guard_stop(struct guard *g); /* after the last connection has left. NULL is fine */

struct guard_conn *guard_enter(struct guard *g, int fd, unsigned ms);
void guard_leave(struct guard *g, struct guard_conn *c); /* frees it; the socket is still open */
/* `ms` 0: it may take its time. */
void guard_allow(struct guard_conn *c, uint64_t ms);

uint64_t guard_entered(const struct guard *g);
uint64_t guard_cut_count(const struct guard *g);
