/* test_mutation.c - random damage to captures does no harm, and the sums still hold.
 *
 * The captures are made here, of every wrapping and protocol the decoder knows, and, where the folder of
 * test data is at hand, taken from real ones too. Then bytes are changed, lengths forged, records cut,
 * doubled and swapped. The seed is printed and taken from HINOMI_MUTATION_SEED; HINOMI_MUTATIONS says
 * how many frames (100,000 unless told).
 */
#include "core/buf.h"
#include "flow/flow.h"
#include "flow/reassembly.h"
#include "net/pcap_write.h"
#include "tests/check.h"
#include "tests/unit/net/build.h"

#include <ftw.h>

enum { FRAMES = 4096, FRAME_MOST_HERE = 2048, ROUND = 64 /* frames in one mutated file */ };

static uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static struct sample {
    uint8_t bytes[FRAME_MOST_HERE];
    size_t len;
    uint16_t linktype;
} samples[FRAMES];
static size_t sample_count;

static void keep_sample(const uint8_t *bytes, size_t len, uint16_t linktype)
{
    struct sample *s = &samples[sample_count];
    if (sample_count == FRAMES || len > sizeof s->bytes)
        return;
    sample_count++;
    memcpy(s->bytes, bytes, len);
    s->len = len;
    s->linktype = linktype;
}

static struct made making; /* the one that is being built */

static void finish_sample(void)
{
    if (making.len)
        keep_sample(making.bytes, making.len, LINK_ETHERNET);
    making.len = 0;
}

static struct made *sample(unsigned type)
{
    finish_sample();
    add_ethernet(&making, type);
    return &making;
}

static void make_tunnels(void)
{
    struct made *m = sample(0x800);
    add_ipv4(m, IP_GRE, 4 + 14 + PING_IPV6, 1, 0);
    add(m, "\0\0\x65\x58", 4);
    add_ethernet(m, 0x86dd);
    add_ping_ipv6(m);

    m = sample(0x800);
    add_ipv4(m, IP_UDP, 16 + 14 + PING_IPV4, 1, 0);
    add_udp(m, 5555, 4789, 8 + 14 + PING_IPV4);
    add(m, "\x08\0\0\0\0\0\1\0", 8);
    add_ethernet(m, 0x800);
    add_ping_ipv4(m);

    m = sample(0x800);
    add_ipv4(m, IP_UDP, 20 + 14 + PING_IPV6, 1, 0);
    add_udp(m, 5555, 6081, 12 + 14 + PING_IPV6);
    add(m, "\1\0\x65\x58\0\0\1\0\0\0\0\0", 12);
    add_ethernet(m, 0x86dd);
    add_ping_ipv6(m);

    m = sample(0x800);
    add_ipv4(m, IP_UDP, 24 + PING_IPV4, 1, 0);
    add_udp(m, 2152, 2152, 16 + PING_IPV4);
    add(m, "\x34\xff", 2);
    add_be16(m, 8 + PING_IPV4);
    add(m, "\0\0\0\1\0\0\0\x85\1\1\1\0", 12);
    add_ping_ipv4(m);

    m = sample(0x800);
    for (size_t i = 0; i < 10; i++)
        add_ipv4(m, IP_IPV4, (9 - i) * 20 + PING_IPV4, 1, 0);
    add_ping_ipv4(m);
}

static void make_links(void)
{
    struct made *m = sample(0x88a8);
    add_be32(m, 0x00078100);
    add_be32(m, 0x00080800);
    add_ping_ipv4(m);

    m = sample(0x8847);
    add_be32(m, 0x00020140);
    add_be32(m, 0);
    add_ethernet(m, 0x800);
    add_ping_ipv4(m);

    m = sample(0x8864);
    add(m, "\x11\0\0\1", 4);
    add_be16(m, 2 + PING_IPV6);
    add_be16(m, 0x57);
    add_ping_ipv6(m);

    m = sample(0x86dd);
    add_ipv6(m, 0, 24 + PING_UDP);
    add(m, "\x2b\0\1\4\0\0\0\0", 8);
    add(m, "\x3c\0\0\0\0\0\0\0", 8);
    add(m, "\x11\0\0\0\0\0\0\0", 8);
    add_ping(m);
}

static void make_transport(void)
{
    for (unsigned i = 0; i < 8; i++) { /* fragments of two datagrams, the last ones first */
        struct made *m = sample(0x800);
        add_ipv4(m, IP_UDP, 64, i / 4, (i % 4 ? 0x2000 : 0) | (3 - i % 4) * 8);
        for (int k = 0; k < 8; k++)
            add_udp(m, 53, 53, 56);
    }
    for (unsigned i = 0; i < 24; i++) { /* a connection, each way */
        struct made *m = sample(0x800);
        add_ipv4(m, IP_TCP, 20 + 100, i, 0);
        size_t at = m->len;
        add_tcp(m, i & 1 ? 443 : 4000, i & 1 ? 4000 : 443, i < 2 ? TCP_SYN : TCP_ACK);
        store_be32(m->bytes + at + 4, 0xfffffff0 + i / 2 * 60); /* overlapping, over the wrap */
        for (int k = 0; k < 25; k++)
            add_be32(m, i);
        if (i & 1) {
            uint8_t host[4];
            memcpy(host, m->bytes + 26, 4);
            memcpy(m->bytes + 26, m->bytes + 30, 4);
            memcpy(m->bytes + 30, host, 4);
        }
    }
    struct made *m = sample(0x800);
    add_ipv4(m, IP_ICMP, 8, 1, 0);
    add(m, "\x08\0\0\0\0\1\0\2", 8);
}

/* One frame, damaged in one to four places; lengths and types more often than payload. */
static void damage(struct made *m, uint64_t *seed)
{
    unsigned times = 1 + draw(seed) % 4;
    while (times-- > 0 && m->len > 0) {
        size_t at = draw(seed) % (draw(seed) % 4 ? (m->len < 80 ? m->len : 80) : m->len);
        switch (draw(seed) % 6) {
        case 0: m->bytes[at] ^= (uint8_t)(1 << draw(seed) % 8); break;
        case 1: m->bytes[at] = (uint8_t)draw(seed); break;
        case 2: m->bytes[at] = draw(seed) % 2 ? 0 : 0xff; break;
        case 3: m->len = at; break;
        case 4: m->bytes[at] = (uint8_t)(m->bytes[at] + draw(seed) % 3 - 1); break;
        default: { /* a piece moves over another */
            size_t from = draw(seed) % m->len, n = draw(seed) % 40;
            n = from + n > m->len ? m->len - from : n;
            n = at + n > m->len ? m->len - at : n;
            memmove(m->bytes + at, m->bytes + from, n);
        }
        }
    }
}

/* Of each real capture a few frames, from anywhere in it. */
static uint64_t pick_seed = 1;

static int visit(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {};
    (void)st;
    (void)where;
    if (kind != FTW_F || !capture_open_file(path, &c, &e))
        return 0;
    struct frame f[DECODE_BATCH];
    unsigned kept = 0;
    for (size_t n; kept < 4 && (n = capture_batch(c, f, DECODE_BATCH, &e)) > 0;)
        for (size_t i = 0; i < n && kept < 4; i++)
            if (draw(&pick_seed) % 8 == 0) {
                keep_sample(f[i].bytes, f[i].caplen, f[i].linktype);
                kept++;
            }
    return sample_count == FRAMES;
}

static void take_real_ones(void)
{
    static const char *const folders[] = {"zeek", "fingerprints", "suricata", "pcaps"};
    const char *data = getenv("HINOMI_SHARED_DATA");
    for (size_t i = 0; data && i < COUNT(folders); i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", data, folders[i]);
        nftw(path, visit, 32, FTW_PHYS);
    }
}

static void damage_bit(struct buf *out, uint64_t *seed)
{
    uint8_t *bytes = (uint8_t *)out->ptr;
    bytes[draw(seed) % out->len] ^= (uint8_t)(1 << draw(seed) % 8);
}

static void write_round(struct buf *out, uint64_t *seed)
{
    static const uint16_t links[] = {0, 9, 12, 101, 104, 108, 113, 228, 229, 276};
    static struct made m;
    size_t window = draw(seed) % sample_count; /* neighbours, so that fragments meet */
    uint16_t link = samples[window].linktype;
    bool bare = link == LINK_ETHERNET && draw(seed) % 4 == 0;
    if (bare)
        link = links[draw(seed) % COUNT(links)];
    buf_clear(out);
    pcap_put_header(out, link);
    for (int i = 0; i < ROUND; i++) {
        const struct sample *from = &samples[(window + draw(seed) % 16) % sample_count];
        memcpy(m.bytes, from->bytes, from->len);
        m.len = from->len;
        if (draw(seed) % 8)
            damage(&m, seed);
        size_t skip = bare && m.len >= 14 && draw(seed) % 8 ? 14 : 0; /* the Ethernet header */
        struct frame f = {.bytes = m.bytes + skip,
                          .caplen = (uint32_t)(m.len - skip),
                          .wirelen = (uint32_t)(m.len - skip) + (draw(seed) % 8 ? 0 : 100),
                          .time_us =
                              draw(seed) % 16 ? i * INT64_C(1000000) : (int64_t)draw(seed) * 1000};
        pcap_put_frame(out, &f);
    }
    if (draw(seed) % 4 == 0) /* the file itself */
        damage_bit(out, seed);
    if (draw(seed) % 16 == 0)
        out->len = draw(seed) % out->len;
}

struct app {
    struct stream streams[2];
};

static void on_packet(void *context, struct flow *f, const struct packet *p, enum flow_side from)
{
    struct reassembly *r = context;
    struct app *app = flow_app(f);
    volatile uint8_t last = 0;
    if (p->payload.len) /* the ends of the slice are really there */
        last = (uint8_t)(p->payload.ptr[0] + p->payload.ptr[p->payload.len - 1]);
    (void)last;
    if (p->proto != IP_TCP)
        return;
    struct str bytes = reassembly_push(r, &app->streams[from], f->shard, p);
    if (bytes.len)
        reassembly_keep(r, &app->streams[from], bytes, bytes.len / 4);
}

static void on_end(void *context, struct flow *f, enum flow_end why)
{
    struct app *app = flow_app(f);
    (void)why;
    for (int i = 0; i < 2; i++)
        reassembly_done(context, &app->streams[i]);
}

struct rig {
    struct decode_ctx *ctx;
    struct flow_table *table;
    struct reassembly *reassembly;
    uint64_t frames;
};

static void run_file(struct rig *rig, struct str file)
{
    AUTO(capture_drop) struct capture *c = NULL;
    struct err e = {};
    if (!capture_open_bytes(file, &c, &e)) {
        assert_true(e.text[0] != '\0');
        return;
    }
    struct frame frames[DECODE_BATCH];
    struct packet packets[DECODE_BATCH];
    for (size_t n; (n = capture_batch(c, frames, DECODE_BATCH, &e)) > 0; rig->frames += n)
        flow_batch(rig->table, packets, decode_batch(frames, n, rig->ctx, packets));
    assert_true(capture_done(c));
    assert_true(e.code == ERR_OK || e.text[0] != '\0');
}

static uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && text[0] ? strtoull(text, NULL, 10) : otherwise;
}

static void damaged_captures_do_no_harm(void **state)
{
    uint64_t seed = env_number("HINOMI_MUTATION_SEED", 20261124);
    uint64_t most = env_number("HINOMI_MUTATIONS", 100000);
    struct rig rig = {.ctx = decode_new(NULL)};
    struct err e;
    struct flow_settings s = FLOW_SETTINGS;
    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    make_tunnels();
    make_links();
    make_transport();
    finish_sample();
    take_real_ones();
    s.flows = 64 * 16;
    s.app_size = sizeof(struct app);
    assert_true(reassembly_new(8 << 20, &rig.reassembly, &e));
    struct flow_user user = {rig.reassembly, NULL, on_packet, on_end};
    assert_true(flow_table_new(&s, &user, &rig.table, &e));

    AUTO(buf_drop) struct buf file = BUF(1 << 20);
    for (uint64_t made = 0; made < most; made += ROUND) {
        write_round(&file, &seed);
        char *exact = malloc(file.len ? file.len : 1); /* so that ASan sees the byte past it */
        memcpy(exact, file.ptr, file.len);
        run_file(&rig, (struct str){exact, file.len});
        free(exact);
    }
    flow_table_flush(rig.table);
    const struct decode_stats *d = decode_stats(rig.ctx);
    uint64_t sum = d->decoded;
    for (int i = 0; i < DECODE_REASONS; i++)
        sum += d->given_up[i];
    assert_int_equal(sum, d->frames);
    assert_int_equal(d->frames, rig.frames);
    assert_true(d->decoded > most / 5);
    assert_true(d->notes[NOTE_DEFRAGMENTED] > 0 && d->notes[NOTE_TUNNEL] > 0);
    struct flow_stats flows = flow_table_stats(rig.table);
    uint64_t ended = 0;
    for (int i = 0; i < FLOW_ENDS; i++)
        ended += flows.ended[i];
    assert_int_equal(flows.live, 0);
    assert_int_equal(ended, flows.flows);
    assert_int_equal(reassembly_stats(rig.reassembly).blocks, 0);
    decode_drop(&rig.ctx);
    flow_table_drop(&rig.table);
    reassembly_drop(&rig.reassembly);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_captures_do_no_harm),
    };
    return cmocka_run_group_tests_name("mutation", tests, NULL, NULL);
}
