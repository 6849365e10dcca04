/* zeek.c - what all lines begin with, uids, and which log an event goes to. */
#include "core/time.h"
#include "zeek_private.h"

/* More than the longest line, and room for the owner's marks. */
enum { ROOM = EVE_LINE_MAX };

struct zeek *zeek_new_into(struct buf *out, uint64_t capture)
{
    struct zeek *z = malloc(sizeof *z);
    if (!z)
        abort();
    *z = (struct zeek){.line = eve_new_into(out, capture), .capture = capture};
    return z;
}

void zeek_drop(struct zeek **z)
{
    if (*z)
        eve_drop(&(*z)->line);
    free(*z);
    *z = NULL;
}

/* 101 bits, turned about by an odd factor so that neighbours look different, in 17 digits of 62: each step can
 * be undone, so no two flows share a uid. */
struct str zeek_uid(uint64_t capture, uint64_t flow, char out[ZEEK_UID_SIZE])
{
    __extension__ typedef unsigned __int128 wide;
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    enum { BITS = 101, DIGITS = 17 };
    const wide factor = (wide)0x1b873593cc9e2d51 << 32 | 0x9e3779b97f4a7c15;
    wide n = ((wide)(capture & ((UINT64_C(1) << (BITS - 64)) - 1)) << 64 | flow) * factor;
    n &= ((wide)1 << BITS) - 1;
    out[0] = 'C';
    for (size_t i = DIGITS; i > 0; i--) {
        out[i] = digits[(unsigned)(n % 62)];
        n /= 62;
    }
    out[ZEEK_UID_SIZE - 1] = 0;
    return (struct str){out, ZEEK_UID_SIZE - 1};
}

const char *zeek_log_name(unsigned log)
{
    switch (log) {
    case ZEEK_CONN: return "conn";
    case ZEEK_INTEL: return "intel";
    case APP_TLS: return "ssl";
    case APP_SMB: return "smb_cmd";
    case APP_KRB5: return "kerberos";
    default: return app_name((enum app)log);
    }
}

/* ---- pieces ---- */

void zeek_seconds(struct eve *e, int64_t us)
{
    if (us < 0) {
        PUT(e, "-");
        us = us == INT64_MIN ? INT64_MAX : -us;
    }
    char micro[7] = ".";
    int64_t rest = us % TIME_SECOND;
    put_uint(e, (uint64_t)(us / TIME_SECOND));
    for (size_t i = sizeof micro; i-- > 1; rest /= 10)
        micro[i] = (char)('0' + rest % 10);
    put(e, (struct str){micro, sizeof micro});
}

void zeek_text(struct eve *e, struct str key, struct str value)
{
    if (!value.len)
        return;
    put(e, key);
    put_text(e, value);
}

void zeek_proto(struct eve *e, const struct sensor_event *ev)
{
    switch (ev->ends->proto) {
    case IP_TCP: PUT(e, ",\"proto\":\"tcp\""); break;
    case IP_UDP: PUT(e, ",\"proto\":\"udp\""); break;
    case IP_ICMP:
    case IP_ICMP6: PUT(e, ",\"proto\":\"icmp\""); break;
    default: PUT(e, ",\"proto\":\"unknown_transport\""); break;
    }
}

void zeek_tag(struct zeek *z, unsigned log)
{
    char tag = (char)(log + 1);
    if (!buf_room(z->line->out, ROOM))
        abort();
    put(z->line, (struct str){&tag, 1});
}

void zeek_begin_json(struct zeek *z, const struct sensor_event *ev, int64_t time_us)
{
    struct eve *e = z->line;
    char uid[ZEEK_UID_SIZE];
    PUT(e, "{\"ts\":");
    zeek_seconds(e, time_us);
    PUT(e, ",\"uid\":\"");
    put(e, zeek_uid(z->capture, ev->flow->number, uid));
    PUT(e, "\",\"id.orig_h\":");
    put_address(e, ev->ends->client);
    put_number(e, S(",\"id.orig_p\":"), ev->ends->client_port);
    PUT(e, ",\"id.resp_h\":");
    put_address(e, ev->ends->server);
    put_number(e, S(",\"id.resp_p\":"), ev->ends->server_port);
}

void zeek_begin(struct zeek *z, unsigned log, const struct sensor_event *ev, int64_t time_us)
{
    zeek_tag(z, log);
    zeek_begin_json(z, ev, time_us);
}

void zeek_end(struct zeek *z)
{
    PUT(z->line, "}\n");
}

/* ---- events ---- */

/* A protocol Zeek has no log for, or one of other fields: ours, as in EVE, under the protocol's name. */
static void zeek_other(struct zeek *z, const struct sensor_event *ev)
{
    const struct eve_row *row = eve_row_of(ev->app);
    if (!row)
        return;
    zeek_begin(z, (unsigned)ev->app, ev, ev->time_us);
    zeek_proto(z->line, ev);
    row->body(z->line, ev->request, ev->response);
    zeek_end(z);
}

static void zeek_app(struct zeek *z, const struct sensor_event *ev)
{
    switch (ev->app) {
    case APP_MODBUS: zeek_modbus(z, ev); break;
    case APP_DNP3: zeek_dnp3(z, ev); break;
    case APP_QUIC: zeek_quic(z, ev); break;
    case APP_SSH: zeek_ssh(z, ev); break;
    default: zeek_other(z, ev); break;
    }
}

void zeek_event(struct zeek *z, const struct sensor_event *ev)
{
    switch (ev->kind) {
    case SENSOR_MATCH: zeek_intel(z, ev); break;
    case SENSOR_KEPT: break; /* for the books */
    case SENSOR_DNS: zeek_dns(z, ev); break;
    case SENSOR_TLS: zeek_ssl(z, ev); break;
    case SENSOR_HTTP: zeek_http(z, ev); break;
    case SENSOR_ANOMALY: break; /* Zeek has weird.log for its own names */
    case SENSOR_APP: zeek_app(z, ev); break;
    case SENSOR_FLOW: zeek_conn(z, ev); break;
    }
}
