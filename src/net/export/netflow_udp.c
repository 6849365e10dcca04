/* netflow_udp.c - the socket, its room in the kernel, and what found none there. */
#include "net/export/netflow_udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DATAGRAM_MOST = 65535, ROOM = 8 * 1024 * 1024, TURN_MOST = 512 };

struct netflow_udp {
    int fd;
    uint16_t port;
    uint64_t drops;
    uint32_t drops_seen; /* the kernel's counter, which wraps */
    uint8_t bytes[DATAGRAM_MOST];
};

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool address_set(const char *text, uint16_t port, union socket_address *ret,
                        socklen_t *ret_len)
{
    *ret = (union socket_address){0};
    if (inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons(port);
        *ret_len = sizeof ret->v6;
        return true;
    }
    ret->v4.sin_family = AF_INET;
    ret->v4.sin_port = htons(port);
    *ret_len = sizeof ret->v4;
    return inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1;
}

static uint16_t port_of(const union socket_address *a)
{
    return ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
}

/* What a socket may not have is no reason not to start: the counter of drops tells whether it mattered. */
static void options_set(int fd, bool v6)
{
    int on = 1, off = 0, room = ROOM;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    (void)setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    if (v6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
}

bool netflow_udp_open(const char *address, uint16_t port, struct netflow_udp **ret, struct err *e)
{
    union socket_address a;
    socklen_t len = 0;
    if (!address_set(address, port, &a, &len))
        return err_set(e, ERR_INVALID, "'%s' is no IPv4 or IPv6 address", address);
    int fd = socket(a.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(e, ERR_IO, "opening a UDP socket: %s", strerror(errno));
    options_set(fd, a.any.sa_family == AF_INET6);
    if (bind(fd, &a.any, len) != 0 || (len = sizeof a, getsockname(fd, &a.any, &len)) != 0) {
        int why = errno;
        close(fd);
        return err_set(e, ERR_IO, "listening on %s, UDP port %u: %s", address, port, strerror(why));
    }
    struct netflow_udp *u = malloc(sizeof *u);
    if (!u)
        abort();
    u->fd = fd;
    u->port = port_of(&a);
    u->drops = u->drops_seen = 0;
    *ret = u;
    return true;
}

void netflow_udp_drop(struct netflow_udp **u)
{
    if (*u) {
        close((*u)->fd);
        free(*u);
    }
    *u = NULL;
}

uint16_t netflow_udp_port(const struct netflow_udp *u)
{
    return u->port;
}

int netflow_udp_fd(const struct netflow_udp *u)
{
    return u->fd;
}

uint64_t netflow_udp_drops(const struct netflow_udp *u)
{
    return u->drops;
}

static void drops_note(struct netflow_udp *u, struct msghdr *h)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
        uint32_t now;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL)
            continue;
        memcpy(&now, CMSG_DATA(c), sizeof now);
        u->drops += now - u->drops_seen;
        u->drops_seen = now;
    }
}

static void sender_put(const union socket_address *a, uint8_t out[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (a->any.sa_family == AF_INET6) {
        memcpy(out, &a->v6.sin6_addr, 16);
        return;
    }
    memcpy(out, mapped, sizeof mapped);
    memcpy(out + sizeof mapped, &a->v4.sin_addr, 4);
}

/* 1: a datagram was read; 0: none is there; -1: refused. */
static int one_read(struct netflow_udp *u, struct netflow *n)
{
    union {
        char bytes[CMSG_SPACE(sizeof(uint32_t))];
        struct cmsghdr align;
    } control;
    union socket_address from = {0};
    struct iovec piece = {u->bytes, sizeof u->bytes};
    struct msghdr h = {.msg_name = &from,
                       .msg_namelen = sizeof from,
                       .msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof control};
    ssize_t len = recvmsg(u->fd, &h, 0);
    if (len < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
    uint8_t exporter[16];
    sender_put(&from, exporter);
    drops_note(u, &h);
    (void)netflow_read(n, exporter, (struct str){(const char *)u->bytes, (size_t)len});
    return 1;
}

bool netflow_udp_poll(struct netflow_udp *u, struct netflow *n, int wait_ms, size_t *ret_datagrams,
                      struct err *e)
{
    struct pollfd p = {.fd = u->fd, .events = POLLIN};
    size_t count = 0;
    int ready = poll(&p, 1, wait_ms), got = 1;
    if (ready < 0 && errno != EINTR)
        return err_set(e, ERR_IO, "waiting for flow records: %s", strerror(errno));
    while (ready > 0 && count < TURN_MOST && (got = one_read(u, n)) > 0)
        count++;
    if (got < 0)
        return err_set(e, ERR_IO, "receiving flow records: %s", strerror(errno));
    *ret_datagrams = count;
    return true;
}
