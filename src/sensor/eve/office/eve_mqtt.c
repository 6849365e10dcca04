/* eve_mqtt.c - mqtt lines: a packet and, where it has one, its answer. */
#include "eve_office_private.h"

static void put_connect(struct members *m, const struct mqtt_facts *q)
{
    member_text(m, S("protocol_string"), (struct str){q->protocol, q->protocol_len});
    member_number(m, S("protocol_version"), q->version);
    struct members flags = members_inside(m, S("flags"));
    member_bool(&flags, S("username"), q->connect_flags & MQTT_USERNAME);
    member_bool(&flags, S("password"), q->connect_flags & MQTT_PASSWORD);
    member_bool(&flags, S("will_retain"), q->connect_flags & MQTT_WILL_RETAIN);
    member_bool(&flags, S("will"), q->connect_flags & MQTT_WILL);
    member_bool(&flags, S("clean_session"), q->connect_flags & MQTT_CLEAN);
    members_end(&flags);
    member_number(m, S("keepalive"), q->keepalive);
    member_number(m, S("client_id_length"), q->client_id_len);
}

static void put_packet(struct members *mqtt, const struct mqtt_facts *q)
{
    const char *name = mqtt_type_name(q->type);
    struct members m = members_inside(mqtt, text_of(name ? name : "unknown"));
    member_number(&m, S("qos"), q->qos);
    member_bool(&m, S("retain"), q->retain);
    member_bool(&m, S("dup"), q->dup);
    if (q->type == MQTT_CONNECT)
        put_connect(&m, q);
    if (q->type == MQTT_CONNACK)
        member_bool(&m, S("session_present"), q->session_present);
    if (q->has_code)
        member_number(&m, q->type == MQTT_CONNACK ? S("return_code") : S("reason_code"), q->code);
    if (q->has_message_id)
        member_number(&m, S("message_id"), q->message_id);
    members_end(&m);
}

static void mqtt_body(struct eve *e, const union dissect_facts *request,
                      const union dissect_facts *response)
{
    struct members m = members_begin(e, S("mqtt"));
    if (request)
        put_packet(&m, &request->mqtt);
    if (response && (!request || request->mqtt.type != response->mqtt.type))
        put_packet(&m, &response->mqtt);
    members_end(&m);
}

const struct eve_row eve_row_mqtt = {.app = APP_MQTT, .type = "mqtt", .body = mqtt_body};
