/* eve_private.h - writing into a buffer in which there is room: put what you like, flush in between. */
#pragma once

#include "core/buf.h"
#include "sensor/eve.h"

enum {
    EVE_LINE_MAX = 256 * 1024, /* more than the longest line the bounds of event.h allow */
    EVE_HELD = 1024 * 1024,
};

struct eve {
    struct buf *out; /* `own`, or the caller's */
    struct buf own;
    int fd; /* -1: what is written stays in the caller's buffer */
    uint64_t lines, captures;
    int64_t second; /* whose text is in `stamp` */
    char stamp[20]; /* "2026-11-24T05:31:43." */
    struct err failed;
};

static inline struct str text_of(const char *s)
{
    return (struct str){s, strlen(s)};
}

static inline void put(struct eve *e, struct str s)
{
    memcpy(e->out->ptr + e->out->len, s.ptr, s.len);
    e->out->len += s.len;
}
#define PUT(e, literal) put((e), S(literal))

void put_uint(struct eve *e, uint64_t value);
void put_number(struct eve *e, struct str before, uint64_t value);
void put_text(struct eve *e, struct str text);  /* a JSON string */
void put_cstr(struct eve *e, const char *text); /* plain ASCII, unquoted */
void put_bool(struct eve *e, bool value);
void put_address(struct eve *e, const uint8_t address[16]); /* in quotes */
void put_time(struct eve *e, int64_t us);                   /* in quotes */
void put_hex(struct eve *e, const uint8_t *bytes, size_t len, char between);

/* Room for one more line. */
void line_room(struct eve *e);
uint64_t eve_flow_id(const struct eve *e, uint64_t number);
/* {"timestamp":…,"flow_id":…,"event_type":"<type>",<ends>: and room for the rest of the line. */
void line_begin(struct eve *e, const struct sensor_event *ev, struct str type);
void line_end(struct eve *e);

void eve_alert(struct eve *e, const struct sensor_event *ev);
void eve_flow(struct eve *e, const struct sensor_event *ev);
void eve_dns(struct eve *e, const struct sensor_event *ev);
void eve_tls(struct eve *e, const struct sensor_event *ev);
void eve_http(struct eve *e, const struct sensor_event *ev);
void eve_anomaly(struct eve *e, const struct sensor_event *ev);

/* A protocol's part of a line, one file and one row each, listed in eve_registry.c. */
struct eve_row {
    enum app app;
    const char *type; /* event_type */
    /* Writes ,"<type>":{…}. Either side may be missing, not both. */
    void (*body)(struct eve *e, const union dissect_facts *request,
                 const union dissect_facts *response);
};
const struct eve_row *eve_row_of(enum app app); /* NULL: this protocol has no line */
/* One line each, as in eve_registry.c. */
extern const struct eve_row eve_row_modbus, eve_row_dnp3, eve_row_iec104, eve_row_s7comm,
    eve_row_enip, eve_row_bacnet, eve_row_opcua;
extern const struct eve_row eve_row_ssh, eve_row_smb, eve_row_rdp, eve_row_ftp, eve_row_smtp,
    eve_row_imap, eve_row_pop3, eve_row_ldap, eve_row_krb5, eve_row_ntp, eve_row_snmp, eve_row_dhcp,
    eve_row_nbns, eve_row_sip, eve_row_mqtt;
extern const struct eve_row eve_row_quic, eve_row_http2, eve_row_stun, eve_row_wireguard,
    eve_row_openvpn;
