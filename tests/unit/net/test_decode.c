/* test_decode.c - the packet is found in whatever it is wrapped in, and every refusal is counted. */
#include "tests/check.h"
#include "tests/unit/net/build.h"

static void ethernet(struct made *m)
{
    add_ethernet(m, 0x800);
    add_ping_ipv4(m);
    add(m, "padding padding", 15); /* Ethernet's least length */
}

static void ethernet_v6(struct made *m)
{
    add_ethernet(m, 0x86dd);
    add_ping_ipv6(m);
}

static void vlan(struct made *m)
{
    add_ethernet(m, 0x8100);
    add_be32(m, 0x20070800);
    add_ping_ipv4(m);
}

static void qinq(struct made *m)
{
    add_ethernet(m, 0x88a8);
    add_be32(m, 0x00078100);
    add_be32(m, 0x00080800);
    add_ping_ipv4(m);
}

static void snap(struct made *m)
{
    add_ethernet(m, 8 + PING_IPV4);
    add(m, "\xaa\xaa\x03\0\0\0\x08\0", 8);
    add_ping_ipv4(m);
}

static void pppoe(struct made *m)
{
    add_ethernet(m, 0x8864);
    add(m, "\x11\0\0\1", 4);
    add_be16(m, 2 + PING_IPV4);
    add_be16(m, 0x21);
    add_ping_ipv4(m);
}

static void mpls(struct made *m)
{
    add_ethernet(m, 0x8847);
    add_be32(m, 0x00010040); /* not the last */
    add_be32(m, 0x00020140);
    add_ping_ipv4(m);
}

static void pseudowire(struct made *m)
{
    add_ethernet(m, 0x8847);
    add_be32(m, 0x00020140);
    add_be32(m, 0); /* control word */
    ethernet(m);
}

static void pseudowire_bare(struct made *m)
{
    add_ethernet(m, 0x8847);
    add_be32(m, 0x00020140);
    add(m, "\0\1\2\3\4\5\0\1\2\3\4\6\x08\0", 14);
    add_ping_ipv4(m);
}

static void cooked(struct made *m)
{
    add(m, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0", 16);
    add_ping_ipv4(m);
}

static void cooked2(struct made *m)
{
    add(m, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0", 20);
    add_ping_ipv6(m);
}

static void null_little(struct made *m)
{
    add(m, "\2\0\0\0", 4);
    add_ping_ipv4(m);
}

static void null_big(struct made *m)
{
    add(m, "\0\0\0\x1e", 4);
    add_ping_ipv6(m);
}

static void ppp(struct made *m)
{
    add(m, "\xff\3\0\x21", 4);
    add_ping_ipv4(m);
}

static void ppp_short(struct made *m)
{
    add(m, "\x57", 1);
    add_ping_ipv6(m);
}

static void extensions(struct made *m)
{
    add_ipv6(m, 0, 8 + 16 + 8 + 12 + PING_UDP);
    add(m, "\x2b\0\1\4\0\0\0\0", 8);                  /* hop by hop */
    add(m, "\x3c\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16); /* routing */
    add(m, "\x33\0\0\0\0\0\0\0", 8);                  /* options */
    add(m, "\x11\1\0\0\0\0\0\0\0\0\0\0", 12);         /* AH */
    add_ping(m);
}

static void atomic_fragment(struct made *m)
{
    add_ipv6(m, 44, 8 + PING_UDP);
    add(m, "\x11\0\0\0\0\0\0\7", 8);
    add_ping(m);
}

static void gre(struct made *m)
{
    add_ipv4(m, IP_GRE, 16 + PING_IPV4, 1, 0);
    add(m, "\xb0\0\x08\0\0\0\0\0\0\0\0\1\0\0\0\2", 16); /* checksum, key, sequence */
    add_ping_ipv4(m);
}

static void gre_ethernet(struct made *m)
{
    add_ipv4(m, IP_GRE, 4 + 14 + PING_IPV6, 1, 0);
    add(m, "\0\0\x65\x58", 4);
    ethernet_v6(m);
}

static void erspan2(struct made *m)
{
    add_ipv4(m, IP_GRE, 16 + 14 + PING_IPV6, 1, 0);
    add(m, "\x10\0\x88\xbe\0\0\0\1\x10\1\0\0\0\0\0\0", 16);
    ethernet_v6(m);
}

static void ip_in_ip(struct made *m)
{
    add_ipv4(m, IP_IPV4, PING_IPV4, 1, 0);
    add_ping_ipv4(m);
}

static void six_in_four(struct made *m)
{
    add_ipv4(m, IP_IPV6, PING_IPV6, 1, 0);
    add_ping_ipv6(m);
}

static void vxlan(struct made *m)
{
    add_ipv4(m, IP_UDP, 16 + 14 + PING_IPV6, 1, 0);
    add_udp(m, 5555, 4789, 8 + 14 + PING_IPV6);
    add(m, "\x08\0\0\0\0\0\1\0", 8);
    ethernet_v6(m);
}

static void geneve(struct made *m)
{
    add_ipv4(m, IP_UDP, 20 + 14 + PING_IPV6, 1, 0);
    add_udp(m, 5555, 6081, 12 + 14 + PING_IPV6);
    add(m, "\1\0\x65\x58\0\0\1\0\0\0\0\0", 12);
    ethernet_v6(m);
}

static void teredo(struct made *m)
{
    size_t at;
    add_ipv4(m, IP_UDP, 16 + PING_IPV6, 1, 0);
    add_udp(m, 5555, 3544, 8 + PING_IPV6);
    add(m, "\0\0\1\2\3\4\5\6", 8); /* where it came from */
    at = m->len;
    add_ping_ipv6(m);
    memcpy(m->bytes + at + 8, "\x20\1\0\0", 4);
}

static void gtp(struct made *m)
{
    add_ipv4(m, IP_UDP, 24 + PING_IPV4, 1, 0);
    add_udp(m, 2152, 2152, 16 + PING_IPV4);
    add(m, "\x34\xff", 2);
    add_be16(m, 8 + PING_IPV4);
    add(m, "\0\0\0\1\0\0\0\x85\1\1\1\0", 12); /* one extension of four bytes */
    add_ping_ipv4(m);
}

static const struct {
    const char *label;
    uint16_t linktype;
    void (*make)(struct made *m);
    unsigned version, depth, vlans, vlan0;
} wrappings[] = {
    {"Ethernet", LINK_ETHERNET, ethernet, 4, 0, 0, 0},
    {"Ethernet, IPv6", LINK_ETHERNET, ethernet_v6, 6, 0, 0, 0},
    {"VLAN", LINK_ETHERNET, vlan, 4, 0, 1, 7},
    {"QinQ", LINK_ETHERNET, qinq, 4, 0, 2, 7},
    {"SNAP", LINK_ETHERNET, snap, 4, 0, 0, 0},
    {"PPPoE", LINK_ETHERNET, pppoe, 4, 0, 0, 0},
    {"MPLS", LINK_ETHERNET, mpls, 4, 0, 0, 0},
    {"pseudowire with control word", LINK_ETHERNET, pseudowire, 4, 0, 0, 0},
    {"pseudowire without", LINK_ETHERNET, pseudowire_bare, 4, 0, 0, 0},
    {"Linux cooked", LINK_COOKED, cooked, 4, 0, 0, 0},
    {"Linux cooked v2", LINK_COOKED2, cooked2, 6, 0, 0, 0},
    {"BSD loopback, little-endian", LINK_NULL, null_little, 4, 0, 0, 0},
    {"BSD loopback, big-endian", LINK_LOOP, null_big, 6, 0, 0, 0},
    {"PPP", LINK_PPP, ppp, 4, 0, 0, 0},
    {"PPP, compressed", LINK_PPP, ppp_short, 6, 0, 0, 0},
    {"raw IPv4", LINK_RAW, add_ping_ipv4, 4, 0, 0, 0},
    {"raw IPv6", LINK_RAW_BSD, add_ping_ipv6, 6, 0, 0, 0},
    {"IPv4 by link type", LINK_IPV4, add_ping_ipv4, 4, 0, 0, 0},
    {"IPv6 by link type", LINK_IPV6, add_ping_ipv6, 6, 0, 0, 0},
    {"IPv6 extension headers", LINK_RAW, extensions, 6, 0, 0, 0},
    {"a fragment that is the whole", LINK_RAW, atomic_fragment, 6, 0, 0, 0},
    {"GRE", LINK_RAW, gre, 4, 1, 0, 0},
    {"Ethernet over GRE", LINK_RAW, gre_ethernet, 6, 1, 0, 0},
    {"ERSPAN II", LINK_RAW, erspan2, 6, 1, 0, 0},
    {"IP in IP", LINK_RAW, ip_in_ip, 4, 1, 0, 0},
    {"6in4", LINK_RAW, six_in_four, 6, 1, 0, 0},
    {"VXLAN", LINK_RAW, vxlan, 6, 1, 0, 0},
    {"Geneve", LINK_RAW, geneve, 6, 1, 0, 0},
    {"Teredo", LINK_RAW, teredo, 6, 1, 0, 0},
    {"GTP-U", LINK_RAW, gtp, 4, 1, 0, 0},
};

static void the_ping_is_found_in_every_wrapping(void **state)
{
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    (void)state;
    for (size_t i = 0; i < COUNT(wrappings); i++) {
        const char *label = wrappings[i].label;
        static struct made m;
        m.len = 0;
        wrappings[i].make(&m);
        struct frame f = frame_of(&m, wrappings[i].linktype);
        struct packet p;
        CHECK_INT(decode_frame(&f, ctx, &p), true, label);
        CHECK_INT(p.version, wrappings[i].version, label);
        CHECK_INT(p.proto, IP_UDP, label);
        CHECK_INT(p.sport, 1000, label);
        CHECK_INT(p.dport, 2000, label);
        CHECK_INT(p.tunnel_depth, wrappings[i].depth, label);
        CHECK_INT(p.vlans, wrappings[i].vlans, label);
        CHECK_INT(p.vlan[0], wrappings[i].vlan0, label);
        CHECK_INT(str_eq(p.payload, S("ping")), true, label);
        CHECK_INT(p.payload_wire, 4, label);
        CHECK_INT(p.flags, PACKET_HAS_PORTS, label);
        CHECK_INT(p.wire_bytes, m.len, label);
        /* Cut anywhere, it is a packet or a counted refusal, and nothing is read past its end. */
        for (uint32_t cut = 0; cut < m.len; cut++) {
            uint8_t *copy = malloc(cut ? cut : 1);
            memcpy(copy, m.bytes, cut);
            f.bytes = copy;
            f.caplen = cut;
            if (decode_frame(&f, ctx, &p) && p.payload.len > 0)
                assert_true(p.payload.ptr + p.payload.len <= (char *)copy + cut);
            free(copy);
        }
    }
    const struct decode_stats *s = decode_stats(ctx);
    uint64_t sum = s->decoded;
    for (int i = 0; i < DECODE_REASONS; i++)
        sum += s->given_up[i];
    assert_int_equal(sum, s->frames);
}

static void a_refusal_is_counted_under_its_reason(void **state)
{
    static const struct {
        const char *label;
        uint16_t linktype;
        struct str bytes;
        enum decode_reason reason;
    } cases[] = {
        {"802.11", 105, S_("whatever"), DECODE_LINK_UNSUPPORTED},
        {"half an Ethernet header", 1, S_("\1\2\3\4\5\6\7"), DECODE_LINK_SHORT},
        {"ARP", 1, S_("\1\2\3\4\5\6\1\2\3\4\5\6\x08\x06rest"), DECODE_ARP},
        {"LLDP", 1, S_("\1\2\3\4\5\6\1\2\3\4\5\6\x88\xcc\0\0"), DECODE_NOT_IP},
        {"spanning tree", 1, S_("\1\2\3\4\5\6\1\2\3\4\5\6\0\x03\x42\x42\3"), DECODE_NOT_IP},
        {"IP version 5", 101, S_("\x55...................."), DECODE_IP_VERSION},
        {"half an IPv4 header", 101, S_("\x45\0\0\x20"), DECODE_IPV4_SHORT},
        {"an IPv4 header of 16 bytes", 101, S_("\x44\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
         DECODE_IPV4_LENGTH},
        {"an IPv4 packet shorter than its header", 101,
         S_("\x46\0\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), DECODE_IPV4_LENGTH},
        {"half an IPv6 header", 101, S_("\x60\0\0\0\0\4\x11"), DECODE_IPV6_SHORT},
        {"a TCP header of 12 bytes", 101,
         S_("\x45\0\0\x28\0\0\0\0\1\6\0\0\1\1\1\1\2\2\2\2\0\1\0\2\0\0\0\0\0\0\0\0\x30\2\0\0\0\0\0"
            "\0"),
         DECODE_TCP_LENGTH},
        {"a UDP length of 3", 101,
         S_("\x45\0\0\x1c\0\0\0\0\1\x11\0\0\1\1\1\1\2\2\2\2\0\1\0\2\0\3\0\0"), DECODE_UDP_LENGTH},
        {"half a UDP header", 101, S_("\x45\0\0\x18\0\0\0\0\1\x11\0\0\1\1\1\1\2\2\2\2\0\1\0\2"),
         DECODE_TRANSPORT_SHORT},
        {"an odd middle fragment", 101,
         S_("\x45\0\0\x17\0\1\x20\0\1\x11\0\0\1\1\1\1\2\2\2\2\0\1\0"), DECODE_FRAGMENT_BAD},
        {"a first fragment", 101,
         S_("\x45\0\0\x1c\0\1\x20\0\1\x11\0\0\1\1\1\1\2\2\2\2\0\1\0\2...."), DECODE_FRAGMENT_HELD},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
        struct frame f = {.bytes = (const uint8_t *)cases[i].bytes.ptr,
                          .caplen = (uint32_t)cases[i].bytes.len,
                          .wirelen = (uint32_t)cases[i].bytes.len,
                          .linktype = cases[i].linktype};
        struct packet p;
        CHECK_INT(decode_frame(&f, ctx, &p), false, cases[i].label);
        CHECK_INT(decode_stats(ctx)->given_up[cases[i].reason], 1, cases[i].label);
        CHECK_INT(decode_stats(ctx)->odd_linktype, f.linktype == 105 ? 105 : 0, cases[i].label);
    }
}

static void a_tunnel_that_cannot_be_read_is_its_outer_packet(void **state)
{
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    static struct made m;
    struct packet p;
    (void)state;
    m.len = 0;
    add_ipv4(&m, IP_GRE, 8, 1, 0);
    add(&m, "\0\0\x82\0junk", 8);
    struct frame f = frame_of(&m, LINK_RAW);
    assert_true(decode_frame(&f, ctx, &p));
    assert_int_equal(p.proto, IP_GRE);
    assert_int_equal(p.flags, PACKET_INNER_UNREAD);
    assert_int_equal(p.payload.len, 8);
    assert_int_equal(decode_stats(ctx)->notes[NOTE_TUNNEL_UNREAD], 1);
}

static void a_tower_of_tunnels_is_opened_eight_deep(void **state)
{
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    static struct made m;
    struct packet p;
    (void)state;
    m.len = 0;
    for (size_t i = 0; i < 12; i++)
        add_ipv4(&m, IP_IPV4, (11 - i) * 20 + PING_IPV4, 1, 0);
    add_ping_ipv4(&m);
    struct frame f = frame_of(&m, LINK_RAW);
    assert_true(decode_frame(&f, ctx, &p));
    assert_int_equal(p.tunnel_depth, DECODE_DEPTH_MOST);
    assert_int_equal(p.proto, IP_IPV4);
    assert_int_equal(decode_stats(ctx)->notes[NOTE_TUNNEL_TOO_DEEP], 1);
}

static void tcp_and_icmp_say_what_a_flow_needs(void **state)
{
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    static struct made m;
    struct packet p;
    (void)state;
    m.len = 0;
    add_ipv4(&m, IP_TCP, 25, 1, 0);
    add_tcp(&m, 40000, 443, TCP_SYN | TCP_ACK);
    add(&m, "hello", 5);
    struct frame f = frame_of(&m, LINK_RAW);
    f.wirelen += 10; /* the capture kept less; IP says that the rest is padding */
    assert_true(decode_frame(&f, ctx, &p));
    assert_int_equal(p.tcp_seq, 1000);
    assert_int_equal(p.tcp_ack, 2000);
    assert_int_equal(p.tcp_window, 4096);
    assert_int_equal(p.tcp_flags, TCP_SYN | TCP_ACK);
    assert_true(str_eq(p.payload, S("hello")));
    assert_false(p.flags & PACKET_CUT);

    f.caplen -= 2;
    assert_true(decode_frame(&f, ctx, &p));
    assert_true(p.flags & PACKET_CUT);
    assert_int_equal(p.payload_wire, 5);

    m.len = 0;
    add_ipv6(&m, IP_ICMP6, 8);
    add(&m, "\x80\1\0\0\0\1\0\2", 8);
    f = frame_of(&m, LINK_RAW);
    assert_true(decode_frame(&f, ctx, &p));
    assert_int_equal(p.icmp_type, 128);
    assert_int_equal(p.icmp_code, 1);
    assert_true(p.flags & PACKET_HAS_ICMP);
}

static void a_tag_the_card_took_off_counts(void **state)
{
    AUTO(decode_drop) struct decode_ctx *ctx = decode_new(NULL);
    static struct made m;
    struct packet p;
    (void)state;
    m.len = 0;
    vlan(&m);
    struct frame f = frame_of(&m, LINK_ETHERNET);
    f.has_vlan = true;
    f.vlan_tci = 0x6005;
    assert_true(decode_frame(&f, ctx, &p));
    assert_int_equal(p.vlans, 2);
    assert_int_equal(p.vlan[0], 5);
    assert_int_equal(p.vlan[1], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ping_is_found_in_every_wrapping),
        cmocka_unit_test(a_refusal_is_counted_under_its_reason),
        cmocka_unit_test(a_tunnel_that_cannot_be_read_is_its_outer_packet),
        cmocka_unit_test(a_tower_of_tunnels_is_opened_eight_deep),
        cmocka_unit_test(tcp_and_icmp_say_what_a_flow_needs),
        cmocka_unit_test(a_tag_the_card_took_off_counts),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
