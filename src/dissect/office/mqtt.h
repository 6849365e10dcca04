/* mqtt.h - MQTT 3.1, 3.1.1 and 5: what is sent to and from a broker, without what it says.
 *
 * Kept: message type, flags, numbers, of a CONNECT the protocol and which credentials it carries. Never client
 * id (its length only), user, password, topic or payload.
 *
 * Source: OASIS MQTT 3.1.1 (2014) 2 and 3, MQTT 5.0 (2019) 2 and 3; MQTT 3.1 (IBM, 2010) for "MQIsdp".
 */
#pragma once

#include "core/str.h"

enum mqtt_type {
    MQTT_CONNECT = 1,
    MQTT_CONNACK,
    MQTT_PUBLISH,
    MQTT_PUBACK,
    MQTT_PUBREC,
    MQTT_PUBREL,
    MQTT_PUBCOMP,
    MQTT_SUBSCRIBE,
    MQTT_SUBACK,
    MQTT_UNSUBSCRIBE,
    MQTT_UNSUBACK,
    MQTT_PINGREQ,
    MQTT_PINGRESP,
    MQTT_DISCONNECT,
    MQTT_AUTH,
};

enum mqtt_connect_flag { /* bits of a CONNECT, MQTT 3.1.1 3.1.2.3 */
                         MQTT_CLEAN = 0x02,
                         MQTT_WILL = 0x04,
                         MQTT_WILL_RETAIN = 0x20,
                         MQTT_PASSWORD = 0x40,
                         MQTT_USERNAME = 0x80,
};

struct mqtt_facts {
    uint8_t type; /* enum mqtt_type */
    bool dup, retain;
    uint8_t qos;
    bool has_message_id;
    uint16_t message_id;
    uint32_t length;                              /* of what follows the fixed header */
    uint8_t protocol_len, version, connect_flags; /* CONNECT */
    char protocol[6];                             /* "MQTT", "MQIsdp" */
    uint16_t keepalive, client_id_len;
    bool session_present; /* CONNACK */
    bool has_code;
    uint8_t code; /* CONNACK, and what version 5 gives with DISCONNECT and others */
};

const char *mqtt_type_name(uint8_t type); /* "connect"; NULL */
