/* ring.c - see ring.h. A block belongs to the kernel or to us, as its status word says; we give one
 * back when the next batch is asked for, since until then its frames are in use.
 */
#include "net/ring.h"

#include "capture_private.h"
#include "filter_private.h"
#include "net/decode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* The sender's address lies behind a frame's head, at the kernel's alignment. */
enum { ADDRESS_AT = (sizeof(struct tpacket3_hdr) + 15) / 16 * 16 };

struct ring {
    struct capture capture; /* first */
    int fd;
    uint8_t *map;
    struct ring_settings set;
    unsigned hardware; /* ARPHRD_* */
    uint16_t linktype;
    uint32_t block; /* the one we read, or wait for */
    uint32_t left;  /* frames of it not handed out yet */
    uint32_t at;    /* offset in it of the next one */
    bool holding;   /* it is ours */
};

static struct ring *ring_of(struct capture *c)
{
    return (struct ring *)c;
}

static struct tpacket_block_desc *block_at(const struct ring *r)
{
    void *p = r->map + (size_t)r->block * r->set.block_bytes;
    return p;
}

static void give_back(struct ring *r)
{
    __atomic_store_n(&block_at(r)->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    r->block = (r->block + 1) % r->set.blocks;
    r->holding = false;
}

/* True when a block is ours; false when the waiting time is over, or, with e set, the interface is. */
static bool take_over(struct ring *r, struct err *e)
{
    struct tpacket_block_desc *b = block_at(r);
    if (!(__atomic_load_n(&b->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) {
        struct pollfd p = {.fd = r->fd, .events = POLLIN | POLLERR};
        if (poll(&p, 1, (int)r->set.wait_ms) < 0 && errno != EINTR)
            return err_set(e, ERR_IO, "waiting for frames: %s", strerror(errno));
        int problem = 0;
        socklen_t size = sizeof problem;
        if (p.revents & POLLERR && getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 &&
            problem)
            return err_set(e, ERR_IO, "interface %s: %s", r->set.interface, strerror(problem));
        if (!(__atomic_load_n(&b->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
            return false;
    }
    r->holding = true;
    r->left = b->hdr.bh1.num_pkts;
    r->at = b->hdr.bh1.offset_to_first_pkt;
    return true;
}

/* The next frame of the block we hold; false for one that is passed over (sent to ourselves). */
static bool read_one(struct ring *r, struct frame *out)
{
    const uint8_t *p = (const uint8_t *)block_at(r) + r->at;
    struct tpacket3_hdr h;
    struct sockaddr_ll from;
    memcpy(&h, p, sizeof h); /* the kernel's own struct, not the frame */
    memcpy(&from, p + ADDRESS_AT, sizeof from);
    r->left--;
    r->at += h.tp_next_offset;
    *out = (struct frame){
        .bytes = p + h.tp_mac,
        .caplen = h.tp_snaplen,
        .wirelen = h.tp_len < h.tp_snaplen ? h.tp_snaplen : h.tp_len,
        .time_us = (int64_t)h.tp_sec * 1000000 + h.tp_nsec / 1000,
        .time_ns = (uint16_t)(h.tp_nsec % 1000),
        .linktype = r->linktype,
        .vlan_tci = (uint16_t)h.hv1.tp_vlan_tci,
        .has_vlan = (h.tp_status & TP_STATUS_VLAN_VALID) != 0,
    };
    return r->hardware != ARPHRD_LOOPBACK || from.sll_pkttype != PACKET_OUTGOING;
}

static size_t ring_batch(struct capture *c, struct frame *out, size_t most, struct err *e)
{
    struct ring *r = ring_of(c);
    size_t n = 0;
    if (r->holding && r->left == 0)
        give_back(r);
    if (!r->holding && !take_over(r, e)) {
        c->done = e->code != ERR_OK;
        return 0;
    }
    while (n < most && r->left > 0)
        n += read_one(r, &out[n]);
    return n;
}

/* Reading the counters sets them to zero, so they are added up here. */
static void ring_stats(struct capture *c, struct capture_stats *s)
{
    struct tpacket_stats_v3 now;
    socklen_t size = sizeof now;
    if (getsockopt(ring_of(c)->fd, SOL_PACKET, PACKET_STATISTICS, &now, &size) == 0)
        s->kernel_drops += now.tp_drops;
}

static bool ring_filter(struct capture *c, const char *expression, struct err *e)
{
    return filter_attach(expression, ring_of(c)->linktype, ring_of(c)->fd, e);
}

static void ring_drop(struct capture *c)
{
    struct ring *r = ring_of(c);
    if (r->map)
        munmap(r->map, (size_t)r->set.block_bytes * r->set.blocks);
    if (r->fd >= 0)
        close(r->fd);
    free(r);
}

static const struct capture_source ring_source = {
    .name = "ring",
    .batch = ring_batch,
    .stats = ring_stats,
    .filter = ring_filter,
    .drop = ring_drop,
};

static bool link_of(struct ring *r, struct err *e)
{
    static const struct {
        unsigned hardware;
        uint16_t linktype;
    } links[] = {
        {ARPHRD_ETHER, LINK_ETHERNET}, {ARPHRD_LOOPBACK, LINK_ETHERNET}, {ARPHRD_NONE, LINK_RAW},
        {ARPHRD_RAWIP, LINK_RAW},      {ARPHRD_PPP, LINK_RAW},           {ARPHRD_TUNNEL, LINK_RAW},
        {ARPHRD_TUNNEL6, LINK_RAW},    {ARPHRD_SIT, LINK_RAW},           {ARPHRD_IPGRE, LINK_RAW},
    };
    struct ifreq q = {};
    snprintf(q.ifr_name, sizeof q.ifr_name, "%s", r->set.interface);
    if (ioctl(r->fd, SIOCGIFHWADDR, &q) != 0)
        return err_set(e, ERR_NOT_FOUND, "interface %s: %s", r->set.interface, strerror(errno));
    r->hardware = q.ifr_hwaddr.sa_family;
    for (size_t i = 0; i < COUNT(links); i++)
        if (links[i].hardware == r->hardware) {
            r->linktype = links[i].linktype;
            return true;
        }
    return err_set(e, ERR_INVALID, "interface %s: hardware type %u is not one we read",
                   r->set.interface, r->hardware);
}

static bool option(struct ring *r, int name, const void *value, socklen_t size, const char *what,
                   struct err *e)
{
    return setsockopt(r->fd, SOL_PACKET, name, value, size) == 0 ||
           err_set(e, ERR_IO, "interface %s: %s: %s", r->set.interface, what, strerror(errno));
}

static bool make_ring(struct ring *r, struct err *e)
{
    int version = TPACKET_V3;
    struct tpacket_req3 q = {
        .tp_block_size = r->set.block_bytes,
        .tp_block_nr = r->set.blocks,
        .tp_frame_size = 2048, /* of no effect in version 3, but it must divide the block */
        .tp_frame_nr = r->set.block_bytes / 2048 * r->set.blocks,
        .tp_retire_blk_tov = r->set.block_ms,
    };
    if (!option(r, PACKET_VERSION, &version, sizeof version, "TPACKET_V3", e) ||
        !option(r, PACKET_RX_RING, &q, sizeof q, "the ring", e))
        return false;
    void *map = mmap(NULL, (size_t)r->set.block_bytes * r->set.blocks, PROT_READ | PROT_WRITE,
                     MAP_SHARED, r->fd, 0);
    if (map == MAP_FAILED)
        return err_set(e, ERR_IO, "interface %s: mapping the ring: %s", r->set.interface,
                       strerror(errno));
    r->map = map;
    return true;
}

static bool join(struct ring *r, struct err *e)
{
    unsigned index = if_nametoindex(r->set.interface);
    struct sockaddr_ll to = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = (int)index,
    };
    if (!index || bind(r->fd, (const struct sockaddr *)&to, sizeof to) != 0)
        return err_set(e, ERR_IO, "interface %s: %s", r->set.interface, strerror(errno));
    struct packet_mreq q = {.mr_ifindex = (int)index, .mr_type = PACKET_MR_PROMISC};
    if (r->set.promiscuous &&
        !option(r, PACKET_ADD_MEMBERSHIP, &q, sizeof q, "promiscuous mode", e))
        return false;
    unsigned group = r->set.fanout_group | PACKET_FANOUT_HASH << 16;
    return !r->set.fanout_group ||
           option(r, PACKET_FANOUT, &group, sizeof group, "sharing out (fanout)", e);
}

static bool check_settings(const struct ring_settings *s, struct err *e)
{
    uint64_t bytes = (uint64_t)s->block_bytes * s->blocks;
    if (!s->interface || !s->interface[0] || strlen(s->interface) >= IFNAMSIZ)
        return err_set(e, ERR_INVALID, "an interface's name has 1 to %d characters", IFNAMSIZ - 1);
    if (s->block_bytes < 4096 || s->block_bytes & (s->block_bytes - 1) || s->blocks == 0 ||
        bytes > UINT32_MAX)
        return err_set(e, ERR_INVALID, "a ring of %u blocks of %u bytes cannot be", s->blocks,
                       s->block_bytes);
    return true;
}

bool capture_open_ring(const struct ring_settings *s, struct capture **ret, struct err *e)
{
    if (!check_settings(s, e))
        return false;
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0 && (errno == EPERM || errno == EACCES))
        return err_set(e, ERR_DENIED,
                       "interface %s: a live capture needs CAP_NET_RAW "
                       "(setcap cap_net_raw+ep, or run as root)",
                       s->interface);
    if (fd < 0)
        return err_set(e, ERR_IO, "interface %s: %s", s->interface, strerror(errno));
    struct ring *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    *r = (struct ring){.capture.source = &ring_source, .fd = fd, .set = *s};
    if (!link_of(r, e) || !make_ring(r, e) || !join(r, e)) {
        ring_drop(&r->capture);
        return false;
    }
    *ret = &r->capture;
    return true;
}
