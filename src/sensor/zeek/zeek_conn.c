/* zeek_conn.c - conn.log: a flow that has ended, and how it went, in Zeek's terms.
 *
 * conn_state follows Zeek's base/protocols/conn: from the flags each side has ever sent. `history` is made from
 * the same flags, in the order of a usual connection, each letter once: what happened, not how often. */
#include "zeek_private.h"

struct sides { /* what client and server have sent */
    uint8_t client, server;
    bool client_sent, server_sent;
};

static struct sides sides_of(const struct sensor_event *ev)
{
    const struct flow *f = ev->flow;
    enum flow_side client = sensor_side(ev, FLOW_CLIENT), server = sensor_side(ev, FLOW_SERVER);
    return (struct sides){f->tcp_flags[client], f->tcp_flags[server], f->packets[client] > 0,
                          f->packets[server] > 0};
}

static const char *tcp_state(const struct sides *s)
{
    bool opened = s->client & TCP_SYN, accepted = s->server & TCP_SYN;
    if (s->server & TCP_RST)
        return opened && !accepted ? "REJ" : opened ? "RSTR" : "RSTRH";
    if (s->client & TCP_RST)
        return accepted ? "RSTO" : "RSTOS0";
    if (s->client & s->server & TCP_FIN)
        return "SF";
    if (s->client & TCP_FIN)
        return accepted ? "S2" : "SH";
    if (s->server & TCP_FIN)
        return opened ? "S3" : "SHR";
    if (opened && !s->server_sent)
        return "S0";
    return opened && accepted ? "S1" : "OTH";
}

static const char *state_of(uint8_t proto, const struct sides *s)
{
    if (proto == IP_TCP)
        return tcp_state(s);
    if (proto != IP_UDP)
        return "OTH";
    if (s->client_sent)
        return s->server_sent ? "SF" : "S0";
    return s->server_sent ? "SHR" : "OTH";
}

static struct str history_of(const struct sensor_event *ev, const struct sides *s, char out[16])
{
    static const struct {
        uint8_t bit;
        bool server;
        char letter;
    } letters[] = {{TCP_SYN, false, 'S'}, {TCP_SYN, true, 'h'}, {TCP_ACK, false, 'A'},
                   {TCP_PSH, false, 'D'}, {TCP_ACK, true, 'a'}, {TCP_PSH, true, 'd'},
                   {TCP_FIN, false, 'F'}, {TCP_FIN, true, 'f'}, {TCP_RST, false, 'R'},
                   {TCP_RST, true, 'r'}};
    size_t n = 0;
    if (ev->reversed)
        out[n++] = '^';
    if (ev->ends->proto != IP_TCP) {
        if (s->client_sent)
            out[n++] = 'D';
        if (s->server_sent)
            out[n++] = 'd';
        return (struct str){out, n};
    }
    for (size_t i = 0; i < COUNT(letters); i++)
        if ((letters[i].server ? s->server : s->client) & letters[i].bit)
            out[n++] = letters[i].letter;
    return (struct str){out, n};
}

static const char *service_of(enum app app)
{
    switch (app) {
    case APP_TLS: return "ssl";
    case APP_MDNS:
    case APP_LLMNR: return "dns";
    case APP_KRB5: return "krb";
    default: return app_name(app);
    }
}

/* Only where networks are listed does it mean anything. */
static void put_local(struct eve *e, const struct sensor_event *ev)
{
    if (!ev->client_own && !ev->server_own)
        return;
    PUT(e, ",\"local_orig\":");
    put_bool(e, ev->client_own);
    PUT(e, ",\"local_resp\":");
    put_bool(e, ev->server_own);
}

void zeek_conn(struct zeek *z, const struct sensor_event *ev)
{
    const struct flow *f = ev->flow;
    struct sides s = sides_of(ev);
    struct eve *e = z->line;
    char history[16], id[COMMUNITY_ID_SIZE];
    enum flow_side client = sensor_side(ev, FLOW_CLIENT), server = sensor_side(ev, FLOW_SERVER);
    zeek_begin(z, ZEEK_CONN, ev, f->start_us);
    zeek_proto(e, ev);
    if (ev->app)
        zeek_text(e, S(",\"service\":"), text_of(service_of(ev->app)));
    if (f->last_us > f->start_us)
        PUT(e, ",\"duration\":"), zeek_seconds(e, f->last_us - f->start_us);
    zeek_text(e, S(",\"conn_state\":"), text_of(state_of(ev->ends->proto, &s)));
    put_local(e, ev);
    zeek_text(e, S(",\"history\":"), history_of(ev, &s, history));
    put_number(e, S(",\"orig_pkts\":"), f->packets[client]);
    put_number(e, S(",\"orig_ip_bytes\":"), f->bytes[client]);
    put_number(e, S(",\"resp_pkts\":"), f->packets[server]);
    put_number(e, S(",\"resp_ip_bytes\":"), f->bytes[server]);
    if (ev->ends->vlan)
        put_number(e, S(",\"vlan\":"), ev->ends->vlan);
    PUT(e, ",\"community_id\":\"");
    put(e, flow_community_id(f, 0, id));
    PUT(e, "\"");
    zeek_end(z);
}
