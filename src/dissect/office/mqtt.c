/* mqtt.c - MQTT's control packets, and its row in the registry. */
#include "office_private.h"

enum { MQTT_MOST = 512, FRONT = 64 };

static const char *const types[] = {
    NULL,      "connect",  "connack",    "publish", "puback",      "pubrec",
    "pubrel",  "pubcomp",  "subscribe",  "suback",  "unsubscribe", "unsuback",
    "pingreq", "pingresp", "disconnect", "auth",
};

const char *mqtt_type_name(uint8_t type)
{
    return type < COUNT(types) ? types[type] : NULL;
}

/* MQTT 5.0 1.5.5: seven bits a byte. False: more than four bytes. */
static bool remaining_read(struct rd *r, uint32_t *ret_length)
{
    uint32_t n = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        uint8_t byte = rd_u8(r);
        n |= (uint32_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *ret_length = n;
            return true;
        }
    }
    return false;
}

/* The flags that a type allows (MQTT 3.1.1 2.2.2). MQTT 3.1 has DUP and QoS in more of them. */
static bool head_is_right(const struct mqtt_facts *m, uint8_t flags)
{
    switch (m->type) {
    case MQTT_PUBLISH: return m->qos < 3;
    case MQTT_PUBREL:
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE: return (flags & 0x07) == 2;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP: return flags == 0 && m->length == 0;
    case 0: return false;
    default: return flags == 0;
    }
}

static bool connect_read(struct rd r, struct mqtt_facts *m)
{
    struct str name = rd_str(&r, rd_be16(&r));
    if (r.bad || !(str_eq(name, S("MQTT")) || str_eq(name, S("MQIsdp"))))
        return false;
    m->protocol_len = (uint8_t)text_keep(m->protocol, sizeof m->protocol, name);
    m->version = rd_u8(&r);
    m->connect_flags = rd_u8(&r);
    m->keepalive = rd_be16(&r);
    uint32_t properties = 0;
    if ((m->version & 0x7f) >= 5 && remaining_read(&r, &properties))
        rd_pass(&r, properties);
    uint16_t len = rd_be16(&r);
    m->client_id_len = r.bad ? 0 : len;
    return m->version != 0 && !(m->connect_flags & 1);
}

static void id_read(struct rd *r, struct mqtt_facts *m)
{
    uint16_t id = rd_be16(r);
    m->has_message_id = !r->bad;
    m->message_id = r->bad ? 0 : id;
}

static void code_read(struct rd *r, struct mqtt_facts *m)
{
    uint8_t code = rd_u8(r);
    m->has_code = !r->bad;
    m->code = r->bad ? 0 : code;
}

static bool body_read(struct rd r, struct mqtt_facts *m)
{
    switch (m->type) {
    case MQTT_CONNECT: return connect_read(r, m);
    case MQTT_CONNACK:
        m->session_present = rd_u8(&r) & 1;
        code_read(&r, m);
        return m->has_code;
    case MQTT_PUBLISH:
        if (m->qos == 0)
            return m->length >= 2;
        rd_pass(&r, rd_be16(&r));
        id_read(&r, m);
        return m->length >= 4;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        id_read(&r, m);
        if (m->length > 2)
            code_read(&r, m);
        return m->has_message_id;
    case MQTT_SUBSCRIBE:
    case MQTT_SUBACK:
    case MQTT_UNSUBSCRIBE:
    case MQTT_UNSUBACK: id_read(&r, m); return m->has_message_id;
    case MQTT_DISCONNECT:
    case MQTT_AUTH:
        m->has_code = true; /* none is the code 0 (MQTT 5.0 3.14.2.1, 3.15.2.1) */
        if (m->length)
            code_read(&r, m);
        return true;
    default: return true;
    }
}

static enum dissect_result mqtt_parse(enum dissect_transport transport, struct str bytes,
                                      union dissect_facts *ret_facts, size_t *ret_used)
{
    struct mqtt_facts *m = &ret_facts->mqtt;
    struct rd r = rd_over(bytes);
    (void)transport;
    *m = (struct mqtt_facts){0};
    uint8_t first = rd_u8(&r), flags = first & 15;
    m->type = first >> 4;
    m->dup = flags & 8;
    m->qos = flags >> 1 & 3;
    m->retain = flags & 1;
    bool ended = remaining_read(&r, &m->length);
    if (r.bad)
        return DISSECT_NEED_MORE;
    if (!ended || !head_is_right(m, flags))
        return DISSECT_NOT;
    /* A topic's length is not known beforehand: a longer one than this hides the message id. */
    size_t front = m->type == MQTT_PUBLISH && m->qos ? MQTT_MOST - 8 : FRONT;
    size_t wanted = m->length < front ? m->length : front;
    if (rd_left(&r) < wanted)
        return DISSECT_NEED_MORE;
    size_t head = bytes.len - rd_left(&r);
    r.end = r.at + (m->length < rd_left(&r) ? m->length : rd_left(&r));
    if (!body_read(r, m))
        return DISSECT_NOT;
    *ret_used = head + m->length;
    return DISSECT_DONE;
}

static enum dissect_probe mqtt_probe(enum dissect_transport transport, struct str bytes)
{
    union dissect_facts facts;
    size_t used = 0;
    enum dissect_result r = mqtt_parse(transport, bytes, &facts, &used);
    if (r == DISSECT_NOT)
        return PROBE_NO;
    return r == DISSECT_DONE && facts.mqtt.type == MQTT_CONNECT ? PROBE_YES : PROBE_MAYBE;
}

/* Both sides publish, so it is the type that says which of two belongs to the other. */
static bool mqtt_response(const union dissect_facts *f)
{
    switch (f->mqtt.type) {
    case MQTT_CONNACK:
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBCOMP:
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
    case MQTT_PINGRESP: return true;
    default: return false;
    }
}

static enum dissect_login mqtt_login(const union dissect_facts *f)
{
    const struct mqtt_facts *m = &f->mqtt;
    if (m->type == MQTT_CONNECT)
        return m->connect_flags & MQTT_PASSWORD ? LOGIN_TRIED : LOGIN_NONE;
    if (m->type != MQTT_CONNACK)
        return LOGIN_NONE;
    /* 4 and 5 of version 3, 0x86 and 0x87 of version 5: bad user or password, not authorised. */
    return m->code == 4 || m->code == 5 || m->code == 0x86 || m->code == 0x87 ? LOGIN_FAILED
           : m->code == 0                                                     ? LOGIN_DONE
                                                                              : LOGIN_NONE;
}

const struct dissector dissector_mqtt = {
    .name = "mqtt",
    .app = APP_MQTT,
    .transports = DISSECT_TCP,
    .ports = {1883},
    .repeats = true,
    .most = MQTT_MOST,
    .probe = mqtt_probe,
    .parse = mqtt_parse,
    .pairs = true,
    .response = mqtt_response,
    .login = mqtt_login,
};
