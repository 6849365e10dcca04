/* eve.c - the frame of a line, its numbers and times, and who writes the rest. */
#include "core/encode.h"
#include "core/io.h"
#include "core/jsonw.h"
#include "core/time.h"
#include "eve_private.h"

static struct eve *eve_make(int fd)
{
    struct eve *e = malloc(sizeof *e);
    if (!e)
        abort();
    *e = (struct eve){.fd = fd, .own = BUF(EVE_HELD + 2 * EVE_LINE_MAX), .second = INT64_MIN};
    e->out = &e->own;
    return e;
}

struct eve *eve_new(int fd)
{
    return eve_make(fd);
}

struct eve *eve_new_into(struct buf *out, uint64_t capture)
{
    struct eve *e = eve_make(-1);
    e->out = out;
    e->captures = capture;
    return e;
}

void eve_drop(struct eve **e)
{
    if (*e)
        buf_drop(&(*e)->own);
    free(*e);
    *e = NULL;
}

void eve_lines_put(struct eve *e, struct str lines)
{
    struct err later;
    if (e->out->len + lines.len > EVE_HELD)
        (void)!eve_flush(e, &later); /* kept in e->failed */
    if (!buf_room(e->out, lines.len) && lines.len)
        abort();
    put(e, lines);
    for (const char *at = lines.ptr; (at = memchr(at, '\n', (size_t)(lines.ptr + lines.len - at)));
         at++)
        e->lines++;
}

void eve_next_capture(struct eve *e)
{
    e->captures++;
}

uint64_t eve_lines(const struct eve *e)
{
    return e->lines;
}

bool eve_flush(struct eve *e, struct err *err)
{
    if (e->fd < 0)
        return true;
    if (e->failed.code == ERR_OK && e->out->len &&
        !fd_write_all(e->fd, buf_str(e->out), &e->failed))
        err_wrap(&e->failed, "writing EVE lines");
    buf_clear(e->out);
    if (e->failed.code != ERR_OK)
        *err = e->failed;
    return e->failed.code == ERR_OK;
}

bool eve_close(struct eve **e, struct err *err)
{
    bool ok = !*e || eve_flush(*e, err);
    eve_drop(e);
    return ok;
}

/* ---- pieces ---- */

void put_uint(struct eve *e, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    put(e, (struct str){digits + at, sizeof digits - at});
}

void put_number(struct eve *e, struct str before, uint64_t value)
{
    put(e, before);
    put_uint(e, value);
}

void put_text(struct eve *e, struct str text)
{
    json_quote(e->out, text);
}

void put_cstr(struct eve *e, const char *text)
{
    put(e, (struct str){text, strlen(text)});
}

void put_bool(struct eve *e, bool value)
{
    put(e, value ? S("true") : S("false"));
}

void put_address(struct eve *e, const uint8_t address[16])
{
    char text[ADDR_TEXT_SIZE];
    struct addr a = packet_addr(address);
    PUT(e, "\"");
    put(e, addr_format(&a, text));
    PUT(e, "\"");
}

void put_time(struct eve *e, int64_t us)
{
    int64_t second = us / TIME_SECOND, rest = us % TIME_SECOND;
    if (rest < 0) {
        rest += TIME_SECOND;
        second--;
    }
    if (second != e->second) {
        char text[TIME_TEXT_SIZE];
        time_format(second * TIME_SECOND, text);
        memcpy(e->stamp, text, sizeof e->stamp);
        e->second = second;
    }
    char micro[6];
    for (size_t i = sizeof micro; i-- > 0; rest /= 10)
        micro[i] = (char)('0' + rest % 10);
    PUT(e, "\"");
    put(e, (struct str){e->stamp, sizeof e->stamp});
    put(e, (struct str){micro, sizeof micro});
    PUT(e, "+0000\"");
}

void put_hex(struct eve *e, const uint8_t *bytes, size_t len, char between)
{
    for (size_t i = 0; i < len; i++) {
        char pair[3];
        hex_write(pair + 1, bytes + i, 1);
        pair[0] = between;
        bool with = between && i;
        put(e, (struct str){pair + !with, with ? 3 : 2});
    }
}

static const char *proto_name(uint8_t proto)
{
    switch (proto) {
    case IP_TCP: return "TCP";
    case IP_UDP: return "UDP";
    case IP_ICMP: return "ICMP";
    case IP_ICMP6: return "IPv6-ICMP";
    case IP_SCTP: return "SCTP";
    case IP_GRE: return "GRE";
    case IP_ESP: return "ESP";
    case IP_AH: return "AH";
    default: return NULL;
    }
}

static void put_proto(struct eve *e, uint8_t proto)
{
    const char *name = proto_name(proto);
    PUT(e, ",\"proto\":\"");
    if (name)
        put_cstr(e, name);
    else
        PUT(e, "proto-"), put_uint(e, proto);
    PUT(e, "\"");
}

static bool has_ports(uint8_t proto)
{
    return proto == IP_TCP || proto == IP_UDP || proto == IP_SCTP || proto == IP_UDPLITE ||
           proto == IP_DCCP;
}

static void put_ends(struct eve *e, const struct flow_ends *ends)
{
    PUT(e, ",\"src_ip\":");
    put_address(e, ends->client);
    if (has_ports(ends->proto))
        PUT(e, ",\"src_port\":"), put_uint(e, ends->client_port);
    PUT(e, ",\"dest_ip\":");
    put_address(e, ends->server);
    if (has_ports(ends->proto))
        PUT(e, ",\"dest_port\":"), put_uint(e, ends->server_port);
    put_proto(e, ends->proto);
}

/* Below 2^53, so that readers that take numbers for doubles keep it. */
uint64_t eve_flow_id(const struct eve *e, uint64_t number)
{
    return (e->captures % 4096) << 40 | (number & ((UINT64_C(1) << 40) - 1));
}

void line_room(struct eve *e)
{
    struct err later;
    if (e->out->len >= EVE_HELD)
        (void)!eve_flush(e, &later); /* kept in e->failed */
    if (!buf_room(e->out, EVE_LINE_MAX))
        abort();
}

void line_begin(struct eve *e, const struct sensor_event *ev, struct str type)
{
    line_room(e);
    PUT(e, "{\"timestamp\":");
    put_time(e, ev->time_us);
    if (ev->flow)
        PUT(e, ",\"flow_id\":"), put_uint(e, eve_flow_id(e, ev->flow->number));
    PUT(e, ",\"event_type\":\"");
    put(e, type);
    PUT(e, "\"");
    if (!ev->flow)
        return;
    if (ev->ends->vlan)
        PUT(e, ",\"vlan\":["), put_uint(e, ev->ends->vlan), PUT(e, "]");
    put_ends(e, ev->ends);
    char id[COMMUNITY_ID_SIZE];
    PUT(e, ",\"community_id\":\"");
    put(e, flow_community_id(ev->flow, 0, id));
    PUT(e, "\"");
}

void line_end(struct eve *e)
{
    PUT(e, "}\n");
    e->lines++;
}

/* Whatever protocol has no line of its own kind here has a row. */
static void eve_app(struct eve *e, const struct sensor_event *ev)
{
    const struct eve_row *row = eve_row_of(ev->app);
    if (!row)
        return;
    line_begin(e, ev, text_of(row->type));
    row->body(e, ev->request, ev->response);
    line_end(e);
}

void eve_event(struct eve *e, const struct sensor_event *ev)
{
    switch (ev->kind) {
    case SENSOR_MATCH: eve_alert(e, ev); break;
    case SENSOR_KEPT: break; /* for the books */
    case SENSOR_DNS: eve_dns(e, ev); break;
    case SENSOR_TLS: eve_tls(e, ev); break;
    case SENSOR_HTTP: eve_http(e, ev); break;
    case SENSOR_ANOMALY: eve_anomaly(e, ev); break;
    case SENSOR_APP: eve_app(e, ev); break;
    case SENSOR_FLOW: eve_flow(e, ev); break;
    }
}
