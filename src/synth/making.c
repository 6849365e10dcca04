/* making.c - look-ups and visits, frame by frame, counted as they are made. */
#include "synth/making_private.h"

#include "net/bytes.h"
#include "net/packet.h"

enum {
    PORT_DNS = 53,
    PORT_HTTP = 80,
    PORT_NTP = 123,
    PORT_TLS = 443,
    PORT_MODBUS = 502,
    PORT_FIRST = 20000
};
enum { PORT_COUNT = 45000, RESOLVER = 0x0a000035, TYPE_A = 1, TYPE_AAAA = 28, NXDOMAIN = 3 };

struct host host_v4(uint32_t address)
{
    struct host h = {.address = {[10] = 0xff, [11] = 0xff}};
    store_be32(h.address + 12, address);
    return h;
}

struct host host_client(uint64_t i)
{
    return host_v4(0x0a200001 + (uint32_t)(i % 0x1ffff0));
}

struct host host_server(uint64_t i)
{
    return host_v4(0xc6120001 + (uint32_t)(i % 0x1fff0));
}

static struct host host_v6(uint8_t net, uint64_t i)
{
    struct host h = {.address = {0x20, 0x01, 0x0d, 0xb8, 0, net}};
    store_be32(h.address + 12, (uint32_t)(i + 1));
    return h;
}

struct host host_client6(uint64_t i)
{
    return host_v6(0x0a, i);
}

struct host host_server6(uint64_t i)
{
    return host_v6(0x0b, i);
}

static struct synth_end end_of(struct host h, uint16_t port)
{
    struct synth_end end = {.port = port};
    memcpy(end.address, h.address, sizeof end.address);
    return end;
}

uint16_t make_port(struct synth_making *m)
{
    return (uint16_t)(PORT_FIRST + m->counts.flows % PORT_COUNT);
}

static struct buf *fresh(struct synth_making *m)
{
    buf_clear(&m->scratch);
    return &m->scratch;
}

struct synth_talk make_talk(struct synth_making *m, struct host client, struct host server,
                            uint16_t port, int64_t time_us)
{
    struct synth_end from = end_of(client, make_port(m)), to = end_of(server, port);
    m->counts.flows++;
    return synth_talk_of(m->line, &m->random, from, to, time_us);
}

struct shown make_shown(const struct synth_talk *t, int64_t first_us, uint8_t proto)
{
    return (struct shown){.client = t->ends[SYNTH_CLIENT],
                          .server = t->ends[SYNTH_SERVER],
                          .first_us = first_us,
                          .named_us = first_us,
                          .proto = proto};
}

struct shown make_lookup(struct synth_making *m, const struct lookup *l)
{
    struct synth_talk t = make_talk(m, l->client, host_v4(RESOLVER), PORT_DNS, l->time_us);
    struct shown s = make_shown(&t, l->time_us, IP_UDP);
    uint16_t type = l->v6 ? TYPE_AAAA : TYPE_A, id = (uint16_t)synth_random_next(&m->random);
    char alias[NAME_MAX_TEXT];
    struct synth_dns_reply reply = {.id = id,
                                    .type = type,
                                    .rcode = l->unknown ? NXDOMAIN : 0,
                                    .name = l->name,
                                    .address = l->unknown ? NULL : l->address.address,
                                    .ttl = (uint32_t)synth_random_between(&m->random, 30, 3600)};
    if (l->alias && !l->unknown) {
        int n = snprintf(alias, sizeof alias, "edge-%04x.cdn-%02u.example", id, id % 40u);
        reply.alias = (struct str){alias, (size_t)n};
    }

    struct buf *out = fresh(m);
    synth_dns_query(out, id, l->name, type);
    synth_udp_say(&t, SYNTH_CLIENT, buf_str(out));
    out = fresh(m);
    synth_dns_answer(out, &reply);
    s.end_us = t.time_us;
    synth_udp_say(&t, SYNTH_SERVER, buf_str(out));
    m->counts.dns_messages += 2;
    return s;
}

/* The hello of one visit in ten is in two segments, by its size or cut anywhere; those over QUIC never are. */
static size_t hello_split(struct synth_making *m, size_t len)
{
    size_t at = 0;
    if (len <= SYNTH_MSS && synth_random_chance(&m->random, 85))
        at = (size_t)synth_random_between(&m->random, 1, len - 1);
    m->counts.tls_split += at || len > SYNTH_MSS;
    return at;
}

static void tls_say(struct synth_making *m, const struct visit *v, struct synth_talk *t,
                    struct shown *s)
{
    bool tls13 = synth_stack_tls13(v->stack);
    struct buf *out = fresh(m);
    synth_client_hello(out, v->stack, v->name, &m->random);
    s->named_us = synth_say(t, SYNTH_CLIENT, buf_str(out), hello_split(m, out->len));
    out = fresh(m);
    synth_server_flight(out, tls13, v->name, &m->random);
    synth_say(t, SYNTH_SERVER, buf_str(out), 0);
    out = fresh(m);
    synth_client_finish(out, &m->random);
    synth_application_data(out, (size_t)synth_random_between(&m->random, 80, 600), &m->random);
    synth_say(t, SYNTH_CLIENT, buf_str(out), 0);
    m->counts.tls_hellos++;
}

static void http_say(struct synth_making *m, const struct visit *v, struct synth_talk *t,
                     struct shown *s)
{
    struct buf *out = fresh(m);
    synth_http_request(out, v->name, v->path, synth_stack_agent(v->stack));
    s->named_us = synth_say(t, SYNTH_CLIENT, buf_str(out), 0);
    out = fresh(m);
    synth_http_reply(out, 200, v->segments * SYNTH_MSS);
    synth_say(t, SYNTH_SERVER, buf_str(out), 0);
    m->counts.http_requests++;
}

struct shown make_visit(struct synth_making *m, const struct visit *v)
{
    uint16_t port = v->tls ? PORT_TLS : PORT_HTTP;
    struct synth_talk t = make_talk(m, v->client, v->server, port, v->time_us);
    struct shown s = make_shown(&t, v->time_us, IP_TCP);
    synth_tcp_open(&t);
    if (v->tls)
        tls_say(m, v, &t, &s);
    else
        http_say(m, v, &t, &s);
    synth_bulk(&t, SYNTH_SERVER, v->segments);
    synth_tcp_close(&t);
    s.end_us = t.time_us;
    return s;
}

/* Hello and flight, and then datagrams both ways that cannot be read. */
struct shown make_quic(struct synth_making *m, const struct visit *v)
{
    struct synth_talk t = make_talk(m, v->client, v->server, PORT_TLS, v->time_us);
    struct shown s = make_shown(&t, v->time_us, IP_UDP);
    uint8_t id[SYNTH_QUIC_ID];
    for (size_t i = 0; i < sizeof id; i++)
        id[i] = (uint8_t)synth_random_next(&m->random);
    struct buf *out = fresh(m);
    synth_quic_hello(out, id, v->name, &m->random);
    synth_udp_say(&t, SYNTH_CLIENT, buf_str(out));
    out = fresh(m);
    synth_quic_flight(out, id, &m->random);
    synth_udp_say(&t, SYNTH_SERVER, buf_str(out));
    for (uint64_t i = 0; i < v->segments; i++) {
        bool ack = i % 3 == 0;
        out = fresh(m);
        synth_quic_data(out, (size_t)(ack ? 30 : synth_random_between(&m->random, 200, 1200)),
                        &m->random);
        t.half_rtt = 300;
        synth_udp_say(&t, ack ? SYNTH_CLIENT : SYNTH_SERVER, buf_str(out));
    }
    s.end_us = t.time_us;
    m->counts.tls_hellos++;
    return s;
}

static void modbus_poll(struct synth_making *m, struct synth_talk *t, unsigned i)
{
    uint16_t transaction = (uint16_t)i, count = (uint16_t)synth_random_between(&m->random, 2, 40);
    struct buf *out = fresh(m);
    synth_modbus_read(out, transaction, 0, count);
    synth_say(t, SYNTH_CLIENT, buf_str(out), 0);
    out = fresh(m);
    synth_modbus_values(out, transaction, count, &m->random);
    synth_say(t, SYNTH_SERVER, buf_str(out), 0);
}

struct shown make_modbus(struct synth_making *m, struct host client, struct host server,
                         unsigned polls, int64_t time_us)
{
    struct synth_talk t = make_talk(m, client, server, PORT_MODBUS, time_us);
    struct shown s = make_shown(&t, time_us, IP_TCP);
    synth_tcp_open(&t);
    for (unsigned i = 0; i < polls; i++)
        modbus_poll(m, &t, i);
    synth_tcp_close(&t);
    s.end_us = t.time_us;
    return s;
}

void make_label(struct synth_making *m, enum synth_label_kind kind, struct str value,
                const struct shown *s, int64_t time_us)
{
    struct synth_label l = {.kind = kind,
                            .time_us = time_us,
                            .client_port = s->client.port,
                            .server_port = s->server.port,
                            .proto = s->proto};
    memcpy(l.value, value.ptr, value.len < sizeof l.value ? value.len : sizeof l.value - 1);
    memcpy(l.client, s->client.address, sizeof l.client);
    memcpy(l.server, s->server.address, sizeof l.server);
    vec_push(&m->labels, l);
}

void make_ntp(struct synth_making *m, struct host client, int64_t time_us)
{
    struct synth_talk t = make_talk(m, client, host_v4(0x0a00007b), PORT_NTP, time_us);
    char packet[48] = {0x23}; /* version 4, client (RFC 5905 7.3) */
    synth_udp_say(&t, SYNTH_CLIENT, (struct str){packet, sizeof packet});
    packet[0] = 0x24;
    packet[1] = 2;
    synth_udp_say(&t, SYNTH_SERVER, (struct str){packet, sizeof packet});
}

void make_other(struct synth_making *m, struct host client, struct host server, int64_t time_us)
{
    struct synth_random *r = &m->random;
    uint16_t port = (uint16_t)synth_random_between(r, 1024, 19999);
    struct synth_talk t = make_talk(m, client, server, port, time_us);
    uint64_t kind = synth_random_below(r, 10);
    if (kind < 4) {
        synth_tcp_refused(&t, kind < 3);
        return;
    }
    if (kind < 9) {
        uint64_t turns = synth_random_between(r, 2, 7);
        for (uint64_t i = 0; i < turns; i++) {
            struct buf *out = fresh(m);
            buf_put(out, S("\x40\xff")); /* no protocol that a sensor reads */
            synth_noise(out, (size_t)synth_random_between(r, 40, 400), r);
            synth_udp_say(&t, i % 2 ? SYNTH_SERVER : SYNTH_CLIENT, buf_str(out));
        }
        return;
    }
    synth_tcp_open(&t);
    synth_say(&t, SYNTH_SERVER, S("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), 0);
    synth_say(&t, SYNTH_CLIENT, S("SSH-2.0-OpenSSH_9.2p1\r\n"), 0);
    synth_tcp_close(&t);
}

enum synth_stack make_stack(struct synth_making *m)
{
    static const struct {
        enum synth_stack stack;
        unsigned share;
    } met[] = {{SYNTH_CHROME, 460}, {SYNTH_CHROME_PQ, 40}, {SYNTH_FIREFOX, 180},
               {SYNTH_CURL, 120},   {SYNTH_PYTHON, 120},   {SYNTH_AGENT, 80}};
    uint64_t x = synth_random_below(&m->random, 1000);
    size_t i = 0;
    for (; i + 1 < COUNT(met) && x >= met[i].share; i++)
        x -= met[i].share;
    return met[i].stack;
}
