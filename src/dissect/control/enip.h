/* enip.h - EtherNet/IP and the CIP inside it: which service of which object is asked for.
 *
 * Kept: the encapsulation's command and status, CIP service, path (class, instance, attribute) and status,
 * the services inside a Multiple Service Packet and an Unconnected Send, a PCCC command, and the identity
 * by which a device presents itself. Never tag names or values.
 *
 * Cyclic data on UDP 2222 has a row of its own that says once who exchanges it, no more.
 *
 * Source: ODVA, The CIP Networks Library, volumes 1 (CIP) and 2 (EtherNet/IP, chapter 2).
 */
#pragma once

#include "core/str.h"

enum { ENIP_HEADER_SIZE = 24, ENIP_SERVICES = 16, ENIP_NAME_MAX = 32 };

enum enip_command {
    ENIP_NOP = 0x00,
    ENIP_LIST_SERVICES = 0x04,
    ENIP_LIST_IDENTITY = 0x63,
    ENIP_LIST_INTERFACES = 0x64,
    ENIP_REGISTER_SESSION = 0x65,
    ENIP_UNREGISTER_SESSION = 0x66,
    ENIP_SEND_RR_DATA = 0x6f,
    ENIP_SEND_UNIT_DATA = 0x70,
};

enum { CIP_RESPONSE = 0x80, CIP_MULTIPLE = 0x0a, CIP_UNCONNECTED_SEND = 0x52 };
enum { CIP_CLASS_CONNECTION_MANAGER = 6, CIP_CLASS_FILE = 0x37, CIP_CLASS_PCCC = 0x67 };

struct cip_path {
    bool has_class, has_instance, has_attribute, symbolic;
    uint32_t class_id, instance, attribute;
};

struct enip_identity {
    bool told;
    uint16_t protocol_version, vendor, device_type, product, status;
    uint8_t major, minor, state, name_len;
    uint32_t serial;
    char name[ENIP_NAME_MAX]; /* of the product; printable bytes, others are '?' */
};

struct enip_facts {
    bool io; /* cyclic data: `connection` alone is told */
    uint16_t command, length;
    uint32_t session, status, connection;
    bool answers; /* the shape says that a server sent it */
    bool registers;
    uint16_t register_version, register_options;

    bool cip;
    uint8_t service; /* as on the wire, CIP_RESPONSE included */
    uint8_t cip_status;
    uint16_t cip_extended;
    struct cip_path path;
    bool embedded; /* an Unconnected Send: the service below is what it carries */
    uint8_t inner_service;
    struct cip_path inner_path;
    uint8_t n_services, services[ENIP_SERVICES]; /* of a Multiple Service Packet */
    uint16_t service_classes[ENIP_SERVICES];
    bool pccc;
    uint8_t pccc_command, pccc_function;
    struct enip_identity identity;
};

const char *enip_command_name(uint16_t command); /* "register_session"; NULL */
const char *enip_status_name(uint32_t status);   /* "success"; NULL */
const char *cip_service_name(uint8_t service, uint32_t class_id);
const char *cip_class_name(uint32_t class_id);
const char *cip_status_name(uint8_t status);
